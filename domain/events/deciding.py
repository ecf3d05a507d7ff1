"""What the sending team and the leaders of both bodies do."""

from dataclasses import dataclass
from typing import Literal

from domain.commands import Element, Ground, ObjectionGround
from domain.people import Party, Seat, Side


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
    sign_level: int = 0
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
    """`hours`: where the clock runs in hours (C21), `days` is a number of those."""

    days: int
    by: str = ""
    hours: bool = False
    kind: Literal["time_extended"] = "time_extended"


@dataclass(frozen=True, kw_only=True)
class SeparationWaived:
    seat: Seat
    kind: Literal["separation_waived"] = "separation_waived"
