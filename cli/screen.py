"""`sharecase screen`: which way each record of a file would go, as one JSON line each."""

import json
import sys
from pathlib import Path
from typing import Literal

from cli.bodies import match
from cli.held import loaded
from cli.lines import Bad, read_records
from cli.settings import Settings
from domain.decide.submission import is_time_limited
from domain.policy import Policy, in_force
from domain.records import Facts
from store.directory import organisation_names

Route = Literal["in_cluster", "reliance", "standard", "out_of_scope", "needs_review"]


async def screen(settings: Settings, file: Path) -> int:
    """Print a line for each record. 1 when any line could not be read, and those lines say why."""
    async with loaded(settings) as database, database.read() as connection:
        bodies = await organisation_names(connection)
    policy, code = in_force(settings.legal_profile), 0
    try:
        for found in read_records(file):
            if isinstance(found, Bad):
                code = 1
                print(found.as_json())
            else:
                route, reasons = route_of(found, bodies)
                answer = {
                    "id": found.id,
                    "route": route,
                    "reviews": is_reviewed(policy, found),
                    "reasons": reasons,
                }
                print(json.dumps(answer, ensure_ascii=False))
    except OSError as trouble:
        print(f"sharecase: {file} cannot be read ({trouble.strerror}): check the path.", file=sys.stderr)
        return 1
    return code


def is_reviewed(policy: Policy, record: Facts) -> bool:
    """§6, by the rule that judges real requests."""
    return record.use is not None and is_time_limited(policy, record.use, record.pattern)


def route_of(record: Facts, bodies: dict[str, str]) -> tuple[Route, list[str]]:
    """The route and what it rests on. A fact that is missing is named, never guessed (C1a)."""
    unknown = [name for name in (record.asking, *record.holding) if match(name, bodies) is None]
    reasons = [f"not in the directory: {name}" for name in unknown]
    if record.use is None:
        return "needs_review", [f"the form has no kind of use for '{record.category}'", *reasons]
    return "standard", ["the sending team decides: no other lane is open yet", *reasons]
