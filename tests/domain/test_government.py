"""Machinery of government (P5, G7): what may change, who may say so, what a body was called on a day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain import government as rules
from domain.government import Body, Change, Directory, FormerName, Kind, Plan, State
from domain.government_forms import NEW, check_change, plan_of, questions
from domain.people import Role
from domain.permissions import Post
from domain.refusals import Refusal
from domain.working_days import Nation

TODAY = date(2026, 11, 23)
ENGLAND = Nation.ENGLAND_AND_WALES


def body(key: str, name: str, *teams: str, **more: Any) -> Body:
    return Body(
        **{
            "id": key,
            "name": name,
            "kind": "agency",
            "nation": ENGLAND,
            "teams": {team: team.title() for team in teams},
            **more,
        }
    )


THERE = Directory(
    bodies={
        each.id: each
        for each in (
            body("a", "Agency for Alpha", "one", "two", "three"),
            body("b", "Bureau of Beta", "four"),
            body("old", "Old Office", closed_on="2026-01-01", successor="b"),
            body("board", "Cluster Board", kind=rules.BOARD),
        )
    },
    former=(FormerName(body="b", name="Beta Commission", until="2020-04-01"),),
)


def plan(kind: Kind, **more: Any) -> Plan:
    return Plan(**{"kind": kind, "body": "a", "from_day": TODAY, **more})


def wrong(asked: Plan, there: Directory = THERE, today: date = TODAY) -> list[str]:
    return [each.field for each in rules.problems(asked, there, today)]


# --- what may be -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        plan(Kind.RENAME, name="Alpha Service"),
        plan(Kind.MERGE, into="b"),
        plan(Kind.SPLIT, into="b", teams=("one", "three")),
        plan(Kind.SPLIT, name="Gamma Agency", new_kind="agency", new_nation="scotland", teams=("one",)),
        plan(Kind.MERGE, into="b", from_day=date(2029, 12, 31)),
    ],
)
def test_these_can_be_done(asked: Plan) -> None:
    assert wrong(asked) == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (plan(Kind.MERGE, into="a"), "into"),  # into itself
        (plan(Kind.MERGE, into="old"), "into"),  # into what is over
        (plan(Kind.MERGE, into="nobody"), "into"),
        (plan(Kind.MERGE, into="board"), "into"),
        (plan(Kind.MERGE, body="old", into="a"), "body"),  # a closed body cannot change
        (plan(Kind.RENAME, body="old", name="New Office"), "body"),
        (plan(Kind.RENAME, body="board", name="Another Board"), "body"),
        (plan(Kind.RENAME, name="Agency for Alpha"), "name"),  # its name already
        (plan(Kind.RENAME, name="bureau of  BETA"), "name"),  # somebody else's, however it is written
        (plan(Kind.RENAME, name="The Beta Commission"), "name"),  # somebody else's former name
        (plan(Kind.RENAME, name="Old Office"), "name"),  # a closed body keeps its name
        (plan(Kind.RENAME, name="!?"), "name"),
        (plan(Kind.SPLIT, into="b", teams=()), "teams"),
        (plan(Kind.SPLIT, into="b", teams=("four",)), "teams"),  # another body's
        (plan(Kind.SPLIT, into="b", teams=("one", "two", "three")), "teams"),  # the whole body is a merger
        (plan(Kind.SPLIT, into="a", teams=("one",)), "into"),
        (plan(Kind.SPLIT, name="Old Office", new_nation="scotland", teams=("one",)), "name"),
        (plan(Kind.SPLIT, name="Gamma", new_nation="atlantis", teams=("one",)), "new_nation"),
        (plan(Kind.MERGE, into="b", from_day=date(2026, 11, 22)), "from_day"),  # never backwards
        (plan(Kind.MERGE, into="b", from_day=date(2030, 1, 1)), "from_day"),
    ],
)
def test_these_cannot_and_the_field_is_named(asked: Plan, field: str) -> None:
    assert wrong(asked) == [field]


def test_successors_never_go_in_a_ring() -> None:
    """Two mergers agreed for one day, each into the other: the first is done, the second is not possible any more."""
    there = Directory(bodies={**THERE.bodies, "a": replace(THERE.bodies["a"], closed_on="x", successor="b")})
    assert wrong(plan(Kind.MERGE, body="b", into="a"), there) == ["into"]
    ring = {"a": body("a", "A", successor="b"), "b": body("b", "B", successor="a")}
    assert rules.successors("a", ring) == ("b", "a")  # rows that go in a ring end a walk, too
    assert wrong(plan(Kind.MERGE, body="b", into="a"), Directory(bodies=ring)) == ["into"]
    assert rules.successors("old", THERE.bodies) == ("b",)


def test_a_body_may_take_its_own_former_name_again_and_mend_how_its_name_is_written() -> None:
    assert wrong(plan(Kind.RENAME, body="b", name="Beta Commission")) == []
    assert wrong(plan(Kind.RENAME, body="b", name="Bureau of BETA")) == []


def test_a_round_that_comes_late_still_does_what_was_for_days_before() -> None:
    asked = plan(Kind.MERGE, into="b")
    assert rules.stands_in_the_way(asked, THERE, date(2026, 12, 1)) == ""
    assert "closed" in rules.stands_in_the_way(
        asked,
        Directory(bodies={**THERE.bodies, "b": replace(THERE.bodies["b"], closed_on="2026-11-30")}),
        TODAY,
    )


# --- who ---------------------------------------------------------------------------------------------------------


def change(**more: Any) -> Change:
    return Change(
        **{
            "number": 1,
            "plan": plan(Kind.MERGE, into="b"),
            "citation": "SI 2026/1",
            "proposed_by": "operator",
            "proposed_on": TODAY,
            **more,
        }
    )


def refused(asked: Change, role: Role, organisation: str, person: str = "leader") -> str:
    try:
        rules.require_confirmable(asked, [Post(role=role, organisation=organisation)], person, TODAY)
    except Refusal as refusal:
        return type(refusal).__name__
    return ""


def test_leaders_2_and_3_of_a_body_concerned_confirm_and_never_who_proposed() -> None:
    assert refused(change(), Role.LEADER_2, "a") == refused(change(), Role.LEADER_3, "b") == ""
    assert refused(change(), Role.LEADER_1, "a") == "NotAConcernedLeader"
    assert refused(change(), Role.LEADER_3, "old") == "NotAConcernedLeader"
    assert refused(change(), Role.OPERATOR, "a") == "NotAConcernedLeader"
    assert refused(change(), Role.LEADER_3, "a", person="operator") == "ProposedByYou"
    assert refused(change(confirmed_on=TODAY), Role.LEADER_3, "a") == "AlreadyConfirmed"
    in_cover = [Post(role=Role.LEADER_3, organisation="a", acting_for="operator")]
    assert rules.post_to_confirm(change(), in_cover) is None
    late = change(plan=plan(Kind.MERGE, into="b", from_day=date(2026, 11, 22)))
    assert refused(late, Role.LEADER_3, "a") == "DayHasPassed"
    assert rules.may_propose([Post(role=Role.OPERATOR, organisation="x")])
    assert not rules.may_propose([Post(role=Role.LEADER_3, organisation="a")])


def test_how_a_change_stands() -> None:
    ahead = plan(Kind.MERGE, into="b", from_day=date(2026, 12, 1))
    assert change(plan=ahead).state(TODAY) is State.PROPOSED
    assert change(plan=ahead).state(date(2026, 12, 2)) is State.PASSED
    assert change(plan=ahead, confirmed_on=TODAY).state(date(2026, 12, 2)) is State.AGREED
    assert change(confirmed_on=TODAY, done_on=TODAY).state(TODAY) is State.DONE
    assert change(confirmed_on=TODAY, failed_because="It is closed").state(TODAY) is State.FAILED


# --- names by date -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2009-01-01", "First"),
        ("2010-05-11", "First"),
        ("2010-05-12", "Second"),
        ("2020-03-31", "Second"),
        ("2020-04-01", "Third"),
    ],
)
def test_a_body_has_the_name_of_the_day(day: str, name: str) -> None:
    former = [
        FormerName(body="x", name="Second", until="2020-04-01"),
        FormerName(body="x", name="First", until="2010-05-12"),
    ]
    assert rules.name_on("Third", former, date.fromisoformat(day)) == name


def test_of_two_names_given_on_one_day_the_later_stands() -> None:
    former = [FormerName(body="x", name=name, until="2020-04-01") for name in ("Zed", "Alpha")]
    assert rules.name_on("Now", former, date(2020, 3, 31)) == "Zed"
    assert rules.name_on("Now", former, date(2020, 4, 1)) == "Now"


def test_a_new_body_gets_a_key_of_its_own() -> None:
    assert rules.id_for("Ministry of Justice", set()) == "ministry-of-justice"
    assert rules.id_for("The Gamma Agency", {"gamma-agency", "gamma-agency-2"}) == "gamma-agency-3"
    assert len(rules.id_for("x" * 200, set())) <= 80


# --- the form ------------------------------------------------------------------------------------------------------


def test_only_what_this_kind_of_change_needs_is_asked() -> None:
    asked = [each.id for each in questions({"kind": "rename", "body": "a"}, THERE)]
    assert asked == ["kind", "body", "name", "from_day", "citation"]
    assert [each.id for each in questions({"kind": "rename", "body": "old"}, THERE)] == ["kind", "body"]
    teams = next(each for each in questions({"kind": "split", "body": "a"}, THERE) if each.id == "teams")
    assert [each.value for each in teams.choices] == ["one", "two", "three"]


def test_answers_make_a_plan() -> None:
    raw: dict[str, Any] = {
        "kind": "split",
        "body": "a",
        "teams": ["one"],
        "into": NEW,
        "name": "Gamma Agency",
        "new_kind": "executive agency",
        "new_nation": "scotland",
        "from_day": "2026-12-01",
        "citation": "SI 2026/1",
    }
    answers, made, problems = check_change(raw, THERE)
    assert not problems and made == plan_of(answers)
    assert made and made.is_new_body and made.into == "" and made.teams == ("one",)
    there = check_change({**raw, "into": "b", "name": "left from before"}, THERE)[1]
    assert there and not there.is_new_body and there.into == "b" and there.name == ""
    missing = check_change({**raw, "name": "", "citation": ""}, THERE)[2]
    assert [each.field for each in missing] == ["name", "citation"]
