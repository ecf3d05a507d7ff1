"""What we told people: which notices Slack should hear of, and how far Slack agrees with them.

A notice is a row first. `wanted` says how it should look (posted, or replaced after the act), `started` how far a
delivery was begun, `sent` how far Slack agrees. A row nobody can send stays readable in the app, with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, and_, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from domain.case import Case
from domain.people import Role
from domain.preferences import About, Preferences
from domain.working_days import Calendar, Nation, london_date
from store import preferences, shapes
from store.directory import Person, full_calendar, in_office
from store.slack_links import place_of_person
from store.tables import cases, notices, organisations, people, tasks, teams

POSTED, REPLACED = 1, 2
# News that could not be told for so long is no news: it stays in the app. What asks for an act is always sent.
STALE = timedelta(days=14)

Standing = Literal["waiting", "sent", "replaced", "in_app_only", "over_before_sent"]


@dataclass(frozen=True, kw_only=True)
class Message:
    """A notice with everything Slack may be told of it: bodies, teams and roles, never a person or the case's words.

    `destination`: a channel's name or id, or a Slack user id; None when there is neither. `how` a closed task ended:
    done, overtaken, expired. `waited_until`: when the harm of waiting ended, None while it goes on. `person`: whose
    Slack it goes to, '' for a channel; `mine`: what they chose. `news`: the kind of event it tells, '' for others.
    """

    id: str
    ref: str
    headline: str
    due_at: datetime | None
    created_at: datetime
    asks: bool
    how: str
    role: str
    team: str
    organisation: str
    receiving: str
    sending: str
    people_per_day: int
    submitted_at: datetime
    waited_until: datetime | None
    calendar: Calendar
    destination: str | None
    wanted: int
    sent: int
    channel: str | None
    ts: str | None
    tried_at: datetime | None
    task: str = ""
    case: Case | None = None  # as it stands, for the buttons
    news: str = ""
    person: str = ""
    mine: Preferences = field(default_factory=Preferences)
    nation: Nation = Nation.ENGLAND_AND_WALES  # whose bank holidays are quiet

    @property
    def about(self) -> About:
        return About(asks=self.asks, news=self.news, created_at=self.created_at, due_at=self.due_at)

    @property
    def is_in_doubt(self) -> bool:
        """A post was begun and nobody knows what became of it."""
        return self.tried_at is not None and self.ts is None

    @property
    def agrees(self) -> bool:
        return self.sent >= self.wanted

    def is_stale(self, now: datetime) -> bool:
        return not self.asks and now - self.created_at > STALE


# --- the relay: what must be started ---------------------------------------------------------------------------


async def to_start(connection: AsyncConnection, most: int = 100) -> list[tuple[str, int]]:
    """(id, wanted) of notices whose delivery has not been started as far as is wanted, oldest first."""
    rows = await connection.execute(
        select(notices.c.id, notices.c.wanted)
        .where(notices.c.started < notices.c.wanted)
        .order_by(notices.c.created_at, notices.c.id)
        .limit(most)
    )
    return [(row.id, row.wanted) for row in rows]


async def started(connection: AsyncConnection, notice: str, wanted: int) -> None:
    await _change(connection, notice, notices.c.started < wanted, started=wanted)


# --- the delivery: what Slack is told --------------------------------------------------------------------------


_own, _receiving, _sending = (organisations.alias(name) for name in ("own", "receiving", "sending"))
_WITH_ITS_CASE = (  # built once: thousands may be asked for at a time
    select(
        notices,
        tasks.c.how,
        _own.c.name.label("own_name"),
        _own.c.nation.label("own_nation"),
        teams.c.name.label("team_name"),
        _receiving.c.name.label("receiving_name"),
        _sending.c.name.label("sending_name"),
        cases.c.closed,
        cases.c.people_per_day,
        cases.c.submitted_at,
        cases.c.updated_at,
        cases.c.receiving_team,
        cases.c.state,
    )
    .join(cases, cases.c.ref == notices.c.ref)
    .join(_receiving, _receiving.c.id == cases.c.receiving_organisation)
    .join(_sending, _sending.c.id == cases.c.sending_organisation)
    .outerjoin(_own, _own.c.id == notices.c.organisation)
    .outerjoin(teams, teams.c.id == notices.c.team)
    .outerjoin(tasks, and_(tasks.c.ref == notices.c.ref, tasks.c.task == notices.c.task))
)


async def for_sync(
    connection: AsyncConnection, notice: str, now: datetime, known: Calendar | None = None
) -> Message | None:
    """All that the message of this notice needs, as it stands now; None when there is no such notice.

    `known`: the calendar as it was read before.
    """
    row = (await connection.execute(_WITH_ITS_CASE.where(notices.c.id == notice))).one_or_none()
    if row is None:
        return None
    destination, person = await _destination(connection, row, now)
    return Message(
        id=row.id,
        ref=row.ref,
        headline=row.headline,
        due_at=row.due_at,
        created_at=row.created_at,
        asks=bool(row.task),
        how=row.how or "",
        role=row.role,
        team=row.team_name or "",
        organisation=row.own_name or "",
        receiving=row.receiving_name,
        sending=row.sending_name,
        people_per_day=row.people_per_day,
        submitted_at=row.submitted_at,
        waited_until=_waited_until(row),
        calendar=await full_calendar(connection, known),
        destination=destination,
        wanted=row.wanted,
        sent=row.sent,
        channel=row.channel,
        ts=row.ts,
        tried_at=row.tried_at,
        task=row.task,
        case=shapes.case_from_json(row.state),
        news=row.news,
        person=person,
        mine=await preferences.of(connection, person, now) if person else Preferences(),
        nation=Nation(row.own_nation) if row.own_nation else Nation.ENGLAND_AND_WALES,
    )


def _waited_until(row: Row[Any]) -> datetime | None:
    """The harm of withholding ends with the first delivery, or with the case."""
    if delivered := row.state.get("active_from"):
        return datetime.fromisoformat(delivered)
    return row.updated_at if row.closed else None


async def _destination(connection: AsyncConnection, row: Row[Any], now: datetime) -> tuple[str | None, str]:
    """One place per notice: the team's channel, else the first person who acts in the post and is on Slack (P5).

    With who that person is, '' for a channel.
    """
    if row.team:
        channel = await connection.scalar(select(teams.c.slack_channel).where(teams.c.id == row.team))
        if channel:
            return channel, ""

    def told(c: Any) -> ColumnElement[bool]:
        holds: list[ColumnElement[bool]] = [c.role == row.role]
        if row.organisation:
            holds.append(c.organisation == row.organisation)
        if row.team:
            holds.append(c.team == row.team)
        if row.role == Role.REVIEWER:  # another team looks back (§6)
            holds.append(or_(c.team.is_(None), c.team != row.receiving_team))
        return and_(*holds)

    who = list(dict.fromkeys(each.person for each in await in_office(connection, london_date(now), told)))
    query = select(people.c.id, place_of_person().label("place")).where(people.c.id.in_(who))
    on_slack = {each.id: each.place for each in await connection.execute(query)}
    return next(((on_slack[each], each) for each in who if on_slack.get(each)), (None, ""))


async def before(connection: AsyncConnection, message: Message) -> Sequence[str]:
    """Earlier notices of the same case that are neither posted nor settled and may go to the same place, oldest first.

    Whether they do is known at once for a team with a channel; for people it takes `for_sync`.
    """
    n = notices.c
    channel = func.coalesce(teams.c.slack_channel, "")
    elsewhere = and_(channel != "", channel != (message.destination or ""))
    query = (
        select(n.id, n.created_at)
        .outerjoin(teams, teams.c.id == n.team)
        .where(n.ref == message.ref, n.sent == 0, n.ts.is_(None), n.created_at <= message.created_at)
        .where(not_(elsewhere))
    )
    mine = place_of(message.id, message.created_at)
    waiting = sorted(place_of(row.id, row.created_at) for row in await connection.execute(query))
    return [place[-1] for place in waiting if place < mine]


def place_of(notice: str, created_at: datetime) -> tuple[datetime, tuple[int, ...], str]:
    """In the order of the case's events; reminders and other rounds have no number of an event in their id."""
    parts = notice.split(".")[1:]
    return created_at, tuple(int(part) if part.isdigit() else 0 for part in parts), notice


async def news_for(connection: AsyncConnection, person: Person, most: int = 40) -> Sequence[str]:
    """News on the seats of a person's posts that is neither posted nor settled, oldest first."""
    n = notices.c
    waiting = (n.task == "", n.sent == 0, n.ts.is_(None), n.tried_at.is_(None), n.wanted == POSTED)
    query = select(n.id).join(cases, cases.c.ref == n.ref)
    query = query.outerjoin(tasks, and_(tasks.c.ref == n.ref, tasks.c.task == n.task))
    rows = await connection.scalars(
        query.where(_told_to(person), *waiting).order_by(n.created_at, n.id).limit(most)
    )
    return rows.all()


async def claim(connection: AsyncConnection, notice: str, now: datetime) -> bool:
    """Mark that a post begins. False when it is no longer wanted, or somebody else has begun: then read again."""
    return await _change(
        connection,
        notice,
        notices.c.ts.is_(None),
        notices.c.tried_at.is_(None),
        notices.c.wanted == POSTED,
        notices.c.sent < POSTED,
        tried_at=now,
    )


async def release(connection: AsyncConnection, notice: str) -> None:
    """It is now known that nothing was posted."""
    await _change(connection, notice, notices.c.ts.is_(None), tried_at=None)


async def sent(
    connection: AsyncConnection,
    notice: str,
    channel: str,
    ts: str,
    reached: int,
    now: datetime,
    *,
    trouble: str | None = None,
) -> None:
    """Slack has the message, as it looks at `reached`. `trouble`: why it could not be replaced."""
    await _change(connection, notice, channel=channel, ts=ts, sent=reached, sent_at=now, trouble=trouble)


async def settled(connection: AsyncConnection, notice: str, wanted: int, trouble: str | None = None) -> None:
    """Nothing will be posted: it was over before, or (`trouble`) it stays in the app only. Not while a post is begun."""
    values: dict[str, Any] = {"trouble": trouble[:80]} if trouble else {}
    nothing_begun = (notices.c.ts.is_(None), notices.c.tried_at.is_(None))
    await _change(connection, notice, *nothing_begun, sent=wanted, **values)


async def _change(
    connection: AsyncConnection, notice: str, *where: ColumnElement[bool], **values: Any
) -> bool:
    done = await connection.execute(update(notices).where(notices.c.id == notice, *where).values(**values))
    return done.rowcount > 0


# --- the app: what a person was told ---------------------------------------------------------------------------


def standing(notice: Row[Any]) -> Standing:
    """Where a notice stands with Slack. Only where Slack is set up; without it every notice is simply in the app."""
    if notice.ts:
        return "replaced" if notice.sent >= REPLACED else "sent"
    if notice.trouble:
        return "in_app_only"
    return "over_before_sent" if notice.sent >= notice.wanted else "waiting"


async def for_person(connection: AsyncConnection, person: Person, limit: int = 50) -> Sequence[Row[Any]]:
    """The notices on the seats of a person's posts, newest first, with how the task they ask for ended."""
    query = (
        select(notices, tasks.c.kind, tasks.c.closed_at, tasks.c.how)
        .join(cases, cases.c.ref == notices.c.ref)
        .outerjoin(tasks, and_(tasks.c.ref == notices.c.ref, tasks.c.task == notices.c.task))
        .where(_told_to(person))
        .order_by(notices.c.created_at.desc(), notices.c.id.desc())
        .limit(limit)
    )
    return (await connection.execute(query)).all()


def _told_to(person: Person) -> ColumnElement[bool]:
    """The same people as the inbox: a notice is for whoever may do its task."""
    n, ways = notices.c, list[ColumnElement[bool]]()
    for post in person.posts:
        team = post.team or ""
        if post.role in (Role.OPERATOR, Role.REGULATOR):
            ways.append(and_(n.organisation == "", n.role == post.role))
            continue
        here = and_(n.organisation == post.organisation, n.role == post.role)
        if post.role is Role.REVIEWER:
            ways.append(and_(here, cases.c.receiving_team != team))
            continue
        ways.append(and_(here, n.team == team))
        if post.role is Role.RISK_OWNER:  # may do the requesting team's tasks; its news they get themselves
            asked = and_(n.organisation == post.organisation, n.role == Role.REQUESTER, n.team == team)
            ways.append(and_(asked, tasks.c.kind != "revise"))
    return or_(*ways) if ways else n.id.is_(None)
