"""Webhooks (§9): where the machines of a body are told, what was sent there and what became of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy import Row

from api.services import Services, ServicesIn
from api.webhook_acts import Shown, WebhookActs, an_endpoint, keeps, may_add
from api.webhooks import EndpointId, a_name
from domain import webhook_rules as rules
from domain.people import Role
from domain.webhook_rules import Sending
from store import commands, posts
from store import webhook_endpoints as endpoints
from store.directory import Person
from ui.forms import COMMAND
from ui.owners_act import Form, draw, take
from ui.session import Me, Pages, PagesIn, new_command
from ui.webhooks_view import DONE, HERE, SENDINGS, adding, endpoint_view, form_of, message_view

router = APIRouter(include_in_schema=False)

Act = Callable[[WebhookActs, Mapping[str, Any], str], Awaitable[Any]]


@router.get(HERE)
async def my_endpoints(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    mine = keeps(me)
    async with services.database.read() as connection:
        found = await endpoints.listed(connection, None if mine is None else sorted(mine))
        counts = await endpoints.counts(connection, [each.id for each in found])
        bodies = await posts.bodies(connection, mine)
    return pages.page(
        request,
        "webhooks.html",
        me,
        endpoints=[endpoint_view(each, counts) for each in found],
        bodies=bodies,
        is_operator=Role.OPERATOR in me.roles,
        banner=await _banner(services, me, request),
    )


@router.get(HERE + "/add/{body}")
async def add_page(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    typed = {"team": "all", "groups": [choice.value for choice in rules.CHOICES]}
    return draw(request, pages, me, await _adding(services, me, body), typed)


@router.post(HERE + "/add/{body}")
async def add(request: Request, body: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    form = await _adding(services, me, body)

    async def act(acts: WebhookActs, raw: Mapping[str, Any], command: str) -> Shown:
        return await acts.add(me, body, raw, command=command, via="web")

    return await _take(request, pages, me, form, act)


@router.get(HERE + "/{endpoint}")
async def one(
    request: Request, endpoint: EndpointId, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    now = services.clock()
    async with services.database.read() as connection:
        row = await an_endpoint(connection, me, endpoint)
        counts = await endpoints.counts(connection, [endpoint])
        latest = await endpoints.messages_of(connection, endpoint, most=5)
    return pages.page(
        request,
        "webhook.html",
        me,
        endpoint=endpoint_view(row, counts),
        two_secrets=bool(row.secret_before_until and row.secret_before_until > now),
        messages=[message_view(each, now) for each in latest[:5]],
        command=new_command(),
        banner=await _banner(services, me, request),
    )


@router.get(HERE + "/{endpoint}/messages")
async def messages(
    request: Request, endpoint: EndpointId, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    asked, before = request.query_params.get("state", ""), request.query_params.get("after", "")
    if asked not in ("", *Sending) or not (
        before == "" or (before.isascii() and before.isdigit() and len(before) < 10)
    ):
        raise HTTPException(422)
    now = services.clock()
    async with services.database.read() as connection:
        row = await an_endpoint(connection, me, endpoint)
        counts = await endpoints.counts(connection, [endpoint])
        found = await endpoints.messages_of(connection, endpoint, asked, int(before) if before else None)
    page = found[: endpoints.PAGE]
    here = f"{HERE}/{endpoint}/messages"
    return pages.page(
        request,
        "webhook_messages.html",
        me,
        endpoint=endpoint_view(row, counts),
        messages=[message_view(each, now) for each in page],
        asked=asked,
        named=SENDINGS[Sending(asked)].text.lower() if asked else "",
        total=sum(counts.values()),
        base=f"{here}?state={asked}" if asked else here,
        first=not before,
        more=page[-1].number if len(found) > len(page) else "",
        command=new_command(),
        banner=await _banner(services, me, request),
    )


@router.get(HERE + "/{endpoint}/messages/{message}/replay")
async def replay_one_page(
    request: Request, endpoint: EndpointId, message: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    return draw(request, pages, me, await _again(services, me, endpoint, a_name(message)), {})


@router.post(HERE + "/{endpoint}/messages/{message}/replay")
async def replay_one(
    request: Request, endpoint: EndpointId, message: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    form = await _again(services, me, endpoint, a_name(message))

    async def act(acts: WebhookActs, raw: Mapping[str, Any], command: str) -> None:
        await acts.replay_one(me, endpoint, message, command=command, via="web")

    return await _take(request, pages, me, form, act)


def _what_can_be_done(
    name: str, does: Callable[[WebhookActs, Person, str, Mapping[str, Any], str], Any]
) -> None:
    """The page and the act of one thing that can be done with an endpoint."""

    async def page(
        request: Request, endpoint: EndpointId, me: Me, services: ServicesIn, pages: PagesIn
    ) -> Response:
        row, form = await _form(services, me, endpoint, name)
        return draw(request, pages, me, form, {"url": row.url, "groups": row.groups, "what": "parked"})

    async def act(
        request: Request, endpoint: EndpointId, me: Me, services: ServicesIn, pages: PagesIn
    ) -> Response:
        _, form = await _form(services, me, endpoint, name)

        async def done(acts: WebhookActs, raw: Mapping[str, Any], command: str) -> Any:
            return await does(acts, me, endpoint, raw, command)

        return await _take(request, pages, me, form, done)

    path = HERE + "/{endpoint}/" + name
    router.add_api_route(path, page, methods=["GET"], name=f"{name}_page")
    router.add_api_route(path, act, methods=["POST"], name=name)


_what_can_be_done("change", lambda acts, me, end, raw, key: acts.change(me, end, raw, command=key, via="web"))
_what_can_be_done("pause", lambda acts, me, end, raw, key: acts.pause(me, end, command=key, via="web"))
_what_can_be_done("resume", lambda acts, me, end, raw, key: acts.resume(me, end, command=key, via="web"))
_what_can_be_done("rotate", lambda acts, me, end, raw, key: acts.rotate(me, end, command=key, via="web"))
_what_can_be_done("close", lambda acts, me, end, raw, key: acts.close(me, end, command=key, via="web"))
_what_can_be_done("test", lambda acts, me, end, raw, key: acts.test(me, end, command=key, via="web"))
_what_can_be_done("replay", lambda acts, me, end, raw, key: acts.replay(me, end, raw, command=key, via="web"))


async def _adding(services: Services, me: Person, body: str) -> Form:
    async with services.database.read() as connection:
        found, questions = await may_add(connection, me, body)
    return adding(body, found.name, questions)


async def _form(services: Services, me: Person, endpoint: str, act: str) -> tuple[Row[Any], Form]:
    async with services.database.read() as connection:
        row = await an_endpoint(connection, me, endpoint)
        shares, others = await endpoints.untold(connection, row) if act == "close" else (0, 0)
    return row, form_of(act, row, shares=shares, others=others)


async def _again(services: Services, me: Person, endpoint: str, message: str) -> Form:
    async with services.database.read() as connection:
        row = await an_endpoint(connection, me, endpoint)
        found = await endpoints.message(connection, endpoint, message)
    if found is None:
        raise HTTPException(404)
    here = f"{HERE}/{endpoint}/messages"
    return Form(
        title="Send this message again",
        button="Send it again",
        here=f"{here}/{message}/replay",
        back=here,
        caption=f"{found.kind}, {found.ref or 'about no case'}",
        lead=f"It is sent to {row.url} under the same id, before anything later in the same case that still waits.",
    )


async def _take(request: Request, pages: Pages, me: Person, form: Form, act: Act) -> Response:
    """Do the act. What it shows once is shown in its answer, which no browser keeps, and never at an address."""
    services, shown = pages.services, list[Any]()

    async def done(raw: Mapping[str, Any], command: str) -> None:
        acts = WebhookActs(services.database, services.clock, here=services.site.embedded)
        shown.append(await act(acts, raw, command))

    response = await take(request, pages, me, form, done)
    if shown and isinstance(shown[0], Shown) and shown[0].secret:
        return pages.page(request, "webhook_secret.html", me, shown=shown[0], title=form.title)
    return response


async def _banner(services: Services, me: Person, request: Request) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    command = request.query_params.get("command", "")
    if not COMMAND.fullmatch(command):
        return None
    async with services.database.read() as connection:
        row = await commands.get(connection, command)
    if row is None or row.actor != me.id or row.ref != WebhookActs.kept_under:
        return None
    return {"kind": "success", "text": DONE[row.act]}
