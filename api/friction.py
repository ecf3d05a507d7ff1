"""What a rule cost (P7): said in a case by those who work on it, and in public a ranking without any case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from api.callers import Caller, CommandId, Ref, TokenRoute, require_known
from api.invalid import Invalid
from api.known import known
from api.outside import OutsideActs
from api.problems import ProblemRoute, documented
from api.register import MINUTE, UNCHANGED, kept
from api.services import ServicesIn
from api.views import Answers, Sent
from domain import friction as rules
from domain.friction import AlreadyTagged, NotYourFriction, Ranked, hours, seat_for
from domain.people import Role, Seat
from domain.questions import Problem
from domain.refusals import NoSuchCase
from store import appetite, commands, friction
from store.directory import Person

router = APIRouter(route_class=ProblemRoute, tags=["friction"])
case_router = APIRouter(route_class=TokenRoute, tags=["friction"])

TOGETHER = "Rules told in fewer than 3 cases each, together"
DEMO = Query(
    description="'yes': the made-up bodies of a demonstration instead.", json_schema_extra={"enum": ["yes", "no"]}
)  # fmt: skip


class FrictionActs(OutsideActs):
    """Raises `NoSuchCase` (404), `NotYourFriction` (403), `Invalid` (422), `AlreadyTagged` and `SameCommandOtherBody` (409)."""

    async def tag(self, person: Person, ref: str, raw: Mapping[str, Any], *, command: str, via: str) -> None:
        """One person says once for a rule in a case what it cost. The case itself goes on as it is."""
        book = friction.rulebook()
        asked = rules.questions(book.values())
        told = self.told(person, ref, "tag_friction", asked, raw, command, None, via)
        async with self.database.write() as connection:
            seat = seat_for((await known(connection, person, ref)).seats)
            if seat is None:
                raise NotYourFriction
            if await commands.is_repeat(connection, told):
                return
            tag, problems = rules.check_tag(book, raw)
            if tag is None:
                raise Invalid(problems)
            await self._no_names(connection, {"citation": tag.citation, "made_do": tag.made_do})
            if not await friction.tag(connection, ref, tag, seat=seat, by=person.id, at=told.received_at):
                raise AlreadyTagged
            await self.keep(connection, told, {**vars(tag), "seat": seat})

    async def _no_names(self, connection: Any, texts: Mapping[str, str]) -> None:
        if field := await appetite.names_somebody(connection, texts):
            raise Invalid(
                (Problem(field, f"{rules.LABELS[field]}: take the name out, and say the role instead"),)
            )


class RuleOut(BaseModel):
    """`kind`: law, guidance, or local for what a body made itself."""

    id: str
    name: str
    citation: str
    kind: Literal["law", "guidance", "local"]


class TagOut(BaseModel):
    """One tag, for those who may see the case. `seat`: in which role it was said."""

    rule: str
    citation: str
    made_do: str
    hours: float
    protected: Literal["yes", "no", "unsure"]
    seat: Seat
    told_at: datetime
    mine: bool


class TagList(BaseModel):
    case: str
    hours: float
    tags: list[TagOut]
    rules: list[RuleOut] = Field(description="What `rule` can be; beside these `other`, with a `citation`.")


class TagIn(Sent):
    """`rule`, `citation` (with `other`), `made_do`, `hours` as text such as "2.5", `protected`."""

    answers: Answers


class RankedOut(BaseModel):
    """Null: too few to tell. `rule` is null where rules of fewer than 3 cases each are told together."""

    rule: str | None
    name: str
    citation: str
    hours: float | None
    median_hours: float | None = Field(description="Nearest rank; null under 10 tags.")
    tags: int | None
    cases: int | None
    protected_percent: int | None = Field(
        description="Who say that it protected somebody; null under 5 tags."
    )


class RankingOut(BaseModel):
    as_of: datetime
    demo: bool
    rules: list[RankedOut]


async def ranked(own: Any, demo: bool) -> RankingOut:
    """The public ranking, as the page, the CSV and the JSON show it."""
    async with own.database.read() as connection:
        told = await friction.told(connection, demo=demo)
    return RankingOut(as_of=own.clock(), demo=demo, rules=[ranked_out(each) for each in rules.ranking(told)])


def ranked_out(line: Ranked) -> RankedOut:
    name, citation = named(line.rule)
    return RankedOut(
        rule=line.rule or None,
        name=name,
        citation=citation,
        hours=_hours(line.half_hours),
        median_hours=_hours(line.median),
        tags=line.tags,
        cases=line.cases,
        protected_percent=line.protected,
    )


def named(rule: str) -> tuple[str, str]:
    """(name, citation) of a rule of the ranking; what somebody typed is never part of it."""
    if not rule:
        return TOGETHER, ""
    if rule == rules.OTHER:
        return "Rules that are not in the list", ""
    found = friction.rulebook().get(rule)
    return (found.name, found.citation) if found else (rule, "")


def _hours(half: int | None) -> float | None:
    return None if half is None else hours(half)


@router.get("/friction", response_model=RankingOut, responses={**UNCHANGED, **documented(503)})
async def read_ranking(
    request: Request, own: ServicesIn, demo: Annotated[str | None, DEMO] = None
) -> Response:
    """Which rules cost most, and whether they protected anybody: sums over cases, never a text or a case (P7)."""
    found = await ranked(own, demo == "yes")
    return kept(request, found, MINUTE)


@case_router.get("/cases/{ref}/friction", responses=documented(401, 404, 503))
async def read_tags(ref: Ref, caller: Caller, own: ServicesIn) -> TagList:
    """What rules cost in a case you may see, and what you can choose from."""
    async with own.database.read() as connection:
        may_read(caller, (await known(connection, caller, ref)).seats)
        rows = await friction.of_case(connection, ref)
    return TagList(
        case=ref,
        hours=hours(sum(row.half_hours for row in rows)),
        tags=[
            TagOut(
                rule=row.rule,
                citation=row.citation,
                made_do=row.made_do,
                hours=hours(row.half_hours),
                protected=row.protected,
                seat=row.seat,
                told_at=row.told_at,
                mine=row.told_by == caller.id,
            )
            for row in rows
        ],
        rules=[RuleOut.model_validate(vars(each)) for each in friction.rulebook().values()],
    )


@case_router.post(
    "/cases/{ref}/friction",
    status_code=201,
    responses=documented(400, 401, 403, 404, 409, 413, 415, 422, 503),
)
async def tag_friction(ref: Ref, body: TagIn, caller: Caller, command: CommandId, own: ServicesIn) -> TagList:
    """Say what a rule cost you in this case: once for each rule."""
    require_known(body.answers, rules.questions(friction.rulebook().values()))
    await FrictionActs(own.database, own.clock).tag(caller, ref, body.answers, command=command, via="api")
    return await read_tags(ref, caller, own)


def may_read(person: Person, held: tuple[Seat, ...]) -> None:
    """Who fills posts only reads no case, and so nothing that was said in one."""
    if held == (Seat.OPERATOR,) and not person.holds(Role.AUDITOR):
        raise NoSuchCase
