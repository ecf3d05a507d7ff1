"""What happened. Past tense; one class is one sentence of the timeline; fields are only ever added, with defaults."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case import Cause, Lane, Stage, Task
from domain.commands import AfterLast, Element, Ground, ObjectionGround, Outcome
from domain.people import Party, Seat, Side
from domain.working_days import Calendar


@dataclass(frozen=True, kw_only=True)
class RequestSubmitted:
    author: str
    receiving: Party
    sending: Party
    form_version: int
    form_hash: str
    use: str
    time_limited: bool
    duty: str = "none"
    items: int = 0
    until: str = ""
    parent: str = ""
    relation: str = ""
    first_submitted_at: datetime | None = None  # of a part: when the whole was asked for (C9)
    review_month: int = 0  # of an amendment: the review that lies ahead of what it is to replace
    review_base: datetime | None = None
    kind: Literal["request_submitted"] = "request_submitted"


@dataclass(frozen=True, kw_only=True)
class LaneChosen:
    lane: Lane
    reasons: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    cluster: str = ""
    cluster_version: int = 0
    root: str = ""
    root_version: int = 0
    by_people: bool = False  # chosen in triage
    kind: Literal["lane_chosen"] = "lane_chosen"


@dataclass(frozen=True, kw_only=True)
class RequestBlocked:
    """Out of scope (§4). Nothing leads out of it, and nobody can override it (I12)."""

    rules: tuple[str, ...]  # "id vN"
    by_people: bool = False
    kind: Literal["request_blocked"] = "request_blocked"


@dataclass(frozen=True, kw_only=True)
class SentToTriage:
    """C1a: people choose the lane, because a fact is missing that decides it."""

    missing: tuple[str, ...]
    lane: Lane = Lane.STANDARD  # an urgent one keeps its clock, an exploratory one its limits
    conditions: tuple[str, ...] = ()
    board: str = ""
    cluster: str = ""
    cluster_version: int = 0
    root: str = ""
    root_version: int = 0
    kind: Literal["sent_to_triage"] = "sent_to_triage"


@dataclass(frozen=True, kw_only=True)
class AskedInTriage:
    person: str
    kind: Literal["asked_in_triage"] = "asked_in_triage"


@dataclass(frozen=True, kw_only=True)
class RiskSigned:
    owner: str
    form_version: int
    form_hash: str
    one_person: bool = False  # G2: the author signed too, as two lanes allow
    kind: Literal["risk_signed"] = "risk_signed"


@dataclass(frozen=True, kw_only=True)
class RiskDeclined:
    kind: Literal["risk_declined"] = "risk_declined"


@dataclass(frozen=True, kw_only=True)
class RiskSignatureVoided:
    kind: Literal["risk_signature_voided"] = "risk_signature_voided"


@dataclass(frozen=True, kw_only=True)
class InformationAsked:
    round: int
    days_left: int  # what is left of the sender's clock while it stands still
    hours: bool = False  # whether that is in clock hours (C21)
    by: str = ""
    kind: Literal["information_asked"] = "information_asked"


@dataclass(frozen=True, kw_only=True)
class InformationAnswered:
    author: str = ""  # with a material answer: who changed what is asked for
    waited: int = 0  # working days since the question
    material: bool = False
    form_version: int = 0
    form_hash: str = ""
    kind: Literal["information_answered"] = "information_answered"


@dataclass(frozen=True, kw_only=True)
class RequestApproved:
    """`decider` is empty when silence approved it by presumption; `presumption` then says by which rule (C5, C7)."""

    decider: str
    seat: Seat
    presumption: str = ""
    kind: Literal["request_approved"] = "request_approved"


@dataclass(frozen=True, kw_only=True)
class ApprovalProposed:
    """A guard asks for a leader's sign-off before it counts (§4)."""

    decider: str
    level: int
    kind: Literal["approval_proposed"] = "approval_proposed"


@dataclass(frozen=True, kw_only=True)
class PartApproved:
    """C9: these items go live now; the others go on as the case `child`."""

    items: int
    withheld: int
    child: str
    days_left: int
    hours: bool = False  # whether that is in clock hours (C21)
    kind: Literal["part_approved"] = "part_approved"


@dataclass(frozen=True, kw_only=True)
class ObjectionRaised:
    decider: str
    ground: ObjectionGround
    items: int = 0
    kind: Literal["objection_raised"] = "objection_raised"


@dataclass(frozen=True, kw_only=True)
class ObjectionLapsed:
    """C6: the leaders were silent, and the law does not let an objection live on silence."""

    level: int
    kind: Literal["objection_lapsed"] = "objection_lapsed"


@dataclass(frozen=True, kw_only=True)
class RelianceDistinguished:
    decider: str
    element: Element
    kind: Literal["reliance_distinguished"] = "reliance_distinguished"


@dataclass(frozen=True, kw_only=True)
class RequestTransferred:
    sending: Party
    by: str = ""
    kind: Literal["request_transferred"] = "request_transferred"


@dataclass(frozen=True, kw_only=True)
class QuestionAllowed:
    by: str = ""
    kind: Literal["question_allowed"] = "question_allowed"


@dataclass(frozen=True, kw_only=True)
class CaseBoggedDown:
    why: Literal["participants", "rounds", "waiting"]
    kind: Literal["case_bogged_down"] = "case_bogged_down"


@dataclass(frozen=True, kw_only=True)
class RefusalProposed:
    """Under a duty to share a refusal counts only once leader 1 has countersigned it (C11)."""

    decider: str
    ground: Ground
    items: int = 0
    smaller_share: bool = False
    kind: Literal["refusal_proposed"] = "refusal_proposed"


@dataclass(frozen=True, kw_only=True)
class RequestRefused:
    decider: str
    seat: Seat
    ground: Ground
    items: int = 0
    smaller_share: bool = False
    kind: Literal["request_refused"] = "request_refused"


@dataclass(frozen=True, kw_only=True)
class RefusalEscalated:
    kind: Literal["refusal_escalated"] = "refusal_escalated"


@dataclass(frozen=True, kw_only=True)
class VerdictGiven:
    side: Side
    overturn: bool
    by: str = ""
    kind: Literal["verdict_given"] = "verdict_given"


@dataclass(frozen=True, kw_only=True)
class JointDecisionMovedUp:
    """The two leaders disagreed, or one was silent: verdicts given so far stand aside (C12)."""

    level: int
    because: Literal["disagreed", "silent"]
    kind: Literal["joint_decision_moved_up"] = "joint_decision_moved_up"


@dataclass(frozen=True, kw_only=True)
class SenderDirected:
    level: int
    by: str = ""
    kind: Literal["sender_directed"] = "sender_directed"


@dataclass(frozen=True, kw_only=True)
class DecisionTakenOver:
    person: str
    seat: Seat
    kind: Literal["decision_taken_over"] = "decision_taken_over"


@dataclass(frozen=True, kw_only=True)
class TimeExtended:
    days: int
    by: str = ""
    kind: Literal["time_extended"] = "time_extended"


@dataclass(frozen=True, kw_only=True)
class SeparationWaived:
    seat: Seat
    kind: Literal["separation_waived"] = "separation_waived"


@dataclass(frozen=True, kw_only=True)
class TaskOpened:
    task: Task
    kind: Literal["task_opened"] = "task_opened"


@dataclass(frozen=True, kw_only=True)
class TaskClosed:
    task: str
    seat: Seat
    how: Literal["done", "overtaken", "paused", "expired"] = "done"
    kind: Literal["task_closed"] = "task_closed"


@dataclass(frozen=True, kw_only=True)
class DeadlineMissed:
    task: str
    seat: Seat
    watch_at: datetime | None = None  # when the clock looks at the same task again; None when it need not
    kind: Literal["deadline_missed"] = "deadline_missed"


@dataclass(frozen=True, kw_only=True)
class DueMoved:
    """A calendar changed or a leader gave time. Both values are kept; a deadline never moves earlier (G3).

    With given time `counts_from` and `days` say how the new deadline was reached; a calendar leaves that as it was.
    """

    task: str
    was: datetime
    now: datetime
    counts_from: datetime | None = None
    days: int = 0
    kind: Literal["due_moved"] = "due_moved"


@dataclass(frozen=True, kw_only=True)
class CaseEscalated:
    level: int
    cause: Cause
    side: Side
    kind: Literal["case_escalated"] = "case_escalated"


@dataclass(frozen=True, kw_only=True)
class PostVacant:
    seat: Seat
    kind: Literal["post_vacant"] = "post_vacant"


@dataclass(frozen=True, kw_only=True)
class PostFilled:
    task: str
    kind: Literal["post_filled"] = "post_filled"


@dataclass(frozen=True, kw_only=True)
class OverdueAtTop:
    side: Side
    cause: Cause
    kind: Literal["overdue_at_top"] = "overdue_at_top"


@dataclass(frozen=True, kw_only=True)
class CaseLapsed:
    cause: str
    was: Stage
    waited: int = 0  # working days for an answer that did not come (C13)
    kind: Literal["case_lapsed"] = "case_lapsed"


@dataclass(frozen=True, kw_only=True)
class CaseReopened:
    stage: Stage
    kind: Literal["case_reopened"] = "case_reopened"


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn:
    seat: Seat
    kind: Literal["case_withdrawn"] = "case_withdrawn"


@dataclass(frozen=True, kw_only=True)
class EntryPublished:
    """A version of the public register entry (P2r). Nothing goes live before it."""

    version: int
    kind: Literal["entry_published"] = "entry_published"


@dataclass(frozen=True, kw_only=True)
class EntryExempted:
    """P2r: kept back by leader 2 until a day."""

    until: str
    seat: Seat
    kind: Literal["entry_exempted"] = "entry_exempted"


@dataclass(frozen=True, kw_only=True)
class DeliveryRecorded:
    manifest_hash: str
    kind: Literal["delivery_recorded"] = "delivery_recorded"


@dataclass(frozen=True, kw_only=True)
class DeliveryMismatched:
    manifest_hash: str
    kind: Literal["delivery_mismatched"] = "delivery_mismatched"


@dataclass(frozen=True, kw_only=True)
class RiskPassed:
    """First delivery, both receipts: from here the sender has no duty, task or review in the case (C17, I11)."""

    manifest_hash: str
    kind: Literal["risk_passed"] = "risk_passed"


@dataclass(frozen=True, kw_only=True)
class ReviewScheduled:
    month: int
    counts_from: datetime  # first delivery, or the start of a new cycle
    weeks: bool = False  # in the exploratory lane `month` counts weeks (C22)
    kind: Literal["review_scheduled"] = "review_scheduled"


@dataclass(frozen=True, kw_only=True)
class ReviewConcluded:
    month: int
    outcome: Outcome
    reviewer: str
    after: AfterLast = AfterLast.END
    reinstates: bool = True  # false while leaders still decide about a share somebody paused
    weeks: bool = False
    kind: Literal["review_concluded"] = "review_concluded"


@dataclass(frozen=True, kw_only=True)
class ReviewExtended:
    days: int
    kind: Literal["review_extended"] = "review_extended"


@dataclass(frozen=True, kw_only=True)
class UrgentUseReviewed:
    justified: bool
    reviewer: str
    kind: Literal["urgent_use_reviewed"] = "urgent_use_reviewed"


@dataclass(frozen=True, kw_only=True)
class RootMoved:
    """P2: the decision relied on was amended, withdrawn or overturned; `root` is what stands in its place."""

    how: Literal["amended", "withdrawn", "overturned"]
    root: str
    version: int
    kind: Literal["root_moved"] = "root_moved"


@dataclass(frozen=True, kw_only=True)
class RelianceReconsidered:
    choice: Literal["adopt", "keep", "own"]
    root: str = ""
    version: int = 0
    kind: Literal["reliance_reconsidered"] = "reliance_reconsidered"


@dataclass(frozen=True, kw_only=True)
class ShareReplaced:
    by: str
    kind: Literal["share_replaced"] = "share_replaced"


@dataclass(frozen=True, kw_only=True)
class ShareSuspended:
    cause: Cause
    kind: Literal["share_suspended"] = "share_suspended"


@dataclass(frozen=True, kw_only=True)
class ShareReinstated:
    kind: Literal["share_reinstated"] = "share_reinstated"


@dataclass(frozen=True, kw_only=True)
class ShareNarrowed:
    items: int
    kind: Literal["share_narrowed"] = "share_narrowed"


@dataclass(frozen=True, kw_only=True)
class ShareEnded:
    by_review: bool = False
    by_date: bool = False  # on the day agreed, by itself
    kind: Literal["share_ended"] = "share_ended"


@dataclass(frozen=True, kw_only=True)
class DestructionCertified:
    kind: Literal["destruction_certified"] = "destruction_certified"


@dataclass(frozen=True, kw_only=True)
class CalendarAdopted:
    calendar: Calendar
    kind: Literal["calendar_adopted"] = "calendar_adopted"


Event = (
    RequestSubmitted
    | LaneChosen
    | RequestBlocked
    | SentToTriage
    | AskedInTriage
    | RiskSigned
    | RiskDeclined
    | RiskSignatureVoided
    | InformationAsked
    | InformationAnswered
    | RequestApproved
    | ApprovalProposed
    | PartApproved
    | ObjectionRaised
    | ObjectionLapsed
    | RelianceDistinguished
    | RequestTransferred
    | QuestionAllowed
    | CaseBoggedDown
    | RefusalProposed
    | RequestRefused
    | RefusalEscalated
    | VerdictGiven
    | JointDecisionMovedUp
    | SenderDirected
    | DecisionTakenOver
    | TimeExtended
    | SeparationWaived
    | TaskOpened
    | TaskClosed
    | DeadlineMissed
    | DueMoved
    | CaseEscalated
    | PostVacant
    | PostFilled
    | OverdueAtTop
    | CaseLapsed
    | CaseReopened
    | CaseWithdrawn
    | EntryPublished
    | EntryExempted
    | DeliveryRecorded
    | DeliveryMismatched
    | RiskPassed
    | ReviewScheduled
    | ReviewConcluded
    | ReviewExtended
    | UrgentUseReviewed
    | RootMoved
    | RelianceReconsidered
    | ShareReplaced
    | ShareSuspended
    | ShareReinstated
    | ShareNarrowed
    | ShareEnded
    | DestructionCertified
    | CalendarAdopted
)
