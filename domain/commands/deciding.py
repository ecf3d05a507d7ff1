"""Acts of the sending side and of leaders."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.case import Lane
from domain.commands.asking import Screening
from domain.commands.choices import Element, Ground, ObjectionGround
from domain.people import Party


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
    back_level: int = 0
    sign_level: int = 0
    owner_left: bool = False  # `risk_owner` signed for the whole, and left since
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
class WaiveSeparation:
    kind: Literal["waive_separation"] = "waive_separation"
