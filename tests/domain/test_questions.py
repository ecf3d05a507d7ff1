"""One way to check answers, whatever is sent: a sentence for each problem, and never an exception (E4)."""

from typing import Any

import pytest

from domain.questions import MOST_ITEMS, Choice, Problem, Question, check, tidy
from domain.request_form import QUESTIONS, SECTIONS

ITEMS = Question(id="items", label="Items", kind="lines", ask="Enter at least one item")
HOSTILE: list[Any] = [
    *(None, "", " ", 0, -1, 1.5, True, [], {}, [[]], [None], [{}], b"bytes", object()),
    *("\x00", "\ud800", "\u202etxt", "a\x07b", "=1+1", "<script>", "9" * 5000, "x" * 100_000),
    *(["\ud800"], ["x" * 300], ["a\nb"], float("nan"), float("inf"), 10**30),
]


@pytest.mark.parametrize("given", HOSTILE, ids=lambda each: repr(each)[:30])
@pytest.mark.parametrize("question", [*QUESTIONS, ITEMS], ids=lambda each: each.id)
def test_whatever_is_sent_is_taken_or_told_what_to_do(question: Question, given: Any) -> None:
    answers, problems = check([question], {question.id: given})
    assert not (answers and problems)
    for problem in problems:
        assert problem.field == question.id and len(problem.sentence) > 10


def test_a_million_lines_are_told_apart_from_a_list_at_once() -> None:
    """A form must not be able to hold everybody up: the limit is asked on the way."""
    lines = "\n".join(str(number) for number in range(1_000_000))
    answers, problems = check([ITEMS], {"items": lines})
    assert (answers, problems) == ({}, (Problem("items", f"Items: enter {MOST_ITEMS} or fewer"),))


def test_a_follow_up_is_asked_whatever_the_spaces() -> None:
    yes = Question(
        id="yes", label="Yes?", kind="choice", ask="Select", choices=(Choice(value="yes", label="Yes"),)
    )
    more = Question(id="more", label="More", ask="Enter more", needed_when=("yes", ("yes",)))
    assert check([yes, more], {"yes": " yes "})[1] == (Problem("more", "Enter more"),)
    assert check([more], {"yes": "no"}) == ({}, ())


def test_text_is_kept_in_one_form_and_what_cannot_be_shown_is_refused() -> None:
    assert tidy("  e\u0301\r\nb ") == "\u00e9\nb"
    assert tidy("a\u202eb") is None and tidy("\ud800") is None and tidy("a\x00b") is None


def test_there_are_twelve_questions_and_none_needs_a_lawyer() -> None:
    """§8, E3."""
    assert len(SECTIONS) == 12
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)
