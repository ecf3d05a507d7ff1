"""S2: every route × method × role × own or other's × stage × channel, against an oracle that knows only the tables.

The whole application is asked, in one world, by everybody, with forms and bodies that hold nothing: so that whoever is
let in meets a page or what is missing, and nothing changes.
"""

import os
import random
import re
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from api.slack_acts import NOT_YOURS, ON_THE_WEB, Refused, window
from api.slack_replies import Click
from domain.access_rows import Who
from domain.people import Actor
from domain.permissions import may, seats
from store import tables
from store.database import Database
from store.slack_links import Account
from tests.access_doors import KEEPS, Seen, meet, wrong
from tests.access_oracle import GONE, IN, SIGN_IN, TOLD, is_there, outcome, sees
from tests.access_world import EVERYONE, NOT_THERE, SOME, World, a_world
from tests.ui.stage import Stage

LEAST = 4_000
# One of each kind: asked for by a task, allowed by a seat, reserved for the web, of each side, of the end.
IN_SLACK = ("sign_risk", "approve", "ask", "refuse", "answer", "withdraw", "confirm_receipt", "record_delivery", "suspend_share",
            "end_share", "give_advice", "choose_lane")  # fmt: skip


class Met:
    """Once for all tests of this file: it is only looked at."""

    world: World
    seen: list[Seen] | None = None
    before: dict[str, int]
    after: dict[str, int]


@pytest.fixture
async def met(database: Database) -> type[Met]:
    if Met.seen is None:
        Met.world = await a_world(Stage(database))
        Met.before = await Met.world.counts()
        Met.seen = await meet(Met.world)
        Met.after = await Met.world.counts()
    return Met


async def test_everybody_meets_what_the_tables_say(met: type[Met]) -> None:
    assert met.seen is not None
    surprising = [each for each in met.seen if wrong(met.world, each)]
    told = [
        f"{e.door.method} {e.door.path} as {e.person or 'nobody'}: {e.outcome} ({e.status})"
        for e in surprising
    ]
    assert not told, f"{len(told)} of {len(met.seen)}:\n" + "\n".join(told[:60])
    assert len(met.seen) >= LEAST, len(met.seen)
    count = Counter(each.outcome for each in met.seen)
    assert min(count[each] for each in (IN, TOLD, GONE, SIGN_IN)) >= 100, count


async def test_trying_changes_nothing(met: type[Met]) -> None:
    assert met.seen is not None
    grown = {name for name, number in met.after.items() if number != met.before[name]}
    let_in = {(each.door.method, each.door.template) for each in met.seen if each.outcome == IN}
    assert grown <= set().union(*(KEEPS[door] for door in let_in & set(KEEPS))), grown
    assert met.after["events"] == met.before["events"] and met.after["cases"] == met.before["cases"]


async def test_the_matrix_is_red_for_each_row_that_lets_others_in(met: type[Met]) -> None:
    """Each row is turned and the oracle asked again about what was met: nobody has to be asked twice.

    The roles, sentences and scopes of rows are turned in tests/domain/test_access.py.
    """
    assert met.seen is not None
    by_row: dict[tuple[str, str], list[Seen]] = {}
    for each in met.seen:
        by_row.setdefault((each.door.method, each.door.template), []).append(each)
    for door, seen in by_row.items():
        row = seen[0].door.row
        if row.who is Who.SLACK:
            continue  # nobody else's to open: its signature is tested with Slack
        turned = [Who.SIGNED_IN] if row.who is Who.EVERYBODY else [Who.EVERYBODY]
        if row.who in (Who.PARTY, Who.PARTY_OR_KEEPER):
            turned.append(Who.SIGNED_IN)
        for who in turned:
            assert any(wrong(met.world, each, replace(row, who=who, then="")) for each in seen), (door, who)


async def test_a_button_in_slack_opens_for_whom_the_table_says(database: Database) -> None:
    """The third channel: the same table as for pages and the API, and one answer for what is not there and not theirs."""
    world = await a_world(Stage(database))
    own = world.stage.services
    click = Click(account=Account(team="T0123ABC", user="U0123ABC"), trigger="t", reply="", view="")
    async with database.read() as connection:
        rows = await connection.execute(
            select(tables.notices.c.ref, func.min(tables.notices.c.id)).group_by("ref")
        )
        notice = {row[0]: row[1] for row in rows}
    met: Counter[str] = Counter()
    for who in SOME[:-1]:
        person = await world.stage.person(who)
        for ref in notice.keys() & world.cases.keys():
            case = world.cases[ref]
            held = seats(person.posts, case.receiving, case.sending, case.board)
            actor = Actor(person=who, seats=held)
            for act in IN_SLACK:
                try:
                    await window(own, person, click, f"{notice[ref]}|{act}")
                    said = "a form"
                except Refused as refused:
                    said = refused.text
                if not sees(case, world.posts(who)):
                    assert said == NOT_YOURS, (who, ref, act, said)
                opens = said in ("a form", ON_THE_WEB)
                assert opens == (sees(case, world.posts(who)) and may(case, actor, act, world.stage.now)), (
                    who,
                    ref,
                    act,
                    said,
                )
                met["opens" if opens else "refused"] += 1
    assert met["opens"] >= 10 and met["refused"] >= 300, met


async def test_a_link_with_another_reference_opens_only_what_its_reader_may_see(database: Database) -> None:
    """People follow links they see; others try the same links with other cases in them."""
    world = await a_world(Stage(database))
    chance = random.Random(2026)
    steps = 3_000 if os.environ.get("SHARECASE_FULL") else 120
    refs = list(world.cases)
    named = re.compile("|".join(map(re.escape, refs)))
    tried: Counter[str] = Counter()
    for _ in range(steps):
        who, other = chance.choice(EVERYONE[:-1]), chance.choice(EVERYONE[:-1])
        page = await world.ask(
            who, "GET", chance.choice(["/inbox", "/cases", f"/cases/{chance.choice(refs)}"])
        )
        links = sorted({each for each in page.links if each.startswith("/cases/") and named.search(each)})
        for link in chance.sample(links, min(2, len(links))):
            ref = chance.choice(refs)
            swapped = named.sub(ref, link)
            unknown = (await world.ask(other, "GET", named.sub(NOT_THERE, link))).plain
            answer = await world.ask(other, "GET", swapped)
            met = outcome(answer, unknown)
            case = world.cases[ref]
            there = sees(case, world.posts(other)) and is_there(case, swapped.replace(ref, "{ref}"))
            assert met in ((IN, TOLD) if there else (GONE,)), (other, swapped)
            tried[met] += 1
    assert tried[IN] and tried[GONE], tried
