"""Requests that are out of scope, as rows: for what is counted and asked about them."""

from datetime import UTC, datetime

from sqlalchemy import insert

from domain.case import Case, Stage
from domain.events import RequestBlocked
from domain.policy import Policy
from store import directory, shapes, tables
from store.database import Database
from tests.fixtures.calendar import EW, calendar_for

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
RECEIVING, SENDING = "dwp-pension-credit", "hmrc-paye-records"
ANSWERS = {
    "title": "Letters about savings",
    "purpose": "Pass the names on to a bank that writes to savers.",
    "items": ["name", "address"],
    "people_per_day": 10,
}


async def out_of_scope(
    database: Database,
    ref: str,
    *rules: str,
    at: datetime = MONDAY,
    receiving: str = RECEIVING,
    stage: Stage = Stage.BLOCKED,
) -> str:
    """A request of `receiving` that these rules ("id vN") stopped; its reference."""
    async with database.write() as connection:
        sides = [await directory.party(connection, team) for team in (receiving, SENDING)]
        assert sides[0] and sides[1]
        case = Case(
            ref=ref,
            policy=Policy(),
            calendar=calendar_for(EW),
            version=2,
            stage=stage,
            receiving=sides[0],
            sending=sides[1],
            form_version=1,
            submitted_at=at,
        )
        columns = {column.name: _nothing(column.type.python_type) for column in tables.cases.columns}
        row = columns | {
            "ref": ref,
            "version": 2,
            "stage": stage,
            "lane": case.lane,
            "closed": True,
            "receiving_organisation": sides[0].organisation,
            "receiving_team": sides[0].team,
            "sending_organisation": sides[1].organisation,
            "sending_team": sides[1].team,
            "title": ANSWERS["title"],
            "items_shared": ANSWERS["items"],
            "form_version": 1,
            "submitted_at": at,
            "updated_at": at,
            "state": shapes.case_to_json(case),
        }
        await connection.execute(insert(tables.cases).values(row))
        await connection.execute(
            insert(tables.forms).values(ref=ref, version=1, hash="form-1", answers=ANSWERS)
        )
        event = RequestBlocked(rules=rules)
        await connection.execute(
            insert(tables.events).values(
                ref=ref,
                seq=2,
                at=at,
                recorded_at=at,
                kind=event.kind,
                data=shapes.event_to_json(event),
                actor="system",
                command=f"{ref}.2",
                previous="",
                hash="",
            )
        )
    return ref


def _nothing(kind: type) -> object:
    return MONDAY if kind is datetime else kind()
