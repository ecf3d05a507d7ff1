"""What a grant's token says (P3): claims from the grant, the register and the site. No person, no words of the case.

A token is short-lived: whoever holds it comes back for another one while the share is active (docs/grants.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.grants import State
from domain.refusals import Refusal

TYPE = "data-share-grant+jwt"
ALG = "Ed25519"
LONGEST = timedelta(hours=12)  # a token lives, and never past the end of its share
LIST = 100_000  # places in one status list


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a token is made from. `number`: of the version, in the status lists. `version` 0 of the register: kept back."""

    grant: str
    version: int
    number: int
    ref: str
    state: State
    receiving_team: str
    receiving_team_name: str
    sending_team: str
    service: str
    use: str
    items: tuple[str, ...]
    legal_basis: str
    region: str
    mode: str
    cap: int
    register_version: int
    ends_at: datetime | None


def place(number: int) -> tuple[int, int]:
    """(which list, index in it) of a version's number: 1 is (0, 0)."""
    return (number - 1) // LIST, (number - 1) % LIST


def list_uri(public_url: str, which: int) -> str:
    return f"{public_url}/api/v1/grants/status/{which}"


def expires(facts: Facts, issued_at: datetime) -> datetime:
    """At most `LONGEST` from now, and never after the share itself."""
    latest = issued_at + LONGEST
    return min(latest, facts.ends_at) if facts.ends_at else latest


def may_have_token(facts: Facts, now: datetime) -> None:
    """I4: only an active share has tokens. Raises the sentence of each other state.

    That its end came is known here at once, also while nobody has come by yet to end the case.
    """
    match facts.state:
        case State.ISSUED:
            raise GrantNotOpen
        case State.SUSPENDED:
            raise GrantSuspended
        case State.REVOKED:
            raise GrantRevoked
        case State.EXPIRED:
            raise GrantExpired
        case State.ACTIVE:
            if facts.ends_at and facts.ends_at <= now:
                raise GrantExpired


def claims(
    facts: Facts, public_url: str, issued_at: datetime, expires_at: datetime, tail: str
) -> dict[str, Any]:
    """`tail`: 16 hexadecimal digits that make the token's id its own."""
    which, index = place(facts.number)
    entry = f"{public_url}/register/{facts.ref}/v/{facts.register_version}"
    is_registered = facts.register_version > 0
    issued = int(issued_at.timestamp())
    found: dict[str, Any] = {
        "iss": public_url,
        "sub": facts.receiving_team,
        "aud": facts.service or facts.sending_team,
        "jti": f"{facts.grant}.{facts.version}.{tail}",
        "iat": issued,
        "nbf": issued,
        "exp": int(expires_at.timestamp()),
        "grant": facts.grant,
        "version": facts.version,
        "case": facts.ref,
        "register": {"url": entry, "version": facts.register_version} if is_registered else None,
        "agreement": f"{entry}/agreement" if is_registered else None,
        "purpose": [facts.use],
        "items": list(facts.items),
        "legal_basis": facts.legal_basis,
        "region": facts.region,
        "mode": facts.mode,
        "rro_role": f"Risk owner, {facts.receiving_team_name}",
        "status": {"status_list": {"idx": index, "uri": list_uri(public_url, which)}},
    }
    return found | ({"max_subjects": facts.cap} if facts.cap else {})


class NoSuchGrant(Refusal):
    status = 404
    sentence = "There is no such grant, or it is not for you to see. Check its id and whose token you sent."


class NotYourGrant(Refusal):
    status = 403
    sentence = "Only a requester or the risk owner of the team that receives the data gets tokens of its grant. Ask one of them."


class GrantNotOpen(Refusal):
    status = 409
    sentence = "This grant is issued and opens with the first delivery, which the sending team makes itself. Ask again once both teams have recorded it."


class GrantSuspended(Refusal):
    status = 409
    sentence = "This grant is suspended. The page of the case says why and what has to happen; ask again when it is given back."


class GrantRevoked(Refusal):
    status = 409
    sentence = "This grant was revoked and there are no more tokens of it. Send a new request if the need is still there."


class GrantExpired(Refusal):
    status = 409
    sentence = "The end of this share has come and there are no more tokens of its grant. Send a new request, or have a leader extend a share in time."


class GrantTokenIsOver(Refusal):
    status = 409
    sentence = (
        "This Idempotency-Key was used for a token that no longer holds. Send a new key to get a new token."
    )
