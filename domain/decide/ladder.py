"""C15: silence moves up. One ladder per kind of waiting, as data; one way to climb it."""

from dataclasses import dataclass

from domain.case import Case, Cause, Kind
from domain.decide.story import Story
from domain.events import CaseEscalated, OverdueAtTop
from domain.fold_care import is_counted
from domain.people import Seat, Side, leader


@dataclass(frozen=True)
class Ladder:
    """Whose leaders are called, with which task, for which cause, and how many levels there are."""

    kind: Kind
    side: Side
    cause: Cause
    top: int = 3
    about: str = ""  # which of several alike has moved up


LADDERS: dict[Kind, Ladder] = {
    Kind.TRIAGE: Ladder(Kind.TRIAGE, Side.RECEIVING, Cause.TRIAGE),
    Kind.SIGN_RISK: Ladder(Kind.FIND_OWNER, Side.RECEIVING, Cause.NO_RISK_OWNER, top=2),
    Kind.DECIDE: Ladder(Kind.LEADER_DECIDE, Side.SENDING, Cause.TIMEOUT),
    Kind.CONFIRM: Ladder(Kind.LEADER_DECIDE, Side.SENDING, Cause.TIMEOUT),
    Kind.SIGN_OFF: Ladder(Kind.SIGN_OFF, Side.SENDING, Cause.SIGN_OFF),
    Kind.COUNTERSIGN: Ladder(Kind.COUNTERSIGN, Side.SENDING, Cause.COUNTERSIGN),
    Kind.PROVIDE: Ladder(Kind.LATE_DELIVERY, Side.SENDING, Cause.NOT_DELIVERED),
    Kind.CONFIRM_RECEIPT: Ladder(Kind.LATE_DELIVERY, Side.RECEIVING, Cause.NOT_DELIVERED),
    Kind.REVIEW: Ladder(Kind.LATE_REVIEW, Side.RECEIVING, Cause.REVIEW_OVERDUE),
    Kind.DECIDE_PAUSED: Ladder(Kind.DECIDE_PAUSED, Side.RECEIVING, Cause.PAUSED),
    Kind.REVIEW_URGENT: Ladder(Kind.REVIEW_URGENT, Side.RECEIVING, Cause.REVIEW_OVERDUE),
    Kind.RECONSIDER: Ladder(Kind.RECONSIDER, Side.RECEIVING, Cause.ROOT_CHANGED),
    Kind.BACK_RISK: Ladder(Kind.BACK_RISK, Side.RECEIVING, Cause.BACKING),
    Kind.OWN_RISK: Ladder(Kind.OWN_RISK, Side.RECEIVING, Cause.OWNER_LEFT),
    Kind.COMPLY_OR_EXPLAIN: Ladder(Kind.COMPLY_OR_EXPLAIN, Side.RECEIVING, Cause.MEDIATION),
    Kind.ANSWER_RIGHTS: Ladder(Kind.ANSWER_RIGHTS, Side.RECEIVING, Cause.RIGHTS),
    Kind.SPREAD_CORRECTION: Ladder(Kind.SPREAD_CORRECTION, Side.RECEIVING, Cause.RIGHTS),
    Kind.TELL_REGULATOR: Ladder(Kind.TELL_REGULATOR, Side.RECEIVING, Cause.INCIDENT),
    Kind.DO_ACTION: Ladder(Kind.DO_ACTION, Side.RECEIVING, Cause.ACTION_OVERDUE),
    Kind.CONFIRM_JUMP: Ladder(Kind.CONFIRM_JUMP, Side.RECEIVING, Cause.LIVE_HARM),
    Kind.MEND_EXCHANGE: Ladder(Kind.MEND_EXCHANGE, Side.RECEIVING, Cause.EXCHANGE),
    Kind.MEND_SERVICE: Ladder(Kind.MEND_SERVICE, Side.SENDING, Cause.EXCHANGE),
    Kind.CERTIFY_DESTRUCTION: Ladder(Kind.LATE_DESTRUCTION, Side.RECEIVING, Cause.NOT_DESTROYED),
}

# A leader's own task climbs the ladder it belongs to; which side it is on is told by its seat.
CONTINUES: dict[Kind, Kind] = {
    Kind.FIND_OWNER: Kind.SIGN_RISK,
    Kind.LEADER_DECIDE: Kind.DECIDE,
    Kind.LATE_REVIEW: Kind.REVIEW,
    Kind.LATE_DESTRUCTION: Kind.CERTIFY_DESTRUCTION,
}


def ladder_of(kind: Kind, side: Side) -> Ladder:
    if kind is Kind.LATE_DELIVERY:
        return LADDERS[Kind.PROVIDE if side is Side.SENDING else Kind.CONFIRM_RECEIPT]
    return LADDERS[CONTINUES.get(kind, kind)]


def kind_for(case: Case, side: Side, cause: Cause) -> Kind | None:
    """The task a leader of this side gets when the case has moved up for this cause: what is open goes first."""
    if cause is Cause.BOGGED_DOWN:
        return Kind.LEADER_DECIDE if side is Side.SENDING else None
    ladders = [
        (bool(case.open(waiting, each.kind)), each.kind)
        for waiting, each in LADDERS.items()
        if each.cause is cause and each.side is side
    ]
    return max(ladders, key=lambda found: found[0])[1] if ladders else None


def call_leader(
    story: Story,
    ladder: Ladder,
    above: int,
    *,
    watched: bool = True,
    days: int | None = None,
    passing: Seat | None = None,
) -> int | None:
    """Call the first leader above level `above` whose post is filled; each empty post is raised as a vacancy.

    A leader is called once (I2): one who still has time is waited for, one who was silent is passed over, and so is
    `passing`, who may not judge here (G2).
    Returns the level now asked, or None when nobody is left to call.
    """
    for level in range(above + 1, ladder.top + 1):
        seat = leader(ladder.side, level)
        if seat is passing:
            continue
        if not story.is_filled(seat):
            story.raise_vacancy(seat)
            continue
        alike = (task for task in story.case.open(ladder.kind) if task.about == ladder.about)
        asked = next((task for task in alike if task.seat is seat), None)
        unwatched = asked is not None and asked.watch_at is None and watched  # called back at the top (G5)
        if asked and (asked.missed or unwatched):
            continue
        if asked:
            return level
        story.tell(CaseEscalated(level=level, cause=ladder.cause, side=ladder.side))
        hours = story.case.policy.urgent_leader if story.is_urgent else 0
        story.open(
            ladder.kind,
            seat,
            days=0 if hours else story.case.policy.leader if days is None else days,
            hours=hours,
            level=level,
            watched=watched,
            about=ladder.about,
        )
        return level
    return None


def climb(story: Story, ladder: Ladder, above: int, *, days: int | None = None) -> bool:
    """One step up. False when even the top was silent: the case stays open and is counted in public (C15)."""
    if call_leader(story, ladder, above, days=days) is not None:
        return True
    if not is_counted(story.case, ladder.cause):
        story.tell(OverdueAtTop(side=ladder.side, cause=ladder.cause))
    return False
