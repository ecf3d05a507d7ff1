"""Register rows put straight into the tables, for what needs more of them than anybody would bring about by acts."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.register_search import entry_words
from store import tables
from store.database import Database

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
YORK, NORTH, WALES = "E12000003", "E12000002", "W92000004"


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A register row of the seed world's bodies, published `number` minutes after the first."""
    ref = changes.pop("ref", f"SC-T{number:03}-AAAA")
    at = NOW + timedelta(minutes=number)
    found = {
        "ref": ref,
        "version": 1,
        "published_at": at,
        "state": "active",
        "latest": True,
        "demo": True,
        "receiving_organisation": "dwp",
        "sending_organisation": "hmrc",
        "lane": "standard",
        "use": "proactive_help",
        "region": YORK,
        "root": "",
        **{key: value for key, value in changes.items() if key in tables.register.c},
    }
    found["entry"] = {
        "id": ref,
        "version": found["version"],
        "state": found["state"],
        "published_at": at.isoformat(),
        "title": changes.get("title", f"Share {number}"),
        "purpose": "Write to pensioners who do not claim.",
        "subjects": "people over State Pension age",
        "items": changes.get("items", ["National Insurance number", "date of birth"]),
        "receiving": {"organisation": "Department for Work and Pensions", "team": "Pension Credit take-up"},
        "sending": {"organisation": "HM Revenue and Customs", "team": "PAYE and pensions data"},
        "lane": found["lane"],
        "root": {"id": found["root"], "version": 1, "address": f"/register/{found['root']}/v/1"}
        if found["root"]
        else None,
        "risk_owned_by": "Risk owner, Pension Credit take-up",
        "submitted_at": NOW.isoformat(),
        "active_from": NOW.isoformat(),
        "items_shared": 2,
        "time_limited": False,
        "next_review_month": None,
        "review_extended": False,
        "separation_waived": False,
        "overdue_at_top": False,
        "until": "2030-03-31",
    }
    return found


async def put(database: Database, rows: Iterable[dict[str, Any]]) -> None:
    """Rows straight into the tables, with their words, as publishing would leave them."""
    many = list(rows)
    words = [
        {"word": word, "published_at": each["published_at"], "ref": each["ref"]}
        for each in many
        if each["latest"]
        for word in entry_words(each["entry"])
    ]
    async with database.write() as connection:
        await connection.execute(tables.register.insert(), many)
        await connection.execute(tables.register_words.insert(), words)
