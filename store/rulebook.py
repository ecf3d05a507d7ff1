"""The rulebook as rows: changes to the guards, what they stopped, and what was asked about them (§4)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, false, func, insert, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.case import Stage
from domain.guards import Rule
from domain.rulebook import Change, Confirmed, NoSuchQuestion, NothingProposed, rules_on
from domain.working_days import london_date
from store import database
from store.database import insert_into
from store.tables import cases, events, guard_changes, guard_questions, organisations

BLOCKED = "request_blocked"  # the event that tells which rules stopped a request
DROPPED = "never"  # the first day of a change that was dropped; every ISO date comes before it
MOST_SHOWN = 200  # open questions, and questions of one rule, on a page


async def in_force(connection: AsyncConnection, day: date) -> tuple[Rule, ...]:
    """The rulebook for requests received on this London date, for `guards.hits`."""
    return rules_on([_confirmed(row) for row in await changes(connection)], day)


async def changes(connection: AsyncConnection, rule: str = "") -> Sequence[Row[Any]]:
    """Changes that two board members agreed on, oldest first; of one rule or of all."""
    c = guard_changes.c
    query = select(guard_changes).where(c.confirmed_by != "", c.in_force_from != DROPPED)
    if rule:
        query = query.where(c.rule == rule)
    return (await connection.execute(query.order_by(c.in_force_from, c.id))).all()


async def confirmed(connection: AsyncConnection, rule: str = "") -> list[Confirmed]:
    return [_confirmed(row) for row in await changes(connection, rule)]


def _confirmed(row: Row[Any]) -> Confirmed:
    return Confirmed(
        number=row.id,
        rule=row.rule,
        change=Change.from_json(row.change),
        in_force_from=date.fromisoformat(row.in_force_from),
    )


# --- changing a rule --------------------------------------------------------------------------------------------


async def one_at_a_time(connection: AsyncConnection) -> None:
    """Two who propose, or decide, at the same moment come one after the other. SQLite has one writer anyway."""
    await database.one_at_a_time(connection, guard_changes)


async def proposals(connection: AsyncConnection, rule: str = "") -> Sequence[Row[Any]]:
    """Changes that wait for a second board member: at most one for each rule."""
    query = select(guard_changes).where(guard_changes.c.confirmed_by == "")
    if rule:
        query = query.where(guard_changes.c.rule == rule)
    return (await connection.execute(query.order_by(guard_changes.c.id))).all()


async def propose(
    connection: AsyncConnection, rule: str, change: Change, reason: str, by: str, at: datetime
) -> None:
    await connection.execute(
        insert(guard_changes).values(
            rule=rule,
            change=change.to_json(),
            reason=reason,
            proposed_by=by,
            proposed_at=at,
            confirmed_by="",
            in_force_from="",
        )
    )


async def decide(connection: AsyncConnection, number: int, by: str, at: datetime, first_day: str) -> None:
    """Close a proposal: in force from `first_day`, or `DROPPED`. Raises `NothingProposed` when it is closed."""
    query = (
        update(guard_changes)
        .where(guard_changes.c.id == number, guard_changes.c.confirmed_by == "")
        .values(confirmed_by=by, confirmed_at=at, in_force_from=first_day)
        .returning(guard_changes.c.id)
    )
    if await connection.scalar(query) is None:
        raise NothingProposed


# --- what was stopped -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Requests that were out of scope. Those of made-up bodies (`demo`) are kept apart: they are in no public figure.

    requests: (month, demo) -> requests. by_rule: (rule, month, demo) -> requests that this rule stopped; a request
    can be stopped by several, so these do not add up to the former. Months are London's, like '2026-11'.
    """

    requests: Mapping[tuple[str, bool], int]
    by_rule: Mapping[tuple[str, str, bool], int]

    def of_rule(self, rule: str, *, demo: bool) -> int:
        return sum(n for (which, _, made_up), n in self.by_rule.items() if (which, made_up) == (rule, demo))


async def counts(connection: AsyncConnection, since: date = date.min) -> Counts:
    """From the blocked cases themselves, found by their index; `since`: the first day of the first month to count."""
    receiving, sending = organisations.alias(), organisations.alias()
    # Asked case by case: joined, a planner without statistics would read every event there ever was.
    its = and_(events.c.ref == cases.c.ref, events.c.kind == BLOCKED)
    at, data = (
        select(column).where(its).order_by(events.c.seq.desc()).limit(1).scalar_subquery().label(column.name)
        for column in (events.c.at, events.c.data)
    )
    demo = or_(*(func.coalesce(each.c.demo, false()) for each in (receiving, sending)))
    query = (
        select(at, data, demo.label("demo"))
        .select_from(cases)
        .outerjoin(receiving, receiving.c.id == cases.c.receiving_organisation)
        .outerjoin(sending, sending.c.id == cases.c.sending_organisation)
        .where(cases.c.stage == literal_column(f"'{Stage.BLOCKED}'"))  # a parameter would not match the index
    )
    if since > date.min:
        # a London day can begin an hour before the same day in UTC
        begins = datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(hours=1)
        query = query.where(cases.c.updated_at >= begins)
    requests: Counter[tuple[str, bool]] = Counter()
    by_rule: Counter[tuple[str, str, bool]] = Counter()
    for row in await connection.execute(query):
        if row.at is None or (stopped_on := london_date(row.at)) < since:
            continue
        month, made_up = stopped_on.isoformat()[:7], bool(row.demo)
        requests[month, made_up] += 1
        for rule in {rule for rule, _ in _stopped_by(row.data)}:
            by_rule[rule, month, made_up] += 1
    return Counts(requests=requests, by_rule=by_rule)


async def stopped_by(connection: AsyncConnection, ref: str) -> tuple[tuple[str, int], ...]:
    """(rule, version) of each rule that stopped this request, in the order of the rulebook; () when none did."""
    query = select(events.c.data).where(events.c.ref == ref, events.c.kind == BLOCKED)
    data = await connection.scalar(query.order_by(events.c.seq.desc()).limit(1))
    return _stopped_by(data) if data else ()


def _stopped_by(data: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """From what the event says of each rule: 'commercial_recipient v1'."""
    return tuple(_named(str(each)) for each in data.get("rules", ()) if each)


def _named(told: str) -> tuple[str, int]:
    """'surveillance v2' -> its parts; a rule without a number is meant as it was written."""
    rule, _, version = told.rpartition(" v")
    return (rule, int(version)) if rule and version.isdecimal() else (told, 1)


# --- questions to the board ---------------------------------------------------------------------------------------


def question_id(ref: str, rule: str) -> str:
    """One question for each request and rule, so that is its name."""
    return f"{ref}.{rule}"


async def questions_of(connection: AsyncConnection, ref: str) -> Sequence[Row[Any]]:
    query = select(guard_questions).where(guard_questions.c.ref == ref)
    return (await connection.execute(query.order_by(guard_questions.c.asked_at))).all()


async def question(connection: AsyncConnection, key: str) -> Row[Any]:
    """Raises `NoSuchQuestion`."""
    query = select(guard_questions).where(guard_questions.c.id == key)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NoSuchQuestion
    return row


async def open_questions(connection: AsyncConnection) -> Sequence[Row[Any]]:
    """What nobody has answered, oldest first, with the title of the request and whose it is."""
    q = guard_questions.c
    query = (
        select(guard_questions, cases.c.title, cases.c.receiving_team, cases.c.sending_team)
        .join(cases, cases.c.ref == q.ref)
        .where(q.answered_at.is_(None))
        .order_by(q.asked_at, q.id)
        .limit(MOST_SHOWN)
    )
    return (await connection.execute(query)).all()


async def published(connection: AsyncConnection, rule: str) -> Sequence[Row[Any]]:
    """Questions about a rule with their answers, newest first: those that a board member found to name nobody."""
    q = guard_questions.c
    query = (
        select(guard_questions)
        .where(q.rule == rule, q.published, q.answered_at.is_not(None))
        .order_by(q.answered_at.desc(), q.id)
        .limit(MOST_SHOWN)
    )
    return (await connection.execute(query)).all()


async def ask(
    connection: AsyncConnection, ref: str, rule: tuple[str, int], words: str, by: str, at: datetime
) -> bool:
    """Keep a question about a rule in the version that stopped this request; False when there is one already."""
    values = {
        "id": question_id(ref, rule[0]),
        "ref": ref,
        "rule": rule[0],
        "version": rule[1],
        "question": words,
        "asked_by": by,
        "asked_at": at,
        "answer": "",
        "answered_by": "",
        "published": False,
    }
    query = insert_into(connection, guard_questions).values(values).on_conflict_do_nothing()
    return await connection.scalar(query.returning(guard_questions.c.id)) is not None


async def answer(
    connection: AsyncConnection, key: str, words: str, by: str, at: datetime, *, publish: bool
) -> bool:
    """Keep an answer; False when somebody else has answered meanwhile."""
    query = (
        update(guard_questions)
        .where(guard_questions.c.id == key, guard_questions.c.answered_at.is_(None))
        .values(answer=words, answered_by=by, answered_at=at, published=publish)
        .returning(guard_questions.c.id)
    )
    return await connection.scalar(query) is not None
