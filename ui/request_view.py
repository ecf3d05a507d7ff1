"""The request form as pages: its sections with the choices of the directory, and how far each has come."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Role
from domain.questions import Choice, Problem, Question
from domain.request_form import SECTIONS, Section, is_asked
from domain.request_form import answered as has_answers
from store import directory
from store.directory import Person
from ui.forms import anchor
from ui.views import Answered, Tag, answered

MOST_KEPT = 64 * 1024  # bytes of one draft; nobody types so much, and a store is not a dump
BY_ID: dict[str, Section] = {section.id: section for section in SECTIONS}
SECTION_OF: dict[str, str] = {
    question.id: section.id for section in SECTIONS for question in section.questions
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A section on the list of sections."""

    title: str
    href: str
    status: str
    tag: Tag | None


@dataclass(frozen=True, kw_only=True)
class Todo:
    sentence: str
    href: str


def after(section: Section) -> Section | None:
    place = SECTIONS.index(section)
    return SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None


def before(section: Section) -> Section | None:
    place = SECTIONS.index(section)
    return SECTIONS[place - 1] if place else None


def number(section: Section) -> int:
    return SECTIONS.index(section) + 1


def steps(ref: str, answers: Mapping[str, Any]) -> tuple[Step, ...]:
    return tuple(
        Step(
            title=section.title,
            href=f"/requests/{ref}/{section.id}",
            status="Completed" if has_answers(section, answers) else "",
            tag=None if has_answers(section, answers) else Tag(text="Not yet", colour="blue"),
        )
        for section in SECTIONS
    )


async def choices(connection: AsyncConnection, me: Person, team: object) -> Mapping[str, tuple[Choice, ...]]:
    """What the directory lets this person choose. Risk owners of all their teams, because the team may still change."""
    mine = me.teams(Role.REQUESTER)
    names = {each.id: each for each in await directory.team_names(connection)}
    owners = await directory.risk_owners(connection, mine)
    holders = await directory.team_names(connection, holding=Role.SENDER_DECIDER)
    return {
        "team": tuple(
            Choice(value=each, label=names[each].label)
            for each in sorted(mine, key=lambda one: names[one].label)
        ),
        "risk_owner": tuple(
            Choice(value=owner, label=name, hint=names[held_in].label)
            for held_in, owner, name in owners
            if owner != me.id
        ),
        "sending_team": (
            held := tuple(Choice(value=each.id, label=each.label) for each in holders if each.id != team)
        ),
        "also_teams": held,
    }


def questions(section: Section, offered: Mapping[str, tuple[Choice, ...]]) -> tuple[Question, ...]:
    """The section's questions as the page draws them. A section of one question is asked in its own words."""
    found = tuple(
        replace(question, choices=offered[question.id]) if question.id in offered else question
        for question in section.questions
    )
    return (replace(found[0], label=section.title),) if len(found) == 1 else found


def review(
    ref: str,
    answers: Mapping[str, Any],
    offered: Mapping[str, tuple[Choice, ...]],
    problems: Sequence[Problem],
) -> tuple[Answered, ...]:
    """Check your answers: every question that is asked, what was typed, and the way to change it."""
    wrong = {problem.field: problem.sentence for problem in problems}
    rows: list[Answered] = []
    for section in SECTIONS:
        for question in section.questions:
            if not is_asked(question, answers):
                continue
            if question.id in offered:
                question = replace(question, choices=offered[question.id])
            href = _link(ref, section.id, question)
            rows.append(
                answered(question, answers.get(question.id), href=href, problem=wrong.get(question.id, ""))
            )
    return tuple(rows)


def todo(ref: str, problems: Sequence[Problem]) -> tuple[Todo, ...]:
    """What still stands in the way of submitting, each with a link to its box."""
    kinds = {question.id: question for section in SECTIONS for question in section.questions}
    return tuple(
        Todo(sentence=each.sentence, href=_link(ref, SECTION_OF[each.field], kinds[each.field]))
        for each in problems
    )


def _link(ref: str, section: str, question: Question) -> str:
    return f"/requests/{ref}/{section}?back=check#{anchor(question.id, question.kind)}"


def is_too_much(answers: Mapping[str, Any]) -> bool:
    return len(json.dumps(answers)) > MOST_KEPT
