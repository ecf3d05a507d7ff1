"""`sharecase load-cases`: each record of a file becomes real requests, sent in by teams of the demonstration."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from api.desk import Answer
from api.intake import Invalid
from api.services import Services
from cli import embedded, wiring
from cli.lines import Bad, read_records
from cli.serve import opened
from cli.settings import Settings
from cli.stand_ins import NoStandIn, Pair, Team, all_teams, pairs
from domain.questions import LINE, LONG_TEXT
from domain.records import Facts
from domain.refusals import Refusal
from domain.request_choices import region_code
from domain.working_days import london_date
from store import commands, directory, schema, seeding

AT_ONCE = 8


@dataclass
class Tally:
    requests: Counter[str] = field(default_factory=Counter[str])  # by the record's kind of use
    records: Counter[str] = field(default_factory=Counter[str])
    before: int = 0
    not_loaded: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    bad: list[Bad] = field(default_factory=list[Bad])


async def load_cases(settings: Settings, file: Path) -> int:
    """Print what became of every record. 1 when a line could not be read."""
    try:
        found = list(read_records(file))
    except OSError as trouble:
        print(f"sharecase: {file} cannot be read ({trouble.strerror}): check the path.", file=sys.stderr)
        return 1
    tally = Tally(bad=[each for each in found if isinstance(each, Bad)])
    records = [each for each in found if not isinstance(each, Bad)]
    async with _at_work(settings) as made:
        async with made.database.read() as connection:
            known = await all_teams(connection)
        await _load(made, known, records, tally)
    _report(tally)
    return 1 if tally.bad else 0


@asynccontextmanager
async def _at_work(settings: Settings) -> AsyncIterator[Services]:
    """Beside a running Sharecase on this state folder, whose worker does the work; or with an engine of our own."""
    async with AsyncExitStack() as parts:
        if embedded.is_owned(settings.state):
            database = await parts.enter_async_context(opened(settings))
            await schema.check(database)
            client = await embedded.join(settings.state, settings.temporal_namespace)
            yield wiring.services(settings, database, client)
            return
        parts.enter_context(embedded.sole_owner(settings.state))
        database = await parts.enter_async_context(opened(settings))
        await schema.upgrade(database)
        await seeding.load_world(database)
        client = await parts.enter_async_context(embedded.engine(settings.state, settings.temporal_namespace))
        made = wiring.services(settings, database, client)
        await parts.enter_async_context(wiring.working(settings, database, client, made))
        yield made


async def _load(made: Services, known: list[Team], records: list[Facts], tally: Tally) -> None:
    from rich.console import Console
    from rich.progress import Progress

    at_once = asyncio.Semaphore(AT_ONCE)
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("sending in", total=len(records))

        async def one(record: Facts) -> None:
            async with at_once:
                try:
                    await _load_one(made, known, record, tally)
                except NoStandIn as why:
                    tally.not_loaded.append((record.id, str(why)))
                except (Refusal, Invalid) as why:
                    tally.not_loaded.append((record.id, f"refused: {why}"))
            progress.advance(bar)

        async with asyncio.TaskGroup() as group:
            for record in records:
                group.create_task(one(record))


async def _load_one(made: Services, known: list[Team], record: Facts, tally: Tally) -> None:
    if record.use is None:
        raise NoStandIn(f"the form has no kind of use for '{record.category}'")
    sent = 0
    for pair in pairs(record, known):
        command = f"load.{sha256(f'{record.id} {pair.holding.id}'.encode()).hexdigest()[:32]}"
        author, owner = _signers(record, pair.asking)
        async with made.database.read() as connection:
            if await commands.get(connection, command):
                tally.before += 1
                continue
            person = await directory.person(connection, author)
        assert person
        answer = await made.intake.start(person, _form(made, record, pair, owner), command=command, via="cli")
        if answer.is_refused:
            raise NoStandIn(f"refused: {answer.sentence}")
        await _applied(made, answer)
        sent += 1
    tally.requests[record.category] += sent
    tally.records[record.category] += bool(sent)


async def _applied(made: Services, answer: Answer) -> None:
    """Wait a moment for an engine that is busy; what it has not answered by then is kept, and the relay brings it."""
    for _ in range(20):
        if answer.state != commands.PENDING:
            return
        await asyncio.sleep(0.5)
        answer = await made.desk.deliver(answer.command)


def _signers(record: Facts, team: Team) -> tuple[str, str]:
    """An author and another person to own the risk; several authors take turns."""
    able = [(a, o) for a in team.authors for o in team.owners if a != o]
    return able[int(sha256(record.id.encode()).hexdigest(), 16) % len(able)]


def _form(made: Services, record: Facts, pair: Pair, owner: str) -> dict[str, Any]:
    """The record as its author would type it. What a case file does not say is said to be unknown, not made up."""
    today = london_date(made.clock())
    return {
        "team": pair.asking.id,
        "risk_owner": owner,
        "title": record.title[:120],
        "purpose": record.purpose[:LONG_TEXT],
        "harm_of_withholding": "The case file does not say what happens to people without the data.",
        "people_per_day": "0",
        "severity": "moderate",
        "use": record.use,
        "learning_question": record.title[:LINE],
        "subject_cap": "10000",
        "no_adverse": "yes",
        "subjects": record.subjects[:LINE] or "Not stated in the case file",
        "people_band": "under_100" if record.pattern == "one_by_one" else "10k_to_1m",
        "sending_team": pair.holding.id,
        "items": list(record.items),
        "pattern": record.pattern,
        "until": (
            today + (timedelta(weeks=26) if record.use == "test_new" else timedelta(days=730))
        ).isoformat(),
        "needed_by": (today + timedelta(days=60)).isoformat(),
        "needed_why": "The case file names no date; this one was set when it was loaded.",
        "region": region_code(record.region),
        "area": record.region[:LINE],
        "others_see": "no",
        "power": record.power[:LINE] or "Not sure",
        "duty": "none",
        "surprises": _note(record, pair)[:LONG_TEXT],
        "already_held": "not_enough",
        "already_held_why": "Loaded from a case file; other records may ask the same team for the same.",
    }


def _note(record: Facts, pair: Pair) -> str:
    asked_for = f"{record.asking}, {record.asking_team}" if record.asking_team else record.asking
    return (
        f"Loaded from a case file on behalf of {asked_for} (record {record.id}). In the record the data is held by "
        f"{pair.holder}. The severity, the number of people and the dates are placeholders."
    )


def _report(tally: Tally) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("kind of use", "records", "requests", title="Loaded", title_justify="left")
    for kind, count in sorted(tally.requests.items()):
        if count:
            table.add_row(kind, str(tally.records[kind]), str(count))
    table.add_section()
    table.add_row("all", str(tally.records.total()), str(tally.requests.total()))
    console.print(table)
    if tally.before:
        console.print(f"{tally.before} requests were loaded before and are untouched.")
    for record, why in sorted(tally.not_loaded):
        console.print(f"not loaded: {record}: {why}", soft_wrap=True, highlight=False, markup=False)
    for bad in tally.bad:
        console.print(
            f"not loaded: line {bad.line}: {bad.error}", soft_wrap=True, highlight=False, markup=False
        )
