"""Pages of signing in with a provider, and of whose account is whose, for the gallery (S6)."""

from store import identities
from tests.signing_in import OPERATOR, invitation, with_provider
from tests.ui.stage import Stage

LINKED, INVITED, NEITHER = "p-judith-marchbanks", "p-amara-okafor", "p-ewa-nowicka"


async def account_shots(stage: Stage) -> list[tuple[str, str, str, bool]]:
    """(name, path, person, press) of each. From here on the site has a provider, and nobody answers there."""
    with_provider(stage, "http://127.0.0.1:9", "sharecase", "secret")
    code = await invitation(stage, INVITED)
    async with stage.database.write() as connection:
        await identities.link(connection, "https://provider.example", "a1", LINKED, at=stage.now, by=OPERATOR)
    return [
        ("sign-in-provider", "/sign-in?next=/cases", "", False),
        ("sign-in-failed", "/sign-in/callback?state=x", "", False),
        ("sign-in-invitation", f"/sign-in/invitation/{code}", "", False),
        ("sign-in-invitation-over", "/sign-in/invitation/nothing", "", False),
        ("accounts", "/accounts", OPERATOR, False),
        ("accounts-nobody", "/accounts?q=zzz", OPERATOR, False),
        ("account-linked", f"/people/{LINKED}/invite", OPERATOR, False),
        ("account-invited", f"/people/{INVITED}/invite", OPERATOR, False),
        ("account-none", f"/people/{NEITHER}/invite", OPERATOR, False),
    ]
