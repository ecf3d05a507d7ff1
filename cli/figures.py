"""`sharecase figures`: the public figures on the command line, and the second count that must agree with them."""

import json
import sys
from typing import Any

from api.desk import utc_now
from cli.held import loaded
from cli.settings import Settings
from domain.figure_asked import check_asked
from domain.figure_lines import ASKED, lines
from store import figures, figures_again


async def show(
    settings: Settings, asked: dict[str, str], *, as_json: bool, recompute: bool, rebuild: bool
) -> int:
    """0; 1 when the second count differs; 2 for what cannot be asked."""
    now = utc_now()
    async with loaded(settings) as database:
        if rebuild:
            async with database.write() as connection:
                many = await figures.rebuild(connection)
            print(f"{many} cases were counted anew from their events.", file=sys.stderr)
        async with database.read() as connection:
            bodies, clusters = await figures.known(connection)
            this, problems = check_asked(asked, now, bodies, clusters)
            for problem in problems:
                print(f"sharecase: --{problem.field}: {problem.sentence}", file=sys.stderr)
            if problems:
                return 2
            if recompute:
                return _compared(await figures_again.compare(connection, this, now))
            told = await figures.read(connection, this, now)
    print(json.dumps(told, indent=2) if as_json else _written(told))
    return 0


def _compared(differ: list[str]) -> int:
    for line in differ:
        print(line)
    print(
        f"{len(differ)} numbers differ between the figures and the events."
        if differ
        else "Counted again from the events: every figure agrees."
    )
    return 1 if differ else 0


def _written(told: dict[str, Any]) -> str:
    head = [f"{name}: {told[name]}" for name in ASKED if told[name] not in ("", False)]
    body = [(name, "too few to tell" if value is None else str(value)) for name, value in lines(told)]
    wide = max(len(name) for name, _ in body)
    return "\n".join([*head, "", *(f"{name:{wide}}  {value}" for name, value in body)])
