"""E, C14: a mediation as it is told afterwards, in the case and in public: who asked, what came of it, who answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.commands import MediationOutcome, WhyMediated
from domain.working_days import london_date


class Standing(StrEnum):
    RUNNING = "running"
    OVER = "over"  # nothing to answer
    TO_ANSWER = "to_answer"
    OVERDUE = "overdue"
    COMPLIES = "complies"
    EXPLAINED = "explained"
    LEFT = "left"  # the share ended before it was concluded or answered


@dataclass(frozen=True, kw_only=True)
class Mediation:
    """`level`: of the leader who sent it there and gets it back; 0 about a share in use, and then it is public.

    `due_at`: of the mediation; `answer_due`: until when the lead body complies or explains, None without an outcome
    to answer; `is_awaited`: that task is open.
    """

    ref: str
    number: int
    why: WhyMediated
    level: int
    asked: str
    started_at: datetime
    due_at: datetime | None
    extended: int = 0
    is_open: bool = True  # the task to mediate
    concluded_at: datetime | None = None
    outcome: MediationOutcome | None = None
    said: str = ""
    answer_due: datetime | None = None
    is_awaited: bool = False
    answered_at: datetime | None = None
    complies: bool | None = None
    answer: str = ""

    @property
    def in_time(self) -> bool | None:
        """Whether the answer came in time; None without one."""
        if self.answered_at is None or self.answer_due is None:
            return None
        return self.answered_at <= self.answer_due

    def standing(self, now: datetime) -> Standing:
        if self.concluded_at is None:
            return Standing.RUNNING if self.is_open else Standing.LEFT
        if self.answer_due is None:
            return Standing.OVER
        if self.complies is not None:
            return Standing.COMPLIES if self.complies else Standing.EXPLAINED
        if not self.is_awaited:
            return Standing.LEFT
        return Standing.OVERDUE if now > self.answer_due else Standing.TO_ANSWER

    def public(self) -> dict[str, Any]:
        """As an entry of the register holds it (JSON-ready). What the concerns said is published with them."""
        return {
            "why": self.why.value,
            "started_on": _day(self.started_at),
            "extended_by": self.extended,
            "concluded_on": _day(self.concluded_at),
            "outcome": self.outcome.value if self.outcome else None,
            "said": self.said,
            "answer_due_on": _day(self.answer_due),
            "answered_on": _day(self.answered_at),
            "answered_in_time": self.in_time,
            "complies": self.complies,
            "answer": self.answer,
        }


def _day(at: datetime | None) -> str | None:
    return london_date(at).isoformat() if at else None
