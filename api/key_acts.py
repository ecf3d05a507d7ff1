"""What an operator may do with the signing keys: exchange the one that signs, and take out one that others have (P3).

Checked, applied and kept in one transaction. No private half and no seal is ever in a command, an answer or a log.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.grant_keys import Keyring
from api.desk import Clock
from api.outside import OutsideActs
from domain.governance import TABLE
from domain.signing_keys import (
    BEFORE,
    KeyIsOver,
    KeyState,
    NextKeyIsTooYoung,
    NoKeysForYou,
    NoSuchKey,
    one,
)
from domain.working_days import LONDON
from store import commands, signing_keys
from store.database import Database
from store.directory import Person
from store.signing_keys import Stored


@dataclass(frozen=True, kw_only=True)
class Turned:
    """What came of an act. `kid`: the key that signs now, or the next one (`is_next`); '' for a repeat.

    `lost`: tokens that held until now and do not any more.
    """

    kid: str = ""
    is_next: bool = False
    signs_from: datetime | None = None
    lost: int = 0


class KeyActs(OutsideActs):
    """Each raises `NoKeysForYou` (403), the refusals of `domain.signing_keys` and `SameCommandOtherBody` (409)."""

    kept_under = "keys"

    def __init__(self, database: Database, clock: Clock, keyring: Keyring) -> None:
        super().__init__(database, clock)
        self.keyring = keyring

    async def rotate(self, person: Person, *, command: str, via: str) -> Turned:
        """The next key signs from now on; where there is none yet, one is published and may sign a day later."""
        told = self.told_about(person, "rotate_key", (), {}, command, via, "")
        now = told.received_at
        self._check(person, "rotate_key")
        await self.keyring.ensure(self.database, now)
        async with self.database.write() as connection:
            await signing_keys.turn(connection)
            if await commands.is_repeat(connection, told):
                return Turned()
            keys = await signing_keys.all_of(connection)
            following = one([each.key for each in keys], KeyState.NEXT)
            if following is None:
                new = self.keyring.new(now)
                await signing_keys.add(connection, new, KeyState.NEXT, now)
                done = Turned(kid=new.kid, is_next=True, signs_from=now + BEFORE)
            elif following.is_ripe(now):
                await signing_keys.take_over(connection, keys, now)
                done = Turned(kid=following.kid, signs_from=now)
            else:
                raise NextKeyIsTooYoung(when=_moment(following.signs_from))
            await self.keep(connection, told, {"kid": done.kid})
        return done

    async def revoke(self, person: Person, kid: str, *, command: str, via: str) -> Turned:
        """Out of the list at once. In place of the current one the next one signs, or a new one, without a day's notice."""
        told = self.told_about(person, "revoke_key", (), {}, command, via, kid)
        now = told.received_at
        self._check(person, "revoke_key")
        await self.keyring.begin(
            self.database, now
        )  # and nothing is opened: the seal may be the one that was lost
        async with self.database.write() as connection:
            await signing_keys.turn(connection)
            if await commands.is_repeat(connection, told):
                return Turned()
            keys = await signing_keys.all_of(connection)
            meant = a_key(keys, kid, now)
            lost = (await signing_keys.live_tokens(connection, now)).get(kid, 0)
            await signing_keys.revoke(connection, kid, now)
            now_signs = one([each.key for each in keys], KeyState.CURRENT)
            signs = now_signs.kid if now_signs else ""
            if meant.key.state is KeyState.CURRENT:
                signs = await self._in_its_place(connection, keys, now)
            await self.keep(connection, told, {"kid": kid, "lost": lost, "signs": signs})
        return Turned(kid=signs, signs_from=now, lost=lost)

    async def _in_its_place(self, connection: AsyncConnection, keys: list[Stored], now: datetime) -> str:
        if following := one([each.key for each in keys], KeyState.NEXT):
            without = [each for each in keys if each.key.state is not KeyState.CURRENT]
            await signing_keys.take_over(connection, without, now)
            return following.kid
        new = self.keyring.new(now)
        await signing_keys.add(connection, new, KeyState.CURRENT, now)
        return new.kid

    def _check(self, person: Person, act: str) -> None:
        if not person.roles.intersection(TABLE[act]):
            raise NoKeysForYou


def a_key(keys: list[Stored], kid: str, now: datetime) -> Stored:
    """A key that can still be revoked. Raises `NoSuchKey` and `KeyIsOver`."""
    found = next((each for each in keys if each.key.kid == kid), None)
    if found is None:
        raise NoSuchKey
    if not found.key.is_published(now):
        raise KeyIsOver
    return found


def _moment(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y} at {local:%H:%M}"
