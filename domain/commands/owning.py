"""Acts about who answers for a case when people come and go, and about advice (P5)."""

from dataclasses import dataclass
from typing import Literal

from domain.people import Party, Side


@dataclass(frozen=True, kw_only=True)
class PostsChanged:
    """The directory changed for one of the bodies. `owner_left`: the risk owner holds no such post here any more.

    Which seats have somebody in them rides in the envelope, as with every command.
    """

    owner_left: bool = False
    kind: Literal["posts_changed"] = "posts_changed"


@dataclass(frozen=True, kw_only=True)
class MoveParty:
    """Machinery of government: the team of this side belongs to another body now, or its body's days changed."""

    side: Side
    to: Party
    kind: Literal["move_party"] = "move_party"


@dataclass(frozen=True, kw_only=True)
class OwnRisk:
    form_hash: str  # what was read is what is signed, as in C2
    kind: Literal["own_risk"] = "own_risk"


@dataclass(frozen=True, kw_only=True)
class AskAdvice:
    kind: Literal["ask_advice"] = "ask_advice"


@dataclass(frozen=True, kw_only=True)
class GiveAdvice:
    kind: Literal["give_advice"] = "give_advice"
