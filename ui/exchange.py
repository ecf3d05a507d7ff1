"""The light exchange, for whoever comes by (P3): what it is, and where its parts are."""

from fastapi import APIRouter, Request, Response

from api.services import ServicesIn
from domain.service_forms import Filters
from domain.service_rules import Environment
from store import service_directory
from ui.session import MaybeMe, PagesIn

router = APIRouter(include_in_schema=False)


@router.get("/exchange")
async def exchange(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    async with services.database.read() as connection:
        many = {
            each: await service_directory.count(connection, Filters(environment=each)) for each in Environment
        }
    return pages.page(
        request, "exchange.html", me, live=many[Environment.LIVE], sandbox=many[Environment.SANDBOX]
    )
