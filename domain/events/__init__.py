"""What happened. Past tense; one class is one sentence of the timeline; fields are only ever added, with defaults."""

from domain.events.asking import (
    AskedInTriage,
    CaseLapsed,
    CaseReopened,
    CaseWithdrawn,
    LaneChosen,
    RequestBlocked,
    RequestSubmitted,
    RiskDeclined,
    RiskSignatureOffered,
    RiskSignatureVoided,
    RiskSigned,
    SentToTriage,
)
from domain.events.clockwork import (
    CalendarAdopted,
    CaseEscalated,
    DeadlineMissed,
    DueMoved,
    OverdueAtTop,
    PostFilled,
    PostVacant,
    TaskClosed,
    TaskOpened,
)
from domain.events.deciding import (
    ApprovalProposed,
    CaseBoggedDown,
    DecisionTakenOver,
    InformationAnswered,
    InformationAsked,
    JointDecisionMovedUp,
    ObjectionLapsed,
    ObjectionRaised,
    PartApproved,
    QuestionAllowed,
    RefusalEscalated,
    RefusalProposed,
    RelianceDistinguished,
    RequestApproved,
    RequestRefused,
    RequestTransferred,
    SenderDirected,
    SeparationWaived,
    TimeExtended,
    VerdictGiven,
)
from domain.events.exchange import FaultFound, FaultSettled, ShareExtended
from domain.events.overseeing import (
    ActionDone,
    CorrectionPassedOn,
    ImprovementClosed,
    IncidentReported,
    JumpSettled,
    MediationAnswered,
    MediationConcluded,
    MediationExtended,
    MediationStarted,
    RegulatorTold,
    RightsRequestAnswered,
    RightsRequestReceived,
    StepJumped,
    StepTaken,
)
from domain.events.owning import (
    AdviceAsked,
    AdviceGiven,
    AdviceNotReceived,
    PartyMoved,
    RiskOwnerLeft,
    RiskTakenOn,
)
from domain.events.sharing import (
    DeliveryMismatched,
    DeliveryRecorded,
    DestructionCertified,
    EntryExempted,
    EntryPublished,
    RelianceReconsidered,
    ReviewConcluded,
    ReviewExtended,
    ReviewScheduled,
    RiskPassed,
    RootMoved,
    ShareEnded,
    ShareNarrowed,
    ShareReinstated,
    ShareReplaced,
    ShareSuspended,
    UrgentUseReviewed,
)

Event = (
    RequestSubmitted
    | LaneChosen
    | RequestBlocked
    | SentToTriage
    | AskedInTriage
    | RiskSigned
    | RiskSignatureOffered
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
    | RiskOwnerLeft
    | RiskTakenOn
    | PartyMoved
    | AdviceAsked
    | AdviceGiven
    | AdviceNotReceived
    | MediationStarted
    | MediationExtended
    | MediationConcluded
    | MediationAnswered
    | RightsRequestReceived
    | RightsRequestAnswered
    | CorrectionPassedOn
    | IncidentReported
    | RegulatorTold
    | StepTaken
    | StepJumped
    | JumpSettled
    | ActionDone
    | ImprovementClosed
    | ShareExtended
    | FaultFound
    | FaultSettled
)
