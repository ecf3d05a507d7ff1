"""Who can sign in with which account, for operators: invite somebody, forget an account (S6)."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from api.invitations import ACCOUNTS, AccountActs, Invited
from api.owners import a_person, keeps
from api.services import Services, ServicesIn
from domain.refusals import Refusal
from domain.working_days import london_date
from store import commands, identities
from store import names as names_of
from store.directory import Person
from ui.forms import COMMAND, read
from ui.session import Me, PagesIn, case_ref, new_command, to

router = APIRouter(include_in_schema=False)

MOST = 100  # people on a page; more are found by name
LONGEST = 80
FORGOTTEN = (
    "The account is forgotten, and the sessions with it are over. Invite them if they are to sign in again."
)


@router.get("/accounts")
async def accounts(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    keeps(me)
    asked = request.query_params.get("q", "").strip()
    if len(asked) > LONGEST or not asked.isprintable():
        raise HTTPException(422)
    now = services.clock()
    async with services.database.read() as connection:
        rows = await identities.people_and_accounts(connection, asked, now, london_date(now), MOST + 1)
    return pages.page(request, "accounts.html", me, asked=asked, rows=rows[:MOST], more=len(rows) > MOST)


@router.get("/people/{person}/invite")
async def invite_page(
    request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    told = None
    case_ref(person)
    async with services.database.read() as connection:
        await a_person(connection, person)
        keeps(me)
        command = request.query_params.get("command", "")
        row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    if row is not None and row.actor == me.id and row.ref == ACCOUNTS and row.act == "forget_account":
        told = {"kind": "success", "text": FORGOTTEN}
    return await _draw(request, pages, services, me, person, banner=told)


@router.post("/people/{person}/invite")
async def invite(request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """The answer is the page with the link: it is shown once, so there is no address to come back to."""
    case_ref(person)
    command = (await read(request)).matching("command", COMMAND)
    try:
        if not command:
            raise HTTPException(422)
        made = await AccountActs(services.database, services.clock).invite(
            me, person, command=command, via="web"
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return await _draw(
            request, pages, services, me, person, problem=refusal.message, status=refusal.status
        )
    return await _draw(request, pages, services, me, person, made=made)


@router.post("/people/{person}/forget-account")
async def forget(request: Request, person: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    case_ref(person)
    command = (await read(request)).matching("command", COMMAND)
    try:
        if not command:
            raise HTTPException(422)
        await AccountActs(services.database, services.clock).forget(me, person, command=command, via="web")
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return await _draw(
            request, pages, services, me, person, problem=refusal.message, status=refusal.status
        )
    return to(f"/people/{person}/invite?command={command}")


async def _draw(
    request: Request,
    pages: PagesIn,
    services: Services,
    me: Person,
    whom: str,
    *,
    made: Invited | None = None,
    banner: dict[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    now = services.clock()
    async with services.database.read() as connection:
        found = await a_person(connection, whom)
        account = await identities.account_of(connection, whom)
        until: datetime | None = await identities.open_invitation(connection, whom, now)
        by = await names_of.people_names(connection, {account.linked_by} if account else set())
    context: dict[str, Any] = {
        "person": found,
        "account": account,
        "invited_by": by.get(account.linked_by, "the command line") if account else "",
        "until": until,
        "made": made,
        "link": f"{services.site.public_url}/sign-in/invitation/{made.code}" if made and made.code else "",
        "banner": banner,
        "summary": [{"href": "#act", "text": problem}] if problem else [],
        "command": new_command(),
    }
    return pages.page(request, "account_of_person.html", me, status=status, **context)
