"""Rights on X-Road: what a grant wishes is brought about at the Security Server, tried until it is so (P3, I4)."""

import asyncio
import ssl
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.x_road_client import SLOWEST, ManagementApi, Trouble
from domain.webhook_rules import wait_after
from domain.x_road import Step, Wanted
from domain.x_road_setup import url_problem
from store import x_road
from store.database import Database
from store.x_road import Plan, Server, XRoadTurn

log = structlog.get_logger()

WHOLE_TIME = 40.0  # seconds of one attempt, whatever it takes


class Seal(Protocol):
    """Who keeps secrets: sealed for one thing, they open for no other. `unseal` raises ValueError."""

    def seal(self, clear: str, about: str) -> str: ...

    def unseal(self, sealed: str, about: str) -> str: ...


def about(organisation: str) -> str:
    """What the API key of a body's server is sealed for."""
    return f"x-road:{organisation}"


class XRoadHands:
    def __init__(
        self,
        database: Database,
        seal: Seal,
        *,
        clock: Callable[[], datetime],
        hosts: Collection[str],
        here: bool = False,
        timeout: float = SLOWEST,
    ) -> None:
        """`hosts`: whom we may call at all; none, and nothing is applied. `here`: this computer too, without TLS."""
        self.database = database
        self.seal = seal
        self.clock = clock
        self.hosts = frozenset(hosts)
        self.here = here
        self.timeout = timeout

    @activity.defn(name="apply_x_road")
    async def apply(self, turn: XRoadTurn) -> XRoadTurn | None:
        """One attempt of a round. Returns its second look, or None when nothing is left; raises until it is as wished."""
        async with self.database.write() as connection:
            plan = await x_road.plan(connection, turn)
            if plan is None:
                return None  # a newer wish has a run of its own
            await x_road.trying(connection, plan, self.clock())
        done, trouble = await self._attempt(plan)
        now = self.clock()
        if trouble:
            wait = wait_after(plan.failures + 1)
            if not plan.failures:  # a long outage is one line
                log.warning("x_road.failed", grant=turn.grant, because=trouble)
            async with self.database.write() as connection:
                await x_road.failed(connection, turn, trouble, now, now + wait)
            raise ApplicationError(
                trouble, type="NotApplied", next_retry_delay=wait, category=ApplicationErrorCategory.BENIGN
            )
        async with self.database.write() as connection:
            await x_road.settled(connection, plan, _words(plan, done), now)
        return None if turn.looks else XRoadTurn(grant=turn.grant, round=turn.round, looks=True)

    async def _attempt(self, plan: Plan) -> tuple[tuple[int, int], str]:
        """((rights added, rights removed), what went wrong). One server's trouble does not hold up another's removal."""
        done, trouble = (0, 0), plan.missing
        for step in plan.steps:
            wrong = ""
            try:
                async with asyncio.timeout(WHOLE_TIME / len(plan.steps)):
                    added, removed = await self._bring(step, plan.servers.get(step.organisation))
                    done = (done[0] + added, done[1] + removed)
            except Trouble as told:
                wrong = f"The Security Server was asked, and {told.sentence}."
            except TimeoutError:
                wrong = "The Security Server was asked, and it did not answer in time."
            except _NotAsked as told:
                wrong = str(told)
            async with self.database.write() as connection:
                await x_road.heard(connection, step.organisation, self.clock(), wrong)
            trouble = trouble or wrong
        return done, trouble

    async def _bring(self, step: Step, server: Server | None) -> tuple[int, int]:
        if server is None or not server.is_on:
            raise _NotAsked("X-Road is switched off for the body that holds this right. Nothing was sent.")
        if problem := url_problem(server.url, self.hosts, here=self.here):
            raise _NotAsked(
                f"The address of the Security Server cannot be used: {problem}. Nothing was sent."
            )
        try:
            key = self.seal.unseal(server.sealed, about(server.organisation))
        except ValueError:
            raise _NotAsked(
                "The API key cannot be opened. The operator puts it in again. Nothing was sent."
            ) from None
        try:
            api = ManagementApi(server.url, key, server.certificate, timeout=self.timeout)
        except ssl.SSLError:
            raise _NotAsked(
                "The certificate kept for the Security Server cannot be read. Nothing was sent."
            ) from None
        async with api:
            return await api.bring(step)


class _NotAsked(Exception):
    """Nothing was sent to anybody."""


def _words(plan: Plan, done: tuple[int, int]) -> str:
    added, removed = done
    if plan.wanted is Wanted.ABSENT:
        return _many(removed, "removed") if removed else "Nothing was there to remove."
    told = [
        _many(added, "added") if added else "All were there already.",
        _many(removed, "removed") if removed else "",
    ]
    return " ".join(each for each in told if each)


def _many(number: int, what: str) -> str:
    return f"1 right was {what}." if number == 1 else f"{number} rights were {what}."
