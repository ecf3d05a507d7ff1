"""Pages of concerns, mediation and people's rights for the gallery: as they open, as they answer, as they refuse."""

from domain.case import Kind
from tests.ui.stage import Stage

REGULATOR, OWNER, ASKER = "p-bronagh-whitlock", "p-judith-marchbanks", "p-amara-okafor"


async def heard(stage: Stage, approved: str) -> list[tuple[str, str, str, bool]]:
    """(name, path, person, press) of each."""
    talked, answered = await stage.active(), await stage.active()
    stranger, regulator = stage.stranger(), await stage.signs_in(REGULATOR)
    for number, body in enumerate(("Age Concern", "Pensioners' Voice", "Digital Rights Watch", "Another")):
        sent = {"text": f"Letters frighten people, {number}.", "speaks_for": "charity", "organisation": body}
        page = await stranger.fills(f"/register/{talked}/concern", **sent)
        assert page.status == 200, page.text
        if number < 3:
            [unread] = [each for each in (await regulator.get("/concerns")).links if each.endswith("/settle")]
            assert (await regulator.fills(unread, decision="publish")).status == 303
    [unread] = [each for each in (await regulator.get("/concerns")).links if each.endswith("/settle")]
    for right in ("objection", "rectification"):
        page = await stranger.fills(f"/register/{answered}/your-data", right=right, text="It is not my year.")
        assert page.status == 200, page.text
    await regulator.acts(answered, "start_mediation", reason="Two bodies wrote to us.")
    await regulator.acts(answered, "conclude_mediation", outcome="recommended", reason="Telephone first.")
    first, second = (each.id for each in (await stage.case(answered)).open(Kind.ANSWER_RIGHTS))
    asker = await stage.signs_in(ASKER)
    path = f"/cases/{answered}/acts/answer_rights?task={second}"
    assert (await asker.fills(path, outcome="met", reason="It is put right.")).status == 303
    [spread] = (await stage.case(answered)).open(Kind.SPREAD_CORRECTION)
    acts = f"/cases/{answered}/acts"
    forms = [
        ("your-data", f"/register/{talked}/your-data", ""),
        ("your-data-code", "/your-data", ""),
        ("concern-raise", f"/register/{talked}/concern", ""),
        ("concern-raise-body", f"/register/{talked}/concern", OWNER),
        ("concern-code", "/concerns/code", ""),
        ("concern-settle", unread, REGULATOR),
        ("act-conclude-mediation", f"/cases/{talked}/acts/conclude_mediation", REGULATOR),
        ("act-extend-mediation", f"/cases/{talked}/acts/extend_mediation", REGULATOR),
        ("act-answer-mediation", f"{acts}/answer_mediation", OWNER),
        ("act-answer-rights", f"{acts}/answer_rights?task={first}", ASKER),
        ("act-pass-on-correction", f"{acts}/pass_on_correction?task={spread.id}", ASKER),
    ]
    return [
        *((name, path, person, False) for name, path, person in forms),
        *((f"{name}-errors", path, person, True) for name, path, person in forms),
        ("your-data-closed", f"/register/{approved}/your-data", "", False),
        ("concerns", "/concerns", "", False),
        ("concerns-regulator", "/concerns", REGULATOR, False),
        ("mediations", "/mediations", "", False),
        ("entry-concerns", f"/register/{talked}", "", False),
        ("entry-mediation", f"/register/{answered}", REGULATOR, False),
        ("case-mediation", f"/cases/{talked}", REGULATOR, False),
        ("case-rights", f"/cases/{answered}", ASKER, False),
        ("case-rights-sender", f"/cases/{answered}", stage.sender(answered), False),
    ]
