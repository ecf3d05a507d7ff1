"""Record the histories that `test_replay` replays: python -m tests.workflows.record_histories

Only after a reviewed change of the workflow; until then the old ones must go on replaying.
"""

import asyncio
import json
import tempfile
from pathlib import Path

from store.database import Database
from store.seeding import load_world
from store.tables import metadata
from tests.cast import MANIFEST, REFUSAL
from tests.engine import Story, story

FOLDER = Path(__file__).parent.parent / "histories"


async def lives(told: Story) -> dict[str, str]:
    """One case for each way a life can go: name and reference."""
    found = {
        "silent": (await told.submits()).ref,
        "approved": await told.signed(),
        "active": await told.active(),
    }
    await told.does(told.people.sender, found["approved"], "approve", delivered="no")

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
