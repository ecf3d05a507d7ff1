"""D: machines tell of use. Each row once, all or none; what was no authorised use is stored, and somebody is asked."""

import asyncio
import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update

from activities.use_silence import find_silent
from domain.grants import grant_id
from domain.use_rows import check
from domain.working_days import Nation, add_working_days, end_of_day, london_date
from store import directory, tables, use_log
from store.database import Database
from tests.api.conftest import NOW, World, is_problem
from tests.cast import MANIFEST

LOG = "/api/v1/use-log"
LEEDS = "p-use-log-stranger"
NHS = "943 476 5919"


async def active(world: World, **changes: Any) -> str:
    """The reference of a share that is in use since NOW."""
    ref = await world.approved(**changes)
    for person, act in (
        (world.people.sender, "record_delivery"),
        (world.people.requester, "confirm_receipt"),
    ):
        answer = await world.act(person, ref, act, MANIFEST)
        assert answer.status_code == 200, answer.text
    return ref


def row(ref: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"u-{number:06}",
        "logtime": (NOW + timedelta(seconds=number)).isoformat(),
        "action": "Looked whether somebody may get Pension Credit",
        "receiverCode": "dwp",
        "receiverName": "Department for Work and Pensions",
        "grant": f"{grant_id(ref)}.1.00ff00ff00ff00ff",
        "subject": "kd8Zq0",
    } | changes


async def stranger(world: World) -> str:
    """Somebody of a body that has nothing to do with the share."""
    p = tables.posts.c
    async with world.database.read() as connection:
        query = (
            select(p.person)
            .where(p.organisation.not_in(["dwp", "hmrc"]), p.role == "requester")
            .order_by(p.id)
        )
        return (await connection.scalars(query.limit(1))).one()


async def kept(database: Database) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(tables.use_rows)) or 0


async def found_faults(database: Database, ref: str) -> list[str]:
    c = tables.commands.c
    async with database.read() as connection:
        query = select(c.act, c.body).where(c.ref == ref, c.act.in_(["find_fault", "clear_fault"]))
        rows = (await connection.execute(query.order_by(c.received_at, c.id))).all()
    return [f"{each.act} {each.body['fault']} {each.body['about']}" for each in rows]


async def later(database: Database, days: int) -> datetime:
    """The morning after so many working days, wherever one lives."""
    async with database.read() as connection:
        calendar = await directory.full_calendar(connection)
    return end_of_day(add_working_days(calendar, Nation.UNION, london_date(NOW), days)) + timedelta(hours=7)


async def test_rows_are_stored_once_and_said_again_change_nothing(world: World) -> None:
    ref = await active(world)
    world.desk.now = NOW + timedelta(minutes=30)  # type: ignore[attr-defined]
    rows = [row(ref, n) for n in range(1, 4)]
    answer = await world.post(world.people.sender, LOG, rows)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "organisation": "hmrc",
        "stored": 3,
        "known": 0,
        "flagged": 0,
        "flagged_rows": [],
    }
    again = await world.post(world.people.sender, LOG, {"rows": [*rows, row(ref, 4)]})
    assert (again.json()["stored"], again.json()["known"]) == (1, 3)
    changed = await world.post(world.people.sender, LOG, [row(ref, 5), row(ref, 2, action="Something else")])
    assert "Row 2 (u-000002)" in is_problem(changed, 409)["detail"]
    twice = await world.post(world.people.sender, LOG, [row(ref, 6), row(ref, 6, action="Something else")])
    assert "Row 2 (u-000006)" in is_problem(twice, 409)["detail"]
    assert await kept(world.database) == 4
    public = (await world.client.get(f"/api/v1/register/{ref}/use")).json()
    assert [public["months"][-1], public["last_use"]] == [
        {"month": "2026-11", "calls": 4, "flagged": 0},
        "2026-11-23",
    ]
    # the receiver's own log of the same calls does not count them twice
    await world.post(world.people.requester, LOG, [row(ref, n, id=f"mine-{n}") for n in range(1, 7)])
    public = (await world.client.get(f"/api/v1/register/{ref}/use")).json()
    assert public["months"][-1]["calls"] == 6
    async with world.database.read() as connection:
        grant = (await connection.execute(select(tables.grants).where(tables.grants.c.ref == ref))).one()
    assert (grant.last_use_at, grant.last_heard_at) == (NOW + timedelta(seconds=6), world.desk.now)  # type: ignore[attr-defined]


async def test_what_cannot_be_taken_names_row_and_field_and_stores_nothing(world: World) -> None:
    ref = await active(world)
    many = await world.post(world.people.sender, LOG, [row(ref, n) for n in range(1001)])
    told = is_problem(many, 422)["errors"][0]
    assert told["field"] == "rows" and "1,001" in told["detail"] and "nothing was stored" in told["detail"]
    wrong = [
        ({"logtime": "2026-11-23T10:05:01Z"}, "logtime", "in the future"),
        ({"action": f"Looked up {NHS}"}, "action", "an NHS number"),
        ({"subject": NHS.replace(" ", "")}, "subject", "an NHS number"),
        ({"payload": {"name": "Ada"}}, "payload", "no payload"),
        ({"case": "SC-2222-2222"}, "case", "not the case"),
    ]
    for changes, field, sentence in wrong:
        answer = await world.post(world.people.sender, LOG, [row(ref, 1), row(ref, 2, **changes)])
        (told,) = is_problem(answer, 422)["errors"]
        assert (
            told["field"] == f"rows.2.{field}" and sentence in told["detail"] and "u-000002" in told["detail"]
        )
        assert "5919" not in answer.text and "Ada" not in answer.text
    for body in (
        [],
        {},
        {"rows": []},
        {"rows": [row(ref)], "more": 1},
        5,
        {"rows": [row(ref)], "organisation": "york"},
    ):
        is_problem(await world.post(world.people.sender, LOG, body), 422)
    assert await kept(world.database) == 0
    world.desk.now = NOW + timedelta(hours=1)  # type: ignore[attr-defined]
    thousand = [row(ref, n, items=["date of birth", "address"]) for n in range(1000)]
    assert (await world.post(world.people.sender, LOG, thousand)).json()["stored"] == 1000
    operator = "p-keeper-of-the-house"
    async with world.database.write() as connection:
        await connection.execute(
            insert(tables.people).values(id=operator, name="Kit", email="kit@example.org", featured=0)
        )
    assert "you belong to none" in is_problem(await world.post(operator, LOG, [row(ref)]), 403)["detail"]


async def test_use_of_what_was_not_in_use_is_stored_flagged_and_put_before_somebody(world: World) -> None:
    """Edge case 68: unknown, before it began, while suspended, of others; once for each grant and day."""
    ref = await active(world)
    grant, other = grant_id(ref), await stranger(world)
    async with world.database.write() as connection:
        stood = {"grant": grant, "state": "suspended", "since": NOW + timedelta(minutes=10)}
        await connection.execute(insert(tables.grant_states).values(stood))
    world.desk.now = NOW + timedelta(hours=1)  # type: ignore[attr-defined]
    rows = [
        row(ref, 1),
        row(ref, 2, logtime=(NOW - timedelta(days=1)).isoformat()),
        row(ref, 3, logtime=(NOW + timedelta(minutes=20)).isoformat()),
        row(ref, 4, grant="GR-ZZZZ-ZZZZ"),
    ]
    answer = (await world.post(world.people.sender, LOG, rows)).json()
    assert (answer["stored"], answer["flagged"]) == (4, 3)
    assert [(each["row"], each["unauthorised_use"]) for each in answer["flagged_rows"]] == [
        (2, "before_active"), (3, "suspended"), (4, "unknown_grant")
    ]  # fmt: skip
    repeated = (await world.post(world.people.sender, LOG, rows)).json()
    assert repeated | {"stored": 4, "known": 0} == answer
    others = (await world.post(other, LOG, [row(ref, 1), row(ref, 2, id="z", grant="GR-YYYY-YYYY")])).json()
    assert {each["unauthorised_use"] for each in others["flagged_rows"]} == {
        "unknown_grant"
    }  # not which one exists
    assert await found_faults(world.database, ref) == ["find_fault unauthorised 2026-11-23"]
    b = tables.body_tasks.c
    async with world.database.read() as connection:
        tasks = (
            await connection.execute(select(b.organisation, b.about, b.role, b.ref).order_by(b.about))
        ).all()
    assert tuple(tasks[0]) == ("hmrc", "unknown 2026-11-23", "leader_1", "") and len(tasks) == 2
    public = (await world.client.get(f"/api/v1/register/{ref}/use")).json()
    assert (
        Counter({each["month"]: each["calls"] for each in public["months"]}).total() == 3
    )  # what a stranger told moves no public number
    # the case is over: the body is asked instead
    async with world.database.write() as connection:
        await connection.execute(update(tables.cases).where(tables.cases.c.ref == ref).values(closed=True))
    late = [row(ref, 9, logtime=(NOW + timedelta(minutes=20)).isoformat())]
    for reported in (late, [row(ref, 8, logtime=(NOW + timedelta(minutes=20)).isoformat())]):
        assert (await world.post(world.people.sender, LOG, reported)).json()["flagged"] == 1
    async with world.database.read() as connection:
        about = (await connection.execute(select(b.about, b.role, b.ref).where(b.ref == ref))).all()
    assert [tuple(each) for each in about] == [(f"{grant} 2026-11-23", "sender_decider", ref)]


async def test_a_holder_looks_up_by_pseudonym_what_it_told_or_sends_and_nothing_else(world: World) -> None:
    ref, other = await active(world), await stranger(world)
    world.desk.now = NOW + timedelta(hours=1)  # type: ignore[attr-defined]
    await world.post(world.people.sender, LOG, [row(ref, n) for n in range(1, 4)])
    await world.post(world.people.requester, LOG, [row(ref, 9, id="theirs")])
    await world.post(other, LOG, [row(ref, 5, action="Made up by a stranger")])
    page = (
        await world.post(world.people.sender, f"{LOG}/findUsage", {"subject": "kd8Zq0", "limit": 3})
    ).json()
    assert [each["logtime"] for each in page["usage"]] == [
        (NOW + timedelta(seconds=n)).strftime("%Y-%m-%dT%H:%M:%SZ") for n in (9, 3, 2)
    ]
    assert set(page["usage"][0]) == {
        "logtime",
        "action",
        "receiverCode",
        "receiverName",
        "receiverSystem",
        "grant",
        "case",
    }
    rest = (
        await world.post(
            world.people.sender, f"{LOG}/findUsage", {"subject": "kd8Zq0", "offset": page["next"]}
        )
    ).json()
    assert len(rest["usage"]) == 1 and rest["next"] is None and "kd8Zq0" not in json.dumps([page, rest])
    window = {
        "subject": "kd8Zq0",
        "from": (NOW + timedelta(seconds=2)).isoformat(),
        "until": (NOW + timedelta(seconds=3)).isoformat(),
    }
    assert len((await world.post(world.people.sender, f"{LOG}/findUsage", window)).json()["usage"]) == 2
    (own,) = (await world.post(world.people.requester, f"{LOG}/findUsage", {"subject": "kd8Zq0"})).json()[
        "usage"
    ]
    assert own["logtime"].endswith("10:00:09Z")  # the receiver sees what it told itself
    (made_up,) = (await world.post(other, f"{LOG}/findUsage", {"subject": "kd8Zq0"})).json()["usage"]
    assert made_up["case"] is None and made_up["action"] == "Made up by a stranger"
    ends = (await world.get(world.people.sender, f"{LOG}/usagePeriod")).json()
    assert (ends["periodStart"][-9:], ends["periodEnd"][-9:]) == ("10:00:01Z", "10:00:09Z")
    for wrong in (
        {"subject": "a b"},
        {},
        {"subject": "x", "from": "today"},
        {"subject": "x", "offset": "zz"},
        {"subject": "x", "limit": 1001},
    ):
        is_problem(await world.post(world.people.sender, f"{LOG}/findUsage", wrong), 422)
    # kept back by leader 2 until a day: not shown, and counted
    c = tables.cases.c
    async with world.database.write() as connection:
        state = await connection.scalar(select(c.state).where(c.ref == ref))
        held = dict(state or {}) | {"exempt_until": "2027-01-31"}
        await connection.execute(update(tables.cases).where(c.ref == ref).values(state=held))
    back = (await world.post(world.people.sender, f"{LOG}/findUsage", {"subject": "kd8Zq0"})).json()
    assert back == {"usage": [], "kept_back": [{"until": "2027-01-31", "entries": 4}], "next": None}


async def test_silence_is_found_once_and_cleared_when_the_grant_is_heard_of_again(world: World) -> None:
    ref = await active(world, pattern="one_by_one")
    quiet = await active(world, pattern="file_once", items=["address"])
    assert await find_silent(world.database, await later(world.database, 9)) == 0
    now = await later(world.database, 10)
    assert [await find_silent(world.database, now) for _ in range(2)] == [1, 0]
    assert await found_faults(world.database, ref) == ["find_fault silent 2026-11-23"]
    world.desk.now = now + timedelta(minutes=1)  # type: ignore[attr-defined]
    beats = {"grants": [grant_id(ref), "GR-ZZZZ-ZZZZ"]}
    assert (await world.post(await stranger(world), f"{LOG}/heartbeat", beats)).json()["heard"] == 0
    answer = (await world.post(world.people.sender, f"{LOG}/heartbeat", beats)).json()
    assert answer == {"heard": 1, "unknown": ["GR-ZZZZ-ZZZZ"]}
    assert await found_faults(world.database, ref) == [
        "find_fault silent 2026-11-23",
        "clear_fault silent 2026-11-23",
    ]
    assert await find_silent(world.database, now) == 0 and not await found_faults(world.database, quiet)
    mine = {
        each["case"]: each
        for each in (await world.get(world.people.sender, f"{LOG}/heartbeat")).json()["grants"]
    }
    assert mine[ref]["last_heard_at"] and mine[ref]["last_use_at"] != mine[ref]["last_heard_at"]
    is_problem(await world.post(world.people.sender, f"{LOG}/heartbeat", {"grants": ["x"]}), 422)


async def test_days_are_what_a_naive_count_of_the_rows_says(world: World) -> None:
    ref = await active(world)
    world.desk.now = NOW + timedelta(days=40)  # type: ignore[attr-defined]
    for person, name in ((world.people.sender, "s"), (world.people.requester, "r")):
        for batch in range(3):
            rows = [
                row(ref, n, id=f"{name}-{n}", logtime=(NOW + timedelta(hours=7 * n - 20)).isoformat())
                for n in range(batch * 20, batch * 20 + 30)  # each batch repeats a third of the one before
            ]
            assert (await world.post(person, LOG, rows)).status_code == 200
    u, d = tables.use_rows.c, tables.use_days.c
    naive: Counter[tuple[str, str, bool]] = Counter()
    async with world.database.read() as connection:
        for each in await connection.execute(select(u.organisation, u.logtime, u.flag)):
            side = "sending" if each.organisation == "hmrc" else "receiving"
            naive[side, london_date(each.logtime).isoformat(), False] += 1
            naive[side, london_date(each.logtime).isoformat(), True] += bool(each.flag)
        days = (await connection.execute(select(d.side, d.day, d.calls, d.flagged))).all()
    told = {(each.side, each.day, False): each.calls for each in days}
    told |= {(each.side, each.day, True): each.flagged for each in days}
    assert +naive == +Counter(told) and sum(each.flagged for each in days) == 6


async def test_two_machines_that_send_the_same_at_once_store_it_once(world: World) -> None:
    ref = await active(world)
    uses, _ = check([row(ref, n) for n in range(200)], NOW + timedelta(hours=1))

    async def send(order: list[Any]) -> tuple[int, int]:
        async with world.database.write() as connection:
            found = await use_log.keep(connection, "hmrc", order, NOW + timedelta(hours=1))
        return found.stored, found.known

    told = await asyncio.gather(send(uses), send(uses[::-1]), send(uses))
    assert sorted(told) == [(0, 200), (0, 200), (200, 0)]
    public = (await world.client.get(f"/api/v1/register/{ref}/use")).json()
    assert public["months"][-1]["calls"] == 200
    async with (
        world.database.write() as connection
    ):  # as an entry that leader 2 keeps back: nothing is said of its use
        for table in (tables.register_words, tables.register):
            await connection.execute(table.delete().where(table.c.ref == ref))
    is_problem(await world.client.get(f"/api/v1/register/{ref}/use"), 404)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=JUNK, good=st.integers(1, 3))
async def test_any_json_is_answered_and_never_half_stored(world: World, body: Any, good: int) -> None:
    before = await kept(world.database)
    rows = [row("SC-2222-2222", n, logtime=NOW.isoformat()) for n in range(good)]
    for sent in (body, [*rows, body], {"rows": [*rows, body]}):
        answer = await world.post(world.people.sender, LOG, sent)
        assert answer.status_code == 422, answer.text
    assert (await world.post(world.people.sender, f"{LOG}/heartbeat", body)).status_code == 422
    assert await kept(world.database) == before
