"""Short commands on the store: migrate, seed, token, reconcile, verify."""

import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from uuid import uuid4

from api.auth import issue_token
from api.desk import Desk, utc_now
from api.directory_acts import DirectoryActs
from api.invalid import Invalid
from cli.reconcile import open_cases, revive
from cli.serve import connected, opened
from cli.settings import Settings
from cli.verify import verified
from domain.refusals import NotYours, Refusal
from domain.scopes import EVERYTHING, MOST, Scope, known
from domain.working_days import Nation, london_date
from store import directory, schema, seeding, tokens

Say = Callable[[str], None]


async def migrate(settings: Settings, say: Say, write: str = "") -> int:
    async with opened(settings) as database:
        before, after = await schema.upgrade(database)
        say(
            f"The tables are at schema {after}"
            + (" already." if before == after else f", from {before or 'nothing'}.")
        )
        if write:
            say(f"Written: {await schema.write_revision(database, write)}")
    return 0


async def seed(settings: Settings, say: Say, *, demo: bool) -> int:
    """The calendar always; made-up people only where nobody could take them for real ones."""
    people = 0
    async with opened(settings) as database:
        await schema.check(database)
        async with database.write() as connection:
            days = await seeding.seed_calendar(connection)
            if demo or settings.embedded:
                people = await seeding.seed_world(connection)
                if people:
                    await seeding.seed_contacts(connection)
                    await seeding.seed_services(connection)
    say(f"Added {days} bank holidays and {people} made-up people; what was there before is untouched.")
    return 0


async def token(settings: Settings, person: str, label: str, days: int, scopes: Sequence[Scope]) -> int:
    """For the scopes given, all where none is. Like one made on the page: at most so many that work."""
    async with opened(settings) as database:
        await schema.check(database)
        async with database.write() as connection:
            if await directory.person(connection, person, london_date(utc_now())) is None:
                told = f"sharecase: nobody in the directory has the id {person}: check it and try again."
                print(told, file=sys.stderr)
                return 1
            if not 1 <= len(label) <= 80:
                print("sharecase: --label: give 1 to 80 characters.", file=sys.stderr)
                return 2
            if await tokens.live(connection, person, utc_now()) >= MOST:
                told = f"{person} has {MOST} tokens that work: revoke one under Settings, API tokens, and try again."
                print(f"sharecase: {told}", file=sys.stderr)
                return 1
            lifetime = timedelta(days=days)
            print(
                await issue_token(connection, person, label, utc_now(), lifetime, known(scopes or EVERYTHING))
            )
    return 0


async def reconcile(settings: Settings, say: Say) -> int:
    async with opened(settings) as database:
        await schema.check(database)
        desk = Desk(await connected(settings), database, legal_profile=settings.legal_profile)
        refs = await open_cases(database)
        started = await revive(desk, refs)
    for ref in started:
        say(f"{ref} goes on from its record")
    say(f"{len(refs)} open cases, {len(started)} workflows started.")
    return 0


async def add_holiday(
    settings: Settings, say: Say, operator: str, nation: Nation, day: date, title: str
) -> int:
    """Kept at once; the relay beside the worker brings it to every running case of that nation (G3)."""
    async with opened(settings) as database:
        await schema.check(database)
        async with database.read() as connection:
            person = await directory.person(connection, operator, london_date(utc_now()))
        try:
            if person is None:
                raise NotYours
            raw = {"nation": nation.value, "date": day.isoformat(), "title": title}
            acts = DirectoryActs(database, utc_now)
            told = await acts.add_holiday(person, raw, command=uuid4().hex, via="cli")
        except Refusal as refusal:
            print(f"sharecase: {refusal.message}", file=sys.stderr)
            return 1
        except Invalid as invalid:
            print(f"sharecase: {invalid}.", file=sys.stderr)
            return 1
    say(
        f"{day} is a bank holiday in {nation}. {len(told)} running cases are told; a running worker applies it."
    )
    return 0


async def verify(settings: Settings) -> int:
    async with opened(settings) as database:
        await schema.check(database)
        found = await verified(database)
    if found.broken:
        print(found.broken)
        return 1
    print(
        f"{found.events} events of {found.cases} cases: every one follows from the one before, "
        "and every grant from its case."
    )
    return 0
