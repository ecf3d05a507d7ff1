"""C9: approval in part. What is approved goes live now; what is withheld goes on as a case of its own."""

from domain.case import Kind, Lane
from domain.commands import ApprovePart, ContinuePart
from domain.decide.delivery import begin_provision
from domain.decide.risk import ask_sender, back_level, signed_by_its_author
from domain.decide.sender import NOT_THE_DECIDER, days_left, needs_sign_off
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.decide.submission import OF_ITS_KIND
from domain.events import (
    EntryExempted,
    LaneChosen,
    PartApproved,
    RequestApproved,
    RequestSubmitted,
    RiskOwnerLeft,
    RiskSigned,
)
from domain.people import Seat
from domain.refusals import MostWithheld, NeedsSignOff, NothingWithheld, TextChanged


def approve_part(story: Story, act: ApprovePart) -> None:
    """P6: who sends less justifies each item; who sends less than half refuses, and must say so."""
    case = story.case
    require_separate(case, story.by, unlike=NOT_THE_DECIDER)
    task = story.entitling("approve_part")
    if not act.withheld:
        raise NothingWithheld
    if act.items + act.withheld != case.items:
        raise TextChanged
    if act.withheld * 100 > case.items * case.policy.most_withheld:
        raise MostWithheld(percent=case.policy.most_withheld)
    if needs_sign_off(case, task.seat):
        raise NeedsSignOff
    left = days_left(story, task)
    story.close_all(done=task)
    urgent = story.is_urgent
    story.tell(
        PartApproved(items=act.items, withheld=act.withheld, child=act.child, days_left=left, hours=urgent)
    )
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
            back_level=act.back_level,
            sign_level=act.sign_level,
        )
    )
    # What is contested is presumed by nothing any more.
    lane = act.lane if act.lane in OF_ITS_KIND else Lane.STANDARD
    story.tell(LaneChosen(lane=lane, conditions=act.conditions))
    if act.exempt_until:
        story.tell(EntryExempted(until=act.exempt_until, seat=Seat.OTHER_CASE))
    story.tell(
        RiskSigned(
            owner=act.risk_owner,
            form_version=act.form_version,
            form_hash=act.form_hash,
            backed=back_level(story.case),  # a leader stood behind the whole of it, and so behind its part
        )
    )
    if signed_by_its_author(story.case):
        ask_sender(story)
        return
    if act.owner_left:
        story.tell(RiskOwnerLeft(owner=act.risk_owner))
    left = max(act.days_left, story.case.policy.floor)
    story.open_in_time(Kind.DECIDE, Seat.SENDER, days=left, hours=left)
