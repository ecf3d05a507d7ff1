"""The light exchange (P3): what is wrong with a grant, and more time before it ends."""

from dataclasses import dataclass
from typing import Literal

from domain.commands import Fault


@dataclass(frozen=True, kw_only=True)
class ShareExtended:
    """`until`: ISO date, the new day of the agreed end."""

    days: int
    until: str
    kind: Literal["share_extended"] = "share_extended"


@dataclass(frozen=True, kw_only=True)
class FaultFound:
    fault: Fault
    about: str = ""
    kind: Literal["fault_found"] = "fault_found"


@dataclass(frozen=True, kw_only=True)
class FaultSettled:
    """`by_itself`: what was wrong is over, whatever anybody said."""

    fault: Fault
    about: str = ""
    by_itself: bool = False
    kind: Literal["fault_settled"] = "fault_settled"
