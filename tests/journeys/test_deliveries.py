"""P3 on the engine: what does not match is not delivered, the next does, and too much is asked about in the case."""

from api.delivery_acts import DeliveryActs
from domain.case import Kind
from store import deliveries
from store.database import Database
from tests.cast import MANIFEST
from tests.engine import story


async def test_a_mismatch_then_the_first_delivery_then_one_over_the_cap(database: Database) -> None:
    async with story(database) as told:
        ref = await told.signed(people_band="100_to_10k")
        people = told.people
        await told.approves(ref, delivered="yes", **MANIFEST)
        items = (await told.events(ref, "request_submitted"))[0].items
        await told.does(people.requester, ref, "confirm_receipt", **{**MANIFEST, "rows": "1199"})
        assert await told.stage(ref) == "approved"
        assert any(
            "rows: 1,199 arrived against 1,200 sent" in headline for _, headline in await told.told(ref)
        )
        await told.delivers(ref)
        acts = DeliveryActs(told.database, lambda: told.now)
        sender = await told.person(people.sender)
        sent = {"rows": 12_000, "checksum": "sha256:77aa"}
        number = await acts.record(sender, ref, sent, command="a" * 32, via="api")
        await told.news_travels()
        task = await told.task(ref, Kind.MEND_EXCHANGE)
        assert (number, task.about, task.seat.value) == (3, "over_cap:3", "receiving.risk_owner")
        await told.does(
            people.risk_owner, ref, "settle_fault", task=task.id, reason="Destroyed and sent again."
        )
        assert not (await told.case(ref)).open(Kind.MEND_EXCHANGE)
        async with database.read() as connection:
            found = await deliveries.listed(connection, f"GR{ref[2:]}")
        assert [(each.number, each.state) for each in found] == [
            (3, "announced"),
            (2, "delivered"),
            (1, "mismatched"),
        ]
        assert all(len(each.items) == items for each in found)
