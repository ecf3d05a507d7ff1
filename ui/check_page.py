"""Check your answers: what was typed, what was taken from elsewhere, what may be there already, and the last boxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.services import Services
from domain import form_paths, words
from domain.acts import FORMS
from domain.already_held import Match, needs_an_answer
from domain.people import Role
from domain.questions import Problem, Question
from domain.request_beside import BESIDE
from domain.screening import Finding
from domain.working_days import london_date
from store import directory, held, screening, who_holds
from store.directory import Person
from ui import request_view
from ui.cover_notes import foreseen_notes
from ui.forms import FormView, Typed
from ui.open_draft import Draft
from ui.session import Pages, new_command
from ui.words import LANES

WHY = next(each for each in BESIDE if each.id == "already_held_why")
NOT_ENOUGH = Question(
    id="already_held",
    label="I have looked, and what we already have is not enough",
    kind="tick",
    ask=next(each.ask for each in BESIDE if each.id == "already_held"),
)
SIGNING = FORMS["sign_risk"].questions


@dataclass(frozen=True, kw_only=True)
class AlreadyThere:
    """`href` is '' for what this person may not open."""

    what: str
    items: tuple[str, ...]
    href: str


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A draft with what the page needs to know beside it."""

    draft: Draft
    offered: request_view.Offered
    problems: tuple[Problem, ...]
    already: tuple[AlreadyThere, ...]
    services: tuple[AlreadyThere, ...]  # that offer some of it (P3)
    must_answer: bool
    signs: bool
    statement: str
    ahead: "Ahead | None"


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """How the request would travel if it were sent now (C1): what stops it is told while it can still be changed."""

    route: str
    lane: str
    why: tuple[str, ...]
    appetite: tuple[str, ...]


async def look(connection: AsyncConnection, services: Services, me: Person, draft: Draft) -> Seen:
    answers = draft.answers
    offered = await request_view.choices(connection, me, answers, london_date(services.clock()))
    asked, problems = await services.intake.check(connection, me, answers, draft.ref)
    found = await held.already_held(connection, me, asked, draft.ref)
    names = {each.id: each.label for each in await directory.team_names(connection)} if found else {}
    mine = me.teams(Role.REQUESTER) | me.teams(Role.RISK_OWNER)
    day = london_date(services.clock())
    foreseen = None if problems else await screening.screen(connection, draft.ref, asked, day)
    return Seen(
        ahead=await _ahead(connection, foreseen) if foreseen else None,
        draft=draft,
        offered=offered,
        problems=problems,
        already=tuple(_already(each, names, mine) for each in found),
        services=await _services(connection, asked.get("items")),
        must_answer=needs_an_answer(found),
        signs=form_paths.may_sign_at_once(answers, me.id)
        and answers.get("risk_owner") in {each.value for each in offered["risk_owner"]},
        statement=words.LEGAL[services.site.legal_profile]["risk_statement"],
    )


async def _ahead(connection: AsyncConnection, found: Finding) -> Ahead:
    return Ahead(
        route=found.screening.route,
        lane=LANES[found.screening.lane],
        why=found.reasons,
        appetite=await foreseen_notes(connection, found),
    )


def _already(match: Match, names: Mapping[str, str], mine: set[str]) -> AlreadyThere:
    """A share is public. Of a colleague's request the name is shown to their team only; of a draft, nothing but that it is."""
    holding = match.holding
    sender = names.get(holding.sending_team, "a team")
    team = names.get(holding.team, "a team of your body")
    match holding.kind:
        case "share":
            what, href = (
                f"{team} already gets this from {sender}: {holding.title}",
                f"/register/{holding.ref}",
            )
        case "request" if holding.team in mine:
            what, href = f"Your team has asked {sender} for this: {holding.title}", f"/cases/{holding.ref}"
        case "request":
            what, href = f"{team} has asked {sender} for this ({holding.ref})", ""
        case "draft":
            what, href = f"{team} has a draft that asks {sender} for this", ""
    return AlreadyThere(what=what, items=match.items, href=href)


async def _services(connection: AsyncConnection, items: object) -> tuple[AlreadyThere, ...]:
    asked = items.splitlines() if isinstance(items, str) else items
    if not isinstance(asked, list | tuple):
        return ()
    found = await who_holds.for_items(connection, [str(each) for each in asked])
    return tuple(
        AlreadyThere(
            what=f"{row.title}, from {row.team_name}, {row.body}",
            items=same,
            href=f"/exchange/services/{row.id}",
        )
        for row, same in found
    )


def with_typed(draft: Draft, typed: Typed) -> Draft:
    """The draft with the answers that this page asks; a page without those boxes changes nothing."""
    if not typed.one("may_be_held"):
        return draft
    more = {
        "already_held": "not_enough" if typed.one("already_held") == "yes" else "",
        "already_held_why": typed.one("already_held_why"),
    }
    return replace(draft, answers={**draft.answers, **more})


def signing(typed: Typed) -> dict[str, str]:
    """The author's own signature, when they own the risk and sign as they send (G2). No part of the form."""
    if typed.one("sign_now") != "yes":
        return {}
    return {"sign_now": "yes", **{each.id: typed.one(each.id) for each in SIGNING}}


def draw(
    request: Request,
    me: Person,
    pages: Pages,
    seen: Seen,
    problems: Sequence[Problem],
    *,
    status: int = 200,
    sent: bool = False,
    refusal: str = "",
    typed: Mapping[str, Any] | None = None,
) -> Response:
    """`sent`: problems stand in an error summary; before, they are a list of what is still to do."""
    draft = seen.draft
    todo = request_view.todo(draft.ref, draft.answers, problems)
    wrong = tuple(problems) if sent else ()
    answers = draft.answers
    boxes = {
        "already_held": "yes" if answers.get("already_held") else "",
        "already_held_why": answers.get("already_held_why", ""),
    }
    return pages.page(
        request,
        "request_check.html",
        me,
        status=status,
        draft=draft,
        command=new_command(),
        todo=todo,
        sent=sent,
        refusal=refusal,
        rows=request_view.review(draft.ref, answers, seen.offered, wrong),
        origins=form_paths.taken_from(answers),
        taken=()
        if form_paths.asks_all(answers)
        else request_view.taken(draft.ref, answers, seen.offered, wrong),
        asks_all=form_paths.asks_all(answers),
        already=seen.already,
        services=seen.services,
        ahead=seen.ahead if not problems else None,
        held=FormView(questions=(NOT_ENOUGH, WHY), typed=boxes, problems=wrong) if seen.must_answer else None,
        sign=FormView(questions=SIGNING, typed=typed or {}, problems=wrong) if seen.signs else None,
        statement=seen.statement,
        summary=_summary(todo) if sent else [{"text": refusal}] if refusal else [],
    )


def _summary(todo: Sequence[request_view.Todo]) -> list[dict[str, str]]:
    return [
        {"text": each.sentence, "href": each.href} if each.href else {"text": each.sentence} for each in todo
    ]
