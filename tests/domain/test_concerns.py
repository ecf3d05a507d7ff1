"""E: when concerns begin a mediation by themselves; A: what the public forms turn away, and what is counted."""

import pytest

from domain import clear_numbers
from domain.concerns import reached, voice
from domain.policy import Policy
from domain.rights_desk import Counts

POLICY = Policy()


@pytest.mark.parametrize(
    ("voices", "reliers", "begins"),
    [
        ((), 0, False),
        ((), 500, False),
        (("",), 9, False),
        (("",), 10, True),
        (("age uk",), 11, True),
        (("age uk", "liberty"), 0, False),
        (("age uk", "liberty", "bma"), 0, True),
        (("age uk", "liberty", ""), 9, True),
        (("age uk", "age uk", "age uk"), 9, False),
        (("", "", "", ""), 9, False),
    ],
)
def test_the_measure(voices: tuple[str, ...], reliers: int, begins: bool) -> None:
    assert reached(POLICY, voices, reliers) is begins


def test_the_numbers_are_the_policys() -> None:
    assert (POLICY.widely_relied, POLICY.concerns, POLICY.moderate) == (10, 3, 5)
    assert reached(Policy(widely_relied=2, concerns=9), ("a",), 2)
    assert reached(Policy(widely_relied=99, concerns=1), ("a",), 0)


def test_a_body_is_heard_once_however_it_is_written() -> None:
    assert voice("", " Age  UK ") == voice("", "age uk")
    assert voice("dwp", "Anything") == voice("dwp", "Something else") != voice("", "dwp")
    assert voice("", "") == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("My number is AB123456C.", "a National Insurance number"),
        ("ab 12 34 56 c", "a National Insurance number"),
        ("943 476 5919", "an NHS number"),
        ("(943-476-5919)", "an NHS number"),
        ("9434765919", "an NHS number"),
        ("somebody@example.org", "an e-mail address"),
        ("9434765918", ""),  # its check digit is wrong
        ("19434765919", ""),  # eleven digits
        ("BG123456C", ""),  # a prefix nobody was given
        ("XAB123456C", ""),
        ("SC-2222-2222 since 2026", ""),
        ("@ the office", ""),
    ],
)
def test_what_tells_who_somebody_is(text: str, told: str) -> None:
    assert clear_numbers.told_in(text) == told
    problems = clear_numbers.problems([("text", "Your concern", text)])
    assert [problem.field for problem in problems] == (["text"] if told else [])


@pytest.mark.parametrize("received", [1, 4])
def test_a_few_people_are_not_counted_out_loud(received: int) -> None:
    assert Counts(received=received, met=received).public() == {"received": None, "fewer_than": 5}


def test_nobody_and_many_are() -> None:
    assert Counts().public()["received"] == 0
    assert Counts(received=5, answered=2, in_time=1, met=1, not_met=1).public() == {
        "received": 5, "answered": 2, "answered_in_time": 1, "met": 1, "partly": 0, "not_met": 1,
    }  # fmt: skip
