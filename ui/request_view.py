"""The request form as pages: its sections with the choices of the directory, and how far each has come."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from domain import form_paths
from domain.form_paths import CLUSTER, FAST
from domain.people import Role
from domain.questions import Choice, Problem, Question
from domain.request_beside import AMENDMENT, DIFFERENCES
from domain.request_choices import USES
from domain.request_form import Section, is_asked
from domain.request_form import answered as has_answers
from domain.request_sections import SECTIONS
from store import directory, held
from store.directory import Person
from ui.forms import anchor
from ui.views import Answered, Tag, answered

MOST_KEPT = 64 * 1024  # bytes of one draft; nobody types so much, and a store is not a dump
Offered = Mapping[str, tuple[Choice, ...]]
# Asked on the page where the request is sent, and not in a section.
HERE = ("already_held", "already_held_why", "residual", "agree")
YOURSELF = "You may name yourself if you own the risk: then you sign and send in one go."


@dataclass(frozen=True, kw_only=True)
class Step:
    """A section on the list of sections."""

    title: str
    href: str
    status: str
    tag: Tag | None


@dataclass(frozen=True, kw_only=True)
class Todo:
    """`href` is '' for what no box of a page holds."""

    sentence: str
    href: str


def section(answers: Mapping[str, Any], name: str) -> Section | None:
    """A section by its name in the address: as the path asks it, else as all twelve do."""
    everything = (*form_paths.asked(answers), *SECTIONS)
    return next((each for each in everything if each.id == name), None)


def place(answers: Mapping[str, Any], part: Section) -> tuple[Section | None, int, Section | None]:
    """The section before, the number (0: not asked on this path), and the section after."""
    asked = [each.id for each in form_paths.asked(answers)]
    if part.id not in asked:
        return None, 0, None
    here = asked.index(part.id)
    sections = form_paths.asked(answers)
    before = sections[here - 1] if here else None
    return before, here + 1, sections[here + 1] if here + 1 < len(sections) else None


def steps(ref: str, answers: Mapping[str, Any]) -> tuple[Step, ...]:
    return tuple(
        Step(
            title=part.title,
            href=f"/requests/{ref}/{part.id}",
            status="Completed" if has_answers(part, answers) else "",
            tag=None if has_answers(part, answers) else Tag(text="Not yet", colour="blue"),
        )
        for part in form_paths.asked(answers)
    )


async def choices(
    connection: AsyncConnection, me: Person, answers: Mapping[str, Any], today: date
) -> Offered:
    """What the directory lets this person choose. Risk owners of all their teams, because the team may still change."""
    mine, team = me.teams(Role.REQUESTER), answers.get("team")
    names = {each.id: each for each in await directory.team_names(connection)}
    owners = await directory.risk_owners(connection, mine, me.day)
    holders = await directory.teams_holding(connection, Role.SENDER_DECIDER, me.day)
    short = form_paths.path_of(answers) == CLUSTER and not form_paths.asks_all(answers)
    shared = await held.shared_by(connection, team, today) if short else None
    others = [each for each in holders if each.id != team]
    if short:
        others = [each for each in others if shared and each.id in shared.members]
    found: dict[str, tuple[Choice, ...]] = {
        "team": tuple(
            Choice(value=each, label=names[each].label)
            for each in sorted(mine, key=lambda one: names[one].label)
        ),
        "risk_owner": tuple(
            Choice(value=owner, label=name, hint=names[held_in].label)
            for held_in, owner, name in owners
            if owner != me.id or form_paths.path_of(answers) in FAST
        ),
        "sending_team": (senders := tuple(Choice(value=each.id, label=each.label) for each in others)),
        "also_teams": senders,
    }
    if short:
        tasks = shared.tasks if shared else ()
        found["task"] = tuple(Choice(value=task.code, label=task.sentence) for task in tasks)
        uses = tuple(use for use in USES if not shared or use.value in shared.uses)
        found["use"] = uses or USES
    return found


def questions(part: Section, offered: Offered, answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """The section's questions as the page draws them. A section of one question is asked in its own words."""
    found = [
        replace(question, choices=offered[question.id]) if question.id in offered else question
        for question in part.questions
        if question.needed_when is None or question.needed_when[0] != "path" or is_asked(question, answers)
    ]
    if form_paths.path_of(answers) in FAST:
        found = [replace(each, hint=YOURSELF) if each.id == "risk_owner" else each for each in found]
    return (replace(found[0], label=part.title),) if len(found) == 1 else tuple(found)


def review(
    ref: str, answers: Mapping[str, Any], offered: Offered, problems: Sequence[Problem]
) -> tuple[Answered, ...]:
    """Check your answers: every question that the path asks, what was typed, and the way to change it."""
    return _rows(ref, form_paths.asked(answers), answers, offered, problems)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Answers that nobody typed, and where they come from."""

    origin: str
    rows: tuple[Answered, ...]


def taken(
    ref: str, answers: Mapping[str, Any], offered: Offered, problems: Sequence[Problem]
) -> tuple[Taken, ...]:
    """What the path does not ask, by where it was taken from; each can still be changed."""
    here = {question.id for part in form_paths.asked(answers) for question in part.questions}
    rest = [
        replace(part, questions=tuple(each for each in part.questions if each.id not in here))
        for part in SECTIONS
    ]
    origins = form_paths.taken_from(answers)
    groups: dict[str, list[Answered]] = {}
    for row in _rows(ref, rest, answers, offered, problems):
        if row.values or row.problem:
            groups.setdefault(origins.get(row.id, "your own answers"), []).append(row)
    return tuple(Taken(origin=origin, rows=tuple(rows)) for origin, rows in groups.items())


def _rows(
    ref: str,
    parts: Sequence[Section],
    answers: Mapping[str, Any],
    offered: Offered,
    problems: Sequence[Problem],
) -> tuple[Answered, ...]:
    wrong = {problem.field: problem.sentence for problem in problems}
    rows: list[Answered] = []
    for part in parts:
        for question in part.questions:
            if not is_asked(question, answers):
                continue
            if question.id in offered:
                question = replace(question, choices=offered[question.id])
            href = _link(ref, part.id, question)
            rows.append(
                answered(question, answers.get(question.id), href=href, problem=wrong.get(question.id, ""))
            )
    return tuple(rows)


def todo(ref: str, answers: Mapping[str, Any], problems: Sequence[Problem]) -> tuple[Todo, ...]:
    """What still stands in the way of submitting, each with a link to its box."""
    boxes: dict[str, tuple[str, Question]] = {}
    for part in (*form_paths.asked(answers), *SECTIONS, DIFFERENCES, AMENDMENT):
        for question in part.questions:
            boxes.setdefault(question.id, (part.id, question))
    found: list[Todo] = []
    for each in problems:
        href = f"#{each.field}" if each.field in HERE else "#ask-all" if each.field == "root" else ""
        if each.field in boxes:
            href = _link(ref, *boxes[each.field])
        found.append(Todo(sentence=each.sentence, href=href))
    return tuple(found)


def _link(ref: str, part: str, question: Question) -> str:
    return f"/requests/{ref}/{part}?back=check#{anchor(question.id, question.kind)}"


def is_too_much(answers: Mapping[str, Any]) -> bool:
    return len(json.dumps(answers)) > MOST_KEPT
