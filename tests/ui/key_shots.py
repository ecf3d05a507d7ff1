"""Signing keys for the gallery: with a next one, as the operator sees them, and the form that revokes one."""

from tests.ui.stage import Stage

HERE = "/exchange/keys"


async def key_shots(stage: Stage) -> list[tuple[str, str, str, bool]]:
    """(name, path, person, press) of each."""
    keeper = stage.holder("operator")
    browser = await stage.signs_in(keeper)
    assert (await browser.fills(f"{HERE}/rotate")).status == 303
    kid = (await browser.get(HERE)).headings["h3"][0]
    return [
        ("keys-operator", HERE, keeper, False),
        ("keys-revoke", f"{HERE}/{kid}/revoke", keeper, False),
        ("keys-rotate-too-early", f"{HERE}/rotate", keeper, True),
    ]
