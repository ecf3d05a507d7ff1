"""Who already holds this? (P3, P4): services that offer an item, and bodies that receive it, in anybody's words."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from api.services import ServicesIn
from domain.already_held import normal
from domain.questions import tidy
from domain.service_forms import item_problem
from store import who_holds
from ui.exchange_view import service_row
from ui.register_view import state_tag
from ui.session import MaybeMe, PagesIn

router = APIRouter(include_in_schema=False)


def address(item: str) -> str:
    return f"/exchange/who-holds?item={quote(item)}"


@router.get("/exchange/who-holds")
async def who_holds_page(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    asked = request.query_params.get("item", "").strip()
    wrong = item_problem(asked) if asked or "item" in request.query_params else ""
    looked = bool(asked) and not wrong
    offered, offers, shares, many = (), 0, (), 0
    if looked:
        async with services.database.read() as connection:
            offered, offers = await who_holds.offered(connection, asked)
            shares, many = await who_holds.received(connection, asked)
    return pages.page(
        request,
        "who_holds.html",
        me,
        status=422 if wrong else 200,
        summary=[{"text": wrong, "href": "#item"}] if wrong else [],
        wrong=wrong,
        item=tidy(asked) or "",
        looked=looked,
        offered=[service_row(row) for row in offered],
        offers=offers,
        shares=[_share(row, asked) for row in shares],
        many=many,
        json=f"/api/v1/who-holds?item={quote(asked)}" if looked else "",
        all_services=f"/exchange/services?item={quote(asked)}" if looked else "",
    )


def _share(row: Row[Any], asked: str) -> dict[str, Any]:
    name = normal(asked)
    items = row.entry.get("items") or []
    return {
        "ref": row.ref,
        "title": row.entry.get("title") or row.ref,
        "receiving": row.entry["receiving"],
        "sending": row.entry["sending"],
        "state": state_tag(row.state),
        "demo": row.demo,
        "items": [each for each in items if f" {name} " in f" {normal(each)} "],
    }
