"""Requests out of a file (§8): each row of a table becomes the answers of one draft, or a sentence on what to mend.

A draft may lack answers, so what is missing is no fault and is listed as still to be answered. What stands there and
cannot be taken is a fault, with its row and column; a row with a fault is not taken. A file that nobody could mean
(an unknown column, no table at all) is refused as a whole.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from io import StringIO
from typing import Any

from domain.bodies import plain
from domain.questions import Choice, Problem, Question, check, is_asked, tidy
from domain.request_sections import SECTIONS

MOST_ROWS = 200
SHOWN = 40  # characters of what stood in a cell, when a sentence repeats it
QUESTIONS: Mapping[str, Question] = {
    question.id: question for section in SECTIONS for question in section.questions
}
YES = frozenset({"yes", "y", "true", "x", "1"})
DAYS = (
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d %m %Y",
)  # beside 2027-03-31; the day comes first here

Answers = dict[str, Any]
Names = Sequence[tuple[str, str]]  # what something is called, its id; one id may have several names


class CannotRead(Exception):
    """Sentences: why nothing of the file can be taken."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, kw_only=True)
class Around:
    """Who imports, as the directory knows them: their teams, those teams' risk owners, the teams that hold data."""

    teams: Names
    owners: Mapping[str, Names]
    senders: Names


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`row`: as a spreadsheet counts, the header being row 1; for a list of requests, the number of the request."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """`key`: the same for the same content, however often it is read. `used`, `left_out`: (theirs, ours or why)."""

    number: int
    key: str
    answers: Answers
    used: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def to_answer(self) -> tuple[str, ...]:
        """The labels of what the form asks and the file does not say."""
        return tuple(
            question.label
            for question in QUESTIONS.values()
            if (question.required or question.needed_when)
            and is_asked(question, self.answers)
            and not self.answers.get(question.id)
        )


@dataclass(frozen=True, kw_only=True)
class Read:
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...] = field(default=())


def read_csv(text: str, around: Around) -> Read:
    """Each row under a header of question ids or labels. Raises `CannotRead`."""
    header, records = _table(text)
    columns = _columns(header)
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, record in records:
        cells = {key: cell for key, cell in zip(columns, record, strict=False) if key}
        wrong = (
            [Fault(row=number, column="", sentence=_too_long(len(header)))] if record[len(header) :] else []
        )
        answers, problems = _answers(cells, around)
        wrong += [Fault(row=number, column=each.field, sentence=each.sentence) for each in problems]
        if wrong:
            faults += wrong
        else:
            rows.append(Row(number=number, key=key_of(cells, seen), answers=answers))
    if not rows and not faults:
        raise CannotRead("The file has a header and no rows: add a row for each request.")
    return Read(rows=tuple(rows), faults=tuple(faults))


def key_of(content: Mapping[str, Any], seen: dict[str, int]) -> str:
    """What a row is known by: its content, and how often the file said the same before (`seen` counts)."""
    told = sha256(
        json.dumps(content, sort_keys=True, default=str).encode("utf-8", "surrogatepass")
    ).hexdigest()
    seen[told] = seen.get(told, 0) + 1
    return f"{told}.{seen[told]}"


# --- the table ---------------------------------------------------------------------------------------------------


def _table(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first = text.partition("\n")[0]
    try:
        table = csv.reader(StringIO(text), delimiter="\t" if "\t" in first else ",", strict=True)
        found = [(number, record) for number, record in enumerate(table, start=1)]
    except csv.Error as why:
        raise CannotRead(f"The file is no table that can be read ({why}): save it as CSV again.") from why
    found = [(number, record) for number, record in found if any(cell.strip() for cell in record)]
    if not found:
        raise CannotRead("The file is empty: put the names of the questions in the first row.")
    if len(found) - 1 > MOST_ROWS:
        raise CannotRead(f"The file has {len(found) - 1:,} rows: put {MOST_ROWS} or fewer in one file.")
    (_, header), *records = found
    while header and not header[-1].strip():  # spreadsheets add empty columns at the end
        header = header[:-1]
    width = len(header)
    return header, [(n, r[:width] if not any(c.strip() for c in r[width:]) else r) for n, r in records]


def _columns(header: Sequence[str]) -> list[str]:
    """The question of each column. Raises `CannotRead` naming every column that is none."""
    known = {plain(name): each.id for each in QUESTIONS.values() for name in (each.label, each.id)}
    wrong: list[str] = []
    columns: list[str] = []
    for place, name in enumerate(header, start=1):
        key = known.get(plain(name), "")
        if not name.strip():
            wrong.append(f"Column {place} has no name: give it one, or take it out.")
        elif not key:
            wrong.append(
                f"Column {place}, '{_shown(name)}', is no question of the form: rename it, or take it out."
            )
        elif key in columns:
            wrong.append(f"Column {place}, '{_shown(name)}', is there twice: take one out.")
        columns.append(key)
    if wrong:
        raise CannotRead(*wrong)
    return columns


def _too_long(width: int) -> str:
    return f"The row has more cells than the {width} columns: put text with commas in quotation marks."


# --- cells -------------------------------------------------------------------------------------------------------


def _answers(cells: Mapping[str, str], around: Around) -> tuple[Answers, list[Problem]]:
    """The answers of a row as a draft keeps them, and what cannot be taken."""
    answers: Answers = {}
    problems: list[Problem] = []
    given = {key: cell.strip() for key, cell in cells.items() if cell.strip()}
    if "team" not in given and len({team for _, team in around.teams}) == 1:
        answers["team"] = around.teams[0][1]
    for question in QUESTIONS.values():  # the team before its risk owner, as on the form
        if question.id not in given:
            continue
        value = _value(question, given[question.id], around, str(answers.get("team", "")))
        if isinstance(value, Problem):
            problems.append(value)
        else:
            answers[question.id] = value
    return answers, problems


def _value(question: Question, text: str, around: Around, team: str) -> Any:
    match question.id:
        case "team":
            return _named(question, text, around.teams, "is no team that you ask for")
        case "risk_owner":
            why = "is no risk owner of that team" if team else "cannot be looked up without a team"
            return _named(question, text, around.owners.get(team, ()), why)
        case "sending_team":
            return _named(question, text, around.senders, "is no team that holds data, or several")
        case "also_teams":
            found = [
                _named(question, each, around.senders, "is no team that holds data") for each in pieces(text)
            ]
            return next((each for each in found if isinstance(each, Problem)), found)
        case _:
            value = _as_typed(question, text)
            if question.kind == "choice" and not chosen(question.choices, text):
                return Problem(question.id, f"'{_shown(text)}' is none of its choices. {question.ask}")
            return _checked(question, value)


def _named(question: Question, text: str, names: Names, why: str) -> str | Problem:
    found = named(text, names)
    return found or Problem(question.id, f"'{_shown(text)}' {why}. {question.ask}")


def named(text: str, names: Names) -> str:
    """The one thing of this id or name; '' for none and for several."""
    found = {id for name, id in names if text == id or plain(name) == plain(text)}
    return found.pop() if len(found) == 1 else ""


def pieces(text: str) -> list[str]:
    """What stands in one cell, or on lines, one by one."""
    return [each.strip() for line in text.splitlines() for each in line.split(";") if each.strip()]


def _as_typed(question: Question, text: str) -> object:
    match question.kind:
        case "lines" | "pick":
            return pieces(text)
        case "date":
            return _iso(text)
        case "choice":
            return chosen(question.choices, text) or text
        case "tick":
            return "yes" if text.casefold() in YES else text
        case _:
            return text


def chosen(choices: Iterable[Choice], text: str) -> str:
    """The value of a choice that is written as its value or its label."""
    return next((each.value for each in choices if plain(text) in (plain(each.value), plain(each.label))), "")


def _iso(text: str) -> str:
    """A date as people in this country write it; what is none stays as it is, to be refused."""
    for shape in DAYS:
        try:
            return datetime.strptime(text, shape).replace(tzinfo=UTC).date().isoformat()
        except ValueError:
            continue
    return text


def _checked(question: Question, value: object) -> Any:
    """As a draft keeps it: text, or a list of texts."""
    clean, problems = check([replace(question, required=False, needed_when=None)], {question.id: value})
    if problems:
        return problems[0]
    found = clean.get(question.id, "")
    return list(found) if isinstance(found, tuple) else str(found)


def checked(question: str, value: object) -> Any:
    """An answer as the draft keeps it; None when its question could not take it."""
    found = _checked(QUESTIONS[question], value)
    return None if isinstance(found, Problem) else found


def _shown(text: str) -> str:
    return (tidy(text) or "what stands there")[:SHOWN]


def by_row(faults: Sequence[Fault]) -> list[tuple[int, tuple[Fault, ...]]]:
    """The rows that have to be mended, each with its faults."""
    numbers = dict.fromkeys(each.row for each in faults)
    return [(number, tuple(each for each in faults if each.row == number)) for number in numbers]


def on(day: Mapping[str, Any]) -> str:
    """An ISO date out of its three numbers; '' when they make none."""
    try:
        return date(*(int(str(day.get(part))) for part in ("year", "month", "day"))).isoformat()
    except ValueError:
        return ""
