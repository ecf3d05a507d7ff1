"""The use log looked up (D.2): by the holder's own systems, for the portal where citizens see who used their data.

A look-up is a POST with a body, although it changes nothing: a pseudonym stands for somebody, and what stands in an
address is kept by every log and proxy on the way (S5). Names are those of Estonia's Data Tracker.
"""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.callers import TokenRoute
from api.invalid import Invalid
from api.paging import cursor, read_place
from api.problems import documented
from api.services import ServicesIn
from api.use_log import Bodies
from domain.grants import State
from domain.questions import Problem
from domain.use_rows import SUBJECT, instant_or_none
from store import use_read

router = APIRouter(route_class=TokenRoute, prefix="/use-log", tags=["use log"])


class GrantHeardOut(BaseModel):
    grant: str
    case: str
    state: State
    mode: str
    last_heard_at: datetime | None
    last_use_at: datetime | None


class HeartbeatOut(BaseModel):
    """`status`: that the use log takes rows. `grants`: yours, on either side, 1,000 at most."""

    status: Literal["ok"] = "ok"
    time: datetime
    grants: list[GrantHeardOut]


class FindIn(BaseModel):
    """`offset`: from `next` of the page before. `limit`: 1 to 1,000."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    subject: str = Field(max_length=128, pattern=f"^{SUBJECT.pattern}$")
    since: str | None = Field(default=None, alias="from", description="First instant, with its zone.")
    until: str | None = Field(default=None, description="Last instant, with its zone.")
    offset: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=use_read.MOST_FOUND, ge=1, le=use_read.MOST_FOUND)


class UsageOut(BaseModel):
    """The fields of Estonia's Data Tracker, and the share in the public register. Names of bodies, never of people."""

    logtime: datetime
    action: str
    receiverCode: str
    receiverName: str
    receiverSystem: str
    grant: str
    case: str | None


class KeptBackOut(BaseModel):
    """How many entries a law or a live operation keeps back until the end of a day, and nothing else about them."""

    until: str
    entries: int


class FoundOut(BaseModel):
    usage: list[UsageOut]
    kept_back: list[KeptBackOut]
    next: str | None = Field(description="The `offset` of the next page; null on the last.")


class PeriodOut(BaseModel):
    """The first and the last logtime of what you may look up; null where there is nothing."""

    periodStart: datetime | None
    periodEnd: datetime | None


@router.get("/heartbeat", responses=documented(401, 403, 503))
async def status(bodies: Bodies, own: ServicesIn) -> HeartbeatOut:
    """Whether the use log is there, and when each of your grants was last heard of."""
    async with own.database.read() as connection:
        rows = await use_read.standing(connection, bodies)
    found = [
        GrantHeardOut(
            grant=row.id,
            case=row.ref,
            state=State(row.state),
            mode=row.mode,
            last_heard_at=row.last_heard_at,
            last_use_at=row.last_use_at,
        )
        for row in rows
    ]
    return HeartbeatOut(time=own.clock(), grants=found)


@router.post("/findUsage", responses=documented(400, 401, 403, 413, 415, 422, 503))
async def find_usage(asked: FindIn, bodies: Bodies, own: ServicesIn) -> FoundOut:
    """Who used data about the person behind a pseudonym, the newest first. Only the holder knows who that is.

    Rows that your body told, or that were told of a grant by which it sends. A POST, so that the pseudonym stands in no
    address; nothing is changed.
    """
    since, until = _instant("from", asked.since), _instant("until", asked.until)
    place = read_place(asked.offset)
    if place and not (place[1].isascii() and place[1].isdigit() and len(place[1]) < 10):
        raise Invalid((Problem("offset", "Use the `next` of the page before."),))
    after = (place[0], int(place[1])) if place else None
    async with own.database.read() as connection:
        found = await use_read.find(
            connection, bodies, asked.subject, since, until, after, asked.limit, own.clock()
        )
    last = found.rows[-1] if found.more else None
    return FoundOut(
        usage=[
            UsageOut(
                logtime=row.logtime,
                action=row.action,
                receiverCode=row.receiver_code,
                receiverName=row.receiver_name,
                receiverSystem=row.receiver_system,
                grant=row.grant,
                case=row.ref if row.by_party else None,
            )
            for row in found.rows
        ],
        kept_back=[KeptBackOut(until=day, entries=entries) for day, entries in found.kept_back],
        next=cursor(last.logtime, str(last.number)) if last else None,
    )


@router.get("/usagePeriod", responses=documented(401, 403, 503))
async def usage_period(bodies: Bodies, own: ServicesIn) -> PeriodOut:
    """From when to when there is anything to look up."""
    async with own.database.read() as connection:
        first, last = await use_read.period(connection, bodies)
    return PeriodOut(periodStart=first, periodEnd=last)


def _instant(name: str, told: str | None) -> datetime | None:
    found = instant_or_none(told) if told is not None else None
    if told is not None and found is None:
        raise Invalid((Problem(name, "Send date, time and zone, such as 2026-11-23T10:00:00Z."),))
    return found
