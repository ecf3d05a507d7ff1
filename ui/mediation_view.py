"""Mediations in words (E, C14): for the case page, the register and the public list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.commands import WhyMediated
from domain.mediated import Mediation, Standing
from ui.templating import upper_first
from ui.views import Tag
from ui.words import MEDIATED

TAGS: dict[Standing, Tag] = {
    Standing.RUNNING: Tag(text="Running", colour="blue"),
    Standing.OVER: Tag(text="Over", colour="grey"),
    Standing.TO_ANSWER: Tag(text="To be answered", colour="yellow"),
    Standing.OVERDUE: Tag(text="Answer overdue", colour="red"),
    Standing.COMPLIES: Tag(text="Complies", colour="green"),
    Standing.EXPLAINED: Tag(text="Explained", colour="orange"),
    Standing.LEFT: Tag(text="Ended with the share", colour="grey"),
}
WHY: dict[WhyMediated, str] = {
    WhyMediated.LEADER: "A leader sent it there",
    WhyMediated.CONCERNS: "Concerns about the share",
    WhyMediated.MOTION: "The regulator's own motion",
}


@dataclass(frozen=True, kw_only=True)
class MediationRow:
    ref: str
    number: int
    tag: Tag
    why: str
    asked: str
    started_at: datetime
    due_at: datetime | None  # only while it runs
    extended: int
    concluded_at: datetime | None
    outcome: str
    said: str
    answer_due: datetime | None
    answered_at: datetime | None
    answered: str
    answer: str
    title: str = ""
    body: str = ""
    demo: bool = False
    overdue: bool = False


def mediation_row(mediation: Mediation, now: datetime, beside: Any = None) -> MediationRow:
    """`beside`: title, body and demo of its entry, where it stands among others."""
    standing = mediation.standing(now)
    answered = ""
    if mediation.complies is not None:
        did = (
            "The lead body complies"
            if mediation.complies
            else "The lead body explained why it does not comply"
        )
        answered = f"{did}, {'in time' if mediation.in_time else 'after its time was over'}"
    why = f"Leader {mediation.level} sent it there" if mediation.level else WHY[mediation.why]
    return MediationRow(
        ref=mediation.ref,
        number=mediation.number,
        tag=TAGS[standing],
        why=why,
        asked=mediation.asked,
        started_at=mediation.started_at,
        due_at=mediation.due_at if standing is Standing.RUNNING else None,
        extended=mediation.extended,
        concluded_at=mediation.concluded_at,
        outcome=upper_first(MEDIATED[mediation.outcome]) if mediation.outcome else "",
        said=mediation.said,
        answer_due=mediation.answer_due,
        answered_at=mediation.answered_at,
        answered=answered,
        answer=mediation.answer,
        title=beside.title if beside else "",
        body=beside.body if beside else "",
        demo=bool(beside and beside.demo),
        overdue=standing is Standing.OVERDUE,
    )


def mediation_rows(found: Iterable[Mediation], now: datetime) -> list[MediationRow]:
    """Newest first."""
    return [mediation_row(each, now) for each in found][::-1]
