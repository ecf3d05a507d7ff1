"""C1, C3, C20: a request goes in, comes back, is withdrawn or taken up again."""

from domain.case import Kind, Lane, Stage
from domain.commands import Reopen, Submit, Withdraw
from domain.decide.delivery import publish
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.events import CaseReopened, CaseWithdrawn, LaneChosen, RequestSubmitted
from domain.people import Seat
from domain.permissions import OWN_SIDE, task_for
from domain.policy import Policy
from domain.refusals import OnlyOnce


def is_time_limited(policy: Policy, use: str, pattern: str) -> bool:
    """§6: preventative, proactive and emergent uses are looked back at; fraud and debt pilots in bulk likewise."""
    return use in policy.reviewed_uses or (use in policy.reviewed_in_bulk and pattern != "one_by_one")


def submit(story: Story, act: Submit) -> None:
    case = story.case
    require_separate(case, story.by, unlike=("risk_owner", "decider", "reviewer"))
    revising = task_for(case, story.by, "submit", story.at)
    if revising:
        story.close_all(done=revising)
    story.tell(
        RequestSubmitted(
            author=story.by.person,
            receiving=act.receiving,
            sending=act.sending,
            form_version=act.form_version,
            form_hash=act.form_hash,
            use=act.use,
            time_limited=is_time_limited(case.policy, act.use, act.pattern),
            duty=act.duty,
            items=act.items,
            until=act.until,
        )
    )
    story.tell(LaneChosen(lane=Lane.STANDARD, reasons=("standard_until_other_lanes_are_open",)))
    story.open(Kind.SIGN_RISK, Seat.RISK_OWNER, days=case.policy.sign_risk)


def withdraw(story: Story, act: Withdraw) -> None:
    seat = next(seat for seat in OWN_SIDE if seat in story.by.seats)
    story.close_all()
    story.tell(CaseWithdrawn(seat=seat))
    if story.case.register_version:  # the approval is in public already, so its end must be too (G7)
        publish(story)


def reopen(story: Story, act: Reopen) -> None:
    """A lapsed case keeps its place: it goes on where it stopped, with the floor of the clock (C20)."""
    case = story.case
    if case.reopened:
        raise OnlyOnce(what="Re-opening")
    stage = case.lapsed_from or Stage.RISK_ACCEPTANCE
    story.close_all(done=task_for(case, story.by, "reopen", story.at))
    story.tell(CaseReopened(stage=stage))
    kind, seat = {
        Stage.INFO_REQUESTED: (Kind.ANSWER, Seat.REQUESTER),
        Stage.RISK_ACCEPTANCE: (Kind.SIGN_RISK, Seat.RISK_OWNER),
        Stage.DRAFT: (Kind.REVISE, Seat.REQUESTER),
    }[stage]
    story.open(kind, seat, days=case.policy.floor)
