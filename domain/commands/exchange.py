"""Acts about the light exchange (P3): more time before an end, and what goes wrong with a grant."""

from dataclasses import dataclass
from typing import Literal

from domain.commands.choices import Fault


@dataclass(frozen=True, kw_only=True)
class ExtendShare:
    """P3: a leader gives a share more time before its agreed end, once and in public."""

    days: int
    kind: Literal["extend_share"] = "extend_share"


@dataclass(frozen=True, kw_only=True)
class FindFault:
    """What the exchange saw. `about`: which of several alike: a message, a delivery, a call; '' when there is one."""

    fault: Fault
    about: str = ""
    kind: Literal["find_fault"] = "find_fault"


@dataclass(frozen=True, kw_only=True)
class ClearFault:
    """It is over by itself: the message arrived, the grant is heard of again."""

    fault: Fault
    about: str = ""
    kind: Literal["clear_fault"] = "clear_fault"


@dataclass(frozen=True, kw_only=True)
class SettleFault:
    task: str
    kind: Literal["settle_fault"] = "settle_fault"
