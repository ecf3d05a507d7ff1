"""A case as JSON for one person: what the case page shows, and nothing that it does not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.known import Known, with_what_its_form_needs
from api.receipts import V1
from api.views import (
    ActOut,
    CaseOut,
    CaseSummary,
    ChoiceOut,
    EventOut,
    HarmOut,
    InboxTask,
    OnlyWhen,
    PartyOut,
    PendingOut,
    QuestionOut,
    TaskOut,
    WordOut,
)
from domain.act_form import ActForm
from domain.acts import FORMS
from domain.case import Case, Cause, Kind, Stage, Task
from domain.harm import harm_meter
from domain.outlook import what_next
from domain.people import Actor, Seat
from domain.permissions import TABLE, allowed, may_do_task, may_read_why, may_see
from domain.questions import Question
from domain.words import CAUSES, STAGES, of_task, seat
from domain.working_days import Calendar, CalendarTooShort
from store import advice, directory, improvement, names, reads, rights, shapes
from store.directory import Person

AlsoSend = Mapping[str, tuple[str, str]]


async def case_out(
    connection: AsyncConnection, person: Person, seen: Known, now: datetime, also_send: AlsoSend
) -> CaseOut:
    case, ref = seen.case, seen.case.ref
    row = await reads.case_row(connection, ref)
    assert row, "a case that is known is there"
    # An operator sees a case only while a post is empty, and then only that (G1: runs the system, no case powers).
    is_open_book = may_see(case, seen.seats, person.roles)
    form = dict(await reads.form_of(connection, ref, case.form_version)) if is_open_book else dict[str, Any]()
    told = await reads.timeline(connection, ref) if is_open_book else ()
    told = improvement.for_reader(told, may_read_why(seen.seats, person.roles))
    told = advice.for_reader(told, seen.seats, person.roles)
    told = rights.for_reader(told, seen.seats)
    pending = await reads.pending_of(connection, ref) if is_open_book else ()
    bundle = await reads.bundle_of(connection, person, seen.bundle, ref)
    form.pop("bundle", None)  # the reference of another case, which this person may not see
    (summary,) = await summaries_out(connection, [row])
    calendar = await directory.full_calendar(connection)
    actor = Actor(person=person.id, seats=seen.seats)
    tasks = [
        task
        for task in case.tasks.values()
        if task.is_visible(now) and (is_open_book or task.kind is Kind.FILL_POST)
    ]
    shown: dict[str, Any] = summary.model_dump() | ({} if is_open_book else {"title": ""})
    return CaseOut(
        **shown,
        lane=case.lane,
        form_version=case.form_version,
        form_hash=case.form_hash,
        request=form,
        items_shared=list(seen.items) if is_open_book else [],
        harm=harm_out(calendar, row.people_per_day, case.submitted_at, _until(case, now)),
        tasks=[task_out(case, task, now, is_mine=may_do_task(task, actor, now)) for task in tasks],
        acts=await acts_out(connection, actor, seen, now, also_send),
        bundle=[each.ref for each in bundle],
        pending=[PendingOut(command=each.id, act=each.act, received_at=each.received_at) for each in pending],
        register_entry=f"{V1}/register/{ref}" if case.register_version else None,
        timeline=timeline_out(told),
    )


def _until(case: Case, now: datetime) -> datetime:
    """The meter runs while a case is open; what was delivered, or will not be, adds no more harm (P4)."""
    return case.active_from or (case.last_at if case.is_closed else now)


async def acts_out(
    connection: AsyncConnection, actor: Actor, seen: Known, now: datetime, also_send: AlsoSend
) -> list[ActOut]:
    """What this person may do now, each with its questions. A request that came back is submitted, not acted on."""
    case, found = seen.case, list[ActOut]()
    for name in allowed(case, actor, now):
        if name not in FORMS:
            continue
        ready = await with_what_its_form_needs(connection, seen, name)
        form, href = ready.form(name), f"{V1}/cases/{case.ref}/acts/{name}"
        match also_send.get(name, ("", ""))[0]:
            case "form_hash":
                found.append(act_out(form, href, {"form_hash": case.form_hash}))
            case "task":  # of several alike each is done by itself
                mine = (each.id for each in case.open(*TABLE[name].tasks) if may_do_task(each, actor, now))
                found.extend(act_out(ready.form(name, {"task": each}), href, {"task": each}) for each in mine)
            case _:
                found.append(act_out(form, href, {}))
    return found


def act_out(form: ActForm, href: str, also_send: dict[str, str]) -> ActOut:
    return ActOut(
        name=form.name,
        title=form.title,
        lead=form.lead,
        warning=form.warning,
        questions=[question_out(question) for question in form.questions],
        also_send=also_send,
        href=href,
    )


def question_out(question: Question) -> QuestionOut:
    when = question.needed_when
    return QuestionOut(
        id=question.id,
        label=question.label,
        kind=question.kind,
        hint=question.hint,
        required=question.required,
        choices=[ChoiceOut(value=each.value, label=each.label, hint=each.hint) for each in question.choices],
        only_when=OnlyWhen(question=when[0], values=list(when[1])) if when else None,
    )


def words_out(form: ActForm, words: Mapping[str, Any]) -> list[WordOut]:
    """What somebody wrote in an act, in the order and under the labels of its form; a tick is no words."""
    found: list[WordOut] = []
    for question in form.questions:
        given = words.get(question.id)
        if given in (None, "", []) or question.kind == "tick":
            continue
        labels = {choice.value: choice.label for choice in question.choices}
        found.append(
            WordOut(
                label=question.label, answer=labels.get(given, given) if isinstance(given, str) else given
            )
        )
    return found


def task_out(case: Case, task: Task, now: datetime, *, is_mine: bool) -> TaskOut:
    words = of_task(task.kind, task.about, task.post)
    return TaskOut(
        id=task.id,
        kind=task.kind,
        kind_in_words=words,
        seat=task.seat,
        who=seat(task.seat),
        level=task.level,
        opened_at=task.opened_at,
        due_at=task.due_at,
        is_overdue=now > task.due_at,
        what_next=what_next(case, task),
        is_mine=is_mine,
    )


def timeline_out(entries: Sequence[reads.Entry]) -> list[EventOut]:
    found: list[EventOut] = []
    told: set[str] = set()
    for entry in entries:
        form = None if entry.command in told else FORMS.get(entry.act)
        told.add(entry.command)
        found.append(
            EventOut(
                seq=entry.seq,
                at=entry.at,
                kind=entry.kind,
                act=entry.act,
                by=entry.actor_name,
                words=words_out(form, entry.words) if form else [],
            )
        )
    return found


def harm_out(calendar: Calendar, people_per_day: int, since: datetime | None, until: datetime) -> HarmOut:
    try:
        harm = harm_meter(calendar, people_per_day, since, until)
    except (CalendarTooShort, LookupError):
        sentence = f"{people_per_day:,} people affected each working day" if people_per_day else ""
        return HarmOut(working_days=None, people_per_day=people_per_day, person_days=None, sentence=sentence)
    return HarmOut(
        working_days=harm.days,
        people_per_day=people_per_day,
        person_days=harm.person_days,
        sentence=harm.sentence(),
    )


async def summaries_out(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> list[CaseSummary]:
    teams = {team for row in rows for team in (row.receiving_team, row.sending_team)}
    cards = await names.team_cards(connection, teams)

    def party(organisation: str, team: str) -> PartyOut:
        card = cards.get(team)
        name, body = (card.name, card.body) if card else ("", "")
        return PartyOut(organisation=organisation, organisation_name=body, team=team, team_name=name)

    return [
        CaseSummary(
            ref=row.ref,
            title=row.title,
            version=row.version,
            stage=row.stage,
            stage_in_words=STAGES[Stage(row.stage)],
            level=row.level,
            cause=row.cause,
            cause_in_words=CAUSES[Cause(row.cause)],
            overdue_at_top=row.at_top,
            closed=row.closed,
            submitted_at=row.submitted_at,
            updated_at=row.updated_at,
            receiving=party(row.receiving_organisation, row.receiving_team),
            sending=party(row.sending_organisation, row.sending_team),
            href=f"{V1}/cases/{row.ref}",
        )
        for row in rows
    ]


async def tasks_out(connection: AsyncConnection, rows: Sequence[Row[Any]], now: datetime) -> list[InboxTask]:
    """An inbox. What happens next is the case's to say, so the cases of the page are read with it."""
    states = await reads.states(connection, {row.ref for row in rows})
    calendar = await directory.full_calendar(connection)
    found: list[InboxTask] = []
    for row in rows:
        case = shapes.case_from_json(dict(states[row.ref]))
        task = case.tasks.get(row.task)
        if task is None:
            continue  # done in the moment between the two reads
        is_vacancy = row.seat == Seat.OPERATOR  # its reader keeps the directory and sees no case
        found.append(
            InboxTask(
                **task_out(case, task, now, is_mine=True).model_dump(),
                ref=row.ref,
                title="" if is_vacancy else row.title,
                stage=row.stage,
                stage_in_words=STAGES[Stage(row.stage)],
                harm=harm_out(calendar, row.people_per_day, row.submitted_at, case.active_from or now),
                href=f"{V1}/cases/{row.ref}",
            )
        )
    return found
