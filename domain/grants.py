"""P3: the grant of a share follows from its case, so that a usable grant is never more than an active case (I4).

Nobody makes a grant and nobody changes one: each transition of the case says what becomes of it. What one covers has
versions, each with a place of its own in the status list, so that a token of a wider version can be told as narrowed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain import events as e
from domain.case import Case, Kind, Stage
from domain.people import Party, Side
from domain.webhooks import Group, Message, instant


class State(StrEnum):
    ISSUED = "issued"  # approved and registered; it opens with the first delivery
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Mode(StrEnum):
    """How the data goes: one record when it is needed, or a file."""

    TRANSACTIONAL = "transactional"
    BULK = "bulk"


class Change(StrEnum):
    """What becomes of a grant; on the wire 'grant.<change>'."""

    ISSUED = "issued"
    ACTIVATED = "activated"
    NARROWED = "narrowed"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    EXTENDED = "extended"
    MOVED = "moved"  # a team of it belongs to another body now
    REVOKED = "revoked"
    EXPIRED = "expired"


class Status(StrEnum):
    """What the public status list says of one version of a grant."""

    VALID = "valid"
    INVALID = "invalid"
    SUSPENDED = "suspended"
    NARROWED = "narrowed"  # a newer version covers less: ask for a new token


# As the list writes them: two bits each (draft-ietf-oauth-status-list: 3 is the application's own).
BITS = 2
NUMBERS: dict[Status, int] = {
    Status.VALID: 0,
    Status.INVALID: 1,
    Status.SUSPENDED: 2,
    Status.NARROWED: 3,
}

OF_STAGE: dict[Stage, State] = {
    Stage.APPROVED: State.ISSUED,
    Stage.ACTIVE: State.ACTIVE,
    Stage.SUSPENDED: State.SUSPENDED,
}
OVER = frozenset({State.REVOKED, State.EXPIRED})
# What takes something away, or gives it back, is always sent; the rest a body may choose to hear (domain.webhooks).
ALWAYS_SENT = frozenset(
    {Change.NARROWED, Change.SUSPENDED, Change.REINSTATED, Change.REVOKED, Change.EXPIRED}
)
KINDS = tuple(f"grant.{each}" for each in Change)
# What a machine that does not hear of it would go on doing. These are what must arrive (P3).
MUST_ARRIVE = tuple(
    f"grant.{each}" for each in (Change.NARROWED, Change.SUSPENDED, Change.REVOKED, Change.EXPIRED)
)
ARRIVES_WITHIN = 1  # working days of the body whose machine it is, after the day on which it was made

MODES: dict[str, Mode] = {
    "one_by_one": Mode.TRANSACTIONAL,
    "file_once": Mode.BULK,
    "file_regular": Mode.BULK,
}
# The most people whose records one delivery may hold, by the answer of the form; 0 where it sets no limit.
CAPS: dict[str, int] = {"under_100": 100, "100_to_10k": 10_000, "10k_to_1m": 1_000_000, "over_1m": 0}


def grant_id(ref: str) -> str:
    """'SC-7K2M-9QXH' -> 'GR-7K2M-9QXH': a case has one grant, an amendment is a case of its own (C18)."""
    return f"GR{ref[2:]}"


def state_after(was: State | None, case: Case, event: e.Event) -> State | None:
    """The state of the grant just after `event`; None while there is none. `case`: just after it too."""
    if isinstance(event, e.ShareEnded):
        return State.EXPIRED if event.by_date else State.REVOKED
    if case.stage is Stage.ACTIVE and was is not State.ACTIVE and not is_registered(case):
        # P2r: nothing opens that the register does not say. What is open stays so in the transition that publishes it.
        return State.ISSUED
    if case.stage in OF_STAGE:
        return OF_STAGE[case.stage]
    return State.REVOKED if was in OF_STAGE.values() else was


def is_registered(case: Case) -> bool:
    """P2r: in the register, or kept back from it until a day by somebody who may (`Kind.PUBLISH`)."""
    return bool(case.register_version) or bool(case.open(Kind.PUBLISH))


def changes(was: State | None, before: Case, case: Case, event: e.Event) -> Iterator[Change]:
    """What `event` makes of a grant that stood at `was`; nothing for most events."""
    now = state_after(was, case, event)
    if now is None:
        return
    if now is not was:
        yield _turned(was, now)
    if isinstance(event, e.ShareNarrowed):
        yield Change.NARROWED
    if isinstance(event, e.ShareExtended):
        yield Change.EXTENDED
    if isinstance(event, e.PartyMoved) and now not in OVER:
        yield Change.MOVED


def _turned(was: State | None, now: State) -> Change:
    if now is State.ACTIVE:
        return Change.REINSTATED if was is State.SUSPENDED else Change.ACTIVATED
    turned = {
        State.ISSUED: Change.ISSUED,
        State.SUSPENDED: Change.SUSPENDED,
        State.REVOKED: Change.REVOKED,
        State.EXPIRED: Change.EXPIRED,
    }
    return turned[now]


def status_of(state: State, *, newest: bool) -> Status:
    """What the list says of a version: before the first delivery it opens nothing yet, and an old one never again."""
    if state in OVER:
        return Status.INVALID
    if not newest:
        return Status.NARROWED
    return Status.VALID if state is State.ACTIVE else Status.SUSPENDED


def ends_at(case: Case) -> datetime | None:
    """When the share ends by itself; None before its first delivery, and once it is over."""
    return next((task.due_at for task in case.open(Kind.EXPIRY)), None)


def cap(answers: Mapping[str, Any]) -> int:
    """The most people whose records a delivery may hold, 0 for no limit (P3)."""
    limited = answers.get("subject_cap")
    return (
        limited if isinstance(limited, int) and limited > 0 else CAPS.get(str(answers.get("people_band")), 0)
    )


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A grant as machines are told it. `index`: the place of its newest version in the status list."""

    id: str
    ref: str
    state: State
    version: int
    index: int
    items: tuple[str, ...]
    register_version: int
    ends_at: datetime | None


def messages(
    standing: Standing, before: Case, case: Case, change: Change, seq: int, at: datetime
) -> Iterator[Message]:
    """What both sides' machines are sent, and those of a body that stops being one. No person, no words of the case (S5)."""
    sides = [
        (side, party)
        for each in (case, before)
        for side, party in ((Side.RECEIVING, each.receiving), (Side.SENDING, each.sending))
    ]
    for side, party in dict.fromkeys(sides):
        if party:
            yield _message(standing, side, party, change, seq, at)


def _message(standing: Standing, side: Side, party: Party, change: Change, seq: int, at: datetime) -> Message:
    data: dict[str, Any] = {
        "grant": standing.id,
        "ref": standing.ref,
        "state": standing.state,
        "version": standing.version,
        "status_index": standing.index,
        "items": list(standing.items),
        "register_version": standing.register_version,
        "ends_at": instant(standing.ends_at) if standing.ends_at else None,
        "happened_at": instant(at),
        "your_side": side,
    }
    return Message(
        organisation=party.organisation,
        team=party.team,
        kind=f"grant.{change}",
        group=Group.REVOCATIONS if change in ALWAYS_SENT else Group.DELIVERY,
        seq=seq,
        data=data,
    )
