"""P8, air cover: how much risk a body expects its people to take, by kind of use, in versions that leaders sign.

A statement counts from the next working day after it was stated, until a later one does; none is ever changed. What a
request needs is one of the same levels (`needed`), so a decision to share is within the appetite when the level
stated for its kind of use is at least that one (`stands`). Where it is not, a leader of that body has to say so too
(`leader_asked`); in which lanes a case waits for that is a rule of the lanes (`domain.decide.risk`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from domain.governance import LEADERS, TABLE
from domain.people import Role
from domain.permissions import Post
from domain.questions import Choice, Problem, Question, check
from domain.refusals import Refusal
from domain.request_choices import USES


class Level(StrEnum):
    """From little to much; the order is the scale."""

    AVERSE = "averse"
    MINIMAL = "minimal"
    CAUTIOUS = "cautious"
    OPEN = "open"
    EAGER = "eager"


SCALE = tuple(Level)

LEVELS = (
    Choice(value=Level.AVERSE, label="Averse", hint="No sharing of this kind without a leader's word"),
    Choice(value=Level.MINIMAL, label="Minimal", hint="Sharing that puts few people's data at risk"),
    Choice(value=Level.CAUTIOUS, label="Cautious", hint="More than that, where there is a good reason"),
    Choice(value=Level.OPEN, label="Open", hint="Any request of this kind that the law allows"),
    Choice(value=Level.EAGER, label="Eager", hint="The same, and we ask our teams to look for such shares"),
)


class Standing(StrEnum):
    """How a decision to share stands to a body's appetite."""

    WITHIN = "within"
    OUTSIDE = "outside"
    UNSTATED = "unstated"


# --- what is refused ---------------------------------------------------------------------------------------------


class NotYourBody(Refusal):
    status = 403
    sentence = "Only a leader of this body can state its risk appetite. Ask leader 1 of the body."


class StatementMoved(Refusal):
    sentence = (
        "A newer version of this statement was made since you opened the page. Read it, then send again."
    )


# --- statements --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    level: Level
    text: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One version. `lines`: by value of the question "Kind of use". `signed_as`: the post, never the person (I10)."""

    organisation: str
    version: int
    text: str
    lines: Mapping[str, Line]
    signed_as: Role
    stated_on: date
    in_force_from: date


def to_json(lines: Mapping[str, Line]) -> dict[str, dict[str, str]]:
    return {use: {"level": str(line.level), "text": line.text} for use, line in lines.items()}


def from_json(held: Mapping[str, Mapping[str, str]]) -> dict[str, Line]:
    return {use: Line(Level(line["level"]), line["text"]) for use, line in held.items()}


def in_force(versions: Iterable[Statement], day: date) -> Statement | None:
    """The highest version that has begun by this London day."""
    begun = [each for each in versions if each.in_force_from <= day]
    return max(begun, key=lambda each: each.version, default=None)


# --- whether a decision is within --------------------------------------------------------------------------------

# How many people the data is about, as the request says; one step each.
STEPS = {"under_100": 0, "100_to_10k": 1, "10k_to_1m": 2, "over_1m": 3}
# Withholding does lasting harm, or is a danger to life: that speaks for taking more risk, by one step.
GRAVE = frozenset({"serious", "severe"})
# What is looked up one person at a time is no file that could get lost: one step less.
ONE_BY_ONE = "one_by_one"
NEEDED = (Level.MINIMAL, Level.CAUTIOUS, Level.OPEN)


def needed(answers: Mapping[str, Any]) -> Level:
    """The least appetite that covers a request, by the answers of its form; docs/leaders.md has the same table.

    What is missing counts as the most: an unknown number of people needs an open appetite.
    """
    steps = STEPS.get(str(answers.get("people_band", "")), max(STEPS.values()))
    if answers.get("severity") in GRAVE:
        steps -= 1
    if answers.get("pattern") == ONE_BY_ONE:
        steps -= 1
    return NEEDED[min(max(steps, 0), len(NEEDED) - 1)]


def stands(statement: Statement | None, category: str, level: Level) -> Standing:
    """How a decision to share for this kind of use, which needs `level`, stands to a statement."""
    line = statement.lines.get(category) if statement else None
    if line is None:
        return Standing.UNSTATED
    is_within = line.level is not Level.AVERSE and SCALE.index(line.level) >= SCALE.index(level)
    return Standing.WITHIN if is_within else Standing.OUTSIDE


def leader_asked(statement: Statement | None, standing: Standing) -> int:
    """The level of the leader who has to say so too; 0 within the appetite.

    Outside it, that is the leader who signed the statement; without one, leader 1.
    """
    if standing is Standing.WITHIN:
        return 0
    return LEADERS.index(statement.signed_as) + 1 if statement and standing is Standing.OUTSIDE else 1


@dataclass(frozen=True, kw_only=True)
class Stance:
    """How a request stood to one body's statement when it was looked at; kept with its form, so that it stays true.

    `version` and `stated`: of the line that was read, 0 and '' where there was none. `asks`: as `leader_asked`.
    """

    body: str
    standing: Standing
    needs: Level
    version: int = 0
    stated: Level | None = None
    asks: int = 0


def stance(body: str, statement: Statement | None, answers: Mapping[str, Any]) -> Stance:
    """`statement`: the body's version in force on the day the request came in. `answers`: of its form."""
    level, use = needed(answers), str(answers.get("use", ""))
    standing = stands(statement, use, level)
    read = statement if standing is not Standing.UNSTATED else None
    return Stance(
        body=body,
        standing=standing,
        needs=level,
        version=read.version if read else 0,
        stated=read.lines[use].level if read else None,
        asks=leader_asked(statement, standing),
    )


def stances_from(held: Iterable[Mapping[str, Any]]) -> tuple[Stance, ...]:
    """As they were kept with a form; the receiving body's first."""
    return tuple(
        Stance(
            body=each["body"],
            standing=Standing(each["standing"]),
            needs=Level(each["needs"]),
            version=each["version"],
            stated=Level(each["stated"]) if each["stated"] else None,
            asks=each["asks"],
        )
        for each in held
    )


# --- stating it --------------------------------------------------------------------------------------------------

NAME_NO_PERSON = "It is published. Name no person."


def level_of(use: str) -> str:
    return f"level-{use}"


def text_of(use: str) -> str:
    return f"text-{use}"


QUESTIONS = (
    Question(
        id="text",
        label="What you expect of your teams, as a whole",
        kind="text",
        ask="Enter what you expect of your teams, as a whole",
        hint=f"That some risk is expected in delivery, and that you stand behind those who take it. {NAME_NO_PERSON}",
    ),
    *(
        question
        for use in USES
        for question in (
            Question(
                id=level_of(use.value),
                label=f"{use.label}: how much risk",
                kind="choice",
                ask=f"Select how much risk you expect: {use.label.lower()}",
                choices=LEVELS,
            ),
            Question(
                id=text_of(use.value),
                label=f"{use.label}: what that means here",
                kind="text",
                ask=f"Enter what that means in your body: {use.label.lower()}",
                most=600,
            ),
        )
    ),
    Question(
        id="agree",
        label="I sign this statement for the body, and it may be published",
        kind="tick",
        ask="Confirm that you sign this statement for the body",
    ),
)


def as_typed(statement: Statement | None) -> dict[str, str]:
    """A version as the boxes of the form hold it, to be changed. The tick is never filled in."""
    if statement is None:
        return {}
    found = {"text": statement.text}
    for use, line in statement.lines.items():
        found |= {level_of(use): str(line.level), text_of(use): line.text}
    return found


def check_statement(
    raw: Mapping[str, object], before: Statement | None
) -> tuple[str, dict[str, Line], tuple[Problem, ...]]:
    """The overall text and the lines that were typed, and what is wrong; both are of no use when anything is."""
    answers, problems = check(QUESTIONS, raw)
    if problems:
        return "", {}, problems
    text = str(answers["text"])
    lines = {
        use.value: Line(Level(str(answers[level_of(use.value)])), str(answers[text_of(use.value)]))
        for use in USES
    }
    if before and (before.text, dict(before.lines)) == (text, lines):
        problems = (Problem("", "This is the statement as it is. Change something, or leave it."),)
    return text, lines, problems


# --- who ---------------------------------------------------------------------------------------------------------


def post_for(posts: Iterable[Post], act: str, organisation: str) -> Role | None:
    """The post in which somebody may do a leader's act for a body: the most senior they hold there."""
    held = [post.role for post in posts if post.organisation == organisation and post.role in TABLE[act]]
    return max(held, default=None)
