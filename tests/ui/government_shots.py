"""Changes of government and advice for the browser: every page as it opens, and its error state."""

import secrets

from tests.ui.stage import Stage

OPERATOR, ADVISER = "p-tom-ferrante-boateng", "p-oonagh-tressider"
ORDER = {"citation": "The Transfer of Functions (Revenue) Order 2026"}
Sight = tuple[str, str, str] | tuple[str, str, str, bool]


async def government_shots(stage: Stage) -> list[Sight]:
    """(name, path, who, press). A merger of bodies that no other page of the gallery is about."""
    new = "/government-changes/new"
    operator = await stage.signs_in(OPERATOR)
    day = {f"from_day-{part}": str(getattr(stage.now.date(), part)) for part in ("day", "month", "year")}

    async def proposes(kind: str, body: str, **answers: str) -> str:
        page = await operator.fills(f"{new}?step=2&kind={kind}&body={body}", **ORDER, **day, **answers)
        assert page.status == 303, page.text
        return page.location.partition("?")[0]

    merger = await proposes("merge", "gwent-police", into="psni")
    renamed = await proposes("rename", "student-loans", name="Student Finance Agency")
    leader = await stage.signs_in("p-lorraine-sabbagh")
    page = await leader.get(renamed)
    sent = {**page.hidden, "command": secrets.token_hex(16), "agree": "yes"}
    assert (await leader.post(f"{renamed}/confirm", sent)).status == 303
    return [
        ("government-changes", "/government-changes", ""),
        ("government-changes-operator", "/government-changes", OPERATOR),
        ("government-new", new, OPERATOR),
        ("government-new-errors", f"{new}?step=2", OPERATOR),
        *[(f"government-{kind}", f"{new}?step=2&kind={kind}&body=leeds", OPERATOR) for kind in ("rename", "merge", "split")],
        ("government-split-errors", f"{new}?step=2&kind=split&body=leeds", OPERATOR, True),
        ("government-confirm", merger, "p-glyn-maddocks"),
        ("government-confirm-errors", merger, "p-glyn-maddocks", True),
        ("government-done", renamed, ""),
        ("government-former-name", "/scorecards/student-loans", ""),
    ]  # fmt: skip


async def advice_shots(stage: Stage, submitted: str, owner: str) -> list[Sight]:
    """`submitted`: a case of DWP that waits for its risk owner, who asks for advice first."""
    await stage.acts(owner, submitted, "ask_advice", reason="Is the band too wide?")
    give = f"/cases/{submitted}/acts/give_advice"
    return [
        ("advice-inbox", "/inbox", ADVISER),
        ("advice-case", f"/cases/{submitted}", ADVISER),
        ("advice-give", give, ADVISER),
        ("advice-give-errors", give, ADVISER, True),
    ]
