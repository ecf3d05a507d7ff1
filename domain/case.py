"""The case: everything the workflow needs to decide what may happen next, and nothing else.

It is one serialisable object, built only by folding events (`domain.fold`). Prose, names and files stay in the
store; here are identifiers, enums and instants.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from domain.people import Party, Seat, Side
from domain.policy import Policy
from domain.working_days import Calendar, Nation

BEFORE_ANYTHING = datetime.min.replace(tzinfo=UTC)


class Stage(StrEnum):
    """Spec §1. Escalation is a property of a waiting stage, not a stage."""

    DRAFT = "draft"
    TRIAGE = "triage"
    RISK_ACCEPTANCE = "risk_acceptance"
    WITH_SENDER = "with_sender"
    INFO_REQUESTED = "info_requested"
    LEADER_DECISION = "leader_decision"
    APPROVED = "approved"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    BLOCKED = "blocked"
    ENDED = "ended"


ENDS = frozenset({Stage.REFUSED, Stage.WITHDRAWN, Stage.LAPSED, Stage.BLOCKED, Stage.ENDED})
BEFORE_ACTIVE = frozenset(
    {
        Stage.DRAFT,
        Stage.TRIAGE,
        Stage.RISK_ACCEPTANCE,
        Stage.WITH_SENDER,
        Stage.INFO_REQUESTED,
        Stage.LEADER_DECISION,
        Stage.APPROVED,
    }
)


class Lane(StrEnum):
    CLUSTER = "cluster"
    RELIANCE = "reliance"
    STANDARD = "standard"
    URGENT = "urgent"  # C21
    EXPLORATORY = "exploratory"  # C22


class Kind(StrEnum):
    """What a task asks for. What a person may do follows from the tasks open on their seat (`permissions`)."""

    REVISE = "revise"  # C3: the author takes it up again after the own side declined
    TRIAGE = "triage"  # C1a, board or receiving leader
    SIGN_RISK = "sign_risk"
    FIND_OWNER = "find_owner"  # receiving leader, C4
    DECIDE = "decide"
    OBJECT = "object"  # C5: a window in which the sender may object; silence lets it pass
    CONFIRM = "confirm"  # C7
    SIGN_OFF = "sign_off"  # §4: a sending leader, where a guard asks for one
    LEADER_DECIDE = "leader_decide"  # sending leader, C15
    ANSWER = "answer"
    COUNTERSIGN = "countersign"  # C11
    JUDGE_REFUSAL = "judge_refusal"  # C12, one on each side
    MAY_ESCALATE = "may_escalate"  # C12, a window rather than a duty
    MAY_REOPEN = "may_reopen"  # C20, likewise
    PUBLISH = "publish"  # P2r: the day on which an entry kept back is published by itself
    PROVIDE = "provide"  # C17, sender's receipt
    CONFIRM_RECEIPT = "confirm_receipt"  # C17, receiver's receipt
    LATE_DELIVERY = "late_delivery"  # leaders, C17
    REVIEW = "review"  # §6
    LATE_REVIEW = "late_review"  # receiving leaders, §6
    REVIEW_URGENT = "review_urgent"  # C21, always
    RECONSIDER = "reconsider"  # P2: the decision relied on has changed
    DECIDE_PAUSED = "decide_paused"  # receiving leaders: reinstate or end
    EXPIRY = "expiry"  # C19: the agreed end, on which the share ends by itself
    CERTIFY_DESTRUCTION = "certify_destruction"  # C19
    LATE_DESTRUCTION = "late_destruction"
    FILL_POST = "fill_post"  # G5: a vacancy
    BACK_RISK = "back_risk"  # P8: a receiving leader, where the risk is outside what the body states
    OWN_RISK = "own_risk"  # P5: the risk owner left, and somebody has to sign for what is there
    ADVISE = "advise"  # P5: a window; whatever is not said by then was not received
    MEDIATE = "mediate"  # E, the regulator
    COMPLY_OR_EXPLAIN = "comply_or_explain"  # E
    ANSWER_RIGHTS = "answer_rights"  # A: an objection, or something to be put right
    SPREAD_CORRECTION = "spread_correction"  # A: to everybody the data went to
    TELL_REGULATOR = "tell_regulator"  # P9: 72 hours after a breach became known
    DO_ACTION = "do_action"  # P9: one action of a plan
    CONFIRM_JUMP = "confirm_jump"  # P9: receiving leader 2, where a step was jumped to for live harm
    MEND_EXCHANGE = "mend_exchange"  # P3, D: something is wrong with the grant
    MEND_SERVICE = "mend_service"  # P3: the same where it is the sending team's own service


class Cause(StrEnum):
    """Why a case has moved up (spec §1)."""

    NONE = ""
    TIMEOUT = "timeout"
    COUNTERSIGN = "countersign"
    APPEAL = "appeal"
    NOT_DELIVERED = "not_delivered"
    REVIEW_OVERDUE = "review_overdue"
    NOT_DESTROYED = "not_destroyed"
    NO_RISK_OWNER = "no_risk_owner"
    PAUSED = "paused"
    TRIAGE = "triage"
    OBJECTION = "objection"
    SIGN_OFF = "sign_off"
    BOGGED_DOWN = "bogged_down"
    ROOT_CHANGED = "root_changed"
    BACKING = "backing"
    OWNER_LEFT = "owner_left"
    MEDIATION = "mediation"
    RIGHTS = "rights"
    INCIDENT = "incident"
    ACTION_OVERDUE = "action_overdue"
    LIVE_HARM = "live_harm"
    EXCHANGE = "exchange"


@dataclass(frozen=True, kw_only=True)
class Task:
    """Somebody must do something by a time. The due time is decided once, stored, and never recomputed in a replay.

    `days`, `months` or `weeks` and `counts_from` say how it was reached, so that a changed calendar can move it later
    (G3). `hours` run on the clock and know no holidays (C21).
    `watch_at` is when the clock must look next: the deadline itself, then for a review each step of its ladder,
    then None. A task whose deadline was missed stays open, and the first valid act still wins.
    """

    id: str
    kind: Kind
    seat: Seat
    opened_at: datetime
    due_at: datetime
    counts_from: datetime
    days: int = 0
    months: int = 0
    weeks: int = 0
    hours: int = 0
    level: int = 0
    watch_at: datetime | None = None
    passes: int = 0  # how many times the clock has looked and found nothing done
    visible_from: datetime | None = None  # a review lies ready long before it opens (§6)
    post: Seat | None = None  # with FILL_POST: the empty seat
    about: str = ""  # which of several alike: the request of a citizen, the incident, the action

    @property
    def missed(self) -> bool:
        return self.passes > 0

    def is_visible(self, now: datetime) -> bool:
        return self.visible_from is None or now >= self.visible_from


# A window closes quietly when its time is over; every other task is a duty and moves up.
WINDOWS = frozenset({Kind.MAY_ESCALATE, Kind.MAY_REOPEN, Kind.EXPIRY, Kind.PUBLISH, Kind.ADVISE})

# C9, C21: where a risk owner may have written the request too.
ONE_PERSON_LANES = frozenset({Lane.CLUSTER, Lane.RELIANCE})


@dataclass(frozen=True, kw_only=True)
class Case:
    ref: str
    policy: Policy
    calendar: Calendar

    version: int = 0  # the number of the last event
    last_at: datetime = BEFORE_ANYTHING  # its instant; time never runs backwards in a case
    stage: Stage = Stage.DRAFT
    lane: Lane = Lane.STANDARD
    receiving: Party | None = None
    sending: Party | None = None

    cluster: str = ""  # whose terms carry it (P1), or would (C1a)
    cluster_version: int = 0
    board: str = ""  # the body whose members sort it out in triage (C1a)
    root: str = ""  # the decision it relies on (P2), and the version that is pinned
    root_version: int = 0
    parent: str = ""  # the case it is a part of, or amends
    relation: str = ""  # to the parent: "part" or "amends"

    form_version: int = 0
    form_hash: str = ""
    use: str = ""
    time_limited: bool = False  # §6: reviewed at 12 and 24 months
    duty: str = "none"  # P4, the kind of duty to share
    items: int = 0
    until: str = ""  # ISO date on which the share ends by itself

    conditions: tuple[str, ...] = ()  # §4: rules of the guards that add something to the lane
    back_level: int = 0  # P8: the receiving leader whose word the risk needs, as the body states its appetite
    backed: int = 0  # P8: the receiving leader who stands behind what was signed
    sign_level: int = 0  # P8: the sending leader whose word a decision to share needs
    exempt_until: str = ""  # P2r: ISO date until which leader 2 keeps the entry back

    author: str = ""
    co_authors: tuple[
        str, ...
    ] = ()  # whoever else wrote a version of the form; none of them may sign for it (G2)
    risk_owner: str = ""
    owners_before: tuple[str, ...] = ()  # P5: who signed for it and left; they stay the case's people (G2)
    decider: str = ""
    reviewer: str = ""
    separation_waived: bool = False

    tasks: dict[str, Task] = field(default_factory=dict[str, Task])  # the open ones, in order of opening
    tasks_opened: int = 0
    cause: Cause = Cause.NONE
    overdue: tuple[
        Cause, ...
    ] = ()  # C15: for which causes even the top level was silent, in order of telling

    participants: tuple[str, ...] = ()  # C13: who has had a hand in the decision
    waited: int = 0  # C13: working days in all spent waiting for answers
    bogged_down: bool = False
    rounds: int = 0
    more_rounds: int = 0  # C10: what leader 1 allowed beyond the policy
    clock_left: int = (
        0  # what the sender had left when its clock stopped: working days, in the urgent lane hours
    )
    may_ask: bool = True  # false once a leader has directed the sender (C14)
    extended: bool = False
    transferred: bool = False
    presumed: bool = False  # approved by silence
    refused_by: Seat | None = None  # C12: nobody judges their own refusal
    ground: str = ""  # of a refusal that waits for its countersignature (C11), or of an objection (C6)
    refusal_escalated: bool = False
    upheld: tuple[Side, ...] = ()  # joint leaders: who has said uphold
    overturned: tuple[Side, ...] = ()
    lapsed_from: Stage | None = None
    reopened: bool = False

    withheld: int = 0  # C9: items left out of an approval in part
    sent_hash: str = ""  # C17: the manifest the sender declared
    register_version: int = 0
    advised: tuple[Seat, ...] = ()  # P5: whose advice was asked for, of these two bodies
    sender_may_see: bool = False  # C2: no sender sees the case before a risk owner signed
    submitted_at: datetime | None = None
    active_from: datetime | None = None
    review_month: int = 0  # the month (exploratory: the week) of the review now scheduled; 0 when none is
    review_extended: bool = False
    extended_until: str = ""  # P3: ISO date of the end, once a leader gave it more time
    review_base: datetime | None = None  # review months count from here
    misused_urgency: bool = False  # C21: the review after an urgent use said that it was not urgent
    root_gone: bool = False  # P2: the decision relied on was withdrawn
    offered_root: str = (
        ""  # what stands in its place, to be adopted, kept out or replaced by a decision of its own
    )
    offered_version: int = 0

    mediation: str = ""  # E: why one runs; '' when none does
    mediation_level: int = 0  # C14: the leader who sent it there, and gets it back
    mediation_extended: bool = False
    mediated: bool = False
    step: int = 0  # P9: how far up the ladder of improvement
    jump: int = 0  # P9: the step that was jumped to and waits for its confirmation
    jumped_by: str = ""

    @property
    def is_closed(self) -> bool:
        """Nothing can happen any more: an end, and no task or window left open."""
        return self.stage in ENDS and not self.tasks

    @property
    def at_top(self) -> bool:
        """Even the top level was silent, so the case is counted in public (C15)."""
        return bool(self.overdue)

    @property
    def level(self) -> int:
        """0 = nobody was told yet; 1 to 3 = the highest leader with a task."""
        return max((task.level for task in self.tasks.values()), default=0)

    @property
    def review_steps(self) -> tuple[int, ...]:
        """§6: months after first delivery; weeks for an exploratory use (C22)."""
        return self.policy.exploratory_reviews if self.lane is Lane.EXPLORATORY else self.policy.review_months

    def nation(self, side: Side) -> Nation:
        """G3: the calendar of the body that must act; the system's own tasks use the receiving body's."""
        party = self.sending if side is Side.SENDING else self.receiving
        return party.nation if party else Nation.ENGLAND_AND_WALES

    def open(self, *kinds: Kind) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks.values() if task.kind in kinds)

    def next_due(self) -> Task | None:
        """The open task the clock must look at next, or None when nothing is pending."""
        watched = [task for task in self.tasks.values() if task.watch_at]
        return min(watched, key=lambda task: (task.watch_at or task.due_at, task.id), default=None)
