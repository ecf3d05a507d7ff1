"""What auditors look at (I9, G2): every case, its chain of events recomputed, who acted as what, what was refused.

An auditor may see everything and change nothing. Looking is not recorded, because reading writes nothing here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.services import ServicesIn
from domain.acts import FORMS
from domain.case import Stage
from domain.chain import Link
from domain.people import NOT_PEOPLE, Role, Seat
from domain.refusals import NoSuchCase
from domain.words import STAGES
from domain.words import seat as seat_words
from store import directory, oversight, reads, shapes
from store import names as names_of
from store.oversight import Search
from ui.case_view import people_of
from ui.csv_files import download
from ui.regulator import only
from ui.session import REF, Me, PagesIn, Ref, cursor, cursor_text
from ui.templating import upper_first
from ui.views import Tag, Teams, case_row, stage_tag, team_ids

router = APIRouter(include_in_schema=False)

COLUMNS = ("ref", "seq", "at", "kind", "actor", "command", "data", "previous", "hash")
ACTS = {name: form.title for name, form in FORMS.items()} | {
    "submit": "Submit the request",
    "save_draft": "Save the request",
    "tag_friction": "Say what a rule cost",
}
STATES = {
    "applied": Tag(text="Applied", colour="green"),
    "refused": Tag(text="Refused", colour="red"),
    "pending": Tag(text="Being applied", colour="blue"),
}
CAPACITIES = {"cover": "while away", "deputy": "as deputy"}
RARE = {
    "waivers": "Separations of roles waived for a very small body",
    "exemptions": "Register entries kept back for a time",
    "one_person": "Requests signed by the person who wrote them, as two lanes allow",
}


@router.get("/audit")
async def audit(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    only(me, Role.AUDITOR)
    after, query = cursor(request), request.query_params
    typed = {name: query.get(name, "").strip()[:80] for name in ("ref", "organisation", "stage")}
    async with services.database.read() as connection:
        bodies = await directory.organisation_names(connection)
        wrong = _wrong(typed, bodies)
        asked = Search(**{name: value for name, value in typed.items() if name not in wrong})
        rows = [] if wrong else await oversight.search(connection, asked, after=after)
        shown = rows[: oversight.PAGE]
        teams = Teams(cards=await names_of.team_cards(connection, team_ids(shown)))
        rare = await oversight.rare(connection) if not after and not any(typed.values()) else {}
    more = ""
    if len(rows) > oversight.PAGE:
        kept = urlencode({name: value for name, value in typed.items() if value})
        last = shown[-1]
        more = f"/audit?{kept}{'&' if kept else ''}after={cursor_text(last.updated_at, last.ref)}"
    return pages.page(
        request,
        "audit.html",
        me,
        status=422 if wrong else 200,
        summary=[{"text": sentence, "href": f"#{name}"} for name, sentence in wrong.items()],
        wrong=wrong,
        typed=typed,
        bodies=sorted(bodies.items(), key=lambda each: each[1].casefold()),
        stages=[(stage.value, upper_first(STAGES[stage])) for stage in Stage],
        cases=[case_row(row, teams) for row in shown],
        more=more,
        rare=[(words, rare[name]) for name, words in RARE.items() if rare.get(name)],
    )


def _wrong(typed: Mapping[str, str], bodies: Mapping[str, str]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if typed["ref"] and not REF.fullmatch(typed["ref"]):
        wrong["ref"] = "Enter a reference, or the beginning of one, like SC-7K3M"
    if typed["organisation"] and typed["organisation"] not in bodies:
        wrong["organisation"] = "Select a body of the list"
    if typed["stage"] and typed["stage"] not in set(Stage):
        wrong["stage"] = "Select a stage of the list"
    return wrong


@router.get("/audit/{ref}.csv")
async def events_csv(ref: Ref, me: Me, services: ServicesIn) -> Response:
    """The hash chain of a case, without a word that anybody typed: `sharecase verify --file` walks it."""
    only(me, Role.AUDITOR)
    async with services.database.read() as connection:
        found = await oversight.links(connection, ref)
    if not found:
        raise NoSuchCase
    return download(f"events-{ref}.csv", [COLUMNS, *(_exported(link) for link in found)], public=False)


def _exported(link: Link) -> list[str]:
    """As it was hashed. Nothing in it begins like a formula: references, kinds, ids, instants, JSON and hashes."""
    data = json.dumps(link.data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    at = link.at.astimezone(UTC).isoformat()
    return [link.ref, str(link.seq), at, link.kind, link.actor, link.command, data, link.previous, link.hash]


@router.get("/audit/{ref}")
async def audit_case(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    only(me, Role.AUDITOR)
    async with services.database.read() as connection:
        row = await reads.case_row(connection, ref)
        if row is None:
            raise NoSuchCase
        found = await oversight.links(connection, ref)
        acts = await _acts(connection, ref, found)
        people = people_of(shapes.case_from_json(row.state))
        names = await names_of.people_names(connection, set(people.values()))
    return pages.page(
        request,
        "audit_case.html",
        me,
        ref=ref,
        heading=row.title,
        stage=stage_tag(row.stage),
        chain=oversight.chain(found, row.version, row.head),
        people={role: names.get(person, person) for role, person in people.items()},
        acts=acts,
        refused=sum(each.state is STATES["refused"] for each in acts),
        covered=sum(bool(each.for_whom) for each in acts),
        rare=_rare_of(found),
    )


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody sent. `seat`: as what, where a task was done by it. `for_whom`: whose post it was, with cover."""

    at: datetime
    who: str
    what: str
    seat: str
    for_whom: str
    via: str
    state: Tag
    because: str


async def _acts(connection: AsyncConnection, ref: str, found: Sequence[Link]) -> list[Act]:
    seats = {
        link.command: seat_words(Seat(link.data["seat"]))
        for link in found
        if link.kind == "task_closed" and link.data.get("how") == "done"
    }
    first = {link.command: link.seq for link in reversed(found)}
    rows = sorted(
        await oversight.acts(connection, ref), key=lambda row: (row.received_at, first.get(row.id, 0))
    )
    return [
        Act(
            at=row.received_at,
            who=row.name or ("The system" if row.actor in NOT_PEOPLE else row.actor),
            what=ACTS.get(row.act, upper_first(row.act.replace("_", " "))),
            seat=seats.get(row.id, ""),
            for_whom=f"{row.whom} {CAPACITIES.get(row.capacity, '')}".strip() if row.whom else "",
            via=row.via,
            state=STATES[row.state],
            because=(row.refusal or {}).get("sentence", ""),
        )
        for row in rows
    ]


def _rare_of(found: Sequence[Link]) -> list[str]:
    """What happened in this case that is allowed and meant to be rare."""
    told: list[str] = []
    for link in found:
        if link.kind == "separation_waived":
            told.append(f"Event {link.seq}: the separation of roles was waived.")
        if link.kind == "entry_exempted":
            told.append(f"Event {link.seq}: the register entry was kept back until {link.data['until']}.")
        if link.kind == "risk_signed" and link.data.get("one_person"):
            told.append(f"Event {link.seq}: the person who wrote the request signed for its risk too.")
    return told
