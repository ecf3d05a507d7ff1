"""What templates ask for, answered: frozen, in words, with nothing left to decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.case import Kind, Stage
from domain.harm import harm_meter
from domain.people import Seat, Side
from domain.questions import Choice, Question
from domain.words import STAGE_COLOURS, STAGES, of_task, seat
from domain.working_days import Calendar, CalendarTooShort, Nation
from store.names import TeamCard
from ui.templating import upper_first
from ui.when import day
from ui.words import LABELS

UNKNOWN = TeamCard(name="a team", body="a body no longer in the directory", nation=Nation.ENGLAND_AND_WALES)
OF_A_BODY = (Seat.REVIEWER, Seat.RECEIVING_ADVISER, Seat.SENDING_ADVISER)
FLOWING = frozenset({Stage.ACTIVE, Stage.ENDED})  # the data has come: withholding does no more harm


@dataclass(frozen=True, kw_only=True)
class Tag:
    text: str
    colour: str


TAGS = {stage: Tag(text=STAGES[stage], colour=STAGE_COLOURS[stage]) for stage in Stage}


def stage_tag(stage: str) -> Tag:
    return TAGS[Stage(stage)]


@dataclass(frozen=True, kw_only=True)
class Teams:
    """The two sides of cases, named. Built once a page from the ids its rows hold."""

    cards: Mapping[str, TeamCard]

    def __getitem__(self, team: str) -> TeamCard:
        return self.cards.get(team, UNKNOWN)

    def asks(self, row: Any) -> str:
        return f"{self[row.receiving_team].label} asks {self[row.sending_team].label}"

    def side(self, row: Any, which: Seat) -> TeamCard:
        return self[row.sending_team if which.side is Side.SENDING else row.receiving_team]


def team_ids(rows: Iterable[Any]) -> set[str]:
    return {team for row in rows for team in (row.receiving_team, row.sending_team)}


def harm_sentence(calendar: Calendar, people_per_day: int, since: datetime | None, until: datetime) -> str:
    """P4, in words; without the days when the table of holidays does not reach that far."""
    try:
        return harm_meter(calendar, people_per_day, since, until).sentence()
    except (CalendarTooShort, LookupError):
        return f"{people_per_day:,} people affected each working day" if people_per_day else ""


def task_words(kind: Kind, post: Seat | None, about: str = "") -> str:
    return of_task(kind, about, post)


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    ref: str
    title: str
    asks: str
    stage: Tag
    updated_at: datetime
    level: int
    at_top: bool


def case_row(row: Any, teams: Teams) -> CaseRow:
    return CaseRow(
        ref=row.ref,
        title=row.title,
        asks=teams.asks(row),
        stage=stage_tag(row.stage),
        updated_at=row.updated_at,
        level=row.level,
        at_top=row.at_top,
    )


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A question and what was answered, for summary lists: several values are lines of one answer."""

    id: str
    label: str
    values: tuple[str, ...]
    href: str = ""
    problem: str = ""


def answered(question: Question, given: Any, *, href: str = "", problem: str = "") -> Answered:
    return Answered(
        id=question.id, label=question.label, values=in_words(question, given), href=href, problem=problem
    )


def as_read(question: Question, given: Any) -> Answered:
    """The same for somebody who was not the one asked."""
    return answered(replace(question, label=LABELS.get(question.id, question.label)), given)


def in_words(question: Question, given: Any) -> tuple[str, ...]:
    """An answer as people read it: labels of choices, dates in words, lists line by line. () for none."""
    if given in (None, "", [], ()):
        return ()
    if question.kind in ("pick", "lines"):
        many = given.splitlines() if isinstance(given, str) else given
        return tuple(str(each) for each in many if each) if isinstance(many, list | tuple) else (str(given),)
    if question.kind == "choice":
        return (_label(question.choices, str(given)),)
    if question.kind == "tick":
        return ("Yes",) if given == "yes" else ()
    if question.kind == "number" and isinstance(given, int):
        return (f"{given:,}",)
    if question.kind == "date":
        return (_day_or_as_typed(str(given)),)
    return (str(given),)


def _label(choices: Sequence[Choice], value: str) -> str:
    return next((choice.label for choice in choices if choice.value == value), value)


def _day_or_as_typed(given: str) -> str:
    try:
        return day(given)
    except ValueError:
        return given


def holder_words(which: Seat, teams: Teams, receiving: str, sending: str) -> str:
    """Who must act, so that anybody could telephone them: the seat and the body it is in."""
    if which is Seat.BOARD:
        return "The board of the receiving team's cluster"
    if which is Seat.REGULATOR:
        return "The regulator"
    if which.side is Side.SYSTEM:
        return "The operator of this installation"
    card = teams[sending if which.side is Side.SENDING else receiving]
    where = card.body if which.level or which in OF_A_BODY else card.label
    return f"{upper_first(seat(which))}: {where}"
