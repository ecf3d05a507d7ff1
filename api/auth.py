"""Who is asking: a person with a session cookie (pages) or a bearer token (machines). Both are stored as hashes.

The cookie is read, given and taken away here and nowhere else, because its name depends on the site: over https
`__Host-` binds it to this one host, which no browser allows over http on a developer's own computer.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.services import Site, services
from domain import sessions as rules
from domain.scopes import EVERYTHING, USUAL, Scope
from domain.working_days import london_date
from store import directory, sessions, tokens
from store.directory import Person
from store.sessions import Session
from store.tokens import Token

COOKIE, SAFE_COOKIE = "sharecase_session", "__Host-sharecase"
MOST_CHARACTERS = 200  # of a token that is looked at: ours have 47


def hashed(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


# --- the cookie ----------------------------------------------------------------------------------------------------


def _is_https(site: Site) -> bool:
    return site.public_url.startswith("https://")


def cookie_name(site: Site) -> str:
    return SAFE_COOKIE if _is_https(site) else COOKIE


def cookie_of(request: Request) -> str:
    """The token this browser carries, '' for none. It may be over, or made up."""
    token = request.cookies.get(cookie_name(services(request).site), "")
    return token if len(token) <= MOST_CHARACTERS else ""


def give_cookie(response: Response, site: Site, token: str) -> None:
    """It ends with the browser, is kept from scripts, and comes along from another site only when a link is followed."""
    response.set_cookie(
        cookie_name(site), token, httponly=True, samesite="lax", secure=_is_https(site), path="/"
    )


def take_cookie(response: Response, site: Site) -> None:
    response.delete_cookie(cookie_name(site), path="/", httponly=True, samesite="lax", secure=_is_https(site))


# --- sessions ------------------------------------------------------------------------------------------------------


async def sign_in(
    connection: AsyncConnection,
    request: Request,
    person: str,
    now: datetime,
    *,
    how: str = "dev",
    issuer: str = "",
) -> str:
    """A new session for whoever sits at this browser; its token is for `give_cookie`.

    The session with which the browser came is over, whoever's it was, so that nobody can plant one; and so is every
    session that ran out.
    """
    await sessions.end(connection, hashed(cookie_of(request)))
    await sessions.sweep(connection, now)
    device = rules.device(request.headers.get("user-agent", ""))
    return await open_session(connection, person, now, how=how, issuer=issuer, device=device)


async def open_session(
    connection: AsyncConnection,
    person: str,
    now: datetime,
    *,
    how: str = "dev",
    issuer: str = "",
    device: str = "",
) -> str:
    """A new session for this person; returns the token for the cookie, which is stored only as a hash.

    `how`: dev or oidc. `device`: what its owner's list calls it, such as 'Firefox on Linux'.
    """
    token = secrets.token_urlsafe(32)
    made = Session(
        id=secrets.token_hex(8), person=person, how=how, device=device, created_at=now, seen_at=now
    )
    await sessions.add(connection, hashed(token), made, issuer=issuer)
    return token


async def close_session(connection: AsyncConnection, token: str) -> None:
    await sessions.end(connection, hashed(token))


async def session_of(connection: AsyncConnection, request: Request, now: datetime) -> Session | None:
    """The session this browser is in, or None when it has none that holds."""
    token = cookie_of(request)
    found = await sessions.get(connection, hashed(token)) if token else None
    return found if found and rules.is_live(found.created_at, found.seen_at, now) else None


async def session_person(connection: AsyncConnection, request: Request, now: datetime) -> Person | None:
    """The signed-in person, or None when there is no live session, or they have left."""
    session = await session_of(connection, request, now)
    return await directory.person(connection, session.person, london_date(now)) if session else None


async def touch_session(connection: AsyncConnection, token: str, now: datetime) -> None:
    await sessions.seen(connection, hashed(token), now)


async def end_everything(connection: AsyncConnection, person: str, now: datetime) -> None:
    """Whatever this person, or a machine of theirs, could still come in by is over at once."""
    await sessions.end_all(connection, person)
    await tokens.revoke_all(connection, person, now)


# --- tokens of machines --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine that acts for a person, within what its token is for."""

    person: Person
    token: Token


async def issue_token(
    connection: AsyncConnection,
    person: str,
    label: str,
    now: datetime,
    lifetime: timedelta = timedelta(days=USUAL),
    scopes: Sequence[Scope] = EVERYTHING,
    *,
    replaces: str = "",
) -> str:
    """A bearer token for a machine acting for this person, for what `scopes` say. Shown once."""
    token = f"sct_{secrets.token_urlsafe(32)}"
    made = Token(
        id=secrets.token_hex(8),
        person=person,
        label=label,
        scopes=tuple(scopes),
        created_at=now,
        expires_at=now + lifetime,
        replaces=replaces,
    )
    await tokens.add(connection, hashed(token), made)
    return token


async def machine(connection: AsyncConnection, authorization: str, now: datetime) -> Machine | None:
    """Whose machine calls, by the Authorization header; None for no token, one that is over, or a person who left."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > MOST_CHARACTERS:
        return None
    found = await tokens.by_hash(connection, hashed(token.strip()))
    if found is None or not found.is_live(now):
        return None
    person = await directory.person(connection, found.person, london_date(now))
    return Machine(person=person, token=found) if person else None
