"""P3: signing keys at rest, made once, exchanged with an overlap; and status lists as others read them."""

import asyncio
import json
import zlib
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from activities.grant_keys import Keyring, SealDoesNotFit, go_round, key_set
from activities.grant_tokens import packed, status_list
from activities.morning import MorningRound
from domain.grants import NUMBERS, Status
from domain.signing_keys import AFTER, BEFORE, EVERY, KeyState
from store import signing_keys
from store.database import Database
from store.signing_keys import Stored

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SEAL = bytes(range(32))


async def keys(database: Database) -> dict[KeyState, Stored]:
    async with database.read() as connection:
        return {each.key.state: each for each in await signing_keys.all_of(connection)}


async def published(database: Database, now: datetime) -> set[str]:
    async with database.read() as connection:
        return {each["kid"] for each in key_set(await signing_keys.all_of(connection), now)["keys"]}


async def test_several_processes_make_one_first_key(database: Database, database_url: str) -> None:
    others = [Database(database_url) for _ in range(3)]
    await asyncio.gather(*(Keyring(SEAL).ready(each, NOW) for each in (database, *others)))
    for each in others:
        await each.close()
    found = await keys(database)
    assert set(found) == {KeyState.CURRENT} and found[KeyState.CURRENT].key.signs_from == NOW


async def test_no_private_half_lies_in_the_database(database: Database) -> None:
    ring = Keyring(SEAL)
    await ring.ready(database, NOW)
    async with database.read() as connection:
        (row,) = (await connection.execute(text("SELECT * FROM signing_keys"))).all()
        private = ring._open((await keys(database))[KeyState.CURRENT]).as_dict(private=True)["d"]  # pyright: ignore[reportPrivateUsage]
    assert len(str(private)) == 43
    assert str(private) not in str(row) and '"d"' not in str(row) and "'d'" not in str(row)
    assert str(private) not in repr(ring) + repr(vars(ring).keys())
    header = json.loads(urlsafe_b64decode(row.sealed.split(".")[0] + "=="))
    assert (header["alg"], header["enc"]) == ("dir", "A256GCM")


async def test_another_seal_opens_nothing_and_no_row_stands_in_for_another(database: Database) -> None:
    await Keyring(SEAL).ready(database, NOW)
    with pytest.raises(SealDoesNotFit, match="SHARECASE_SEAL does not open"):
        await Keyring(bytes(32)).ready(database, NOW)
    other = Keyring(SEAL).new(NOW)
    async with database.write() as connection:
        await connection.execute(update(signing_keys.signing_keys).values(sealed=other.sealed))
    with pytest.raises(SealDoesNotFit):
        await Keyring(SEAL).ready(database, NOW)


async def test_keys_are_exchanged_every_90_days_with_an_overlap(database: Database) -> None:
    """A day before it signs a key is published, and after it signed for as long as a token can live."""
    ring, now = Keyring(SEAL), NOW
    await ring.ready(database, NOW)
    first = (await keys(database))[KeyState.CURRENT].key.kid
    assert await go_round(ring, database, NOW + EVERY - BEFORE - timedelta(minutes=1)) == 0
    now = NOW + EVERY - BEFORE
    assert (await MorningRound(database, lambda: now, ring).run()).keys == 1
    second = (await keys(database))[KeyState.NEXT].key.kid
    assert await published(database, now) == {first, second}
    assert (await keys(database))[KeyState.CURRENT].key.kid == first
    assert await go_round(ring, database, now + BEFORE - timedelta(minutes=1)) == 0
    now = NOW + EVERY
    assert await go_round(ring, database, now) == 1
    found = await keys(database)
    assert found[KeyState.CURRENT].key.kid == second and found[KeyState.RETIRED].key.kid == first
    assert found[KeyState.RETIRED].sealed == ""  # it never signs again
    assert await published(database, now + AFTER - timedelta(seconds=1)) == {first, second}
    assert await published(database, now + AFTER) == {second}
    assert await go_round(ring, database, now) == 0


def read(places: bytes, index: int) -> int:
    """As the draft of the status list has it: from the lowest bits of each byte up."""
    return places[index * 2 // 8] >> index * 2 % 8 & 3


async def test_a_status_list_says_of_each_place_what_was_told(database: Database) -> None:
    ring = Keyring(SEAL)
    await ring.ready(database, NOW)
    numbers = {Status.VALID: [1, 100_000], Status.INVALID: [2], Status.SUSPENDED: [3], Status.NARROWED: [4]}
    made = status_list(
        ring, (await keys(database))[KeyState.CURRENT], 0, packed(numbers), "https://x.example", NOW
    )
    header, claims = (json.loads(urlsafe_b64decode(part + "==")) for part in made.split(".")[:2])
    assert (header["alg"], header["typ"]) == ("Ed25519", "statuslist+jwt")
    issued = int(NOW.timestamp())
    assert claims["sub"] == "https://x.example/api/v1/grants/status/0" and claims["iat"] == issued
    assert (claims["exp"], claims["ttl"], claims["status_list"]["bits"]) == (issued + 300, 60, 2)
    assert claims["status_list"]["lst"] == packed(numbers)
    places = zlib.decompress(urlsafe_b64decode(packed(numbers) + "=="))
    assert len(places) == 25_000
    for status, those in numbers.items():
        assert {read(places, number - 1) for number in those} == {NUMBERS[status]}
    assert read(places, 77) == NUMBERS[Status.SUSPENDED]  # nobody's: nothing is open that nobody opened
