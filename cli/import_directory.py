"""`sharecase import-directory`: the directory out of a file, looked at before it is done, and done as a whole (G1).

An empty installation has no operator yet: its first file is brought by whoever set it up, and names one.
"""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import utc_now
from api.directory_import import INSTALLATION, DirectoryImport
from cli.brought_files import content_of, refused
from cli.serve import opened
from cli.settings import Settings
from domain.cover import operates
from domain.directory_plan import ADD, CHANGE, Plan, totals
from domain.directory_rows import KINDS
from domain.directory_table import MOST_BYTES, text_of
from domain.imports import CannotRead
from domain.people import Role
from domain.working_days import london_date
from store import directory, schema
from store.tables import posts

if TYPE_CHECKING:
    from rich.console import Console

LISTED = 20  # lines of each sort; the numbers are of all


async def import_directory(settings: Settings, file: Path, who: str, *, yes: bool) -> int:
    """Print what the file does; with `yes` do it. 1 when rows have to be mended, 2 when nothing can be done at all."""
    try:
        read = text_of(content_of(file, MOST_BYTES))
    except CannotRead as why:
        return refused(*why.sentences)
    async with opened(settings) as database:
        await schema.check(database)
        async with database.read() as connection:
            why_not = await _may(connection, who)
        if why_not:
            return refused(why_not)
        importing = DirectoryImport(database, utc_now, test=settings.embedded)
        try:
            plan = await importing.fill(
                who or INSTALLATION, read.text, yes=yes, command=secrets.token_hex(16)
            )
        except CannotRead as why:
            return refused(*why.sentences)
    _report(plan, read.written, done=yes)
    return 1 if plan.faults else 0


async def _may(connection: AsyncConnection, who: str) -> str:
    """Why this person may not, '' when they may. Nobody is asked for while there is no operator."""
    if who:
        person = await directory.person(connection, who, london_date(utc_now()))
        if person is None:
            return f"--operator {who}: nobody here has this id."
        return "" if operates(person.posts) else f"--operator {who}: {person.name} is no operator."
    there = await connection.scalar(select(posts.c.id).where(posts.c.role == Role.OPERATOR).limit(1))
    return (
        "There is an operator already: say who brings the file, with --operator and their id."
        if there
        else ""
    )


def _report(plan: Plan, written: str, *, done: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=120)  # for a file or a pipe, which have no width
    if written:
        _say(console, f"The file was read as {written}: check that names with accents are right.")
    table = Table("kind", "new", "changed", "left as they are", pad_edge=False)
    for kind, *counts in totals(plan, KINDS):
        table.add_row(kind, *(str(each) for each in counts))
    if table.row_count:
        console.print(table)
    if not done or plan.faults:
        for verb, words in ((CHANGE, "would change"), (ADD, "would be new")):
            for line in plan.of(verb)[:LISTED]:
                changes = "; ".join(
                    f"{c}: {was or 'nothing'} becomes {will}" for c, was, will in line.changes
                )
                _say(
                    console,
                    f"line {line.line} {words}: {line.kind}, {line.what}{f' ({changes})' if changes else ''}",
                )
    for fault in plan.faults:
        _say(
            console,
            f"to mend: line {fault.line}: {f'{fault.column}: ' if fault.column else ''}{fault.sentence}",
        )
    _say(console, _outcome(plan, done=done))


def _outcome(plan: Plan, *, done: bool) -> str:
    if plan.faults:
        return f"{len(plan.bad_lines)} rows have to be mended, so nothing was done."
    if not plan.does_something:
        return "The directory says all of this already. Nothing was done."
    added, changed = len(plan.of(ADD)), len(plan.of(CHANGE))
    if done:
        return f"{added} rows were added, {changed} changed."
    return f"{added} rows would be added, {changed} changed. Nothing was done: --yes does all of it."


def _say(console: "Console", sentence: str) -> None:
    console.print(sentence, soft_wrap=True, highlight=False, markup=False)
