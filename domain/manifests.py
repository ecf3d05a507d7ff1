"""What was delivered, as each side says it: items, rows, checksum and time. No data, only what describes it (P3, C17).

Both sides say it for themselves. Unequal manifests mean that nothing was delivered. When it was sent and when it
arrived is each side's own, and is not compared.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from domain.questions import Problem, Question
from domain.working_days import Calendar, CalendarTooShort, Nation, add_working_days, end_of_day, london_date

SHA_256 = re.compile(r"(?:sha-?256[:=])?([0-9a-f]{64})")


class State(StrEnum):
    ANNOUNCED = "announced"  # the sending team says so; the receiving team has not said what arrived
    DELIVERED = "delivered"
    MISMATCHED = "mismatched"  # not delivered: the sending team records it again, under the next number


STATES: dict[State, str] = {
    State.ANNOUNCED: "Announced",
    State.DELIVERED: "Delivered",
    State.MISMATCHED: "Not delivered",
}


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`items`: of the case's; empty for all of them. `checksum`: of the file, or a reference both sides know."""

    rows: int
    checksum: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One element that differs; `words`: 'rows: 1,204 arrived against 1,240 sent'; `short`: without items and checksums."""

    field: str
    words: str
    short: str


# --- the questions, of the acts of a case and of every delivery after the first -----------------------------------

ROWS = Question(
    id="rows",
    label="Number of rows or records",
    kind="number",
    ask="Enter how many rows or records were delivered",
    hint="For one-by-one checks enter 1.",
    most=10_000_000_000,
)
CHECKSUM = Question(
    id="checksum",
    label="Checksum of the file, or the reference of the first call",
    ask="Enter the checksum of the file, or the reference of the first call",
    hint="Both sides must enter the same: the SHA-256 of the file, or a reference of up to 200 characters. No personal data here.",
)
ITEMS = Question(
    id="items",
    label="Items delivered",
    kind="pick",
    ask="Select the items that were delivered: at least one",
    hint="Leave out what is not in this delivery.",
    required=False,
    whole=True,
)
MANIFEST = (ROWS, CHECKSUM, ITEMS)
SENT_ON = Question(
    id="sent_on",
    label="Day on which it was sent",
    kind="date",
    ask="",
    hint="Leave it empty if it is sent now.",
    required=False,
)
ARRIVED_ON = Question(
    id="arrived_on",
    label="Day on which it arrived",
    kind="date",
    ask="",
    hint="Leave it empty if it arrived now.",
    required=False,
)
SENT, ARRIVED = (*MANIFEST, SENT_ON), (*MANIFEST, ARRIVED_ON)
# Machines know it better than by the day.
SENT_AT = replace(SENT_ON, id="sent_at", label="When it was sent", kind="line")
ARRIVED_AT = replace(ARRIVED_ON, id="arrived_at", label="When it arrived", kind="line")
TIMES = {"sent_on": "sent", "sent_at": "sent", "arrived_on": "received", "arrived_at": "received"}
SKEW = timedelta(minutes=5)


# --- one manifest -------------------------------------------------------------------------------------------------


def manifest_of(answers: Mapping[str, Any]) -> Manifest | None:
    """Out of the answers of an act, or of its body as it was kept. None where it says nothing of a delivery."""
    rows, items = answers.get("rows"), answers.get("items") or ()
    if not isinstance(rows, int):
        return None
    return Manifest(rows=rows, checksum=str(answers.get("checksum", "")), items=tuple(items))


def whole(manifest: Manifest, items: Iterable[str]) -> Manifest:
    """The same with its items named: `items` are all there are."""
    return manifest if manifest.items else replace(manifest, items=tuple(items))


def manifest_hash(manifest: Manifest) -> str:
    """What both receipts of a first delivery must agree on (C17), whatever the spacing and case.

    A manifest of all items hashes as one did before items were said, so that older receipts still agree.
    """
    told = f"{manifest.rows}|{same_checksum(manifest.checksum)}"
    if manifest.items:
        told += "|" + "\n".join(sorted(map(same_item, manifest.items)))
    return sha256(told.encode()).hexdigest()


def same_checksum(text: str) -> str:
    """A SHA-256 in hex is the same with and without its name; whatever else it is, spacing and case do not count."""
    plain = " ".join(text.lower().split())
    found = SHA_256.fullmatch(plain.replace(" ", ""))
    return f"sha256:{found[1]}" if found else plain


def same_item(text: str) -> str:
    return " ".join(text.casefold().split())


# --- two of them --------------------------------------------------------------------------------------------------


def differences(sent: Manifest, arrived: Manifest) -> tuple[Difference, ...]:
    """Everything in which they differ, in words; empty when they are equal."""
    return tuple(
        found for found in (_rows(sent, arrived), _checksum(sent, arrived), _items(sent, arrived)) if found
    )


def _rows(sent: Manifest, arrived: Manifest) -> Difference | None:
    if sent.rows == arrived.rows:
        return None
    words = f"rows: {arrived.rows:,} arrived against {sent.rows:,} sent"
    return Difference("rows", words, words)


def _checksum(sent: Manifest, arrived: Manifest) -> Difference | None:
    if same_checksum(sent.checksum) == same_checksum(arrived.checksum):
        return None
    words = f"checksum: '{arrived.checksum}' arrived against '{sent.checksum}' sent"
    return Difference("checksum", words, "another checksum")


def _items(sent: Manifest, arrived: Manifest) -> Difference | None:
    announced, came = ({same_item(each): each for each in of.items} for of in (sent, arrived))
    if announced.keys() == came.keys():
        return None
    if not announced or not came:
        words = f"items: {_named(arrived.items)} arrived against {_named(sent.items)} sent"
        return Difference("items", words, "other items")
    missing = [name for same, name in announced.items() if same not in came]
    more = [name for same, name in came.items() if same not in announced]
    told = [
        *([f"{_named(missing)} sent and did not arrive"] if missing else []),
        *([f"{_named(more)} arrived and was not sent"] if more else []),
    ]
    return Difference("items", f"items: {'; '.join(told)}", "other items")


def _named(items: Iterable[str]) -> str:
    return ", ".join(f"'{each}'" for each in items) or "all items"


def headline(found: Iterable[Difference]) -> str:
    """For a notice, which holds no words of the case (S5)."""
    told = ", ".join(each.short for each in found)
    said = "What arrived is not what was sent, so it counts as not delivered"
    return f"{said}: {told}" if told else said


# --- when ---------------------------------------------------------------------------------------------------------


def moment(given: object, now: datetime) -> datetime:
    """When something was sent or arrived: the instant, or the end of the day, or now while it lasts. None said: now.

    Raises ValueError for what is neither a day nor an instant with its zone.
    """
    told = _time(given)
    if told is None:
        return now
    return min(told if isinstance(told, datetime) else end_of_day(told), now)


def _time(given: object) -> datetime | date | None:
    if not isinstance(given, str) or not given:
        return None
    if "T" not in given:
        return date.fromisoformat(given)
    instant = datetime.fromisoformat(given)
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return instant


def time_problems(
    answers: Mapping[str, Any], now: datetime | None, since: datetime | None
) -> tuple[Problem, ...]:
    """A time that cannot be: in the future, or before there was anything to deliver. `now` None: nothing is asked."""
    asked = [field for field in TIMES if field in answers] if now else []
    found = [
        Problem(field, wrong)
        for field in asked
        if now and (wrong := _wrong(answers[field], field, now, since))
    ]
    return tuple(found)


def _wrong(given: object, field: str, now: datetime, since: datetime | None) -> str:
    said = TIMES[field]
    try:
        told = _time(given)
        day = london_date(told) if isinstance(told, datetime) else told
    except (ValueError, OverflowError):
        return "Send a day, like 2026-11-23, or an instant with its zone, like 2026-11-23T09:30:00Z"
    if day is None:
        return ""
    # Clocks of two machines are never quite the same.
    if day > london_date(now) or (isinstance(told, datetime) and told > now + SKEW):
        return f"Enter when it was {said}: that cannot be in the future"
    if since and day < (first := london_date(since)):
        return f"Enter a day from {first.day} {first:%B %Y} on: nothing could be {said} before that"
    return ""


def confirm_by(calendar: Calendar, nation: Nation, recorded_at: datetime, days: int) -> datetime | None:
    """The end of the last working day on which the receiving team is not late. None past the calendar (G3)."""
    try:
        return end_of_day(add_working_days(calendar, nation, london_date(recorded_at), days))
    except CalendarTooShort:
        return None


def is_over(rows: int, cap: int) -> bool:
    """P3: whether a delivery holds more people's records than the grant allows. `cap` 0 sets no limit."""
    return bool(cap) and rows > cap
