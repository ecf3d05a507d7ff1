"""Grants for the browser: one that is suspended while a machine cannot be told, on its page, its case and in its form."""

from datetime import timedelta

from activities.undelivered import ask_about_undelivered
from tests.ui.stage import Stage
from tests.ui.test_case_grant import AMARA, JUDITH, arrives, endpoint, news_travels


async def grant_shots(stage: Stage) -> list[tuple[str, str, str, bool]]:
    """(name, path, person, press) of each."""
    now, ref = stage.now, await stage.approved()
    await endpoint(stage, "hmrc", url="https://machines.hmrc.example/a-long-path-that-is-shown-nowhere")
    await stage.did(stage.sender(ref), ref, "record_delivery", rows="1200", checksum="sha256:4be1")
    await stage.did(AMARA, ref, "confirm_receipt", rows="1200", checksum="sha256:4be1")
    await arrives(stage, ref, "grant.activated")
    await stage.did(JUDITH, ref, "suspend_share", reason="A log looks wrong.")
    stage.now += timedelta(days=6)  # a working day is among them, whichever day it is
    await ask_about_undelivered(stage.database, stage.now)
    await news_travels(stage)
    browser = await stage.signs_in(AMARA)
    settle, *_ = [each for each in (await browser.get(f"/cases/{ref}")).links if "settle_fault" in each]
    stage.now = now
    return [
        ("grant-suspended", f"/cases/{ref}/grant", AMARA, False),
        ("case-with-a-fault", f"/cases/{ref}", AMARA, False),
        ("settle-fault-empty", settle, AMARA, True),
    ]
