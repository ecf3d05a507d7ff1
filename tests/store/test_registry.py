"""The public register as rows: what is found, what is counted, what adds up; nothing deleted, nothing asked row by row."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from domain import events as e
from domain.case import Case, Stage
from domain.chain import GENESIS
from domain.people import Party
from domain.policy import Policy
from domain.register_search import Filters
from domain.working_days import Nation
from store import registry, shapes, tables
from store.database import Database
from tests.fixtures.calendar import calendar_for
from tests.registered import NORTH, NOW, WALES, YORK, put, row


async def found(database: Database, **asked: str) -> list[str]:
    async with database.read() as connection:
        return [each.ref for each in await registry.registered(connection, Filters(**asked))]


async def test_words_are_found_by_their_beginning_and_all_must_be(database: Database) -> None:
    await put(
        database,
        [
            row(1, title="Warm homes in Leeds", items=["address"]),
            row(2, title="School meals", items=["school name", "postcode"]),
        ],
    )
    one, two = "SC-T001-AAAA", "SC-T002-AAAA"
    for q, refs in {
        "warm": [one],
        "WARM hom": [one],
        "meals": [two],
        "warm meals": [],
        "postc": [two],
        "pensioners": [two, one],
        "customs work": [two, one],
        "sc-t002-aaaa": [two],
        "ostcode": [],
        "zzzz": [],
        "z": [],
    }.items():
        assert await found(database, q=q) == refs, q


async def test_every_filter_leaves_out_what_is_something_else(database: Database) -> None:
    other = {
        "receiving": ("receiving_organisation", "leeds"),
        "sending": ("sending_organisation", "leeds"),
        "lane": ("lane", "reliance"),
        "use": ("use", "law_enforcement"),
        "state": ("state", "ended"),
        "region": ("region", WALES),
        "root": ("root", "SC-T001-AAAA"),
    }
    rows = [row(1)]
    for number, (column, value) in enumerate(other.values(), start=2):
        rows.append(row(number, **{column: value}))
    rows.append(row(20, demo=False))
    await put(database, rows)
    for number, (name, (_, value)) in enumerate(other.items(), start=2):
        assert await found(database, **{name: value}) == [f"SC-T{number:03}-AAAA"], name
    assert await found(database, demo="no") == ["SC-T020-AAAA"]
    assert len(await found(database, demo="yes")) == len(rows) - 1
    assert await found(database, lane="reliance", state="ended") == []


async def test_only_the_newest_version_is_listed_and_pages_lose_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "PAGE", 3)
    old = [row(number, latest=False, state="approved") for number in range(7)]
    new = [{**row(number), "version": 2} for number in range(7)]
    same_instant = [{**each, "published_at": NOW} for each in new]
    await put(database, [*old, *same_instant])
    seen: list[str] = []
    after = None
    async with database.read() as connection:
        while True:
            rows = await registry.registered(connection, Filters(q="share"), after=after)
            seen += [each.ref for each in rows[:3]]
            if len(rows) <= 3:
                break
            after = (rows[2].published_at, rows[2].ref)
    assert seen == sorted((each["ref"] for each in new), reverse=True)


async def test_who_relies_is_counted_while_they_live(database: Database) -> None:
    root = "SC-T000-AAAA"
    await put(
        database,
        [
            row(0),
            row(1, root=root),
            row(2, root=root, state="suspended", receiving_organisation="leeds", region=WALES),
            row(3, root=root, state="ended"),
            row(4, root=root, state="withdrawn"),
            row(5, root=root, state="replaced"),
            row(6, root=root, latest=False),
        ],
    )
    async with database.read() as connection:
        assert await registry.reliers(connection, [root, "SC-T001-AAAA"]) == {root: 2}
        assert await registry.reliers(connection, []) == {}
        kinds = [tuple(each) for each in await registry.reliers_by_kind(connection, root)]
    assert sorted(kinds) == [("metropolitan district council", WALES, 1), ("ministerial department", YORK, 1)]


# --- publishing --------------------------------------------------------------------------------------------------


def case(ref: str, sender: str, team: str, **changes: Any) -> Case:
    made = Case(
        ref=ref,
        policy=Policy(),
        calendar=calendar_for(Nation.ENGLAND_AND_WALES),
        stage=Stage.ACTIVE,
        use="proactive_help",
        receiving=Party(organisation="dwp", team="dwp-pension-credit", nation=Nation.ENGLAND_AND_WALES),
        sending=Party(organisation=sender, team=team, nation=Nation.ENGLAND_AND_WALES),
        register_version=1,
        submitted_at=NOW,
    )
    return replace(made, **changes)


async def published(database: Database, share: Case, at: datetime, region: str, items: list[str]) -> None:
    """The case row as recording leaves it, then its entry, in one transaction."""
    assert share.receiving and share.sending
    c = tables.cases
    values: dict[str, Any] = {
        each.name: "" if each.type.python_type is str else 0
        for each in c.c
        if not isinstance(each.type, tables.Instant) and each.name not in ("items_shared", "state")
    }
    values = {key: bool(value) if key in FLAGS else value for key, value in values.items()}
    values |= {
        "ref": share.ref,
        "stage": share.stage,
        "lane": share.lane,
        "sending_organisation": share.sending.organisation,
        "items_shared": items,
        "submitted_at": NOW,
        "updated_at": at,
        "state": shapes.case_to_json(share),
    }
    answers = {"title": f"Share {share.ref}", "purpose": "Find them.", "items": items, "region": region}
    async with database.write() as connection:
        if await connection.scalar(select(func.count()).where(c.c.ref == share.ref)):
            await connection.execute(c.update().where(c.c.ref == share.ref).values(values))
        else:
            await connection.execute(c.insert().values(values))
        await registry.publish(connection, at, share, answers)


FLAGS = ("at_top", "closed", "sender_may_see")


async def three(database: Database) -> list[Case]:
    """Three senders of three regions give one receiver the same item; other items differ."""
    async with database.read() as connection:
        t = tables.teams.c
        teams = {
            each.organisation: each.id
            for each in await connection.execute(select(t.organisation, t.id).order_by(t.id))
            if each.organisation != "dwp"
        }
    senders = sorted(teams)[:3]
    shares = [case(f"SC-R{number}AA-AAAA", sender, teams[sender]) for number, sender in enumerate(senders)]
    for number, (share, region) in enumerate(zip(shares, (YORK, NORTH, WALES), strict=True)):
        plural = "NHS numbers" if number else "NHS number"
        await published(database, share, NOW + timedelta(days=number), region, [plural, f"only {number}"])
    return shares


async def alarms(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list(await registry.alarm_rows(connection))


async def test_the_third_region_raises_the_alarm(database: Database) -> None:
    """§7 C: at the publication that makes it so."""
    shares = await three(database)
    [alarm] = await alarms(database)
    assert (alarm.organisation, alarm.item) == ("dwp", "nhs number")
    assert alarm.entries == [each.ref for each in shares] and set(alarm.regions) == {YORK, NORTH, WALES}
    assert alarm.raised_at == NOW + timedelta(days=2)


async def test_an_alarm_that_no_longer_holds_is_kept_and_may_come_back(database: Database) -> None:
    """G7: its row stays with the entries that added up to it, and says by having no regions that they no longer do."""
    shares = await three(database)
    ended = replace(shares[0], stage=Stage.ENDED, register_version=2)
    await published(database, ended, NOW + timedelta(days=9), YORK, ["NHS number"])
    [alarm] = await alarms(database)
    assert alarm.regions == [] and alarm.entries == [each.ref for each in shares]
    assert alarm.raised_at == NOW + timedelta(days=2)

    again = replace(shares[0], ref="SC-R9AA-AAAA")
    await published(database, again, NOW + timedelta(days=20), YORK, ["NHS number"])
    [alarm] = await alarms(database)
    assert len(alarm.regions) == 3 and "SC-R9AA-AAAA" in alarm.entries
    assert alarm.raised_at == NOW + timedelta(days=20)


async def test_a_suspended_share_still_adds_up_and_an_undelivered_one_does_not(database: Database) -> None:
    shares = await three(database)
    paused = replace(shares[0], stage=Stage.SUSPENDED, register_version=2)
    await published(database, paused, NOW + timedelta(days=9), YORK, ["NHS number"])
    assert (await alarms(database))[0].regions
    async with database.read() as connection:
        before = await registry.alarm_rows(connection)
    waits = replace(shares[0], ref="SC-R8AA-AAAA", stage=Stage.APPROVED)
    await published(database, waits, NOW + timedelta(days=10), YORK, ["NHS number"])
    assert [tuple(each) for each in await alarms(database)] == [tuple(each) for each in before]


async def test_a_new_version_replaces_the_words_and_keeps_the_old_version(database: Database) -> None:
    [share, *_] = await three(database)
    assert await found(database, q="nhs only 0") == [share.ref]
    narrowed = replace(share, register_version=2)
    await published(database, narrowed, NOW + timedelta(days=3), YORK, ["NHS number"])
    assert await found(database, q="nhs only 0") == []
    async with database.read() as connection:
        old = await registry.register_entry(connection, share.ref, 1)
        new = await registry.register_entry(connection, share.ref)
        versions = [each.version for each in await registry.register_versions(connection, share.ref)]
    assert old and new and (old.latest, new.latest, versions) == (False, True, [2, 1])
    assert old.entry["items"] == ["NHS number", "only 0"] and new.entry["items"] == ["NHS number"]


async def test_an_entry_looks_back_at_what_happened(database: Database) -> None:
    """Reviews and the decision are read from the events, because the folded case no longer knows them."""
    from domain.commands import Outcome

    [share, *_] = await three(database)
    happened = [
        e.ReviewConcluded(month=12, outcome=Outcome.CONTINUE, reviewer="p-somebody"),
        e.ShareEnded(by_date=True),
    ]
    async with database.write() as connection:
        for seq, each in enumerate(happened, start=1):
            await connection.execute(
                tables.events.insert().values(
                    ref=share.ref, seq=seq, at=NOW, recorded_at=NOW, kind=each.kind, actor="clock", command="c",
                    data=shapes.event_to_json(each), previous=GENESIS, hash=f"h{seq}",
                )
            )  # fmt: skip
    over = replace(share, stage=Stage.ENDED, register_version=2)
    await published(database, over, NOW + timedelta(days=3), YORK, ["NHS number"])
    async with database.read() as connection:
        row = await registry.register_entry(connection, share.ref)
    assert row and row.entry["reviews"][0]["outcome"] == "continue" and "p-somebody" not in str(row.entry)
    assert (row.state, row.entry["over"]["why"]) == ("ended", "agreed_end")


async def test_what_is_kept_out_is_counted_and_nothing_else(database: Database) -> None:
    shares = await three(database)
    c = tables.cases
    async with database.read() as connection:
        assert await registry.exemptions(connection) == []
    async with database.write() as connection:
        for number, (share, until, stage) in enumerate(
            [
                (shares[0], "2027-03-31", Stage.ACTIVE),
                (shares[0], "2027-01-31", Stage.APPROVED),
                (shares[0], "2027-09-30", Stage.ENDED),
                (shares[0], "", Stage.ACTIVE),
            ]
        ):
            ref = f"SC-X{number}AA-AAAA"
            kept = shapes.case_to_json(replace(share, ref=ref, stage=stage, exempt_until=until))
            like = (await connection.execute(select(c).where(c.c.ref == share.ref))).one()._asdict()
            await connection.execute(c.insert().values({**like, "ref": ref, "stage": stage, "state": kept}))
    async with database.read() as connection:
        [counted] = await registry.exemptions(connection)
    assert (counted.cases, counted.until, counted.demo) == (2, "2027-03-31", True)
    assert set(counted._fields) == {"body", "demo", "cases", "until"}


# --- many --------------------------------------------------------------------------------------------------------


async def test_a_page_asks_the_same_few_queries_however_much_there_is(database: Database) -> None:
    """P8: and 5,000 entries are searched in well under a second."""
    await put(database, (row(number, root="SC-T000-AAAA" if number else "") for number in range(5000)))
    asked: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *each: asked.append(each[2]))
    begun = time.monotonic()
    async with database.read() as connection:
        rows = await registry.registered(connection, Filters(q="pens dep", state="active"))
        counts = await registry.reliers(connection, [each.ref for each in rows])
        by_kind = await registry.reliers_by_kind(connection, "SC-T000-AAAA")
    assert time.monotonic() - begun < 2
    selects = [each for each in asked if each.lstrip().upper().startswith("SELECT")]
    assert len(selects) == 3 and not any(
        "OFFSET" in each.upper().replace("LIMIT ? OFFSET ?", "") for each in asked
    )
    assert len(rows) == registry.PAGE + 1 and counts == {} and by_kind[0].number == 4999
