"""Who calls, and which command it is: a bearer token says the one, an Idempotency-Key the other. Cookies count for
nothing here, so that no other website can make a browser act for somebody."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, cast
from uuid import NAMESPACE_URL, uuid5

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from api.auth import token_person
from api.invalid import Invalid
from api.problems import ProblemRoute, safe_name
from api.services import services
from domain.questions import Problem, Question
from domain.refusals import NoSuchCase
from store.directory import Person

bearer = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token of `sharecase token`, shown once."
)


class TokenRoute(ProblemRoute):
    """A route for people's machines. The token is asked for before anything of the body is read."""

    private = True

    async def admit(self, request: Request) -> None:
        own = services(request)
        async with own.database.read() as connection:
            person = await token_person(connection, request.headers.get("authorization", ""), own.clock())
        if person is None:
            raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer realm="sharecase"'})
        request.state.caller = person


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
