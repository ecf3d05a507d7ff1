"""The web process: pages for people and, beside them, the interface for machines."""

from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api import gate
from api.app import api_router, install_errors
from api.limits import holds_with
from api.services import Services
from ui import (
    acts,
    appetite,
    audit,
    body_tasks,
    canaries,
    case_grant,
    cases,
    cluster_acts,
    clusters,
    concerns,
    counted,
    deliveries,
    directory,
    directory_calendar,
    directory_import,
    directory_people,
    directory_teams,
    drafts,
    exchange,
    exchange_files,
    exchange_keys,
    exchange_services,
    figure_restated,
    figure_rows,
    figures,
    friction,
    government,
    imports,
    invitations,
    leaders,
    maturity,
    mediation,
    offers,
    owners,
    owners_posts,
    packs,
    policy,
    preferences,
    programmes,
    provider,
    register,
    regulator,
    request_start,
    rights,
    rule_questions,
    rulebook,
    settings,
    sharing_agreements,
    sign_in,
    sign_in_provider,
    slack_link,
    tokens,
    use,
    webhooks,
    who_holds,
    worklists,
    x_road,
    your_sessions,
)
from ui.errors import install_error_pages, static_error_page
from ui.front import AtTheFront, Front
from ui.safety import HeadToo, OwnForms, Safety
from ui.session import Pages, who_is

STATIC = Path(__file__).parent / "static"


class Assets(StaticFiles):
    """Vendored files. An address with a version may be kept for good; what the stylesheet names, for a day."""

    def file_response(
        self, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        versioned = scope.get("query_string", b"").startswith(b"v=")
        response.headers["Cache-Control"] = f"public, max-age={31_536_000 if versioned else 86_400}"
        return response

    def lookup_path(self, path: str) -> Any:
        # The sources of the stylesheet lie beside it and are not for serving.
        return ("", None) if path.startswith("source") else super().lookup_path(path)


def create_app(services: Services, front: Front | None = None) -> FastAPI:
    """Everything the web serves, from what is handed in; nothing is read from the environment.

    `front`: how strangers are let in. None, as tests have it: under any name, and as often as they like.
    """
    app = FastAPI(
        title="Sharecase",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # it would lead to whatever the Host header says, without https
        dependencies=[Depends(gate.at_the_door)],
    )
    pages = Pages(services)
    app.state.services = services
    app.state.pages = pages
    app.state.provider = provider.made(services)
    app.mount("/static", Assets(directory=STATIC), name="static")
    for room in (
        sign_in,
        sign_in_provider,
        invitations,
        worklists,
        body_tasks,
        sharing_agreements,
        leaders,
        appetite,
        canaries,
        deliveries,
        imports,
        request_start,
        offers,
        drafts,
        owners_posts,
        owners,
        directory,
        directory_teams,
        directory_people,
        directory_calendar,
        directory_import,
        settings,
        preferences,
        your_sessions,
        tokens,
        cases,
        case_grant,
        acts,
        rights,
        concerns,
        mediation,
        register,
        maturity,
        clusters,
        cluster_acts,
        rule_questions,
        rulebook,
        counted,
        exchange,
        exchange_services,
        who_holds,
        exchange_files,
        figures,
        figure_rows,
        figure_restated,
        programmes,
        government,
        friction,
        packs,
        policy,
        regulator,
        audit,
        slack_link,
        use,
        webhooks,
        exchange_keys,
        x_road,
    ):
        app.include_router(room.router)
    app.include_router(api_router)
    install_errors(app)
    install_error_pages(app, pages)
    https = services.site.public_url.startswith("https://")
    gate.install(app, who_is)
    app.add_middleware(HeadToo)
    app.add_middleware(OwnForms, origin=services.site.public_url)
    app.add_middleware(AtTheFront, front=front or Front(), holds=holds_with(services))
    app.add_middleware(Safety, error_page=static_error_page(pages), https=https)
    return app
