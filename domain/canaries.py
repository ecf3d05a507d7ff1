"""P8: canaries. A leader names one share as a test of the whole, with a date by which its data should flow.

Days are working days of the public calendar (G3). What slips by more than five tells the leader who named it, once,
and stands in public until the leader closes it and says what was learnt.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.appetite import NAME_NO_PERSON
from domain.case import ENDS, Stage
from domain.people import Role
from domain.questions import Problem, Question
from domain.refusals import Refusal
from domain.working_days import Calendar, CalendarTooShort, Nation, working_days_between

SLIP_DAYS = 5  # P8: working days past the target date that are still no slip
FURTHEST = 3  # years: a later date is nobody's promise


class State(StrEnum):
    ON_ITS_WAY = "on_its_way"
    LATE = "late"  # by no more than a slip
    SLIPPED = "slipped"
    DELIVERED = "delivered"
    STOPPED = "stopped"  # refused, withdrawn, lapsed or out of scope before anything was delivered


# --- what is refused ---------------------------------------------------------------------------------------------


class NotYourCanary(Refusal):
    status = 403
    sentence = "Only a leader of one of the two bodies in a case can name it as a canary, and only a leader of that body can close it."


class NoLongerACanary(Refusal):
    sentence = "This share already flows, or its case is over, so it cannot be a canary. Name one that is still on its way."


class KeptBack(Refusal):
    sentence = "The register entry of this case is kept back for now, so it cannot be named in public. Choose another case."


class AlreadyNamed(Refusal):
    sentence = "Your body has already named this case as a canary. Close that one first, with what was learnt from it."


class AlreadyClosed(Refusal):
    sentence = "This canary is closed already. What was learnt from it stands in the list of canaries."


# --- rules -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Canary:
    """`delivered_on`: the first delivery. `closed_on`: the leader said what was learnt. London days, all of them."""

    number: int
    ref: str
    organisation: str
    named_as: Role
    named_on: date
    target: date
    why: str
    stage: Stage
    delivered_on: date | None = None
    closed_on: date | None = None
    learnt: str = ""

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


def may_be_named(stage: Stage, delivered: bool, kept_back: bool) -> Refusal | None:
    """Why a case cannot be a canary now, or None."""
    if delivered or stage in ENDS:
        return NoLongerACanary()
    return KeptBack() if kept_back else None


def days_slipped(canary: Canary, calendar: Calendar, today: date) -> int:
    """Working days from the target to the first delivery, else to the day it was closed, else to today; 0 before."""
    ends = [day for day in (canary.delivered_on, canary.closed_on) if day] or [today]
    until = min(ends)
    if until <= canary.target:
        return 0
    try:
        return working_days_between(calendar, Nation.UNION, canary.target, until)
    except (CalendarTooShort, LookupError):  # years past the table: nothing is claimed (G3)
        return 0


def state_of(canary: Canary, slipped: int) -> State:
    if canary.delivered_on:
        return State.DELIVERED
    if canary.stage in ENDS:
        return State.STOPPED
    if slipped > SLIP_DAYS:
        return State.SLIPPED
    return State.LATE if slipped else State.ON_ITS_WAY


def has_slipped(canary: Canary, slipped: int) -> bool:
    """Whether the leader has to be told. A late delivery was a slip too; a closed one is the leader's own word."""
    return canary.is_open and slipped > SLIP_DAYS


def slip_words(canary: Canary, slipped: int) -> str:
    """What the leader is told. It may reach Slack, so it says nothing of what the case is about."""
    when = "was delivered late" if canary.delivered_on else "has slipped"
    return f"The canary you named {when}: {slipped} working days past its target date"


# --- forms -------------------------------------------------------------------------------------------------------

NAME = (
    Question(
        id="ref",
        label="Reference of the case",
        ask="Enter the reference of a case, like SC-7K3M-P2QX",
        hint="It stands at the top of the case page.",
        most=40,
    ),
    Question(
        id="target",
        label="Date by which the data should flow",
        kind="date",
        ask="Enter the date by which the data should flow",
    ),
    Question(
        id="why",
        label="Why this one shows how all of them go",
        kind="text",
        ask="Enter why this share was chosen",
        hint=f"{NAME_NO_PERSON} It appears once the share has an entry in the register.",
        most=1000,
    ),
)
CLOSE = (
    Question(
        id="learnt",
        label="What was learnt",
        kind="text",
        ask="Enter what was learnt from this share",
        hint=f"What held it up, what helped, and what changes now. {NAME_NO_PERSON}",
        most=2000,
    ),
)


def check_target(target: date, today: date, calendar: Calendar) -> tuple[Problem, ...]:
    """A promise lies ahead, and not so far that no calendar knows its days."""
    if target <= today:
        return (Problem("target", "Date by which the data should flow: enter a date after today"),)
    if target.year > min(today.year + FURTHEST, calendar.last_year - 1):
        years = f"enter a date within the next {FURTHEST} years"
        return (Problem("target", f"Date by which the data should flow: {years}"),)
    return ()
