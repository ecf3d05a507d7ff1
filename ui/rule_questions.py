"""Questions about the rulebook as pages: asked by who was stopped, answered by a board (§4). No case changes by them."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.known import known
from api.rulebook import for_board, may_question, stopped_rules
from api.services import Services, ServicesIn
from domain.case import Stage
from domain.questions import Problem, Question
from domain.refusals import NoSuchCase, Refusal
from domain.request_form import QUESTIONS
from domain.rulebook import AnsweredBefore, NotOutOfScope, NotYourQuestion, rule_of
from domain.rulebook_forms import ANSWER_FORM, question_form
from store import names as names_of
from store import reads
from store import rulebook as rows
from store.directory import Person
from ui.cases import keeps_directory_only
from ui.forms import COMMAND, FormView, read
from ui.rulebook import NOT_COMPLETE, edge
from ui.rulebook_view import TITLES, banner
from ui.session import Me, Pages, PagesIn, Ref, new_command, to
from ui.views import Answered, Teams, as_read

router = APIRouter(include_in_schema=False)

# What a board member needs to know of a request, and no more: no box of these holds a person of the case.
FACTS = (
    "purpose", "use", "subjects", "people_band", "region", "area", "items", "pattern", "others_see", "power",
)  # fmt: skip
BY_ID = {question.id: question for question in QUESTIONS}
KEY = re.compile(r"[A-Za-z0-9_.-]{1,80}")


@router.get("/guards/questions")
async def questions(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    for_board(me, "answer_question")
    async with services.database.read() as connection:
        found = await rows.open_questions(connection)
        teams = Teams(
            cards=await names_of.team_cards(
                connection, {team for row in found for team in (row.receiving_team, row.sending_team)}
            )
        )
        told = await banner(connection, me, request.query_params.get("command", ""))
    shown = [{"row": row, "asks": teams.asks(row), "rule": TITLES.get(row.rule, row.rule)} for row in found]
    return pages.page(request, "guard_questions.html", me, questions=shown, banner=told)


@router.get("/guards/questions/{key}")
async def question(request: Request, key: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _answer_page(request, me, services, pages, key, {})


@router.post("/guards/questions/{key}")
async def answer(request: Request, key: str, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    for_board(me, "answer_question")
    raw, command = await _sent(request, ANSWER_FORM)
    problems, status = (NOT_COMPLETE,), 422
    if command and KEY.fullmatch(key):
        try:
            await edge(services).answer(me, key, raw, command=command)
            return to(f"/guards/questions?command={command}")
        except Invalid as invalid:
            problems = invalid.problems
        except Refusal as refusal:
            if refusal.status != 409:
                raise
            problems, status = (Problem("", refusal.message),), refusal.status
    return await _answer_page(request, me, services, pages, key, raw, problems=problems, status=status)


@router.get("/cases/{ref}/question")
async def question_page(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    return await _question_page(request, me, services, pages, ref, {})


@router.post("/cases/{ref}/question")
async def ask(request: Request, ref: Ref, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    raw, command = await _sent(request, question_form(()))
    problems, status = (NOT_COMPLETE,), 422
    if command:
        try:
            await edge(services).question(me, ref, raw, command=command)
            return to(f"/cases/{ref}/question?command={command}")
        except Invalid as invalid:
            problems = invalid.problems
        except (NoSuchCase, NotYourQuestion, NotOutOfScope):
            raise
        except Refusal as refusal:
            problems, status = (Problem("", refusal.message),), refusal.status
    return await _question_page(request, me, services, pages, ref, raw, problems=problems, status=status)


async def _sent(request: Request, questions: tuple[Question, ...]) -> tuple[dict[str, Any], str]:
    """What was typed, and the id the form was drawn with ('' when it is not one of ours)."""
    typed = await read(request)
    return typed.answers(questions), typed.matching("command", COMMAND)


def facts_of(answers: Mapping[str, Any]) -> list[Answered]:
    found = [as_read(BY_ID[key], answers.get(key)) for key in FACTS if key in BY_ID]
    return [each for each in found if each.values]


# --- the pages, as they open and with what is wrong ------


async def _answer_page(
    request: Request,
    me: Person,
    services: Services,
    pages: Pages,
    key: str,
    typed: Mapping[str, Any],
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    for_board(me, "answer_question")
    if not KEY.fullmatch(key):
        raise HTTPException(404)
    async with services.database.read() as connection:
        row = await rows.question(connection, key)
        if row.answered_at and not problems:
            raise AnsweredBefore
        case = await reads.case_row(connection, row.ref)
        assert case, "a question is about a case"
        cards = await names_of.team_cards(connection, {case.receiving_team, case.sending_team})
        answers = await reads.form_of(connection, row.ref, case.form_version)
        stopped = {rule.id: rule for rule in await stopped_rules(connection, row.ref)}
    return pages.page(
        request,
        "guard_answer.html",
        me,
        status=status,
        row=row,
        heading=case.title,
        asks=Teams(cards=cards).asks(case),
        rule=stopped.get(row.rule) or rule_of(row.rule),
        own=row.asked_by == me.id,
        answers=facts_of(answers),
        form=FormView(questions=ANSWER_FORM, typed=typed, problems=problems),
        hidden={"command": new_command()},
    )


async def _question_page(
    request: Request,
    me: Person,
    services: Services,
    pages: Pages,
    ref: str,
    typed: Mapping[str, Any],
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    async with services.database.read() as connection:
        seen = await known(connection, me, ref)
        if keeps_directory_only(me, seen):
            raise NoSuchCase
        if seen.case.stage is not Stage.BLOCKED:
            raise NotOutOfScope
        row, told = (
            await _case_row(connection, ref),
            await banner(connection, me, request.query_params.get("command", "")),
        )
        rules = await stopped_rules(connection, ref)
        asked = {each.rule: each for each in await rows.questions_of(connection, ref)}
    left = tuple(rule for rule in rules if rule.id not in asked)
    start = {"rule": left[0].id} if len(left) == 1 else {}
    return pages.page(
        request,
        "guard_question.html",
        me,
        status=status,
        ref=ref,
        heading=row.title,
        stopped=[{"rule": rule, "asked": asked.get(rule.id)} for rule in rules],
        may_ask=bool(left) and may_question(seen),
        banner=told,
        form=FormView(questions=question_form(left), typed=start | dict(typed), problems=problems),
        hidden={"command": new_command()},
    )


async def _case_row(connection: AsyncConnection, ref: str) -> Any:
    row = await reads.case_row(connection, ref)
    assert row, "the case was seen a moment ago"
    return row
