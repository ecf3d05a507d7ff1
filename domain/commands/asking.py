"""Acts of the requesting side, and of those who sort a request out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.case import Lane
from domain.people import Party


@dataclass(frozen=True, kw_only=True)
class Screening:
    """C1: what looking at a request before any lane came to. The words it rests on stay in the store.

    `lane`: how it travels when nothing stops it. `rules`: the guards that stopped it, as "id vN". `missing`: what
    could not be decided from the facts held. `cluster` and `root` are set where one would carry it, whatever the lane.
    """

    route: Literal["lane", "triage", "blocked"] = "lane"
    lane: Lane = Lane.STANDARD
    rules: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    cluster: str = ""
    cluster_version: int = 0
    board: str = ""
    root: str = ""
    root_version: int = 0
    back_level: int = 0  # P8: receiving leader whose word it needs; 0 when it is within the body's appetite
    sign_level: int = 0  # P8: likewise of the sending body
    pilot: bool = False  # §6: a use against fraud, error or debt that has still to prove itself


@dataclass(frozen=True, kw_only=True)
class Amended:
    """C18: the case an amendment is to replace. Its reviews go on: an amendment cannot remove one."""

    ref: str
    time_limited: bool = False
    review_month: int = 0
    review_base: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Submit:
    receiving: Party
    sending: Party
    form_version: int
    form_hash: str
    use: str
    pattern: str = ""
    duty: str = "none"
    items: int = 0
    until: str = ""  # ISO date on which the share is to end; "" for the policy's longest
    screening: Screening = field(default_factory=Screening)
    amends: Amended | None = None
    kind: Literal["submit"] = "submit"


@dataclass(frozen=True, kw_only=True)
class SignRisk:
    form_hash: str  # what was read is what is signed (C2)
    kind: Literal["sign_risk"] = "sign_risk"


@dataclass(frozen=True, kw_only=True)
class BackRisk:
    """P8: a leader of the receiving body stands behind a risk that its statement does not cover."""

    kind: Literal["back_risk"] = "back_risk"


@dataclass(frozen=True, kw_only=True)
class DeclineRisk:
    kind: Literal["decline_risk"] = "decline_risk"


@dataclass(frozen=True, kw_only=True)
class ChooseLane:
    lane: Lane
    kind: Literal["choose_lane"] = "choose_lane"


@dataclass(frozen=True, kw_only=True)
class AskInTriage:
    kind: Literal["ask_in_triage"] = "ask_in_triage"


@dataclass(frozen=True, kw_only=True)
class RuleOut:
    """C1a: people found what the software could not: it is out of scope."""

    rule: str
    kind: Literal["rule_out"] = "rule_out"


@dataclass(frozen=True, kw_only=True)
class Answer:
    material: bool = False  # a material answer voids the risk signature (C10)
    form_version: int = 0
    form_hash: str = ""
    kind: Literal["answer"] = "answer"


@dataclass(frozen=True, kw_only=True)
class Withdraw:
    kind: Literal["withdraw"] = "withdraw"


@dataclass(frozen=True, kw_only=True)
class Reopen:
    kind: Literal["reopen"] = "reopen"
