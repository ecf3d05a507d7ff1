"""D: the rows of the use log as they are read. Whatever is sent, the answer is rows or sentences, and never an accident.

Nothing else than these fields is taken, so that no payload gets here; and no number or address that says who somebody is.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from domain.clear_numbers import told_in, told_in_key
from domain.grants import grant_id

MOST_ITEMS = 50
AHEAD = timedelta(minutes=5)  # how far a machine's clock may run before ours
FIRST_YEAR = 2000


@dataclass(frozen=True, kw_only=True)
class Use:
    """One row as it is kept."""

    id: str
    logtime: datetime
    action: str
    receiver_code: str
    receiver_name: str
    grant: str
    receiver_system: str = ""
    purpose: str = ""
    basis: str = ""
    items: tuple[str, ...] = ()
    subject: str = ""

    @property
    def hash(self) -> str:
        """What makes a row the same row: everything it says."""
        told = asdict(self) | {"logtime": self.logtime.astimezone(UTC).isoformat()}
        return sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """`row`: its place from 1. `id`: its own name, '' where it has none that can be said again. Nothing typed is told."""

    row: int
    id: str
    field: str
    sentence: str

    @property
    def named(self) -> str:
        return f"Row {self.row}{f' ({self.id})' if self.id else ''}"


# --- one row -------------------------------------------------------------------------------------------------------

KEY = re.compile(r"[A-Za-z0-9._~:-]{1,80}")
SUBJECT = re.compile(r"[A-Za-z0-9._~-]{1,128}")
GRANT = re.compile(r"GR-[A-Za-z0-9-]{1,60}")
CASE = re.compile(r"SC-[A-Za-z0-9-]{1,60}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.,]{5,20}(Z|[+-]\d\d:?\d\d)", re.ASCII)

NEEDED = ("id", "logtime", "action", "receiverCode", "receiverName", "grant")
TEXTS = {
    "action": 200,
    "receiverCode": 80,
    "receiverName": 200,
    "receiverSystem": 200,
    "purpose": 200,
    "basis": 200,
}
FIELDS = (*NEEDED, "receiverSystem", "case", "purpose", "basis", "items", "subject")


class _Wrong(Exception):
    pass


def check(rows: Iterable[Any], now: datetime) -> tuple[list[Use], list[Trouble]]:
    """The rows as they are kept, and what is wrong with any of them: then none is to be kept."""
    found, troubles = list[Use](), list[Trouble]()
    for place, raw in enumerate(rows, start=1):
        if not isinstance(raw, dict):
            troubles.append(Trouble(row=place, id="", field="", sentence="Send each row as a JSON object."))
            continue
        row = cast("dict[str, Any]", raw)
        wrong = list(_wrong(row, now))
        name = _name(row.get("id"))
        troubles += [Trouble(row=place, id=name, field=each, sentence=said) for each, said in wrong]
        if not wrong:
            found.append(_use(row))
    return found, troubles


def _wrong(row: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    for each in row:
        if each not in FIELDS:
            yield _safe(each), "There is no such field in a row. Remove it: no payload is kept here."
    for each in FIELDS:
        if row.get(each) is None:
            if each in NEEDED:
                yield each, "Send this: every row needs it."
            continue
        try:
            CHECKS[each](row[each], row, now)
        except _Wrong as wrong:
            yield each, str(wrong)


def _safe(name: str) -> str:
    return (
        name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,59}", name) and not told_in_key(name) else "(unnamed)"
    )


def _name(told: object) -> str:
    return told if isinstance(told, str) and KEY.fullmatch(told) and not told_in_key(told) else ""


def _text(value: object, most: int) -> str:
    if not isinstance(value, str):
        raise _Wrong("Send text.")
    if not value.strip():
        raise _Wrong("Send text that says something, or leave it out.")
    if len(value) > most:
        raise _Wrong(f"Send at most {most} characters.")
    if not value.isprintable():
        raise _Wrong("Send one line of plain text.")
    if told := told_in(value):
        raise _Wrong(f"Take out {told}. The use log never holds who somebody is.")
    return value


def _of(pattern: re.Pattern[str], value: object, sentence: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _Wrong(sentence)
    if told := told_in_key(value):
        raise _Wrong(f"Take out {told}. Use a name that says nothing about anybody.")
    return value


def _id(value: object, row: object, now: object) -> None:
    _of(KEY, value, "Send 1 to 80 of A-Z a-z 0-9 . _ ~ : -, the same for the same use and for no other.")


def _logtime(value: object, row: object, now: datetime) -> None:
    if instant(value) > now + AHEAD:
        raise _Wrong("This is more than 5 minutes in the future. Check the clock of the system that logs.")


def instant(value: object) -> datetime:
    """An ISO 8601 instant with its zone. Raises for anything else."""
    wrong = _Wrong("Send date, time and zone, such as 2026-11-23T10:00:00Z.")
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        raise wrong
    try:
        at = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong from None
    if at.year < FIRST_YEAR:
        raise wrong
    return at


def instant_or_none(value: object) -> datetime | None:
    try:
        return instant(value)
    except _Wrong:
        return None


def _plain(name: str) -> "Check":
    def checked(value: object, row: object, now: object) -> None:
        _text(value, TEXTS[name])

    return checked


def grant_of(told: object) -> str:
    """'GR-2222-2222', also out of a token's jti 'GR-2222-2222.1.0f...'."""
    before = told.partition(".")[0] if isinstance(told, str) and len(told) <= 160 else ""
    return _of(GRANT, before, "Send a grant, such as GR-2222-2222, or the jti of its token.")


def _grant(value: object, row: object, now: object) -> None:
    grant_of(value)


def _case(value: object, row: Mapping[str, Any], now: object) -> None:
    case = _of(CASE, value, "Send the reference of a case, such as SC-2222-2222, or leave it out.")
    grant = str(row.get("grant")).partition(".")[0]
    if GRANT.fullmatch(grant) and grant_id(case) != grant:
        raise _Wrong("This is not the case of the grant. Send the one its token names, or leave it out.")


def _items(value: object, row: object, now: object) -> None:
    sentence = f"Send a list of at most {MOST_ITEMS} names of classes of data, such as address."
    if not isinstance(value, list) or len(cast("list[Any]", value)) > MOST_ITEMS:
        raise _Wrong(sentence)
    for each in cast("list[Any]", value):
        _text(each, 200)


def _subject(value: object, row: object, now: object) -> None:
    _of(SUBJECT, value, "Send a pseudonym of 1 to 128 of A-Z a-z 0-9 . _ ~ -, or leave it out.")


Check = Callable[[Any, Mapping[str, Any], datetime], None]
CHECKS: Mapping[str, Check] = {
    "id": _id,
    "logtime": _logtime,
    "grant": _grant,
    "case": _case,
    "items": _items,
    "subject": _subject,
    **{name: _plain(name) for name in TEXTS},
}


def _use(row: Mapping[str, Any]) -> Use:
    def text(name: str) -> str:
        return str(row.get(name) or "")

    return Use(
        id=text("id"),
        logtime=instant(row["logtime"]),
        action=text("action"),
        receiver_code=text("receiverCode"),
        receiver_name=text("receiverName"),
        receiver_system=text("receiverSystem"),
        grant=grant_of(row["grant"]),
        purpose=text("purpose"),
        basis=text("basis"),
        items=tuple(row.get("items") or ()),
        subject=text("subject"),
    )


def check_grants(told: Iterable[Any]) -> tuple[list[str], list[Trouble]]:
    """The grants of a heartbeat, each once and in order, and what is wrong with any of them."""
    found, troubles = set[str](), list[Trouble]()
    for place, each in enumerate(told, start=1):
        try:
            found.add(grant_of(each))
        except _Wrong as wrong:
            troubles.append(Trouble(row=place, id="", field="grants", sentence=str(wrong)))
    return sorted(found), troubles
