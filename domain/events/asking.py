"""What happens to a request until it is with those who decide, and how it may end before that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case import Lane, Stage
from domain.people import Party, Seat


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
    back_level: int = 0
    sign_level: int = 0
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
    backed: int = 0  # P8: the leader who stands behind it, where it is outside the body's appetite
    kind: Literal["risk_signed"] = "risk_signed"


@dataclass(frozen=True, kw_only=True)
class RiskSignatureOffered:
    """P8: the risk owner signed for more than the body states that it takes; a leader has to say so too."""

    owner: str
    form_version: int
    form_hash: str
    level: int
    kind: Literal["risk_signature_offered"] = "risk_signature_offered"


@dataclass(frozen=True, kw_only=True)
class RiskDeclined:
    kind: Literal["risk_declined"] = "risk_declined"


@dataclass(frozen=True, kw_only=True)
class RiskSignatureVoided:
    kind: Literal["risk_signature_voided"] = "risk_signature_voided"


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
