"""Grants over the API (P3): the key set and status lists for the world, grants for their parties, tokens for the team that
receives the data, and a check of any token for whoever was shown one.
"""

import json
import re
from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from activities.grant_keys import key_set
from activities.grant_tokens import LIST_KEPT, LIST_TYPE, packed, status_list, token
from api.callers import Caller, CommandId, TokenRoute
from api.grant_json import (
    GrantList,
    GrantWithVersions,
    TokenOut,
    Verified,
    VerifyIn,
    grant_out,
    receipt_out,
    version_out,
)
from api.grant_verifier import verify
from api.paging import After, cursor, read_place
from api.problems import Missing, ProblemRoute, documented
from api.receipts import V1
from api.register import UNCHANGED, kept_bytes
from api.services import Services, ServicesIn
from domain.grant_claims import (
    LIST,
    GrantTokenIsOver,
    NoSuchGrant,
    NotYourGrant,
    expires,
    list_uri,
    may_have_token,
)
from domain.people import Role
from domain.refusals import SameCommandOtherBody
from store import grant_tokens, signing_keys
from store.directory import Person
from store.grant_receipts import receipts

router = APIRouter(route_class=TokenRoute, prefix="/grants", tags=["grants"])
open_router = APIRouter(route_class=ProblemRoute, prefix="/grants", tags=["grants"])
well_known = APIRouter(route_class=ProblemRoute, prefix="/.well-known", tags=["grants"])

KEYS_KEPT = 300  # seconds
MOST_LISTS = 20_000  # that a database's numbers are enough for
NO_LIST = "There is no such status list yet. The address of the right one is in each token, in status."
GETS_TOKENS = (Role.REQUESTER, Role.RISK_OWNER)
LIST_MEDIA = f"application/{LIST_TYPE}"


def _a_grant(grant: str) -> str:
    """Anything else than the id of a grant is not there."""
    if not re.fullmatch(r"GR[A-Za-z0-9-]{1,38}", grant):
        raise NoSuchGrant
    return grant


GrantId = Annotated[str, Depends(_a_grant)]


class KeySet(Response):
    media_type = "application/jwk-set+json"


class StatusList(Response):
    media_type = LIST_MEDIA


# --- for everybody -------------------------------------------------------------------------------------------------


KEY_SET: dict[int | str, dict[str, Any]] = {
    200: {"content": {KeySet.media_type: {"schema": {"type": "object", "required": ["keys"]}}}}
}


@well_known.get("/jwks.json", response_class=KeySet, responses={**KEY_SET, **UNCHANGED, **documented(503)})
async def read_keys(request: Request, own: ServicesIn) -> Response:
    """The keys that tokens and status lists are signed with (RFC 7517): with the next one, and those of tokens that live."""
    now = own.clock()
    await own.keyring.ensure(own.database, now)
    async with own.database.read() as connection:
        keys = await signing_keys.all_of(connection)
    body = json.dumps(key_set(keys, now), separators=(",", ":")).encode()
    return kept_bytes(request, body, KEYS_KEPT, "application/jwk-set+json")


@open_router.get(
    "/status/{which}", response_class=StatusList, responses={**UNCHANGED, **documented(404, 503)}
)
async def read_status_list(request: Request, which: str, own: ServicesIn) -> Response:
    """Which versions of grants hold, two bits each: 0 valid, 1 invalid, 2 suspended, 3 narrowed (ask for a new token)."""
    now = own.clock()
    number = _list_number(which)
    await own.keyring.ensure(own.database, now)
    async with own.database.read() as connection:
        if not await grant_tokens.list_exists(connection, number):
            raise Missing("NoSuchStatusList", NO_LIST)
        found = await grant_tokens.numbers(connection, number)
        key = await own.keyring.signs(connection)
    # The same content of the same minute is the same answer, although it says when it was made.
    kept = int(LIST_KEPT.total_seconds())
    lst = packed(found)
    told = f"{lst} {key.key.kid} {int(now.timestamp()) // kept}"
    headers = {
        "Cache-Control": f"public, max-age={kept}",
        "ETag": f'W/"{sha256(told.encode()).hexdigest()[:32]}"',
        "Access-Control-Allow-Origin": "*",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = status_list(own.keyring, key, number, lst, own.site.public_url, now)
    return StatusList(body, headers=headers)


def _list_number(which: str) -> int:
    """Raises `Missing` for what is no number of a list."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,4}", which) or int(which) > MOST_LISTS:
        raise Missing("NoSuchStatusList", NO_LIST)
    return int(which)


@open_router.post("/verify", responses=documented(400, 413, 415, 422, 503))
async def verify_token(told: VerifyIn, own: ServicesIn) -> Verified:
    """Whether a token holds now, and why not. `docs/verifier.md` has the same check to be done without asking us."""
    now = own.clock()
    await own.keyring.ensure(own.database, now)
    place = _place_of(told.token, own.site.public_url)
    async with own.database.read() as connection:
        keys = await signing_keys.all_of(connection)
        key = await own.keyring.signs(connection)
        found = await grant_tokens.status_of(connection, place) if place else {}
    which = (place - 1) // LIST if place else 0
    listed = status_list(own.keyring, key, which, packed(found), own.site.public_url, now) if place else None
    result = verify(
        told.token,
        key_set(keys, now),
        issuer=own.site.public_url,
        audience=told.audience,
        now=now.timestamp(),
        status_list=listed,
        item=told.item,
        purpose=told.purpose,
    )
    return Verified(
        valid=result.valid,
        reason=result.reason,
        sentence=result.sentence,
        claims=result.claims if result.valid else None,
    )


def _place_of(shown: str, public_url: str) -> int | None:
    """The number that a token claims in our lists, before anything of it is believed; None for any other claim."""
    try:
        part = shown.split(".")[1]
        claimed: Any = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        place: Any = claimed["status"]["status_list"]
        which, index = place["uri"].rpartition("/")[2], place["idx"]
        number = _list_number(which)
        if place["uri"] != list_uri(public_url, number) or type(index) is not int or not 0 <= index < LIST:
            return None
        return number * LIST + index + 1
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError, Missing):
        return None


# --- for the parties -----------------------------------------------------------------------------------------------


@router.get("", responses=documented(401, 422, 503))
async def list_grants(caller: Caller, own: ServicesIn, after: After = None) -> GrantList:
    """The grants of cases you may see, newest first."""
    begin = read_place(after)
    async with own.database.read() as connection:
        rows = await grant_tokens.of_person(connection, caller, after=begin)
    shown = rows[: grant_tokens.PAGE]
    last = shown[-1] if len(rows) > len(shown) else None
    return GrantList(
        grants=[grant_out(each, own.site.public_url) for each in shown],
        next=f"{V1}/grants?after={cursor(last.issued_at, last.id)}" if last else None,
    )


@router.get("/{grant}", responses=documented(401, 404, 503))
async def read_grant(grant: GrantId, caller: Caller, own: ServicesIn) -> GrantWithVersions:
    """One grant: how it stands, what each version covers, where its status is listed, and what was pushed and arrived."""
    async with own.database.read() as connection:
        row = await grant_tokens.one_of_person(connection, caller, grant)
        if row is None:
            raise NoSuchGrant
        versions = await grant_tokens.versions_of(connection, grant)
        pushed = await receipts(connection, row.ref)
    url = own.site.public_url
    return GrantWithVersions(
        **grant_out(row, url).model_dump(),
        versions=[version_out(each, url) for each in versions],
        pushed=[receipt_out(each) for each in pushed],
    )


@router.post("/{grant}/token", responses=documented(401, 403, 404, 409, 413, 415, 422, 503))
async def get_token(grant: GrantId, caller: Caller, command: CommandId, own: ServicesIn) -> TokenOut:
    """A token of an active grant, for 12 hours at most and never past the end of the share. Ask again before it ends."""
    return await _given(own, caller, grant, command)


async def _given(own: Services, caller: Person, grant: str, command: str) -> TokenOut:
    """I4: the state is read in the transaction that keeps which token was given, and nobody changes it meanwhile."""
    now = own.clock().replace(microsecond=0)
    await own.keyring.ensure(own.database, now)
    async with own.database.write() as connection:
        row = await grant_tokens.one_of_person(connection, caller, grant)
        if row is None:
            raise NoSuchGrant
        if not any(each.role in GETS_TOKENS and each.team == row.receiving_team for each in caller.posts):
            raise NotYourGrant
        facts = await grant_tokens.facts(connection, grant)
        may_have_token(facts, now)
        key = await own.keyring.signs(connection)
        tail = sha256(command.encode()).hexdigest()[:16]
        issued_at, expires_at = now, expires(facts, now)
        before = await grant_tokens.given_for(connection, command)
        if before is None:
            fresh = {
                "jti": f"{grant}.{facts.version}.{tail}",
                "grant": grant,
                "version": facts.version,
                "kid": key.key.kid,
                "command": command,
                "issued_at": issued_at,
                "expires_at": expires_at,
                "by": caller.id,
            }
            await grant_tokens.keep(connection, fresh)
        elif before.grant != grant:
            raise SameCommandOtherBody
        elif (before.version, before.kid) != (facts.version, key.key.kid) or before.expires_at <= now:
            raise GrantTokenIsOver
        else:
            issued_at, expires_at = before.issued_at, min(before.expires_at, expires_at)
    made = token(
        own.keyring,
        key,
        facts,
        own.site.public_url,
        issued_at=issued_at,
        expires_at=expires_at,
        tail=tail,
    )
    return TokenOut(token=made, expires_at=expires_at, grant=grant, version=facts.version)
