"""The keyring: signing keys made, sealed, opened and used (P3). No private half leaves this file, or is ever shown.

At rest a private key is a compact JWE under the installation's seal, 32 bytes that are not in the database: a copy of
the database signs nothing. The key's own id is inside the encryption, so that no row can stand in for another.
"""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, OKPKey
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.grant_claims import ALG
from domain.seals import SEAL_BYTES
from domain.signing_keys import KeyState, needs_next, one
from domain.working_days import london_date
from store import signing_keys
from store.database import Database
from store.signing_keys import NewKey, Stored

SEALED_WITH = ["dir", "A256GCM"]
SIGNED_WITH = [ALG]


class SealDoesNotFit(Exception):
    """A sentence for whoever starts Sharecase."""

    def __init__(self) -> None:
        super().__init__(
            "SHARECASE_SEAL does not open the signing keys in this database: give the one that they were sealed with. "
            "If it is lost, see 'When the seal is lost' in docs/grants.md."
        )


class Keyring:
    """`seal`: 32 bytes; without one it makes its own, which is gone with the process (tests)."""

    def __init__(self, seal: bytes = b"") -> None:
        self._seal = OctKey.import_key(seal or secrets.token_bytes(SEAL_BYTES))
        self._opened: dict[str, OKPKey] = {}

    def __repr__(self) -> str:
        return "Keyring()"

    async def ready(self, database: Database, now: datetime) -> None:
        """At boot: the very first key is there, and those that may sign open, or `SealDoesNotFit`."""
        await self.begin(database, now)
        async with database.read() as connection:
            keys = await signing_keys.all_of(connection)
        for each in keys:
            if each.sealed:
                self._open(each)

    async def begin(self, database: Database, now: datetime) -> None:
        """The very first key is made, once for all processes. Nothing is opened."""
        async with database.read() as connection:
            there = await signing_keys.current(connection)
        if there is None:
            async with database.write() as connection:
                await self._first(connection, now)

    async def _first(self, connection: AsyncConnection, now: datetime) -> None:
        await signing_keys.turn(connection)
        if await signing_keys.current(connection) is None:
            await signing_keys.add(connection, self.new(now), KeyState.CURRENT, now)

    async def ensure(self, database: Database, now: datetime) -> None:
        """`ready`, unless this process has been there: a database that nobody started on gets its first key at first use."""
        if not self._opened:
            await self.ready(database, now)

    async def signs(self, connection: AsyncConnection) -> Stored:
        """The key that signs now, asked of the database each time: another process may have exchanged it."""
        found = await signing_keys.current(connection)
        assert found, "there is one from the first start on (`ensure`)"
        return found

    def seal(self, clear: str, about: str) -> str:
        """Another secret under the same seal, such as an API key. `about` is inside: it opens for nothing else."""
        header = {"alg": "dir", "enc": "A256GCM", "kid": f"secret:{about}"}
        return jwe.encrypt_compact(header, clear, self._seal, algorithms=SEALED_WITH)

    def unseal(self, sealed: str, about: str) -> str:
        """Raises ValueError when the seal is another one, or it was sealed for something else."""
        try:
            opened = jwe.decrypt_compact(sealed, self._seal, algorithms=SEALED_WITH)
        except JoseError as refused:
            raise ValueError("it does not open") from refused
        if opened.protected.get("kid") != f"secret:{about}":
            raise ValueError("it was sealed for something else")
        return (opened.plaintext or b"").decode()

    def sign(self, stored: Stored, kind: str, claims: dict[str, Any]) -> str:
        """A compact JWS of these claims. `kind`: its media type, for the header."""
        header = {"alg": ALG, "typ": kind, "kid": stored.key.kid}
        payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=True)
        return jws.serialize_compact(header, payload, self._open(stored), algorithms=SIGNED_WITH)

    def new(self, now: datetime) -> NewKey:
        kid = f"{london_date(now)}-{secrets.token_hex(4)}"
        made = OKPKey.generate_key("Ed25519", parameters={"kid": kid, "use": "sig", "alg": ALG})
        public = {
            name: str(value) for name, value in made.as_dict(private=False).items() if name != "key_ops"
        }
        return NewKey(kid=kid, public=public, sealed=self._sealed(made, kid))

    def _sealed(self, key: OKPKey, kid: str) -> str:
        header = {"alg": "dir", "enc": "A256GCM", "kid": kid}
        clear = json.dumps(key.as_dict(private=True))
        return jwe.encrypt_compact(header, clear, self._seal, algorithms=SEALED_WITH)

    def _open(self, stored: Stored) -> OKPKey:
        kid = stored.key.kid
        if kid not in self._opened:
            try:
                opened = jwe.decrypt_compact(stored.sealed, self._seal, algorithms=SEALED_WITH)
            except (JoseError, ValueError):
                raise SealDoesNotFit from None
            clear = json.loads(opened.plaintext or b"{}")
            if opened.protected.get("kid") != kid or clear.get("kid") != kid:
                raise SealDoesNotFit
            self._opened[kid] = OKPKey.import_key(clear)
        return self._opened[kid]


# --- rotation, in the transaction of whoever asks for it -----------------------------------------------------------


async def go_round(keyring: Keyring, database: Database, now: datetime) -> int:
    """Every morning: a ripe next key takes over, and in time the next one is published. How many keys changed."""
    await keyring.ensure(database, now)
    async with database.write() as connection:
        await signing_keys.turn(connection)
        keys = await signing_keys.all_of(connection)
        every = [each.key for each in keys]
        following = one(every, KeyState.NEXT)
        if following and following.is_ripe(now):
            await signing_keys.take_over(connection, keys, now)
            return 1
        if needs_next(every, now):
            await signing_keys.add(connection, keyring.new(now), KeyState.NEXT, now)
            return 1
    return 0


def key_set(keys: Iterable[Stored], now: datetime) -> dict[str, Any]:
    """The JSON Web Key Set that everybody may fetch: whatever signs, will sign, or signed what may still live."""
    return {"keys": [each.public for each in keys if each.key.is_published(now)]}
