"""Advice as the case page and the pages of decisions show it (P5): what was asked, what was said, or that nothing was."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from api.known import Known
from domain.case import Kind
from domain.people import Seat
from domain.working_days import Calendar
from store.reads import Entry
from ui.views import Tag, Teams, holder_words
from ui.when import Due, due

GIVEN = Tag(text="Advice given", colour="green")
WAITING = Tag(text="Asked", colour="blue")
SILENT = Tag(text="No advice received in time", colour="grey")
OVERTAKEN = Tag(text="Decided before any advice came", colour="grey")
BY_THE_RULES = (
    "Identifiable health records in bulk would go to a body outside health, so the rules ask for the Caldicott "
    "Guardian’s advice."
)


@dataclass(frozen=True, kw_only=True)
class AdviceRow:
    """`question`, `said`: in the asker's and the adviser's words, '' where they are not this reader's to read."""

    who: str
    seat: Seat
    asked_at: datetime
    question: str
    state: Tag
    said: str = ""
    said_at: datetime | None = None
    until: Due | None = None
    is_hidden: bool = False


def advice_of(
    seen: Known, entries: Sequence[Entry], teams: Teams, calendar: Calendar, now: datetime
) -> list[AdviceRow]:
    """Each time advice was asked for, oldest first. `entries`: the timeline as this person may read it."""
    case, rows = seen.case, list[AdviceRow]()
    assert case.receiving and case.sending
    for entry in entries:
        if entry.kind == "advice_asked":
            seat = Seat(entry.data["seat"])
            asked = entry.act == "ask_advice"
            rows.append(
                AdviceRow(
                    who=holder_words(seat, teams, case.receiving.team, case.sending.team),
                    seat=seat,
                    asked_at=entry.at,
                    question=str(entry.words.get("reason", "")) if asked else BY_THE_RULES,
                    state=OVERTAKEN,
                    is_hidden=asked and not entry.words,
                )
            )
        elif entry.kind == "advice_given":
            said = str(entry.words.get("reason", ""))
            _settle(rows, entry, GIVEN, said=said, said_at=entry.at, is_hidden=not said)
        elif entry.kind == "advice_not_received":
            _settle(rows, entry, SILENT)
    for task in case.open(Kind.ADVISE):
        until = due(calendar, case.nation(task.seat.side), task.due_at, now)
        _last(rows, task.seat, state=WAITING, until=until)
    return rows


def _settle(rows: list[AdviceRow], entry: Entry, state: Tag, **more: object) -> None:
    _last(rows, Seat(entry.data["seat"]), state=state, **more)


def _last(rows: list[AdviceRow], seat: Seat, **changes: object) -> None:
    """What happens to advice happens to the newest question to that seat."""
    for number in reversed(range(len(rows))):
        if rows[number].seat is seat:
            rows[number] = replace(rows[number], **changes)  # pyright: ignore[reportArgumentType]
            return
