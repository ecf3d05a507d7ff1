"""Figures are kept in the transaction that records a case, and a second count of the events agrees with all of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from domain.figure_asked import Asked
from domain.people import Seat, Side
from domain.working_days import london_date
from store import figures, figures_again, tables
from store.database import Database
from store.record import record
from tests.activities.recorded import RecordedLife
from tests.builders import MONDAY, exploratory, in_cluster, in_doubt, out_of_scope, relying, urgent

LATER = MONDAY + timedelta(days=400)
YEAR = Asked(since=london_date(MONDAY) - timedelta(days=30), until=london_date(LATER), demo=True)


async def read(database: Database, asked: Asked = YEAR, as_of: datetime = LATER) -> dict[str, Any]:
    async with database.read() as connection:
        return await figures.read(connection, asked, as_of)


async def agree(database: Database, as_of: datetime = LATER) -> None:
    async with database.read() as connection:
        assert await figures_again.compare(connection, YEAR, as_of) == []


def delivered(life: RecordedLife) -> None:
    life.sign_risk()
    life.working_days_pass(3)
    life.approve()
    life.deliver()
    life.confirm()


async def world(database: Database) -> list[RecordedLife]:
    """A dozen lives that end in every way, and some that do not."""
    lives: list[RecordedLife] = []

    def begin(**settings: Any) -> RecordedLife:
        life = RecordedLife(database, ref=f"SC-FIGS-{len(lives):04}", **settings)
        life.submit()
        lives.append(life)
        return life

    delivered(begin())
    delivered(begin(**relying()))
    delivered(begin(duty="safeguarding"))
    begin().decline_risk()
    back = begin()
    back.decline_risk()
    back.working_days_pass(2)
    back.submit()
    back.decline_risk()
    back.act(c_withdraw(), Seat.REQUESTER)
    refused = begin()
    refused.sign_risk()
    refused.refuse()
    refused.working_days_pass(4)
    refused.escalate_refusal()
    refused.working_days_pass(2)
    refused.overturn(Seat.RECEIVING_LEADER_1)
    refused.overturn(Seat.SENDING_LEADER_1)
    upheld = begin()
    upheld.sign_risk()
    upheld.refuse()
    upheld.escalate_refusal()
    upheld.uphold(Seat.RECEIVING_LEADER_1)
    upheld.uphold(Seat.SENDING_LEADER_1)
    begin(**out_of_scope())
    doubt = begin(**in_doubt())
    doubt.working_days_pass(12)
    begin(**in_cluster()).sign_risk()
    lives[-1].working_days_pass(8)
    moved = begin()
    moved.sign_risk()
    moved.working_days_pass(1)
    moved.transfer()
    silent = begin()
    silent.sign_risk()
    silent.working_days_pass(60)
    lapsed = begin()
    lapsed.sign_risk()
    lapsed.ask()
    lapsed.working_days_pass(15)
    begin(**urgent()).sign_risk()
    delivered(begin(**exploratory()))
    lives[-1].working_days_pass(80)
    for life in lives:
        await life.keep()
    return lives


def c_withdraw() -> Any:
    from domain.commands import Withdraw

    return Withdraw()


async def test_a_second_count_from_the_events_agrees_with_everything(database: Database) -> None:
    await world(database)
    await agree(database)
    told = await read(database)
    assert told["identity"]["received"] == 15
    assert told["identity"]["delivered"] == 4 and told["identity"]["blocked"] == 1
