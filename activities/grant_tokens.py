"""What a keyring signs about grants: their tokens, and the public status lists (draft-ietf-oauth-status-list)."""

import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from activities.grant_keys import Keyring
from domain.grant_claims import LIST, TYPE, Facts, claims, list_uri, place
from domain.grants import BITS, NUMBERS, Status
from store.signing_keys import Stored

LIST_TYPE = "statuslist+jwt"
LIST_HOLDS = timedelta(minutes=5)
LIST_KEPT = timedelta(minutes=1)  # how long a copy may be used before a newer one is asked for
# Places that no grant has yet: nothing is open that nobody opened.
NOBODYS = NUMBERS[Status.SUSPENDED]


def token(
    keyring: Keyring,
    key: Stored,
    facts: Facts,
    public_url: str,
    *,
    issued_at: datetime,
    expires_at: datetime,
    tail: str,
) -> str:
    """The same arguments make the same token: a signature of this kind holds nothing of chance."""
    return keyring.sign(key, TYPE, claims(facts, public_url, issued_at, expires_at, tail))


def status_list(keyring: Keyring, key: Stored, which: int, lst: str, public_url: str, now: datetime) -> str:
    """`lst`: what `packed` made."""
    issued = int(now.timestamp())
    told = {
        "sub": list_uri(public_url, which),
        "iat": issued,
        "exp": issued + int(LIST_HOLDS.total_seconds()),
        "ttl": int(LIST_KEPT.total_seconds()),
        "status_list": {"bits": BITS, "lst": lst},
    }
    return keyring.sign(key, LIST_TYPE, told)


def packed(numbers: Mapping[Status, Iterable[int]]) -> str:
    """All places of a list, `BITS` bits each from the lowest up, squeezed and in base64url without padding."""
    each_byte = 8 // BITS
    places = bytearray([sum(NOBODYS << BITS * at for at in range(each_byte))]) * (LIST // each_byte)
    for status, those in numbers.items():
        change = NUMBERS[status] ^ NOBODYS
        for number in those:
            index = place(number)[1]
            places[index // each_byte] ^= change << BITS * (index % each_byte)
    return urlsafe_b64encode(zlib.compress(bytes(places), 9)).rstrip(b"=").decode()
