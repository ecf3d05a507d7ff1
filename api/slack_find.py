"""What `/sharecase` answers: one case in short, cases found by words, my next tasks, or how to ask (§9).

The answer is shown to whoever asked and to nobody else, and even so it holds no title and no words of a case: it lies
in Slack from then on. What somebody may not see is not there, in the same words as what does not exist.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from activities.slack_blocks import Block
from activities.slack_lists import Line, by_when, facts, listed, sentences
from activities.slack_tasks import between, case_link, harm_words
from api.known import Known, known
from api.services import Services
from api.slack_home import next_tasks
from domain.case import Kind, Stage, Task
from domain.people import Side
from domain.permissions import may_see
from domain.refusals import NoSuchCase
from domain.time_left import time_left
from domain.words import STAGES, of_task, seat
from domain.working_days import Calendar
from store import case_search, directory, names, reads
from store.directory import Person
from store.names import TeamCard

REF = re.compile(r"SC-[A-Z0-9-]{1,37}", re.IGNORECASE)
MOST_FOUND, MOST_NEXT, MOST_WORDS = 5, 5, 6
NOT_FOUND = "There is no such case, or it is not one that you may see."
HELP = (
    "/sharecase and a reference, such as SC-ABCD-EFGH: where that case stands.",
    "/sharecase and some words of a title or a body: up to five cases that you may see.",
    "/sharecase alone: your next five tasks.",
)

Answer = tuple[str, list[Block]]


async def found(own: Services, person: Person, text: str) -> Answer:
    """(text, blocks) of the answer to what was typed after the command."""
    asked = " ".join(text.split())[:200]
    if not asked:
        return await _next(own, person)
    if asked.lower() in ("help", "?"):
        return sentences(*HELP)
    if REF.fullmatch(asked):
        return await _one(own, person, asked.upper())
    return await _by_words(own, person, asked.split()[:MOST_WORDS])


async def _next(own: Services, person: Person) -> Answer:
    lines = await next_tasks(own, person, MOST_NEXT + 1)
    if not lines:
        return sentences("Nothing is waiting for you now.")
    note = "There are more on your Home tab here, and in Sharecase." if len(lines) > MOST_NEXT else ""
    return listed("Your next tasks", lines[:MOST_NEXT], note)


async def _one(own: Services, person: Person, ref: str) -> Answer:
    now, public_url = own.clock(), own.site.public_url.rstrip("/")
    async with own.database.read() as connection:
        try:
            seen = await known(connection, person, ref)
        except NoSuchCase:
            return sentences(NOT_FOUND)
        row = await reads.case_row(connection, ref)
        assert row
        teams = await names.team_cards(connection, {row.receiving_team, row.sending_team})
        calendar = await directory.full_calendar(connection)
    case = seen.case
    if not may_see(
        case, seen.seats, person.roles
    ):  # who keeps the directory sees its empty posts, and no case
        told = [
            ("Waiting for", _waits(each, seen, teams, calendar, now)) for each in case.open(Kind.FILL_POST)
        ]
        return facts(f"Case {ref}", told, case_link(public_url, ref))
    told = [("Data", between(row, teams)), ("Stage", STAGES[case.stage])]
    open_now = sorted(
        (task for task in case.tasks.values() if task.is_visible(now)), key=lambda task: task.due_at
    )
    told += [("Waiting for", _waits(each, seen, teams, calendar, now)) for each in open_now[:5]]
    if harm := "" if case.is_closed else harm_words(calendar, row, now):
        told.append(("Harm of waiting", harm))
    return facts(f"Case {ref}", told, case_link(public_url, ref))


def _waits(task: Task, seen: Known, teams: Mapping[str, TeamCard], calendar: Calendar, now: datetime) -> str:
    """What, who must act, and by when: 'Decide on the request: the sending team, HMRC, by the end of ...'."""
    case = seen.case
    party = case.sending if task.seat.side is Side.SENDING else case.receiving
    body = (
        teams[party.team].body if party and party.team in teams and task.seat.side is not Side.SYSTEM else ""
    )
    what = of_task(task.kind, task.about, task.post)
    who = ", ".join(part for part in (seat(task.seat), body) if part)
    left = time_left(calendar, case.nation(task.seat.side), task.due_at, now)
    return ", ".join(part for part in (f"{what} ({who})", by_when(task.due_at), left) if part)


async def _by_words(own: Services, person: Person, words: list[str]) -> Answer:
    public_url = own.site.public_url.rstrip("/")
    async with own.database.read() as connection:
        rows = await case_search.find(connection, person, words, MOST_FOUND)
        teams = await names.team_cards(
            connection, {team for row in rows for team in (row.receiving_team, row.sending_team)}
        )
    if not rows:
        return sentences(NOT_FOUND)
    lines = [
        Line(
            what=STAGES[Stage(row.stage)],
            ref=row.ref,
            link=case_link(public_url, row.ref),
            about=(between(row, teams),),
        )
        for row in rows[:MOST_FOUND]
    ]
    more = "There are more: add a word, or look in Sharecase." if len(rows) > MOST_FOUND else ""
    return listed("Cases found", lines, more)
