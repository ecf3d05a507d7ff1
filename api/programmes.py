"""Programmes of named priorities (P10): proposed and confirmed by two board members, and how they stand, as JSON.

Each act is one transaction. No case is touched: a programme only counts.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.outside import OutsideActs, cleaned
from api.problems import ProblemRoute, documented
from api.rulebook import next_day
from api.services import ServicesIn
from domain.appetite import NAME_NO_PERSON
from domain.figure_tally import DEFINITIONS
from domain.governance import TABLE
from domain.programmes import (
    DECISION,
    NoSuchProgramme,
    NothingToConfirm,
    OwnProgramme,
    Programme,
    ProgrammeBoardOnly,
    ProgrammeMoved,
    ProgrammeProposed,
    Rollout,
    check_proposal,
    in_force,
    questions,
)
from domain.questions import Problem
from domain.working_days import london_date
from store import commands, figures_read
from store import programmes as rows
from store.appetite import names_somebody
from store.directory import Person

ABOUT = "programmes"  # what acts about them are kept under: they travel to no case
PUBLISHED = ("name", "purpose", "citation", "reason")


class Programmes(OutsideActs):
    """The two acts. Each raises `NoSuchProgramme` (404), the refusals of `domain.programmes`, `Invalid` (422) and
    `SameCommandOtherBody` (409)."""

    async def propose(
        self, person: Person, programme: str, raw: Mapping[str, Any], *, command: str, seen: int, via: str
    ) -> str:
        """A new programme ('') or the next version of one. `seen`: the newest version on the page. The programme's id."""
        for_board(person, "propose_programme")
        async with self.database.write() as connection:
            await rows.one_at_a_time(connection)
            _, clusters = await figures_read.known(connection)
            about = f"programme/{programme}"
            told = self.told(person, about, "propose_programme", questions(clusters), raw, command, seen, via)
            held = await rows.versions(connection)
            if programme and programme not in held:
                raise NoSuchProgramme
            key = programme or slug(str(raw.get("name", "")))
            if await commands.is_repeat(connection, told):
                return key
            if programme and await rows.waiting(connection, programme):
                raise ProgrammeProposed
            if programme and held[programme][-1].version != seen:
                raise ProgrammeMoved
            kept, problems = check_proposal(raw, clusters, await rows.bodies(connection))
            taken = not programme and (key in held or await rows.waiting(connection, key))
            if taken and kept.get("name"):
                problems = (
                    *problems,
                    Problem("name", "Name: there is a programme of this name. Change that one"),
                )
            texts = {name: str(kept.get(name, "")) for name in PUBLISHED}
            if not problems and (field := await names_somebody(connection, texts)):
                problems = (Problem(field, f"{NAME_NO_PERSON} Take the name out, and say the post instead."),)
            if problems:
                raise Invalid(problems)
            kept |= {name: list(kept[name]) for name in ("duties", "uses")}
            await rows.propose(connection, key, kept, person.id, told.received_at)
            await self.keep(connection, told, {**kept, "programme": key})
        return key

    async def decide(
        self,
        person: Person,
        programme: str,
        raw: Mapping[str, Any],
        *,
        command: str,
        proposal: int,
        via: str,
    ) -> None:
        """Confirm or drop the proposal that was read. Whoever made it may only drop it."""
        for_board(person, "confirm_programme")
        about = f"programme/{programme}"
        told = self.told(person, about, "confirm_programme", DECISION, raw, command, proposal, via)
        async with self.database.write() as connection:
            await rows.one_at_a_time(connection)
            if await commands.is_repeat(connection, told):
                return
            row = next(iter(await rows.waiting(connection, programme)), None)
            if row is None or row.id != proposal:
                raise NothingToConfirm
            if row.proposed_by == person.id and raw.get("decision") == "confirm":
                raise OwnProgramme
            answers = cleaned(DECISION, raw)
            version, day = 0, ""
            if answers["decision"] == "confirm":
                held = (await rows.versions(connection, programme)).get(programme, [])
                version = held[-1].version + 1 if held else 1
                day = (await next_day(connection, told.received_at)).isoformat()
            await rows.decide(connection, row.id, person.id, told.received_at, version=version, day=day)
            await self.keep(
                connection, told, {**answers, "proposal": row.id, "version": version, "in_force_from": day}
            )


def for_board(person: Person, act: str) -> None:
    if not set(TABLE[act]) & set(person.roles):
        raise ProgrammeBoardOnly


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-") or "programme"


async def in_force_today(
    connection: AsyncConnection, today: date, programme: str = ""
) -> list[tuple[Programme, Rollout]]:
    """Each programme in force with how it stands, by name; one, or all."""
    found = [in_force(held, today) for held in (await rows.versions(connection, programme)).values()]
    mine = sorted((each for each in found if each), key=lambda each: each.name.casefold())
    return [(each, await rows.rollout(connection, each)) for each in mine]


# --- the same for machines ------------------------------------------------------------------------------------------

router = APIRouter(route_class=ProblemRoute, prefix="/programmes", tags=["figures"])


class ProgrammeBodyOut(BaseModel):
    """`stand`: delivered, under_way, ended (asked, and nothing came of it) or not_asked. `since`: first delivery or null."""

    organisation: str
    name: str
    stand: str
    since: date | None


class ProgrammeMonthOut(BaseModel):
    """`delivered`: bodies delivered to by the end of the month."""

    month: str
    delivered: int


class ProgrammeOut(BaseModel):
    """`rule`: which shares count, in words. `demo`: its bodies are made up."""

    id: str
    version: int
    name: str
    purpose: str
    citation: str
    rule: str
    duties: list[str]
    uses: list[str]
    cluster: str
    demo: bool
    in_force_from: date
    target: int
    delivered: int
    under_way: int
    ended: int
    not_asked: int
    months: list[ProgrammeMonthOut]
    bodies: list[ProgrammeBodyOut]


class ProgrammeList(BaseModel):
    as_of: datetime
    definitions: str
    programmes: list[ProgrammeOut]


def told(programme: Programme, stands: Rollout, names: Mapping[str, tuple[str, bool]]) -> ProgrammeOut:
    return ProgrammeOut(
        id=programme.id,
        version=programme.version,
        name=programme.name,
        purpose=programme.purpose,
        citation=programme.citation,
        rule=programme.rule,
        duties=list(programme.duties),
        uses=list(programme.uses),
        cluster=programme.cluster,
        demo=programme.demo,
        in_force_from=programme.in_force_from,
        target=len(programme.bodies),
        delivered=stands.count("delivered"),
        under_way=stands.count("under_way"),
        ended=stands.count("ended"),
        not_asked=stands.count("not_asked"),
        months=[ProgrammeMonthOut(month=month, delivered=n) for month, n in stands.months()],
        bodies=[
            ProgrammeBodyOut(
                organisation=body,
                name=names[body][0] if body in names else body,
                stand=stand,
                since=date.fromisoformat(day) if day else None,
            )
            for body, stand, day in stands.bodies
        ],
    )


@router.get("", responses=documented(503))
async def list_programmes(own: ServicesIn) -> ProgrammeList:
    """Named priorities, and for each body that is to receive such a share whether it does."""
    now = own.clock()
    async with own.database.read() as connection:
        names = await rows.bodies(connection)
        found = await in_force_today(connection, london_date(now))
    return ProgrammeList(
        as_of=now, definitions=DEFINITIONS, programmes=[told(*each, names) for each in found]
    )


@router.get("/{programme}", responses=documented(404, 503))
async def read_programme(own: ServicesIn, programme: str) -> ProgrammeOut:
    """One of them, as it is in force today."""
    async with own.database.read() as connection:
        names = await rows.bodies(connection)
        found = await in_force_today(connection, london_date(own.clock()), key_of(programme))
    if not found:
        raise NoSuchProgramme
    return told(*found[0], names)


def key_of(text: str) -> str:
    """The id as an address gives it. Raises `NoSuchProgramme` for what cannot be one."""
    if not re.fullmatch(r"[a-z0-9-]{1,80}", text):
        raise NoSuchProgramme
    return text
