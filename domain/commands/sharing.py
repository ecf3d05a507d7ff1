"""Acts about an approved share."""

from dataclasses import dataclass
from typing import Literal

from domain.commands.choices import AfterLast, Outcome


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
