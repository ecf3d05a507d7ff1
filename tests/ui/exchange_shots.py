"""The service directory for the browser: a form as it fails, a service with too few people, and who holds an item."""

from tests.ui.stage import Stage

HERE = "/exchange/services"
Sight = tuple[str, str, str] | tuple[str, str, str, bool]


async def exchange_shots(stage: Stage) -> list[Sight]:
    """(name, path, who, press). One service, and nobody who can be reached about it."""
    decider = stage.holder("sender_decider", team="hmrc-paye-records")
    page = await (await stage.signs_in(decider)).fills(
        f"{HERE}/new",
        team="hmrc-paye-records",
        title="Income by tax year",
        environment="sandbox",
        summary="Made-up answers to build against.",
        items="Name\nNational Insurance number",
        operations="Look up one person: GET /income/{nino}",
        release="2",
        auth="A grant token as bearer.",
        support_hours="No support",
    )
    assert page.status == 303, page.text
    return [
        ("exchange-service", page.location.partition("?")[0], decider),
        ("exchange-service-errors", f"{HERE}/new", decider, True),
        ("exchange-who-holds", "/exchange/who-holds?item=Name", ""),
    ]
