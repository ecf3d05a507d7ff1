"""C5 to C7: lanes in which the answer is presumed. The sender may object or distinguish; silence is not a refusal."""

from domain import working_days
from domain.case import Case, Cause, Kind, Lane, Task
from domain.commands import Distinguish, Object, ObjectionGround
from domain.decide.delivery import begin_provision
from domain.decide.ladder import LADDERS, climb
from domain.decide.leaders import call_both_leaders
from domain.decide.risk import ask_sender, signed_by_its_author
from domain.decide.sender import NOT_THE_DECIDER, needs_sign_off, propose_approval
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.events import (
    DeadlineMissed,
    LaneChosen,
    ObjectionLapsed,
    ObjectionRaised,
    RelianceDistinguished,
    RequestApproved,
)
from domain.people import Seat
from domain.policy import LegalProfile
from domain.refusals import TooLateToObject


def presume(story: Story, task: Task) -> None:
    """Nobody objected in time, which is no neglect here: approved, and the record says by which rule (C5, C7)."""
    approve_by_presumption(story)


def approve_by_presumption(story: Story) -> None:
    story.close_all(how="expired")
    if needs_sign_off(story.case, Seat.SENDER):
        propose_approval(story, decider="")
        return
    story.tell(RequestApproved(decider="", seat=Seat.CLOCK, presumption=f"rule {story.case.policy.version}"))
    begin_provision(story)


def object_(story: Story, act: Object) -> None:
    """C5, C6: an objection goes to leader 1 of both bodies at once."""
    require_separate(story.case, story.by, unlike=NOT_THE_DECIDER)
    mine = story.entitling("object")
    if mine.missed:
        raise TooLateToObject
    story.close_all(done=mine)
    story.tell(ObjectionRaised(decider=story.by.person, ground=act.ground, items=act.items))
    call_both_leaders(story, above=0, cause=Cause.OBJECTION)


def lapses(case: Case, level: int) -> bool:
    """C6: under the plan an objection does not outlive the silence of level 2, unless a law is cited against it.

    Where one leader has upheld it, it was not silence: the other's goes up like any silence.
    """
    return (
        case.cause is Cause.OBJECTION
        and not case.upheld
        and case.policy.legal_profile is LegalProfile.PLAN
        and level >= case.policy.objection_lapses
        and case.ground != ObjectionGround.STATUTORY_BAR
    )


def lapse_objection(story: Story, level: int) -> None:
    story.tell(ObjectionLapsed(level=level))
    approve_by_presumption(story)


def distinguish(story: Story, act: Distinguish) -> None:
    """C7: one element differs, so the decision does not carry it. The sender decides, with what is left of its time."""
    case, policy = story.case, story.case.policy
    require_separate(case, story.by, unlike=NOT_THE_DECIDER)
    mine = story.entitling("distinguish")
    if mine.missed:
        raise TooLateToObject
    used = working_days.working_days_between(
        case.calendar,
        case.nation(mine.seat.side),
        working_days.london_date(mine.counts_from),
        working_days.london_date(story.at),
    )
    story.close_all(done=mine)
    story.tell(RelianceDistinguished(decider=story.by.person, element=act.element))
    story.tell(LaneChosen(lane=Lane.STANDARD, conditions=case.conditions))
    if signed_by_its_author(story.case):
        ask_sender(story)
        return
    story.open(Kind.DECIDE, Seat.SENDER, days=max(policy.decide - used, policy.floor))


def nobody_confirms(story: Story, task: Task) -> None:
    """C7: silence confirms where the law says so; elsewhere it moves up like any other."""
    if story.case.policy.legal_profile is LegalProfile.PLAN:
        presume(story, task)
        return
    story.tell(DeadlineMissed(task=task.id, seat=task.seat))
    climb(story, LADDERS[Kind.CONFIRM], above=task.level)
