"""One case: what is happening now, both harms, the request, and all that has happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.known import Known, known
from api.services import ServicesIn
from domain.acts import FORMS
from domain.case import Stage
from domain.grants import State as GrantState
from domain.people import Actor, Role, Seat
from domain.permissions import OWN_SIDE, may_read_why
from domain.words import LEGAL
from store import advice, commands, government, grants, improvement, reads, rights
from store import names as names_of
from store.directory import Person
from ui import case_view, case_way, grant_view, owners_view
from ui.advice_view import advice_of
from ui.cover_notes import cover_notes
from ui.forms import COMMAND
from ui.friction import TOLD, spent_in
from ui.heard_view import BY_NOBODY_HERE, beside_case
from ui.improvement import improvement_of
from ui.session import Me, PagesIn, Ref, new_command
from ui.timeline import bodies_in, chapters
from ui.views import Tag, Teams, stage_tag
from ui.words import DONE, HAPPENED, OTHERWISE, PENDING

router = APIRouter(include_in_schema=False)

TITLES = {name: form.title for name, form in FORMS.items()}
TOLD_BY_OTHERS = {each: HAPPENED[each] for each in BY_NOBODY_HERE}


@router.get("/cases/{ref}")
async def case_page(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    now = services.clock()
    async with services.database.read() as connection:
        seen = await known(connection, me, ref)
        calendar = await pages.calendar(connection, now)
        teams = await teams_of(connection, seen)
        banner = await _banner(connection, me, ref, request.query_params.get("command", ""))
        shown: dict[str, Any] = {
            "ref": ref,
            "stage": stage_tag(seen.case.stage),
            "banner": banner,
            "buttons": case_view.buttons(
                seen,
                Actor(person=me.id, seats=seen.seats, acting_for=seen.acting_for),
                now,
                first=request.query_params.get("task", ""),
            ),
            "waiting": case_view.waiting(
                seen.case,
                seen.seats,
                teams,
                calendar,
                now,
                vacancies_only=keeps_directory_only(me, seen),
                called=seen.called,
            ),
        }
        if keeps_directory_only(me, seen):
            return pages.page(request, "case_operator.html", me, **shown)
        row = await reads.case_row(connection, ref)
        answers = await reads.form_of(connection, ref, seen.case.form_version)
        reads_why = may_read_why(seen.seats, me.roles)
        entries = improvement.for_reader(await reads.timeline(connection, ref), reads_why)
        entries = rights.for_reader(entries, seen.seats)
        entries = advice.for_reader(entries, seen.seats, me.roles)
        heard = await beside_case(connection, seen, now)
        said = [each for each in _said(entries) if each.act in case_view.STATES_HARM]
        people = case_view.people_of(seen.case)
        names = await names_of.people_names(
            connection, {*people.values(), *(each.actor for each in said), *seen.acting_for}
        )
        notices = await reads.notices_of(connection, ref)
        pending = await reads.pending_of(connection, ref)
        related = await reads.related_to(connection, me, ref, seen.case.parent)
        screening = await reads.screening_of(connection, ref, seen.case.form_version)
        bundle = await reads.bundle_of(connection, me, seen.bundle, ref)
        friction = await spent_in(connection, seen)
        cover = await cover_notes(connection, seen.case, answers, bodies_of(seen, teams))
        asked_too = await names_of.team_cards(connection, {each.sending_team for each in bundle})
        called = await government.names_of(connection, bodies_in(entries))
        grant = await grants.of_case(connection, ref)
    case = seen.case
    if any(each.actor == me.id for each in pending):
        shown["buttons"] = ()  # what I sent is being applied: a second act now would only be refused
    assert row and case.receiving and case.sending
    return pages.page(
        request,
        "case.html",
        me,
        **shown,
        heading=row.title,
        case=case,
        way=case_way.way(case, screening),
        related=case_way.related(case, related),
        may_amend=case.stage in (Stage.ACTIVE, Stage.SUSPENDED) and Seat.REQUESTER in seen.seats,
        new_command=new_command(),
        may_question=case.stage is Stage.BLOCKED and any(seat in OWN_SIDE for seat in seen.seats),
        bundle=[(each.ref, asked_too[each.sending_team].label, stage_tag(each.stage)) for each in bundle],
        receiving=teams[case.receiving.team],
        sending=teams[case.sending.team],
        people={role: names.get(person, "") for role, person in people.items()},
        ahead=case_view.ahead(case, now),
        pending=[
            TITLES.get(each.act) or TOLD_BY_OTHERS.get(each.act, "Submit the request") for each in pending
        ],
        harms=case_view.harms(case, answers, said, names, calendar, now),
        answers=case_view.request_answers(answers, seen.items),
        chapters=chapters(entries, called),
        advice=advice_of(seen, entries, teams, calendar, now),
        grant=grant_view.STATES[GrantState(grant.state)] if grant else None,
        faults=grant_view.fault_rows(seen, teams),
        told=case_view.told(case, notices, teams, services.site.slack),
        legal=LEGAL[case.policy.legal_profile]["banner"],
        moved_up=_moved_up(case.level, case.at_top),
        cover=cover,
        friction=friction,
        heard=heard,
        without_owner=owners_view.without_owner(case),
        stands_in=owners_view.stands_in(case, me, seen, names, now),
        improvement=improvement_of(case, entries, teams, now) if reads_why else None,
    )


async def teams_of(connection: AsyncConnection, seen: Known) -> Teams:
    assert seen.case.receiving and seen.case.sending
    return Teams(
        cards=await names_of.team_cards(connection, {seen.case.receiving.team, seen.case.sending.team})
    )


def bodies_of(seen: Known, teams: Teams) -> dict[str, str]:
    """The two bodies of a case, by id."""
    parties = (seen.case.receiving, seen.case.sending)
    return {party.organisation: teams[party.team].body for party in parties if party}


def keeps_directory_only(me: Person, seen: Known) -> bool:
    """An operator fills posts and reads no case: whoever holds no other seat sees only the vacancies."""
    return seen.seats == (Seat.OPERATOR,) and not me.holds(Role.AUDITOR)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody wrote in one act."""

    act: str
    actor: str
    body: Mapping[str, Any]


def _said(entries: Sequence[reads.Entry]) -> list[Said]:
    """Each act once, with its words, from the timeline that was read anyway."""
    found: dict[str, Said] = {}
    for entry in entries:
        if entry.act and entry.command not in found:
            found[entry.command] = Said(act=entry.act, actor=entry.actor, body=entry.words)
    return list(found.values())


async def _banner(connection: AsyncConnection, me: Person, ref: str, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    if row is None or row.actor != me.id or row.ref != ref:
        return None
    if row.state == commands.APPLIED:
        text = TOLD if row.act == "tag_friction" else await _done(connection, ref, row.act, command)
        return {"kind": "success", "text": text}
    if row.state == commands.REFUSED:
        return {"kind": "important", "text": (row.refusal or {}).get("sentence", "")}
    return {"kind": "important", "text": PENDING}


async def _done(connection: AsyncConnection, ref: str, act: str, command: str) -> str:
    """What somebody did, truly: some acts count only with a leader's word (§4, P8)."""
    level = await reads.waits_for_leader(connection, ref, command) if act in OTHERWISE else 0
    return OTHERWISE[act].format(level=level) if level else DONE.get(act, "")


def _moved_up(level: int, at_top: bool) -> Tag | None:
    if at_top:
        return Tag(text="Overdue at the top", colour="red")
    return Tag(text=f"Level {level}", colour="orange") if level else None
