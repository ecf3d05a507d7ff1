"""What a row of the table of addresses can say (`domain/access.py`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.governance import TABLE as ACTS
from domain.people import Role
from domain.refusals import Refusal
from domain.scopes import Scope


class Who(StrEnum):
    EVERYBODY = "everybody"
    SIGNED_IN = "signed_in"
    PARTY = "party"  # whoever may see the case that the address names (`permissions.may_see`)
    PARTY_OR_KEEPER = "party_or_keeper"  # the same, and operators while a post of the case is empty
    OWNER = "owner"  # whose thing the address names: a draft, a session, a token, a command
    SLACK = "slack"  # Slack itself, by its signature; who clicked is asked afterwards


@dataclass(frozen=True, kw_only=True)
class Row:
    """`roles`: who of them, all where empty. `say`: what others are told (403); without it nothing is there (404).

    `scope`: what a machine's token must be for. `then`: what the handler asks further, in words.
    """

    who: Who
    roles: frozenset[Role] = frozenset()
    say: type[Refusal] | None = None
    scope: Scope | None = None
    then: str = ""

    def only(self, roles: Iterable[Role], say: type[Refusal] | None = None) -> "Row":
        return replace(self, roles=frozenset(roles), say=say)

    def acting(self, act: str, say: type[Refusal] | None = None) -> "Row":
        """Whoever may ever do this act outside a case (`governance.TABLE`)."""
        return self.only(ACTS[act], say)

    def and_then(self, words: str) -> "Row":
        return replace(self, then=words)

    def token(self, scope: Scope) -> "Row":
        return replace(self, scope=scope)


Table = Mapping[str, Row]
"""'GET POST /address/as/{its}/route/is/written' -> its row."""

EVERYBODY = Row(who=Who.EVERYBODY)
SIGNED_IN = Row(who=Who.SIGNED_IN)
PARTY = Row(who=Who.PARTY)
PARTY_OR_KEEPER = Row(who=Who.PARTY_OR_KEEPER)
OWNER = Row(who=Who.OWNER)
SLACK = Row(who=Who.SLACK)
