"""Putting Sharecase together: settings in, running parts out. Nothing else in the program constructs these."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from functools import cache
from hashlib import sha256

import temporalio.service
import uvicorn
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, UnsandboxedWorkflowRunner, Worker

from activities.grant_keys import Keyring, SealDoesNotFit
from activities.morning import MorningRound
from activities.record import Recorder
from activities.slack import Messenger, make_client
from activities.webhooks import Pusher
from activities.x_road import XRoadHands
from api.desk import Clock, Desk, utc_now
from api.limits import Limits
from api.peers import Peers
from api.relay import Relay
from api.services import ProviderSettings, Services, Site, SlackSettings
from cli import embedded
from cli.connections import options
from cli.contradictions import SignIn
from cli.embedded import CannotStart
from cli.settings import CHECKOUT, BadSetting, Settings
from domain.seals import seal_of
from domain.x_road_setup import hosts
from store.database import Database
from workflows.delivery import Delivery
from workflows.housekeeping import Housekeeping
from workflows.names import TASK_QUEUE
from workflows.payloads import converter
from workflows.push import Push
from workflows.share_request import ShareRequest
from workflows.x_road import ApplyXRoad

GRACE = timedelta(seconds=5)  # for what is being decided when we are told to stop


def services(
    settings: Settings,
    database: Database,
    client: Client,
    *,
    clock: Clock = utc_now,
    keyring: Keyring | None = None,
) -> Services:
    """`keyring`: of whoever serves or works (`unlocked`); commands that sign nothing need none."""
    return Services(
        database=database,
        desk=Desk(client, database, clock=clock, legal_profile=settings.legal_profile),
        clock=clock,
        site=Site(
            public_url=settings.address,
            embedded=settings.embedded,
            legal_profile=settings.legal_profile,
            slack=bool(settings.slack_bot_token),
            dev_sign_in=settings.signs_in is SignIn.DEV,
            provider=settings.oidc_name if settings.signs_in is SignIn.OIDC else "",
        ),
        slack=_slack(settings),
        provider=_provider(settings),
        keyring=keyring or Keyring(),
        x_road_hosts=hosts(settings.x_road_hosts),
    )


async def unlocked(settings: Settings, database: Database) -> Keyring:
    """The keyring, tried on the keys there are; the very first key is made here. Raises `BadSetting` with the reason."""
    found = keyring_of(settings)
    try:
        await found.ready(database, utc_now())
    except SealDoesNotFit as refusal:
        raise BadSetting(str(refusal)) from None
    return found


def keyring_of(settings: Settings) -> Keyring:
    """Under the seal that is set, else that of the state folder; not yet tried on any key. Raises `BadSetting`."""
    seal = seal_of(settings.seal or embedded.seal(settings.state))
    if seal is None:
        raise BadSetting(f"{settings.state / 'seal'} is no seal any more: put back the one that was there.")
    return Keyring(seal)


def _slack(settings: Settings) -> SlackSettings | None:
    secrets = tuple(
        each for each in (settings.slack_signing_secret, settings.slack_signing_secret_before) if each
    )
    if not secrets or not settings.slack_bot_token:
        return None
    client = make_client(settings.slack_bot_token, settings.slack_base_url)
    return SlackSettings(
        secrets=secrets, client=client, team=settings.slack_team_id, app=settings.slack_app_id
    )


def _provider(settings: Settings) -> ProviderSettings | None:
    if not settings.oidc_issuer:
        return None
    return ProviderSettings(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        acr=settings.oidc_acr,
    )


def worker(
    settings: Settings,
    database: Database,
    client: Client,
    *,
    clock: Clock = utc_now,
    keyring: Keyring | None = None,
) -> Worker:
    recorder = Recorder(database)
    slack = (
        make_client(settings.slack_bot_token, settings.slack_base_url) if settings.slack_bot_token else None
    )
    messenger = Messenger(database, slack, public_url=settings.address, clock=clock)
    pusher = Pusher(database, public_url=settings.address, clock=clock, here=settings.embedded)
    x_road = XRoadHands(
        database,
        keyring or Keyring(),
        clock=clock,
        hosts=hosts(settings.x_road_hosts),
        here=settings.embedded,
    )
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ShareRequest, Delivery, Push, ApplyXRoad, Housekeeping],
        activities=[
            recorder.record,
            recorder.filled,
            messenger.sync,
            pusher.send,
            x_road.apply,
            MorningRound(database, clock, keyring).run,
        ],
        # The sandbox costs a third of the decisions a second; tests run with it, and find what it is for.
        workflow_runner=UnsandboxedWorkflowRunner(),
        # A fixed number of pollers makes the slowest of 32 decisions eight times the usual one.
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        # After a worker died, its cases wait this long before another takes them.
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
        max_cached_workflows=2000,
        graceful_shutdown_timeout=GRACE,
        build_id=build_id(),
    )


@cache
def build_id() -> str:
    """Which code decides, as the engine's records show it: a hash of the rooms that a replay runs through.

    Without it the SDK reads the code of every module that is loaded, which takes two seconds of each start.
    """
    told = sha256(temporalio.service.__version__.encode())
    for room in ("domain", "store", "activities", "workflows"):
        for file in sorted((CHECKOUT / room).glob("**/*.py")):
            told.update(file.read_bytes())
    return told.hexdigest()[:16]


async def connect(settings: Settings) -> Client:
    """A client of the Temporal cluster that the settings name. Raises `CannotStart`."""
    try:
        return await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=converter,
        )
    except RuntimeError as trouble:
        raise CannotStart(
            f"TEMPORAL_ADDRESS {settings.temporal_address} does not answer: start Temporal, or mend the address."
        ) from trouble


@asynccontextmanager
async def working(
    settings: Settings, database: Database, client: Client, made: Services
) -> AsyncIterator[list[asyncio.Task[None]]]:
    """The worker and the relay beside it, as running tasks; stopped in order when the block ends."""
    hands = worker(settings, database, client, keyring=made.keyring)
    relay = Relay(database, made.desk, made.clock, sends=made.site.slack)
    tasks = [
        asyncio.create_task(hands.run(), name="the worker"),
        asyncio.create_task(relay.run(), name="the relay"),
    ]
    try:
        yield tasks
    finally:
        tasks[1].cancel()
        with suppress(asyncio.CancelledError):
            await tasks[1]
        if not tasks[0].done():
            await hands.shutdown()
        with suppress(Exception):
            await tasks[0]


def listening(settings: Settings) -> socket.socket:
    """The web's socket, taken before anything else starts, so that a busy port is told at once."""
    family = socket.AF_INET6 if ":" in settings.listens_on else socket.AF_INET
    try:
        return socket.create_server((settings.listens_on, settings.port), family=family, backlog=512)
    except OSError as trouble:
        raise CannotStart(f"Port {settings.port} is not free: set PORT to another number.") from trouble


class Web(uvicorn.Server):
    """uvicorn as one part among others: who runs us hears the signals, and says when to stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def answering(
    settings: Settings, made: Services, where: socket.socket
) -> AsyncIterator[asyncio.Task[None]]:
    """The web, answering on this socket; requests under way are finished when the block ends."""
    from ui.app import create_app
    from ui.front import Front

    peers = Peers.of(settings.address, embedded=settings.embedded, proxies=settings.proxies)
    web = Web(
        uvicorn.Config(
            create_app(made, Front(peers=peers, limits=Limits())),
            log_level="warning",
            access_log=False,
            **options(),
            timeout_graceful_shutdown=int(GRACE.total_seconds()),
        )
    )
    task = asyncio.create_task(web.serve(sockets=[where]), name="the web")
    try:
        while not web.started and not task.done():  # noqa: ASYNC110 - uvicorn has only a flag to look at
            await asyncio.sleep(0.01)
        yield task
    finally:
        web.should_exit = True
        with suppress(Exception):
            await task
