"""A form as data: questions, and one way to check answers, shared by pages, the API, Slack and the command line.

An answer that cannot be taken gives a `Problem`: the field, and a sentence that says what to do (E4). Checking never
raises on bad input, whatever its type, and never changes what was typed.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Clean = str | int | tuple[str, ...]
Answers = dict[str, Clean]

LONG_TEXT = 4000  # characters
LINE = 200
MOST_ITEMS = 50


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """`kind`: line and text are words; lines is one thing a line; pick is any of `choices`; tick must be ticked.

    `needed_when`: (other question, values): asked, and required, only when that question has one of the values.
    `whole`: of a pick: all of it is meant until somebody picks fewer, and only then there is an answer.
    """

    id: str
    label: str
    ask: str  # the sentence when it is missing: "Enter ...", "Select ..."
    kind: Literal["line", "text", "lines", "number", "date", "choice", "pick", "tick"] = "line"
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = True
    least: int = 0
    most: int = 0
    needed_when: tuple[str, tuple[str, ...]] | None = None
    whole: bool = False


@dataclass(frozen=True)
class Problem:
    field: str
    sentence: str


def check(questions: Sequence[Question], raw: Mapping[str, object]) -> tuple[Answers, tuple[Problem, ...]]:
    """The clean answers, and what is wrong with the rest, in the order of the questions."""
    answers: Answers = {}
    problems: list[Problem] = []
    for question in questions:
        if not is_asked(question, raw):
            continue
        value = _check_one(question, raw.get(question.id))
        if isinstance(value, Problem):
            problems.append(value)
        elif value is not None:
            answers[question.id] = value
    return answers, tuple(problems)


def is_asked(question: Question, raw: Mapping[str, object]) -> bool:
    if question.needed_when is None:
        return True
    other, values = question.needed_when
    given = raw.get(other)
    return isinstance(given, str) and given.strip() in values


def _check_one(question: Question, given: object) -> Clean | Problem | None:
    match question.kind:
        case "lines" | "pick":
            return _check_many(question, given)
        case "number":
            return _check_number(question, given)
        case _:
            pass
    if given is None or given == "":
        return Problem(question.id, question.ask) if question.required else None
    if not isinstance(given, str):
        return Problem(question.id, f"{question.label}: send text. {question.ask}")
    text = tidy(given)
    if text is None:
        return Problem(question.id, f"{question.label}: remove hidden or broken characters, then send again")
    if not text:
        return Problem(question.id, question.ask) if question.required else None
    match question.kind:
        case "choice":
            return (
                text
                if text in {each.value for each in question.choices}
                else Problem(question.id, question.ask)
            )
        case "tick":
            return text if text == "yes" else Problem(question.id, question.ask)
        case "date":
            return _check_date(question, text)
        case _:
            most = question.most or (LONG_TEXT if question.kind == "text" else LINE)
            if len(text) > most:
                return Problem(question.id, f"{question.label}: shorten it to {most:,} characters or fewer")
            if question.kind == "line" and "\n" in text:
                return Problem(question.id, f"{question.label}: write it on one line")
            return text


def _check_many(question: Question, given: object) -> Clean | Problem | None:
    if given is None or given == "":
        if question.whole:
            return None
        given = []
    if isinstance(given, str):
        given = given.splitlines()
    if not isinstance(given, list | tuple):
        return Problem(question.id, f"{question.label}: send a list. {question.ask}")
    found: list[str] = []
    for each in given:  # pyright: ignore[reportUnknownVariableType]
        text = tidy(each) if isinstance(each, str) else None
        if text is None or "\n" in text:
            return Problem(
                question.id, f"{question.label}: remove hidden or broken characters, then send again"
            )
        if len(text) > LINE:
            return Problem(question.id, f"{question.label}: shorten each to {LINE} characters or fewer")
        if text and text not in found:
            found.append(text)
        if len(found) > MOST_ITEMS:  # asked on the way: a million lines must not cost a million comparisons
            return Problem(question.id, f"{question.label}: enter {MOST_ITEMS} or fewer")
    if question.kind == "pick" and not set(found) <= {each.value for each in question.choices}:
        return Problem(question.id, question.ask)
    if not found:
        return Problem(question.id, question.ask) if question.required or question.whole else None
    if question.whole and len(found) == len({each.value for each in question.choices}):
        return None
    return tuple(found)


def _check_number(question: Question, given: object) -> Clean | Problem | None:
    if given is None or given == "":
        return Problem(question.id, question.ask) if question.required else None
    text = (
        str(given).strip().replace(",", "")
        if isinstance(given, str | int) and not isinstance(given, bool)
        else ""
    )
    # Twelve digits are more people than there are, and far below what int() and the database refuse.
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
    if number is None or number < question.least or (question.most and number > question.most):
        upper = f" to {question.most:,}" if question.most else " or more"
        return Problem(question.id, f"{question.label}: enter a whole number, {question.least}{upper}")
    return number


def _check_date(question: Question, text: str) -> Clean | Problem:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Problem(question.id, f"{question.label}: enter a real date, like 31 March 2027 or 2027-03-31")
    if not 2000 <= day.year <= 2100:
        return Problem(question.id, f"{question.label}: enter a year between 2000 and 2100")
    return day.isoformat()


def tidy(text: str) -> str | None:
    """Normal form, trimmed, plain line ends. None for text that cannot be stored or shown safely."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    for char in text:
        category = unicodedata.category(char)
        if category in ("Cs", "Co", "Cn") or (category == "Cc" and char not in "\n\t") or char in BIDI:
            return None
    return text


# Letters that turn the reading direction can make a text read other than it is stored.
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
