"""Forms: what a browser sent, as it was typed, and what a page needs to show it again beside what is wrong.

Bodies are parsed here and not by the framework, because its answers to a bad form are not pages. Bytes that are no
text come through as lone surrogates, so that `domain.questions` can name the box they are in.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

from domain.questions import Problem, Question
from ui.when import MONTHS

MOST_BYTES = 1_000_000
MOST_FIELDS = 1_000
COMMAND = re.compile(r"[0-9a-f]{32}")
TASK = re.compile(r"t[0-9]{1,6}")
FORM_HASH = re.compile(r"[0-9A-Za-z-]{1,64}")
VERSION = re.compile(r"[0-9]{1,9}")


class Typed:
    """What was typed: for each name the values in the order they came."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def one(self, name: str) -> str:
        return self._values.get(name, [""])[-1]

    def pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self._values.items() for value in values]

    def many(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        """A hidden field a page of ours wrote, or '' when it is not what we write."""
        value = self.one(name)
        return value if pattern.fullmatch(value) else ""

    def answers(self, questions: Sequence[Question]) -> dict[str, Any]:
        """Raw answers for `domain.questions.check`; the three boxes of a date are kept beside the whole date."""
        raw: dict[str, Any] = {}
        for question in questions:
            if question.kind == "pick":
                raw[question.id] = self.many(question.id)
            elif question.kind == "date":
                boxes = {part: self.one(f"{question.id}-{part}") for part in DATE_PARTS}
                raw |= {f"{question.id}-{part}": value for part, value in boxes.items()}
                raw[question.id] = iso_of(**boxes)
            else:
                raw[question.id] = self.one(question.id)
        return raw


async def read(request: Request) -> Typed:
    """The body of a posted form. Raises HTTPException 413 or 422; the error page says what to do."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("", "application/x-www-form-urlencoded"):
        raise HTTPException(422)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    try:
        text = body.decode("ascii", "surrogateescape")
        pairs = parse_qsl(text, keep_blank_values=True, errors="surrogateescape", max_num_fields=MOST_FIELDS)
    except ValueError as broken:
        raise HTTPException(422) from broken
    return Typed(pairs)


DATE_PARTS = ("day", "month", "year")
_MONTH_NUMBERS = {name.lower(): n for n, name in enumerate(MONTHS, start=1)} | {
    name[:3].lower(): n for n, name in enumerate(MONTHS, start=1)
}


def iso_of(day: str, month: str, year: str) -> str:
    """Three boxes as one ISO date; '' when all are empty. What makes no date stays visible, to be refused later."""
    parts = [part.strip() for part in (year, month, day)]
    if not any(parts):
        return ""
    parts[1] = str(_MONTH_NUMBERS.get(parts[1].lower(), parts[1]))
    return "-".join(
        f"{int(part):02}" if part.isascii() and part.isdigit() and len(part) < 9 else part for part in parts
    )


@dataclass(frozen=True, kw_only=True)
class FormView:
    """A form as its template asks about it. A problem without a field stands in the summary alone."""

    questions: tuple[Question, ...]
    typed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    problems: tuple[Problem, ...] = ()
    heading: bool = False  # the only question's label is the page's heading

    def value(self, key: str) -> str:
        found = self.typed.get(key, "")
        if isinstance(found, list | tuple):
            return "\n".join(str(each) for each in found)
        return str(found)

    def values(self, key: str) -> list[str]:
        found = self.typed.get(key, ())
        return [str(each) for each in found] if isinstance(found, list | tuple) else [str(found)]

    def picked(self, question: Question) -> list[str]:
        """What is ticked of a pick: as typed; before that all of it, where all is meant."""
        if question.whole and question.id not in self.typed:
            return [each.value for each in question.choices]
        return self.values(question.id)

    def box(self, key: str, part: str) -> str:
        """One of the three boxes of a date: as typed, else taken from the date that was given whole."""
        if f"{key}-{part}" in self.typed:
            return str(self.typed[f"{key}-{part}"])
        parts = self.value(key).split("-")
        return parts[2 - DATE_PARTS.index(part)].lstrip("0") if len(parts) == 3 else ""

    def error(self, key: str) -> str:
        return next((problem.sentence for problem in self.problems if problem.field == key), "")

    @property
    def plain(self) -> tuple[Question, ...]:
        """The questions in the order of the page, without those that open below a choice."""
        return tuple(q for q in self.questions if not self._opens_below(q))

    def below(self, question: Question, value: str) -> tuple[Question, ...]:
        """The questions that are asked only when `question` has this value."""
        return tuple(
            q for q in self.questions if q.needed_when == (question.id, (value,)) and self._opens_below(q)
        )

    def _opens_below(self, question: Question) -> bool:
        """Whether it can stand inside its radio: one value only, or its boxes would be on the page twice."""
        if question.needed_when is None or len(question.needed_when[1]) != 1:
            return False
        return any(q.id == question.needed_when[0] and is_radios(q) for q in self.questions)

    @property
    def summary(self) -> list[dict[str, str]]:
        """The error summary's links, each to the first box of its field."""
        kinds = {question.id: question.kind for question in self.questions}
        return [
            {"text": problem.sentence, "href": f"#{anchor(problem.field, kinds[problem.field])}"}
            if problem.field in kinds
            else {"text": problem.sentence}
            for problem in self.problems
        ]


def is_radios(question: Question) -> bool:
    """More than ten choices are a list to open; fewer are all in sight."""
    return question.kind == "choice" and len(question.choices) <= 10


def anchor(field_id: str, kind: str) -> str:
    return f"{field_id}-day" if kind == "date" else field_id
