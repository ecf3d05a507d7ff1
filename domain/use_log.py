"""D: what a machine may tell of a use of a grant, and what is no authorised use.

Names of fields are those of Estonia's Data Tracker where it has them. A row says what was done in plain words and who
received it; whom it was about it says at most by a pseudonym that the holder alone can undo. Nothing else is taken, so
that no payload ever gets here by accident.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.grants import State
from domain.people import Side
from domain.refusals import Refusal
from domain.working_days import Calendar, Nation, subtract_working_days

MOST_ROWS = 1_000
MONTHS_SHOWN = 13

SILENT_AFTER = 10  # working days without a word about a grant that is used record by record (D.3)
SILENT_FILES_AFTER = (
    65  # the same of one used by regular files: a quarter, since nobody said how often one comes
)
UNUSED_AFTER = 90  # calendar days (§5)


class Flag(StrEnum):
    """Why a use was not authorised. '' in a row of one that was."""

    UNKNOWN = "unknown_grant"
    NOT_YOURS = "not_yours"  # told by neither body of the grant. Whoever tells it hears 'unknown_grant'
    BEFORE = "before_active"
    SUSPENDED = "suspended"
    OVER = "over"


FLAG_WORDS: dict[Flag, str] = {
    Flag.UNKNOWN: "Nobody knows this grant",
    Flag.NOT_YOURS: "Told by a body that is not part of the share",
    Flag.BEFORE: "Before the grant was in use",
    Flag.SUSPENDED: "While the grant was suspended",
    Flag.OVER: "After the grant was over",
}


def told_as(flag: Flag) -> Flag:
    """What whoever reported the row is told: not whether somebody else's grant exists."""
    return Flag.UNKNOWN if flag is Flag.NOT_YOURS else flag


class SaidOtherwise(Refusal):
    """The same id, with another body. Nothing of what came with it is stored."""

    sentence = (
        "Row {row} ({id}) was told before and said something else then. Nothing was stored. "
        "Give each use an id of its own, and send a row again only as it was."
    )


class NoBodyToTellFor(Refusal):
    status = 403
    sentence = "Only the machines of public bodies tell of use, and you belong to none. Use the token of somebody of the body whose system logs."


# --- what a use was ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Known:
    """A grant as the use log knows it. `states`: (since, state), in order."""

    id: str
    ref: str
    closed: bool
    sending: str
    receiving: str
    states: tuple[tuple[datetime, State], ...] = field(default=())

    def is_of(self, organisation: str) -> bool:
        return organisation in (self.sending, self.receiving)

    def side(self, organisation: str) -> Side:
        return Side.SENDING if organisation == self.sending else Side.RECEIVING


def flag_of(grant: Known | None, organisation: str, logtime: datetime) -> Flag | None:
    """Why a use that `organisation` tells of was not authorised; None when it was."""
    if grant is None:
        return Flag.UNKNOWN
    if not grant.is_of(organisation):
        return Flag.NOT_YOURS
    stood = [state for since, state in grant.states if since <= logtime]
    if not stood or stood[-1] is State.ISSUED:
        return Flag.BEFORE
    return {State.ACTIVE: None, State.SUSPENDED: Flag.SUSPENDED}.get(stood[-1], Flag.OVER)


# --- silence (D.3) -------------------------------------------------------------------------------------------------


def silent_before(today: date, calendar: Calendar, days: int) -> date:
    """A grant last heard of before this day is silent. A day that is a bank holiday anywhere is none."""
    return subtract_working_days(calendar, Nation.UNION, today, days)


def months_shown(today: date) -> list[str]:
    """'2025-11' to '2026-11', the oldest first."""
    last = today.year * 12 + today.month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(last - MONTHS_SHOWN + 1, last + 1)]
