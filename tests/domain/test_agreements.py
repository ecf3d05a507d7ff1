"""P1: which version counts, who is a member on a day, and what new terms must say."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain import agreements as rules
from domain import clusters
from domain.agreement_forms import TERMS, as_typed, check_terms
from domain.agreements import Agreement, Membership, SharedTask, from_json, to_json
from domain.governance import TABLE
from domain.people import Role
from domain.permissions import Post
from domain.records import USES
from domain.working_days import Nation
from tests.fixtures.calendar import full_table

SEED = Path(__file__).parents[2] / "store" / "seed" / "clusters.json"
SEEDED: list[dict[str, Any]] = json.loads(SEED.read_text(encoding="utf-8"))
TERMS_1 = from_json(SEEDED[0]["terms"])


def version(number: int, begins: str = "", *, confirmed: bool = True) -> Agreement:
    return Agreement(
        id="human-services",
        version=number,
        name="human services",
        board="human-services-board",
        terms=TERMS_1,
        in_force_from=date.fromisoformat(begins) if begins else None,
        proposed_by="p-one",
        confirmed_by="p-two" if confirmed and begins else "",
    )


def typed(**changes: Any) -> dict[str, Any]:
    return {**as_typed(version(1, "2026-01-05")), "reason": "Members asked for it.", **changes}


# --- versions -----------------------------------------------------------------------------------------------------


def test_the_highest_confirmed_version_that_has_begun_is_in_force() -> None:
    held = [version(1, "2026-01-05"), version(2, "2026-06-01"), version(3, "2026-06-01"), version(4)]
    assert rules.in_force(held, date(2026, 1, 4)) is None
    for day, number in ((date(2026, 1, 5), 1), (date(2026, 5, 31), 1), (date(2026, 6, 1), 3)):
        found = rules.in_force(held, day)
        assert found and found.version == number


def test_only_the_newest_version_can_wait_to_be_confirmed() -> None:
    """A later proposal overtakes an open one."""
    one, two, three = version(1, "2026-01-05"), version(2), version(3)
    assert rules.waiting([one]) is None
    assert rules.waiting([one, two]) is two
    assert rules.waiting([one, two, three]) is three
    assert rules.waiting([one, two, version(3, "2026-06-01")]) is None


def test_terms_count_from_the_next_working_day_of_the_board() -> None:
    """§4: never backwards. Christmas 2026: 25 December is a Friday, 28 December its neighbour's substitute."""
    calendar = full_table()
    assert rules.first_day(calendar, Nation.ENGLAND_AND_WALES, date(2026, 11, 23)) == date(2026, 11, 24)
    assert rules.first_day(calendar, Nation.ENGLAND_AND_WALES, date(2026, 11, 27)) == date(2026, 11, 30)
    assert rules.first_day(calendar, Nation.SCOTLAND, date(2026, 11, 27)) == date(
        2026, 12, 1
    )  # St Andrew's Day
    assert rules.first_day(calendar, Nation.ENGLAND_AND_WALES, date(2026, 12, 24)) == date(2026, 12, 29)


def test_a_year_without_holidays_is_refused_and_not_guessed() -> None:
    with pytest.raises(rules.NoCalendar, match="Ask an operator"):
        rules.last_day(full_table(), Nation.ENGLAND_AND_WALES, date(2099, 12, 20))


# --- members ------------------------------------------------------------------------------------------------------


def test_notice_is_twenty_working_days_by_the_calendar_of_the_body() -> None:
    """P1, G3: Scotland keeps St Andrew's Day, so its twentieth day is later."""
    calendar, given = full_table(), date(2026, 11, 2)
    assert rules.last_day(calendar, Nation.ENGLAND_AND_WALES, given) == date(2026, 11, 30)
    assert rules.last_day(calendar, Nation.SCOTLAND, given) == date(2026, 12, 1)


def test_a_team_is_a_member_from_the_day_it_signed_to_its_last_day() -> None:
    signed, last = date(2026, 2, 2), date(2026, 6, 30)
    once = Membership(cluster="human-services", team="t", signed_on=signed, leaves_on=last)
    again = Membership(cluster="crime-justice", team="t", signed_on=date(2026, 7, 1))
    days = {
        date(2026, 2, 1): "",
        signed: "human-services",
        last: "human-services",
        date(2026, 7, 1): "crime-justice",
    }
    for day, cluster in days.items():
        sits = rules.seat_of([once, again], "t", day)
        assert (sits.cluster if sits else "") == cluster, day
    assert rules.seat_of([once, again], "another", signed) is None


def test_each_act_belongs_to_leaders_or_to_the_board_of_one_cluster() -> None:
    posts = [
        Post(role=Role.LEADER_2, organisation="leeds"),
        Post(role=Role.BOARD, organisation="crime-justice-board"),
        Post(role=Role.REQUESTER, organisation="dwp", team="dwp-pension-credit"),
    ]
    assert (
        rules.bodies_where(posts, "sign_accession") == rules.bodies_where(posts, "give_notice") == {"leeds"}
    )
    assert rules.bodies_where(posts, "propose_terms") == {"crime-justice-board"}
    assert rules.bodies_where(posts, "confirm_terms") == {"crime-justice-board"}
    assert {"sign_accession", "give_notice", "propose_terms", "confirm_terms"} <= set(TABLE)


# --- the form of new terms ------------------------------------------------------------------------------------------


def test_terms_survive_being_kept_and_being_typed_again() -> None:
    for seeded in SEEDED:
        terms = from_json(seeded["terms"])
        assert from_json(json.loads(json.dumps(to_json(terms)))) == terms
        name, again, problems = check_terms(
            {**as_typed(version(1)), **{"name": seeded["name"]}, **to_json(terms), "reason": "As it was.",
             "tasks": "\n".join(map(str, terms.tasks))},
            None,
        )  # fmt: skip
        assert problems == () and name == seeded["name"]
        assert to_json(again) | {"reason": ""} == to_json(terms) | {"reason": ""}


def test_terms_of_an_older_shape_can_still_be_read() -> None:
    held = to_json(TERMS_1)
    del held["privacy_notice"]
    assert from_json({**held, "of_tomorrow": "x"}).privacy_notice == ""


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("tasks", "Helping people", "start each line with a code"),
        ("tasks", "Big Letters: helping people", "start each line with a code"),
        ("tasks", "housing:", "start each line with a code"),
        ("tasks", "housing: helping\nhousing: again", "use the code housing for one task only"),
        ("tasks", "", "Enter at least one shared public task"),
        ("uses", ["spying"], "Select at least one kind of use"),
        ("classes", "", "Enter at least one class"),
        ("exclusions", [], "Enter what the terms leave out"),
        ("safeguards", "x" * 201, "shorten each to 200"),
        ("regime", "none", "Select which part of the law"),
        ("retention_months", "0", "whole number, 1 to"),
        ("retention_months", None, "Enter for how many months"),
        ("name", "a\u202eb", "remove hidden"),
        ("reason", "", "Enter why the terms change"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(field: str, value: Any, sentence: str) -> None:
    _, _, problems = check_terms(typed(**{field: value}), version(1, "2026-01-05"))
    assert [each.field for each in problems] == [field]
    assert sentence in problems[0].sentence


def test_terms_that_change_nothing_are_not_proposed() -> None:
    _, _, problems = check_terms(typed(), version(1, "2026-01-05"))
    assert "Change something" in problems[0].sentence
    _, terms, problems = check_terms(typed(retention_months="12"), version(1, "2026-01-05"))
    assert problems == () and terms.retention_months == 12 and terms.reason == "Members asked for it."


def test_every_field_of_the_terms_is_asked_for() -> None:
    assert {question.id for question in TERMS} - {"name"} == set(rules.Terms.__dataclass_fields__)


# --- what is seeded says what the rules about words say --------------------------------------------------------------


def test_the_three_clusters_are_the_ones_the_rules_know() -> None:
    assert {each["id"]: each["name"] for each in SEEDED} == dict(clusters.NAMES)
    assert all(each["version"] == 1 and each["in_force_from"] == "2026-01-05" for each in SEEDED)
    assert all(each["proposed_by"] != each["confirmed_by"] for each in SEEDED)


@pytest.mark.parametrize("seeded", SEEDED, ids=[each["id"] for each in SEEDED])
def test_tasks_uses_and_exclusions_for_people_are_those_of_the_lane(seeded: dict[str, Any]) -> None:
    terms, cluster = from_json(seeded["terms"]), seeded["id"]
    assert len(set(terms.codes)) == len(terms.tasks) >= 5
    for task in terms.tasks:
        assert isinstance(task, SharedTask)
        assert clusters.does(cluster, "service_delivery", task.sentence, "") == "", task
    assert set(terms.uses) == {USES[each] for each in clusters.CATEGORIES[cluster]}
    left_out = "\n".join(terms.exclusions).lower()
    for name, _, also_singly in clusters.EXCLUDED:
        assert f"{name}, {'also one by one' if also_singly else 'in bulk'}" in left_out
