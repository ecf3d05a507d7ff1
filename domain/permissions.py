"""Who may do what, as one table (house: it answers both "draw this button?" and "allow this act?").

A person may act because a task that asks for the act is open on a seat they hold, or because their seat may do it
for as long as the case is in certain stages. `docs/permissions.md` is written from this table by a test.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.case import BEFORE_ACTIVE, Case, Kind, Lane, Stage, Task
from domain.commands import Step
from domain.people import Actor, Party, Role, Seat, Side

OWN_SIDE = (Seat.REQUESTER, Seat.RISK_OWNER)
RECEIVING_LEADERS = (Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3)

IMPROVERS = (Seat.REVIEWER, *RECEIVING_LEADERS, Seat.REGULATOR)  # P9: none of those who share or use the data
IN_USE = (Stage.ACTIVE, Stage.SUSPENDED)
NOT_BLOCKED = tuple(stage for stage in Stage if stage is not Stage.BLOCKED)
DATA_HELD = (*IN_USE, Stage.ENDED)  # until it is certified to be gone

# The requesting team's own work may be done by its risk owner too; the other way round never (G2).
SHARED = frozenset(
    {
        Kind.ANSWER,
        Kind.MAY_ESCALATE,
        Kind.MAY_REOPEN,
        Kind.CONFIRM_RECEIPT,
        Kind.CERTIFY_DESTRUCTION,
        Kind.ANSWER_RIGHTS,
        Kind.SPREAD_CORRECTION,
        Kind.MEND_EXCHANGE,
    }
)


@dataclass(frozen=True)
class Rule:
    """`tasks`: an open task of such a kind on the actor's seat. `seats` in `stages`: no task needed.

    `when`: what else the case must be like, so that nobody is offered what cannot be done.
    """

    tasks: tuple[Kind, ...] = ()
    seats: tuple[Seat, ...] = ()
    stages: tuple[Stage, ...] = ()
    when: Callable[[Case], bool] = lambda case: True


def _has_asked_enough(case: Case) -> bool:
    with_sender = any(not task.missed for task in case.open(Kind.DECIDE)) and not case.open(
        Kind.LEADER_DECIDE
    )
    return with_sender and case.may_ask and case.rounds >= case.policy.rounds and not case.more_rounds


def _something_is_offered(case: Case) -> bool:
    return not case.root_gone


def _may_be_kept_back(case: Case) -> bool:
    return not case.register_version and not case.exempt_until


def _may_be_mediated(case: Case) -> bool:
    """C14: once, and where days can be waited for."""
    return not case.mediated and case.lane is not Lane.URGENT


def _data_is_there(case: Case) -> bool:
    """Until it is certified to be gone."""
    return case.stage is not Stage.ENDED or bool(case.open(Kind.CERTIFY_DESTRUCTION, Kind.LATE_DESTRUCTION))


def _is_open(case: Case) -> bool:
    return not case.is_closed


def _may_begin_mediation(case: Case) -> bool:
    """E: one at a time, until what came of it is answered."""
    return not case.mediation and not case.open(Kind.COMPLY_OR_EXPLAIN)


def _may_have_more_time(case: Case) -> bool:
    """P3: once; a trial ends with its weeks (C22)."""
    return not case.extended_until and case.lane is not Lane.EXPLORATORY


def _ladder_goes_on(case: Case) -> bool:
    return not case.jump and case.step < len(Step)


def _may_jump(case: Case) -> bool:
    return not case.jump and case.step < len(Step) - 1


def _is_put_right(case: Case) -> bool:
    return bool(case.step) and not case.jump and not case.open(Kind.DO_ACTION)


TABLE: dict[str, Rule] = {
    "submit": Rule(tasks=(Kind.REVISE,)),
    "choose_lane": Rule(tasks=(Kind.TRIAGE,)),
    "ask_in_triage": Rule(tasks=(Kind.TRIAGE,)),
    "rule_out": Rule(tasks=(Kind.TRIAGE,)),
    "back_risk": Rule(tasks=(Kind.BACK_RISK,)),
    "sign_risk": Rule(tasks=(Kind.SIGN_RISK, Kind.FIND_OWNER)),
    "decline_risk": Rule(tasks=(Kind.SIGN_RISK, Kind.FIND_OWNER, Kind.BACK_RISK)),
    "approve": Rule(
        tasks=(
            Kind.DECIDE,
            Kind.OBJECT,
            Kind.CONFIRM,
            Kind.LEADER_DECIDE,
            Kind.COUNTERSIGN,
            Kind.SIGN_OFF,
        )
    ),
    "approve_part": Rule(tasks=(Kind.DECIDE, Kind.LEADER_DECIDE)),
    "object": Rule(tasks=(Kind.OBJECT,)),
    "distinguish": Rule(tasks=(Kind.CONFIRM,)),
    "refuse": Rule(tasks=(Kind.DECIDE, Kind.LEADER_DECIDE, Kind.SIGN_OFF)),
    "say_not_held": Rule(tasks=(Kind.DECIDE, Kind.OBJECT, Kind.CONFIRM, Kind.LEADER_DECIDE)),
    "transfer": Rule(tasks=(Kind.DECIDE, Kind.OBJECT, Kind.CONFIRM)),
    "ask": Rule(tasks=(Kind.DECIDE,)),
    "ask_advice": Rule(tasks=(Kind.SIGN_RISK, Kind.DECIDE, Kind.OBJECT, Kind.CONFIRM)),
    "give_advice": Rule(tasks=(Kind.ADVISE,)),
    "allow_question": Rule(
        seats=(Seat.SENDING_LEADER_1,), stages=(Stage.WITH_SENDER,), when=_has_asked_enough
    ),
    "answer": Rule(tasks=(Kind.ANSWER,)),
    "countersign": Rule(tasks=(Kind.COUNTERSIGN,)),
    "escalate_refusal": Rule(tasks=(Kind.MAY_ESCALATE,)),
    "uphold_refusal": Rule(tasks=(Kind.JUDGE_REFUSAL,)),
    "overturn_refusal": Rule(tasks=(Kind.JUDGE_REFUSAL,)),
    "direct_sender": Rule(tasks=(Kind.LEADER_DECIDE,)),
    "take_over": Rule(tasks=(Kind.LEADER_DECIDE,)),
    "send_to_mediation": Rule(tasks=(Kind.LEADER_DECIDE, Kind.JUDGE_REFUSAL), when=_may_be_mediated),
    "extend_time": Rule(
        tasks=(Kind.LEADER_DECIDE, Kind.FIND_OWNER, Kind.LATE_DELIVERY, Kind.LATE_DESTRUCTION)
    ),
    "withdraw": Rule(seats=OWN_SIDE, stages=tuple(sorted(BEFORE_ACTIVE))),
    "reopen": Rule(tasks=(Kind.MAY_REOPEN,)),
    "record_delivery": Rule(tasks=(Kind.PROVIDE,)),
    "confirm_receipt": Rule(tasks=(Kind.CONFIRM_RECEIPT,)),
    "suspend_share": Rule(seats=(Seat.RISK_OWNER, *RECEIVING_LEADERS), stages=(Stage.ACTIVE,)),
    "reinstate_share": Rule(tasks=(Kind.DECIDE_PAUSED,)),
    "narrow_share": Rule(seats=(Seat.RISK_OWNER,), stages=(Stage.ACTIVE,)),
    "end_share": Rule(seats=(Seat.RISK_OWNER, *RECEIVING_LEADERS), stages=(Stage.ACTIVE, Stage.SUSPENDED)),
    "certify_destruction": Rule(tasks=(Kind.CERTIFY_DESTRUCTION, Kind.LATE_DESTRUCTION)),
    "conclude_review": Rule(tasks=(Kind.REVIEW, Kind.LATE_REVIEW)),
    "conclude_urgent_use": Rule(tasks=(Kind.REVIEW_URGENT,)),
    "adopt_root": Rule(tasks=(Kind.RECONSIDER,), when=_something_is_offered),
    "keep_decision": Rule(tasks=(Kind.RECONSIDER,), when=_something_is_offered),
    "decide_own": Rule(tasks=(Kind.RECONSIDER,), when=_something_is_offered),
    "exempt_entry": Rule(
        seats=(Seat.RECEIVING_LEADER_2, Seat.SENDING_LEADER_2),
        stages=(Stage.RISK_ACCEPTANCE, Stage.WITH_SENDER, Stage.INFO_REQUESTED, Stage.LEADER_DECISION),
        when=_may_be_kept_back,
    ),
    "publish_entry": Rule(tasks=(Kind.PUBLISH,)),
    "extend_review": Rule(seats=(Seat.RECEIVING_LEADER_2,), stages=(Stage.ACTIVE,)),
    "waive_separation": Rule(
        seats=(Seat.RECEIVING_LEADER_2, Seat.SENDING_LEADER_2),
        stages=(Stage.RISK_ACCEPTANCE, Stage.WITH_SENDER),
    ),
    "own_risk": Rule(tasks=(Kind.OWN_RISK,)),
    "start_mediation": Rule(
        seats=(Seat.REGULATOR, Seat.OTHER_CASE), stages=IN_USE, when=_may_begin_mediation
    ),
    "extend_mediation": Rule(tasks=(Kind.MEDIATE,), when=lambda case: not case.mediation_extended),
    "conclude_mediation": Rule(tasks=(Kind.MEDIATE,)),
    "answer_mediation": Rule(tasks=(Kind.COMPLY_OR_EXPLAIN,)),
    "receive_rights_request": Rule(seats=(Seat.PUBLIC,), stages=DATA_HELD, when=_data_is_there),
    "answer_rights": Rule(tasks=(Kind.ANSWER_RIGHTS,)),
    "pass_on_correction": Rule(tasks=(Kind.SPREAD_CORRECTION,)),
    "report_incident": Rule(seats=(*OWN_SIDE, *RECEIVING_LEADERS), stages=DATA_HELD, when=_data_is_there),
    "record_report": Rule(tasks=(Kind.TELL_REGULATOR,)),
    "take_step": Rule(seats=IMPROVERS, stages=IN_USE, when=_ladder_goes_on),
    "jump_step": Rule(seats=IMPROVERS, stages=(Stage.ACTIVE,), when=_may_jump),
    "settle_jump": Rule(tasks=(Kind.CONFIRM_JUMP,)),
    "complete_action": Rule(tasks=(Kind.DO_ACTION,)),
    "close_improvement": Rule(seats=IMPROVERS, stages=IN_USE, when=_is_put_right),
    "extend_share": Rule(seats=RECEIVING_LEADERS, stages=(Stage.ACTIVE,), when=_may_have_more_time),
    "settle_fault": Rule(tasks=(Kind.MEND_EXCHANGE, Kind.MEND_SERVICE)),
    "find_fault": Rule(seats=(Seat.EXCHANGE,), stages=DATA_HELD, when=_is_open),
    "clear_fault": Rule(seats=(Seat.EXCHANGE,), stages=DATA_HELD, when=_is_open),
    "fill_post": Rule(tasks=(Kind.FILL_POST,)),
    "deadline_passed": Rule(seats=(Seat.CLOCK,), stages=tuple(Stage)),
    "adopt_calendar": Rule(seats=(Seat.CLOCK, Seat.OPERATOR), stages=tuple(Stage)),
    "posts_changed": Rule(seats=(Seat.DIRECTORY,), stages=NOT_BLOCKED),
    "move_party": Rule(seats=(Seat.DIRECTORY,), stages=NOT_BLOCKED),
    "continue_part": Rule(seats=(Seat.OTHER_CASE,)),  # the first event of a case; see `may`
    "replace_share": Rule(seats=(Seat.OTHER_CASE,), stages=(Stage.ACTIVE, Stage.SUSPENDED)),
    "root_changed": Rule(
        seats=(Seat.OTHER_CASE,), stages=(*sorted(BEFORE_ACTIVE), Stage.ACTIVE, Stage.SUSPENDED)
    ),
}


def may_do_task(task: Task, actor: Actor, now: datetime) -> bool:
    shared = task.kind in SHARED and task.seat is Seat.REQUESTER and Seat.RISK_OWNER in actor.seats
    return (task.seat in actor.seats or shared) and task.is_visible(now)


def task_for(case: Case, actor: Actor, act: str, now: datetime) -> Task | None:
    """The open task that entitles this actor to this act; the lowest level first, so nobody climbs over a colleague."""
    kinds = TABLE[act].tasks
    mine = [task for task in case.open(*kinds) if may_do_task(task, actor, now)]
    return min(mine, key=lambda task: (task.level, task.id), default=None)


def may(case: Case, actor: Actor, act: str, now: datetime) -> bool:
    """Whether `actor` may do `act` in `case` at `now`. The rules of the act itself are asked afterwards."""
    if case.version == 0:  # there is no case before its first submission
        return (act, True) in (
            ("submit", Seat.REQUESTER in actor.seats),
            ("continue_part", Seat.OTHER_CASE in actor.seats),
        )
    rule = TABLE[act]
    in_stage = case.stage in rule.stages and any(seat in rule.seats for seat in actor.seats)
    return rule.when(case) and (in_stage or task_for(case, actor, act, now) is not None)


def allowed(case: Case, actor: Actor, now: datetime) -> tuple[str, ...]:
    """The acts to offer, in the table's order."""
    return tuple(act for act in TABLE if may(case, actor, act, now))


def could_ever(actor: Actor, act: str) -> bool:
    """Whether any seat of the actor is ever given this act: tells 'not yours' (403) from 'not now' (409)."""
    rule = TABLE[act]
    held = set(actor.seats)
    if held & set(rule.seats):
        return True
    return any(held & set(SEATS_OF_KIND[kind]) for kind in rule.tasks)


_SENDING_LEADERS = (Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3)

SEATS_OF_KIND: dict[Kind, tuple[Seat, ...]] = {
    Kind.REVISE: (Seat.REQUESTER,),
    Kind.TRIAGE: (Seat.BOARD, *RECEIVING_LEADERS),
    Kind.SIGN_RISK: (Seat.RISK_OWNER,),
    Kind.FIND_OWNER: RECEIVING_LEADERS,
    Kind.DECIDE: (Seat.SENDER, *_SENDING_LEADERS),
    Kind.OBJECT: (Seat.SENDER,),
    Kind.CONFIRM: (Seat.SENDER,),
    Kind.SIGN_OFF: _SENDING_LEADERS,
    Kind.LEADER_DECIDE: _SENDING_LEADERS,
    Kind.ANSWER: OWN_SIDE,
    Kind.COUNTERSIGN: _SENDING_LEADERS,
    Kind.JUDGE_REFUSAL: (*_SENDING_LEADERS, *RECEIVING_LEADERS),
    Kind.MAY_ESCALATE: OWN_SIDE,
    Kind.MAY_REOPEN: OWN_SIDE,
    Kind.PROVIDE: (Seat.SENDER,),
    Kind.CONFIRM_RECEIPT: OWN_SIDE,
    Kind.LATE_DELIVERY: (*_SENDING_LEADERS, *RECEIVING_LEADERS),
    Kind.REVIEW: (Seat.REVIEWER,),
    Kind.LATE_REVIEW: RECEIVING_LEADERS,
    Kind.REVIEW_URGENT: (Seat.REVIEWER, *RECEIVING_LEADERS),
    Kind.RECONSIDER: (Seat.RISK_OWNER, *RECEIVING_LEADERS),
    Kind.PUBLISH: (Seat.RISK_OWNER, Seat.RECEIVING_LEADER_2),
    Kind.EXPIRY: (Seat.RISK_OWNER,),
    Kind.DECIDE_PAUSED: RECEIVING_LEADERS,
    Kind.CERTIFY_DESTRUCTION: OWN_SIDE,
    Kind.LATE_DESTRUCTION: RECEIVING_LEADERS,
    Kind.FILL_POST: (Seat.OPERATOR,),
    Kind.BACK_RISK: RECEIVING_LEADERS,
    Kind.OWN_RISK: (Seat.RISK_OWNER, *RECEIVING_LEADERS),
    Kind.ADVISE: (Seat.RECEIVING_ADVISER, Seat.SENDING_ADVISER),
    Kind.MEDIATE: (Seat.REGULATOR,),
    Kind.COMPLY_OR_EXPLAIN: (Seat.RISK_OWNER, *RECEIVING_LEADERS),
    Kind.ANSWER_RIGHTS: (*OWN_SIDE, *RECEIVING_LEADERS),
    Kind.SPREAD_CORRECTION: (*OWN_SIDE, *RECEIVING_LEADERS),
    Kind.TELL_REGULATOR: (Seat.RISK_OWNER, *RECEIVING_LEADERS),
    Kind.DO_ACTION: (Seat.RISK_OWNER, *RECEIVING_LEADERS),
    Kind.CONFIRM_JUMP: RECEIVING_LEADERS[1:],
    Kind.MEND_EXCHANGE: (*OWN_SIDE, *RECEIVING_LEADERS),
    Kind.MEND_SERVICE: (Seat.SENDER, *_SENDING_LEADERS),
}


@dataclass(frozen=True, kw_only=True)
class Post:
    """A role somebody holds today, in a team or (leaders, operators) in a whole organisation.

    `acting_for`: who holds it, where somebody else is away or has left it to a deputy; '' for a post of one's own.
    `through`: who was to cover and is away too. `is_deputy`: of a vacant post too, where there is nobody to act for.
    """

    role: Role
    organisation: str
    team: str | None = None
    acting_for: str = ""
    through: str = ""
    is_deputy: bool = False

    @property
    def is_own(self) -> bool:
        return not self.acting_for and not self.is_deputy


def seats(
    posts: Iterable[Post], receiving: Party | None, sending: Party | None, board: str = ""
) -> tuple[Seat, ...]:
    """The seats a person with these posts holds in a case between these parties; `board` sorts it out (C1a)."""
    held = {seat for post in posts for seat in _seats(post, receiving, sending)}
    if board and any(post.role is Role.BOARD and post.organisation == board for post in posts):
        held.add(Seat.BOARD)
    return tuple(sorted(held))


def acting_for(posts: Iterable[Post], receiving: Party | None, sending: Party | None) -> tuple[str, ...]:
    """Whose seats, and not their own, somebody with these posts sits on in a case between these parties (G2)."""
    covering = [post for post in posts if not post.is_own and any(_seats(post, receiving, sending))]
    return tuple(sorted({who for post in covering for who in (post.acting_for, post.through) if who}))


def _seats(post: Post, receiving: Party | None, sending: Party | None) -> Iterator[Seat]:
    if post.role is Role.OPERATOR:
        yield Seat.OPERATOR
    if post.role is Role.REGULATOR:
        yield Seat.REGULATOR
    for side, party in ((Side.RECEIVING, receiving), (Side.SENDING, sending)):
        if party and post.organisation == party.organisation and post.role.startswith("leader_"):
            yield Seat(f"{side}.{post.role}")  # one body may be on both sides
        if party and post.organisation == party.organisation and post.role is Role.ADVISER:
            yield Seat(f"{side}.adviser")  # advises the whole body
    # A team keeps its cases, open or closed, whatever body it belongs to by now; leaders answer for a body.
    if receiving and post.role in (Role.REQUESTER, Role.RISK_OWNER) and post.team == receiving.team:
        yield Seat(f"receiving.{post.role}")
    of_receiver = receiving is not None and post.organisation == receiving.organisation
    if receiving and of_receiver and post.role is Role.REVIEWER and post.team != receiving.team:
        yield Seat.REVIEWER  # another team looks back (§6)
    if sending and post.role is Role.SENDER_DECIDER and post.team == sending.team:
        yield Seat.SENDER


def may_read_why(held: tuple[Seat, ...], roles: Iterable[Role]) -> bool:
    """P9, least disclosure: what incidents and improvement are about is not for the sending side; the register has the rest."""
    return Role.AUDITOR in roles or any(seat.side is not Side.SENDING for seat in held)


def may_see(case: Case, held: tuple[Seat, ...], roles: Iterable[Role]) -> bool:
    """Least disclosure: the sending side only after a risk owner signed (C2); auditors see all, operators no case.

    A board sees what it has to sort out, for as long as it is there (C1a); the regulator what is in the register,
    and what was sent to mediation (E, P9).
    """
    if Role.AUDITOR in roles:
        return True
    if Seat.BOARD in held and case.stage is Stage.TRIAGE:
        return True
    if Seat.REGULATOR in held and (case.register_version or case.mediated):
        return True
    if any(seat.side is Side.RECEIVING for seat in held):
        return True
    return case.sender_may_see and any(seat.side is Side.SENDING for seat in held)
