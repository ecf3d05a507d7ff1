"""`sharecase load-cases`: records become real requests, once, and say whose they are."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.stand_ins import NoStandIn, all_teams, pairs
from domain.records import facts
from store.database import Database
from tests.cli.processes import sharecase
from tests.domain.test_records import RECORD

COUNTY = {
    **RECORD,
    "id": "X-2",
    "requesting_org": "Rutland County Council",
    "supplying_orgs": ["Kent Police", "A bank"],
}


def one(record: dict[str, object]) -> str:
    return json.dumps(record)


@pytest.mark.slow
def test_a_file_is_loaded_once(tmp_path: Path) -> None:
    state, file = tmp_path / "state", tmp_path / "cases.jsonl"
    shop = {**RECORD, "id": "X-3", "category": "commercial"}
    bank = {**RECORD, "id": "X-4", "supplying_orgs": ["A bank"]}
    file.write_text("\n".join([one(RECORD), one(COUNTY), one(shop), one(bank), "not json"]))

    done = sharecase(state, "load-cases", str(file))
    assert done.returncode == 1, done.stderr  # because of the line that is no record
    assert "not loaded: X-3: the form has no kind of use for 'commercial'" in done.stdout
    assert "not loaded: X-4: no team of the demonstration can stand in for A bank" in done.stdout
    assert "not loaded: line 5: This line is not JSON" in done.stdout
    assert "How they travel" in done.stdout and "cluster" in done.stdout

    with closing(sqlite3.connect(state / "sharecase.db")) as connection:
        rows = connection.execute(
            "SELECT stage, receiving_organisation, sending_organisation FROM cases"
        ).fetchall()
        answers = [json.loads(text) for (text,) in connection.execute("SELECT answers FROM forms")]
    assert len(rows) == 2 and {stage for stage, _, _ in rows} == {"risk_acceptance"}
    assert ("risk_acceptance", "leeds", "dwp") in rows
    notes = sorted(each["surprises"] for each in answers)
    assert notes[0].startswith(
        "Loaded from a case file on behalf of Leeds City Council, Benefits (record HS-001)."
    )
    assert "on behalf of Rutland County Council" in notes[1] and "held by Kent Police" in notes[1]

    again = sharecase(state, "load-cases", str(file))
    assert "2 requests were loaded before and are untouched." in again.stdout
    assert sharecase(state, "verify").stdout.startswith("6 events of 2 cases")


async def test_who_stands_in(database: Database) -> None:
    async with database.read() as connection:
        known = await all_teams(connection)
    [pair] = pairs(facts(COUNTY), known)  # nobody stands in for the bank; the police go ahead
    assert "council" in pair.asking.kind.lower() and "police" in pair.holding.kind.lower()
    assert pair.asking.organisation != pair.holding.organisation

    scottish = {**COUNTY, "requesting_org": "Fife Council", "region": "Scotland"}
    [pair] = pairs(facts(scottish), known)
    assert pair.asking.nation == pair.holding.nation == "scotland"

    with pytest.raises(NoStandIn, match="Acme Ltd"):
        pairs(facts({**COUNTY, "requesting_org": "Acme Ltd"}), known)


@pytest.mark.slow
def test_what_one_record_relies_on_is_brought_into_use_first(tmp_path: Path) -> None:
    """P2, C7: a decision of the file, and another body of the same kind that relies on it."""
    state, file = tmp_path / "state", tmp_path / "cases.jsonl"
    tax = {
        **RECORD,
        "id": "X-5",
        "requesting_org": "London Borough of Newham",
        "receiving_team": "Council tax support",
        "supplying_orgs": ["HM Revenue and Customs"],
        "category": "service_delivery",
        "data_items": ["National Insurance number", "Earnings"],
        "data_subjects": "People who get council tax support",
        "region": "England",
    }
    more = {
        **tax,
        "id": "X-6",
        "requesting_org": "Cornwall Council",
        "receiving_team": "Council tax",
        "relies_on": ["X-5"],
    }
    wider = {**more, "id": "X-7", "requesting_org": "Leeds City Council", "data_items": ["Medical history"]}
    file.write_text("\n".join([one(wider), one(more), one(tax)]))
    done = sharecase(state, "load-cases", str(file))
    assert done.returncode == 0, done.stderr
    assert "relies: X-6: on X-5, here SC-" in done.stdout and "relies: X-7: on" not in done.stdout
    with closing(sqlite3.connect(state / "sharecase.db")) as connection:
        found = dict(
            connection.execute("SELECT receiving_organisation, lane || ' ' || stage FROM cases").fetchall()
        )
    assert found["newham"] == "standard active" and found["cornwall"] == "reliance risk_acceptance"
    assert not found["leeds"].startswith("reliance")


@pytest.mark.slow
def test_who_else_sees_it_is_looked_at(tmp_path: Path) -> None:
    """§4: a business that gets to see the data is named in the request, so the guards stop it."""
    state, file = tmp_path / "state", tmp_path / "cases.jsonl"
    file.write_text(one({**RECORD, "onward_recipients": ["Larkfield Home Insurance Ltd"]}))
    done = sharecase(state, "load-cases", str(file))
    assert "blocked" in done.stdout and "none" in done.stdout, done.stdout + done.stderr
