"""Webhooks to a machine that misbehaves: everything arrives, in the order of its case, signed so that others believe it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from temporalio.exceptions import ApplicationError

from activities.webhooks import OnlyPublic, Pusher, Refused
from activities.webhooks_signed import body, headers, key_of, secret_of
from domain import commands as c
from domain.people import Seat
from domain.webhook_rules import Because, State
from store import webhook_endpoints as kept
from store import webhooks
from store.database import Database
from store.tables import webhook_messages as m
from store.webhooks import Turn
from tests.activities.recorded import RecordedLife
from tests.webhook_receiver import Fault, Receiver, receiving

SECRET, OTHER = secret_of(bytes(range(32))), secret_of(bytes(range(1, 33)))
REVOKED = ["case.share_suspended", "grant.suspended"]
EVERYTHING = ["decisions", "deadlines", "delivery", "reviews", "register", "oversight"]
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _it_is_now() -> None:  # pyright: ignore[reportUnusedFunction]
    """The library looks at the clock on the wall and takes nothing that is older than five minutes."""
    global NOW
    NOW = datetime.now(UTC)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving(SECRET) as made:
        yield made


@pytest.fixture
def life(database: Database) -> RecordedLife:
    return RecordedLife(database)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def endpoint(
    database: Database,
    url: str,
    *,
    id_: str = "ep_1",
    body: str = "dwp",
    team: str = "",
    groups: Any = EVERYTHING,
) -> str:
    async with database.write() as connection:
        await kept.add(
            connection,
            NOW,
            id=id_,
            organisation=body,
            team=team,
            url=url,
            secret=SECRET,
            groups=list(groups),
            made_by="p-amara-okafor",
        )
    return id_


def pusher(database: Database, clock: Clock | None = None, *, timeout: float = 0.4) -> Pusher:
    return Pusher(
        database, public_url="https://sharecase.test/", clock=clock or Clock(), here=True, timeout=timeout
    )


async def rows(database: Database, endpoint: str = "ep_1") -> list[Row[Any]]:
    async with database.read() as connection:
        return list(
            (await connection.execute(select(m).where(m.c.endpoint == endpoint).order_by(m.c.number))).all()
        )


async def row_of(database: Database, endpoint: str = "ep_1") -> Row[Any]:
    async with database.read() as connection:
        found = await kept.one(connection, endpoint)
    assert found
    return found


async def relay(database: Database, now: datetime | None = None) -> list[Turn]:
    """What the relay would start now."""
    now = now or NOW
    async with database.write() as connection:
        for each in await webhooks.in_the_way(connection, now):
            await webhooks.give_way(connection, each)
        turns = await webhooks.to_start(connection, now)
        for each in turns:
            await webhooks.started(connection, each, now)
    return turns


async def push(hands: Pusher, turn: Turn | None, *, attempts: int = 8) -> int:
    """What the engine does, without waiting; returns how often it was asked for another attempt."""
    failures = 0
    while turn:
        try:
            turn = await hands.send(turn)
        except ApplicationError as error:
            failures += 1
            assert error.type == "NotDelivered" and error.next_retry_delay
            if failures >= attempts:
                break
    return failures


async def everything(hands: Pusher, database: Database, **more: Any) -> int:
    failures = 0
    while turns := await relay(database):
        failures += sum(await asyncio.gather(*(push(hands, each, **more) for each in turns)))
    return failures


async def test_the_record_keeps_a_message_for_each_endpoint_that_wants_it(
    life: RecordedLife, database: Database
) -> None:
    """One transaction; a team's endpoint hears of its own cases, another team's of none."""
    await endpoint(database, "http://127.0.0.1:9/x", id_="ep_all")
    await endpoint(
        database, "http://127.0.0.1:9/x", id_="ep_team", team="dwp-pension-credit", groups=["delivery"]
    )
    await endpoint(database, "http://127.0.0.1:9/x", id_="ep_other", team="dwp-other")
    await endpoint(database, "http://127.0.0.1:9/x", id_="ep_sender", body="hmrc")
    life.submit()
    await life.keep()
    assert [each.kind for each in await rows(database, "ep_all")] == [
        "case.request_submitted",
        "case.lane_chosen",
        "case.task_opened",
    ]
    assert {len(await rows(database, each)) for each in ("ep_team", "ep_other", "ep_sender")} == {0}
    life.sign_risk()
    life.approve()
    life.deliver()
    life.confirm()
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    await life.keep()
    team = [each.kind for each in await rows(database, "ep_team")]
    assert team == [
        "grant.issued",
        "case.delivery_recorded",
        "case.risk_passed",
        "grant.activated",
        "case.share_suspended",
        "grant.suspended",
    ]
    assert {each.made_at for each in await rows(database, "ep_team")} == {life.now}
    sender = [each.kind for each in await rows(database, "ep_sender")]
    assert sender[0] == "case.risk_signed" and {"case.share_suspended", "grant.suspended"} <= set(sender)
    assert await rows(database, "ep_other") == []


async def test_what_an_event_makes_of_the_grant_comes_next_to_it_and_once_to_a_body_that_is_on_both_sides(
    database: Database,
) -> None:
    life = RecordedLife(database, team="hmrc-debt-insight", organisation="hmrc")
    await endpoint(database, "http://127.0.0.1:9/x", body="hmrc")
    await endpoint(database, "http://127.0.0.1:9/x", id_="ep_team", body="hmrc", team="hmrc-paye-records")
    await suspended(life)
    told = await rows(database)
    assert [each.seq for each in told] == sorted(each.seq for each in told)
    of_grant = [(each.kind, each.data["your_side"]) for each in told if each.kind.startswith("grant.")]
    receiving = [(f"grant.{each}", "receiving") for each in ("issued", "activated", "suspended")]
    assert of_grant == receiving
    assert [each.kind for each in told][-5:-3] == ["case.share_suspended", "grant.suspended"]
    assert {each.data["your_side"] for each in await rows(database, "ep_team")} == {"sending"}


async def test_a_message_is_verified_by_somebody_elses_library(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    assert await everything(pusher(database), database) == 0
    assert receiver.kinds() == ["case.request_submitted", "case.lane_chosen", "case.task_opened"]
    first, told = receiver.taken[0], receiver.calls[0]
    assert first["timestamp"] == "2026-11-23T10:00:00Z"
    assert first["data"]["link"] == f"https://sharecase.test/cases/{life.case.ref}"
    assert first["data"]["receiving"] == {"organisation": "dwp", "team": "dwp-pension-credit"}
    assert "SECRET" not in json.dumps(receiver.taken)
    assert told["content-type"] == "application/json"
    assert told["user-agent"].startswith("Sharecase")
    assert told["webhook-id"].startswith("msg_")
    assert "cookie" not in told and "authorization" not in told
    (delivered, *_) = await rows(database)
    assert (delivered.state, delivered.attempts, delivered.last_status) == ("delivered", 1, 202)
    assert (await row_of(database)).last_success_at


async def test_through_every_fault_all_of_it_arrives_in_the_order_of_its_case(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url)
    other = RecordedLife(database, ref="SC-2026-0099")
    for each in (life, other):
        each.submit()
        each.sign_risk()
        each.ask()
        each.answer()
        each.approve()
        each.deliver()
        each.confirm()
        await each.keep()
    receiver.will(*list(Fault) * 2)
    failures = await everything(pusher(database), database, attempts=50)
    assert 10 <= failures <= 20
    made = await rows(database)
    for ref in (life.case.ref, other.case.ref):
        assert receiver.messages(ref) == [each.id for each in made if each.ref == ref]
    assert {each.state for each in made} == {"delivered"}
    assert receiver.elsewhere == 0, "a redirect was followed"
    assert len(receiver.ids) - len(set(receiver.ids)) <= 4, "no more copies than answers that were lost"
    assert (await row_of(database)).failing_since is None


async def test_nothing_is_sent_before_what_came_before_it(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    receiver.answers = 500
    hands = pusher(database)
    (turn,) = await relay(database)
    assert await push(hands, turn, attempts=3) == 3
    assert await relay(database) == [], "one is being tried, the others wait behind it"
    assert len({call["webhook-id"] for call in receiver.calls}) == 1
    assert len(set(receiver.bodies)) == 1, "every attempt is the same bytes"
    waiting = await rows(database)
    assert (waiting[0].attempts, waiting[0].last_status, waiting[0].reason) == (3, 500, "it answered 500")
    assert (await row_of(database)).failing_since == NOW


async def test_waits_double_and_a_retry_after_makes_them_longer(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    receiver.answers, hands = 500, pusher(database)
    (turn,) = await relay(database)
    waits: list[float] = []
    for headers_ in ({}, {}, {}, {"Retry-After": "300"}, {"Retry-After": "1"}, {"Retry-After": "99999"}):
        receiver.answers, receiver.headers = (503, headers_) if headers_ else (500, {})
        with pytest.raises(ApplicationError) as again:
            await hands.send(turn)
        assert again.value.next_retry_delay
        waits.append(again.value.next_retry_delay.total_seconds())
    assert waits == [5, 10, 20, 300, 80, 3600]


async def test_after_three_days_a_message_is_parked_and_the_next_is_tried(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    """A message that its receiver cannot take is not the end of all others."""
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    receiver.refuses = {"case.request_submitted": 400}
    clock = Clock()
    hands = pusher(database, clock)
    (turn,) = await relay(database)
    assert await push(hands, turn, attempts=1) == 1
    receiver.keeps_time = False
    clock.now += timedelta(days=3)
    assert await push(hands, turn) == 0
    first, *others = await rows(database)
    assert (first.state, first.because, first.attempts) == ("parked", Because.FAILED, 2)
    assert {each.state for each in others} == {"delivered"}


async def suspended(life: RecordedLife) -> None:
    for act in (life.submit, life.sign_risk, life.approve, life.deliver, life.confirm):
        act()
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    await life.keep()


async def test_a_revocation_is_never_parked_and_what_fails_before_it_gives_way(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url, groups=["delivery"])
    await suspended(life)
    clock = Clock()
    hands = pusher(database, clock)
    receiver.refuses = {"case.delivery_recorded": 422, "case.risk_passed": 422, "case.share_suspended": 500}
    receiver.keeps_time = False
    (turn,) = await relay(database)
    await push(hands, turn, attempts=1)
    assert await relay(database, clock.now + timedelta(minutes=14)) == []
    clock.now += timedelta(minutes=15)
    (following,) = await relay(database, clock.now)
    assert await hands.send(turn) is None, "whoever still tries the one that gave way finds nothing to do"
    await push(hands, following, attempts=1)
    clock.now += timedelta(minutes=15)
    (last,) = await relay(database, clock.now)
    stood = [(each.kind, each.state, each.because) for each in await rows(database)]
    assert stood == [
        ("grant.issued", "delivered", ""),
        ("case.delivery_recorded", "parked", "gave_way"),
        ("case.risk_passed", "parked", "gave_way"),
        ("grant.activated", "waiting", ""),
        ("case.share_suspended", "waiting", ""),
        ("grant.suspended", "waiting", ""),
    ]
    clock.now += timedelta(days=400)
    assert await push(hands, last, attempts=30) == 30, (
        "what comes before it is sent, and it is tried for ever"
    )
    (revocation,) = [
        Turn(message=each.id, round=0) for each in await rows(database) if each.kind == "case.share_suspended"
    ]
    assert {each.state for each in (await rows(database))[-2:]} == {"waiting"}
    receiver.refuses = {}
    assert await push(hands, revocation) == 0
    assert receiver.kinds()[-2:] == ["case.share_suspended", "grant.suspended"]


async def test_paused_means_all_but_revocations(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    async with database.write() as connection:
        await kept.change(connection, "ep_1", NOW, state=State.PAUSED)
        await webhooks.hold(connection, "ep_1")
    for act in (life.sign_risk, life.approve, life.deliver, life.confirm):
        act()
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    await life.keep()
    await everything(pusher(database), database)
    assert receiver.kinds() == REVOKED
    held = [each for each in await rows(database) if each.kind not in REVOKED]
    assert {(each.state, each.because) for each in held} == {("parked", Because.PAUSED)}
    async with database.write() as connection:
        await kept.change(connection, "ep_1", NOW, state=State.ON)
        assert await kept.again_held(connection, "ep_1") == len(held)
    await everything(pusher(database), database)
    assert receiver.messages(life.case.ref)[2:] == [each.id for each in held]


async def test_gone_pauses_the_endpoint_but_not_its_revocations(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url)
    await suspended(life)
    receiver.answers = 410
    hands = pusher(database)
    (turn,) = await relay(database)
    assert await push(hands, turn, attempts=3) == 3
    found = await row_of(database)
    assert (found.state, found.gone) == ("paused", True)
    made = await rows(database)
    assert [each.kind for each in made if each.state == "waiting"] == REVOKED
    assert len(receiver.calls) == 4, "one that was gone, then the revocation, again and again"
    receiver.answers = 0
    revocation = next(each for each in made if each.state == "waiting")
    assert await push(hands, Turn(message=revocation.id, round=0)) == 0
    assert receiver.kinds() == REVOKED


async def test_a_replay_keeps_the_id_and_counts_on(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    await everything(pusher(database), database)
    first = (await rows(database))[0]
    async with database.write() as connection:
        assert await kept.again_one(connection, "ep_1", first.id) == 1
        assert await kept.again_one(connection, "ep_1", first.id) == 0, "it waits already"
    await everything(pusher(database), database)
    assert receiver.ids.count(first.id) == 2
    assert (await rows(database))[0].attempts == 2
    async with database.write() as connection:
        assert await kept.again_since(connection, "ep_1", life.now + timedelta(seconds=1)) == 0
        assert await kept.again_since(connection, "ep_1", life.now) == 3
    await everything(pusher(database), database)
    assert receiver.ids[4:] == receiver.ids[:1] + receiver.ids[1:3]


async def test_what_is_sent_again_by_hand_is_waited_for(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    """Whoever tries a later one steps back; whoever sends the earlier one goes on with it."""
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    hands = pusher(database)
    (turn,) = await relay(database)
    second = await hands.send(turn)
    assert second
    async with database.write() as connection:
        await kept.again_one(connection, "ep_1", turn.message)
    assert await hands.send(second) is None
    await everything(hands, database)
    assert receiver.kinds() == ["case.request_submitted", "case.lane_chosen", "case.task_opened"]


async def test_an_engine_that_forgot_is_asked_again(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    (turn,) = await relay(database)
    assert await relay(database, NOW + timedelta(hours=1)) == []
    assert await relay(database, NOW + timedelta(hours=3)) == [turn]


async def test_both_secrets_sign_while_one_is_exchanged(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    async with database.write() as connection:
        await kept.rotate(connection, "ep_1", OTHER, NOW)
    clock = Clock()
    hands = pusher(database, clock)
    (turn,) = await relay(database)
    following = await hands.send(turn)
    assert receiver.kinds() == ["case.request_submitted"], "verified with the one before"
    assert len(receiver.calls[0]["webhook-signature"].split(" ")) == 2
    clock.now += timedelta(hours=24)
    receiver.secret, receiver.keeps_time = OTHER, False
    assert following
    await hands.send(following)
    assert len(receiver.calls[1]["webhook-signature"].split(" ")) == 1
    assert len(receiver.taken) == 2


async def test_a_test_message_says_at_once_what_is_wrong(database: Database, receiver: Receiver) -> None:
    await endpoint(database, receiver.url)
    receiver.will(Fault.ERROR)
    for number in (1, 2):
        async with database.write() as connection:
            await kept.add_test(connection, "ep_1", f"{number}", NOW, {"endpoint": "ep_1"})
        await everything(pusher(database), database)
    bad, good = await rows(database)
    assert (bad.state, bad.reason, good.state) == ("parked", "it answered 500", "delivered")
    assert receiver.taken[0]["type"] == "sharecase.test"
    assert "link" not in receiver.taken[0]["data"]


async def test_one_endpoint_that_hangs_takes_few_hands(database: Database, receiver: Receiver) -> None:
    await endpoint(database, receiver.url)
    for number in range(10):
        life = RecordedLife(database, ref=f"SC-2026-01{number:02}")
        life.submit()
        await life.keep()
    receiver.will(*[Fault.HANGS] * 10)
    hands = pusher(database)
    tries = await asyncio.gather(*(push(hands, each, attempts=1) for each in await relay(database)))
    assert sum(tries) == 10
    assert len(receiver.calls) == 4


# --- where it leads -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "10.0.0.1"],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["fe80::1%eth0"],
        ["0.0.0.0"],
        [],
    ],
)
async def test_a_name_that_leads_inside_is_not_dialled(addresses: list[str]) -> None:
    async def lookup(host: str, port: int) -> list[str]:
        return addresses

    with pytest.raises(Refused):
        await OnlyPublic(lookup).resolve("rebound.example.gov.uk", 443)


async def test_a_name_that_changes_its_mind_is_looked_up_for_every_attempt(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    """DNS rebinding: public when it was added and at the first attempt, inside at the second."""
    port = int(receiver.url.rpartition(":")[2].partition("/")[0])
    await endpoint(database, f"https://rebound.example.gov.uk:{port}/hook")
    life.submit()
    await life.keep()
    asked: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    hands = Pusher(database, public_url="", clock=Clock(), here=False, lookup=lookup)
    (turn,) = await relay(database)
    assert await push(hands, turn, attempts=2) == 2
    assert asked == ["rebound.example.gov.uk"] * 2
    assert receiver.calls == []
    assert (await rows(database))[0].reason == "the name does not lead to the public internet"


async def test_an_address_that_was_taken_in_a_demonstration_is_not_dialled_elsewhere(
    life: RecordedLife, database: Database, receiver: Receiver
) -> None:
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    hands = Pusher(database, public_url="", clock=Clock())
    (turn,) = await relay(database)
    assert await push(hands, turn, attempts=1) == 1
    assert receiver.calls == []


async def test_the_environments_proxy_is_not_asked(
    life: RecordedLife, database: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await endpoint(database, receiver.url)
    life.submit()
    await life.keep()
    assert await everything(pusher(database), database) == 0


async def test_nothing_that_listens_is_told_in_our_words(life: RecordedLife, database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    await endpoint(database, f"http://127.0.0.1:{port}/")
    life.submit()
    await life.keep()
    (turn,) = await relay(database)
    await push(pusher(database), turn, attempts=1)
    assert (await rows(database))[0].reason == "it refused the connection"


def test_a_signature_is_believed_only_for_what_it_signs() -> None:
    sent = body("case.x", NOW, {"ref": "SC-1"}, "")
    told = headers((SECRET,), "msg_1", NOW, sent)
    assert Webhook(SECRET).verify(sent, told)["data"] == {"ref": "SC-1"}
    for changed in ({**told, "webhook-id": "msg_2"}, {**told, "webhook-timestamp": "1"}):
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(sent, changed)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(sent, told)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(sent + b" ", told)


def test_a_secret_is_in_no_repr() -> None:
    message = webhooks.Outgoing.__dataclass_fields__["secrets"]
    assert not message.repr
    with pytest.raises(ValueError) as wrong:
        key_of("whsec_abc")
    assert "abc" not in str(wrong.value)
