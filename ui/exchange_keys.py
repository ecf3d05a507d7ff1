"""The keys that tokens of grants are signed with: what is published, for everybody; exchanging them, for operators (P3)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.key_acts import KeyActs, a_key
from api.services import Services, ServicesIn
from domain.governance import TABLE
from domain.signing_keys import AFTER, BEFORE, EVERY, KeyState, SigningKey, one
from store import commands, signing_keys
from store.directory import Person
from ui.forms import COMMAND
from ui.owners_act import Form, draw, take
from ui.session import MaybeMe, Me, PagesIn
from ui.views import Tag
from ui.when import moment

router = APIRouter(include_in_schema=False)

HERE = "/exchange/keys"
CAPTION = "Signing keys"
STATES = {
    KeyState.NEXT: Tag(text="Next", colour="blue"),
    KeyState.CURRENT: Tag(text="Signs now", colour="green"),
    KeyState.RETIRED: Tag(text="Retired", colour="grey"),
    KeyState.REVOKED: Tag(text="Revoked", colour="red"),
}
DONE = {
    "rotate_key": "Done. The list says which key signs now, and which one is next.",
    "revoke_key": "Revoked. Nothing that this key signed is taken any more; whoever holds such a token asks for a new one.",
}


@router.get(HERE)
async def keys_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    await services.keyring.ensure(services.database, now)
    async with services.database.read() as connection:
        keys = [each.key for each in await signing_keys.all_of(connection)]
        live = await signing_keys.live_tokens(connection, now)
        banner = await _banner(connection, me, request.query_params.get("command", ""))
    keeps = me is not None and bool(me.roles.intersection(TABLE["rotate_key"]))
    return pages.page(
        request,
        "exchange_keys.html",
        me,
        keys=[_view(each, live.get(each.kid, 0), now) for each in keys if each.is_published(now)],
        gone=[_view(each, 0, now) for each in keys if not each.is_published(now)],
        keeps=keeps,
        can_rotate=(following := one(keys, KeyState.NEXT)) is None or following.is_ripe(now),
        address=f"{services.site.public_url}/.well-known/jwks.json",
        every=EVERY.days,
        before=int(BEFORE.total_seconds() // 3600),
        after=int(AFTER.total_seconds() // 3600),
        banner=banner,
    )


@router.get(HERE + "/rotate")
async def rotate_page(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return draw(request, pages, me, await _rotating(services), {})


@router.post(HERE + "/rotate")
async def rotate(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> object:
        return await _acts(services).rotate(me, command=command, via="web")

    return await take(request, pages, me, await _rotating(services), act)


@router.get(HERE + "/{kid}/revoke")
async def revoke_page(request: Request, kid: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    async with services.database.read() as connection:
        key = a_key(await signing_keys.all_of(connection), kid, now).key
        live = (await signing_keys.live_tokens(connection, now)).get(kid, 0)
    return draw(request, pages, me, _revoking(kid, key, live), {})


@router.post(HERE + "/{kid}/revoke")
async def revoke(request: Request, kid: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    async def act(raw: Mapping[str, Any], command: str) -> object:
        return await _acts(services).revoke(me, kid, command=command, via="web")

    return await take(request, pages, me, _revoking(kid, None, 0), act)


def _acts(services: Services) -> KeyActs:
    return KeyActs(services.database, services.clock, services.keyring)


async def _rotating(services: Services) -> Form:
    async with services.database.read() as connection:
        keys = [each.key for each in await signing_keys.all_of(connection)]
    following = one(keys, KeyState.NEXT)
    if following is None:
        lead = (
            "A new key is made and published now. It may sign from tomorrow at this time, when everybody who keeps the "
            "list of keys has it, and takes over on the first working morning after that."
        )
        title, button = "Publish the next signing key", "Publish it"
    elif not following.is_ripe(services.clock()):
        lead = (
            f"The next key is published already and may sign from {moment(following.signs_from)}. It takes over by "
            "itself on the first working morning after that."
        )
        title, button = "Let the next key sign", "Let it sign from now on"
    else:
        lead = (
            f"The key {following.kid} signs from now on. The one before stays published until everything it signed is "
            "over, so nobody has to do anything."
        )
        title, button = "Let the next key sign", "Let it sign from now on"
    return Form(title=title, button=button, here=f"{HERE}/rotate", back=HERE, caption=CAPTION, lead=lead)


def _revoking(kid: str, key: SigningKey | None, live: int) -> Form:
    lead = (
        "Do this where somebody else may have the key. It goes out of the list at once, and another key signs at once. "
        "To exchange keys in the usual way, let the next one take over instead."
    )
    lost = f"{live} tokens that hold now were" if live != 1 else "1 token that holds now was"
    warning = (
        f"What this key signed is worth nothing from now on: {lost} signed with it. Systems that keep the list of keys "
        "notice within 5 minutes. This cannot be undone."
    )
    return Form(
        title=f"Revoke the key {kid}",
        button="Revoke this key",
        here=f"{HERE}/{kid}/revoke",
        back=HERE,
        caption=CAPTION,
        lead=lead,
        warning=warning if key else "This cannot be undone.",
    )


def _view(key: SigningKey, live: int, now: datetime) -> dict[str, Any]:
    return {
        "kid": key.kid,
        "tag": STATES[key.state],
        "since": _since(key, now),
        "until": f"Published until {moment(key.gone_at)}" if key.state is KeyState.RETIRED else "",
        "gone": key.gone_at,
        "live": live,
    }


def _since(key: SigningKey, now: datetime) -> str:
    if key.state is KeyState.NEXT:
        told = "May sign since" if key.is_ripe(now) else "May sign from"
        return f"Published since {moment(key.made_at)}. {told} {moment(key.signs_from)}"
    if key.state is KeyState.CURRENT:
        return f"Signs since {moment(key.signs_from)}"
    return f"Signed until {moment(key.retired_at)}" if key.retired_at else f"Made on {moment(key.made_at)}"


async def _banner(connection: AsyncConnection, me: Person | None, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    if row is None or me is None or row.actor != me.id or row.ref != KeyActs.kept_under:
        return None
    return {"kind": "success", "text": DONE[row.act]}
