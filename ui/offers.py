"""A request that an officer prepares for another team: handed over by a link that works once (§8)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.services import ServicesIn
from domain import form_paths
from domain.people import Role
from domain.questions import Choice, Problem, Question
from domain.refusals import NoSuchCase
from domain.working_days import london_date
from store import commands, directory, drafts, offers
from store.directory import Person
from ui import request_view
from ui.forms import COMMAND, FormView, read
from ui.open_draft import Draft, must_prepare, open_draft
from ui.session import Me, Pages, PagesIn, Ref, new_command, to

router = APIRouter(include_in_schema=False)

ASK = "Select the team that is to take the request over"
SHOWN = "This link was made already, and it is shown only once. Make a new one if you did not keep it."


@router.get("/requests/{ref}/hand-over")
async def choose_team(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        draft = await _mine(connection, me, ref, services.clock())
        teams = await directory.teams_holding(connection, Role.REQUESTER, me.day)
        offered = await offers.open_for(connection, ref, services.clock())
    return _draw_choice(request, me, pages, draft, teams, "", (), offered=offered)


@router.post("/requests/{ref}/hand-over")
async def hand_over(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """Make the link and show it, this once. A repeat makes no second one."""
    typed = await read(request)
    now, code, team = services.clock(), offers.new_code(), typed.one("team")
    async with services.database.write() as connection:
        draft = await _mine(connection, me, ref, now)
        teams = {each.id: each for each in await directory.teams_holding(connection, Role.REQUESTER, me.day)}
        if team not in teams:
            problem = Problem("team", ASK)
            return _draw_choice(request, me, pages, draft, list(teams.values()), team, (problem,), status=422)
        told = commands.Received(
            id=typed.matching("command", COMMAND) or new_command(), ref=ref, act="offer_draft", actor=me.id, via="web",
            body={"team": team}, seen=None, received_at=now,
        )  # fmt: skip
        if repeated := await commands.is_repeat(connection, told):
            code = ""
        else:
            await offers.make(connection, code, ref=ref, team=team, by=me.id, at=now)
            await commands.keep(connection, told, now, state=commands.APPLIED)
    link = f"{services.site.public_url.rstrip('/')}/requests/claim/{code}"
    return pages.page(
        request, "request_offered.html", me, status=409 if repeated else 200, draft=draft, team=teams[team],
        link="" if repeated else link, sentence=SHOWN, until=now + offers.LASTS,
    )  # fmt: skip


@router.get("/requests/claim/{code}")
async def look(request: Request, code: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        row = await _offer(connection, me, code)
        if row.author == me.id and row.claimed_by in ("", me.id) and not row.submitted:
            return to(f"/requests/{row.ref}")
        if why := offers.why_over(row, services.clock()):
            return pages.page(request, "request_claim_over.html", me, status=410, sentence=why)
        offered = await request_view.choices(connection, me, row.answers, london_date(services.clock()))
        teams = {each.id: each for each in await directory.team_names(connection)}
    rows = request_view.review("", row.answers, offered, ())
    return pages.page(
        request, "request_claim.html", me, code=code, offer=row, team=teams[row.team], command=new_command(),
        rows=[each for each in rows if each.values and each.id not in ("team", "risk_owner")],
    )  # fmt: skip


@router.post("/requests/claim/{code}")
async def claim(request: Request, code: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """The draft becomes theirs, and nobody else's. Only somebody who asks for data for that team can take it."""
    typed = await read(request)
    now = services.clock()
    async with services.database.write() as connection:
        row = await _offer(connection, me, code)
        told = commands.Received(
            id=typed.matching("command", COMMAND) or new_command(), ref=row.ref, act="claim_draft", actor=me.id,
            via="web", body={}, seen=None, received_at=now,
        )  # fmt: skip
        if not await commands.is_repeat(connection, told):
            if why := offers.why_over(row, now):
                return pages.page(request, "request_claim_over.html", me, status=410, sentence=why)
            if not await offers.claim(connection, code, me.id, now):
                raise NoSuchCase
            owners = {owner for _, owner, _ in await directory.risk_owners(connection, [row.team], me.day)}
            answers = _for_team(row.answers, row.team, owners)
            await drafts.give(connection, row.ref, me.id, answers, now)
            await commands.keep(connection, told, now, state=commands.APPLIED)
    return to(f"/requests/{row.ref}")


async def _mine(connection: AsyncConnection, me: Person, ref: str, now: datetime) -> Draft:
    """A draft of this person's that has never been sent. Raises `NoSuchCase`."""
    must_prepare(me)
    draft = await open_draft(connection, me, ref, now)
    held = await drafts.get(connection, ref, me.id)
    if draft.version is not None or held is None or held.submitted:
        raise NoSuchCase
    return draft


async def _offer(connection: AsyncConnection, me: Person, code: str) -> Any:
    """The offer, for somebody who asks for data for its team. Raises `NoSuchCase` for everybody else alike."""
    row = await offers.get(connection, code)
    if row is None or row.team not in me.teams(Role.REQUESTER):
        raise NoSuchCase
    return row


def _for_team(answers: Mapping[str, Any], team: str, owners: set[str]) -> dict[str, Any]:
    """The answers as the new team begins with them: its own name, and a risk owner only if it is one of its own."""
    owner = answers.get("risk_owner")
    found = {**answers, "team": team, "risk_owner": owner if owner in owners else ""}
    return form_paths.typed_over(answers, found)


def _draw_choice(
    request: Request,
    me: Person,
    pages: Pages,
    draft: Draft,
    teams: Any,
    chosen: str,
    problems: tuple[Problem, ...],
    *,
    offered: Any = None,
    status: int = 200,
) -> Response:
    question = Question(
        id="team",
        label="Which team is to take it over?",
        kind="choice",
        ask=ASK,
        hint="Only somebody who asks for data for that team can open the link.",
        choices=tuple(Choice(value=each.id, label=each.label) for each in teams),
    )
    form = FormView(questions=(question,), typed={"team": chosen}, problems=problems)
    return pages.page(
        request, "request_hand_over.html", me, status=status, draft=draft, form=form, command=new_command(),
        offered=offered,
    )  # fmt: skip
