"""What happens to a share: the register, delivery, reviews, its end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case import Cause
from domain.commands import AfterLast, Outcome
from domain.people import Seat


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
