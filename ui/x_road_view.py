"""X-Road in words: how the rights of a grant stand, and how a body is set up (P3)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.grants import State
from domain.x_road import Wanted, wanted
from domain.x_road_setup import SERVER, SUBJECT, SWITCH, NoXRoadService, NoXRoadSubject
from store import x_road, x_road_setup
from ui.owners_act import Form
from ui.views import Tag

HERE = "/settings/x-road"
DONE = {
    "set_x_road_server": "Saved. Rights of active grants are brought there now; the page of each grant says how it stands.",
    "switch_x_road": "Noted. It counts from now.",
    "name_x_road_subject": "Saved. Rights of active grants follow now.",
}
ON, OFF = Tag(text="Applied", colour="green"), Tag(text="Not applied", colour="grey")
STATES = {
    (Wanted.PRESENT, True): Tag(text="Right is there", colour="green"),
    (Wanted.PRESENT, False): Tag(text="To be added", colour="yellow"),
    (Wanted.ABSENT, True): Tag(text="Right is removed", colour="grey"),
    (Wanted.ABSENT, False): Tag(text="To be removed", colour="red"),
}


async def of_grant(connection: AsyncConnection, grant: Row[Any]) -> dict[str, Any] | None:
    """How a grant stands on X-Road; None where neither side is on X-Road at all."""
    missing, placed = "", None
    try:
        placed = await x_road.placed_now(connection, grant.id)
    except (NoXRoadService, NoXRoadSubject) as refusal:
        missing = refusal.message
        subject = await x_road_setup.subject_of(connection, grant.receiving_team)
        if isinstance(refusal, NoXRoadService) and not subject:
            missing = ""
    job = await x_road.job_of(connection, grant.id)
    if placed is None and job is None and not missing:
        return None
    right = placed.right if placed else None
    return {
        "subject": right.subject if right else "",
        "client": right.client if right else "",
        "service": right.service if right else "",
        "endpoints": [str(each) for each in sorted(right.parts)] if right else [],
        "missing": missing,
        "is_present": wanted(State(grant.state)) is Wanted.PRESENT,
        "job": _job(job) if job else None,
    }


def _job(job: Row[Any]) -> dict[str, Any]:
    is_applied = job.applied_at is not None
    return {
        "tag": STATES[Wanted(job.wanted), is_applied],
        "wished_at": job.wished_at,
        "applied_at": job.applied_at,
        "last_try_at": job.last_try_at,
        "last_answer": job.last_answer,
        "next_try_at": None if is_applied or not job.failures else job.next_try_at,
    }


def server_view(row: Row[Any]) -> dict[str, Any]:
    """Without the key, which nobody is shown."""
    is_failing = _later(row.last_failure_at, row.last_success_at)
    return {
        "url": row.url,
        "tag": ON if row.is_on else OFF,
        "is_on": row.is_on,
        "has_certificate": bool(row.certificate),
        "last_success_at": row.last_success_at,
        "last_failure_at": row.last_failure_at if is_failing else None,
        "last_answer": row.last_answer,
    }


def _later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


def setting_server(body: str, name: str) -> Form:
    return Form(
        title=f"Security Server of {name}",
        button="Save",
        here=f"{HERE}/{body}/server",
        back=f"{HERE}/{body}",
        caption="X-Road",
        questions=SERVER,
        lead="Sharecase adds and removes access rights there through the management API, with this key.",
    )


def switching(body: str, name: str) -> Form:
    return Form(
        title=f"Whether rights are applied for {name}",
        button="Save",
        here=f"{HERE}/{body}/switch",
        back=f"{HERE}/{body}",
        caption="X-Road",
        questions=SWITCH,
        warning="While they are not applied, a right that is there stays there when its share is suspended or ended. "
        "Remove such rights at the Security Server yourself.",
    )


def naming(body: str, team: str, name: str) -> Form:
    return Form(
        title=f"X-Road subsystem of {name}",
        button="Save",
        here=f"{HERE}/{body}/teams/{team}",
        back=f"{HERE}/{body}",
        caption="X-Road",
        questions=SUBJECT,
        lead="Whoever sends data to this team gives this subsystem the right to call their service, for as long as the "
        "share is active.",
    )
