"""C8, C10, C11: the sending team decides, asks, or refuses; the requesting team answers."""

from domain import working_days
from domain.case import Kind, Task
from domain.commands import Answer, Approve, Ask, Countersign, Ground, Refuse, SayNotHeld
from domain.decide.delivery import begin_provision
from domain.decide.ladder import LADDERS, climb
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.events import (
    InformationAnswered,
    InformationAsked,
    RefusalProposed,
    RequestApproved,
    RequestRefused,
    RiskSignatureVoided,
)
from domain.people import Seat
from domain.permissions import task_for
from domain.refusals import TooLateToAsk, TooManyRounds

NOT_THE_DECIDER = ("author", "risk_owner", "reviewer")


def _entitled(story: Story, act: str, *, unlike: tuple[str, ...] = NOT_THE_DECIDER) -> Task:
    """The task that entitles the actor to decide. Whoever decides is none of the case's other people (G2)."""
    require_separate(story.case, story.by, unlike=unlike)
    return story.entitling(act)


def approve(story: Story, act: Approve) -> None:
    task = _entitled(story, "approve")
    story.close_all(done=task)
    story.tell(RequestApproved(decider=story.by.person, seat=task.seat))
    begin_provision(story, delivered_hash=act.delivered_hash)


def refuse(story: Story, act: Refuse) -> None:
    """Under a duty to share, the sending team's refusal counts only when leader 1 countersigns it (C11)."""
    task = _entitled(story, "refuse")
    story.close_all(done=task)
    if story.case.duty != "none" and task.seat is Seat.SENDER:
        story.tell(
            RefusalProposed(
                decider=story.by.person, ground=act.ground, items=act.items, smaller_share=act.smaller_share
            )
        )
        climb(story, LADDERS[Kind.COUNTERSIGN], above=0)
        return
    _refused(story, task.seat, act.ground, act.items, act.smaller_share)


def say_not_held(story: Story, act: SayNotHeld) -> None:
    task = _entitled(story, "say_not_held")
    story.close_all(done=task)
    _refused(story, task.seat, Ground.NOT_HELD)


def countersign(story: Story, act: Countersign) -> None:
    task = _entitled(story, "countersign", unlike=(*NOT_THE_DECIDER, "decider"))
    story.close_all(done=task)
    _refused(story, task.seat, Ground(story.case.ground))


def _refused(story: Story, seat: Seat, ground: Ground, items: int = 0, smaller_share: bool = False) -> None:
    story.tell(
        RequestRefused(
            decider=story.by.person, seat=seat, ground=ground, items=items, smaller_share=smaller_share
        )
    )
    offer_escalation(story)


def offer_escalation(story: Story) -> None:
    """C12: once, the requesting side may take a refusal to the leaders of both sides. A window, not a duty."""
    if not story.case.refusal_escalated:
        story.open(Kind.MAY_ESCALATE, Seat.REQUESTER, days=story.case.policy.escalate_refusal)


def ask(story: Story, act: Ask) -> None:
    case = story.case
    task = _entitled(story, "ask")
    if task.missed:
        raise TooLateToAsk
    if case.rounds >= case.policy.rounds or not case.may_ask:
        raise TooManyRounds(rounds=case.rounds)
    today, due_day = working_days.london_date(story.at), working_days.london_date(task.due_at)
    left = working_days.working_days_between(case.calendar, case.nation(task.seat.side), today, due_day)
    story.close_all(how="paused")
    story.tell(InformationAsked(round=case.rounds + 1, days_left=left))
    story.open(Kind.ANSWER, Seat.REQUESTER, days=case.policy.answer)


def answer(story: Story, act: Answer) -> None:
    """The sender's clock starts again where it stopped. A material answer must be signed for again (C10)."""
    case = story.case
    story.close_all(done=task_for(case, story.by, "answer", story.at))
    story.tell(
        InformationAnswered(
            author=story.by.person if act.material else "",
            material=act.material,
            form_version=act.form_version,
            form_hash=act.form_hash,
        )
    )
    if act.material:
        story.tell(RiskSignatureVoided())
        story.open(Kind.SIGN_RISK, Seat.RISK_OWNER, days=case.policy.sign_risk)
    else:
        story.open(Kind.DECIDE, Seat.SENDER, days=max(case.clock_left, case.policy.floor))
