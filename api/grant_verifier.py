"""Check a Sharecase grant before you answer a call. This one file is all you need, with Python 3.9 and `cryptography`.

    from grant_verifier import verify

    keys = ...  # the JSON of <sharecase>/.well-known/jwks.json; fetch it again when a token is `unknown_key`
    first = verify(token, keys, issuer=SHARECASE, audience=OUR_ID, now=time.time(), status_list=None)
    # Signed by Sharecase, so its word may be believed for where the status list is:
    listed = fetch(first.claims["status"]["status_list"]["uri"]) if first.claims else None  # keep it for 60 seconds
    result = verify(token, keys, issuer=SHARECASE, audience=OUR_ID, now=time.time(), status_list=listed, item="Address")
    if not result:  # the same as `not result.valid`
        refuse(result.reason, result.sentence)

It reads nothing and fetches nothing: what it says follows from what it is given. It never raises for any token, key set
or status list; what it cannot read it refuses. Whatever is not `valid` is a no.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALGORITHM = "Ed25519"
GRANT, STATUS_LIST = "data-share-grant+jwt", "statuslist+jwt"
LEEWAY = 30  # seconds that your clock may be behind ours; an end has no leeway
BITS = 2
LONGEST_TOKEN, LONGEST_LIST = 16_384, 1_000_000  # characters
MOST_INFLATED = 1_000_000  # bytes: a list holds 100,000 places, which is 25,000 bytes

SENTENCES = {
    "valid": "The grant covers this call.",
    "malformed": "This is not a grant token of Sharecase: {why}. Send the token as it was issued, changed in nothing.",
    "alg_not_allowed": "The token is not signed with Ed25519, the only algorithm allowed. Use the token as Sharecase issued it.",
    "wrong_type": "This is signed, but it is not a grant (typ must be data-share-grant+jwt). Send the grant's own token.",
    "unknown_key": "The key that the token names is not in the key set. Fetch the key set again, and if it is still not there, ask for a new token.",
    "bad_signature": "The signature does not fit the token: it was changed, or somebody else made it. Ask for a new token.",
    "wrong_issuer": "The token is of another issuer. Get one from the Sharecase that this service trusts.",
    "wrong_audience": "The token is for another service. Use it there, or ask for the grant of this one.",
    "not_yet": "The token is not valid yet. Wait, or set the clock of this computer right.",
    "expired": "The token is over. Ask Sharecase for a new one: there is one for as long as the grant is active.",
    "revoked": "The grant is over, and no new token brings it back. Stop using the data as the agreement says.",
    "suspended": "The grant is not open: it is suspended, or waits for its first delivery. Its case in Sharecase says who must act.",
    "narrowed": "The grant covers less than this token says. Ask Sharecase for a new token.",
    "status_unknown": "Whether the grant still stands cannot be told: {why}. Fetch the status list again, and answer no call until then.",
    "item_not_covered": "The grant does not cover this item. Ask for an item that it names, or amend the share in Sharecase.",
    "purpose_not_covered": "The grant is for another purpose. Ask for a purpose that it names, or make a new request in Sharecase.",
}
OF_STATUS = {0: "valid", 1: "revoked", 2: "suspended", 3: "narrowed"}


@dataclass(frozen=True)
class Result:
    """`claims`: what Sharecase signed, also where the answer is no; None where nothing of it can be believed."""

    valid: bool
    reason: str
    sentence: str
    claims: dict[str, Any] | None = None

    def __bool__(self) -> bool:
        return self.valid


def verify(
    token: str,
    jwks: Mapping[str, Any],
    *,
    issuer: str,
    audience: str,
    now: float,
    status_list: str | None,
    item: str | None = None,
    purpose: str | None = None,
    stale_for: int = 0,
) -> Result:
    """Whether the holder of `token` may be answered now (Unix seconds), and if not, why and what to do.

    `status_list`: the text that the address in the token answers. `stale_for`: for how many seconds after its end an
    old one will do, for a grant of single records only; a file always needs a fresh one. `item`, `purpose`: what is
    asked for, where you can tell.
    """
    claims = None
    try:
        claims = _signed(token, LONGEST_TOKEN, GRANT, jwks)
        try:
            _check_shape(claims)
        except _No:
            claims = None
            raise
        _check_who_and_when(claims, issuer, audience, now)
        _check_status(claims, status_list, jwks, now, stale_for)
        if item is not None and item not in claims["items"]:
            raise _No("item_not_covered")
        if purpose is not None and purpose not in claims["purpose"]:
            raise _No("purpose_not_covered")
    except _No as no:
        return Result(False, no.reason, SENTENCES[no.reason].format(why=no.why), claims)
    return Result(True, "valid", SENTENCES["valid"], claims)


class _No(Exception):
    def __init__(self, reason: str, why: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.why = why


# --- the signature ---------------------------------------------------------------------------------------------------


def _signed(token: Any, longest: int, typ: str, jwks: Any) -> dict[str, Any]:
    """The claims of a compact JWS, once its header is what we allow and its signature is right."""
    if not isinstance(token, str) or len(token) > longest:
        raise _No("malformed", "it is no text, or too long")
    parts = token.split(".")
    if len(parts) != 3:
        raise _No("malformed", "it has not three parts")
    header = _object(_bytes(parts[0]))
    if header.get("alg") != ALGORITHM:
        raise _No("alg_not_allowed")
    if "crit" in header:
        raise _No("malformed", "it asks for extensions (crit) that a grant does not have")
    if header.get("typ") != typ:
        raise _No("wrong_type")
    payload, signature = _bytes(parts[1]), _bytes(parts[2])
    try:
        _key(jwks, header.get("kid")).verify(signature, f"{parts[0]}.{parts[1]}".encode("ascii"))
    except InvalidSignature:
        raise _No("bad_signature") from None
    return _object(payload)


def _key(jwks: Any, kid: Any) -> Ed25519PublicKey:
    """The key that the header names, from the key set and from nowhere else."""
    keys = _at(jwks, "keys")
    for key in cast("list[Any]", keys) if isinstance(keys, list) and _is_text(kid) else ():
        if _at(key, "kid") != kid or (_at(key, "kty"), _at(key, "crv")) != ("OKP", "Ed25519"):
            continue
        if _at(key, "use") not in (None, "sig") or _at(key, "alg") not in (None, ALGORITHM):
            continue
        try:
            return Ed25519PublicKey.from_public_bytes(_bytes(_at(key, "x")))
        except (ValueError, _No):
            continue
    raise _No("unknown_key")


def _bytes(text: Any) -> bytes:
    """base64url without padding, and only in the one way that there is to write those bytes."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise _No("malformed", "a part of it is not base64url")
    try:
        found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise _No("malformed", "a part of it is not base64url") from None
    if base64.urlsafe_b64encode(found).rstrip(b"=") != text.encode("ascii"):
        raise _No("malformed", "a part of it is not base64url")
    return found


def _object(data: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8 that says nothing twice."""
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_never)
    except (ValueError, RecursionError):
        raise _No("malformed", "a part of it is not JSON, or says something twice") from None
    if not isinstance(found, dict):
        raise _No("malformed", "a part of it is not a JSON object")
    return cast("dict[str, Any]", found)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name twice")
    return dict(pairs)


def _never(name: str) -> Any:
    raise ValueError(name)


def _at(value: Any, *names: str) -> Any:
    """What stands under these names, one in the other; None where nothing does."""
    for name in names:
        value = cast("Mapping[str, Any]", value).get(name) if isinstance(value, Mapping) else None
    return value


# --- the claims ------------------------------------------------------------------------------------------------------


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_time(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 2**53


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(map(_is_text, cast("list[Any]", value)))


def _is_mode(value: Any) -> bool:
    return value in ("transactional", "bulk")


def _is_place(value: Any) -> bool:
    return _is_count(_at(value, "status_list", "idx")) and _is_text(_at(value, "status_list", "uri"))


SHAPES = {
    **dict.fromkeys(("iss", "sub", "aud", "jti", "grant", "case"), _is_text),
    **dict.fromkeys(("iat", "nbf", "exp"), _is_time),
    **dict.fromkeys(("items", "purpose"), _are_texts),
    "version": _is_count,
    "mode": _is_mode,
    "status": _is_place,
}


def _check_shape(claims: dict[str, Any]) -> None:
    for name, fits in SHAPES.items():
        if name not in claims or not fits(claims[name]):
            raise _No("malformed", f"the claim {name} is missing or not what it should be")
    if "max_subjects" in claims and not _is_count(claims["max_subjects"]):
        raise _No("malformed", "the claim max_subjects is not a number")


def _check_who_and_when(claims: dict[str, Any], issuer: str, audience: str, now: float) -> None:
    """Each is asked as `not <what must be so>`: a clock that is no number makes nothing valid."""
    if claims["iss"] != issuer:
        raise _No("wrong_issuer")
    if claims["aud"] != audience:
        raise _No("wrong_audience")
    if not claims["nbf"] <= now + LEEWAY:
        raise _No("not_yet")
    if not now < claims["exp"]:
        raise _No("expired")


# --- the status list (draft-ietf-oauth-status-list) ------------------------------------------------------------------


def _check_status(claims: dict[str, Any], text: str | None, jwks: Any, now: float, stale_for: int) -> None:
    if text is None:
        raise _No("status_unknown", "there is no status list")
    try:
        told = _signed(text, LONGEST_LIST, STATUS_LIST, jwks)
    except _No as no:
        raise _No("status_unknown", f"the status list does not stand ({no.reason})") from None
    place = claims["status"]["status_list"]
    if told.get("sub") != place["uri"]:
        raise _No("status_unknown", "the status list is not the one that the token names")
    if not _is_time(told.get("iat")) or not told["iat"] <= now + LEEWAY:
        raise _No("status_unknown", "the status list is from the future")
    spare = max(0, stale_for) if claims["mode"] == "transactional" else 0
    if not _is_time(told.get("exp")) or not now < told["exp"] + spare:
        raise _No("status_unknown", "the status list is too old")
    status = OF_STATUS[_status(told, place["idx"])]
    if status != "valid":
        raise _No(status)


def _status(told: Any, index: int) -> int:
    """What two bits say: the lowest of a byte come first. However small a list travels, it never grows past a limit."""
    if _at(told, "status_list", "bits") != BITS:
        raise _No("status_unknown", "the status list does not have two bits for each place")
    inflate = zlib.decompressobj()
    try:
        listed = inflate.decompress(_bytes(_at(told, "status_list", "lst")), MOST_INFLATED)
    except (_No, zlib.error):
        listed = b""
    if not listed or not inflate.eof or inflate.unused_data:
        raise _No("status_unknown", "the status list cannot be read, or is too long")
    if index // 4 >= len(listed):
        raise _No("status_unknown", "the status list does not reach the place of this grant")
    return listed[index // 4] >> index % 4 * BITS & 3
