"""What people, and the clock, can ask of a case. Imperative; frozen; fields are only ever added, with defaults.

Only identifiers, enums, numbers and instants travel here. The words a person typed stay in the store, in the row
of the command with the same id (claim check), so that nothing readable lies in Temporal's history (S5)."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.commands.asking import (
    Amended as Amended,
)
from domain.commands.asking import (
    Answer,
    AskInTriage,
    BackRisk,
    ChooseLane,
    DeclineRisk,
    Reopen,
    RuleOut,
    SignRisk,
    Submit,
    Withdraw,
)
from domain.commands.asking import (
    Screening as Screening,
)
from domain.commands.choices import AfterLast as AfterLast
from domain.commands.choices import Element as Element
from domain.commands.choices import Fault as Fault
from domain.commands.choices import Ground as Ground
from domain.commands.choices import MediationOutcome as MediationOutcome
from domain.commands.choices import ObjectionGround as ObjectionGround
from domain.commands.choices import Outcome as Outcome
from domain.commands.choices import Right as Right
from domain.commands.choices import RightsOutcome as RightsOutcome
from domain.commands.choices import Step as Step
from domain.commands.choices import WhyMediated as WhyMediated
from domain.commands.clockwork import AdoptCalendar, DeadlinePassed, FillPost
from domain.commands.deciding import (
    AllowQuestion,
    Approve,
    ApprovePart,
    Ask,
    ContinuePart,
    Countersign,
    DirectSender,
    Distinguish,
    EscalateRefusal,
    ExtendTime,
    Object,
    OverturnRefusal,
    Refuse,
    SayNotHeld,
    TakeOver,
    Transfer,
    UpholdRefusal,
    WaiveSeparation,
)
from domain.commands.exchange import ClearFault, ExtendShare, FindFault, SettleFault
from domain.commands.overseeing import (
    AnswerMediation,
    AnswerRights,
    CloseImprovement,
    CompleteAction,
    ConcludeMediation,
    ExtendMediation,
    JumpStep,
    PassOnCorrection,
    ReceiveRightsRequest,
    RecordReport,
    ReportIncident,
    SendToMediation,
    SettleJump,
    StartMediation,
    TakeStep,
)
from domain.commands.owning import AskAdvice, GiveAdvice, MoveParty, OwnRisk, PostsChanged
from domain.commands.sharing import (
    AdoptRoot,
    CertifyDestruction,
    ConcludeReview,
    ConcludeUrgentUse,
    ConfirmReceipt,
    DecideOwn,
    EndShare,
    ExemptEntry,
    ExtendReview,
    KeepDecision,
    NarrowShare,
    PublishEntry,
    RecordDelivery,
    ReinstateShare,
    ReplaceShare,
    RootChanged,
    SuspendShare,
)
from domain.people import Actor, Seat
from domain.working_days import Calendar

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
    | BackRisk
    | PostsChanged
    | MoveParty
    | OwnRisk
    | AskAdvice
    | GiveAdvice
    | SendToMediation
    | StartMediation
    | ExtendMediation
    | ConcludeMediation
    | AnswerMediation
    | ReceiveRightsRequest
    | AnswerRights
    | PassOnCorrection
    | ReportIncident
    | RecordReport
    | TakeStep
    | JumpStep
    | SettleJump
    | CompleteAction
    | CloseImprovement
    | ExtendShare
    | FindFault
    | ClearFault
    | SettleFault
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
