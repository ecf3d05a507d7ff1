"""A grant in words: how it stands, what it covers, who was told, and what is wrong with it (P3, I4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.known import Known
from domain.case import Case
from domain.decide.exchange import MENDING
from domain.grants import Mode, State, Status
from domain.people import Seat
from domain.webhook_rules import Sending
from store.grant_receipts import Receipt
from ui.views import Tag, Teams, holder_words
from ui.when import moment

STATES: dict[State, Tag] = {
    State.ISSUED: Tag(text="Issued", colour="blue"),
    State.ACTIVE: Tag(text="Active", colour="green"),
    State.SUSPENDED: Tag(text="Suspended", colour="orange"),
    State.REVOKED: Tag(text="Revoked", colour="red"),
    State.EXPIRED: Tag(text="Expired", colour="grey"),
}
MEANS: dict[State, str] = {
    State.ISSUED: "It is approved and opens nothing yet. It opens when the receiving team confirms the first delivery.",
    State.ACTIVE: "The receiving team’s systems can get a token and use it.",
    State.SUSPENDED: "It opens nothing now. It can be reinstated.",
    State.REVOKED: "It opens nothing any more. It was ended before its date.",
    State.EXPIRED: "It opens nothing any more. Its agreed end has come.",
}
MODES = {
    Mode.TRANSACTIONAL: "One record at a time, when it is needed",
    Mode.BULK: "As files",
}
STATUSES: dict[Status, Tag] = {
    Status.VALID: Tag(text="Valid", colour="green"),
    Status.SUSPENDED: Tag(text="Suspended", colour="orange"),
    Status.NARROWED: Tag(text="Narrowed", colour="yellow"),
    Status.INVALID: Tag(text="Invalid", colour="red"),
}
CHANGES: dict[str, str] = {
    "grant.issued": "Issued",
    "grant.activated": "Opened",
    "grant.narrowed": "Narrowed",
    "grant.suspended": "Suspended",
    "grant.reinstated": "Reinstated",
    "grant.extended": "Given more time",
    "grant.moved": "A team belongs to another body",
    "grant.revoked": "Revoked",
    "grant.expired": "Expired",
}


@dataclass(frozen=True, kw_only=True)
class ReceiptRow:
    what: str
    to: str
    made_at: datetime
    state: Tag
    how: str


@dataclass(frozen=True, kw_only=True)
class FaultRow:
    """`what`: the sentence. `who`: whoever is asked, the highest last, each with the day by which."""

    what: str
    since: datetime
    who: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    version: int
    items: tuple[str, ...]
    since: datetime
    status: Tag
    newest: bool


def receipt_rows(receipts: Iterable[Receipt]) -> tuple[ReceiptRow, ...]:
    return tuple(
        ReceiptRow(
            what=CHANGES[each.kind],
            to=each.to,
            made_at=each.made_at,
            state=_tag(each),
            how=_how(each),
        )
        for each in receipts
    )


def _tag(each: Receipt) -> Tag:
    if each.delivered_at:
        return Tag(text="Arrived", colour="green")
    if each.closed or each.state is Sending.PARKED:
        return Tag(text="Not sent", colour="grey")
    return Tag(text="On its way", colour="orange" if each.attempts else "blue")


def _how(each: Receipt) -> str:
    times = f"{each.attempts} attempt{'' if each.attempts == 1 else 's'}"
    if each.delivered_at:
        return f"{moment(each.delivered_at)}, {times}"
    if each.closed:
        return f"Its owners closed this endpoint. {times}"
    if each.state is Sending.PARKED:
        return f"Kept until its owners resume the endpoint or send it again. {times}"
    if not each.attempts:
        return "Not tried yet"
    later = f", the next on {moment(each.next_try_at)}" if each.next_try_at else ""
    return f"{times}{later}"


def version_rows(rows: Sequence[Any], newest: int) -> tuple[VersionRow, ...]:
    return tuple(
        VersionRow(
            version=row.version,
            items=tuple(row.items),
            since=row.since,
            status=STATUSES[Status(row.status)],
            newest=row.version == newest,
        )
        for row in rows
    )


def fault_rows(seen: Known, teams: Teams) -> tuple[FaultRow, ...]:
    """What is wrong with the grant now, whoever looks."""
    case, told = seen.case, dict[str, list[Any]]()
    for task in case.open(*MENDING):
        told.setdefault(task.about, []).append(task)
    return tuple(
        FaultRow(
            what=seen.called.get(about, ""),
            since=min(task.opened_at for task in tasks),
            who=tuple(
                (_who(case, task.seat, teams), task.due_at)
                for task in sorted(tasks, key=lambda each: (each.seat.side, each.level))
            ),
        )
        for about, tasks in told.items()
    )


def _who(case: Case, seat: Seat, teams: Teams) -> str:
    assert case.receiving and case.sending
    return holder_words(seat, teams, case.receiving.team, case.sending.team)
