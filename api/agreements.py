"""Clusters at the edge: what a page was told is checked, applied and kept in one transaction (P1).

Nothing here travels to a case: an act is applied when it is kept. A repeat of the same command changes nothing (G6).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.invalid import Invalid
from api.outside import OutsideActs, cleaned
from domain import agreements as rules
from domain.agreement_forms import CONFIRM, JOIN, LEAVE, TERMS, check_terms
from domain.agreements import Agreement
from domain.questions import Choice, Question
from domain.refusals import NoSuchCase, Refusal
from domain.working_days import london_date
from store import agreements, commands, directory
from store.agreements import TeamRow
from store.directory import Person


class Agreements(OutsideActs):
    """The four acts of P1. Each raises `NoSuchCase` (404), the refusals of `domain.agreements`, `Invalid` (422) and
    `SameCommandOtherBody` (409); 404 comes before 403, and who may is asked before what was typed."""

    async def sign_accession(
        self,
        person: Person,
        cluster: str,
        raw: Mapping[str, Any],
        *,
        command: str,
        seen: int | None,
        via: str,
    ) -> None:
        """A leader signs the terms in force for a team. `seen`: the version of the terms on the page."""
        told = self.told(person, cluster, "sign_accession", JOIN, raw, command, seen, via)
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            versions = await known(connection, cluster)
            mine = may(person, "sign_accession", rules.NotALeader)
            chosen = raw.get("team")
            if isinstance(chosen, str) and chosen.isprintable():
                await agreements.lock_team(connection, chosen)
            if await commands.is_repeat(connection, told):
                return
            teams = {each.id: each for each in await agreements.teams_of(connection, mine)}
            answers = cleaned(join_questions(list(teams.values())), raw)
            team = teams[str(answers["team"])]
            now = rules.in_force(versions, today)
            if now is None:
                raise rules.NoTermsYet
            if seen != now.version:
                raise rules.TermsMoved
            await self._must_be_free(connection, team, today)
            await agreements.join(
                connection,
                cluster=cluster,
                team=team.id,
                version=now.version,
                by=person.id,
                at=told.received_at,
            )
            await self.keep(connection, told, {**answers, "version": now.version})

    async def give_notice(
        self, person: Person, cluster: str, team: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """A leader gives notice for a team: its last day is 20 working days later by its body's calendar."""
        told = self.told(person, cluster, "give_notice", LEAVE, raw, command, None, via)
        told = replace(told, told={**(told.told or {}), "team": team})
        today = london_date(told.received_at)
        async with self.database.write() as connection:
            await known(connection, cluster)
            await agreements.lock_team(connection, team)
            row = await leaving(connection, person, cluster, team, today, repeats=told)
            if row is None:
                return
            answers = cleaned(LEAVE, raw)
            calendar = await directory.full_calendar(connection)
            leaves_on = rules.last_day(calendar, row.nation, today)
            await agreements.leave(
                connection,
                cluster=cluster,
                team=team,
                leaves_on=leaves_on,
                by=person.id,
                at=told.received_at,
            )
            await self.keep(connection, told, {**answers, "team": team, "leaves_on": leaves_on.isoformat()})

    async def propose_terms(
        self,
        person: Person,
        cluster: str,
        raw: Mapping[str, Any],
        *,
        command: str,
        seen: int | None,
        via: str,
    ) -> int:
        """A board member proposes the next version; the number it has. `seen`: the newest version on the page."""
        told = self.told(person, cluster, "propose_terms", TERMS, raw, command, seen, via)
        async with self.database.write() as connection:
            await agreements.lock_cluster(connection, cluster)
            versions = await known(connection, cluster)
            on_board(person, "propose_terms", versions)
            newest = versions[-1]
            if await commands.is_repeat(connection, told):
                kept = await commands.get(connection, command)
                return int(kept.body["version"]) if kept else newest.version
            before = rules.in_force(versions, london_date(told.received_at))
            name, terms, problems = check_terms(raw, before)
            if problems:
                raise Invalid(problems)
            if seen != newest.version:
                raise rules.TermsMoved
            made = Agreement(
                id=cluster,
                version=newest.version + 1,
                name=name,
                board=newest.board,
                terms=terms,
                proposed_by=person.id,
            )
            await agreements.propose(connection, made, told.received_at)
            await self.keep(connection, told, {"version": made.version, "name": name, **rules.to_json(terms)})
            return made.version

    async def confirm_terms(
        self, person: Person, cluster: str, version: int, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """Another board member confirms the newest proposal: in force from the next working day."""
        told = self.told(person, cluster, "confirm_terms", CONFIRM, raw, command, version, via)
        told = replace(told, told={**(told.told or {}), "version": version})
        async with self.database.write() as connection:
            await agreements.lock_cluster(connection, cluster)
            versions = await known(connection, cluster)
            if version not in {each.version for each in versions}:
                raise NoSuchCase
            on_board(person, "confirm_terms", versions)
            if await commands.is_repeat(connection, told):
                return
            proposal = to_confirm(person, versions, version)
            answers = cleaned(CONFIRM, raw)
            calendar = await directory.full_calendar(connection)
            nation = await agreements.nation_of(connection, proposal.board)
            first_day = rules.first_day(calendar, nation, london_date(told.received_at))
            await agreements.confirm(connection, proposal, by=person.id, first_day=first_day)
            await self.keep(
                connection, told, {**answers, "version": version, "in_force_from": first_day.isoformat()}
            )

    async def _must_be_free(self, connection: AsyncConnection, team: TeamRow, today: date) -> None:
        sits = rules.seat_of(await agreements.seats_of(connection, team.id), team.id, today)
        if sits:
            where = rules.newest_name(await agreements.versions_of(connection, sits.cluster))
            raise rules.AlreadyAMember(team=f"{team.name}, {team.body_name},", cluster=where)


# --- what pages ask before they draw a form, and the acts before they are done ------------------------------------


async def known(connection: AsyncConnection, cluster: str) -> list[Agreement]:
    """Every version of a cluster, oldest first. Raises `NoSuchCase` where there is none."""
    versions = await agreements.versions_of(connection, cluster)
    if not versions:
        raise NoSuchCase
    return versions


def may(person: Person, act: str, refusal: type[Refusal]) -> frozenset[str]:
    """The bodies this person may do an act for; the refusal when there are none."""
    mine = rules.bodies_where(person.posts, act)
    if not mine:
        raise refusal
    return mine


def on_board(person: Person, act: str, versions: list[Agreement]) -> None:
    if versions[-1].board not in rules.bodies_where(person.posts, act):
        raise rules.NotOnTheBoard


def to_confirm(person: Person, versions: list[Agreement], version: int) -> Agreement:
    """The proposal, if it still waits and this person is not who proposed it."""
    proposal = rules.waiting(versions)
    if proposal is None or proposal.version != version:
        raise rules.Overtaken
    if proposal.proposed_by in person.stands_for:
        raise rules.SameMember
    return proposal


async def leaving(
    connection: AsyncConnection,
    person: Person,
    cluster: str,
    team: str,
    today: date,
    *,
    repeats: commands.Received | None = None,
) -> TeamRow | None:
    """The team that may be given notice for, by this person, today. None when `repeats` was kept before."""
    row = await agreements.team(connection, team)
    seats = await agreements.seats_of(connection, team)
    if row is None or cluster not in {each.cluster for each in seats}:
        raise NoSuchCase
    if row.body not in rules.bodies_where(person.posts, "give_notice"):
        raise rules.NotALeader
    if repeats and await commands.is_repeat(connection, repeats):
        return None
    sits = rules.seat_of(seats, team, today)
    if sits is None or sits.cluster != cluster:
        raise rules.NotAMember
    if sits.leaves_on:
        raise rules.NoticeGiven
    return row


def join_questions(teams: list[TeamRow]) -> tuple[Question, ...]:
    """The form of an accession with these teams to choose from."""
    choices = tuple(Choice(value=each.id, label=f"{each.name}, {each.body_name}") for each in teams)
    return (replace(JOIN[0], choices=choices), *JOIN[1:])
