"""Tokens of one's own programs (S6): made, replaced and revoked. A token is shown once, on a page nobody keeps."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from api.invalid import Invalid
from api.services import Services, ServicesIn
from api.ways_in import own_token
from domain import token_forms as forms
from domain.questions import Problem
from domain.refusals import Refusal
from domain.scopes import MOST, OVERLAP, TokenIsOver
from store import tokens
from store.directory import Person
from store.tokens import Token
from ui.forms import COMMAND, read
from ui.own_acts import banner, edge, tokens_of, warnings
from ui.owners_act import NOT_COMPLETE, Form, draw, take
from ui.session import Me, PagesIn, to

router = APIRouter(include_in_schema=False)

HERE = "/settings/tokens"
MAKING = Form(
    title="Make an API token",
    button="Make the token",
    here=HERE + "/new",
    back=HERE,
    caption="API tokens",
    questions=forms.MAKE,
    lead="A program of yours that has it acts as you, within what you select. The token is shown once, on the next page.",
)


@router.get(HERE)
async def mine(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        rows = await tokens_of(connection, me.id, services.clock())
        told = await banner(connection, me, request.query_params.get("command", ""))
    return pages.page(
        request, "tokens.html", me, rows=rows, warnings=warnings(rows), banner=told, most=MOST,
        works=sum(row["live"] for row in rows),
    )  # fmt: skip


@router.get(HERE + "/new")
async def new_page(request: Request, me: Me, pages: PagesIn) -> Response:
    return draw(request, pages, me, MAKING, forms.BEFORE)


@router.post(HERE + "/new")
async def new(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> str:
        return await edge(services).make_token(me, raw, command=command, via="web")

    return await _shown_once(request, pages, me, MAKING, act)


@router.get(HERE + "/{token}/rotate")
async def rotate_page(request: Request, token: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    found, form = await _rotating(services, me, token)
    async with services.database.read() as connection:
        if not found.is_live(services.clock()) or await tokens.is_replaced(connection, token):
            raise TokenIsOver
    return draw(request, pages, me, form, {})


@router.post(HERE + "/{token}/rotate")
async def rotate(request: Request, token: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    _, form = await _rotating(services, me, token)

    async def act(raw: Mapping[str, Any], command: str) -> str:
        return await edge(services).rotate_token(me, token, command=command, via="web")

    return await _shown_once(request, pages, me, form, act)


@router.get(HERE + "/{token}/revoke")
async def revoke_page(request: Request, token: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return draw(request, pages, me, await _revoking(services, me, token), {})


@router.post(HERE + "/{token}/revoke")
async def revoke(request: Request, token: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> None:
        await edge(services).revoke_token(me, token, command=command, via="web")

    return await take(request, pages, me, await _revoking(services, me, token), act)


# --- what is shown -------------------------------------------------------------------------------------------------


async def _shown_once(request: Request, pages: PagesIn, me: Person, form: Form, act: Any) -> Response:
    """The act's token on a page of its own; the same form again with why not; the list where it was shown before."""
    typed = await read(request)
    raw = typed.answers(form.questions)
    command = typed.matching("command", COMMAND)
    if not command:
        return draw(request, pages, me, form, raw, problems=(Problem("", NOT_COMPLETE),), status=422)
    try:
        token = await act(raw, command)
    except Invalid as invalid:
        return draw(request, pages, me, form, raw, problems=invalid.problems, status=422, command=command)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        wrong = (Problem("", refusal.message),)
        return draw(request, pages, me, form, raw, problems=wrong, status=refusal.status)
    if not token:
        return to(f"{form.back}?command={command}")
    return pages.page(
        request, "token_shown.html", me, token=token, replaced=form is not MAKING, hours=OVERLAP
    )


async def _rotating(services: Services, me: Person, token: str) -> tuple[Token, Form]:
    async with services.database.read() as connection:
        found = await own_token(connection, me, token)
    return found, Form(
        title=f"Replace “{found.label}”",
        button="Replace it",
        here=f"{HERE}/{token}/rotate",
        back=HERE,
        caption="API tokens",
        lead=f"You get another token for the same, for as many days again. The one you have works for {OVERLAP} hours more, so "
        "that you can put the new one in its place without a gap.",
    )


async def _revoking(services: Services, me: Person, token: str) -> Form:
    async with services.database.read() as connection:
        found = await own_token(connection, me, token)
    return Form(
        title=f"Revoke “{found.label}”",
        button="Revoke it",
        here=f"{HERE}/{token}/revoke",
        back=HERE,
        caption="API tokens",
        warning="Whatever uses this token stops at once, and it cannot be undone.",
    )
