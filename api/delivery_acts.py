"""Deliveries after the first (P3): checked, applied and kept in one transaction. They travel to no case.

A repeat of the same command changes nothing and gets the same answer (G6). Whoever may not see the case finds nothing
(404); of those who may, only whose turn it is says something (403).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.known import Known, known
from api.outside import OutsideActs
from domain import delivery_forms as forms
from domain.manifests import (
    Manifest,
    State,
    confirm_by,
    differences,
    manifest_of,
    moment,
    time_problems,
    whole,
)
from domain.people import Side
from domain.permissions import may_see
from domain.questions import Answers, Question, check
from domain.refusals import NoSuchCase
from store import commands, deliveries, directory
from store.directory import Person


class DeliveryActs(OutsideActs):
    """Each raises `NoSuchCase` (404), the refusals of `domain.delivery_forms`, `Invalid` (422), `SameCommandOtherBody` (409)."""

    kept_under = "deliveries"

    async def record(
        self, person: Person, ref: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> int:
        """The sending team says what it sent: the number of the delivery."""
        asked = forms.sending((), machine=via == "api")
        told = self.told_about(person, "record_bulk_delivery", asked, raw, command, via, ref)
        at = told.received_at
        async with self.database.write() as connection:
            seen, grant = await theirs(connection, person, ref, at, lock=True)
            if not forms.RECORDS & set(seen.seats):
                raise forms.NotTheSender
            if await commands.is_repeat(connection, told):
                return await _number(connection, command)
            if refusal := forms.why_not_record(grant.mode, grant.state):
                raise refusal
            items = await deliveries.covered(connection, grant.id)
            asked = forms.sending(items, machine=via == "api")
            answers = _clean(asked, raw, items, at, grant.issued_at)
            sent = whole(_manifest(answers), items)
            when = moment(answers.get("sent_on") or answers.get("sent_at"), at)
            due = await _due(connection, seen, at)
            number = await deliveries.announce(connection, grant, sent, when, at, by=person.id, due=due)
            await deliveries.lives(connection, grant.id, when, at)
            await deliveries.over_cap(connection, at, ref, number, sent.rows, grant.cap, "sent")
            await self.keep(connection, told, {**answers, "number": number})
        return number

    async def confirm(
        self, person: Person, ref: str, number: int, raw: Mapping[str, Any], *, command: str, via: str
    ) -> State:
        """The receiving team says what arrived: whether that is what was sent. Also while the share is suspended or
        over, because saying so moves no data."""
        asked = forms.receiving((), machine=via == "api")
        told = self.told_about(
            person, "confirm_bulk_delivery", asked, raw, command, via, ref, number=str(number)
        )
        at = told.received_at
        async with self.database.write() as connection:
            seen, grant = await theirs(connection, person, ref, at, lock=True)
            row = await deliveries.one(connection, grant.id, number)
            if row is None:
                raise forms.NoSuchDelivery
            if not forms.CONFIRMS & set(seen.seats):
                raise forms.NotTheReceiver
            if await commands.is_repeat(connection, told):
                return State(row.state)
            if row.state != State.ANNOUNCED:
                raise forms.ConfirmedAlready
            if row.in_case:
                raise forms.FirstIsInItsCase
            if row.recorded_by in person.stands_for:
                raise forms.SameHands
            items = await confirmable(connection, row)
            asked = forms.receiving(items, machine=via == "api")
            answers = _clean(asked, raw, items, at, grant.issued_at)
            # Nothing picked means that all of what was announced arrived.
            arrived = _arrived(answers, raw, row, items)
            when = moment(answers.get("arrived_on") or answers.get("arrived_at"), at)
            state = State.MISMATCHED if differences(sent_of(row), arrived) else State.DELIVERED
            await deliveries.confirm(connection, row, arrived, when, at, by=person.id, state=state)
            await deliveries.lives(connection, grant.id, when, at)
            if arrived.rows != row.rows:
                await deliveries.over_cap(connection, at, ref, number, arrived.rows, row.cap, "arrived")
            await self.keep(connection, told, {**answers, "number": number, "state": state})
        return state


def _arrived(answers: Answers, raw: Mapping[str, Any], row: Row[Any], items: tuple[str, ...]) -> Manifest:
    """All of `items` were picked, or nobody picked any: then it is what was announced."""
    arrived = _manifest(answers)
    return whole(arrived, items if raw.get("items") else row.items)


async def _number(connection: AsyncConnection, command: str) -> int:
    row = await commands.get(connection, command)
    assert row, "a repeat was kept before"
    return row.body["number"]


def _clean(
    asked: tuple[Question, ...],
    raw: Mapping[str, Any],
    items: tuple[str, ...],
    at: datetime,
    since: datetime,
) -> Answers:
    answers, problems = check(asked, raw)
    outside = forms.not_covered(raw, items)
    others = tuple(each for each in problems if not (outside and each.field == "items"))
    if wrong := (*others, *outside, *time_problems(answers, at, since)):
        raise Invalid(wrong)
    return answers


def _manifest(answers: Answers) -> Manifest:
    found = manifest_of(answers)
    assert found, "rows are asked for"
    return found


async def _due(connection: AsyncConnection, seen: Known, at: datetime) -> datetime | None:
    """When the receiving team is late: as for a first delivery (C17)."""
    calendar = await directory.full_calendar(connection)
    return confirm_by(calendar, seen.case.nation(Side.RECEIVING), at, seen.case.policy.deliver)


# --- what pages and the API ask before they show anything ---------------------------------------------------------


async def theirs(
    connection: AsyncConnection, person: Person, ref: str, at: datetime, *, lock: bool = False
) -> tuple[Known, Row[Any]]:
    """The case and its grant, for somebody who may see them. Raises `NoSuchCase`, `NothingToDeliver`."""
    seen = await known(connection, person, ref, at=at)
    if not may_see(seen.case, seen.seats, person.roles):  # an operator sees an empty post and nothing else
        raise NoSuchCase
    grant = await deliveries.of_case(connection, ref, lock=lock)
    if grant is None:
        raise forms.NothingToDeliver
    return seen, grant


async def confirmable(connection: AsyncConnection, row: Row[Any]) -> tuple[str, ...]:
    """What can have arrived: what was announced, and whatever this grant ever covered."""
    ever = await deliveries.ever_covered(connection, row.grant)
    return tuple(dict.fromkeys((*row.items, *ever)))


def may_record(seen: Known, grant: Row[Any]) -> bool:
    return bool(forms.RECORDS & set(seen.seats)) and not forms.why_not_record(grant.mode, grant.state)


def may_confirm(person: Person, seen: Known, row: Row[Any]) -> bool:
    mine = bool(forms.CONFIRMS & set(seen.seats)) and row.recorded_by not in person.stands_for
    return mine and row.state == State.ANNOUNCED and not row.in_case


def sent_of(row: Row[Any]) -> Manifest:
    return Manifest(rows=row.rows, checksum=row.checksum, items=tuple(row.items))


def arrived_of(row: Row[Any]) -> Manifest | None:
    if row.confirmed_at is None:
        return None
    return Manifest(rows=row.arrived_rows, checksum=row.arrived_checksum, items=tuple(row.arrived_items))


def is_late(row: Row[Any], at: datetime) -> bool:
    return row.state == State.ANNOUNCED and row.confirm_by is not None and row.confirm_by < at
