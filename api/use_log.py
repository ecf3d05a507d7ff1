"""The use log told by machines (D): who used what, and when, by the two bodies of a grant. `use_lookup` looks it up."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from api.callers import Caller, TokenRoute
from api.invalid import Invalid
from api.problems import documented
from api.services import ServicesIn
from api.strict import parse
from domain.questions import Problem
from domain.use_log import MOST_ROWS, Flag, NoBodyToTellFor, told_as
from domain.use_rows import FIELDS, NEEDED, Trouble, check, check_grants
from store import use_log
from store.directory import OF_THE_HOUSE, Person

router = APIRouter(route_class=TokenRoute, prefix="/use-log", tags=["use log"])

MOST_KEYS, MOST_ITEMS = 40_000, 60_000  # in all: 1,000 rows of every field, and some more to be told how many
MOST_TOLD = 50
REFUSED = documented(400, 401, 403, 413, 415, 422, 503)
ROW: dict[str, Any] = {
    "type": "object",
    "required": list(NEEDED),
    "additionalProperties": False,
    "properties": {
        name: {"type": "array", "items": {"type": "string"}} if name == "items" else {"type": "string"}
        for name in FIELDS
    },
}
WHOSE: dict[str, Any] = {
    "organisation": {"type": "string", "description": "Which of your bodies, if you belong to several."}
}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


ROWS: dict[str, Any] = {"type": "array", "items": ROW, "maxItems": MOST_ROWS, "minItems": 1}
AS_OBJECT: dict[str, Any] = {"type": "object", "required": ["rows"], "additionalProperties": False, "properties": {"rows": ROWS, **WHOSE}}  # fmt: skip
BEAT: dict[str, Any] = {
    "type": "object",
    "required": ["grants"],
    "additionalProperties": False,
    "properties": {"grants": {"type": "array", "items": {"type": "string"}, "maxItems": MOST_ROWS, "minItems": 1}, **WHOSE},
}  # fmt: skip


class FlaggedOut(BaseModel):
    """A row that is stored and was no authorised use. `row`: its place in what you sent, from 1."""

    row: int
    id: str
    unauthorised_use: Flag


class StoredOut(BaseModel):
    """`stored`: new. `known`: told before, word for word, and not stored again. `flagged`: of both."""

    organisation: str
    stored: int
    known: int
    flagged: int
    flagged_rows: list[FlaggedOut]


class HeardOut(BaseModel):
    """`unknown`: grants of which you are neither side, or that nobody knows. Nothing was kept of those."""

    heard: int
    unknown: list[str]


def _bodies(caller: Caller) -> tuple[str, ...]:
    """The bodies this machine tells for: where its person holds a post of their own, and not only somebody's cover."""
    found = sorted(_of(caller))
    if not found:
        raise NoBodyToTellFor
    return tuple(found)


def _of(person: Person) -> set[str]:
    return {
        post.organisation
        for post in person.posts
        if post.organisation and not post.acting_for and post.role not in OF_THE_HOUSE
    }


Bodies = Annotated[tuple[str, ...], Depends(_bodies)]


@router.post("", responses=REFUSED | documented(409), openapi_extra=_body({"oneOf": [ROWS, AS_OBJECT]}))
async def tell_use(request: Request, bodies: Bodies, own: ServicesIn) -> StoredOut:
    """Tell of up to 1,000 uses. All are stored or none; the same row again changes nothing.

    A use of a grant that is unknown, or was not in use then, is stored and flagged `unauthorised_use`, and somebody is
    asked to find out why. Rows hold no payload, and no number or address that says who somebody is.
    """
    told, organisation = await _told(request, "rows", bodies)
    now = own.clock()
    uses, troubles = check(told, now)
    if troubles:
        raise Invalid(tuple(_problem(each) for each in troubles[:MOST_TOLD]))
    async with own.database.write() as connection:
        found = await use_log.keep(connection, organisation, uses, now)
    return StoredOut(
        organisation=organisation,
        stored=found.stored,
        known=found.known,
        flagged=len(found.flagged),
        flagged_rows=[
            FlaggedOut(row=each.row, id=each.id, unauthorised_use=told_as(each.flag))
            for each in found.flagged
        ],
    )


@router.post("/heartbeat", responses=REFUSED, openapi_extra=_body(BEAT))
async def beat(request: Request, bodies: Bodies, own: ServicesIn) -> HeardOut:
    """We are logging, and nothing happened: without rows or this, a grant that is used record by record falls silent."""
    told, organisation = await _told(request, "grants", bodies)
    grants, troubles = check_grants(told)
    if troubles:
        raise Invalid(tuple(_problem(each) for each in troubles[:MOST_TOLD]))
    async with own.database.write() as connection:
        known = await use_log.known(connection, grants)
        mine = [each for each in grants if each in known and known[each].is_of(organisation)]
        await use_log.heard(connection, dict.fromkeys(mine), own.clock())
    return HeardOut(heard=len(mine), unknown=[each for each in grants if each not in mine])


# --- reading what was sent ---------------------------------------------------------------------------------------------


async def _told(request: Request, name: str, bodies: tuple[str, ...]) -> tuple[list[Any], str]:
    """The list out of '[...]' or '{"rows": [...], "organisation": "..."}', and whose it is."""
    sent = parse(await request.body() or b"null", most_keys=MOST_KEYS, most_items=MOST_ITEMS)
    whose: Any = None
    if isinstance(sent, dict):
        members = cast("dict[str, Any]", sent)
        whose = members.pop("organisation", None)
        sent = members.pop(name, None)
        if members:
            raise Invalid(
                (Problem("body", f"Send only {name} and, if you belong to several bodies, organisation."),)
            )
    if not isinstance(sent, list) or not sent:
        raise Invalid((Problem(name, f"Send a list of 1 to {MOST_ROWS:,} {name}."),))
    found = cast("list[Any]", sent)
    if len(found) > MOST_ROWS:
        raise Invalid((Problem(name, f"Send at most {MOST_ROWS:,} {name} in one call. There are {len(found):,}, and nothing was stored."),))  # fmt: skip
    return found, _whose(whose, bodies)


def _whose(told: object, bodies: tuple[str, ...]) -> str:
    if told is None and len(bodies) == 1:
        return bodies[0]
    if isinstance(told, str) and told in bodies:
        return told
    raise Invalid((Problem("organisation", f"Send which of your bodies this is for: {', '.join(bodies)}."),))


def _problem(trouble: Trouble) -> Problem:
    where = f"rows.{trouble.row}.{trouble.field}" if trouble.field else f"rows.{trouble.row}"
    if trouble.field == "grants":
        where = f"grants.{trouble.row}"
    return Problem(where, f"{trouble.named}: {trouble.sentence}")
