"""Setting X-Road up: checked, applied and kept in one transaction, like `api.owners` (P3).

A repeat of the same command changes nothing (G6). The API key is sealed here, and no command, page or log holds it.
"""

import ssl
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.x_road import Seal, about
from activities.x_road_client import trust
from api.desk import Clock
from api.invalid import Invalid
from api.outside import OutsideActs, cleaned
from domain import x_road_setup as rules
from domain.people import Role
from domain.questions import Problem
from domain.refusals import AlreadySo, NoSuchCase
from domain.x_road import BadIdentifier, subsystem
from store import appetite, commands, posts, x_road, x_road_setup
from store.appetite import Body
from store.database import Database, one_at_a_time
from store.directory import Person
from store.tables import x_road_servers, x_road_subjects


class XRoadActs(OutsideActs):
    """Each raises `NoSuchCase` (404), refusals of `domain.x_road_setup`, `Invalid` (422) and `SameCommandOtherBody` (409)."""

    kept_under = "x_road"

    def __init__(
        self, database: Database, clock: Clock, seal: Seal, *, hosts: Collection[str], here: bool
    ) -> None:
        """`hosts`: those of Security Servers that may be called. `here`: this computer too, without TLS."""
        super().__init__(database, clock)
        self.seal = seal
        self.hosts = hosts
        self.here = here

    async def set_server(
        self, person: Person, body: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """Where a body's management API is, and what opens it. The key may stay only where the address stays."""
        key = str(raw.get("api_key") or "").strip()
        hidden = {**raw, "api_key": sha256(key.encode("utf-8", "surrogatepass")).hexdigest()}
        told = self.told_about(person, "set_x_road_server", rules.SERVER, hidden, command, via, body)
        async with self.database.write() as connection:
            await one_at_a_time(connection, x_road_servers)
            await may_set_server(connection, person, body)
            if await commands.is_repeat(connection, told):
                return
            answers = cleaned(rules.SERVER, raw)
            url, certificate = str(answers["url"]).rstrip("/"), str(answers.get("certificate", ""))
            held = await x_road_setup.server_of(connection, body)
            stays = held is not None and held.url == url and not key
            if problems := self._problems(url, key, certificate, key_stays=stays):
                raise Invalid(problems)
            sealed = held.sealed if held and stays else self.seal.seal(key, about(body))
            await x_road_setup.put_server(
                connection,
                told.received_at,
                body,
                url=url,
                certificate=certificate,
                sealed=sealed,
                is_on=held.is_on if held else True,
            )
            await x_road.wish_again(connection, told.received_at, body=body)
            await self.keep(
                connection, told, {"organisation": body, "url": url, "key": "kept" if stays else "new"}
            )

    async def switch(
        self, person: Person, body: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """On: what active grants stand for is applied. Off: nothing more is sent, and what is there stays there."""
        told = self.told_about(person, "switch_x_road", rules.SWITCH, raw, command, via, body)
        async with self.database.write() as connection:
            await one_at_a_time(connection, x_road_servers)
            await a_body(connection, person, body)
            if await commands.is_repeat(connection, told):
                return
            to = cleaned(rules.SWITCH, raw)["turned"] == "on"
            held = await x_road_setup.server_of(connection, body)
            if held is None:
                raise rules.NoServerYet
            if held.is_on == to:
                raise AlreadySo
            await x_road_setup.turn(connection, told.received_at, body, is_on=to)
            if to:
                await x_road.wish_again(connection, told.received_at, body=body)
            await self.keep(connection, told, {"organisation": body, "is_on": to})

    async def name_subject(
        self, person: Person, body: str, team: str, raw: Mapping[str, Any], *, command: str, via: str
    ) -> None:
        """Which subsystem a team calls others with; rights under the one before are removed."""
        told = self.told_about(person, "name_x_road_subject", rules.SUBJECT, raw, command, via, [body, team])
        async with self.database.write() as connection:
            await one_at_a_time(connection, x_road_subjects)
            await a_team(connection, person, body, team)
            if await commands.is_repeat(connection, told):
                return
            given = str(cleaned(rules.SUBJECT, raw).get("subject", ""))
            try:
                subject = subsystem(given) if given else ""
            except BadIdentifier as wrong:
                raise Invalid((Problem("subject", f"X-Road subsystem: {wrong}"),)) from None
            if subject == await x_road_setup.subject_of(connection, team):
                raise AlreadySo
            await x_road_setup.put_subject(connection, told.received_at, team, subject)
            await x_road.wish_again(connection, told.received_at, team=team)
            await self.keep(connection, told, {"team": team, "subject": subject})

    def _problems(self, url: str, key: str, certificate: str, *, key_stays: bool) -> tuple[Problem, ...]:
        found: list[Problem] = []
        if why := rules.url_problem(url, self.hosts, here=self.here):
            found.append(Problem("url", f"Address: {why}"))
        if not key and not key_stays:
            found.append(Problem("api_key", "Enter the API key. A new address needs its key again"))
        elif key and (why := rules.key_problem(key)):
            found.append(Problem("api_key", f"API key: {why}"))
        if why := rules.certificate_problem(certificate) or _unreadable(certificate):
            found.append(Problem("certificate", f"Certificate: {why}"))
        return tuple(found)


def _unreadable(certificate: str) -> str | None:
    try:
        trust(certificate)
    except (ssl.SSLError, ValueError):
        return "it cannot be read; copy it again, whole"
    return None


# --- whose it is ----------------------------------------------------------------------------------------------------


def keeps(person: Person) -> frozenset[str] | None:
    """The bodies whose X-Road this person sets up, None for all. Raises `NoXRoadForYou`."""
    if Role.OPERATOR in person.roles:
        return None
    mine = {
        post.organisation for post in person.posts if rules.may((post,), "switch_x_road", post.organisation)
    }
    if not mine:
        raise rules.NoXRoadForYou
    return frozenset(mine)


async def a_body(connection: AsyncConnection, person: Person, body: str) -> Body:
    """A body whose X-Road this person sets up; somebody else's is not there."""
    mine = keeps(person)
    found = await appetite.body(connection, body)
    if found is None or (mine is not None and body not in mine):
        raise NoSuchCase
    return found


async def may_set_server(connection: AsyncConnection, person: Person, body: str) -> Body:
    found = await a_body(connection, person, body)
    if not rules.may(person.posts, "set_x_road_server", body):
        raise rules.NotTheOperator
    return found


async def a_team(connection: AsyncConnection, person: Person, body: str, team: str) -> str:
    """The name of a team of that body."""
    await a_body(connection, person, body)
    teams = await posts.teams_of(connection, body)
    if team not in teams:
        raise NoSuchCase
    return teams[team]
