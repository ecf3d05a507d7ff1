"""Who answers for a share when people come and go (P5)."""

from dataclasses import dataclass
from typing import Literal

from domain.people import Party, Seat, Side


@dataclass(frozen=True, kw_only=True)
class RiskOwnerLeft:
    owner: str
    kind: Literal["risk_owner_left"] = "risk_owner_left"


@dataclass(frozen=True, kw_only=True)
class RiskTakenOn:
    """A new owner signed the version that stands. `reinstates`: the share was suspended for want of one only."""

    owner: str
    form_version: int
    form_hash: str
    reinstates: bool = False
    kind: Literal["risk_taken_on"] = "risk_taken_on"


@dataclass(frozen=True, kw_only=True)
class PartyMoved:
    """Machinery of government: a team belongs to another body now. Its tasks go with it, its past stays."""

    side: Side
    was: Party
    now: Party
    kind: Literal["party_moved"] = "party_moved"


@dataclass(frozen=True, kw_only=True)
class AdviceAsked:
    seat: Seat
    kind: Literal["advice_asked"] = "advice_asked"


@dataclass(frozen=True, kw_only=True)
class AdviceGiven:
    """Advice, never a veto: it moves nothing."""

    seat: Seat
    by: str
    kind: Literal["advice_given"] = "advice_given"


@dataclass(frozen=True, kw_only=True)
class AdviceNotReceived:
    seat: Seat
    kind: Literal["advice_not_received"] = "advice_not_received"
