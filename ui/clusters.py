"""Clusters in public (P1): what each is for, what its members signed, who they are. Posts are named, never people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.agreements import known
from api.services import ServicesIn
from domain import agreements as rules
from domain.agreement_forms import TERMS
from domain.agreements import Agreement
from domain.people import Role
from domain.refusals import NoSuchCase
from domain.request_form import USES
from domain.words import LEGAL
from domain.working_days import london_date
from store import agreements, commands, directory
from store.agreements import Member
from store.directory import Person
from ui.forms import COMMAND
from ui.session import MaybeMe, PagesIn, Ref
from ui.templating import upper_first
from ui.views import Answered, answered
from ui.when import day
from ui.words import ROLES

router = APIRouter(include_in_schema=False)

DONE = {
    "sign_accession": "Signed. The team is a member from today.",
    "give_notice": "Notice is given. The team's last day for new cases stands beside its name.",
    "propose_terms": "Proposed. Another member of the board must confirm the new version before it counts.",
    "confirm_terms": "Confirmed. The new version counts from the day that stands beside it.",
}
USE_LABELS = {each.value: each.label for each in USES}
# The name and the aim stand at the top of a page, and why it was changed at the top of a version.
APART = frozenset({"name", "aim", "reason"})


@router.get("/clusters")
async def clusters(request: Request, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    today = london_date(services.clock())
    async with services.database.read() as connection:
        found = await agreements.in_force(connection, today)
        members = await agreements.members_of(connection, today)
        names = await directory.organisation_names(connection)
    rows = [
        {
            "id": each.id,
            "name": upper_first(each.name),
            "aim": each.terms.aim,
            "board": names[each.board],
            "version": each.version,
            "since": each.in_force_from,
            "teams": sum(member.cluster == each.id for member in members),
            "bodies": len({member.body for member in members if member.cluster == each.id}),
        }
        for each in found.values()
    ]
    legal = LEGAL[services.site.legal_profile]["cluster"]
    return pages.page(request, "clusters.html", me, clusters=rows, legal=legal)


@router.get("/clusters/{ref}")
async def cluster(request: Request, ref: Ref, me: MaybeMe, services: ServicesIn, pages: PagesIn) -> Response:
    today = london_date(services.clock())
    async with services.database.read() as connection:
        versions = await _visible(connection, ref, me)
        members = await agreements.members_of(connection, today, ref)
        names = await directory.organisation_names(connection)
        offers = await offered(connection, me, versions, today)
        banner = await _banner(connection, me, ref, request.query_params.get("command", ""))
    now = rules.in_force(versions, today)
    return pages.page(
        request,
        "cluster.html",
        me,
        ref=ref,
        name=upper_first(now.name if now else rules.newest_name(versions)),
        now=now,
        board=names[versions[-1].board],
        bodies=by_body(members, offers.leaves),
        teams=len(members),
        terms=terms_rows(now) if now else [],
        versions=version_rows(versions, now),
        offers=offers,
        legal=LEGAL[services.site.legal_profile]["cluster"],
        banner=banner,
    )


@router.get("/clusters/{ref}/v/{version}")
async def one_version(
    request: Request, ref: Ref, version: str, me: MaybeMe, services: ServicesIn, pages: PagesIn
) -> Response:
    today = london_date(services.clock())
    async with services.database.read() as connection:
        versions = await _visible(connection, ref, me)
        names = await directory.organisation_names(connection)
        offers = await offered(connection, me, versions, today)
    found = one_of(versions, version)
    now = rules.in_force(versions, today)
    row = next(each for each in version_rows(versions, now) if each["number"] == found.version)
    return pages.page(
        request,
        "cluster_version.html",
        me,
        ref=ref,
        name=upper_first(found.name),
        version=found,
        row=row,
        board=names[found.board],
        terms=terms_rows(found),
        changes=changes(before(versions, found), found),
        confirms=offers.confirm == found.version,
        legal=LEGAL[services.site.legal_profile]["cluster"],
    )


# --- who sees and may do what --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What this person may do here now. `leaves`: teams they may give notice for. `confirm`: a version, or 0."""

    join: bool = False
    leaves: frozenset[str] = frozenset()
    propose: bool = False
    confirm: int = 0
    waits_for_another: int = 0  # the version they proposed themselves


async def offered(
    connection: AsyncConnection, me: Person | None, versions: Sequence[Agreement], today: Any
) -> Offers:
    """The buttons of the page: what nobody may do, nobody sees."""
    if me is None:
        return Offers()
    mine = rules.bodies_where(me.posts, "sign_accession")
    free = await free_teams(connection, mine, today) if mine else []
    is_in_force = rules.in_force(versions, today) is not None
    members = await agreements.members_of(connection, today, versions[-1].id) if mine else []
    leaving = rules.bodies_where(me.posts, "give_notice")
    on_board = versions[-1].board in rules.bodies_where(me.posts, "propose_terms")
    proposal = rules.waiting(versions) if on_board else None
    own = proposal is not None and proposal.proposed_by in me.stands_for
    return Offers(
        join=bool(free) and is_in_force,
        leaves=frozenset(each.team for each in members if each.body in leaving and not each.leaves_on),
        propose=on_board,
        confirm=proposal.version if proposal and not own else 0,
        waits_for_another=proposal.version if proposal and own else 0,
    )


async def free_teams(
    connection: AsyncConnection, bodies: frozenset[str], today: Any
) -> list[agreements.TeamRow]:
    """The teams of these bodies that sit in no cluster today."""
    taken = await agreements.members_on(connection, today)
    return [each for each in await agreements.teams_of(connection, bodies) if each.id not in taken]


async def _visible(connection: AsyncConnection, ref: str, me: Person | None) -> list[Agreement]:
    """The versions this reader may see: a proposal is for the board, and for auditors, until it is confirmed."""
    versions = await known(connection, ref)
    if me and (versions[-1].board in rules.bodies_where(me.posts, "confirm_terms") or me.holds(Role.AUDITOR)):
        return versions
    public = [each for each in versions if each.is_confirmed]
    if not public:
        raise NoSuchCase
    return public


async def _banner(
    connection: AsyncConnection, me: Person | None, ref: str, command: str
) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if me and COMMAND.fullmatch(command) else None
    if row is None or me is None or row.actor != me.id or row.ref != ref or row.state != commands.APPLIED:
        return None
    return {"kind": "success", "text": DONE.get(row.act, "")}


# --- in words -------------------------------------------------------------------------------------------------------


def one_of(versions: Sequence[Agreement], number: str) -> Agreement:
    """The version an address names. Raises 404."""
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0
    for each in versions:
        if each.version == wanted:
            return each
    raise HTTPException(404)


def before(versions: Sequence[Agreement], version: Agreement) -> Agreement | None:
    """The confirmed version that this one takes the place of."""
    earlier = [each for each in versions if each.is_confirmed and each.version < version.version]
    return earlier[-1] if earlier else None


def terms_rows(agreement: Agreement) -> list[Answered]:
    found = [
        Answered(id=question.id, label=question.label, values=_told(agreement)[question.id])
        for question in TERMS
        if question.id not in APART
    ]
    return [each for each in found if each.values]


def changes(old: Agreement | None, new: Agreement) -> list[Answered]:
    """What a version changes against the one before, field by field; nothing for the first."""
    if old is None:
        return []
    then, now = _told(old), _told(new)
    found: list[Answered] = []
    for question in TERMS:
        was, is_ = then[question.id], now[question.id]
        if question.id == "reason" or was == is_:
            continue
        if question.kind in ("lines", "pick"):
            said = [f"Added: {each}" for each in is_ if each not in was]
            said += [f"Taken out: {each}" for each in was if each not in is_]
            said = said or ["In another order"]
        else:
            said = [f"Before: {each}" for each in was] + [f"Now: {each}" for each in is_ or ("nothing",)]
        found.append(Answered(id=question.id, label=question.label, values=tuple(said)))
    return found


def _told(agreement: Agreement) -> Mapping[str, tuple[str, ...]]:
    """Every answer of the terms as a person reads it."""
    terms = agreement.terms
    months = terms.retention_months
    special: dict[str, tuple[str, ...]] = {
        "name": (upper_first(agreement.name),),
        "tasks": tuple(f"{each.sentence} ({each.code})" for each in terms.tasks),
        "uses": tuple(USE_LABELS.get(each, each) for each in terms.uses),
        "retention_months": (f"{months} month{'' if months == 1 else 's'}",),
    }
    return {
        question.id: special.get(question.id) or answered(question, getattr(terms, question.id, "")).values
        for question in TERMS
    }


def version_rows(versions: Sequence[Agreement], now: Agreement | None) -> list[dict[str, Any]]:
    """Newest first, each with what it is: in force, from when, or waiting."""
    newest = versions[-1].version
    return [
        {"number": each.version, "state": _state(each, now, newest), "reason": each.terms.reason}
        for each in reversed(versions)
    ]


def _state(version: Agreement, now: Agreement | None, newest: int) -> str:
    if not version.is_confirmed:
        return "proposed, waits for another member of the board" if version.version == newest else "overtaken"
    since = f"from {day(version.in_force_from)}"
    if now and version.version == now.version:
        return f"in force {since}"
    if now is None or version.version > now.version:
        return f"confirmed, in force {since}"
    return f"in force {since}, replaced since"


def by_body(members: Sequence[Member], leaves: frozenset[str]) -> list[dict[str, Any]]:
    """Members grouped by body; each line without a person's name (I10)."""
    found: list[dict[str, Any]] = []
    for name, rows in groupby(members, key=lambda each: each.body_name):
        teams = list(rows)
        lines = [
            {
                "id": each.team,
                "name": each.team_name,
                "since": each.since,
                "version": each.signed_version,
                "signed_by": f"{ROLES[each.signed_by] if each.signed_by else 'a leader'}, {name}",
                "leaves_on": each.leaves_on,
                "may_leave": each.team in leaves,
            }
            for each in teams
        ]
        found.append({"name": name, "demo": any(each.demo for each in teams), "teams": lines})
    return found
