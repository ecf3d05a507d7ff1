"""Every error under /api as one JSON shape (RFC 9457), with the sentences that pages show. It never repeats input."""

import re
from collections.abc import Callable, Coroutine, Iterable
from typing import Any
from uuid import uuid4

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from sqlalchemy import exc as sql
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.invalid import Invalid
from api.strict import StrictRequest, Unreadable, require_json
from domain.refusals import Refusal

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
GUARDED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
RETRY_AFTER = "5"  # seconds
UNAVAILABLE = (
    "Sharecase cannot reach its database just now. Nothing was lost. Send the same again in a few seconds."
)
BROKEN = "Something went wrong on our side. Send the same again later, and give the number in `instance` if you ask us."
CHECK_FIELDS = "Some of what you sent cannot be taken. Each field that needs mending is listed."

# What the framework itself raises; its own texts may hold input.
BY_STATUS: dict[int, tuple[str, str]] = {
    401: (
        "Not signed in",
        "Send a valid bearer token in the Authorization header. Yours is missing, wrong or too old.",
    ),
    404: ("No such address", "There is nothing at this address. Check it against the API description."),
    405: ("Wrong method", "This address does not take this method. The Allow header says which it takes."),
    408: ("Too slow", ""),
    413: ("Too large", ""),
    415: ("Wrong content type", ""),
    400: ("Not readable", ""),
    422: ("Cannot be taken", ""),
}

NAMES_IT_PLAINLY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")


class FieldProblem(BaseModel):
    field: str
    detail: str


class PresentState(BaseModel):
    """Where a case stands now, for somebody who knew an earlier version of it (G6)."""

    ref: str
    version: int
    stage: str
    stage_in_words: str


class Problem(BaseModel):
    """RFC 9457. `errors`: with 422, one for each field. `case`: with 409, the present state of the case."""

    model_config = ConfigDict(
        json_schema_extra={"description": "What went wrong, and what to do about it (RFC 9457)."}
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FieldProblem] | None = None
    case: PresentState | None = None


class Missing(Exception):
    """What is asked for is not there, or not for this person: one body for both, always the same bytes."""

    def __init__(self, what: str, sentence: str) -> None:
        super().__init__(sentence)
        self.what = what
        self.sentence = sentence


class Refused(Exception):
    """A refusal that came back from the case, with where the case stands now."""

    def __init__(self, kind: str, status: int, sentence: str, case: PresentState | None) -> None:
        super().__init__(sentence)
        self.kind, self.status, self.sentence, self.case = kind, status, sentence, case


def slug(name: str) -> str:
    """StaleVersion -> stale-version."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def answer(
    status: int,
    name: str,
    detail: str,
    *,
    title: str = "",
    errors: Iterable[FieldProblem] = (),
    case: PresentState | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """A problem as a response. A 404 carries no number of its own, so that two of them cannot be told apart."""
    problem = Problem(
        type=f"urn:sharecase:problem:{slug(name)}",
        title=title or slug(name).replace("-", " ").capitalize(),
        status=status,
        detail=detail,
        instance=None if status == 404 else f"urn:uuid:{uuid4()}",
        errors=list(errors) or None,
        case=case,
    )
    return Response(problem.model_dump_json(exclude_none=True), status, GUARDED | (headers or {}), MEDIA_TYPE)


def for_error(error: Exception) -> Response:
    """The problem for anything that can go wrong in a route."""
    match error:
        case Refusal():
            return answer(error.status, type(error).__name__, error.message)
        case Refused():
            return answer(error.status, error.kind, error.sentence, case=error.case)
        case Missing():
            return answer(404, error.what, error.sentence)
        case Invalid():
            errors = [FieldProblem(field=each.field, detail=each.sentence) for each in error.problems]
            return answer(422, "Invalid", CHECK_FIELDS, title="Cannot be taken", errors=errors)
        case RequestValidationError():
            return answer(422, "Invalid", CHECK_FIELDS, title="Cannot be taken", errors=field_problems(error))
        case HTTPException():
            return _for_http(error)
        case sql.OperationalError() | sql.InterfaceError() | sql.TimeoutError() | TimeoutError():
            log.warning("api.unavailable", because=type(error).__name__)
            return answer(503, "Unavailable", UNAVAILABLE, headers={"Retry-After": RETRY_AFTER})
        case _:
            broken = answer(500, "Broken", BROKEN, title="Our fault")
            log.error("api.failed", answered=bytes(broken.body).decode(), exc_info=error)
            return broken


def _for_http(error: HTTPException) -> Response:
    title, sentence = BY_STATUS.get(error.status_code, ("Cannot be done", "This cannot be done."))
    if isinstance(error, Unreadable):
        sentence = error.detail
    return answer(
        error.status_code,
        title.title().replace(" ", ""),
        sentence,
        title=title,
        headers=dict(error.headers or {}),
    )


def safe_name(name: object) -> str:
    """A field's name as an error may show it: only one that is plainly a name, so that nothing typed is echoed."""
    return name if isinstance(name, str) and NAMES_IT_PLAINLY.fullmatch(name) else "(unnamed)"


def field_problems(error: RequestValidationError) -> list[FieldProblem]:
    found: list[FieldProblem] = []
    for each in error.errors()[:50]:
        where = [part for part in each["loc"][1:] if isinstance(part, str)] or [each["loc"][0]]
        field = ".".join(safe_name(part) for part in where)
        found.append(FieldProblem(field=field, detail=_sentence(each["type"], field, each.get("ctx") or {})))
    return found


SENTENCES = {
    "missing": "Send this: it is needed.",
    "extra_forbidden": "There is no such field here. Remove it.",
    "int_type": "Send a whole number.",
    "int_parsing": "Send a whole number.",
    "int_from_float": "Send a whole number.",
    "string_type": "Send text.",
    "dict_type": "Send a JSON object.",
    "model_type": "Send a JSON object.",
    "model_attributes_type": "Send a JSON object.",
    "bool_type": "Send true or false.",
    "bool_parsing": "Send true or false.",
}
KEY_SENTENCE = (
    "Send an Idempotency-Key header of 1 to 200 visible ASCII characters: a new one for each new act."
)


def _sentence(kind: str, field: str, context: dict[str, Any]) -> str:
    if field == "Idempotency-Key":
        return KEY_SENTENCE
    if kind in ("literal_error", "enum"):
        return f"Send one of these: {context.get('expected', '')}."
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        return "Send a whole number from 1 to 2,147,483,647."
    return SENTENCES.get(kind, "This cannot be taken. See the API description for what to send.")


class ProblemRoute(APIRoute):
    """A route whose every error is a problem, whatever else the app does with errors of its pages."""

    private = False

    async def admit(self, request: Request) -> None:
        """Who may come in, asked before the body is looked at."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            try:
                await self.admit(strict)
                if strict.method in ("POST", "PUT"):
                    await require_json(strict)
                response = await handle(strict)
            except ClientDisconnect:
                raise
            except Exception as error:
                response = for_error(error)
            for name, value in GUARDED.items():
                if self.private or name != "Cache-Control":
                    response.headers.setdefault(name, value)
            return response

        return answered


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for the OpenAPI document: these statuses are problems."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": MEANINGS[status], "content": content} for status in statuses}


MEANINGS = {
    400: "The body is not JSON.",
    401: "No valid bearer token.",
    403: "The token lacks a scope; or you may see the case, but this is for somebody else to do.",
    404: "Not there, or not for you to see: the same answer for both.",
    409: "The case has moved on, or the Idempotency-Key was used for something else.",
    413: "The body is larger than 1 MB.",
    415: "The body is not application/json.",
    422: "Something sent cannot be taken; `errors` names each field.",
    503: "The database is away; try again after the time in Retry-After.",
}
