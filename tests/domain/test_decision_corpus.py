"""A corpus of past decisions, decided again (house: replaying a history alone misses a changed rule).

Each file is a whole life: every row holds the case before, the command, the instant and the events it caused, with
the policy and the calendar of its day pinned in the case. A changed rule or number turns this red. If the change is
meant, SHARECASE_RECORD_DECISIONS=1 records the lives again, and the difference of the files is what to review.
"""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from domain import commands as c
from domain import events as e
from domain.case import Case, Kind, Lane, Stage
from domain.decide import decide
from domain.fold import evolve
from domain.people import OTHER_CASE, SYSTEM, Seat
from domain.policy import POLICIES, LegalProfile
from tests.builders import (
    MANIFEST,
    NEW_ROOT,
    OTHER_MANIFEST,
    Life,
    Step,
    a_part,
    actor,
    exploratory,
    in_cluster,
    in_doubt,
    names,
    relying,
    under,
    urgent,
    without,
)
from tests.domain import lives_of_care
from tests.fixtures.calendar import NI, SCT, with_holiday
from workflows.payloads import size

FOLDER = Path(__file__).parents[1] / "fixtures" / "decisions"
ROW = TypeAdapter(Step)
CASE = TypeAdapter(Case)
MOST_BYTES = 4096


def plain() -> Life:
    """Asked for, signed, approved, delivered, looked back at twice, ended, destroyed."""
    life = Life(items=6)
    life.submit()
    life.working_days_pass(1)
    life.sign_risk()
    life.working_days_pass(3)
    life.approve()
    life.deliver()
    life.confirm()
    for after in (c.AfterLast.END, c.AfterLast.YEARLY):
        until_review(life)
        life.conclude(c.Outcome.NARROW, after=after, items=5 if life.case.items == 6 else 2)
    life.act(c.EndShare(), Seat.RISK_OWNER)
    life.working_days_pass(2)
    life.act(c.CertifyDestruction(), Seat.REQUESTER)
    return life


def silence() -> Life:
    """Nobody ever acts in time: every ladder to its top, over Christmas and a holiday proclaimed meanwhile."""
    life = Life(receiving_nation=SCT, sending_nation=NI, until="2028-03-31")
    life.submit()
    life.working_days_pass(10)
    life.sign_risk(Seat.RECEIVING_LEADER_2)
    life.act(c.AdoptCalendar(calendar=with_holiday(life.case.calendar, date(2026, 12, 16))), SYSTEM)
    life.working_days_pass(30)
    life.approve(Seat.SENDING_LEADER_3)
    life.working_days_pass(30)
    life.deliver()
    life.working_days_pass(30)
    life.confirm()
    while not life.case.next_due() or life.case.stage is not Stage.ENDED:
        life.next_deadline_passes()
    life.working_days_pass(40)
    life.act(c.CertifyDestruction(), Seat.RECEIVING_LEADER_1)
    return life


def duty() -> Life:
    """A refusal under a duty: countersigned late, escalated, disagreed about, overturned."""
    life = Life(duty="safeguarding", sending_nation=SCT)
    life.submit()
    life.sign_risk()
    life.refuse()
    life.working_days_pass(6)
    life.act(c.Countersign(), Seat.SENDING_LEADER_2)
    life.working_days_pass(19)
    life.escalate_refusal(Seat.RISK_OWNER)
    life.uphold(Seat.SENDING_LEADER_1)
    life.overturn(Seat.RECEIVING_LEADER_1)
    life.working_days_pass(6)
    life.overturn(Seat.SENDING_LEADER_3)
    life.overturn(Seat.RECEIVING_LEADER_3)
    life.deliver(MANIFEST)
    life.confirm(OTHER_MANIFEST)
    life.deliver(OTHER_MANIFEST)
    life.confirm(OTHER_MANIFEST)
    return life


def questions() -> Life:
    """Two rounds, one material; a lapse; taken up again; withdrawn after approval."""
    life = Life(use="deliver_service")
    life.submit()
    life.decline_risk()
    life.submit(form_version=2)
    life.sign_risk()
    life.working_days_pass(4)
    life.ask()
    life.working_days_pass(8)
    life.answer(material=True)
    life.sign_risk()
    life.working_days_pass(5)
    life.ask()
    life.working_days_pass(10)
    life.act(c.Reopen(), Seat.RISK_OWNER)
    life.answer(Seat.RISK_OWNER)
    life.approve(delivered_hash=MANIFEST)
    life.act(c.Withdraw(), Seat.REQUESTER)
    return life


def vacancies() -> Life:
    """Posts are empty on both sides; a leader directs, the next takes over and gives time; nothing is held."""
    life = Life(
        filled=without(Seat.RISK_OWNER, Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_3, Seat.RECEIVING_LEADER_1)
    )
    life.submit()
    life.working_days_pass(5)
    life.fill(Seat.RISK_OWNER)
    life.sign_risk()
    life.working_days_pass(10)
    life.act(c.DirectSender(), Seat.SENDING_LEADER_2)
    life.working_days_pass(5)
    life.fill(Seat.SENDING_LEADER_3)
    life.act(c.TakeOver(), Seat.SENDING_LEADER_3)
    life.act(c.ExtendTime(days=7), Seat.SENDING_LEADER_3)
    life.working_days_pass(3)
    life.act(c.SayNotHeld(), Seat.SENDING_LEADER_3)
    life.working_days_pass(20)
    return life


def standing() -> Life:
    """Paused, reinstated, narrowed; a review extended, missed, suspended, concluded late; then a new cycle."""
    life = Life(until="2031-05-30", items=4)
    life.submit()
    life.sign_risk()
    life.approve()
    life.deliver()
    life.confirm()
    life.act(c.SuspendShare(), Seat.RECEIVING_LEADER_1)
    life.working_days_pass(20)
    life.act(c.ReinstateShare(), Seat.RECEIVING_LEADER_2)
    life.act(c.NarrowShare(items=3), Seat.RISK_OWNER)
    until_review(life)
    life.act(c.ExtendReview(days=15), Seat.RECEIVING_LEADER_2)
    life.working_days_pass(75)
    life.conclude(c.Outcome.CHANGE, by=Seat.RECEIVING_LEADER_3)
    until_review(life)
    life.conclude(c.Outcome.PAUSE, after=c.AfterLast.NEW_CYCLE)
    life.act(c.ReinstateShare(), Seat.RECEIVING_LEADER_1)
    until_review(life)
    life.conclude(c.Outcome.END)
    return life


def sorted_out() -> Life:
    """In doubt: the board asks, is silent, its leader chooses the cluster; an objection, upheld and overturned."""
    life = Life(**in_doubt(), sending_nation=SCT)
    life.submit()
    life.act(c.AskInTriage(), Seat.BOARD)
    life.submit(form_version=2)
    life.working_days_pass(5)
    life.choose_lane(Lane.CLUSTER, Seat.RECEIVING_LEADER_1)
    life.sign_risk()
    life.object_(c.ObjectionGround.STATUTORY_BAR)
    life.uphold(Seat.SENDING_LEADER_1)
    life.overturn(Seat.RECEIVING_LEADER_1)
    life.overturn(Seat.RECEIVING_LEADER_2)
    life.overturn(Seat.SENDING_LEADER_2)
    return life


def ruled_out() -> Life:
    """In doubt, and found to be out of scope by people."""
    life = Life(**in_doubt(board=""))
    life.submit()
    life.act(c.RuleOut(rule="company"), Seat.RECEIVING_LEADER_1)
    return life


def presumed() -> Life:
    """By the cluster's terms, silence and a leader's signature; kept back, delivered, replaced by an amendment."""
    life = Life(**in_cluster(conditions=("health_in_bulk",)), until="2028-03-31")
    life.submit()
    life.sign_risk(actor(Seat.RISK_OWNER, person="amy"))
    life.exempt("2027-01-29", Seat.RECEIVING_LEADER_2)
    life.working_days_pass(5)
    life.approve(Seat.SENDING_LEADER_2)
    life.deliver()
    life.confirm()
    life.time_passes(life.task(Kind.PUBLISH).due_at)
    life.act(c.ReplaceShare(by="SC-2027-0003"), OTHER_CASE, seen=None)
    return life


def lapsed_objection() -> Life:
    """Under the plan: an objection that the leaders leave unanswered."""
    life = Life(**in_cluster(), policy=under(LegalProfile.PLAN))
    life.submit()
    life.sign_risk()
    life.object_(c.ObjectionGround.OUTSIDE_TASK)
    life.working_days_pass(10)
    return life


def relied() -> Life:
    """Confirmed by the plan's silence; the decision relied on changes, is adopted, kept, and withdrawn."""
    life = Life(**relying(), policy=under(LegalProfile.PLAN), use="deliver_service")
    life.submit()
    life.sign_risk()
    life.working_days_pass(5)
    life.deliver()
    life.confirm()
    life.root_changes("amended", version=4)
    life.act(c.AdoptRoot(), Seat.RISK_OWNER)
    life.root_changes("amended", version=5)
    life.act(c.KeepDecision(), Seat.RISK_OWNER)
    life.root_changes("withdrawn", version=6)
    life.working_days_pass(60)
    return life


def distinguished() -> Life:
    """What differs is named; a part is approved; the share then asks for a decision of its own."""
    life = Life(**relying(), use="deliver_service", duty="safeguarding")
    life.submit()
    life.sign_risk()
    life.working_days_pass(2)
    life.distinguish(c.Element.ITEMS)
    life.approve_part(withheld=2)
    return life


def own_decision() -> Life:
    life = Life(**relying(), use="deliver_service")
    life.submit()
    life.sign_risk()
    life.approve(delivered_hash=MANIFEST)
    life.confirm()
    life.root_changes("amended", root=NEW_ROOT, version=1)
    life.working_days_pass(20)
    life.act(c.DecideOwn(), Seat.RECEIVING_LEADER_1)
    return life


def part() -> Life:
    """What was withheld goes on with what was left of the clock, and bogs down."""
    life = Life()
    life.act(a_part(life), OTHER_CASE, seen=None)
    for _ in range(2):
        life.ask()
        life.answer()
    life.act(c.AllowQuestion(), Seat.SENDING_LEADER_1)
    life.ask()
    life.working_days_pass(5)
    life.answer()
    life.act(c.TakeOver(), Seat.SENDING_LEADER_2)
    life.approve(Seat.SENDING_LEADER_2)
    return life


def at_once() -> Life:
    """Urgent: hours over a week-end, passed on, decided, delivered, looked back at, published early."""
    life = Life(**urgent(), now=FRIDAY)
    life.submit()
    life.sign_risk()
    life.transfer(lane=Lane.STANDARD)
    life.time_passes(life.task(Kind.DECIDE).due_at)
    life.act(c.DirectSender(), Seat.SENDING_LEADER_1)
    life.approve(delivered_hash=MANIFEST)
    life.confirm()
    life.look_back_at_urgency(justified=False)
    life.act(c.PublishEntry(), Seat.RISK_OWNER)
    return life


def tried_out() -> Life:
    """Exploratory: looked back at after 13 weeks, ended by its date, then what was learnt."""
    life = Life(**exploratory())
    life.submit()
    life.sign_risk()
    life.approve(delivered_hash=MANIFEST)
    life.confirm()
    until_review(life)
    life.conclude(c.Outcome.CHANGE)
    life.time_passes(life.task(Kind.EXPIRY).due_at)
    life.conclude(c.Outcome.END)
    life.act(c.CertifyDestruction(), Seat.REQUESTER)
    return life


FRIDAY = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
LIVES: dict[str, Callable[[], Life]] = {
    life.__name__: life
    for life in (
        plain, silence, duty, questions, vacancies, standing, sorted_out, ruled_out, presumed, lapsed_objection,
        relied, distinguished, own_decision, part, at_once, tried_out,
    )
} | lives_of_care.LIVES  # fmt: skip


def until_review(life: Life) -> None:
    (review,) = [task for task in life.case.tasks.values() if task.kind == "review"]
    assert review.visible_from
    life.time_passes(max(life.now, review.visible_from))


def record(name: str) -> None:
    life = LIVES[name]()
    assert life.case.version > 4
    FOLDER.mkdir(exist_ok=True)
    rows = [json.dumps(ROW.dump_python(step, mode="json"), ensure_ascii=False) for step in life.steps]
    (FOLDER / f"{name}.json").write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


def recorded(name: str) -> list[Step]:
    if os.environ.get("SHARECASE_RECORD_DECISIONS"):
        record(name)
    rows = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return [ROW.validate_python(row) for row in rows]


@pytest.mark.parametrize("name", LIVES)
def test_every_past_decision_is_decided_the_same_today(name: str) -> None:
    """House rules: a changed rule shows here, in the first row where it matters."""
    for number, row in enumerate(recorded(name), start=1):
        again = decide(row.before, row.command, row.now)
        where = f"{name}, row {number}: {row.command.act.kind}"
        assert names(again) == names(row.events), where
        assert again == row.events, where


@pytest.mark.parametrize("name", LIVES)
def test_the_events_of_each_row_make_the_case_of_the_next(name: str) -> None:
    """House rules: a changed fold shows here."""
    rows = recorded(name)
    for row, following in pairwise(rows):
        case = row.before
        at = max(case.last_at, min(row.command.received_at, row.now))
        for event in row.events:
            case = evolve(case, event, at)
        assert case == following.before


def test_a_policy_keeps_its_numbers_for_as_long_as_it_keeps_its_version() -> None:
    """A case pins its policy, so a changed number would be decided green: it needs a version of its own."""
    for policy in {row.before.policy for name in LIVES for row in recorded(name)}:
        assert policy == replace(POLICIES[policy.version], legal_profile=policy.legal_profile)


@pytest.mark.parametrize("name", LIVES)
def test_a_life_travels_light(name: str) -> None:
    """House rules: a case is in every payload of its workflow."""
    assert max(size(row.before) for row in recorded(name)) <= MOST_BYTES


def test_the_corpus_holds_every_kind_of_act_and_event() -> None:
    """So that no rule can change unseen."""
    rows = [row for name in LIVES for row in recorded(name)]
    told = {type(event) for row in rows for event in row.events}
    every = set(e.Event.__args__)
    assert every - told == {e.SeparationWaived}
    acts = {type(row.command.act) for row in rows}
    assert set(c.Act.__args__) - acts == {c.WaiveSeparation}
