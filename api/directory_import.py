"""A file with rows of the directory: looked at, and done as a whole when somebody says so, or not at all (G1, G6).

Looking works out what the file does to the directory as it stands. Doing it works that out again: where it is not what
was looked at, nothing is done and it is looked at anew. Open cases hear of new and ended posts and of bank holidays as
they do of single acts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api import calendar
from api.desk import Clock
from api.outside import OutsideActs
from api.owners import OwnerActs, keeps
from domain import directory_import
from domain.directory_plan import ADD, CHANGE, Plan
from domain.directory_rows import ALL_COLUMNS, HOLIDAY, POST, Known, rows_of
from domain.directory_table import Text
from domain.people import Role
from domain.permissions import Post
from domain.refusals import NoSuchCase, Refusal, SameCommandOtherBody
from domain.working_days import Nation, london_date
from store import commands, directory_kept, imports_waiting, posts, posts_changed, tables
from store.commands import Received
from store.database import Database, one_at_a_time
from store.directory import Person
from store.posts_changed import Touched

AT_ONCE = 100  # posts that one question to the database names
INSTALLATION = "installation"  # who fills an empty directory: whoever set it up


class LookAgain(Refusal):
    sentence = "The directory has changed since you looked at this file, so nothing was done. This is what the file would do now."


class HasBadRows(Refusal):
    sentence = (
        "Some rows have to be mended first, so nothing was done. Mend them in the file and bring it again."
    )


class DoneBefore(Refusal):
    sentence = (
        "What this file says is in the directory already. Bring a file again to see what it would do now."
    )


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A file that was brought, and what it would do now; `plan` is None once it was done."""

    number: str
    name: str
    written: str
    brought_at: datetime
    plan: Plan | None


class DirectoryImport(OutsideActs):
    """Raises `CannotRead`, `NotADirectoryKeeper` (403), `NoSuchCase` (404), refusals (409), `SameCommandOtherBody` (409).

    `test`: whether bodies that are added are made up unless their rows say otherwise.
    """

    def __init__(self, database: Database, clock: Clock, *, test: bool) -> None:
        super().__init__(database, clock)
        self.test = test

    async def bring(self, person: Person, name: str, file: Text, *, command: str) -> str:
        """Keep a file for a day, so that it can be looked at; its number. Nothing of it is done."""
        keeps(person)
        now = self.clock()
        async with self.database.write() as connection:
            await self._plan(connection, file.text, london_date(now))
            before = await imports_waiting.one(connection, command, person.id, now)
            if before is None:
                await imports_waiting.put(connection, command, person.id, name, file.text, file.written, now)
            elif before.content_hash != imports_waiting.content_hash(file.text):
                raise SameCommandOtherBody
        return command

    async def look(self, person: Person, number: str) -> Waiting:
        """What it would do to the directory as it stands now."""
        keeps(person)
        now = self.clock()
        async with self.database.read() as connection:
            row = await imports_waiting.one(connection, number, person.id, now)
            if row is None:
                raise NoSuchCase
            plan = None if row.done_at else await self._plan(connection, row.content, london_date(now))
        return Waiting(
            number=row.id, name=row.name, written=row.written, brought_at=row.brought_at, plan=plan
        )

    async def do(self, person: Person, number: str, digest: str, *, command: str, via: str) -> Plan:
        """All of it, if it does what was looked at."""
        told = self.told(person, OwnerActs.kept_under, "import_directory", (), {}, command, None, via)
        told = replace(told, told={"about": number, "digest": digest})
        async with self.database.write() as connection:
            await _locked(connection)
            keeps(person)
            row = await imports_waiting.one(connection, number, person.id, told.received_at)
            if row is None:
                raise NoSuchCase
            if await commands.is_repeat(connection, told):
                return Plan()
            if row.done_at:
                raise DoneBefore
            plan = await self._plan(connection, row.content, london_date(told.received_at))
            if plan.digest != digest:
                raise LookAgain
            await self._do(connection, person.id, plan, told)
            await imports_waiting.done(connection, number, told.received_at)
        return plan

    async def fill(self, who: str, text: str, *, yes: bool, command: str) -> Plan:
        """The same in one step, for the command line: what it does, or with `yes` did."""
        now = self.clock()
        if not yes:
            async with self.database.read() as connection:
                return await self._plan(connection, text, london_date(now))
        told = Received(
            id=command, ref=OwnerActs.kept_under, act="import_directory", actor=who, via="cli", body={}, seen=None, received_at=now
        )  # fmt: skip
        async with self.database.write() as connection:
            await _locked(connection)
            plan = await self._plan(connection, text, london_date(now))
            if plan.may_be_done:
                await self._do(connection, who, plan, told)
        return plan

    async def export(self, kinds: Sequence[str]) -> Sequence[Sequence[str]]:
        """The directory as it stands, as the rows of a file that changes nothing when it is brought in."""
        today = london_date(self.clock())
        async with self.database.read() as connection:
            known = await directory_kept.known(connection, today, test=self.test)
        return [ALL_COLUMNS, *rows_of(known, today, tuple(kinds))]

    async def _plan(self, connection: AsyncConnection, text: str, today: date) -> Plan:
        known: Known = await directory_kept.known(connection, today, test=self.test)
        return directory_import.plan(text, known, today)

    async def _do(self, connection: AsyncConnection, who: str, plan: Plan, told: Received) -> None:
        if plan.faults:
            raise HasBadRows
        at, today = told.received_at, london_date(told.received_at)
        touched = await _reached(connection, plan, today)
        await directory_kept.write(connection, plan, by=who, day=today)
        for each in touched:
            await posts_changed.tell(connection, told.id, each, today, at)
        nations: set[Nation] = set()
        for line in plan.of(ADD, HOLIDAY):
            nation, day = Nation(line.values["nation"]), date.fromisoformat(line.values["date"])
            await calendar.put(connection, nation, day, line.values["title"], by=who, now=at)
            nations.add(nation)
        if nations:
            await calendar.tell(connection, nations, by=who, now=at)
        counts = {"added": len(plan.of(ADD)), "changed": len(plan.of(CHANGE)), "digest": plan.digest}
        await self.keep(connection, told, counts)


async def _locked(connection: AsyncConnection) -> None:
    await posts.lock(connection)
    await one_at_a_time(connection, tables.bank_holidays)


async def _reached(connection: AsyncConnection, plan: Plan, today: date) -> list[Touched]:
    """What open cases the posts of a plan may reach, asked before it is done."""
    changed: dict[Post, set[str]] = {}
    for line in plan.of(ADD, POST):
        changed.setdefault(_post(line.values), set())
    for line in plan.of(CHANGE, POST):
        row = await posts.one(connection, tables.posts, int(line.key))
        if row is not None:
            post = Post(role=Role(row.role), organisation=row.organisation, team=row.team)
            changed.setdefault(post, set()).add(row.person)
    return [
        await posts_changed.by_posts(connection, some, {who for post in some for who in changed[post]}, today)
        for some in _in_parts(changed)
    ]


def _post(values: Mapping[str, Any]) -> Post:
    return Post(role=Role(values["role"]), organisation=values["body"], team=values["team"] or None)


def _in_parts(posts: Iterable[Post]) -> list[list[Post]]:
    every = list(posts)
    return [every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE)]
