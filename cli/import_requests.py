"""`sharecase import`: requests out of a file become drafts of one person, looked at before they are kept."""

from pathlib import Path
from typing import TYPE_CHECKING

from api.desk import utc_now
from api.importing import CSV, MARKETPLACE, MOST_BYTES, Importing, Looked, text_of
from cli.brought_files import content_of, refused
from cli.serve import opened
from cli.settings import Settings
from domain.imports import QUESTIONS, CannotRead
from domain.refusals import NotYours
from domain.working_days import london_date
from store import directory, schema

if TYPE_CHECKING:
    from rich.console import Console


async def import_requests(settings: Settings, file: Path, who: str, kind: str, *, yes: bool) -> int:
    """Print what the file holds; with `yes` keep it. 1 when something has to be mended, 2 when nothing can be read."""
    kind = kind or (MARKETPLACE if file.suffix.lower() == ".json" else CSV)
    try:
        text = text_of(content_of(file, MOST_BYTES))
    except CannotRead as why:
        return refused(*why.sentences)
    async with opened(settings) as database:
        await schema.check(database)
        async with database.read() as connection:
            person = await directory.person(connection, who, london_date(utc_now()))
        if person is None:
            return refused(f"--as {who}: nobody here has this id.")
        importing = Importing(database, utc_now)
        try:
            found = await (
                importing.keep(person, kind, text, via="cli") if yes else importing.look(person, kind, text)
            )
        except CannotRead as why:
            return refused(*why.sentences)
        except NotYours:
            return refused(
                f"--as {who}: {person.name} asks for data in no team, so nothing can be brought in."
            )
    _report(found, kind, kept=yes)
    return 1 if found.faults else 0


def _report(found: Looked, kind: str, *, kept: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=120)  # for a file or a pipe, which have no width
    what = "request" if kind == MARKETPLACE else "row"
    table = Table(what, "draft", "name", "used", "left out", "to answer", pad_edge=False)
    for line in found.lines:
        table.add_row(
            str(line.row.number),
            f"{line.ref}{'' if line.is_new else ' (before)'}" if line.ref else "new",
            str(line.row.answers.get("title", "")),
            str(len(line.row.used) or len(line.row.answers)),
            str(len(line.row.left_out) or ""),
            str(len(line.row.to_answer)),
        )
    if found.lines:
        console.print(table)
    for line in found.lines:
        for theirs, why in line.row.left_out:
            _say(console, f"left out of {what} {line.row.number}: {theirs}: {why}")
        if line.row.to_answer:
            _say(console, f"to answer in {what} {line.row.number}: {'; '.join(line.row.to_answer)}")
    for fault in found.faults:
        label = QUESTIONS[fault.column].label if fault.column in QUESTIONS else fault.column
        _say(console, f"not taken: {what} {fault.row}: {f'{label}: ' if label else ''}{fault.sentence}")
    before = len(found.lines) - len(found.new)
    if kept:
        console.print(
            f"{len(found.new)} drafts were made, {before} were there before. Nothing was submitted."
        )
    else:
        console.print(
            f"{len(found.new)} would be new, {before} are there. Nothing was kept: --yes keeps them."
        )


def _say(console: "Console", sentence: str) -> None:
    console.print(sentence, soft_wrap=True, highlight=False, markup=False)
