"""Deliveries after the first (P3): who says what in which state of a grant, and the sentences of a no.

The first delivery is made by acts of the case, because the risk passes with it (C17). A later one changes nothing in
the case: two receipts are kept, and nothing of the data itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from domain.grants import Mode, State
from domain.manifests import ARRIVED_AT, ARRIVED_ON, CHECKSUM, ITEMS, ROWS, SENT_AT, SENT_ON
from domain.people import Seat
from domain.questions import Choice, Problem, Question
from domain.refusals import Refusal

RECORDS = frozenset({Seat.SENDER})
CONFIRMS = frozenset({Seat.REQUESTER, Seat.RISK_OWNER})

_ROWS = replace(ROWS, hint="As many as the file holds.", least=1)
_CHECKSUM = replace(
    CHECKSUM,
    label="Checksum of the file",
    ask="Enter the checksum of the file",
)
PAYLOAD = "Sharecase takes no data of a delivery and no other field, only its manifest. Remove it."


def sending(items: Iterable[str], *, machine: bool = False) -> tuple[Question, ...]:
    """What the sending team is asked: `items` are those that the grant covers now. `machine`: an instant, not a day."""
    return (_ROWS, _CHECKSUM, replace(ITEMS, choices=_choices(items)), SENT_AT if machine else SENT_ON)


def receiving(items: Iterable[str], *, machine: bool = False) -> tuple[Question, ...]:
    """What the receiving team is asked: `items` are those of the delivery, and whatever was ever covered."""
    about = replace(
        ITEMS,
        label="Items that arrived",
        ask="Select the items that arrived: at least one",
        hint="What arrived, not what was announced.",
        choices=_choices(items),
    )
    return (replace(_ROWS, least=0), _CHECKSUM, about, ARRIVED_AT if machine else ARRIVED_ON)


def _choices(items: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(value=each, label=each) for each in items)


def not_covered(raw: Mapping[str, Any], items: Iterable[str]) -> tuple[Problem, ...]:
    """Items that the grant does not cover now, each named: a narrower delivery is what it allows."""
    given, known = raw.get("items"), set(items)
    if not isinstance(given, list | tuple):
        return ()
    named = [each for each in given if isinstance(each, str) and each.isprintable() and len(each) <= 200]  # pyright: ignore[reportUnknownVariableType]
    return tuple(
        Problem("items", f"'{each}' is not covered by this grant now. Leave it out of the delivery")
        for each in dict.fromkeys(named)
        if each not in known
    )[:50]


def unknown_fields(given: Iterable[str], questions: Iterable[Question], *beside: str) -> tuple[str, ...]:
    """Names of fields that nobody asked for: a file, a row of data."""
    known = {*(each.id for each in questions), *beside}
    return tuple(each for each in given if each not in known)[:50]


# --- what is said no to -------------------------------------------------------------------------------------------


class NotTheSender(Refusal):
    status = 403
    sentence = "Only somebody who decides for the sending team records what was delivered. Ask them to."


class NotTheReceiver(Refusal):
    status = 403
    sentence = "Only the requester or the risk owner of the receiving team says what arrived. Ask them to."


class SameHands(Refusal):
    status = 403
    sentence = "You recorded this delivery, or act for whoever did. Somebody else of the receiving team says what arrived."


class NotBulk(Refusal):
    status = 409
    sentence = "This share goes one record at a time, so it has no deliveries. Send its calls to the use log instead."


class NotYetDelivered(Refusal):
    status = 409
    sentence = "The first delivery of this share is recorded in its case, because the risk passes with it. Do it there."


class IsSuspended(Refusal):
    status = 409
    sentence = "This share is suspended: nothing may be delivered until it is reinstated. The case says why."


class IsRevoked(Refusal):
    status = 409
    sentence = (
        "This share was ended: nothing may be delivered under it any more. A new request can ask again."
    )


class IsExpired(Refusal):
    status = 409
    sentence = "This share ended on its agreed day: nothing may be delivered under it any more. A new request can ask again."


class NothingToDeliver(Refusal):
    status = 404
    sentence = "This case has no grant yet, so there are no deliveries. Wait for the approval of the request."


class NoSuchDelivery(Refusal):
    status = 404
    sentence = "There is no such delivery, or it is not yours to see. Check its number."


class FirstIsInItsCase(Refusal):
    status = 409
    sentence = "This is the first delivery: it is confirmed in its case, because the risk passes with it. Do it there."


class ConfirmedAlready(Refusal):
    status = 409
    sentence = "Somebody of the receiving team has said what arrived already. You do not need to do anything: read it on its page."


NOT_NOW: dict[State, type[Refusal]] = {
    State.ISSUED: NotYetDelivered,
    State.SUSPENDED: IsSuspended,
    State.REVOKED: IsRevoked,
    State.EXPIRED: IsExpired,
}


def why_not_record(mode: str, state: str) -> Refusal | None:
    """Why nothing can be recorded under a grant now; None when it can."""
    if mode != Mode.BULK:
        return NotBulk()
    refusal = NOT_NOW.get(State(state))
    return refusal() if refusal else None
