"""C12, C14: leaders act. They decide (as any decider does), direct, take over, or give time once; they never 'note'."""

from typing import Literal

from domain.case import Case, Cause, Kind, Task
from domain.commands import (
    DirectSender,
    EscalateRefusal,
    ExtendTime,
    FillPost,
    Ground,
    ObjectionGround,
    OverturnRefusal,
    TakeOver,
    UpholdRefusal,
    WaiveSeparation,
)
from domain.decide.delivery import begin_provision
from domain.decide.ladder import Ladder, call_leader, kind_for
from domain.decide.sender import NOT_THE_DECIDER, propose_approval, sign_off_level
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.events import (
    DecisionTakenOver,
    DueMoved,
    JointDecisionMovedUp,
    OverdueAtTop,
    PostFilled,
    RefusalEscalated,
    RequestApproved,
    RequestRefused,
    SenderDirected,
    SeparationWaived,
    TimeExtended,
    VerdictGiven,
)
from domain.fold_care import at_their_top, is_counted
from domain.people import Seat, Side, leader
from domain.permissions import SEATS_OF_KIND, task_for
from domain.refusals import NotNow, NotTiny, OnlyOnce, PostStillEmpty, TooLong, TooManyHours, seat_in_words

# A no that both bodies' leaders judge together: a refusal taken to them (C12), or an objection (C6).
JOINT_CAUSES = (Cause.APPEAL, Cause.OBJECTION)


def joint(cause: Cause) -> tuple[Ladder, Ladder]:
    return (
        Ladder(Kind.JUDGE_REFUSAL, Side.RECEIVING, cause),
        Ladder(Kind.JUDGE_REFUSAL, Side.SENDING, cause),
    )


def direct_sender(story: Story, act: DirectSender) -> None:
    """The sender gets five more working days and may stop the clock no more."""
    case = story.case
    mine = story.entitling("direct_sender")
    if not case.may_ask:
        raise OnlyOnce(what="Directing the sending team")
    story.close_all(done=mine)
    story.tell(SenderDirected(level=mine.level, by=story.by.person))
    days, hours = case.policy.directed, case.policy.urgent_leader
    story.open_in_time(Kind.DECIDE, Seat.SENDER, days=days, hours=hours, level=mine.level)


def take_over(story: Story, act: TakeOver) -> None:
    """From now on this leader alone decides; the sending team's task is gone."""
    case = story.case
    require_separate(case, story.by, unlike=NOT_THE_DECIDER)
    if not case.open(
        Kind.DECIDE, Kind.CONFIRM, Kind.ANSWER
    ):  # taking over from oneself would start the clock again, without end
        raise OnlyOnce(what="Taking over from the sending team")
    mine = story.entitling("take_over")
    story.close_all(done=mine)
    story.tell(DecisionTakenOver(person=story.by.person, seat=mine.seat))
    days, hours = case.policy.leader, case.policy.urgent_leader
    story.open_in_time(Kind.LEADER_DECIDE, mine.seat, days=days, hours=hours, level=mine.level)


def extend_time(story: Story, act: ExtendTime) -> None:
    """Once in a case, at most ten working days, with a reason that stays on the record; hours where hours run (C21)."""
    case = story.case
    mine = story.entitling("extend_time")
    if case.extended:
        raise OnlyOnce(what="Giving more time")
    urgent = story.is_urgent
    most = case.policy.urgent_extension if urgent else case.policy.extension
    if not 1 <= act.days <= most:
        raise TooManyHours(most=most) if urgent else TooLong(most=most)
    story.tell(TimeExtended(days=act.days, hours=urgent, by=story.by.person))
    start = max(mine.due_at, story.at)
    days, hours = (0, act.days) if urgent else (act.days, 0)
    due = story.due(mine.seat, start, days, hours=hours)
    story.tell(DueMoved(task=mine.id, was=mine.due_at, now=due, counts_from=start, days=days, hours=hours))


def escalate_refusal(story: Story, act: EscalateRefusal) -> None:
    case = story.case
    story.close_all(done=task_for(case, story.by, "escalate_refusal", story.at))
    story.tell(RefusalEscalated())
    call_both_leaders(story, above=0, cause=Cause.APPEAL)


def call_both_leaders(story: Story, above: int, cause: Cause) -> None:
    """C6, C12: one leader of each side, jointly. A side whose next post is empty sends the one above it.

    So does a side whose next leader made the refusal or countersigned it; at the top the one below stands in.
    """
    mine = own_refusal(story.case)
    called = [call_leader(story, ladder, above, passing=mine) for ladder in joint(cause)]
    if any(called):
        for ladder, level in zip(joint(cause), called, strict=True):
            if level is None and mine and mine.side is ladder.side and mine.level > above:
                _asks(story, _highest(story, ladder.side), level=above + 1)
        return
    if not is_counted(story.case, cause):
        story.tell(OverdueAtTop(side=Side.SENDING, cause=cause))
    # Nobody above: the highest leaders of both sides keep it, and it is counted in public.
    for ladder in joint(cause):
        _asks(story, _highest(story, ladder.side), watched=False)


def own_refusal(case: Case) -> Seat | None:
    """The leader's seat that refused: whoever sits there would judge themselves, unless that was waived (G2)."""
    refused = case.refused_by if case.refused_by and case.refused_by.level else None
    return None if case.separation_waived else refused


def _highest(story: Story, side: Side) -> Seat | None:
    """Who made the refusal comes last: then nobody else is there to judge it."""
    filled = [seat for seat in (leader(side, n) for n in (3, 2, 1)) if story.is_filled(seat)]
    filled.sort(key=lambda seat: seat is own_refusal(story.case))
    return next(iter(filled), None)


def _asks(story: Story, seat: Seat | None, *, level: int = 0, watched: bool = True) -> None:
    if seat:
        story.open_in_time(
            Kind.JUDGE_REFUSAL,
            seat,
            days=story.case.policy.leader,
            hours=story.case.policy.urgent_leader,
            level=level or seat.level,
            watched=watched,
        )


def move_up(story: Story, because: Literal["disagreed", "silent"], level: int) -> None:
    """Disagreement and silence both go to the next level of both sides; verdicts given below stand aside (C12)."""
    for task in story.case.open(Kind.JUDGE_REFUSAL):
        story.close(task)
    story.tell(JointDecisionMovedUp(level=level, because=because))
    cause = story.case.cause if story.case.cause in JOINT_CAUSES else Cause.APPEAL
    call_both_leaders(story, above=level, cause=cause)


def uphold_refusal(story: Story, act: UpholdRefusal) -> None:
    _verdict(story, "uphold_refusal", overturn=False)


def overturn_refusal(story: Story, act: OverturnRefusal) -> None:
    _verdict(story, "overturn_refusal", overturn=True)


def _verdict(story: Story, act: str, *, overturn: bool) -> None:
    """Both sides must agree. Disagreement goes to the next level, like silence (C12)."""
    require_separate(story.case, story.by, unlike=("author", "risk_owner", "decider"))
    mine = story.entitling(act)
    story.close(mine, "done")
    story.tell(VerdictGiven(side=mine.seat.side, overturn=overturn, by=story.by.person))
    settle(story, mine.level, mine.seat)


def settle(story: Story, level: int, seat: Seat) -> None:
    """Close the joint decision when every side still asked has spoken at this height."""
    if story.case.open(Kind.JUDGE_REFUSAL):
        return
    upheld, overturned = set(story.case.upheld), set(story.case.overturned)
    if upheld and overturned:
        move_up(story, "disagreed", level)
        return
    story.close_all()
    if overturned and (level if Side.SENDING in overturned else 0) < sign_off_level(story.case):
        propose_approval(story, decider=story.by.person)  # §4: whichever way it is approved
    elif overturned:
        story.tell(RequestApproved(decider=story.by.person, seat=seat))
        begin_provision(story)
    else:
        ground = GROUND_OF.get(story.case.ground) or Ground(story.case.ground or Ground.HARM_OUTWEIGHS)
        story.tell(RequestRefused(decider=story.by.person, seat=seat, ground=ground))


# An objection that the leaders uphold is a refusal from then on, and is counted among refusals.
GROUND_OF: dict[str, Ground] = {
    ObjectionGround.OUTSIDE_TASK: Ground.OUTSIDE_PURPOSE,
    ObjectionGround.THIRD_RAIL: Ground.OUTSIDE_PURPOSE,
}


def waive_separation(story: Story, act: WaiveSeparation) -> None:
    """G2: only for a very small body, by its leader 2, and counted in public."""
    case = story.case
    for seat in (Seat.RECEIVING_LEADER_2, Seat.SENDING_LEADER_2):
        party = case.receiving if seat.side is Side.RECEIVING else case.sending
        if seat in story.by.seats and party and party.tiny:
            if case.separation_waived:
                raise OnlyOnce(what="Waiving separation")
            story.tell(SeparationWaived(seat=seat))
            return
    raise NotTiny


def fill_post(story: Story, act: FillPost) -> None:
    """The operator says the vacancy is filled; the directory must agree."""
    task = story.case.tasks.get(act.task)
    if task is None or task.post is None:  # that vacancy is gone; another one is not what was meant
        raise NotNow
    if not story.is_filled(task.post):
        raise PostStillEmpty(post=seat_in_words(task.post))
    post_is_filled(story, task)


def post_is_filled(story: Story, vacancy: Task) -> None:
    story.close(vacancy, "done")
    story.tell(PostFilled(task=vacancy.id))
    post = vacancy.post
    if post and story.case.at_top and (post.level or post is Seat.BOARD):
        _call_back(story, post)


def _call_back(story: Story, seat: Seat) -> None:
    """Everybody else was silent, so the new leader is asked at once, for whatever stands at its top."""
    side, policy = (Side.RECEIVING if seat is Seat.BOARD else seat.side), story.case.policy
    for cause in story.case.overdue:
        for known, about in at_their_top(story.case, cause):
            kind = known or kind_for(story.case, side, cause)
            if cause in JOINT_CAUSES:
                kind = Kind.JUDGE_REFUSAL
            if kind is None or not _may_be_asked(story.case, kind, seat):
                continue
            if any((task.seat, task.about) == (seat, about) for task in story.case.open(kind)):
                continue
            days = policy.tell_leader if kind is Kind.TELL_REGULATOR else policy.leader
            hours = policy.urgent_leader
            story.open_in_time(
                kind, seat, days=days, hours=hours, level=seat.level, watched=False, about=about
            )


def _may_be_asked(case: Case, kind: Kind, seat: Seat) -> bool:
    if kind is Kind.LATE_DELIVERY:  # whose side it is that is late
        return bool(case.open(Kind.PROVIDE if seat.side is Side.SENDING else Kind.CONFIRM_RECEIPT))
    return seat in SEATS_OF_KIND[kind] and seat.level >= _lowest(case, kind)


def _lowest(case: Case, kind: Kind) -> int:
    """The leader whose word is asked for, where it is not the first one's (§4, P8)."""
    return {Kind.BACK_RISK: case.back_level, Kind.SIGN_OFF: sign_off_level(case)}.get(kind, 0)
