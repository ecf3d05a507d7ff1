"""`sharecase screen`: which way each record of a file would go, as one JSON line each."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from cli.held import loaded
from cli.lines import Bad, read_records
from cli.settings import Settings
from domain.bodies import Directory
from domain.decide.submission import is_time_limited
from domain.guards import hits
from domain.lanes import Route, choose, is_pilot
from domain.policy import Policy, in_force
from domain.records import Facts
from domain.reliance import Precedent
from domain.screened import look_up
from domain.working_days import london_date
from store import bodies


async def screen(settings: Settings, file: Path) -> int:
    """Print a line for each record. 1 when any line could not be read, and those lines say why.

    The whole file is read first: a record may rely on one further down.
    """
    try:
        lines = list(read_records(file))
    except OSError as trouble:
        print(f"sharecase: {file} cannot be read ({trouble.strerror}): check the path.", file=sys.stderr)
        return 1
    policy, today = in_force(settings.legal_profile), london_date(datetime.now(UTC))
    async with loaded(settings) as database, database.read() as connection:
        directory = await bodies.directory(connection, today)
    precedents = precedents_of((each for each in lines if isinstance(each, Facts)), directory)
    for found in lines:
        print(
            found.as_json()
            if isinstance(found, Bad)
            else _answer(found, directory, precedents, policy, today)
        )
    return 1 if any(isinstance(each, Bad) for each in lines) else 0


def _answer(
    record: Facts, directory: Directory, precedents: dict[str, Precedent], policy: Policy, today: date
) -> str:
    decision = choose(record, directory, precedents, today)
    answer = {
        "id": record.id,
        "route": decision.route,
        "reviews": is_reviewed(policy, record, decision.route),
        "reasons": list(decision.reasons),
    }
    return json.dumps(answer, ensure_ascii=False)


def precedents_of(records: Iterable[Facts], directory: Directory) -> dict[str, Precedent]:
    """Each record of the file as a decision that another may cite. How it went is told by its dates, not its answers."""
    found: dict[str, Precedent] = {}
    for record in records:
        asked = look_up(record, directory)
        effects = {hit.effect for hit in hits(asked)}
        standing = "out_of_scope" if "block" in effects else "in_dispute" if "ask" in effects else "live"
        found.setdefault(record.id, Precedent(asked=asked, standing=standing))
    return found


def is_reviewed(policy: Policy, record: Facts, route: Route) -> bool:
    """§6, by the rule that judges real requests."""
    if route == "out_of_scope" or record.use is None:
        return False
    return is_time_limited(policy, record.use, record.pattern, pilot=is_pilot(record))
