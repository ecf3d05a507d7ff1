"""C8, C10, C11: the sending team decides, asks, or refuses; the requesting team answers."""

from dataclasses import replace
from datetime import datetime

from domain import working_days
from domain.case import Case, Kind, Lane, Task
from domain.commands import (
    AllowQuestion,
    Answer,
    Approve,
    Ask,
    Countersign,
    Ground,
    Refuse,
    SayNotHeld,
    Transfer,
)
from domain.decide.delivery import begin_provision
from domain.decide.ladder import LADDERS, climb
from domain.decide.risk import BY_APPETITE, ask_sender, go_on_deciding
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.decide.submission import ask_for_signature, lane_of
from domain.events import (
    ApprovalProposed,
    InformationAnswered,
    InformationAsked,
    QuestionAllowed,
    RefusalProposed,
    RequestApproved,
    RequestRefused,
    RequestTransferred,
    RiskSignatureVoided,
)
from domain.people import Seat
from domain.permissions import task_for
from domain.refusals import OnlyOnce, TooLateToAsk, TooLateToTransfer, TooManyRounds

NOT_THE_DECIDER = ("author", "risk_owner", "reviewer")


def _entitled(story: Story, act: str, *, unlike: tuple[str, ...] = NOT_THE_DECIDER) -> Task:
    """The task that entitles the actor to decide. Whoever decides is none of the case's other people (G2)."""
    require_separate(story.case, story.by, unlike=unlike)
    return story.entitling(act)


def approve(story: Story, act: Approve) -> None:
    task = _entitled(story, "approve")
    story.close_all(done=task)
    if needs_sign_off(story.case, task.seat):
        propose_approval(story, decider=story.by.person)
        return
    story.tell(RequestApproved(decider=story.by.person, seat=task.seat))
    begin_provision(story, delivered_hash=act.delivered_hash)


# §4: what a guard adds to the standard lane, as the leader of the sending body whose decision it is.
SIGN_OFF: dict[str, int] = {"health_in_bulk": 2, "service_data_for_enforcement": 3}


def needs_sign_off(case: Case, seat: Seat) -> bool:
    return seat.level < sign_off_level(case)


def sign_off_level(case: Case) -> int:
    """The leader who has to say so too: as a guard asks (§4), or as the body states its appetite (P8)."""
    by_appetite = case.sign_level if case.lane in BY_APPETITE else 0
    return max((by_appetite, *(SIGN_OFF.get(each, 0) for each in case.conditions)))


def propose_approval(story: Story, decider: str) -> None:
    """§4: the sending team would share; a leader has to say so too. `decider` is empty after a presumption."""
    level = sign_off_level(story.case)
    story.tell(ApprovalProposed(decider=decider, level=level))
    climb(story, LADDERS[Kind.SIGN_OFF], above=level - 1)


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
    if task.missed or case.open(Kind.LEADER_DECIDE):
        raise TooLateToAsk
    if case.rounds >= case.policy.rounds + case.more_rounds or not case.may_ask:
        raise TooManyRounds(rounds=case.rounds)
    left = days_left(story, task)
    story.close_all(how="paused")
    story.tell(
        InformationAsked(round=case.rounds + 1, days_left=left, hours=story.is_urgent, by=story.by.person)
    )
    policy = case.policy
    story.open_in_time(Kind.ANSWER, Seat.REQUESTER, days=policy.answer, hours=policy.urgent_answer)


def days_left(story: Story, task: Task) -> int:
    """What is left of a task's time: working days; whole hours where clock hours run (C21)."""
    if story.is_urgent:
        return max(0, int((task.due_at - story.at).total_seconds() // 3600))
    return days_between(story, task, story.at, task.due_at)


def days_between(story: Story, task: Task, start: datetime, end: datetime) -> int:
    """Working days from one instant's date to another's, in the calendar of the body that has the task."""
    case = story.case
    dates = (working_days.london_date(start), working_days.london_date(end))
    return working_days.working_days_between(case.calendar, case.nation(task.seat.side), *dates)


def allow_question(story: Story, act: AllowQuestion) -> None:
    """C10: leader 1 lets the sending team ask once more, when it has asked as often as it may."""
    story.tell(QuestionAllowed(by=story.by.person))


def transfer(story: Story, act: Transfer) -> None:
    """C16: the wrong team was asked. Once, in the first two days; the clock starts again with the right one."""
    case = story.case
    task = _entitled(story, "transfer")
    if case.transferred:
        raise OnlyOnce(what="Passing a request on")
    leaders_have_it = task.missed or case.open(Kind.LEADER_DECIDE) or not case.may_ask
    if (
        case.rounds
        or leaders_have_it
        or days_between(story, task, task.counts_from, story.at) > case.policy.transfer
    ):
        raise TooLateToTransfer(days=case.policy.transfer)
    story.close_all(done=task)
    level = act.screening.sign_level
    story.tell(RequestTransferred(sending=act.sending, by=story.by.person, sign_level=level))
    lane = case.lane if case.lane in (Lane.URGENT, Lane.EXPLORATORY) else act.screening.lane
    story.tell(lane_of(replace(act.screening, lane=lane)))
    ask_sender(story)


def answer(story: Story, act: Answer) -> None:
    """The sender's clock starts again where it stopped. A material answer must be signed for again (C10)."""
    case = story.case
    asked = next(iter(case.open(Kind.ANSWER)), None)  # none after a lapsed case was taken up again
    waited = days_between(story, asked, asked.opened_at, story.at) if asked else 0
    # Leaders who have the case keep it, unless what they would decide on must first be signed for again (C13).
    kept = () if act.material else (Kind.LEADER_DECIDE,)
    story.close_all(done=task_for(case, story.by, "answer", story.at), keep=kept)
    story.tell(
        InformationAnswered(
            waited=waited,
            author=story.by.person if act.material else "",
            material=act.material,
            form_version=act.form_version,
            form_hash=act.form_hash,
        )
    )
    if act.material:
        story.tell(RiskSignatureVoided())
        ask_for_signature(story)
    else:
        go_on_deciding(story)
