"""Pages under Settings for the gallery: sessions and tokens in each of their states, to their owner and the operator."""

from datetime import timedelta

from api import auth
from domain.scopes import Scope
from store import tables, tokens
from tests.ui.stage import Stage

OWNER = "p-ciara-donnellan-boyd"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1"


async def settings_shots(stage: Stage) -> list[tuple[str, str, str, bool]]:
    """(name, path, person, press) of each."""
    phone = stage.stranger()
    phone.client.headers["User-Agent"] = PHONE
    assert (await phone.post("/sign-in", {"person": OWNER})).status == 303
    async with stage.database.write() as connection:
        for label, days, ago in (("Nightly import", 90, 2), ("Runs out soon", 10, 3), ("Ran out", 5, 9)):
            made = stage.now - timedelta(days=ago)
            await auth.issue_token(
                connection, OWNER, label, made, timedelta(days=days), (Scope.READ, Scope.REQUEST)
            )
        for label in ("Revoked", "Replaced by another"):
            await auth.issue_token(connection, OWNER, label, stage.now)
    async with stage.database.read() as connection:
        made = {row.label: row.id for row in await connection.execute(tables.tokens.select())}
    async with stage.database.write() as connection:
        await tokens.revoke(connection, made["Revoked"], stage.now)
    keeper = stage.holder("operator")
    assert (await (await stage.signs_in(OWNER)).fills(f"/settings/tokens/{made['Replaced by another']}/rotate")).status == 200  # fmt: skip
    one = f"/settings/tokens/{made['Nightly import']}"
    return [
        ("settings", "/settings", OWNER, False),
        ("settings-leader", "/settings", stage.holder("leader_1"), False),
        ("settings-operator", "/settings", keeper, False),
        ("sessions", "/settings/sessions", OWNER, False),
        ("tokens", "/settings/tokens", OWNER, False),
        ("tokens-none", "/settings/tokens", keeper, False),
        ("token-new", "/settings/tokens/new", OWNER, False),
        ("token-new-errors", "/settings/tokens/new", OWNER, True),
        ("token-rotate", f"{one}/rotate", OWNER, False),
        ("token-revoke", f"{one}/revoke", OWNER, False),
        ("token-over", f"/settings/tokens/{made['Revoked']}/rotate", OWNER, False),
        ("access", f"/people/{OWNER}/access", keeper, False),
        ("access-revoke", f"/people/{OWNER}/tokens/{made['Nightly import']}/revoke", keeper, False),
    ]
