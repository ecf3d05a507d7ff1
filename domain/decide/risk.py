"""C2 to C4: the receiving team owns the risk before any sender sees the case."""

from domain.case import Kind
from domain.commands import DeclineRisk, SignRisk
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.events import RiskDeclined, RiskSigned
from domain.people import Seat
from domain.permissions import task_for
from domain.refusals import TextChanged


def sign_risk(story: Story, act: SignRisk) -> None:
    case = story.case
    require_separate(case, story.by, unlike=("author", "decider", "reviewer"))
    if act.form_hash != case.form_hash:
        raise TextChanged
    story.close_all(done=task_for(case, story.by, "sign_risk", story.at))
    story.tell(RiskSigned(owner=story.by.person, form_version=case.form_version, form_hash=case.form_hash))
    # After a material answer the sender goes on with what was left of its time (C10).
    days = max(case.clock_left, case.policy.floor) if case.rounds else case.policy.decide
    story.open(Kind.DECIDE, Seat.SENDER, days=days)


def decline_risk(story: Story, act: DeclineRisk) -> None:
    """Back to the author with a reason. Counted as returned by the own side, never as declined (C3)."""
    case = story.case
    story.close_all(done=task_for(case, story.by, "decline_risk", story.at))
    story.tell(RiskDeclined())
    story.open(Kind.REVISE, Seat.REQUESTER, days=case.policy.answer)
