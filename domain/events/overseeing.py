"""Mediation and rights (A, E), incidents and improvement (P9)."""

from dataclasses import dataclass
from typing import Literal

from domain.commands import MediationOutcome, Right, RightsOutcome, Step, WhyMediated


@dataclass(frozen=True, kw_only=True)
class MediationStarted:
    """`level`: the leader who sent it there and gets it back (C14); 0 about a share in use (E)."""

    why: WhyMediated
    level: int = 0
    kind: Literal["mediation_started"] = "mediation_started"


@dataclass(frozen=True, kw_only=True)
class MediationExtended:
    days: int
    kind: Literal["mediation_extended"] = "mediation_extended"


@dataclass(frozen=True, kw_only=True)
class MediationConcluded:
    """Non-binding. `by` is empty when its time ran out."""

    outcome: MediationOutcome
    by: str = ""
    kind: Literal["mediation_concluded"] = "mediation_concluded"


@dataclass(frozen=True, kw_only=True)
class MediationAnswered:
    """Comply or explain: published either way."""

    complies: bool
    kind: Literal["mediation_answered"] = "mediation_answered"


@dataclass(frozen=True, kw_only=True)
class RightsRequestReceived:
    request: str
    right: Right
    kind: Literal["rights_request_received"] = "rights_request_received"


@dataclass(frozen=True, kw_only=True)
class RightsRequestAnswered:
    request: str
    right: Right
    outcome: RightsOutcome
    kind: Literal["rights_request_answered"] = "rights_request_answered"


@dataclass(frozen=True, kw_only=True)
class CorrectionPassedOn:
    """Everybody the data went to was told, with a receipt from each."""

    request: str
    kind: Literal["correction_passed_on"] = "correction_passed_on"


@dataclass(frozen=True, kw_only=True)
class IncidentReported:
    incident: str
    breach: bool
    kind: Literal["incident_reported"] = "incident_reported"


@dataclass(frozen=True, kw_only=True)
class RegulatorTold:
    incident: str
    kind: Literal["regulator_told"] = "regulator_told"


@dataclass(frozen=True, kw_only=True)
class StepTaken:
    """P9: one step up the ladder of improvement."""

    step: Step
    by: str
    kind: Literal["step_taken"] = "step_taken"


@dataclass(frozen=True, kw_only=True)
class StepJumped:
    """Live harm: stopped at once, for leader 2 to confirm."""

    step: Step
    by: str
    kind: Literal["step_jumped"] = "step_jumped"


@dataclass(frozen=True, kw_only=True)
class JumpSettled:
    step: Step
    confirmed: bool
    reinstates: bool = False
    kind: Literal["jump_settled"] = "jump_settled"


@dataclass(frozen=True, kw_only=True)
class ActionDone:
    action: str
    kind: Literal["action_done"] = "action_done"


@dataclass(frozen=True, kw_only=True)
class ImprovementClosed:
    """What was wrong is put right; the ladder starts from its foot again."""

    kind: Literal["improvement_closed"] = "improvement_closed"
