"""Rights on X-Road against a small contract of a Security Server's management API (P3, I4): through faults it ends right.

No live Security Server was ever used.
"""

import os
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from temporalio.exceptions import ApplicationError

from activities.grant_keys import Keyring
from activities.x_road import XRoadHands, about
from domain import commands as c
from domain.people import Seat
from domain.x_road import Wanted
from store import x_road, x_road_setup
from store.database import Database
from store.tables import grants, services, x_road_jobs, x_road_servers
from tests.activities.recorded import RecordedLife
from tests.certificates import self_signed
from tests.on_x_road import (
    KEYRING,
    NOW,
    OURS,
    READ,
    REINSTATE,
    SUSPEND,
    THEIRS,
    active,
    applied,
    approved,
    does,
    hands,
    job,
    relay,
    set_up,
)
from tests.security_server import (
    CLIENT,
    DROPS,
    GARBAGE,
    HANGS,
    HUGE,
    KEY,
    LOST,
    REDIRECTS,
    SERVICE,
    SUBJECT,
    SecurityServer,
    security_server,
)


@pytest.fixture
async def server() -> AsyncIterator[SecurityServer]:
    async with security_server() as made:
        made.rights = set(THEIRS)
        yield made


@pytest.fixture
def life(database: Database) -> RecordedLife:
    return RecordedLife(database)


async def test_a_right_is_there_exactly_while_the_grant_is_active(
    life: RecordedLife, database: Database, server: SecurityServer
) -> None:
    await set_up(database, server.url)
    await approved(life)
    assert await relay(database) == [], "an approved share that nothing was delivered of opens nothing"
    life.deliver()
    life.confirm()
    await life.keep()
    assert await applied(database) == []
    assert server.rights == OURS | THEIRS
    kept = await job(database)
    assert (kept.wanted, kept.applied_at, kept.last_answer) == (
        Wanted.PRESENT,
        NOW,
        "All were there already.",
    )
    assert len(server.changes) == 2, "the second look changes nothing"

    await does(life, SUSPEND)
    assert await applied(database) == []
    assert server.rights == THEIRS
    await does(life, REINSTATE)
    assert await applied(database) == []
    assert server.rights == OURS | THEIRS
    await does(life, (c.EndShare(), Seat.RISK_OWNER))
    await applied(database)
    assert server.rights == THEIRS and (await job(database)).placed == []
    assert KEY not in str(await _kept(database)), "the key lies nowhere in clear"


async def _kept(database: Database) -> list[Any]:
    async with database.read() as connection:
        return [*(await connection.execute(select(x_road_servers))).all(), await job(database)]


async def test_the_whole_service_where_no_operation_names_a_path(
    life: RecordedLife, database: Database, server: SecurityServer
) -> None:
    await set_up(database, server.url, operations=("A file by night",))
    await active(life)
    assert await applied(database) == []
    assert server.rights == THEIRS | {(CLIENT, SERVICE, SUBJECT)}
    await does(life, SUSPEND)
    assert await applied(database) == []
    assert server.rights == THEIRS


FAULTS = [500, DROPS, HANGS, LOST, GARBAGE, REDIRECTS, HUGE]
AT = (
    range(8) if os.environ.get("SHARECASE_FULL") else (0, 4, 5, 7)
)  # at which call of an attempt it goes wrong


async def test_through_every_fault_at_every_call_it_ends_right(
    life: RecordedLife, database: Database, server: SecurityServer
) -> None:
    """Each fault hits the first, then the second, ... call of an attempt; a lost answer must not be done twice."""
    await set_up(database, server.url)
    await active(life)
    quick = hands(database, timeout=0.05)
    for round_, fault in enumerate(FAULTS):
        want = THEIRS if round_ % 2 else OURS | THEIRS
        for good in AT:
            server.faults.clear()
            server.will(*[0] * good, fault)
            for turn in await relay(database):
                try:
                    await quick.apply(turn)
                except ApplicationError as again:
                    assert again.message.startswith("The Security Server was asked, and it"), again.message
                    assert "10.1.2.3" not in again.message
                    async with database.write() as connection:
                        await connection.execute(update(x_road_jobs).values(started=False))
        server.faults.clear()
        assert await applied(database) == [], fault
        assert server.rights == want, fault
        await does(life, REINSTATE if round_ % 2 else SUSPEND)


async def test_what_somebody_has_to_mend_is_said_and_tried_on_within_the_hour(
    life: RecordedLife, database: Database, server: SecurityServer
) -> None:
    await set_up(database, server.url)
    await active(life)
    waits: list[float] = []
    (turn,) = await relay(database)
    for status, says in (
        (401, "does not know our API key"),
        (403, "service administrator"),
        (400, "wrong one (400, core.unavailable)"),
        (418, "it answered 418"),
        (418, "it answered 418"),
    ):
        server.answers = status
        with pytest.raises(ApplicationError) as again:
            await hands(database).apply(turn)
        assert says in again.value.message and again.value.next_retry_delay
        waits.append(again.value.next_retry_delay.total_seconds())
        if len(waits) == 4:
            async with database.write() as connection:
                await connection.execute(update(x_road_jobs).values(failures=40))
    assert waits == [5, 10, 20, 40, 3600]
    kept = await job(database)
    assert says in kept.last_answer and kept.next_try_at == NOW + timedelta(hours=1)
    server.answers = 0
    assert await hands(database).apply(turn)
    assert server.rights == OURS | THEIRS


async def test_a_conflict_that_is_none_is_told_apart_from_one_that_is(
    life: RecordedLife, database: Database, server: SecurityServer
) -> None:
    """409 for what somebody else added a moment before is no trouble; 409 for anything else is."""
    await set_up(database, server.url)
    await active(life)

    def somebody_is_quicker() -> None:
        server.rights |= OURS

    server.before_change = somebody_is_quicker
    assert await applied(database) == []
    server.before_change = None
    await does(life, SUSPEND, REINSTATE)
    (turn,) = await relay(database)
    server.rights -= OURS
    server.will(*[0] * 4, 409, 409)
    with pytest.raises(ApplicationError, match=r"conflicts with what is there \(409, core.unavailable\)"):
        await hands(database).apply(turn)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"services": {}}, f"it knows no client {CLIENT}"),
        ({"services": {CLIENT: {}}}, f"has no service {SERVICE} there"),
        (
            {"services": {CLIENT: {SERVICE: {"2": ("GET", "/people/*")}}}},
            "no such endpoint there: POST /searches",
        ),
        ({"subjects": set[str]()}, "does not know the subject"),
    ],
)
async def test_what_is_unknown_there_is_named_when_it_should_be_added_and_is_gone_when_removed(
    life: RecordedLife, database: Database, server: SecurityServer, change: dict[str, Any], says: str
) -> None:
    await set_up(database, server.url)
    await active(life)
    for name, value in change.items():
        setattr(server, name, value)
    (said,) = await applied(database)
    assert says in said
    await does(life, SUSPEND)
    assert await applied(database) == []
    assert not server.rights & OURS


async def test_the_newest_wish_wins_and_a_removal_waits_for_no_addition(
    life: RecordedLife, database: Database, server: SecurityServer
) -> None:
    await set_up(database, server.url)
    await active(life)
    server.answers = 503
    (add,) = await relay(database)
    with pytest.raises(ApplicationError):
        await hands(database).apply(add)
    await does(life, SUSPEND)
    (remove,) = await relay(database)
    assert remove.round == add.round + 1
    server.answers = 0
    look = await hands(database).apply(remove)
    assert look and look.looks
    assert await hands(database).apply(add) is None, "its wish is not the newest"
    assert server.rights == THEIRS
    server.rights |= OURS  # what the first attempt had under way arrives late
    assert await hands(database).apply(look) is None
    assert server.rights == THEIRS and (await job(database)).placed == []


async def test_what_another_active_grant_needs_stays(
    life: RecordedLife, database: Database, server: SecurityServer
) -> None:
    await set_up(database, server.url)
    grant = await active(life)
    assert await applied(database) == []
    async with database.write() as connection:  # a second share of the same teams opens the same service
        row = (await connection.execute(select(grants).where(grants.c.id == grant))).one()._asdict()
        await connection.execute(insert(grants).values({**row, "id": "GR-OTHER", "ref": "SC-OTHER"}))
        await x_road.wish(connection, NOW, "GR-OTHER")
    await applied(database)
    await does(life, SUSPEND)
    assert await applied(database) == []
    assert server.rights == OURS | THEIRS, "the other grant is active"
    async with database.write() as connection:
        await connection.execute(update(grants).where(grants.c.id == "GR-OTHER").values(state="expired"))
        await x_road.wish(connection, NOW, "GR-OTHER")
    assert await applied(database) == []
    assert server.rights == THEIRS


async def test_a_service_that_changes_takes_its_old_rights_with_it(
    life: RecordedLife, database: Database, server: SecurityServer
) -> None:
    await set_up(database, server.url)
    await active(life)
    await applied(database)
    async with database.write() as connection:
        one = [{"name": "", "line": "GET /all"}, {"name": "", "line": READ}]
        await connection.execute(update(services).values(operations=one))
        await x_road.wish_again(connection, NOW, service="incomes")
    assert await applied(database) == []
    assert server.rights == THEIRS | {("2", SUBJECT), ("4", SUBJECT)}


async def test_what_is_missing_or_not_allowed_is_said_and_nothing_is_sent(
    life: RecordedLife, database: Database, server: SecurityServer
) -> None:
    await set_up(database, server.url)
    await active(life)

    async def says(sentence: str, does: XRoadHands | None = None, **changed: Any) -> None:
        async with database.write() as connection:
            if changed:
                await connection.execute(update(x_road_servers).values(**changed))
            await connection.execute(update(x_road_jobs).values(started=False))
        (said,) = await applied(database, does)
        assert sentence in said, said

    await says("SHARECASE_X_ROAD_HOSTS", hands(database, hosts=()))
    await says("not among those", hands(database, hosts=("ss1.example.gov.uk",)))
    await says("start it with https", hands(database, here=False))
    await says("switched off", is_on=False)
    await says("API key cannot be opened", is_on=True, sealed=KEYRING.seal(KEY, about("dwp")))
    await says("API key cannot be opened", sealed=Keyring().seal(KEY, about("hmrc")))
    await says("API key cannot be opened", sealed="rubbish")
    assert server.calls == []
    async with database.write() as connection:
        await x_road_setup.put_subject(connection, NOW, "dwp-pension-credit", "")
    await says("no X-Road subsystem yet", sealed=KEYRING.seal(KEY, about("hmrc")))
    assert server.changes == [], "what may have been added before is looked for, and was not"


async def test_a_body_without_a_server_wishes_nothing(life: RecordedLife, database: Database) -> None:
    await active(life)
    await does(life, SUSPEND)
    assert await relay(database) == []


async def test_the_certificate_must_be_the_servers(
    life: RecordedLife, database: Database, tmp_path: Path
) -> None:
    mine, others = self_signed(tmp_path, "mine"), self_signed(tmp_path, "others")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(mine.certificate, mine.key)
    async with security_server(tls=tls) as server:
        await set_up(database, server.url)
        await active(life)
        for certificate in ("", others.pem):
            async with database.write() as connection:
                await connection.execute(update(x_road_servers).values(certificate=certificate))
                await connection.execute(update(x_road_jobs).values(started=False))
            (said,) = await applied(database)
            assert "certificate could not be trusted" in said
        assert server.calls == []
        async with database.write() as connection:
            await connection.execute(update(x_road_servers).values(certificate=mine.pem))
            await connection.execute(update(x_road_jobs).values(started=False))
        assert await applied(database, hands(database, here=False)) == []
        assert server.rights == OURS
