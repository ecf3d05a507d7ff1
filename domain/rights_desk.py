"""A: the desk for people whose data a share is about: what they may ask, when it is answered, what is counted in public.

It keeps what is asked and never who asks. Whoever asks reads the answer with a code; its hash is all that is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.case import Case, Kind, Stage
from domain.commands import Right, RightsOutcome
from domain.people import Seat, Side
from domain.permissions import DATA_HELD
from domain.questions import Choice, Question
from domain.refusals import Refusal
from domain.working_days import Calendar, add_months, end_of_day, london_date

FEW = 5  # §5: smaller numbers of people are not published


class NothingDelivered(Refusal):
    sentence = (
        "No data has been delivered under this entry, so there is nothing here to object to or to put right. "
        "You can raise a concern about the share instead, or come back when it is active."
    )


class DataIsGone(Refusal):
    sentence = (
        "This share is over and its data was destroyed or returned, so there is nothing left here to object to or to "
        "put right. {sending} still has its own records: write to that body."
    )


class DataWentOn(Refusal):
    sentence = (
        "This share was replaced, and its data went on under another entry of the register: {by}. Ask there."
    )


RIGHTS = (
    Choice(value=Right.OBJECTION, label="I object to how data about me is used"),
    Choice(value=Right.RECTIFICATION, label="Something about me is wrong and has to be put right"),
)
ASKING = (
    Question(
        id="right",
        label="What do you want to do?",
        kind="choice",
        choices=RIGHTS,
        ask="Select whether you object, or something has to be put right",
    ),
    Question(
        id="text",
        label="What do you ask for?",
        kind="text",
        most=2000,
        ask="Enter what you ask for, and why",
        hint="Leave out your name, your NHS or National Insurance number, your address and how to reach you.",
    ),
    Question(
        id="reference",
        label="A reference the body gave you",
        required=False,
        ask="Enter the reference the body gave you",
        hint="From a letter, for example. It helps the team to know which record you mean. It is not published.",
    ),
)


def refusal(case: Case, *, sending: str, replaced_by: str = "") -> Refusal | None:
    """Why a request cannot be taken here, with where to go instead; None when it can."""
    if replaced_by:
        return DataWentOn(by=replaced_by)
    if case.stage not in DATA_HELD:
        return NothingDelivered()
    gone = case.stage is Stage.ENDED and not case.open(Kind.CERTIFY_DESTRUCTION, Kind.LATE_DESTRUCTION)
    return DataIsGone(sending=sending) if gone else None


def receives(held: Iterable[Seat]) -> bool:
    """Who reads what was asked: whoever answers for the data. The sending body has no part in it any more (I11)."""
    return any(seat.side is Side.RECEIVING for seat in held)


def due(case: Case, calendar: Calendar, at: datetime) -> datetime:
    """One calendar month after it came in, by the working days of the body that has to answer (G3)."""
    nation = case.nation(Side.RECEIVING)
    return end_of_day(add_months(calendar, nation, london_date(at), case.policy.rights_months))


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Of one entry. `in_time`: of those answered."""

    received: int = 0
    answered: int = 0
    in_time: int = 0
    met: int = 0
    partly: int = 0
    not_met: int = 0

    @property
    def is_few(self) -> bool:
        return 0 < self.received < FEW

    def public(self) -> dict[str, Any]:
        """JSON-ready. Under five requests only that there were some: the rest could tell of one person."""
        if self.is_few:
            return {"received": None, "fewer_than": FEW}
        return {
            "received": self.received,
            "answered": self.answered,
            "answered_in_time": self.in_time,
            **{each.value: getattr(self, each.value) for each in RightsOutcome},
        }
