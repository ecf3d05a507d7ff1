"""The form with which somebody makes a token for a machine of theirs."""

from datetime import timedelta

from domain.questions import Answers, Choice, Question
from domain.scopes import ABOUT, LONGEST, USUAL, Scope, known

MAKE = (
    Question(
        id="label",
        label="What it is for",
        ask="Enter what the token is for",
        hint="Where it will be used, such as “Nightly import of requests”. You will know it by these words.",
        most=80,
    ),
    Question(
        id="scopes",
        label="What it may do",
        ask="Select what the token may do",
        kind="pick",
        hint="Never more than you may do yourself. Select as little as will do.",
        choices=tuple(Choice(value=scope, label=about) for scope, about in ABOUT.items()),
    ),
    Question(
        id="days",
        label="For how many days it works",
        ask=f"Enter a number of days from 1 to {LONGEST}",
        kind="number",
        hint=f"From 1 to {LONGEST}. You can replace it with another one at any time.",
        least=1,
        most=LONGEST,
    ),
)
BEFORE = {"days": str(USUAL)}


def scopes(answers: Answers) -> tuple[Scope, ...]:
    given = answers["scopes"]
    assert isinstance(given, tuple)
    return known(given)


def lifetime(answers: Answers) -> timedelta:
    days = answers["days"]
    assert isinstance(days, int)
    return timedelta(days=days)
