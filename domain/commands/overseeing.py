"""Acts of mediation and rights (A, E), of incidents and improvement (P9). `task` says which of several alike is meant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.commands.choices import MediationOutcome, Right, RightsOutcome, Step, WhyMediated


@dataclass(frozen=True, kw_only=True)
class SendToMediation:
    """C14: a leader asks somebody from outside to help both sides, once."""

    kind: Literal["send_to_mediation"] = "send_to_mediation"


@dataclass(frozen=True, kw_only=True)
class StartMediation:
    """E: about a share in use; by the regulator's motion, or because concerns reached the measure."""

    why: WhyMediated = WhyMediated.MOTION
    kind: Literal["start_mediation"] = "start_mediation"


@dataclass(frozen=True, kw_only=True)
class ExtendMediation:
    days: int
    kind: Literal["extend_mediation"] = "extend_mediation"


@dataclass(frozen=True, kw_only=True)
class ConcludeMediation:
    outcome: MediationOutcome
    kind: Literal["conclude_mediation"] = "conclude_mediation"


@dataclass(frozen=True, kw_only=True)
class AnswerMediation:
    complies: bool
    kind: Literal["answer_mediation"] = "answer_mediation"


@dataclass(frozen=True, kw_only=True)
class ReceiveRightsRequest:
    request: str
    right: Right
    kind: Literal["receive_rights_request"] = "receive_rights_request"


@dataclass(frozen=True, kw_only=True)
class AnswerRights:
    task: str
    outcome: RightsOutcome
    kind: Literal["answer_rights"] = "answer_rights"


@dataclass(frozen=True, kw_only=True)
class PassOnCorrection:
    task: str
    kind: Literal["pass_on_correction"] = "pass_on_correction"


@dataclass(frozen=True, kw_only=True)
class ReportIncident:
    """`breach`: personal data was lost or seen by somebody else; `known_at`: since when the team knows."""

    incident: str
    breach: bool = False
    known_at: datetime | None = None
    kind: Literal["report_incident"] = "report_incident"


@dataclass(frozen=True, kw_only=True)
class RecordReport:
    """The regulator was told of a breach."""

    task: str
    kind: Literal["record_report"] = "record_report"


@dataclass(frozen=True, kw_only=True)
class TakeStep:
    """`items`: with NARROW, how many are left. `due_on`: with PLAN, the ISO date of each action."""

    step: Step
    items: int = 0
    due_on: tuple[str, ...] = ()
    kind: Literal["take_step"] = "take_step"


@dataclass(frozen=True, kw_only=True)
class JumpStep:
    """Live harm: SUSPEND or REVOKE without the steps before it."""

    step: Step
    kind: Literal["jump_step"] = "jump_step"


@dataclass(frozen=True, kw_only=True)
class SettleJump:
    confirm: bool
    kind: Literal["settle_jump"] = "settle_jump"


@dataclass(frozen=True, kw_only=True)
class CompleteAction:
    task: str
    kind: Literal["complete_action"] = "complete_action"


@dataclass(frozen=True, kw_only=True)
class CloseImprovement:
    kind: Literal["close_improvement"] = "close_improvement"
