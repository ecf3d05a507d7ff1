"""`sharecase figures`: the public figures on the command line, and the second count that must agree with them."""

import json
import sys
from datetime import datetime
from typing import Any

from api.desk import utc_now
from cli.held import loaded
from cli.settings import Settings
from domain.figure_asked import Asked, check_asked
from domain.figure_lines import ASKED, lines
from store import figures, figures_again, figures_read, figures_restated
from store.appetite import names_somebody
from store.database import Database

LONGEST_NOTE = 1000


async def show(
    settings: Settings,
    asked: dict[str, str],
    *,
    as_json: bool,
    recompute: bool,
    rebuild: bool,
    note: str = "",
) -> int:
    """0; 1 when the second count differs; 2 for what cannot be asked, or noted."""
    now = utc_now()
    if note and not settings.database_url and not (settings.state / "sharecase.db").exists():
        print(
            "sharecase: --note: There is no installation here whose figures could be noted.", file=sys.stderr
        )
        return 2
    async with loaded(settings) as database:
        if rebuild:
            async with database.write() as connection:
                many = await figures.rebuild(connection, now)
            print(f"{many} cases were counted anew from their events.", file=sys.stderr)
        async with database.read() as connection:
            bodies, clusters = await figures_read.known(connection)
            this, problems = check_asked(asked, now, bodies, clusters)
            for problem in problems:
                print(f"sharecase: --{problem.field}: {problem.sentence}", file=sys.stderr)
            if problems:
                return 2
            if note:
                return await _noted(database, note, this, now)
            if recompute:
                return _compared(await figures_again.compare(connection, this, now))
            told = await figures_read.read(connection, this, now)
    print(json.dumps(told, indent=2) if as_json else _written(told))
    return 0


async def _noted(database: Database, text: str, asked: Asked, now: datetime) -> int:
    """G7: a correction is told in public, beside the figures that it touches."""
    text = " ".join(text.split())
    async with database.write() as connection:
        wrong = f"Shorten the note to {LONGEST_NOTE:,} characters." if len(text) > LONGEST_NOTE else ""
        if not text:
            wrong = "Write the note: what was wrong, and what was corrected."
        if "@" in text or await names_somebody(connection, {"note": text}):
            wrong = "The note is published, so it can name no person. Take the name or the address out."
        if wrong:
            print(f"sharecase: --note: {wrong}", file=sys.stderr)
            return 2
        await figures_restated.note(connection, text, asked, now)
    print(f"Noted. It is public now, for {asked.since} to {asked.until}: /figures/restatements")
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
