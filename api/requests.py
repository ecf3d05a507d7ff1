"""Requests over the API: made, read, mended and submitted, by the same intake as the pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.callers import Caller, CommandId, Ref, TokenRoute, require_known
from api.invalid import Invalid
from api.known import Known, known
from api.not_typed import SIGNING
from api.problems import documented
from api.receipts import V1, receipt
from api.services import ServicesIn
from api.views import Receipt, RequestIn, RequestOut, SubmitIn, mend_out
from domain.people import Actor
from domain.permissions import could_ever, may, may_see
from domain.questions import Problem
from domain.refusals import AlreadySubmitted, NoSuchCase, NotYours
from domain.request_form import QUESTIONS
from store import commands, drafts, reads
from store.directory import Person

router = APIRouter(route_class=TokenRoute, prefix="/requests", tags=["requests"])

LABELS = {question.id: question.label for question in QUESTIONS}
IN_THE_WAY = (400, 401, 409, 413, 415, 422, 503)


@router.post("", status_code=201, responses={202: {"model": Receipt}, **documented(*IN_THE_WAY)})
async def create_request(
    body: RequestIn,
    caller: Caller,
    command: CommandId,
    own: ServicesIn,
    response: Response,
    submit: Annotated[bool, Query(description="false: only save a draft")] = True,
) -> Receipt:
    """Make a request and submit it, all or nothing; with `submit=false` only save a draft."""
    require_known(body.answers, QUESTIONS, *(SIGNING if submit else ()))
    require_storable(body.answers)
    if submit:
        answer = await own.intake.start(caller, body.answers, command=command, via="api")
        return await receipt(own, answer, response, href=f"{V1}/cases/{answer.ref}", created=True)
    answer = await own.intake.save_draft(caller, body.answers, command=command, via="api")
    return await receipt(own, answer, response, href=f"{V1}/requests/{answer.ref}", created=True)


@router.get("/{ref}", responses=documented(401, 404, 503))
async def read_request(ref: Ref, caller: Caller, own: ServicesIn) -> RequestOut:
    """A draft of yours, or the request of a case you may see, with what submitting it would complain about."""
    async with own.database.read() as connection:
        found = await _find(connection, caller, ref, own.clock())
        _, to_mend = await own.intake.check(connection, caller, found.answers, ref)
    return RequestOut(
        ref=ref,
        state=found.state,
        answers={key: value for key, value in found.answers.items() if key in LABELS},
        saved_at=found.saved_at,
        to_mend=mend_out(to_mend) if found.is_open else [],
        case=f"{V1}/cases/{ref}" if found.known else None,
        href=f"{V1}/requests/{ref}",
    )


@router.put("/{ref}", responses=documented(404, *IN_THE_WAY))
async def replace_request(
    ref: Ref, body: RequestIn, caller: Caller, command: CommandId, own: ServicesIn, response: Response
) -> Receipt:
    """Replace the answers of a draft of yours, whatever is still missing in them."""
    require_known(body.answers, QUESTIONS)
    require_storable(body.answers)
    async with own.database.read() as connection:
        found = await _find(connection, caller, ref, own.clock())
        repeated = await commands.get(connection, command)
    if not found.is_open and repeated is None:
        raise AlreadySubmitted
    answer = await own.intake.save_draft(caller, body.answers, command=command, via="api", ref=ref)
    return await receipt(own, answer, response, href=f"{V1}/requests/{ref}")


@router.post("/{ref}/submit", responses={202: {"model": Receipt}, **documented(403, 404, *IN_THE_WAY)})
async def submit_request(
    ref: Ref,
    caller: Caller,
    command: CommandId,
    own: ServicesIn,
    response: Response,
    body: SubmitIn | None = None,
) -> Receipt:
    """Submit a draft of yours, or a request that came back to your team. `answers` go instead of the saved ones."""
    body = body or SubmitIn()
    async with own.database.read() as connection:
        found = await _find(connection, caller, ref, own.clock())
        sent = await commands.get(connection, command)
    if body.answers is None and sent and (sent.ref, sent.act, sent.actor) == (ref, "submit", caller.id):
        # The saved answers may be others by now; what was sent under this key is what is asked about.
        return await receipt(own, await own.desk.deliver(command), response, href=f"{V1}/cases/{ref}")
    if found.known and not could_ever(Actor(person=caller.id, seats=found.known.seats), "submit"):
        raise NotYours
    answers = found.answers if body.answers is None else body.answers
    if body.answers is not None:
        require_known(answers, QUESTIONS, *SIGNING)
        require_storable(answers)
    answer = await own.intake.submit(caller, ref, answers, command=command, via="api", seen=body.version)
    return await receipt(own, answer, response, href=f"{V1}/cases/{ref}")


class Found:
    """A request as one person may see it: a draft of theirs, a case they may see, or both."""

    def __init__(
        self, draft: Any, pending: Any, known: Known | None, form: Mapping[str, Any], is_returned: bool
    ) -> None:
        self.known = known
        self.saved_at: datetime | None = draft.saved_at if draft else None
        self.answers: Mapping[str, Any] = draft.answers if draft and (not known or is_returned) else form
        self.state: Literal["draft", "being_submitted", "returned", "submitted"]
        if known:
            self.state = "returned" if is_returned else "submitted"
        else:
            self.state = "being_submitted" if pending else "draft"

    @property
    def is_open(self) -> bool:
        """Whether its answers may still be changed and sent."""
        return self.state in ("draft", "returned")


async def _find(connection: AsyncConnection, person: Person, ref: Ref, now: datetime) -> Found:
    """Raises `NoSuchCase` alike for what is not there and what is not theirs."""
    draft = await drafts.get(connection, ref, person.id)
    try:
        case = await known(connection, person, ref)
    except NoSuchCase:
        if draft is None:
            raise
        sent = await reads.submission_of(connection, ref, person.id)
        pending = sent if sent and sent.state == commands.PENDING else None
        return Found(draft, pending, None, draft.answers, False)
    if not may_see(
        case.case, case.seats, person.roles
    ):  # an operator sees that a post is empty, and no request
        raise NoSuchCase
    is_returned = may(case.case, Actor(person=person.id, seats=case.seats), "submit", now)
    form = await reads.form_of(connection, ref, case.case.form_version)
    answers = {key: value for key, value in form.items() if key in LABELS}
    return Found(draft, None, case, answers, is_returned)


def require_storable(answers: Mapping[str, Any]) -> None:
    """A draft keeps anything somebody may type, and nothing that no form could show again. Raises `Invalid`."""
    wrong = tuple(
        Problem(key, f"{LABELS[key]}: send text, a whole number or a list of texts")
        for key, value in answers.items()
        if not _is_storable(value)
    )
    if wrong:
        raise Invalid(wrong)


def _is_storable(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) for each in cast(list[object], value))
    return value is None or (isinstance(value, str | int) and not isinstance(value, bool))
