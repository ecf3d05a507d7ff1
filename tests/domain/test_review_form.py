"""§6: what a review is asked, by what the share is, and which of its numbers the public sees."""

from typing import Any

import pytest

from domain.act_form import About
from domain.act_in_case import check_act, form_for
from domain.case import Lane
from domain.questions import Choice
from domain.review_form import Alarms, alarms, nations_of, published

FULL: dict[str, Any] = {
    "helped": "4,100 more pensioners claim.",
    "alarms_known": "yes",
    "false_alarms": ["England, 1200, 34", "Wales, 80, 0"],
    "harm": "None known.",
    "equality": "No difference known.",
    "outcome": "continue",
}
IN_TWO_NATIONS = About(items=("Name",), nations=("England", "Wales"))


def asked(about: About) -> list[str]:
    return [question.id for question in form_for("conclude_review", about).questions]


def problems(about: About = IN_TWO_NATIONS, **changes: Any) -> dict[str, str]:
    found = check_act(form_for("conclude_review", about), FULL | changes)[1]
    return {problem.field: problem.sentence for problem in found}


def test_a_full_review_asks_what_section_6_lists() -> None:
    ids = asked(
        About(items=("Name",), left_out=("Income", "Address"), retired=("Your income?",), last_review=True)
    )
    assert ids == [
        "helped", "people_helped", "alarms_known", "false_alarms", "harm", "equality", "outcome", "items",
        "left_out_1", "left_out_2", "retired", "after",
    ]  # fmt: skip


def test_the_light_yearly_review_asks_the_heart_of_it() -> None:
    assert asked(About(light_review=True, last_review=True)) == [
        "helped",
        "harm",
        "outcome",
        "items",
        "after",
    ]


def test_a_trial_is_not_asked_what_follows_its_last_review() -> None:
    """C22: what follows a trial is an amendment with evidence."""
    assert "after" not in asked(About(lane=Lane.EXPLORATORY, last_review=True))


def test_the_items_to_keep_are_those_of_the_share() -> None:
    form = form_for("conclude_review", About(items=("Name", "Income")))
    (items,) = (question for question in form.questions if question.id == "items")
    assert items.choices == (Choice(value="Name", label="Name"), Choice(value="Income", label="Income"))


def test_what_is_complete_is_taken() -> None:
    assert problems() == {}
    assert problems(alarms_known="no", false_alarms=[]) == {}


def test_every_nation_of_the_share_has_its_line() -> None:
    """§6: by nation. A group beside them is welcome, a missing nation is not."""
    assert problems(false_alarms=["England, 1200, 34", "Aged 80 and over, 90, 4"]) == {
        "false_alarms": "Add a line for Wales, with 0 where nobody was picked out"
    }


@pytest.mark.parametrize(
    "line", ["England", "England, many, 3", "England, 3, 4", ", 3, 1", "England, -3, 1", "England, ٣, 1"]
)
def test_a_line_that_cannot_be_read_says_how_to_write_it(line: str) -> None:
    sentence = problems(false_alarms=[line, "Wales, 1, 0"])["false_alarms"]
    assert "how many of them wrongly" in sentence and "For example" in sentence


def test_a_name_may_hold_a_comma() -> None:
    assert alarms(["Women, 65 to 74, 300, 12"]) == (Alarms("Women, 65 to 74", 300, 12),)


@pytest.mark.parametrize(
    ("region", "nations"),
    [
        ("E12000003", ("England",)),
        ("W92000004", ("Wales",)),
        ("K04000001", ("England", "Wales")),
        ("K03000001", ("England", "Wales", "Scotland")),
        ("K02000001", ("England", "Wales", "Scotland", "Northern Ireland")),
        ("", ()),
    ],
)
def test_the_nations_follow_from_the_area(region: str, nations: tuple[str, ...]) -> None:
    assert nations_of(region) == nations


def test_no_number_below_five_people_is_published() -> None:
    """§5: counts of citizens under 5 are suppressed; nought says nothing about anybody."""
    told = published(
        {"people_helped": 4, "alarms_known": "yes", "false_alarms": ["Wales, 80, 4", "England, 9, 0"]}
    )
    assert told == {
        "people_helped": "fewer than 5",
        "false_alarms_known": True,
        "false_alarms": [
            {"who": "Wales", "flagged": 80, "wrong": "fewer than 5"},
            {"who": "England", "flagged": 9, "wrong": 0},
        ],
    }


def test_words_of_a_review_are_not_published() -> None:
    """I10: what was written may name somebody."""
    assert published({"helped": "Ms Jones", "harm": "Mr Smith", "equality": "x"}) == {}
