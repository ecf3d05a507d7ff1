"""The interface for machines, put together: its routes, its errors and the document that describes it."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException

from api import (
    body_tasks,
    cases,
    clusters,
    counted,
    deliveries,
    exchange_services,
    figures,
    friction,
    government_read,
    grants,
    health,
    leaders,
    maturity,
    overdue,
    packs,
    policies,
    programmes,
    register,
    requests,
    rulebook,
    sharing_agreements,
    slack_door,
    use_log,
    use_lookup,
    use_public,
    webhooks,
    x_road,
)
from api.problems import Problem, ProblemRoute, for_error
from api.receipts import V1
from api.strict import BodyCap
from domain.refusals import Refusal

MACHINES = ("/api/", "/health/", "/.well-known/")

about = APIRouter(route_class=ProblemRoute, include_in_schema=False)


@about.get("/openapi.json")
async def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document of this very API."""
    return document()


v1 = APIRouter(prefix=V1)
for each in (
    requests.router, cases.router, register.router, register.alarms_router, register.exemptions_router, overdue.router,
    rulebook.router, clusters.router, counted.router, government_read.router, leaders.router, maturity.router, figures.router, programmes.router, friction.router,
    friction.case_router, packs.router, policies.router, policies.people_router, webhooks.router, use_log.router, use_lookup.router, use_public.router,
    grants.open_router, grants.router, x_road.router, deliveries.router, body_tasks.router,
    sharing_agreements.router, sharing_agreements.case_router, about,
    exchange_services.router, exchange_services.holds_router,
):  # fmt: skip
    v1.include_router(each)

api_router = APIRouter()
api_router.include_router(v1)
api_router.include_router(grants.well_known)
api_router.include_router(health.router)
api_router.include_router(slack_door.router)


def document() -> dict[str, Any]:
    found = get_openapi(
        title="Sharecase",
        version="1",
        summary="Data share requests between UK public bodies.",
        description="Every error is a problem (RFC 9457) whose sentence says what to do. See docs/api.md.",
        routes=api_router.routes,
    )
    schemas: dict[str, Any] = found["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    _drop_what_never_happens(found)
    return found


def _drop_what_never_happens(found: dict[str, Any]) -> None:
    """The framework announces its own 422 wherever a path has a parameter. Ours is announced where it can happen."""
    for operations in found["paths"].values():
        for operation in operations.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)


def install_errors(app: FastAPI) -> None:
    """What no route answers under /api becomes a problem too, and no body may be larger than 1 MB anywhere.

    Routes of the API answer for their own errors (`ProblemRoute`); pages keep theirs.
    """

    async def on_error(request: Request, error: Exception) -> Response:
        if request.url.path.startswith(MACHINES):
            return for_error(error)
        if isinstance(error, HTTPException):
            return await http_exception_handler(request, error)
        raise error

    for kind in (HTTPException, Refusal, RequestValidationError):
        app.add_exception_handler(kind, on_error)
    app.add_middleware(BodyCap)
