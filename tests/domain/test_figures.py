"""The figures of §5: the identity (I7) and the split of waiting (I8) hold whatever anybody does; a fixed log by hand."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.case import ENDS, Kind, Lane, Stage
from domain.figure_asked import Asked, check_asked
from domain.figure_counts import counts, difference
from domain.figure_holders import Holder
from domain.figure_tally import ENDINGS, Facts, Tally, moved_on, public_days
from domain.figures import Counted, Spread, figures, nearest_rank
from domain.fold import evolve
from domain.people import Seat
from domain.working_days import Nation, london_date, working_days_between
from tests.builders import MONDAY, Life, a_case, in_doubt, out_of_scope
from tests.domain import test_invariants as walks
from tests.fixtures.calendar import full_table
from tests.fixtures.figure_log import AS_OF, LOG, happened

CALENDAR = full_table()


def tally_of(life: Life, calendar: Any = CALENDAR) -> Tally:
    tally = Tally()
    for step in life.steps:
        case, steps = step.before, []
        at = max(step.before.last_at, min(step.command.received_at, step.now))
        for event in step.events:
            case = evolve(case, event, at)
            steps.append((event, case))
        by = step.command.by.person
        before = counts(tally)
        tally = moved_on(tally, step.before, steps, at, by, Facts(people_per_day=7), calendar)
        after = counts(tally)
        before.update(difference(before, after))  # what is written is what is counted anew
        assert +before == after
    return tally


def answer(
    tallies: list[Tally], as_of: datetime, since: date = date(2026, 1, 1), **asked: Any
) -> dict[str, Any]:
    """Put together from counts as the store sums them."""
    this = Asked(since=since, until=asked.pop("until", london_date(as_of)), **asked)
    kept: Counter[Any] = Counter()
    for tally in tallies:
        kept.update(counts(tally))
    mine = [
        (key, n)
        for key, n in kept.items()
        if key.organisation == this.organisation
        and this.cluster in ("", key.cluster)
        and key.demo == this.demo
    ]
    first, last = this.since.isoformat(), this.until.isoformat()
    return figures(
        this,
        [
            Counted(k.family, k.name, k.day[:7], k.value, k.lane, n)
            for k, n in mine
            if first <= k.day <= last and k.family != "now"
        ],
        Counter([k.name for k, n in mine if k.family == "flow" and k.day < first for _ in range(n)]),
        [Counted(k.family, k.name, k.day, 0, "", n) for k, n in mine if k.family == "now"],
        CALENDAR,
        as_of,
    )


# --- whatever anybody does (I7, I8) ----------------------------------------------------------------------------------


def check_tally(life: Life) -> None:
    if not life.steps:
        return
    tally, case, now = tally_of(life), life.case, life.now
    ins = sum(kind in ("received", "reopened") for _, kind in tally.flows)
    outs = sum(kind in ENDINGS for _, kind in tally.flows)
    assert ins - outs == tally.is_open in (0, 1)
    running = 0
    for _, kind in tally.flows:
        running += 1 if kind in ("received", "reopened") else -1
        assert running in (0, 1), tally.flows
    waits = case.stage not in {*ENDS, Stage.DRAFT, Stage.ACTIVE, Stage.SUSPENDED}
    assert tally.is_open == waits, (case.stage, tally.flows)
    assert [day for day, _ in tally.flows] == sorted(day for day, _ in tally.flows)
    # I8: the parts are the whole, counted apart: by holder as time went by, and from the first day to the last at once.
    end = date.fromisoformat(tally.counted_to if tally.is_open else tally.ended_on)
    gross = working_days_between(CALENDAR, Nation.UNION, date.fromisoformat(tally.clock_from), end)
    assert sum(tally.held.values()) == gross
    assert tally.is_open or tally.gross == gross
    assert not tally.is_open or tally.holder in set(Holder)
    if tally.delivered_on:
        assert tally.delivered_in == gross and case.active_from
    # I7: any window, and two that follow each other
    days = sorted({date.fromisoformat(day) for day, _ in tally.flows})
    for cut in (*days, london_date(now)):
        for body in ("", tally.dims.receiving, tally.dims.sending):
            early = answer([tally], now, until=cut, organisation=body)["identity"]
            late = answer(
                [tally], now, since=cut + timedelta(days=1), until=date(2200, 1, 1), organisation=body
            )
            assert early["backlog_end"] == late["identity"]["backlog_start"] in (0, 1)
            assert late["identity"]["backlog_end"] == tally.is_open
            assert balanced(early) and balanced(late["identity"])
    check_windows(tally, now)
    if tally.is_open and case.open(Kind.MEDIATE):
        assert tally.holder == Holder.MEDIATOR


def check_windows(tally: Tally, now: datetime) -> None:
    """I7: any two days whatever, drawn from the life itself so that a failure comes again."""
    drawn = Random(repr(tally.flows))
    first = date.fromisoformat(tally.clock_from) - timedelta(days=9)
    length = (london_date(now) - first).days + 9
    for _ in range(4):
        since, until = sorted(first + timedelta(days=drawn.randrange(length)) for _ in range(2))
        assert balanced(answer([tally], now, since=since, until=until)["identity"]), (since, until)


@given(
    cuts=st.lists(st.integers(0, 400), min_size=2, max_size=2),
    lives=st.integers(1, 6),
    seed=st.integers(0, 9),
)
@settings(max_examples=60, deadline=None)
def test_the_identity_holds_for_any_window_over_any_cases(cuts: list[int], lives: int, seed: int) -> None:
    """I7, over several cases that end in different ways."""
    tallies = [tally_of(way(MONDAY + timedelta(days=17 * (n + seed)))) for n, way in enumerate(WAYS[:lives])]
    since, until = (MONDAY.date() + timedelta(days=cut) for cut in sorted(cuts))
    for body in ("", "council", "dwp"):
        told = answer(tallies, MONDAY + timedelta(days=500), since=since, until=until, organisation=body)
        assert balanced(told["identity"]), told["identity"]
        assert sum(told["holders"]["by_holder"].values()) == told["holders"]["days"]


WAYS: tuple[Callable[[datetime], Life], ...] = (
    lambda at: a_case(now=at).submitted().risk_signed().approved().delivered().life(),
    lambda at: a_case(now=at).submitted().risk_signed().refused().escalated().life(),
    lambda at: a_case(now=at).submitted().risk_declined().life(),
    lambda at: a_case(now=at).submitted().risk_signed().asked().after_deadlines(1).life(),
    lambda at: a_case(now=at, **out_of_scope()).submitted().life(),
    lambda at: mediated(at),
)


def mediated(at: datetime) -> Life:
    """Ten days with the team, three with its leader, five with the mediator, then delivered."""
    life = a_case(now=at).submitted().risk_signed().after_deadlines(1).life()
    life.working_days_pass(3)
    life.sends_to_mediation(Seat.SENDING_LEADER_1)
    life.working_days_pass(5)
    life.mediator_concludes()
    life.approve(Seat.SENDING_LEADER_1)
    life.deliver()
    life.confirm()
    return life


def balanced(told: dict[str, int]) -> bool:
    ins = told["backlog_start"] + told["received"] + told["reopened"]
    return ins == sum(told[kind] for kind in ENDINGS) + told["backlog_end"]


class FiguresOfAnyLife(walks.AnyLife):
    """The walks of the invariants, with the figures of each life looked at when it is over."""

    def another_request_comes_in(self) -> None:
        pass

    def teardown(self) -> None:
        check_tally(self.life)


TestWhateverAnybodyDoes = FiguresOfAnyLife.TestCase
TestWhateverAnybodyDoes.settings = settings(
    max_examples=int(walks.WALKS or 120),
    stateful_step_count=40,
    deadline=None,
    derandomize=not walks.WALKS,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_fixed_log_gives_the_figures_worked_out_by_hand() -> None:
    """tests/fixtures/figures.json: twelve cases, every figure of one month."""
    tallies: list[Tally] = []
    for case in happened():
        tally = Tally()
        for each in case:
            steps, after = [], each.before
            for event in each.events:
                after = evolve(after, event, each.at)
                steps.append((event, after))
            facts = Facts(people_per_day=each.people_per_day)
            tally = moved_on(tally, each.before, steps, each.at, each.actor, facts, CALENDAR)
        tallies.append(tally)
    told = answer(tallies, AS_OF, since=date(2026, 3, 1), until=date(2026, 3, 31))
    for name, figure in LOG["figures"].items():
        assert told[name] == figure, name
    passed_on = answer(tallies, AS_OF, organisation="home-office")["identity"]
    assert (passed_on["received"], passed_on["backlog_end"]) == (1, 1)  # counted where it came to
    assert answer(tallies, AS_OF, organisation="hmrc")["identity"]["received"] == 11
    assert answer(tallies, AS_OF, organisation="dwp")["identity"]["received"] == 12
    assert answer(tallies, AS_OF, organisation="home-office")["duty"]["at_top_now"] == 0
    assert (
        answer(tallies, AS_OF, organisation="dwp")["duty"]["overdue_at_top"] == 0
    )  # only of the body that was silent
    assert answer(tallies, AS_OF, organisation="hmrc")["duty"]["overdue_at_top"] == 1


def test_percentiles_are_by_nearest_rank_and_none_under_ten() -> None:
    ten = Counter(range(1, 11))
    assert (nearest_rank(ten, 50), nearest_rank(ten, 90), nearest_rank(ten, 91)) == (5, 9, 10)
    assert Spread.of(ten) == Spread(n=10, median=5, p90=9, longest=10)
    assert Spread.of(Counter(range(9))) == Spread(n=9, median=None, p90=None, longest=8)
    assert Spread.of({}) == Spread()
    assert Spread.of({3: 100}) == Spread(n=100, median=3, p90=3, longest=3)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=60), st.integers(1, 100))
def test_the_nearest_rank_is_the_one_of_the_sorted_list(values: list[int], percent: int) -> None:
    rank = -(-len(values) * percent // 100)
    assert nearest_rank(Counter(values), percent) == sorted(values)[rank - 1]


@pytest.mark.parametrize("people, shown", [(0, 0), (1, None), (4, None), (5, 5)])
def test_fewer_than_five_people_are_not_told(people: int, shown: int | None) -> None:
    tally = tally_of(a_case().submitted().life())
    told = answer([replace_people(tally, people)], MONDAY + timedelta(days=9))["duty"]
    assert told["people_per_day"] == shown and told["few_people"] == (shown is None)
    assert (told["person_days"] is None) == (shown is None)


def replace_people(tally: Tally, people: int) -> Tally:
    return replace(tally, people_per_day=people)


# --- rules of their own ----------------------------------------------------------------------------------------------


def kinds(life: Life) -> list[str]:
    return [kind for _, kind in tally_of(life).flows]


def test_returned_and_submitted_again_is_reopened_and_withdrawing_a_returned_draft_is_no_second_end() -> None:
    life = a_case().submitted().life()
    life.decline_risk()
    life.submit()
    life.decline_risk()
    life.act(c.Withdraw(), Seat.REQUESTER)
    assert kinds(life) == ["received", "returned_by_own_side", "reopened", "returned_by_own_side"]


def test_a_refusal_taken_to_leaders_is_open_again_and_then_what_they_make_of_it() -> None:
    life = a_case().submitted().risk_signed().life()
    life.refuse()
    life.working_days_pass(3)
    life.escalate_refusal()
    assert kinds(life) == ["received", "declined", "reopened"]
    life.overturn(Seat.RECEIVING_LEADER_1)
    life.overturn(Seat.SENDING_LEADER_1)
    life.deliver()
    life.confirm()
    assert kinds(life) == ["received", "declined", "reopened", "delivered"]
    tally = tally_of(life)
    assert tally.decided_in == 0 and tally.delivered_in == 3  # the first decision; the clock never paused
    assert tally.held == {Holder.RECEIVING_TEAM: 3}  # it was theirs to take up


def test_out_of_scope_is_received_and_blocked_at_once() -> None:
    life = a_case(**out_of_scope()).submitted().life()
    assert kinds(life) == ["received", "blocked"]
    assert tally_of(life).dims.lane == "" and tally_of(life).decided_in is None


def test_the_highest_who_is_asked_holds_it() -> None:
    life = a_case().submitted().risk_signed().life()
    life.working_days_pass(10)
    life.working_days_pass(5)
    tally = tally_of(life)
    assert tally.holder == Holder.SENDING_LEADERS and set(tally.held) == {
        Holder.SENDING_TEAM,
        Holder.SENDING_LEADERS,
    }


def test_the_days_of_a_mediation_are_the_mediators() -> None:
    """C14, I8: and the parts are the whole."""
    tally = tally_of(mediated(MONDAY))
    assert tally.held == {Holder.SENDING_TEAM: 9, Holder.SENDING_LEADERS: 3, Holder.MEDIATOR: 5}
    assert tally.gross == tally.delivered_in == 17  # 30 November is a holiday in one nation


def test_mediation_about_a_share_in_use_is_nobodys_turn() -> None:
    """E: what was delivered waits for nobody."""
    life = a_case(use="deliver_service").submitted().risk_signed().approved().delivered().life()
    life.mediation_begins()
    life.working_days_pass(10)
    assert Holder.MEDIATOR not in tally_of(life).held and not tally_of(life).is_open


def test_triage_belongs_to_the_board_and_then_to_the_receiving_leaders() -> None:
    life = a_case(**in_doubt()).submitted().life()
    assert tally_of(life).holder == Holder.BOARD
    life.working_days_pass(6)
    assert tally_of(life).holder == Holder.RECEIVING_LEADERS


def test_a_lane_chosen_later_takes_the_whole_case_along_and_that_is_counted() -> None:
    life = a_case(**in_doubt()).submitted().life()
    life.working_days_pass(1)
    life.choose_lane(Lane.STANDARD)
    told = answer([tally_of(life)], life.now)
    assert [each["lane"] for each in told["lanes"]] == ["standard"] and told["restated"] == 1


def test_acts_of_the_clock_are_no_touches() -> None:
    life = a_case().submitted().risk_signed().life()
    life.working_days_pass(16)
    assert tally_of(life).touches == 2 and len(tally_of(life).people) == 2


def test_reviews_by_the_day_they_were_due() -> None:
    life = a_case().submitted().risk_signed().life()
    life.approve(delivered_hash="m")
    life.confirm("m")
    due = date.fromisoformat(tally_of(life).review_due)
    year = {"since": due.replace(month=1, day=1), "until": due.replace(month=12, day=31)}
    assert answer([tally_of(life)], life.now, **year)["reviews"]["due"] == 1
    life.time_passes(life.now + timedelta(days=364))
    life.conclude()
    told = answer([tally_of(life)], life.now, **year)["reviews"]
    assert (told["due"], told["on_time"], told["overdue"]) == (1, 1, 0)
    second = date.fromisoformat(tally_of(life).review_due)
    life.time_passes(life.now + timedelta(days=364 + 90))
    year = {"since": second, "until": second}
    told = answer([tally_of(life)], life.now, **year)["reviews"]
    assert (told["due"], told["on_time"], told["late"], told["overdue"]) == (1, 0, 0, 1)
    assert answer([tally_of(life)], life.now)["reviews"]["suspended"] == 1


def test_beyond_the_table_of_holidays_a_figure_is_still_counted() -> None:
    """Monday to Friday: what cannot be counted exactly must not stop a case from being recorded."""
    assert public_days(CALENDAR, date(2099, 1, 5), date(2099, 1, 12)) == 5
    assert (
        public_days(CALENDAR, date(2026, 3, 16), date(2026, 3, 18)) == 1
    )  # 17 March is a holiday in one nation


# --- what may be asked -----------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def asked(**raw: str) -> tuple[Asked, dict[str, str]]:
    given = {name.rstrip("_"): value for name, value in raw.items()}
    found, problems = check_asked(given, NOW, {"dwp": "", "hmrc": ""}, {"health_social_care": ""})
    return found, {each.field: each.sentence for each in problems}


def test_without_dates_the_last_twelve_months_are_shown() -> None:
    assert asked() == (Asked(since=date(2025, 12, 1), until=date(2026, 11, 23)), {})
    assert asked(to="2026-01-31")[0].since == date(2025, 2, 1)


@pytest.mark.parametrize(
    "raw, field",
    [
        ({"from_": "2026-02-30"}, "from"),
        ({"from_": "1/2/2026"}, "from"),
        ({"from_": "20260201"}, "from"),
        ({"to": "0001-01-01"}, "to"),
        ({"to": "9999-12-31"}, "to"),
        ({"from_": "2026-05-01", "to": "2026-04-30"}, "from"),
        ({"organisation": "nobody"}, "organisation"),
        ({"cluster": "nobody"}, "cluster"),
        ({"lane": "fast"}, "lane"),
        ({"demo": "maybe"}, "demo"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(raw: dict[str, str], field: str) -> None:
    found, problems = asked(**raw)
    assert list(problems) == [field] and problems[field].endswith(".")
    assert found.since <= found.until
