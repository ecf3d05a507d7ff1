"""What was sent to the machines of a body, over the API: look, and have it sent again (§9). Secrets are never shown."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import Row

from api.callers import Caller, CommandId, TokenRoute, require_known
from api.problems import documented
from api.receipts import V1
from api.services import Services, ServicesIn
from api.views import Answers, Sent
from api.webhook_acts import WebhookActs, an_endpoint, keeps
from domain.refusals import NoSuchCase
from domain.webhook_rules import REPLAY_WHAT, Because, Sending, State
from domain.webhooks import Group
from store import webhook_endpoints as endpoints

router = APIRouter(route_class=TokenRoute, tags=["webhooks"])

ID = re.compile(r"(ep|msg)_[0-9a-f]{1,40}")


def a_name(endpoint: str) -> str:
    """The id of an endpoint out of an address. Anything else is not there."""
    if not ID.fullmatch(endpoint):
        raise NoSuchCase
    return endpoint


EndpointId = Annotated[str, Depends(a_name)]


class EndpointOut(BaseModel):
    """`team` is null for the whole body. `groups`: what is sent beside revocations, which always are."""

    id: str
    organisation: str
    team: str | None
    url: str
    groups: list[Group]
    state: State
    failing_since: datetime | None
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_reason: str
    messages: str = Field(description="Where its messages are listed.")


class EndpointList(BaseModel):
    webhooks: list[EndpointOut]


class MessageOut(BaseModel):
    """`id` is the `webhook-id` it is sent under, each time. `parked_because`: failed, gave_way, paused or closed."""

    id: str
    type: str
    ref: str | None
    version: int | None = Field(description="The number of the event in its case.")
    group: Group
    at: datetime
    state: Sending
    parked_because: Because
    attempts: int
    next_try_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None
    reason: str
    data: dict[str, Any]


class MessageList(BaseModel):
    """Newest first. `next` is where the list goes on."""

    messages: list[MessageOut]
    next: str | None


class ReplayIn(Sent):
    """`what`: parked, or since with `since` as a date; or `message` alone, the id of one."""

    answers: Answers


class Replayed(BaseModel):
    """`again`: how many messages wait to be sent again; 0 when this very command was taken before."""

    again: int


def acts(own: Services) -> WebhookActs:
    return WebhookActs(own.database, own.clock, here=own.site.embedded)


@router.get("/webhooks", responses=documented(401, 403, 503))
async def webhook_list(caller: Caller, own: ServicesIn) -> EndpointList:
    """The endpoints of the bodies that you lead; for an operator, all."""
    mine = keeps(caller)
    async with own.database.read() as connection:
        found = await endpoints.listed(connection, None if mine is None else sorted(mine))
    return EndpointList(webhooks=[_endpoint_out(each) for each in found])


@router.get("/webhooks/{endpoint}/messages", responses=documented(401, 403, 404, 422, 503))
async def webhook_messages(
    endpoint: EndpointId,
    caller: Caller,
    own: ServicesIn,
    state: Annotated[Literal["waiting", "delivered", "parked", ""], Query(description="Only these.")] = "",
    before: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="From `next` of the page before.")
    ] = None,
) -> MessageList:
    """What was made for an endpoint and what became of it."""
    async with own.database.read() as connection:
        await an_endpoint(connection, caller, endpoint)
        found = await endpoints.messages_of(connection, endpoint, state, before)
    page = found[: endpoints.PAGE]
    more = f"&state={state}" if state else ""
    following = (
        f"{V1}/webhooks/{endpoint}/messages?before={page[-1].number}{more}"
        if len(found) > len(page)
        else None
    )
    return MessageList(messages=[_message_out(each) for each in page], next=following)


@router.post("/webhooks/{endpoint}/replay", responses=documented(400, 401, 403, 404, 409, 413, 415, 422, 503))
async def webhook_replay(
    endpoint: EndpointId, told: ReplayIn, command: CommandId, caller: Caller, own: ServicesIn
) -> Replayed:
    """Send messages again, under the same ids. Whoever received them before knows them by those."""
    raw = dict(told.answers)
    require_known(raw, REPLAY_WHAT, "message")
    message = raw.pop("message", None)
    if isinstance(message, str) and not raw:
        await acts(own).replay_one(caller, endpoint, a_name(message), command=command, via="api")
        return Replayed(again=1)
    return Replayed(again=await acts(own).replay(caller, endpoint, raw, command=command, via="api"))


def _endpoint_out(row: Row[Any]) -> EndpointOut:
    return EndpointOut(
        id=row.id,
        organisation=row.organisation,
        team=row.team or None,
        url=row.url,
        groups=[Group(each) for each in row.groups],
        state=State(row.state),
        failing_since=row.failing_since,
        last_success_at=row.last_success_at,
        last_failure_at=row.last_failure_at,
        last_reason=row.last_reason,
        messages=f"{V1}/webhooks/{row.id}/messages",
    )


def _message_out(row: Row[Any]) -> MessageOut:
    return MessageOut(
        id=row.id,
        type=row.kind,
        ref=row.ref or None,
        version=row.seq if row.ref else None,
        group=Group(row.group),
        at=row.at,
        state=Sending(row.state),
        parked_because=Because(row.because),
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        delivered_at=row.delivered_at,
        last_status=row.last_status,
        reason=row.reason,
        data=row.data,
    )
