"""For commands that send in many requests: Sharecase with somebody at work, whoever that is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import TypeVar

from api.desk import Answer, Desk
from api.services import Services
from cli import embedded, wiring
from cli.serve import connected, opened
from cli.settings import Settings
from store import commands, schema, seeding

AT_ONCE = 8
PATIENCE = timedelta(seconds=30)  # a program waits longer for its own worker than a person at a page
T = TypeVar("T")


@asynccontextmanager
async def at_work(settings: Settings) -> AsyncIterator[Services]:
    """Beside a running Sharecase on this state folder, or production's worker, who does the work; or with an engine of our own."""
    async with AsyncExitStack() as parts:
        if not settings.embedded or embedded.is_owned(settings.state):
            database = await parts.enter_async_context(opened(settings))
            await schema.check(database)
            client = await connected(settings)
            yield wiring.services(settings, database, client)
            return
        parts.enter_context(embedded.sole_owner(settings.state))
        database = await parts.enter_async_context(opened(settings))
        await schema.upgrade(database)
        await seeding.load_world(database)
        client = await parts.enter_async_context(embedded.engine(settings.state, settings.temporal_namespace))
        keyring = await wiring.unlocked(settings, database)
        made = wiring.services(settings, database, client, keyring=keyring)
        made.desk.budget = PATIENCE
        await parts.enter_async_context(wiring.working(settings, database, client, made))
        yield made


async def one_after_another(label: str, each: Iterable[T], do: Callable[[T], Awaitable[None]]) -> None:
    """A closed loop: so many hands, each taking the next when it is done with the last. Shows how far it is."""
    from rich.console import Console
    from rich.progress import Progress

    left = list(each)
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task(label, total=len(left))
        waiting = iter(left)

        async def hand() -> None:
            for one in waiting:
                await do(one)
                progress.advance(bar)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(hand())


async def settled(desk: Desk, answer: Answer, seconds: int = 10) -> Answer:
    """Wait for an engine that is busy; what it has not answered by then is kept, and the relay brings it."""
    for _ in range(seconds * 2):
        if answer.state != commands.PENDING:
            break
        await asyncio.sleep(0.5)
        answer = await desk.deliver(answer.command)
    return answer
