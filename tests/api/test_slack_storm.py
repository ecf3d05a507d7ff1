"""S4, G6, §9: a storm of clicks, a third of them while the engine is away. Nothing forged or doubled has an effect, nothing
that was accepted is lost, and Slack has its answer within a second."""

import asyncio
import json
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
from sqlalchemy import select

from api.relay import Relay
from store import tables
from store.database import Database
from tests.slack_knocks import FORM_KIND, Knocks, form, knocking, signed
from tests.ui.stage import Stage

PRIYA, AMARA = "p-priya-raghunathan", "p-amara-okafor"
USERS = {PRIYA: "U0PRIYA", AMARA: "U0AMARA"}
MANIFEST = {"rows": "1200", "checksum": "sha256:4be1"}
# (who, the task whose message has the button, act, what is typed): a case from the sending team's first question on.
SCRIPT: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (PRIYA, "decide", "ask", {"reason": "Which years?"}),
    (AMARA, "answer", "answer", {"reason": "The last three.", "material": "no"}),
    (PRIYA, "decide", "ask", {"reason": "And which regions?"}),
    (AMARA, "answer", "answer", {"reason": "All of them.", "material": "no"}),
    (PRIYA, "decide", "approve", {"delivered": "no"}),
    (PRIYA, "provide", "record_delivery", MANIFEST),
    (AMARA, "confirm_receipt", "confirm_receipt", MANIFEST),
)
HAPPENED = {"information_asked": 2, "information_answered": 2, "request_approved": 1, "risk_passed": 1}
DUPLICATES, OF_EACH_FAULT = 0.20, 0.05
AT_ONCE = 4


@dataclass
class Storm:
    stage: Stage
    knocks: Knocks
    chance: random.Random
    sent: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    accepted: set[str] = field(default_factory=set[str])

    async def knock(self, payload: dict[str, Any], forgery: dict[str, Any]) -> httpx2.Response:
        """One interaction among its share of trouble. `forgery`: what would do something, if it were believed."""
        # of all that is sent, four parts in twenty are duplicates, and one part is of each fault
        for fault, status in (("forged", 401), ("stale", 401), ("malformed", 400), ("elsewhere", 403)):
            if self.chance.random() < OF_EACH_FAULT / (1 - DUPLICATES - 4 * OF_EACH_FAULT):
                answer = await self._trouble(fault, forgery)
                self.sent[fault] += 1
                if answer.status_code != status:
                    self.wrong.append(f"{fault}: {answer.status_code}")
        copies = 1 + (self.chance.random() < DUPLICATES / (1 - DUPLICATES - 4 * OF_EACH_FAULT))
        self.sent["genuine"] += 1
        self.sent["duplicate"] += copies - 1
        answers = await asyncio.gather(*(self.knocks.interaction(payload) for _ in range(copies)))
        if len({(each.status_code, each.text) for each in answers}) != 1:
            self.wrong.append(f"answers differ: {[each.text for each in answers]}")
        return answers[0]

    async def _trouble(self, fault: str, payload: dict[str, Any]) -> httpx2.Response:
        now, body = self.stage.now.timestamp(), form(payload)
        match fault:
            case "forged":
                headers = signed(body, now, secret=f"guess {self.chance.random()}")
            case "stale":
                headers = signed(body, now - 301)
            case "malformed":
                body = body[: self.chance.randrange(8, len(body) // 2)]
                headers = signed(body, now)
            case _:
                body = form({**payload, "team": {"id": "T0OTHER"}})
                headers = signed(body, now)
        return await self.knocks.post("/slack/interactions", body, FORM_KIND, headers)

    async def act(self, ref: str, step: int) -> None:
        """Press the button, fill in the window, send it: once in effect, however often on the way."""
        person, task, act, typed = SCRIPT[step]
        user = USERS[person]
        press = self.knocks.press(user, await self.knocks.notice(ref, task), act)
        answer = await self.knock(press, press)
        assert (answer.status_code, answer.text) == (200, "")
        view = next(each for each in reversed(self.knocks.server.views) if _is_of(each, ref, act))
        carried = json.loads(view["private_metadata"])
        other = {
            **view,
            "private_metadata": json.dumps({**carried, "command": self.chance.randbytes(16).hex()}),
        }
        answer = await self.knock(
            self.knocks.submission(user, view, typed), self.knocks.submission(user, other, typed)
        )
        assert "Recorded." in answer.text, answer.text
        self.accepted.add(carried["command"])

    async def round(self, refs: list[str], step: int) -> None:
        """Everybody does one act; for the last third of them the engine is away, and the relay brings theirs."""
        here, gone = refs[: len(refs) * 2 // 3], refs[len(refs) * 2 // 3 :]
        for away, part in ((False, here), (True, gone)):
            self.stage.desk.away = away
            gate = asyncio.Semaphore(AT_ONCE)

            async def one(ref: str, gate: asyncio.Semaphore = gate) -> None:
                async with gate:
                    await self.act(ref, step)

            await asyncio.gather(*(one(ref) for ref in part))
        self.stage.desk.away = False
        relay = Relay(
            self.stage.database, self.stage.desk, lambda: self.stage.now + timedelta(hours=1), sends=False
        )
        while await relay.once():
            pass


def _is_of(view: dict[str, Any], ref: str, act: str) -> bool:
    told = view.get("private_metadata", "")
    return f'"ref":"{ref}"' in told and f'"act":"{act}"' in told


async def test_in_a_storm_nothing_is_forged_doubled_or_lost(database: Database) -> None:
    interactions = int(
        os.environ.get("SHARECASE_STORM") or (10_000 if os.environ.get("SHARECASE_FULL") else 300)
    )
    # of what is sent 60 % are genuine, and each act takes two
    cases = max(3, round(interactions * 0.6 / 2 / len(SCRIPT)))
    async with knocking(database) as (stage, knocks):
        for person, user in USERS.items():
            await knocks.link(user, person)
        refs = [await stage.signed() for _ in range(cases)]
        storm = Storm(stage, knocks, random.Random(2026))
        for step in range(len(SCRIPT)):
            await storm.round(refs, step)
        took = sorted(knocks.timed.took)
        p99 = took[int(len(took) * 0.99)]
        print(
            f"\n{len(took)} interactions {dict(storm.sent)}, p99 {p99 * 1000:.0f} ms, longest {took[-1] * 1000:.0f} ms"
        )
        assert storm.wrong == []
        assert p99 < 1.0
        c, e = tables.commands.c, tables.events.c
        async with database.read() as connection:
            kept = (await connection.execute(select(c.id, c.state).where(c.via == "slack"))).all()
            events = (await connection.execute(select(e.ref, e.kind, e.command))).all()
        assert {row.id for row in kept} == storm.accepted  # nothing forged, nothing lost
        assert {row.state for row in kept} == {"applied"}
        assert {row.command for row in events} >= storm.accepted
        for ref in refs:  # nothing twice
            kinds = Counter(row.kind for row in events if row.ref == ref)
            assert {kind: kinds[kind] for kind in HAPPENED} == HAPPENED, kinds
            assert (await stage.case(ref)).stage == "active"
