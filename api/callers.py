"""Who calls, and which command it is: a bearer token says the one, an Idempotency-Key the other. Cookies count for
nothing here, so that no other website can make a browser act for somebody.

What a token must be for is said for each address in `domain/access.py`. An address of which it says nothing is for no
token at all.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import NAMESPACE_URL, uuid5

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from api import auth
from api.invalid import Invalid
from api.problems import ProblemRoute, documented, safe_name
from api.receipts import V1
from api.services import Services, services
from domain.access import row_of
from domain.questions import Problem, Question
from domain.refusals import NoSuchCase
from domain.scopes import ABOUT, MissingScope, Scope
from domain.working_days import london_date
from store import tokens
from store.directory import Person
from store.tokens import Token

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token of a person, made under Settings or with `sharecase token`, and shown once. It may do what its "
    "person may do, within its scopes: "
    + "; ".join(f"`{scope}`: {about[0].lower()}{about[1:]}" for scope, about in ABOUT.items())
    + ".",
)


class TokenRoute(ProblemRoute):
    """A route for people's machines. The token, and what it is for, is asked before anything of the body is read."""

    private = True

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        row = row_of(next(iter(options.get("methods") or ["GET"])), V1 + path)
        self.scope: Scope | None = row.scope if row else None
        needs = Security(bearer, scopes=[str(self.scope)] if self.scope else [])
        # Both for the OpenAPI document alone.
        options["dependencies"] = [*(options.get("dependencies") or ()), needs]
        options["responses"] = documented(403) | (options.get("responses") or {})
        super().__init__(path, endpoint, **options)

    async def admit(self, request: Request) -> None:
        own, now = services(request), services(request).clock()
        async with own.database.read() as connection:
            found = await auth.machine(connection, request.headers.get("authorization", ""), now)
        if found is None:
            raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer realm="sharecase"'})
        if self.scope is None or self.scope not in found.token.scopes:
            raise MissingScope(scope=self.scope or "none that there is")
        await _keep_used(own, found.token, now)
        request.state.caller = found.person


async def _keep_used(own: Services, token: Token, now: datetime) -> None:
    """That it was used is kept once a day, so that reading does not mean writing."""
    if token.used_at is None or london_date(token.used_at) != london_date(now):
        async with own.database.write() as connection:
            await tokens.used(connection, token.id, now)


def _caller(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]) -> Person:
    return cast(Person, request.state.caller)


Caller = Annotated[Person, Depends(_caller)]


def _command_id(
    caller: Caller,
    key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            pattern=r"^[!-~]+$",
            description="New for each new act; the same again to send the same again.",
        ),
    ],
) -> str:
    """The same key of the same person is the same command (G6); another person's key is another."""
    return uuid5(uuid5(NAMESPACE_URL, f"urn:sharecase:person:{caller.id}"), key).hex


CommandId = Annotated[str, Depends(_command_id)]


def _ref(ref: str) -> str:
    """Anything else than a reference is not there; some of it no database would even look for."""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,40}", ref):
        raise NoSuchCase
    return ref


Ref = Annotated[str, Depends(_ref)]


def require_known(answers: Mapping[str, Any], questions: Iterable[Question], *others: str) -> None:
    """Raise `Invalid` for answers to questions that are not asked: a misspelt one must not be lost in silence."""
    known = {*(question.id for question in questions), *others}
    unknown = [
        Problem(safe_name(each), "There is no such question here. Remove it.")
        for each in answers
        if each not in known
    ]
    if unknown:
        raise Invalid(tuple(unknown[:50]))
