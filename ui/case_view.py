"""The case page as its template asks for it: what is happening now, both harms, the request, who was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.known import Known
from domain.acts import FORMS
from domain.case import Case, Kind
from domain.decide.separation import keeps_apart
from domain.outlook import what_next
from domain.people import Actor, Seat
from domain.permissions import TABLE, allowed, may_do_task, task_for
from domain.request_form import QUESTIONS
from domain.working_days import Calendar
from store import notices
from ui.improvement import SEVERAL, named
from ui.views import FLOWING, Answered, Teams, as_read, harm_sentence, holder_words, task_words
from ui.when import Due, due

# Acts in which somebody states what sharing would harm.
STATES_HARM = ("sign_risk", "own_risk", "refuse", "object")
SAID_ELSEWHERE = ("team", "risk_owner", "sending_team", "title", "path")
BY_ID = {question.id: question for question in QUESTIONS}


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An open task everybody who may see the case can see (G5)."""

    what: str
    who: str
    due: Due
    next: str
    level: int
    mine: bool


@dataclass(frozen=True, kw_only=True)
class Ahead:
    what: str
    opens: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Button:
    act: str
    text: str
    href: str
    asked: bool  # a task of mine asks for it; otherwise it is merely possible


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One stated harm or risk: what was written, by whom, when. Empty words: not yet stated."""

    heading: str
    words: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Harms:
    """P4: the harm of withholding and the risk of sharing, the same size, side by side."""

    withholding: str
    people_per_day: int
    facts: tuple[
        tuple[str, str], ...
    ]  # (what, in words): how serious, whether it can be put right, money, source
    meter: str
    sharing: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    headline: str
    who: str
    at: datetime
    how: str


def waiting(
    case: Case,
    held: tuple[Seat, ...],
    teams: Teams,
    calendar: Calendar,
    now: datetime,
    *,
    vacancies_only: bool = False,
    called: Mapping[str, str] | None = None,
) -> tuple[Waiting, ...]:
    """`called`: what tasks that are several alike are about, for whoever may read it."""
    found: list[Waiting] = []
    for task in case.tasks.values():
        if not task.is_visible(now) or (vacancies_only and task.kind is not Kind.FILL_POST):
            continue
        found.append(
            Waiting(
                what=named(task_words(task.kind, task.post), (called or {}).get(task.about, "")),
                who=who_holds(case, task.seat, teams),
                due=due(calendar, case.nation(task.seat.side), task.due_at, now),
                next=what_next(case, task),
                level=task.level,
                mine=task.seat in held,
            )
        )
    return tuple(sorted(found, key=lambda each: (not each.mine, each.due.at)))


def who_holds(case: Case, which: Seat, teams: Teams) -> str:
    assert case.receiving and case.sending
    return holder_words(which, teams, case.receiving.team, case.sending.team)


def ahead(case: Case, now: datetime) -> tuple[Ahead, ...]:
    """What lies ready and opens later: the next review, the end."""
    return tuple(
        Ahead(what=task_words(task.kind, None), opens=task.visible_from, due_at=task.due_at)
        for task in case.tasks.values()
        if task.visible_from and not task.is_visible(now)
    )


def buttons(seen: Known, actor: Actor, now: datetime, *, first: str = "") -> tuple[Button, ...]:
    """What this person may do here now. A vacancy has a button each; a returned request goes back to its form.

    `first`: the task by which somebody came, where they have several alike.
    """
    case = seen.case
    found: list[Button] = []
    for act in allowed(case, actor, now):
        if actor.acting_for and keeps_apart(case, actor, act):
            continue  # in cover, nobody is offered what separation refuses them (G2)
        if act == "submit":
            found.append(
                Button(act=act, text="Revise and submit again", href=f"/requests/{case.ref}", asked=True)
            )
        elif act == "fill_post":
            for task in case.open(Kind.FILL_POST):
                text = f"Say that the post is filled: {task_words(task.kind, task.post).partition(': ')[2]}"
                found.append(
                    Button(
                        act=act, text=text, href=f"/cases/{case.ref}/acts/{act}?task={task.id}", asked=True
                    )
                )
        elif several := [each for each in case.open(*TABLE[act].tasks) if each.kind in SEVERAL]:
            for task in several:
                if may_do_task(task, actor, now):
                    text = named(seen.form(act).title, seen.called.get(task.about, ""))
                    href = f"/cases/{case.ref}/acts/{act}?task={task.id}"
                    found.append(Button(act=act, text=text, href=href, asked=True))
        elif act in FORMS:
            asked = bool(TABLE[act].tasks) and task_for(case, actor, act, now) is not None
            found.append(
                Button(act=act, text=seen.form(act).title, href=f"/cases/{case.ref}/acts/{act}", asked=asked)
            )
    return tuple(sorted(found, key=lambda each: not (first and each.href.endswith(f"?task={first}"))))


def harms(
    case: Case,
    answers: Mapping[str, Any],
    said: Sequence[Any],
    names: Mapping[str, str],
    calendar: Calendar,
    now: datetime,
) -> Harms:
    """`said`: what was written in signing and refusing, oldest first, each with `act`, `body`, `actor`."""
    people = answers.get("people_per_day") or 0
    over = case.active_from or (case.last_at if case.is_closed else None)
    return Harms(
        withholding=str(answers.get("harm_of_withholding", "")),
        people_per_day=people,
        facts=_harm_facts(answers),
        meter=harm_sentence(calendar, people, case.submitted_at, over or now),
        sharing=_sharing(case, said, names),
    )


# P4: what is told of the harm of withholding beside its words, in this order.
HARM_FACTS = {
    "severity": "How serious",
    "harm_reversible": "Can be put right afterwards",
    "harm_money": "Lost in a month, in pounds",
    "harm_source": "Where the figures come from",
}


def _harm_facts(answers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    told = ((words, as_read(BY_ID[key], answers.get(key)).values) for key, words in HARM_FACTS.items())
    return tuple((words, values[0]) for words, values in told if values)


def _sharing(case: Case, said: Sequence[Any], names: Mapping[str, str]) -> tuple[Statement, ...]:
    latest = {each.act: each for each in said}
    found: list[Statement] = []
    signed = next((each for each in reversed(said) if each.act in ("sign_risk", "own_risk")), None)
    refused = latest.get("refuse") or latest.get("object")
    if signed:
        again = "by an owner who left" if case.open(Kind.OWN_RISK) else "for an earlier version"
        standing = "" if case.risk_owner else f" ({again}; it must be signed for again)"
        found.append(
            Statement(
                heading=f"Risks that remain, as signed for{standing}",
                words=str(signed.body.get("residual", "")),
                by=names.get(signed.actor, ""),
            )
        )
    if refused and case.stage not in FLOWING:
        found.append(
            Statement(
                heading=f"Harm of sharing, as stated in the {'refusal' if refused.act == 'refuse' else 'objection'}",
                words=str(refused.body.get("harm_of_sharing", "")),
                by=names.get(refused.actor, ""),
            )
        )
    return tuple(found)


def request_answers(answers: Mapping[str, Any], items: Sequence[str]) -> tuple[Answered, ...]:
    """The request as it stands; who asks whom is said elsewhere on the page."""
    found = [
        as_read(question, answers.get(question.id))
        for question in QUESTIONS
        if question.id not in SAID_ELSEWHERE
    ]
    shown = [each for each in found if each.values]
    if tuple(items) != tuple(answers.get("items", ())):
        shown.append(Answered(id="items_now", label="Items shared now", values=tuple(items)))
    addenda = tuple(str(each) for each in answers.get("addenda", ()))
    if addenda:
        shown.append(Answered(id="addenda", label="Added in answer to questions", values=addenda))
    return tuple(shown)


def told(case: Case, rows: Sequence[Any], teams: Teams, slack: bool) -> tuple[Told, ...]:
    rows = sorted(rows, key=_told_when)
    return tuple(
        Told(
            headline=row.headline,
            who=who_holds(case, Seat(row.seat), teams),
            at=row.created_at,
            how=sent_words(row, slack),
        )
        for row in rows
    )


def _told_when(row: Any) -> tuple[Any, ...]:
    """In the order of the events; reminders and other rounds have no number of an event in their id."""
    parts = row.id.split(".")[1:]
    return (row.created_at, tuple(int(part) if part.isdigit() else 0 for part in parts), row.id)


SENT = {
    "sent": "Sent to Slack",
    "replaced": "Sent to Slack, and replaced after the act",
    "waiting": "Waiting to be sent to Slack",
    "over_before_sent": "In the app only: it was over before Slack could be told",
    "in_app_only": "In the app only",
}


def sent_words(row: Any, slack: bool) -> str:
    """Honest about delivery: only what Slack has taken counts as sent."""
    return SENT[notices.standing(row)] if slack or row.ts else SENT["in_app_only"]


def people_of(case: Case) -> dict[str, str]:
    """Role in words -> person id, for those the case knows."""
    roles = {
        "Author": case.author,
        "Risk owner": case.risk_owner,
        "Decided by": case.decider,
        "Reviewed by": case.reviewer,
    }
    return {role: person for role, person in roles.items() if person}
