"""The use log for the browser: an entry of the register with calls, and the rows for both sides."""

from datetime import timedelta

from domain.grants import grant_id
from domain.use_rows import Use
from store import use_log
from tests.ui.stage import Stage

AMY = "p-amara-okafor"
Sight = tuple[str, str, str]


async def use_shots(stage: Stage) -> list[Sight]:
    """(name, path, who)."""
    ref = await stage.active(pattern="one_by_one")
    uses = [
        Use(
            id=f"shot-{number}",
            logtime=stage.now - timedelta(minutes=30 * number),  # all but the first before the share began
            action="Looked whether somebody may get Pension Credit",
            receiver_code="dwp",
            receiver_name="Department for Work and Pensions",
            receiver_system="take-up",
            grant=grant_id(ref),
        )
        for number in range(60)
    ]
    async with stage.database.write() as connection:
        await use_log.keep(connection, "hmrc", uses, stage.now)
    return [("use-of-case", f"/cases/{ref}/use", AMY), ("use-in-register", f"/register/{ref}", "")]
