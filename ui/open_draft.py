"""A draft as the pages that work on it find it, and who may have one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.known import known
from domain.governance import TABLE
from domain.people import Actor
from domain.permissions import may
from domain.refusals import NoSuchCase, NotYours
from store import commands, drafts, reads
from store.directory import Person
from ui.errors import Elsewhere

# Who may prepare a request: for their own team, or for another team to take over (§8).
PREPARERS = frozenset(TABLE["prepare_request"])


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What has been typed so far, by somebody who may go on with it. `version`: of the case that came back, if any."""

    ref: str
    answers: Mapping[str, Any]
    version: int | None = None


def must_prepare(me: Person) -> None:
    if not me.roles & PREPARERS:
        raise NotYours


async def open_draft(connection: AsyncConnection, me: Person, ref: str, now: datetime) -> Draft:
    """The draft, if it can be edited now. Raises `NoSuchCase`, and `Elsewhere` when the request is on its way."""
    mine = await drafts.get(connection, ref, me.id)
    if await reads.case_row(connection, ref) is None:
        if mine is None:
            raise NoSuchCase
        sent = await reads.submission_of(connection, ref, me.id)
        if sent and sent.state == commands.PENDING:
            raise Elsewhere(f"/requests/{ref}/submitted")
        return Draft(ref=ref, answers=mine.answers)
    seen = await known(connection, me, ref)
    if not may(seen.case, Actor(person=me.id, seats=seen.seats), "submit", now):
        raise Elsewhere(f"/cases/{ref}")
    found = mine or await reads.draft_of(connection, ref)
    answers = found.answers if found else await reads.form_of(connection, ref, seen.case.form_version)
    return Draft(ref=ref, answers=answers, version=seen.case.version)
