"""Deliveries for the browser: the list with one of each state, a form sent wrong, and a receipt that differs."""

from api.delivery_acts import DeliveryActs
from tests.ui.stage import Stage

PRIYA, AMY = "p-priya-raghunathan", "p-amara-okafor"
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
Sight = tuple[str, str, str] | tuple[str, str, str, bool]


async def delivery_shots(stage: Stage) -> list[Sight]:
    """(name, path, who, press)."""
    ref = await stage.active(people_band="100_to_10k")
    acts = DeliveryActs(stage.database, lambda: stage.now)
    sender, receiver = await stage.person(PRIYA), await stage.person(AMY)
    for number, rows in enumerate((12_000, 900, 899), start=2):
        told = {"rows": rows, "checksum": HEX}
        await acts.record(sender, ref, told, command=f"{number:032x}", via="web")
    arrived = {"rows": 870, "checksum": "the first half of it"}
    await acts.confirm(receiver, ref, 3, arrived, command=f"{9:032x}", via="web")
    here = f"/cases/{ref}/grant/deliveries"
    return [
        ("deliveries", here, PRIYA, True),
        ("delivery-differs", f"{here}/3", PRIYA),
        ("delivery-to-confirm", f"{here}/4", AMY),
    ]
