"""What a provider signs must be before a word of it is believed: who signed it, for whom, when, and for which sign-in.

joserfc checks signatures, with one explicit list of algorithms; everything a token says is checked here. A key comes
from the provider's own published set and from nowhere else, whatever a token's header offers.
"""

import hashlib
import json
import warnings
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, cast

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

LEEWAY = 60  # seconds by which two clocks may differ
LONGEST = 64_000  # characters of one token
MOST_KEYS = 50
SHORTEST_RSA = 2048  # bits
BROWSER_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"

# alg -> the kind of key it takes, its curve, and the hash that `at_hash` is made with. Never none, never a shared secret.
ALGORITHMS: dict[str, tuple[str, str, str]] = {
    "RS256": ("RSA", "", "sha256"),
    "PS256": ("RSA", "", "sha256"),
    "ES256": ("EC", "P-256", "sha256"),
    "EdDSA": ("OKP", "Ed25519", "sha512"),
    "Ed25519": ("OKP", "Ed25519", "sha512"),
}
# By these a token would bring its own key, or rules that we do not know.
REFUSED_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64"})

Claims = Mapping[str, Any]
Jwk = Mapping[str, Any]


class Wrong(Exception):
    """A token that is not believed. `reason`: a word for the log, never for a page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownKey(Wrong):
    """No published key has this token's kid: perhaps the provider has changed its keys since we asked."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a token must say. `acr`: how people must have signed in, any of these words; '' for whichever way."""

    issuer: str
    client_id: str
    now: datetime
    acr: str = ""


def id_token(text: str, keys: Sequence[Jwk], expected: Expected, *, nonce: str, access_token: str) -> str:
    """The subject that an ID token is about. Raises `Wrong` (OpenID Connect Core 3.1.3.7)."""
    alg, claims = verified(text, keys)
    subject = _common(claims, expected)
    _until(claims, expected.now)
    told = claims.get("nonce")
    if not isinstance(told, str) or not told.isascii() or not compare_digest(told, nonce):
        raise Wrong("nonce")
    if "at_hash" in claims and claims["at_hash"] != _half_hash(access_token, ALGORITHMS[alg][2]):
        raise Wrong("at_hash")
    if expected.acr and claims.get("acr") not in expected.acr.split():
        raise Wrong("acr")
    return subject


def logout_token(text: str, keys: Sequence[Jwk], expected: Expected) -> str:
    """The subject whose sessions a provider ends (OpenID Connect Back-Channel Logout 2.6). Raises `Wrong`."""
    _, claims = verified(text, keys)
    subject = _common(claims, expected)
    _until(claims, expected.now)
    events = claims.get("events")
    told: Claims = cast(Claims, events) if isinstance(events, dict) else {}
    if not isinstance(told.get(BROWSER_LOGOUT), dict):
        raise Wrong("events")
    if "nonce" in claims:  # or an ID token could be passed off as one
        raise Wrong("nonce")
    if not isinstance(claims.get("jti"), str):
        raise Wrong("jti")
    return subject


def verified(text: str, keys: Sequence[Jwk]) -> tuple[str, Claims]:
    """(algorithm, claims) of a token that one of these keys signed. Raises `Wrong`, `UnknownKey`."""
    if not text.isascii() or len(text) > LONGEST or text.count(".") != 2:
        raise Wrong("form")
    header = _object(text.partition(".")[0])
    alg, kid = header.get("alg"), header.get("kid")
    if not isinstance(alg, str) or alg not in ALGORITHMS:
        raise Wrong("alg")
    if REFUSED_HEADERS & set(header):
        raise Wrong("header")
    key = _key(keys, alg, kid)
    try:
        with warnings.catch_warnings():  # of what we have decided: which algorithms, how long a key
            warnings.simplefilter("ignore")
            found = jws.deserialize_compact(text, key, registry=_Registry(algorithms=list(ALGORITHMS)))
    except (JoseError, ValueError, TypeError) as wrong:
        raise Wrong("signature") from wrong
    if found.headers() != header:  # what was checked is what we chose the key by
        raise Wrong("header")
    return alg, _claims(found.payload or b"")


class _Registry(jws.JWSRegistry):
    """Our algorithms and no others; a header may be as long as providers write them."""

    max_header_length = 4_000
    max_payload_length = LONGEST

    def __init__(self, algorithms: list[str]) -> None:
        super().__init__(algorithms=algorithms, strict_check_header=False)


def _key(keys: Sequence[Jwk], alg: str, kid: object) -> Key:
    """The one published key for a token. One without a kid is taken only where there is no choice."""
    if kid is not None and not isinstance(kid, str):
        raise Wrong("kid")
    kind, curve, _ = ALGORITHMS[alg]
    named = [each for each in keys if kid is None or each.get("kid") == kid]
    if not named:
        raise UnknownKey("kid")
    fitting = [
        each
        for each in named
        if each.get("kty") == kind
        and (not curve or each.get("crv") == curve)
        and each.get("use", "sig") == "sig"
        and each.get("alg", alg) == alg
    ]
    if len(fitting) != 1:
        raise Wrong("key")
    return _imported(fitting[0], kind)


def _imported(jwk: Jwk, kind: str) -> Key:
    public = {name: value for name, value in jwk.items() if name in ("kty", "crv", "n", "e", "x", "y")}
    if not all(isinstance(value, str) for value in public.values()):
        raise Wrong("key")
    try:
        if kind == "RSA" and len(_decoded(str(public.get("n", "")))) * 8 < SHORTEST_RSA:
            raise Wrong("key")
        maker: type[RSAKey] | type[ECKey] | type[OKPKey] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}[kind]
        return maker.import_key(cast(Any, public))
    except (JoseError, ValueError, TypeError, KeyError) as broken:
        raise Wrong("key") from broken


def _common(claims: Claims, expected: Expected) -> str:
    """Who said it, to whom, when and about whom: the same for every kind of token."""
    if claims.get("iss") != expected.issuer:
        raise Wrong("iss")
    _audience(claims, expected.client_id)
    now = expected.now.timestamp()
    issued = _moment(claims, "iat")
    if issued is None or issued > now + LEEWAY:
        raise Wrong("iat")
    begins = _moment(claims, "nbf")
    if begins is not None and begins > now + LEEWAY:
        raise Wrong("nbf")
    return subject_of(claims)


def _until(claims: Claims, now: datetime) -> None:
    expires = _moment(claims, "exp")
    if expires is None or expires <= now.timestamp() - LEEWAY:
        raise Wrong("exp")


def _audience(claims: Claims, client_id: str) -> None:
    """For us; where it is for others too, the provider has to say that we are who asked for it (azp)."""
    told = claims.get("aud")
    audience = cast(list[object], told) if isinstance(told, list) else [told]
    if client_id not in audience or not all(isinstance(each, str) for each in audience):
        raise Wrong("aud")
    if claims.get("azp", client_id) != client_id or (len(audience) > 1 and "azp" not in claims):
        raise Wrong("azp")


def subject_of(claims: Claims) -> str:
    """`sub`: 1 to 255 printable ASCII characters, by which the provider names an account for good. Raises `Wrong`."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Wrong("sub")
    if not subject.isascii() or not subject.isprintable():
        raise Wrong("sub")
    return subject


def _moment(claims: Claims, name: str) -> float | None:
    """Seconds since 1970, None where the token does not say. Raises `Wrong` for what is no time."""
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise Wrong(name)
    return float(value)


def _half_hash(access_token: str, name: str) -> str:
    digest = hashlib.new(name, access_token.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _object(segment: str) -> dict[str, Any]:
    try:
        return dict(_claims(_decoded(segment)))
    except ValueError as broken:
        raise Wrong("form") from broken


def _decoded(segment: str) -> bytes:
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _claims(payload: bytes) -> Claims:
    try:
        told: object = json.loads(payload)
    except (ValueError, RecursionError) as broken:
        raise Wrong("form") from broken
    if not isinstance(told, dict):
        raise Wrong("form")
    return cast(Claims, told)
