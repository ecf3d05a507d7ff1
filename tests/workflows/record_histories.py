"""Record the histories that `test_replay` replays: python -m tests.workflows.record_histories

Only after a reviewed change of the workflow; until then the old ones must go on replaying.
"""

import asyncio
import json
import tempfile
from pathlib import Path

from domain.people import Role
from domain.working_days import london_date
from store.database import Database
from store.seeding import load_world
from store.tables import metadata
from tests.cast import MANIFEST, REFUSAL
from tests.engine import Story, story
from tests.journeys import test_amendments, test_cluster_lane
from tests.journeys import test_appetite as appetite
from tests.journeys import test_concerns as concerns
from tests.journeys import test_improvement as improvement
from tests.journeys import test_owners as owners
from tests.journeys import test_parts_and_transfers as parts
from tests.journeys import test_reliance_lane as reliance
from tests.journeys import test_rights as rights
from tests.journeys import test_triage_and_blocked as triage
from tests.journeys import test_urgent_and_exploratory as urgent

FOLDER = Path(__file__).parent.parent / "histories"


async def lives(told: Story) -> dict[str, str]:
    """One case for each way a life can go: name and reference."""
    found = {**await of_the_standard_lane(told), **await of_other_lanes(told), **await of_pairs(told)}
    await told.plays(test_cluster_lane.CARE, test_cluster_lane.HOSPITAL)
    found["cluster"] = await told.signed(**test_cluster_lane.IN_CLUSTER)
    found["objected"] = await test_cluster_lane.objected(told)
    return {**found, **await of_oversight(told), **await of_people(told)}


async def of_the_standard_lane(told: Story) -> dict[str, str]:
    found = {
        "silent": (await told.submits()).ref,
        "approved": await told.signed(),
        "active": await told.active(),
    }
    await told.approves(found["approved"])

    found["refused-escalated"] = ref = await told.signed()
    await told.does(told.people.sender, ref, "refuse", **REFUSAL)
    await told.does(told.people.requester, ref, "escalate_refusal", reason="The letter costs ten times more.")
    await told.does(
        told.people.receiving_leaders[1], ref, "overturn_refusal", reason="It reaches more people."
    )

    found["asked"] = ref = await told.signed()
    await told.does(told.people.sender, ref, "ask", reason="Which tax years do you need?")
    await told.does(told.people.requester, ref, "answer", reason="The last two years.", material="yes")

    found["withdrawn"] = ref = await told.signed()
    await told.does(told.people.requester, ref, "withdraw", reason="We no longer need it.")

    found["delivered-at-once"] = ref = await told.signed(use="deliver_service")
    await told.does(told.people.sender, ref, "approve", delivered="yes", **MANIFEST)
    await told.does(told.people.requester, ref, "confirm_receipt", **MANIFEST)

    found["transferred"] = ref = await told.signed()
    await told.does(told.people.sender, ref, "transfer", **parts.PASSED_ON)
    return found


async def of_other_lanes(told: Story) -> dict[str, str]:
    found = {
        "blocked": (await told.submits(**triage.TO_A_BUSINESS)).ref,
        "triage-silent": (await told.submits(**triage.TO_SOMEBODY)).ref,
        "triage-chosen": (await told.submits(**triage.TO_SOMEBODY)).ref,
        "urgent": await told.active(**urgent.URGENT),
        "exploratory": await told.active(**urgent.tried_out(told, 26)),
    }
    await told.does(triage.BOARD, found["triage-chosen"], "choose_lane", **triage.STANDARD)
    return found


async def of_pairs(told: Story) -> dict[str, str]:
    """Cases that hear of each other: a part, an amendment, and a decision that others rely on."""
    whole, part = await parts.parted(told)
    await told.news_travels()
    old = await told.active()
    new = await test_amendments.amended(told, old)
    await told.delivers(new)
    await told.plays(*reliance.LEEDS.values())
    root = await reliance.rooted(told)
    relier = await told.active(**reliance.relying(root))
    await told.plays(*reliance.LEEDS.values())
    await told.does(told.people.risk_owner, root, "end_share", reason="The scheme has closed.")
    await told.news_travels()
    return {"whole": whole, "part": part, "amended": old, "amendment": new, "root": root, "relier": relier}


async def of_oversight(told: Story) -> dict[str, str]:
    """Mediation before and after a decision, improvement, a breach, somebody whose data it is (C14, E, P9, A)."""
    await told.plays("dwp-pension-credit", "hmrc-paye-records")
    found = {"stuck": await told.signed(), "mediated": await told.active(), "improved": await told.active()}
    reason = {"reason": "Both sides read the law differently."}
    await told.does(concerns.REGULATOR, found["mediated"], "start_mediation", **reason)
    await told.does(concerns.REGULATOR, found["mediated"], "conclude_mediation", **concerns.RECOMMENDED)
    await improvement.planned(told, found["improved"], 1, 2)
    today = london_date(await told.tick()).isoformat()
    breach = {
        "what": "A file went astray.",
        "done": "It was called back.",
        "breach": "yes",
        "known_on": today,
    }
    await told.does(told.people.requester, found["improved"], "report_incident", **breach)
    await rights.asks(told, found["mediated"])
    await told.working_days_pass(10)  # the sending team stays silent, the actions are overdue
    await told.does(told.people.sending_leaders[1], found["stuck"], "send_to_mediation", **reason)
    await improvement.step(told, found["improved"], items=improvement.ITEMS)
    await improvement.step(told, found["improved"])
    return found


async def of_people(told: Story) -> dict[str, str]:
    """A risk owner leaves, and a leader has to stand behind a risk (P5, P8). The last: they change the directory."""
    left = await told.active()
    await appetite.states(told.database, "dwp", "averse")
    found = {"owner-left": left, "backed": await told.signed()}
    await appetite.backs(told, found["backed"], 1)
    await owners.all_leave(told, Role.RISK_OWNER, told.people.team)
    await told.working_days_pass(22)
    await owners.owns(told, told.people.receiving_leaders[1], found["owner-left"])
    return found


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/sharecase.db")
        async with database.write() as connection:
            await connection.run_sync(metadata.create_all)
        await load_world(database)
        async with story(database) as told:
            named = await lives(told)
            for _ in range(60):
                await told.working_days_pass(10)
            for path in FOLDER.glob("*.json"):
                path.unlink()
            for name, ref in named.items():
                for number, history in enumerate(reversed(await told.histories(ref)), start=1):
                    text = json.dumps(json.loads(history.to_json()), separators=(",", ":"))
                    (FOLDER / f"{name}-{number}.json").write_text(text + "\n", encoding="utf-8")
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
