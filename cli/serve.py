"""Long-running commands: `run`, `web`, `worker`. Each starts its parts, waits for a signal or a failure, and stops."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from time import monotonic
from typing import Any

from temporalio.client import Client

from api.desk import utc_now
from cli import demo, embedded, wiring
from cli.banner import banner
from cli.embedded import CannotStart
from cli.reconcile import revive_missing
from cli.settings import Settings
from store import schema, seeding
from store.database import Database
from workflows.housekeeping import ensure_schedule

Say = Callable[[str], None]


async def run(settings: Settings, say: Say, *, with_demo: bool = True) -> int:
    """Everything on this computer, in one process and the Temporal server's. Returns the exit code."""
    began = monotonic()
    async with AsyncExitStack() as parts:
        stop = _signals()
        parts.enter_context(embedded.sole_owner(settings.state))
        where = parts.enter_context(wiring.listening(settings))
        settings = settings.model_copy(update={"port": where.getsockname()[1]})
        database = await parts.enter_async_context(opened(settings))
        before, after = await schema.upgrade(database)
        if before != after:
            say(f"tables are at schema {after}")
        await _seed(database, say)
        keyring = await wiring.unlocked(settings, database)
        client = await parts.enter_async_context(embedded.engine(settings.state, settings.temporal_namespace))
        made = wiring.services(settings, database, client, keyring=keyring)
        if with_demo:
            await _prepare(demo.bring_past(database, made.desk, utc_now), "cases with a past are told", say)
        revived = await revive_missing(database, client, made.desk)
        if revived:
            say(f"{len(revived)} cases go on from their record")
        await ensure_schedule(client)
        tasks = await parts.enter_async_context(wiring.working(settings, database, client, made))
        web = await parts.enter_async_context(wiring.answering(settings, made, where))
        there = embedded.remembered(settings.state)
        if there:
            embedded.remember(settings.state, replace(there, url=settings.address))
        for line in await banner(settings, database, monotonic() - began):
            say(line)
        if with_demo:
            bringing = demo.bring_today(database, made.desk, utc_now)
            there_now = "every stage has a case to look at"
            await parts.enter_async_context(_in_background(_prepare(bringing, there_now, say)))
        code = await _until(stop, [*tasks, web], say)
        say("Sharecase is stopping")
    return code


async def web(settings: Settings, say: Say) -> int:
    """Pages and API only; workers elsewhere."""
    async with AsyncExitStack() as parts:
        stop = _signals()
        where = parts.enter_context(wiring.listening(settings))
        database = await parts.enter_async_context(opened(settings))
        await schema.check(database)
        keyring = await wiring.unlocked(settings, database)
        client = await connected(settings)
        made = wiring.services(settings, database, client, keyring=keyring)
        task = await parts.enter_async_context(wiring.answering(settings, made, where))
        say(f"Sharecase answers on port {where.getsockname()[1]} for {settings.address}")
        return await _until(stop, [task], say)


async def worker(settings: Settings, say: Say) -> int:
    """Cases, messages and the relay; pages elsewhere. Several may run."""
    async with AsyncExitStack() as parts:
        stop = _signals()
        database = await parts.enter_async_context(opened(settings))
        await schema.check(database)
        keyring = await wiring.unlocked(settings, database)
        client = await connected(settings)
        await ensure_schedule(client)
        made = wiring.services(settings, database, client, keyring=keyring)
        tasks = await parts.enter_async_context(wiring.working(settings, database, client, made))
        say("Sharecase's worker is at work")
        return await _until(stop, tasks, say)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    if not settings.database_url:
        settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database)
    try:
        yield database
    finally:
        await database.close()


async def connected(settings: Settings) -> Client:
    """The engine: the one the settings name, else the one that `sharecase run` runs on the state folder."""
    if settings.temporal_address:
        return await wiring.connect(settings)
    if embedded.is_owned(settings.state):
        return await embedded.join(settings.state, settings.temporal_namespace)
    raise CannotStart(
        "TEMPORAL_ADDRESS is not set and no `sharecase run` is running here: start one, or set it."
    )


def _signals() -> asyncio.Event:
    """Set at the first SIGINT or SIGTERM. A second one is somebody in a hurry: then everything ends at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def asked(name: signal.Signals) -> None:
        if stop.is_set():
            signal.signal(name, signal.SIG_DFL)
            signal.raise_signal(name)
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, asked, name)
    return stop


async def _until(stop: asyncio.Event, parts: list[asyncio.Task[None]], say: Say) -> int:
    """Wait for the signal, or for a part that ends although nobody asked it to. Returns the exit code."""
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait({asked, *parts}, return_when=asyncio.FIRST_COMPLETED)
    if asked.done():
        return 0
    asked.cancel()
    for task in parts:
        if task.done():
            say(f"{task.get_name()} stopped: {task.exception() or 'nobody asked it to'}")
    return 1


@asynccontextmanager
async def _in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _seed(database: Database, say: Say) -> None:
    async with database.write() as connection:
        days = await seeding.seed_calendar(connection)
        people = await seeding.seed_world(connection)
        if people:
            await seeding.seed_contacts(connection)
            await seeding.seed_services(connection)
    if days or people:
        say(f"{people} made-up people in their posts, {days} bank holidays")


async def _prepare(bringing: Awaitable[int], told: str, say: Say) -> None:
    """Part of the demonstration. That it fails is worth a line, and no reason not to start."""
    began = monotonic()
    try:
        if await bringing:
            say(f"{told} ({monotonic() - began:.1f} s)")
    except demo.CouldNot as trouble:
        say(f"a demonstration request did not get where it should: {trouble}")
