"""Programmes (P10): what a rule finds, how a body stands, what a proposal must say; random tallies agree with a recount."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.figure_counts import counts
from domain.figure_tally import Dims, Tally
from domain.governance import TABLE
from domain.people import Role
from domain.programmes import Programme, check_proposal, in_force, questions, rollout_of

PROGRAMME = Programme(
    id="child-protection",
    version=1,
    name="Child protection",
    purpose="p",
    citation="c",
    duties=("safeguarding",),
    uses=("protect_someone", "prevent_harm"),
    bodies=("leeds", "newham", "gwent"),
    in_force_from=date(2026, 6, 1),
)
BODIES = {"leeds": ("Leeds City Council", True), "dwp": ("Department for Work and Pensions", True), "real": ("Real Council", False)}  # fmt: skip
SAID = {
    "name": "Child protection",
    "purpose": "No child is met as a stranger.",
    "citation": "The Act",
    "duties": ["safeguarding"],
    "uses": ["prevent_harm"],
    "cluster": "any",
    "bodies": "Leeds City Council\ndepartment for work and pensions",
    "reason": "It was promised.",
}


def tally(body: str, stand: str, day: str, duty: str = "safeguarding", use: str = "prevent_harm") -> Tally:
    ends = {"delivered": ("delivered",), "ended": ("declined",), "under_way": ()}[stand]
    return Tally(
        dims=Dims(receiving=body, sending="dwp"),
        duty_kind=duty,
        use=use,
        received_on=day,
        is_open=stand == "under_way",
        delivered_on=day if stand == "delivered" else "",
        flows=((day, "received"), *((day, end) for end in ends)),
    )


def kept(tallies: list[Tally]) -> list[tuple[str, str, str, int]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for each in tallies:
        for key, n in counts(each).items():
            if key.family == "rollout" and key.organisation:
                found[key.organisation, key.name, key.day] += n
    return [(*key, n) for key, n in found.items()]


def test_a_body_stands_where_its_furthest_share_does() -> None:
    told = rollout_of(
        PROGRAMME,
        kept(
            [
                tally("leeds", "ended", "2026-01-02"),
                tally("leeds", "delivered", "2026-03-02"),
                tally("leeds", "delivered", "2026-02-02"),
                tally("newham", "under_way", "2026-04-02"),
                tally("newham", "ended", "2026-04-01"),
                tally("elsewhere", "delivered", "2026-01-01"),
            ]
        ),
    )
    assert told.bodies == (
        ("leeds", "delivered", "2026-02-02"),
        ("newham", "under_way", ""),
        ("gwent", "not_asked", ""),
    )
    assert [told.count(stand) for stand in ("delivered", "under_way", "ended", "not_asked")] == [1, 1, 0, 1]


def test_what_names_another_duty_or_use_or_only_sends_does_not_count() -> None:
    others = [
        tally("leeds", "delivered", "2026-02-02", duty="none"),
        tally("leeds", "delivered", "2026-02-02", use="law_enforcement"),
    ]
    assert rollout_of(PROGRAMME, kept(others)).count("not_asked") == 3
    sends = Programme(**{**vars(PROGRAMME), "bodies": ("dwp",)})
    assert rollout_of(sends, kept([tally("leeds", "delivered", "2026-02-02")])).count("not_asked") == 1


def test_months_run_from_the_first_delivery_to_the_last_and_only_grow() -> None:
    told = rollout_of(
        PROGRAMME,
        kept([tally("leeds", "delivered", "2025-11-20"), tally("gwent", "delivered", "2026-02-01")]),
    )
    assert told.months() == [("2025-11", 1), ("2025-12", 1), ("2026-01", 1), ("2026-02", 2)]
    assert rollout_of(PROGRAMME, []).months() == []


STANDS = st.sampled_from(["delivered", "under_way", "ended"])
DAYS = st.dates(date(2025, 1, 1), date(2027, 1, 1)).map(date.isoformat)
DUTIES = st.sampled_from(["safeguarding", "none"])
TALLIES = st.lists(st.builds(tally, st.sampled_from(PROGRAMME.bodies), STANDS, DAYS, DUTIES), max_size=12)


@given(TALLIES)
def test_any_tallies_give_what_a_list_of_cases_gives(tallies: list[Tally]) -> None:
    mine = [each for each in tallies if each.duty_kind == "safeguarding"]
    told = rollout_of(PROGRAMME, kept(tallies))
    for body, stand, day in told.bodies:
        here = [each for each in mine if each.dims.receiving == body]
        days = sorted(each.delivered_on for each in here if each.delivered_on)
        assert day == (days[0] if days else "")
        waits = any(each.is_open for each in here)
        wanted = "delivered" if days else "under_way" if waits else "ended" if here else "not_asked"
        assert stand == wanted
    months = [n for _, n in told.months()]
    assert months == sorted(months) and (not months or months[-1] == told.count("delivered"))
    assert sum(told.count(each) for each in ("delivered", "under_way", "ended", "not_asked")) == 3


def test_the_version_in_force_is_the_newest_that_has_begun() -> None:
    later = Programme(**{**vars(PROGRAMME), "version": 2, "in_force_from": date(2026, 7, 1)})
    assert in_force([PROGRAMME, later], date(2026, 6, 30)) is PROGRAMME
    assert in_force([PROGRAMME, later], date(2026, 7, 1)) is later
    assert in_force([PROGRAMME], date(2026, 5, 31)) is None


def test_a_proposal_names_bodies_as_the_directory_does() -> None:
    found, problems = check_proposal(SAID, {}, BODIES)
    assert problems == () and found["bodies"] == ["leeds", "dwp"]
    assert found["cluster"] == "" and found["demo"] is True
    assert check_proposal({**SAID, "bodies": "leeds"}, {}, BODIES)[0]["bodies"] == ["leeds"]


def test_a_proposal_that_cannot_be_taken_says_why() -> None:
    def wrong(**changed: object) -> dict[str, str]:
        return {each.field: each.sentence for each in check_proposal({**SAID, **changed}, {}, BODIES)[1]}

    assert "Nowhere is not in the directory" in wrong(bodies="Leeds City Council\nNowhere")["bodies"]
    assert "not both" in wrong(bodies="Leeds City Council\nReal Council")["bodies"]
    assert wrong(duties=[])["duties"] == "Select at least one duty to share"
    assert set(wrong(name="", purpose="", citation="", reason="", uses=[], bodies="", cluster="")) == {
        each.id for each in questions({}) if each.id != "duties"
    }
    assert "cluster" in wrong(cluster="nowhere")


def test_only_boards_propose_and_confirm() -> None:
    assert TABLE["propose_programme"] == TABLE["confirm_programme"] == (Role.BOARD,)


def test_the_rule_is_told_in_words() -> None:
    assert PROGRAMME.rule == (
        "A share counts when one of the bodies receives it, its duty to share is “Safeguard a child or an adult”, "
        "and it is for: “Protect a child or an adult at risk” or “Prevent harm”."
    )
