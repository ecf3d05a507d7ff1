"""What people, and the clock, can ask of a case. Imperative; frozen; fields are only ever added, with defaults.

Only identifiers, enums, numbers and instants travel here. The words a person typed stay in the store, in the row
of the command with the same id (claim check), so that nothing readable lies in Temporal's history (S5).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.case import Lane
from domain.people import Actor, Party, Seat
from domain.working_days import Calendar


class Ground(StrEnum):
    """Why a sender refuses (spec §3). A ground alone never passes: see `domain.acts`."""

    STATUTORY_BAR = "statutory_bar"
    OUTSIDE_PURPOSE = "outside_purpose"
    SAFETY_HARM = "safety_harm"
    HARM_OUTWEIGHS = "harm_outweighs"
    NOT_POSSIBLE = "not_possible"
    NOT_HELD = "not_held"


class ObjectionGround(StrEnum):
    """The only grounds on which a member of a cluster can object to what its own agreement presumes (C5)."""

    OUTSIDE_TASK = "outside_task"
    SAFETY_HARM = "safety_harm"
    NOT_POSSIBLE = "not_possible"
    STATUTORY_BAR = "statutory_bar"
    THIRD_RAIL = "third_rail"


class Element(StrEnum):
    """What a request and the decision it relies on are compared by (P2)."""

    ITEMS = "items"
    SUBJECTS = "subjects"
    RETENTION = "retention"
    PURPOSE = "purpose"
    GATEWAY = "gateway"
    RECIPIENT = "recipient"
    REGION = "region"
    SAFEGUARDS = "safeguards"


class Outcome(StrEnum):
    """What a review concludes (spec §6)."""

    CONTINUE = "continue"
    CHANGE = "change"
    NARROW = "narrow"
    PAUSE = "pause"
    END = "end"


class AfterLast(StrEnum):
    """What follows the 24-month review when it does not end the share (§6)."""

    END = "end"
    YEARLY = "yearly"
    NEW_CYCLE = "new_cycle"


@dataclass(frozen=True, kw_only=True)
class Screening:
    """C1: what looking at a request before any lane came to. The words it rests on stay in the store.

    `lane`: how it travels when nothing stops it. `rules`: the guards that stopped it, as "id vN". `missing`: what
    could not be decided from the facts held. `cluster` and `root` are set where one would carry it, whatever the lane.
    """

    route: Literal["lane", "triage", "blocked"] = "lane"
    lane: Lane = Lane.STANDARD
    rules: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    cluster: str = ""
    cluster_version: int = 0
    board: str = ""
    root: str = ""
    root_version: int = 0
    pilot: bool = False  # §6: a use against fraud, error or debt that has still to prove itself


@dataclass(frozen=True, kw_only=True)
class Amended:
    """C18: the case an amendment is to replace. Its reviews go on: an amendment cannot remove one."""

    ref: str
    time_limited: bool = False
    review_month: int = 0
    review_base: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Submit:
    receiving: Party
    sending: Party
    form_version: int
    form_hash: str
    use: str
    pattern: str = ""
    duty: str = "none"
    items: int = 0
    until: str = ""  # ISO date on which the share is to end; "" for the policy's longest
    screening: Screening = field(default_factory=Screening)
    amends: Amended | None = None
    kind: Literal["submit"] = "submit"


@dataclass(frozen=True, kw_only=True)
class SignRisk:
    form_hash: str  # what was read is what is signed (C2)
    kind: Literal["sign_risk"] = "sign_risk"


@dataclass(frozen=True, kw_only=True)
class DeclineRisk:
    kind: Literal["decline_risk"] = "decline_risk"


@dataclass(frozen=True, kw_only=True)
class Approve:
    delivered_hash: str = ""  # set when the data went with the approval: the sender's receipt in one go (C17)
    kind: Literal["approve"] = "approve"


@dataclass(frozen=True, kw_only=True)
class Refuse:
    ground: Ground
    items: int = 0  # how many of the items asked for it covers
    smaller_share: bool = False
    kind: Literal["refuse"] = "refuse"


@dataclass(frozen=True, kw_only=True)
class ApprovePart:
    """C9. `child` goes on with what is withheld, as a case of its own."""

    items: int  # how many are approved
    withheld: int
    child: str
    kind: Literal["approve_part"] = "approve_part"


@dataclass(frozen=True, kw_only=True)
class ContinuePart:
    """C9: the contested items of an approval in part go on here, with what was left of the clock."""

    parent: str
    receiving: Party
    sending: Party
    form_version: int
    form_hash: str
    use: str
    time_limited: bool
    duty: str
    items: int
    until: str
    lane: Lane
    conditions: tuple[str, ...]
    author: str
    co_authors: tuple[str, ...]
    risk_owner: str
    days_left: int
    submitted_at: datetime
    exempt_until: str = ""  # P2r: what is kept back of the whole is kept back of its part
    kind: Literal["continue_part"] = "continue_part"


@dataclass(frozen=True, kw_only=True)
class Object:
    """C5: only on a ground of the list; anything else cannot be said here."""

    ground: ObjectionGround
    items: int = 0
    kind: Literal["object"] = "object"


@dataclass(frozen=True, kw_only=True)
class Distinguish:
    element: Element
    kind: Literal["distinguish"] = "distinguish"


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """C16: to the team that does hold it. `screening`: how it travels from there."""

    sending: Party
    screening: Screening = field(default_factory=Screening)
    kind: Literal["transfer"] = "transfer"


@dataclass(frozen=True, kw_only=True)
class ChooseLane:
    lane: Lane
    kind: Literal["choose_lane"] = "choose_lane"


@dataclass(frozen=True, kw_only=True)
class AskInTriage:
    kind: Literal["ask_in_triage"] = "ask_in_triage"


@dataclass(frozen=True, kw_only=True)
class RuleOut:
    """C1a: people found what the software could not: it is out of scope."""

    rule: str
    kind: Literal["rule_out"] = "rule_out"


@dataclass(frozen=True, kw_only=True)
class AllowQuestion:
    """C10: leader 1 lets the sending team ask once more."""

    kind: Literal["allow_question"] = "allow_question"


@dataclass(frozen=True, kw_only=True)
class SayNotHeld:
    kind: Literal["say_not_held"] = "say_not_held"


@dataclass(frozen=True, kw_only=True)
class Ask:
    kind: Literal["ask"] = "ask"


@dataclass(frozen=True, kw_only=True)
class Answer:
    material: bool = False  # a material answer voids the risk signature (C10)
    form_version: int = 0
    form_hash: str = ""
    kind: Literal["answer"] = "answer"


@dataclass(frozen=True, kw_only=True)
class Countersign:
    kind: Literal["countersign"] = "countersign"


@dataclass(frozen=True, kw_only=True)
class EscalateRefusal:
    kind: Literal["escalate_refusal"] = "escalate_refusal"


@dataclass(frozen=True, kw_only=True)
class UpholdRefusal:
    kind: Literal["uphold_refusal"] = "uphold_refusal"


@dataclass(frozen=True, kw_only=True)
class OverturnRefusal:
    kind: Literal["overturn_refusal"] = "overturn_refusal"


@dataclass(frozen=True, kw_only=True)
class DirectSender:
    kind: Literal["direct_sender"] = "direct_sender"


@dataclass(frozen=True, kw_only=True)
class TakeOver:
    kind: Literal["take_over"] = "take_over"


@dataclass(frozen=True, kw_only=True)
class ExtendTime:
    days: int
    kind: Literal["extend_time"] = "extend_time"


@dataclass(frozen=True, kw_only=True)
class Withdraw:
    kind: Literal["withdraw"] = "withdraw"


@dataclass(frozen=True, kw_only=True)
class Reopen:
    kind: Literal["reopen"] = "reopen"


@dataclass(frozen=True, kw_only=True)
class RecordDelivery:
    """The sender's receipt: what was delivered, as a hash of its manifest (items, rows). C17."""

    manifest_hash: str
    kind: Literal["record_delivery"] = "record_delivery"


@dataclass(frozen=True, kw_only=True)
class ConfirmReceipt:
    """The receiver's receipt. A different manifest means it was not delivered. C17."""

    manifest_hash: str
    kind: Literal["confirm_receipt"] = "confirm_receipt"


@dataclass(frozen=True, kw_only=True)
class SuspendShare:
    kind: Literal["suspend_share"] = "suspend_share"


@dataclass(frozen=True, kw_only=True)
class ReinstateShare:
    kind: Literal["reinstate_share"] = "reinstate_share"


@dataclass(frozen=True, kw_only=True)
class NarrowShare:
    items: int  # how many items are left
    kind: Literal["narrow_share"] = "narrow_share"


@dataclass(frozen=True, kw_only=True)
class EndShare:
    kind: Literal["end_share"] = "end_share"


@dataclass(frozen=True, kw_only=True)
class CertifyDestruction:
    kind: Literal["certify_destruction"] = "certify_destruction"


@dataclass(frozen=True, kw_only=True)
class ConcludeReview:
    outcome: Outcome
    after: AfterLast = AfterLast.END
    items: int = 0  # with `narrow`: how many items are left
    kind: Literal["conclude_review"] = "conclude_review"


@dataclass(frozen=True, kw_only=True)
class ExtendReview:
    days: int
    kind: Literal["extend_review"] = "extend_review"


@dataclass(frozen=True, kw_only=True)
class ConcludeUrgentUse:
    """C21: was it as urgent as it said?"""

    justified: bool
    end: bool = False
    kind: Literal["conclude_urgent_use"] = "conclude_urgent_use"


@dataclass(frozen=True, kw_only=True)
class ExemptEntry:
    """P2r: leader 2 keeps the register entry back until a day. Counted in public."""

    until: str  # ISO date
    kind: Literal["exempt_entry"] = "exempt_entry"


@dataclass(frozen=True, kw_only=True)
class PublishEntry:
    kind: Literal["publish_entry"] = "publish_entry"


@dataclass(frozen=True, kw_only=True)
class RootChanged:
    """P2: the decision this case relies on is no longer what it was."""

    how: Literal["amended", "withdrawn", "overturned"]
    root: str  # what to rely on from now on: the same decision, or the one that replaced it
    version: int
    kind: Literal["root_changed"] = "root_changed"


@dataclass(frozen=True, kw_only=True)
class AdoptRoot:
    kind: Literal["adopt_root"] = "adopt_root"


@dataclass(frozen=True, kw_only=True)
class KeepDecision:
    kind: Literal["keep_decision"] = "keep_decision"


@dataclass(frozen=True, kw_only=True)
class DecideOwn:
    """P2: the share stands on a decision of its own from now on; its team asks for one."""

    kind: Literal["decide_own"] = "decide_own"


@dataclass(frozen=True, kw_only=True)
class ReplaceShare:
    """C18: an amendment was delivered, so it stands in this share's place."""

    by: str
    kind: Literal["replace_share"] = "replace_share"


@dataclass(frozen=True, kw_only=True)
class WaiveSeparation:
    kind: Literal["waive_separation"] = "waive_separation"


@dataclass(frozen=True, kw_only=True)
class FillPost:
    task: str
    kind: Literal["fill_post"] = "fill_post"


@dataclass(frozen=True, kw_only=True)
class DeadlinePassed:
    """The clock's only command: it names the task whose time is up."""

    task: str
    kind: Literal["deadline_passed"] = "deadline_passed"


@dataclass(frozen=True, kw_only=True)
class AdoptCalendar:
    """A holiday was added: future deadlines are worked out again (G3)."""

    calendar: Calendar
    kind: Literal["adopt_calendar"] = "adopt_calendar"


Act = (
    Submit
    | SignRisk
    | DeclineRisk
    | Approve
    | Refuse
    | ApprovePart
    | ContinuePart
    | Object
    | Distinguish
    | Transfer
    | ChooseLane
    | AskInTriage
    | RuleOut
    | AllowQuestion
    | SayNotHeld
    | Ask
    | Answer
    | Countersign
    | EscalateRefusal
    | UpholdRefusal
    | OverturnRefusal
    | DirectSender
    | TakeOver
    | ExtendTime
    | Withdraw
    | Reopen
    | RecordDelivery
    | ConfirmReceipt
    | SuspendShare
    | ReinstateShare
    | NarrowShare
    | EndShare
    | CertifyDestruction
    | ConcludeReview
    | ExtendReview
    | ConcludeUrgentUse
    | ExemptEntry
    | PublishEntry
    | RootChanged
    | AdoptRoot
    | KeepDecision
    | DecideOwn
    | ReplaceShare
    | WaiveSeparation
    | FillPost
    | DeadlinePassed
    | AdoptCalendar
)


@dataclass(frozen=True, kw_only=True)
class Command:
    """One envelope for every act, so that an update's shape never changes.

    `id` was minted when the form or button was rendered. `received_at` is when we were told (that is day 0, G3).
    `seen` is the case version the person was looking at, None for machines that do not look. `filled` is which
    seats have somebody in them right now: the case itself never looks anything up. `calendar` rides along with acts
    that look years ahead, when the days known now reach further than those the case carries.
    """

    id: str
    by: Actor
    received_at: datetime
    act: Act
    seen: int | None = None
    via: str = "web"
    filled: tuple[Seat, ...] = field(default_factory=tuple[Seat, ...])
    calendar: Calendar | None = None
