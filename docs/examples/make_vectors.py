"""Write the test vectors of the grant verifier: `python docs/examples/make_vectors.py >api/grant_vectors.json`.

The same every time: the keys are made of a word each, a signature of this kind holds nothing of chance, and what the
status lists hold was squeezed once (libraries differ in what they write, not in what they read).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ABOUT = (
    "Test vectors for verifiers of Sharecase grants. THE KEYS IN HERE ARE FOR TESTS ONLY: they are public, so anybody "
    "can sign with them, and no service may ever trust them. For each vector call verify(token, jwks, issuer=..., "
    "audience=..., now=..., status_list=..., item=..., purpose=..., stale_for=...) and expect its reason. The tokens "
    "are of made-up teams. How to use them: docs/verifier.md of Sharecase."
)
NOW = 1_795_428_000  # Monday 23 November 2026, 10:00 UTC
ISSUER, AUDIENCE = "https://sharecase.example.gov.uk", "hmrc-paye-records"
LIST = f"{ISSUER}/api/v1/grants/status/0"
ITEMS = ["Name", "Address", "Income band"]
# Sixteen places: 0 valid, 1 invalid, 2 suspended, 3 narrowed, then valid ones. Bytes e4 00 00 00, and e4 00 in one bit each.
TWO_BITS, ONE_BIT = "eNp7wsDAAAADlADl", "eNp7wgAAAcoA5Q"
VALID, INVALID, SUSPENDED, NARROWED = range(4)
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "sub": "dwp-pension-credit",
    "aud": AUDIENCE,
    "jti": "GR-7K2M-9QXH.1.00112233445566ff",
    "iat": NOW - 60,
    "nbf": NOW - 60,
    "exp": NOW + 12 * 3600 - 60,
    "grant": "GR-7K2M-9QXH",
    "version": 1,
    "case": "SC-7K2M-9QXH",
    "register": {"url": f"{ISSUER}/register/SC-7K2M-9QXH/v/1", "version": 1},
    "agreement": f"{ISSUER}/register/SC-7K2M-9QXH/v/1/agreement",
    "purpose": ["deliver_service"],
    "items": ITEMS,
    "legal_basis": "Digital Economy Act 2017, section 35",
    "region": "E92000001",
    "mode": "transactional",
    "max_subjects": 10_000,
    "status": {"status_list": {"idx": VALID, "uri": LIST}},
    "rro_role": "Risk owner, Pension Credit",
}
HEADER = {"alg": "Ed25519", "typ": "data-share-grant+jwt", "kid": "test-2026-11"}


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def dumped(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


class Key:
    def __init__(self, kid: str) -> None:
        seed = hashlib.sha256(f"sharecase test key {kid}".encode()).digest()
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.bytes = self.private.public_key().public_bytes_raw()
        self.public = {"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "x": b64(self.bytes)}
        self.whole = {**self.public, "d": b64(seed), "for_tests_only": True}


NEW, OLD, STRANGER = Key("test-2026-11"), Key("test-2026-05"), Key("test-nobody")


def signed(
    claims: dict[str, Any] | bytes | None = None, key: Key = NEW, without: str = "", **header: Any
) -> str:
    told = {name: value for name, value in {**HEADER, **header}.items() if name != without}
    body = CLAIMS if claims is None else claims
    first = f"{b64(dumped(told))}.{b64(body if isinstance(body, bytes) else dumped(body))}"
    return f"{first}.{b64(key.private.sign(first.encode()))}"


def but(**claims: Any) -> str:
    return signed({**CLAIMS, **claims})


def at(index: int) -> str:
    return but(status={"status_list": {"idx": index, "uri": LIST}})


def listed(key: Key = NEW, bits: int = 2, lst: str = TWO_BITS, **claims: Any) -> str:
    told = {"sub": LIST, "iat": NOW - 10, "exp": NOW + 290, "ttl": 60}
    whole = {**told, "status_list": {"bits": bits, "lst": lst}, **claims}
    return signed(whole, key, typ="statuslist+jwt", kid=key.public["kid"])


def by_the_public_key() -> str:
    """The oldest trick: the public key taken for the secret of an HMAC."""
    first = f"{b64(dumped({**HEADER, 'alg': 'HS256'}))}.{b64(dumped(CLAIMS))}"
    return f"{first}.{b64(hmac.new(NEW.bytes, first.encode(), hashlib.sha256).digest())}"


def other_bits_at_the_end(token: str) -> str:
    """The last character of a signature holds four bits that count for nothing; another one would be another text."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) ^ 1]


def vectors() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(name, expected reason, what is other than usual)."""
    token = signed()
    stale: dict[str, Any] = {"iat": NOW - 400, "exp": NOW - 100}
    head, body, signature = token.split(".")
    wider = b64(dumped({**CLAIMS, "items": [*ITEMS, "National Insurance number"]}))
    yield "valid", "valid", {}
    yield "valid for an item and a purpose", "valid", {"item": "Address", "purpose": "deliver_service"}
    yield "valid by the key before this one", "valid", {"token": signed(key=OLD, kid="test-2026-05")}
    yield "valid with a claim that came later", "valid", {"token": but(later="than this verifier")}
    yield "a clock 30 seconds behind", "valid", {"token": but(nbf=NOW + 30)}
    yield (
        "single records by a stale list, where you allow that",
        "valid",
        {
            "status_list": listed(**stale),
            "stale_for": 300,
        },
    )

    yield "alg none", "alg_not_allowed", {"token": signed(alg="none")}
    yield (
        "alg none without a signature",
        "alg_not_allowed",
        {"token": f"{b64(dumped({**HEADER, 'alg': 'none'}))}.{body}."},
    )
    yield "HS256 with the public key as its secret", "alg_not_allowed", {"token": by_the_public_key()}
    yield "the old name EdDSA", "alg_not_allowed", {"token": signed(alg="EdDSA")}
    yield "no alg", "alg_not_allowed", {"token": signed(without="alg")}
    yield "a JWT of another kind", "wrong_type", {"token": signed(typ="JWT")}
    yield "no typ", "wrong_type", {"token": signed(without="typ")}
    yield "a status list shown as a grant", "wrong_type", {"token": listed()}
    yield "a key that is not in the set", "unknown_key", {"token": signed(key=STRANGER, kid="test-nobody")}
    yield (
        "a key that the token brings along",
        "unknown_key",
        {"token": signed(key=STRANGER, kid="test-nobody", jwk=STRANGER.public)},
    )
    yield "no kid", "unknown_key", {"token": signed(without="kid")}
    yield "signed by somebody else under our kid", "bad_signature", {"token": signed(key=STRANGER)}
    yield "more items written in", "bad_signature", {"token": f"{head}.{wider}.{signature}"}
    yield (
        "the signature of another token",
        "bad_signature",
        {"token": f"{head}.{body}.{at(SUSPENDED).split('.')[2]}"},
    )

    yield "another issuer", "wrong_issuer", {"token": but(iss="https://sharecase.example.com")}
    yield "the issuer with a slash more", "wrong_issuer", {"token": but(iss=f"{ISSUER}/")}
    yield "another audience", "wrong_audience", {"token": but(aud="land-registry-titles")}
    yield "not yet", "not_yet", {"token": but(nbf=NOW + 31)}
    yield "expired this second", "expired", {"token": but(exp=NOW)}
    yield "expired", "expired", {"token": but(exp=NOW - 3600)}

    yield "revoked", "revoked", {"token": at(INVALID)}
    yield "suspended", "suspended", {"token": at(SUSPENDED)}
    yield "narrowed", "narrowed", {"token": at(NARROWED)}
    yield (
        "suspended, by a stale list",
        "suspended",
        {
            "token": at(SUSPENDED),
            "status_list": listed(**stale),
            "stale_for": 300,
        },
    )
    yield "no status list", "status_unknown", {"status_list": None}
    yield "single records by a stale list", "status_unknown", {"status_list": listed(**stale)}
    yield (
        "single records by a list too stale",
        "status_unknown",
        {
            "status_list": listed(**stale),
            "stale_for": 100,
        },
    )
    yield (
        "a file by a stale list",
        "status_unknown",
        {
            "token": but(mode="bulk"),
            "status_list": listed(**stale),
            "stale_for": 300,
        },
    )
    yield "a list from the future", "status_unknown", {"status_list": listed(iat=NOW + 31)}
    yield (
        "the list of another address",
        "status_unknown",
        {"status_list": listed(sub=LIST.replace("/0", "/1"))},
    )
    yield "a list by an unknown key", "status_unknown", {"status_list": listed(key=STRANGER)}
    yield "a list by somebody else under our kid", "status_unknown", {"status_list": signed(key=STRANGER)}
    yield "a grant shown as a status list", "status_unknown", {"status_list": token}
    yield "a list of one bit each", "status_unknown", {"status_list": listed(bits=1, lst=ONE_BIT)}
    yield "a list that does not reach so far", "status_unknown", {"token": at(16)}
    yield "a list that cannot be inflated", "status_unknown", {"status_list": listed(lst=TWO_BITS[:-4])}
    yield "a list that never ends", "status_unknown", {"status_list": listed(exp=None)}

    yield "an item that is not covered", "item_not_covered", {"item": "National Insurance number"}
    yield "an item in other letters", "item_not_covered", {"item": "address"}
    yield "a purpose that is not covered", "purpose_not_covered", {"purpose": "detect_fraud"}

    twice = dumped(HEADER)[:-1] + b',"alg":"Ed25519"}'
    malformed = {
        "nothing": "",
        "words": "let me in",
        "two parts": f"{head}.{body}",
        "four parts": f"{token}.{signature}",
        "an empty signature": f"{head}.{body}.",
        "padding": f"{token}==",
        "other bits at the end": other_bits_at_the_end(token),
        "a header that is a list": f"{b64(dumped([]))}.{body}.{signature}",
        "a name twice in the header": f"{b64(twice)}.{body}.{signature}",
        "a critical extension": signed(crit=["b64"], b64=False),
        "claims that are no JSON": signed(b"yes"),
        "a claim twice": signed(dumped(CLAIMS)[:-1] + b',"aud":"' + AUDIENCE.encode() + b'"}'),
        "a time that is no number": signed(
            dumped({**CLAIMS, "exp": None}).replace(b'"exp":null', b'"exp":NaN')
        ),
        "a time beyond all numbers": signed(
            dumped({**CLAIMS, "exp": None}).replace(b'"exp":null', b'"exp":1e999')
        ),
        "a number that is none, where nobody looks": signed(dumped(CLAIMS)[:-1] + b',"later":NaN}'),
        "a time in words": but(exp="tomorrow"),
        "a time that is true": but(nbf=True),
        "items in one text": but(items="Name, Address"),
        "an item that is a number": but(items=["Name", 7]),
        "no items": but(items=[]),
        "several audiences": but(aud=[AUDIENCE, "everybody"]),
        "another mode": but(mode="as_needed"),
        "no place in a status list": but(status={}),
        "a place below the first": at(-1),
    }
    for name, one in malformed.items():
        yield f"malformed: {name}", "malformed", {"token": one}


def document() -> dict[str, Any]:
    usual = {"token": signed(), "status_list": listed(), "issuer": ISSUER, "audience": AUDIENCE, "now": NOW}
    asked = {"item": None, "purpose": None, "stale_for": 0}
    return {
        "about": ABOUT,
        "jwks": {"keys": [NEW.public, OLD.public]},
        "private_keys_for_tests_only": [each.whole for each in (NEW, OLD, STRANGER)],
        "vectors": [
            {"name": name, "reason": reason, "valid": reason == "valid", **usual, **asked, **other}
            for name, reason, other in vectors()
        ],
    }


if __name__ == "__main__":
    print(json.dumps(document(), indent=1))
