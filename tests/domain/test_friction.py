"""P7: what a rule cost. Clean tags, and a ranking from which no case can be guessed."""

from typing import Any

import pytest

from domain import friction as rules
from domain.friction import Ranked, Rule, Told, check_tag, half_hours, hours, ranking, seat_for
from domain.governance import TABLE
from domain.people import Seat
from store.friction import rulebook

BOOK = {"dpia": Rule(id="dpia", name="DPIA", citation="UK GDPR, Article 35", kind="law")}
GOOD = {"rule": "dpia", "made_do": "Fill in a form of 40 pages.", "hours": "2.5", "protected": "no"}


def test_the_list_has_what_the_plan_is_about_and_each_has_its_citation() -> None:
    cited = " ".join(each.citation for each in rulebook().values())
    for needed in (
        "Article 35",
        "Article 30",
        "confidentiality",
        "Digital Economy Act 2017",
        "Schedule 1",
        "ICO data",
    ):
        assert needed in cited
    for needed in ("Caldicott", "Security Classifications", "Local data sharing agreement"):
        assert needed in cited
    assert rules.OTHER not in rulebook() and all(len(each) <= 40 for each in rulebook())
    assert {each.kind for each in rulebook().values()} == {"law", "guidance", "local"}


@pytest.mark.parametrize(
    ("typed", "half"),
    [("0.5", 1), ("1", 2), ("2.5", 5), ("400", 800), ("7.0", 14), ("0", None), ("400.5", None), ("2.3", None),
     ("", None), ("-1", None), ("1e2", None), ("٣", None), ("1,5", None), ("1000", None), ("nan", None)],
)  # fmt: skip
def test_hours_are_halves_from_a_half_to_400(typed: str, half: int | None) -> None:
    assert half_hours(typed) == half
    if half:
        assert hours(half) == float(typed)


def test_a_clean_tag() -> None:
    tag, problems = check_tag(BOOK, GOOD)
    assert not problems and tag
    assert (tag.citation, tag.half_hours, tag.same) == ("UK GDPR, Article 35", 5, "dpia")
    tag, _ = check_tag(BOOK, {**GOOD, "hours": 2.5})
    assert tag and tag.half_hours == 5
    tag, _ = check_tag(BOOK, {**GOOD, "rule": "other", "citation": "Local  Policy 7"})
    assert tag and (tag.citation, tag.same) == ("Local  Policy 7", "other:local policy 7")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rule": ""}, "rule"),
        ({"rule": "nonsense"}, "rule"),
        ({"rule": "other"}, "citation"),
        ({"rule": "other", "citation": "See amy@dwp.example"}, "citation"),
        ({"made_do": ""}, "made_do"),
        ({"made_do": "Look up 943 476 5919 by hand."}, "made_do"),
        ({"made_do": "Ask for QQ 12 34 56 C again."}, "made_do"),
        ({"made_do": "x" * 2001}, "made_do"),
        ({"hours": "401"}, "hours"),
        ({"hours": ["1"]}, "hours"),
        ({"hours": True}, "hours"),
        ({"protected": "perhaps"}, "protected"),
    ],
)
def test_what_cannot_be_taken_is_named(changes: dict[str, Any], field: str) -> None:
    tag, problems = check_tag(BOOK, {**GOOD, **changes})
    assert tag is None and [each.field for each in problems] == [field]
    assert all(each.sentence for each in problems)


def test_numbers_of_acts_are_no_personal_data() -> None:
    assert check_tag(BOOK, {**GOOD, "made_do": "Schedule 1, paragraphs 6, 10 and 18, in 2026 and 2027."})[0]


def test_those_who_work_on_a_case_may_and_those_who_look_at_it_may_not() -> None:
    may = {seat for seat in Seat if seat_for((seat,))}
    assert may == {seat for seat in Seat if seat.role in set(map(str, TABLE["tag_friction"]))}
    assert not may & {Seat.BOARD, Seat.REGULATOR, Seat.OPERATOR, Seat.CLOCK, Seat.PUBLIC}
    assert Seat.RECEIVING_ADVISER in may and seat_for((Seat.OPERATOR, Seat.REVIEWER)) is Seat.REVIEWER


# --- the ranking ---------------------------------------------------------------------------------------------------


def said(rule: str, *cases: str, half: int = 4, protected: str = "no") -> list[Told]:
    return [Told(ref=ref, rule=rule, half_hours=half, protected=protected) for ref in cases]


def test_rules_stand_by_hours() -> None:
    lines = ranking([*said("dpia", "1", "2", "3"), *said("caldicott", "1", "2", "3", half=9)])
    assert [(each.rule, each.half_hours, each.cases) for each in lines] == [
        ("caldicott", 27, 3),
        ("dpia", 12, 3),
    ]


def test_a_rule_of_two_cases_stands_with_others_or_not_at_all() -> None:
    """No case can be guessed: two tags in one case are one case."""
    lines = ranking([*said("dpia", "1", "1", "1"), *said("caldicott", "1", "2")])
    assert lines == (Ranked(rule="", half_hours=None, median=None, tags=None, cases=None, protected=None),)
    lines = ranking([*said("dpia", "1"), *said("caldicott", "2", "3")])
    assert [(each.rule, each.half_hours, each.cases, each.tags) for each in lines] == [("", 12, 3, 3)]
    assert ranking([]) == ()


def test_few_make_no_median_and_no_share() -> None:
    four = ranking(said("dpia", "1", "2", "3", "4"))[0]
    assert four.median is None and four.protected is None
    many = [*said("dpia", *"12345", half=2, protected="yes"), *said("dpia", *"67890", half=7)]
    ten = ranking(many)[0]
    assert (ten.median, ten.protected, ten.tags) == (2, 50, 10)
    nine = ranking(many[1:])[0]
    assert (nine.median, nine.protected) == (None, 44)
