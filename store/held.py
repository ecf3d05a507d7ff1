"""What a form is compared with and filled from: what a body already has, what its clusters agreed, how long it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import register as entries
from domain.agreements import SharedTask
from domain.already_held import Holding, Match, matches, needs_an_answer
from domain.case import BEFORE_ACTIVE, Lane, Stage
from domain.people import Role
from domain.questions import Answers, Problem, tidy
from domain.request_beside import BESIDE
from domain.request_form import REF
from domain.working_days import Calendar, CalendarTooShort, Nation, london_date, working_days_between
from store import agreements
from store.directory import Person
from store.tables import cases, drafts, events, forms, organisations, posts, register, teams

# Where an answer comes from that nobody typed, as pages say it after "Taken from".
FROM_CLUSTER, FROM_TEAM, FROM_BEFORE = "the cluster agreement", "your organisation", "your last request"

MOST = 200  # cases and drafts of one body that are looked through
LIVE = (Stage.APPROVED, Stage.ACTIVE, Stage.SUSPENDED)
RUNNING = (Stage.ACTIVE, Stage.SUSPENDED)
OPEN = (
    Stage.TRIAGE, Stage.RISK_ACCEPTANCE, Stage.WITH_SENDER, Stage.INFO_REQUESTED, Stage.LEADER_DECISION,
)  # fmt: skip
ENOUGH = 10  # past decisions before a median is named (§5)
DECIDED = ("request_approved", "request_refused")


# --- already held (P4) -------------------------------------------------------------------------------------------


async def already_held(
    connection: AsyncConnection, person: Person, answers: Mapping[str, Any], ref: str = ""
) -> tuple[Match, ...]:
    """What the receiving body already has, or has asked for, of the items in these answers. `ref`: this request's own."""
    team, items = answers.get("team"), answers.get("items")
    asked = items.splitlines() if isinstance(items, str) else items
    if not isinstance(asked, list | tuple) or not isinstance(team, str):
        return ()
    body = await connection.scalar(select(teams.c.organisation).where(teams.c.id == team))
    if body is None:
        return ()
    itself = {ref, str(answers.get("amends") or "")}
    holdings = [*await _cases(connection, body, itself), *await _drafts(connection, body, person, itself)]
    return matches([str(each) for each in asked], str(answers.get("sending_team") or ""), holdings)


async def problems(
    connection: AsyncConnection, person: Person, answers: Answers, ref: str = ""
) -> tuple[Problem, ...]:
    """What is in the way of a request whose items may be there already, until its author says that it is not enough."""
    if answers.get("already_held"):
        return ()
    found = await already_held(connection, person, answers, ref)
    if not needs_an_answer(found):
        return ()
    return (Problem("already_held", next(each.ask for each in BESIDE if each.id == "already_held")),)


async def _cases(connection: AsyncConnection, body: str, itself: set[str]) -> list[Holding]:
    c = cases.c
    query = (
        select(c.ref, c.title, c.stage, c.receiving_team, c.sending_team, c.items_shared)
        .where(c.receiving_organisation == body, c.stage.in_((*LIVE, *OPEN)), c.ref.not_in(itself))
        .order_by(c.updated_at.desc())
        .limit(MOST)
    )
    return [
        Holding(
            kind="share" if row.stage in LIVE else "request",
            ref=row.ref,
            title=row.title,
            team=row.receiving_team,
            sending_team=row.sending_team,
            items=tuple(row.items_shared),
        )
        for row in await connection.execute(query)
    ]


async def _drafts(connection: AsyncConnection, body: str, person: Person, itself: set[str]) -> list[Holding]:
    """Colleagues' unsent drafts. What they are called stays theirs; whom they ask for what is said."""
    colleagues = select(posts.c.person).where(posts.c.organisation == body, posts.c.role == Role.REQUESTER)
    query = (
        select(drafts.c.ref, drafts.c.answers)
        .where(
            drafts.c.author.in_(colleagues),
            drafts.c.author != person.id,
            ~drafts.c.submitted,
            drafts.c.ref.not_in(itself),
        )
        .order_by(drafts.c.saved_at.desc())
        .limit(MOST)
    )
    found: list[Holding] = []
    for row in await connection.execute(query):
        items = row.answers.get("items") or ()
        listed = items.splitlines() if isinstance(items, str) else items
        found.append(
            Holding(
                kind="draft",
                ref=row.ref,
                title="",
                team=str(row.answers.get("team") or ""),
                sending_team=str(row.answers.get("sending_team") or ""),
                items=tuple(str(each) for each in listed) if isinstance(listed, list | tuple) else (),
            )
        )
    return found


async def promotes(connection: AsyncConnection, amends: object) -> bool:
    """Whether the share that is amended is a test of something new, which becomes more only with evidence (C22)."""
    if not isinstance(amends, str) or not REF.fullmatch(amends.strip().upper()):
        return False
    c = cases.c
    newest = and_(forms.c.ref == c.ref, forms.c.version == c.form_version)
    query = select(forms.c.answers).join(cases, newest).where(c.ref == amends.strip().upper())
    answers = await connection.scalar(query)
    return bool(answers) and answers.get("use") == "test_new"


async def cannot_amend(connection: AsyncConnection, answers: Answers, ref: str = "") -> tuple[Problem, ...]:
    """C18: what is amended runs, is this team's own, is amended by nothing else, and is not what the amendment relies on.

    `ref`: of the amendment itself, where it has one.
    """
    amends = str(answers.get("amends") or "")
    if not amends:
        return ()
    c = cases.c
    query = select(c.stage, c.root).where(c.ref == amends, c.receiving_team == str(answers.get("team")))
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return (Problem("amends", "Your team has no share of that reference. Look its reference up again"),)
    if row.stage not in RUNNING:
        sentence = (
            f"{amends} does not run, so there is nothing to change about it. Make a new request instead"
        )
        return (Problem("amends", sentence),)
    under_way = select(c.ref).where(c.parent == amends, c.relation == "amends", c.stage.in_(BEFORE_ACTIVE))
    if other := await connection.scalar(under_way.where(c.ref != ref).limit(1)):
        sentence = f"{other} is an amendment of {amends} already. Wait until it is delivered, or withdraw it"
        return (Problem("amends", sentence),)
    root = str(answers.get("root") or "")
    below = await connection.scalar(select(c.root).where(c.ref == root)) if root else ""
    if amends in (root, below):
        sentence = "A decision cannot rely on the one it is to replace. Ask all twelve questions instead"
        return (Problem("root", sentence),)
    return ()


# --- what a form may be filled from ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Shared:
    """The cluster of a team as a form needs it: what it is called, its tasks, its legal gateway, and who is in it."""

    id: str
    name: str
    tasks: tuple[SharedTask, ...]
    gateway: str
    uses: tuple[str, ...]
    members: frozenset[str]

    def task(self, code: object) -> SharedTask | None:
        return next((each for each in self.tasks if each.code == code), None)


async def shared_by(connection: AsyncConnection, team: object, day: date) -> Shared | None:
    """The cluster that a team is a member of today, with the terms in force; None for none."""
    found = await clusters_of(connection, [team] if isinstance(team, str) else [], day)
    return found.get(str(team))


async def clusters_of(
    connection: AsyncConnection, of: Sequence[str] | set[str], day: date
) -> Mapping[str, Shared]:
    """Team -> the cluster it sits in, for those of these teams that sit in one with terms in force."""
    members = await agreements.members_on(connection, day)
    if not set(of) & set(members):
        return {}
    terms = await agreements.in_force(connection, day)
    made = {
        id: Shared(
            id=id,
            name=agreement.name,
            tasks=agreement.terms.tasks,
            gateway=agreement.terms.gateway,
            uses=agreement.terms.uses,
            members=frozenset(team for team, cluster in members.items() if cluster == id),
        )
        for id, agreement in terms.items()
    }
    return {team: made[members[team]] for team in of if members.get(team) in made}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision on the public register. `why_not`: the sentence when nobody can rely on it."""

    ref: str
    entry: Mapping[str, Any]
    why_not: str = ""


async def decision(connection: AsyncConnection, ref: str, day: date) -> Decision:
    """The decision on which a request wants to rely, by the newest version of its register entry (P2)."""
    ref = ref.strip().upper()
    query = select(register.c.entry, register.c.state).where(register.c.ref == ref, register.c.latest)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return Decision(
            ref=ref,
            entry={},
            why_not="There is no decision with this reference on the register. Look it up again",
        )
    if root := (row.entry.get("root") or {}).get("id"):
        return Decision(
            ref=ref,
            entry=row.entry,
            why_not=f"{ref} relies on another decision itself. Enter {root}, on which it rests",
        )
    if not entries.may_be_root(row.entry, day.isoformat()):
        return Decision(
            ref=ref,
            entry=row.entry,
            why_not=f"{ref} is not an active share in good standing, so nobody can rely on it. Choose 'Something else'",
        )
    return Decision(ref=ref, entry=row.entry)


async def mine_to_copy(
    connection: AsyncConnection, person: Person, most: int = 20
) -> Sequence[Row[*tuple[Any, ...]]]:
    """(ref, title, submitted_at, stage, receiving_team): requests this person may see on the receiving side, newest first."""
    c = cases.c
    whole_bodies = {post.organisation for post in person.posts if post.role.startswith("leader_")}
    own_teams = person.teams(Role.REQUESTER) | person.teams(Role.RISK_OWNER)
    query = (
        select(c.ref, c.title, c.submitted_at, c.stage, c.receiving_team)
        .where(or_(c.receiving_team.in_(own_teams), c.receiving_organisation.in_(whole_bodies)))
        .order_by(c.submitted_at.desc(), c.ref)
    )
    return (await connection.execute(query.limit(most))).all()


async def asked_before(connection: AsyncConnection, person: Person) -> Mapping[str, Any]:
    """The organisation is asked once: team, risk owner and area of this person's latest request that was sent."""
    query = (
        select(drafts.c.answers)
        .where(drafts.c.author == person.id, drafts.c.submitted)
        .order_by(drafts.c.saved_at.desc())
        .limit(1)
    )
    answers = await connection.scalar(query) or {}
    keys = ("team", "risk_owner", "region", "area")
    found = {key: answers[key] for key in keys if answers.get(key)}
    return found if found.get("team") in person.teams(Role.REQUESTER) else {}


async def area_of(connection: AsyncConnection, team: object) -> str:
    """The ONS code of a team's nation where that is one area of its own; '' for England and Wales, and for nobody."""
    if not isinstance(team, str) or not team or tidy(team) != team:
        return ""
    query = (
        select(organisations.c.nation)
        .join(teams, teams.c.organisation == organisations.c.id)
        .where(teams.c.id == team)
    )
    return {"scotland": "S92000003", "northern-ireland": "N92000002"}.get(
        await connection.scalar(query) or "", ""
    )


# --- how long it takes -------------------------------------------------------------------------------------------


async def typical_days(connection: AsyncConnection, calendar: Calendar) -> Mapping[Lane, int]:
    """Lane -> median working days from submission to decision, of the last 200 cases; only where there were ten or more."""
    c = cases.c
    latest = select(c.ref, c.lane, c.submitted_at).where(c.stage.not_in(OPEN)).order_by(c.updated_at.desc())
    recent = latest.limit(MOST).subquery()  # few enough to look up their events one by one
    query = (
        select(recent.c.lane, recent.c.submitted_at, func.min(events.c.at).label("at"))
        .join(events, events.c.ref == recent.c.ref)
        .where(events.c.kind.in_(DECIDED))
        .group_by(recent.c.ref, recent.c.lane, recent.c.submitted_at)
    )
    taken: dict[Lane, list[int]] = {}
    for row in await connection.execute(query):
        days = _working_days(calendar, row.submitted_at, row.at)
        if days is not None and row.lane in set(Lane):
            taken.setdefault(Lane(row.lane), []).append(days)
    return {
        lane: sorted(days)[(len(days) + 1) // 2 - 1]  # nearest rank
        for lane, days in taken.items()
        if len(days) >= ENOUGH
    }


def _working_days(calendar: Calendar, start: datetime, end: datetime) -> int | None:
    try:
        return working_days_between(calendar, Nation.UNION, london_date(start), london_date(end))
    except (CalendarTooShort, LookupError):
        return None
