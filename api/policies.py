"""The edge of the policy: proposing and confirming numbers; the versions, and what others would have meant, as JSON.

Each act is one transaction: the command, and what it changes. No case is touched: each keeps the policy it came in under.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from api.callers import Caller, TokenRoute
from api.desk import Clock
from api.invalid import Invalid
from api.problems import ProblemRoute, documented
from api.rulebook import next_day
from api.services import Services, ServicesIn
from domain.appetite import NAME_NO_PERSON
from domain.governance import TABLE
from domain.policy import Policy
from domain.policy_versions import (
    BY_FIELD,
    CONFIRM,
    LENGTHS,
    SHIPPED,
    NoPolicyProposed,
    OwnPolicy,
    PolicyBoardOnly,
    PolicyMovedOn,
    PolicyProposalOpen,
    check_proposal,
    check_what_if,
    decision_form,
    from_shipped,
    name_for,
    newest,
    numbers_of,
)
from domain.policy_what_if import CANNOT_SAY
from domain.questions import Problem, check
from domain.working_days import london_date
from store import commands, policies, what_if
from store.appetite import names_somebody
from store.database import Database
from store.directory import Person
from store.what_if import Looked

ABOUT = "policy"  # what acts about it are kept under: they travel to no case
MOST_CASES = 2_000  # of one look from a page or a machine; the command line may look at more


class Policies:
    """Acts about the numbers. Each raises `Invalid`, a `Refusal`, or nothing; a repeat changes nothing (G6)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    async def propose(self, me: Person, raw: Mapping[str, Any], *, seen: int, command: str) -> None:
        """`seen`: how many versions were agreed when the form was filled in. One open proposal."""
        told = self._told(command, "propose_policy", me, {**raw, "seen": seen})

        async def take(connection: AsyncConnection) -> dict[str, Any]:
            for_board(me, "propose_policy")
            held = await policies.versions(connection)
            if await policies.proposal(connection):
                raise PolicyProposalOpen
            if len(held) != seen:
                raise PolicyMovedOn
            numbers, reason, problems = check_proposal(newest(held), raw)
            if not problems and await names_somebody(connection, {"reason": reason}):
                sentence = f"{NAME_NO_PERSON} Take the name out, and say the post instead."
                problems = (Problem("reason", sentence),)
            if problems:
                raise Invalid(problems)
            kept = from_shipped(numbers)
            await policies.propose(connection, kept, reason, me.id, told.received_at)
            return {"numbers": kept, "reason": reason}

        await self._once(told, take)

    async def decide(self, me: Person, raw: Mapping[str, Any], *, proposal: int, command: str) -> None:
        """Confirm or drop the proposal that was read. Whoever made it may only drop it."""
        told = self._told(command, "confirm_policy", me, {**raw, "proposal": proposal})

        async def take(connection: AsyncConnection) -> dict[str, Any]:
            for_board(me, "confirm_policy")
            row = await policies.proposal(connection)
            if row is None or row.id != proposal:
                raise NoPolicyProposed
            own = row.proposed_by == me.id
            if own and raw.get("decision") == CONFIRM:
                raise OwnPolicy
            answers, problems = check(decision_form(own=own), raw)
            if problems:
                raise Invalid(problems)
            day, name = policies.DROPPED, ""
            if answers["decision"] == CONFIRM:
                first = await next_day(connection, told.received_at)
                day, name = first.isoformat(), name_for(await policies.versions(connection), first)
            await policies.decide(connection, row.id, me.id, told.received_at, first_day=day, name=name)
            return dict(answers) | {"proposal": row.id, "in_force_from": day, "version": name}

        await self._once(told, take)

    def _told(self, command: str, act: str, me: Person, raw: Mapping[str, Any]) -> commands.Received:
        return commands.Received(
            id=command,
            ref=ABOUT,
            act=act,
            actor=me.id,
            via="web",
            body={},
            seen=None,
            received_at=self.clock(),
            told=dict(raw),
        )

    async def _once(
        self, told: commands.Received, take: Callable[[AsyncConnection], Awaitable[dict[str, Any]]]
    ) -> None:
        async with self.database.write() as connection:
            await policies.one_at_a_time(connection)
            if not await commands.is_repeat(connection, told):
                body = await take(connection)
                await commands.keep(
                    connection, replace(told, body=body), told.received_at, state=commands.APPLIED
                )


def on_board(person: Person | None, act: str) -> bool:
    return bool(person and set(TABLE[act]) & set(person.roles))


def for_board(me: Person, act: str) -> None:
    if not on_board(me, act):
        raise PolicyBoardOnly


async def looked_back(own: Services, changes: Mapping[str, int], most: int = MOST_CASES) -> Looked:
    """What these numbers would have meant. Made-up cases count only in a demonstration."""
    return await what_if.look(own.database, changes, own.clock(), demo=own.site.embedded, most=most)


# --- the same for machines ------------------------------------------------------------------------------------------

router = APIRouter(route_class=ProblemRoute, tags=["policy"])
people_router = APIRouter(route_class=TokenRoute, tags=["policy"])


class NumberOut(BaseModel):
    field: str
    label: str
    unit: str
    number: int
    shipped: int
    least: int
    most: int


class VersionOut(BaseModel):
    """`in_force_from`: null for the shipped numbers. `differs`: from the shipped ones."""

    version: str
    in_force_from: date | None
    reason: str
    differs: dict[str, int]


class PolicyOut(BaseModel):
    """The numbers of today, and every version that two board members agreed on, newest first."""

    as_of: datetime
    version: str
    numbers: list[NumberOut]
    versions: list[VersionOut]


class LineOut(BaseModel):
    """Tasks. `would_miss` is certain; `untold`: missed, and settled by others before the new limit, or still open.

    median and p90: in `unit`, as it was, by nearest rank; null under ten.
    """

    field: str
    label: str
    unit: str
    new: int
    was: list[int]
    tasks: int
    missed_before: int
    would_miss: int
    avoided: int
    added: int
    untold: int
    longer: int
    aside: int
    done: int
    median: int | None
    p90: int | None
    longest: int | None


class WhatIfOut(BaseModel):
    """`cases_looked_at` of `cases_in_all`, the newest first. `not_told`: numbers that past events say nothing about."""

    as_of: datetime
    cases_looked_at: int
    cases_in_all: int
    lines: list[LineOut]
    not_told: list[str]
    cannot_say: list[str]


@router.get("/policies", responses=documented(503))
async def read_policies(own: ServicesIn) -> PolicyOut:
    """The numbers in force: how long each of us has."""
    now = own.clock()
    async with own.database.read() as connection:
        held = await policies.versions(connection)
        policy = await policies.in_force(connection, london_date(now))
    versions = [
        VersionOut(
            version=each.name,
            in_force_from=each.in_force_from,
            reason=each.reason,
            differs=dict(each.numbers),
        )
        for each in reversed(held)
    ]
    first = VersionOut(version=SHIPPED.version, in_force_from=None, reason="", differs={})
    return PolicyOut(
        as_of=now, version=policy.version, numbers=numbers_out(policy), versions=[*versions, first]
    )


def numbers_out(policy: Policy) -> list[NumberOut]:
    shipped, now = numbers_of(SHIPPED), numbers_of(policy)
    return [
        NumberOut(**asdict(each), number=now[each.field], shipped=shipped[each.field]) for each in LENGTHS
    ]


PARAMETERS = [
    {
        "in": "query",
        "name": each.field,
        "required": False,
        "description": f"{each.label}, in {each.unit}.",
        "schema": {"type": "integer", "minimum": each.least, "maximum": each.most},
    }
    for each in LENGTHS
]


@people_router.get(
    "/policy/what-if", responses=documented(401, 422, 503), openapi_extra={"parameters": PARAMETERS}
)
async def read_what_if(request: Request, caller: Caller, own: ServicesIn) -> WhatIfOut:
    """What other numbers would have meant for the cases there were. Name at least one: ?decide=15."""
    changes, problems = check_what_if(dict(request.query_params.items()))
    if not changes and not problems:
        names = ", ".join(BY_FIELD)
        problems = (Problem("", f"Name at least one number, such as decide=15. There are: {names}."),)
    if problems:
        raise Invalid(problems)
    return what_if_out(await looked_back(own, changes), own.clock())


def what_if_out(looked: Looked, now: datetime) -> WhatIfOut:
    lines = [
        LineOut(
            label=each.label,
            unit=each.unit,
            done=each.took.n,
            median=each.took.median,
            p90=each.took.p90,
            longest=each.took.longest,
            **{
                key: value
                for key, value in asdict(each).items()
                if key in LineOut.model_fields and key != "took"
            },
        )
        for each in looked.found.lines()
    ]
    return WhatIfOut(
        as_of=now,
        cases_looked_at=looked.found.cases,
        cases_in_all=looked.of,
        lines=lines,
        not_told=list(looked.found.not_told()),
        cannot_say=list(CANNOT_SAY),
    )
