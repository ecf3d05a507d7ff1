"""C9: approval in part. What is approved goes live now; what is withheld goes on as a case of its own."""

from domain.case import Kind
from domain.commands import ApprovePart, ContinuePart
from domain.decide.delivery import begin_provision
from domain.decide.sender import NOT_THE_DECIDER, days_left, needs_sign_off
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.events import LaneChosen, PartApproved, RequestApproved, RequestSubmitted, RiskSigned
from domain.people import Seat
from domain.refusals import MostWithheld, NeedsSignOff, NothingWithheld


def approve_part(story: Story, act: ApprovePart) -> None:
    """P6: who sends less justifies each item; who sends less than half refuses, and must say so."""
    case = story.case
    require_separate(case, story.by, unlike=NOT_THE_DECIDER)
    task = story.entitling("approve_part")
    if not act.withheld:
        raise NothingWithheld
    if act.withheld * 100 > case.items * case.policy.most_withheld:
        raise MostWithheld(percent=case.policy.most_withheld)
    if needs_sign_off(case, task.seat):
        raise NeedsSignOff
    left = days_left(story, task)
    story.close_all(done=task)
    story.tell(PartApproved(items=act.items, withheld=act.withheld, child=act.child, days_left=left))
    story.tell(RequestApproved(decider=story.by.person, seat=task.seat))
    begin_provision(story)


def continue_part(story: Story, act: ContinuePart) -> None:
    """The contested items: signed for already, with the remaining clock and never less than its floor."""
    story.tell(
        RequestSubmitted(
            author=act.author,
            receiving=act.receiving,
            sending=act.sending,
            form_version=act.form_version,
            form_hash=act.form_hash,
            use=act.use,
            time_limited=act.time_limited,
            duty=act.duty,
            items=act.items,
            until=act.until,
            parent=act.parent,
            relation="part",
            first_submitted_at=act.submitted_at,
        )
    )
    story.tell(LaneChosen(lane=act.lane, conditions=act.conditions))
    story.tell(RiskSigned(owner=act.risk_owner, form_version=act.form_version, form_hash=act.form_hash))
    left = max(act.days_left, story.case.policy.floor)
    story.open_in_time(Kind.DECIDE, Seat.SENDER, days=left, hours=left)
