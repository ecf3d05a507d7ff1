"""Quarterly packs for machines (P7): public, the same numbers as the page and its CSV, with their dictionary."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.problems import Missing, ProblemRoute, documented
from api.receipts import V1
from api.register import MINUTE, UNCHANGED, kept_bytes
from api.services import Services, ServicesIn
from domain.pack_dictionary import DEFINITIONS, rows
from domain.packs import Restated, restated
from domain.quarters import Quarter, parse, quarters
from domain.working_days import london_date
from store import packs
from store.database import Database
from store.packs import Edition

router = APIRouter(route_class=ProblemRoute, prefix="/packs", tags=["packs"])

NO_PACK = "There is no such pack. Take a quarter, and an edition, from the list of packs."
COUNTED_FOR = timedelta(minutes=1)  # how long a quarter that is not published is not counted again
DEMO = Query(
    description="'yes': the made-up bodies of a demonstration instead.", json_schema_extra={"enum": ["yes", "no"]}
)  # fmt: skip
State = Literal["so_far", "closed"]
_counted: WeakKeyDictionary[Database, dict[tuple[Quarter, bool], Edition]] = WeakKeyDictionary()


class ListedPack(BaseModel):
    """`edition` is 0, and `content_hash` null, while nothing of the quarter is published."""

    model_config = ConfigDict(populate_by_name=True)

    quarter: str
    since: date = Field(alias="from")
    to: date
    state: State
    edition: int
    built_at: datetime | None
    content_hash: str | None = Field(description="SHA-256 of the lines, in canonical JSON.")
    href: str


class PackList(BaseModel):
    as_of: datetime
    demo: bool
    packs: list[ListedPack]


class LineOut(BaseModel):
    """One number. `value` null: not told, and `note` says why. `n`: how many stand behind it."""

    section: str
    measure: str
    dimension: str
    value: float | None
    unit: str
    n: int | None
    note: str


class RestatedOut(BaseModel):
    measure: str
    dimension: str
    was: float | None
    now: float | None


class EditionOut(BaseModel):
    """`restated`: numbers of what happened in the quarter that differ from the edition before."""

    edition: int
    built_at: datetime
    content_hash: str
    note: str
    restated: list[RestatedOut]
    href: str


class PackOut(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    quarter: str
    since: date = Field(alias="from")
    to: date
    state: State
    demo: bool
    edition: int
    as_of: datetime
    definitions: str
    content_hash: str
    lines: list[LineOut]
    editions: list[EditionOut]


class MeasureOut(BaseModel):
    section: str
    measure: str
    meaning: str
    unit: str
    dimension: str
    how: str
    events: str
    suppressed: str
    moves: Literal["fixed", "matures", "standing"]
    version: str


class DictionaryOut(BaseModel):
    definitions: str
    measures: list[MeasureOut]


@dataclass(frozen=True, kw_only=True)
class Found:
    """A pack to show, and every edition that was published, oldest first, each with what it restated."""

    pack: Edition
    is_closed: bool
    editions: tuple[tuple[Edition, tuple[Restated, ...]], ...] = field(default=())


async def listed(own: Services, demo: bool) -> PackList:
    """Every quarter since the first case, newest first."""
    now = own.clock()
    today = london_date(now)
    async with own.database.read() as connection:
        first = await packs.first_day(connection, demo)
        published = await packs.kept(connection, demo)
    found = [_listed(each, published.get(each.name), today, demo) for each in quarters(first or today, today)]
    return PackList(as_of=now, demo=demo, packs=found)


def _listed(quarter: Quarter, row: Any, today: date, demo: bool) -> ListedPack:
    return ListedPack.model_validate(
        {
            **_days(quarter),
            "state": "closed" if quarter.is_closed(today) else "so_far",
            "edition": row.edition if row else 0,
            "built_at": row.built_at if row else None,
            "content_hash": row.content_hash if row else None,
            "href": f"{V1}/packs/{quarter.name}{'?demo=yes' if demo else ''}",
        }
    )


def _days(quarter: Quarter) -> dict[str, Any]:
    return {"quarter": quarter.name, "from": quarter.since, "to": quarter.until}


async def found(own: Services, name: str, demo: bool, edition: str = "") -> Found:
    """The newest edition of a quarter, the one that is asked for, or what there is so far. Raises `Missing`."""
    now = own.clock()
    today, quarter = london_date(now), parse(name)
    async with own.database.read() as connection:
        first = await packs.first_day(connection, demo)
        if quarter is None or quarter not in quarters(first or today, today):
            raise Missing("NoSuchPack", NO_PACK)
        published = await packs.editions(connection, quarter, demo)
        if edition:
            wanted = [each for each in published if str(each.number) == edition]
            if not wanted:
                raise Missing("NoSuchPack", NO_PACK)
            pack = wanted[0]
        else:
            pack = published[-1] if published else _just_counted(own, quarter, demo, now)
        if pack is None:
            pack = await packs.build(connection, quarter, demo, now)
            _counted.setdefault(own.database, {})[quarter, demo] = pack
    changes = [restated(before.lines, each.lines) for before, each in pairwise(published)]
    return Found(
        pack=pack,
        is_closed=quarter.is_closed(today),
        editions=tuple(zip(published, ((), *changes), strict=True)) if published else (),
    )


def _just_counted(own: Services, quarter: Quarter, demo: bool, now: datetime) -> Edition | None:
    """So that a page that anybody may open does not count the same quarter at every call."""
    pack = _counted.get(own.database, {}).get((quarter, demo))
    return pack if pack and timedelta(0) <= now - pack.built_at < COUNTED_FOR else None


def pack_out(told: Found) -> PackOut:
    pack = told.pack
    beside = "?demo=yes&edition=" if pack.demo else "?edition="
    editions = [
        EditionOut(
            edition=each.number,
            built_at=each.built_at,
            content_hash=each.content_hash,
            note=each.note,
            restated=[
                RestatedOut(measure=r.line.measure, dimension=r.line.dimension, was=r.was, now=r.now)
                for r in changes
            ],
            href=f"{V1}/packs/{pack.quarter.name}{beside}{each.number}",
        )
        for each, changes in told.editions
    ]
    return PackOut.model_validate(
        {
            **_days(pack.quarter),
            "state": "closed" if told.is_closed else "so_far",
            "demo": pack.demo,
            "edition": pack.number,
            "as_of": pack.built_at,
            "definitions": pack.definitions,
            "content_hash": pack.content_hash,
            "lines": [LineOut(**asdict(line)) for line in pack.lines],
            "editions": editions,
        }
    )


def dictionary() -> DictionaryOut:
    return DictionaryOut(
        definitions=DEFINITIONS, measures=[MeasureOut.model_validate(_row(each)) for each in rows()]
    )


def _row(row: Mapping[str, str]) -> dict[str, Any]:
    return dict(row)


@router.get("", response_model=PackList, responses={**UNCHANGED, **documented(503)})
async def list_packs(request: Request, own: ServicesIn, demo: Annotated[str | None, DEMO] = None) -> Response:
    """Every quarter since the first case, newest first; of those that are over, the newest edition."""
    return _kept(request, await listed(own, demo == "yes"))


@router.get("/dictionary", response_model=DictionaryOut, responses=UNCHANGED)
async def read_dictionary(request: Request) -> Response:
    """What every measure means, how it is counted, from which events, and when it is not told."""
    return _kept(request, dictionary())


@router.get("/{quarter}", response_model=PackOut, responses={**UNCHANGED, **documented(404, 422, 503)})
async def read_pack(
    request: Request,
    quarter: Annotated[str, Path(max_length=20, description="Such as 2026-q4.")],
    own: ServicesIn,
    demo: Annotated[str | None, DEMO] = None,
    edition: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """One quarter: its newest edition once it is over, what there is so far until then."""
    return _kept(request, pack_out(await found(own, quarter, demo == "yes", str(edition or ""))))


def _kept(request: Request, model: BaseModel) -> Response:
    return kept_bytes(request, model.model_dump_json(by_alias=True).encode(), MINUTE, "application/json")
