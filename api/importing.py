"""Requests out of a file become drafts of the person who brings it: looked at first, kept when they say so (§8).

What a row is known by follows from its content, so the same file twice makes nothing new, and a mended file only
what was mended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.desk import Clock
from domain.imports import Around, CannotRead, Fault, Read, Row, read_csv
from domain.marketplace import read_marketplace
from domain.people import Role
from domain.questions import Choice
from domain.refusals import NotYours
from store import commands, directory, drafts
from store.database import Database
from store.directory import Person, TeamName

CSV, MARKETPLACE = "csv", "marketplace"
KINDS = (
    Choice(value=CSV, label="A spreadsheet, saved as CSV", hint="One request in each row"),
    Choice(
        value=MARKETPLACE,
        label="Requests of the Data Marketplace, as JSON",
        hint="One request, or a list of them",
    ),
)
READERS = {CSV: read_csv, MARKETPLACE: read_marketplace}
MOST_BYTES = 900_000  # the web takes 1 MB with what stands around the file
TOO_LARGE = "The file is larger than 900 KB: split it."


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row that can be taken. `ref`: its draft, if it is there; `is_new`: whether it was not there before."""

    row: Row
    ref: str = ""
    is_new: bool = True


@dataclass(frozen=True, kw_only=True)
class Looked:
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]

    @property
    def new(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_new)


def text_of(content: bytes) -> str:
    """The file as text. Raises `CannotRead`."""
    content = content.replace(b"\r\n", b"\n")
    # The page that shows it sends it back, and a browser sends every line end as two characters.
    if len(content) + content.count(b"\n") > MOST_BYTES:
        raise CannotRead(TOO_LARGE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise CannotRead("The file is not UTF-8 text: save it as 'CSV UTF-8', not as a workbook.") from why
    if not text.strip():
        raise CannotRead("The file is empty: choose another one.")
    return text


class Importing:
    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    async def look(self, person: Person, kind: str, text: str) -> Looked:
        """What keeping this file would do; nothing is written. Raises `CannotRead`, `NotYours`."""
        async with self.database.read() as connection:
            read = await _read(connection, person, kind, text)
            return await self._lines(connection, person, kind, read)

    async def keep(self, person: Person, kind: str, text: str, *, via: str) -> Looked:
        """Make a draft of each row that is not there yet, all in one transaction. Raises `CannotRead`, `NotYours`."""
        async with self.database.write() as connection:
            found = await self._lines(connection, person, kind, await _read(connection, person, kind, text))
            kept: list[Line] = []
            for line in found.lines:
                ref = line.ref or await self._keep(connection, person, kind, line.row, via)
                kept.append(Line(row=line.row, ref=ref, is_new=line.is_new))
            return Looked(lines=tuple(kept), faults=found.faults)

    async def _lines(self, connection: AsyncConnection, person: Person, kind: str, read: Read) -> Looked:
        lines: list[Line] = []
        for row in read.rows:
            before = await commands.get(connection, command_id(person, kind, row))
            lines.append(Line(row=row, ref=before.ref if before else "", is_new=before is None))
        return Looked(lines=tuple(lines), faults=read.faults)

    async def _keep(self, connection: AsyncConnection, person: Person, kind: str, row: Row, via: str) -> str:
        command = command_id(person, kind, row)
        answers: dict[str, Any] = {"path": "standard", **row.answers}
        told = commands.Received(
            id=command,
            ref=await drafts.ref_for(connection, command, person.id),
            act="save_draft",
            actor=person.id,
            via=via,
            body={},
            seen=None,
            received_at=self.clock(),
            told=answers,
        )
        await drafts.put(connection, told.ref, person.id, told.received_at, answers)
        await commands.keep(connection, told, told.received_at, state=commands.APPLIED)
        return told.ref


def command_id(person: Person, kind: str, row: Row) -> str:
    """The same for the same person and row, whatever else the file holds."""
    return f"import.{sha256(f'{person.id} {kind} {row.key}'.encode()).hexdigest()[:32]}"


async def _read(connection: AsyncConnection, person: Person, kind: str, text: str) -> Read:
    if not person.holds(Role.REQUESTER):
        raise NotYours
    return READERS[kind](text, await around(connection, person))


async def around(connection: AsyncConnection, person: Person) -> Around:
    mine = person.teams(Role.REQUESTER)
    teams = [team for team in await directory.team_names(connection) if team.id in mine]
    senders = [
        team
        for team in await directory.teams_holding(connection, Role.SENDER_DECIDER, person.day)
        if team.id not in mine
    ]
    owners: dict[str, list[tuple[str, str]]] = {}
    for team, owner, name in await directory.risk_owners(connection, mine, person.day):
        owners.setdefault(team, []).append((name, owner))
    return Around(teams=_names(teams), owners=_others(owners, person), senders=_names(senders))


def _others(
    owners: Mapping[str, Sequence[tuple[str, str]]], person: Person
) -> dict[str, Sequence[tuple[str, str]]]:
    """G2: somebody else signs."""
    return {team: [each for each in found if each[1] != person.id] for team, found in owners.items()}


def _names(teams: Sequence[TeamName]) -> list[tuple[str, str]]:
    """What a team may be called: by its full label, by its own name, or by its body's where that has one such team."""
    return [(name, team.id) for team in teams for name in (team.label, team.name, team.organisation_name)]
