"""Who holds what, who covers and who is deputy (P5): checked, applied and kept in one transaction, like `api.leader_acts`.

What follows in open cases is kept as commands in the same transaction, and brought by the relay. A repeat changes
nothing (G6). 404 comes before 403, and who may is asked before what was typed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.outside import OutsideActs, cleaned
from domain import cover as rules
from domain import owner_forms as forms
from domain.cover import Absence
from domain.people import Role
from domain.permissions import Post
from domain.questions import Choice, Problem, Question
from domain.refusals import NoSuchCase
from domain.working_days import london_date
from store import commands, directory, leavers, posts, posts_changed, tables
from store.commands import Received
from store.directory import Person
from store.posts_changed import Touched

UNKNOWN = "Nobody in the directory has this e-mail address. Check it, or ask the operator to add the person"


class OwnerActs(OutsideActs):
    """Each raises `NoSuchCase` (404), the refusals of `domain.cover`, `Invalid` (422) and `SameCommandOtherBody` (409)."""

    kept_under = "directory"

    async def set_cover(
        self, person: Person, whom: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """Somebody is away from one day to another; who covers, if anybody does."""
        told = self.told_about(person, "set_cover", forms.SET_COVER, raw, command, via, whom)
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await posts.lock(connection)
            await may_say_away(connection, person, whom, today)
            if await commands.is_repeat(connection, told):
                return
            answers = cleaned(forms.SET_COVER, raw)
            covered_by = await _who(connection, answers.get("covered_by"), "covered_by")
            first, last = forms.day(answers, "first"), forms.day(answers, "last")
            absence = Absence(person=whom, covered_by=covered_by, first=first, last=last)
            if problems := rules.problems(absence, await posts.absences(connection, today), today):
                raise Invalid(problems)
            touched = await posts_changed.by_cover(connection, whom, today)
            await posts.set_cover(connection, absence, by=person.id)
            await self._done(connection, told, touched, {**answers, "whom": whom, "covered_by": covered_by})

    async def end_cover(self, person: Person, number: int, *, command: str, via: str) -> None:
        """They are back, or stay: from today everything is theirs again."""
        told = self.told_about(person, "end_cover", (), {}, command, via, number)
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await posts.lock(connection)
            row = await may_end_away(connection, person, number, today)
            if await commands.is_repeat(connection, told):
                return
            if is_over(row, today):
                raise rules.OverAlready
            touched = await posts_changed.by_cover(connection, row.person, today)
            await posts.end_cover(connection, row, today - posts.ONE_DAY)
            await self._done(connection, told, touched, {"number": number})

    async def name_deputy(
        self, person: Person, post: Post, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """Somebody acts in a post, from today, whenever nobody else does."""
        told = self.told_about(person, "name_deputy", forms.NAME_DEPUTY, raw, command, via, list(_key(post)))
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await posts.lock(connection)
            await may_name(connection, person, post)
            if await commands.is_repeat(connection, told):
                return
            answers = cleaned(forms.NAME_DEPUTY, raw)
            who = await _who(connection, answers["email"], "email")
            for table, sentence in (
                (tables.posts, "Enter somebody else: this person holds the post"),
                (tables.deputies, "Enter somebody else: this person is its deputy already"),
            ):
                if await posts.is_there(connection, table, who, post, today):
                    raise Invalid((Problem("email", sentence),))
            touched = await posts_changed.by_posts(connection, (post,), (), today)
            await posts.name_deputy(connection, who, post, by=person.id, first=today)
            await self._done(connection, told, touched, {**answers, "who": who})

    async def end_deputy(self, person: Person, number: int, *, command: str, via: str) -> None:
        told = self.told_about(person, "end_deputy", (), {}, command, via, number)
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await posts.lock(connection)
            row = await may_end_deputy(connection, person, number)
            if await commands.is_repeat(connection, told):
                return
            if is_over(row, today):
                raise rules.OverAlready
            touched = await posts_changed.by_posts(connection, (post_of(row),), (row.person,), today)
            await posts.end(connection, tables.deputies, number, today - posts.ONE_DAY)
            await self._done(connection, told, touched, {"number": number})

    async def appoint(
        self, person: Person, organisation: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """The operator puts somebody into a post, from a day on."""
        async with self.database.read() as connection:
            await a_body(connection, organisation)
            keeps(person)
            questions = await appoint_questions(connection, organisation)
        told = self.told_about(person, "appoint", questions, raw, command, via, organisation)
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await posts.lock(connection)
            if await commands.is_repeat(connection, told):
                return
            answers = cleaned(questions, raw)
            role, first = Role(str(answers["role"])), forms.day(answers, "first")
            team = _team_for(role, str(answers.get("team", "")))
            who = await _who(connection, answers["email"], "email")
            if problems := rules.start_problem("first", first, today):
                raise Invalid(problems)
            post = Post(role=role, organisation=organisation, team=team)
            if await posts.is_there(connection, tables.posts, who, post, first):
                raise Invalid((Problem("email", "Enter somebody else: this person holds the post already"),))
            touched = await posts_changed.by_posts(connection, (post,), (), today)
            await posts.appoint(connection, who, post, first)
            await leavers.stays(connection, who)
            await self._done(connection, told, touched, {**answers, "who": who, "organisation": organisation})

    async def end_post(
        self, person: Person, number: int, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """The operator says until when somebody holds a post."""
        told = self.told_about(person, "end_post", (forms.LAST,), raw, command, via, number)
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await posts.lock(connection)
            row = await may_end_post(connection, person, number)
            if await commands.is_repeat(connection, told):
                return
            if is_over(row, today):
                raise rules.OverAlready
            answers = cleaned((forms.LAST,), raw)
            last = forms.day(answers, "last")
            since = date.fromisoformat(row.held_from) if row.held_from else None
            if problems := rules.end_problem("last", last, since, today):
                raise Invalid(problems)
            touched = await posts_changed.by_posts(connection, (post_of(row),), (row.person,), today)
            await posts.end(connection, tables.posts, number, last)
            await self._done(connection, told, touched, {**answers, "number": number})

    async def leave(
        self, person: Person, whom: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """Somebody leaves: whatever they hold or stand in for ends on one day, and with it every way in they had."""
        told = self.told_about(person, "leave", (forms.LAST,), raw, command, via, whom)
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await posts.lock(connection)
            await a_person(connection, whom)
            keeps(person)
            if await commands.is_repeat(connection, told):
                return
            answers = cleaned((forms.LAST,), raw)
            last = forms.day(answers, "last")
            if problems := rules.end_problem("last", last, None, today):
                raise Invalid(problems)
            touched = await self._leaves(connection, whom, last, today, by=person.id)
            await leavers.leaves(connection, whom, last + posts.ONE_DAY)
            await leavers.end_their_ways_in(connection, today, told.received_at)
            await self._done(connection, told, touched, {**answers, "whom": whom})

    async def _leaves(
        self, connection: AsyncConnection, whom: str, last: date, today: date, *, by: str
    ) -> Touched:
        """End it all. What it may reach is asked before: their posts, and those of whom they cover."""
        held = [
            (table, row)
            for table in (tables.posts, tables.deputies)
            for row in await posts.held_after(connection, table, whom, last)
        ]
        reached = await posts_changed.by_cover(connection, whom, today)
        changed = {post_of(row) for _, row in held} | reached.posts
        touched = await posts_changed.by_posts(connection, changed, (whom,), today)
        for table, row in held:
            await posts.end(connection, table, row.id, last)
        await posts.stop_covering(connection, whom, last, by=by)
        return touched

    async def add_person(self, person: Person, raw: Mapping[str, Any], *, command: str, via: str) -> str:
        """The operator adds somebody whom the directory does not know; their id."""
        told = self.told_about(person, "add_person", forms.ADD_PERSON, raw, command, via, "")
        made = f"p-{command[:20]}"
        async with self.database.write() as connection:
            await posts.lock(connection)
            keeps(person)
            if await commands.is_repeat(connection, told):
                return made
            answers = cleaned(forms.ADD_PERSON, raw)
            email = str(answers["email"])
            if not forms.is_email(email):
                raise Invalid(
                    (Problem("email", "Enter an e-mail address in the usual form, like name@example.gov.uk"),)
                )
            if await posts.by_email(connection, email):
                raise Invalid(
                    (
                        Problem(
                            "email", "Somebody in the directory has this e-mail address already. Appoint them"
                        ),
                    )
                )
            await posts.add_person(connection, made, str(answers["name"]), email)
            await self.keep(
                connection, told, {"person": made}
            )  # the name stands in the directory, and once is enough
        return made

    async def _done(
        self, connection: AsyncConnection, told: Received, touched: Touched, body: Mapping[str, Any]
    ) -> None:
        """Keep the act, and a command for every open case in which something follows from it today."""
        at = told.received_at
        await self.keep(connection, told, body)
        await posts_changed.tell(connection, told.id, touched, london_date(at), at)


# --- what pages ask before they draw a form, and the acts before they are done ------------------------------------


def keeps(person: Person) -> None:
    if not rules.operates(person.posts):
        raise rules.NotADirectoryKeeper


async def a_person(connection: AsyncConnection, whom: str) -> Row[Any]:
    """(id, name, email). Raises `NoSuchCase` where the directory knows nobody by this id."""
    found = (await posts.people_of(connection, {whom})).get(whom)
    if found is None:
        raise NoSuchCase
    return found


async def a_body(connection: AsyncConnection, organisation: str) -> posts.Body:
    found = await posts.bodies(connection, frozenset({organisation}))
    if not found:
        raise NoSuchCase
    return found[0]


async def may_say_away(connection: AsyncConnection, person: Person, whom: str, today: date) -> Row[Any]:
    """Whoever is away themselves, a leader of a body they have a post in, the operator."""
    found = await a_person(connection, whom)
    if person.id != whom and not rules.operates(person.posts):
        away = await directory.person(connection, whom, today)
        bodies = {post.organisation for post in away.posts if post.is_own} if away else set[str]()
        if not rules.leads(person.posts, bodies):
            raise rules.NotYourAbsence
    return found


async def may_end_away(connection: AsyncConnection, person: Person, number: int, today: date) -> Row[Any]:
    row = await posts.one(connection, tables.cover, number)
    if row is None:
        raise NoSuchCase
    await may_say_away(connection, person, row.person, today)
    return row


async def may_name(connection: AsyncConnection, person: Person, post: Post) -> None:
    """A post of which the directory has a row; whoever holds it, a leader of the body, the operator."""
    known = {post_of(row) for row in await posts.rows_of(connection, tables.posts, post.organisation)}
    if post not in known:
        raise NoSuchCase
    if not may_deputise(person, post):
        raise rules.NotYourPost


def may_deputise(person: Person, post: Post) -> bool:
    """Whether somebody may name the deputy of a post: the same for drawing a link and for doing it."""
    leads = rules.operates(person.posts) or rules.leads(person.posts, {post.organisation})
    return leads or post in person.posts


async def may_end_deputy(connection: AsyncConnection, person: Person, number: int) -> Row[Any]:
    row = await posts.one(connection, tables.deputies, number)
    if row is None:
        raise NoSuchCase
    if not may_deputise(person, post_of(row)) and row.person != person.id:
        raise rules.NotYourPost
    return row


async def may_end_post(connection: AsyncConnection, person: Person, number: int) -> Row[Any]:
    row = await posts.one(connection, tables.posts, number)
    if row is None:
        raise NoSuchCase
    keeps(person)
    return row


async def appoint_questions(connection: AsyncConnection, organisation: str) -> tuple[Question, ...]:
    teams = await posts.teams_of(connection, organisation)
    return forms.appoint(tuple(Choice(value=team, label=name) for team, name in teams.items()))


def post_of(row: Any) -> Post:
    return Post(role=Role(row.role), organisation=row.organisation, team=row.team)


def is_over(row: Any, today: date) -> bool:
    return bool(row.held_until) and row.held_until < today.isoformat()


def _key(post: Post) -> tuple[str, str, str]:
    return post.role, post.organisation, post.team or ""


def _team_for(role: Role, team: str) -> str | None:
    """A team where the role has one. Raises `Invalid` where it is missing; a team too many is left out."""
    if role not in rules.IN_A_TEAM:
        return None
    if not team:
        raise Invalid((Problem("team", "Select the team: this post is held in one"),))
    return team


async def _who(connection: AsyncConnection, email: object, field: str) -> str:
    """The id of whoever has this e-mail address, '' where none was given. Raises `Invalid` for one nobody has."""
    if not email:
        return ""
    found = await posts.by_email(connection, str(email))
    if found is None:
        raise Invalid((Problem(field, UNKNOWN),))
    return found
