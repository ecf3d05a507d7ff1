"""P5: advisers find what they are asked, say it, and whoever decides reads it; nobody else reads the words."""

import pytest

from store.database import Database
from tests.ui.stage import Stage

HMRC_ADVISER = "p-nikolai-brandreth"
DWP_ADVISER = "p-oonagh-tressider"
SENDER = "p-priya-raghunathan"
AMY = "p-amara-okafor"
AUDITOR = "p-leopold-achterberg"
ASKED = "May the income band travel without consent?"
ADVICE = "Yes, under section 35; keep the band wide."
HIDDEN = "Its words are for the body that asked for it."


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


async def test_advice_is_asked_found_given_and_read_by_whoever_decides(stage: Stage) -> None:
    ref = await stage.signed()
    await stage.acts(SENDER, ref, "ask_advice", reason=ASKED)
    adviser = await stage.signs_in(HMRC_ADVISER)
    inbox = await adviser.get("/inbox")
    assert "Give advice" in inbox.text and f"/cases/{ref}" in " ".join(inbox.links)
    case = await adviser.get(f"/cases/{ref}")
    assert "Advice" in case.headings["h2"] and ASKED in case.text and "Nobody has to wait for it" in case.text
    form = await adviser.get(f"/cases/{ref}/acts/give_advice")
    assert ASKED in form.text
    empty = await adviser.post(f"/cases/{ref}/acts/give_advice", form.hidden)
    assert empty.status == 422 and "Enter your advice" in empty.text
    done = await adviser.acts(ref, "give_advice", reason=ADVICE)
    assert "Your advice is recorded in the case." in done.text and "Advice given" in done.text

    sender = await stage.signs_in(SENDER)
    deciding = await sender.get(f"/cases/{ref}/acts/approve")
    assert ADVICE in deciding.text and "HM Revenue and Customs" in deciding.text
    await sender.acts(ref, "approve", delivered="no")
    stranger = stage.stranger()
    assert ADVICE not in (await stranger.get(f"/register/{ref}")).text


async def test_the_words_are_for_the_body_that_asked(stage: Stage) -> None:
    """Least disclosure: the other side sees that advice was given, and not what it says."""
    ref = await stage.signed()
    await stage.acts(SENDER, ref, "ask_advice", reason=ASKED)
    await stage.acts(HMRC_ADVISER, ref, "give_advice", reason=ADVICE)
    asking = await (await stage.signs_in(AMY)).get(f"/cases/{ref}")
    assert "Advice given" in asking.text and HIDDEN in asking.text
    assert ADVICE not in asking.html and ASKED not in asking.html
    for who in (SENDER, HMRC_ADVISER, AUDITOR):
        page = await (await stage.signs_in(who)).get(f"/cases/{ref}")
        assert ADVICE in page.text and ASKED in page.text and HIDDEN not in page.text


async def test_no_adviser_of_the_sending_body_sees_a_request_before_it_is_signed_for(stage: Stage) -> None:
    """C2, and the own side's adviser is asked before."""
    ref = await stage.submitted()
    hmrc = await stage.signs_in(HMRC_ADVISER)
    assert (await hmrc.get(f"/cases/{ref}")).status == 404
    await stage.acts(stage.requests["pension-credit-take-up"]["risk_owner"], ref, "ask_advice", reason=ASKED)
    dwp = await stage.signs_in(DWP_ADVISER)
    assert "Give advice" in (await dwp.get("/inbox")).text
    page = await dwp.get(f"/cases/{ref}")
    assert ASKED in page.text and "Sign for the risk" not in [*page.headings["h2"]]
    await stage.acts(DWP_ADVISER, ref, "give_advice", reason=ADVICE)
    signing = await (await stage.signs_in(stage.requests["pension-credit-take-up"]["risk_owner"])).get(
        f"/cases/{ref}/acts/sign_risk"
    )
    assert ADVICE in signing.text


async def test_silence_is_shown_as_silence_and_so_is_a_decision_that_came_first(stage: Stage) -> None:
    ref = await stage.signed()
    await stage.acts(SENDER, ref, "ask_advice", reason=ASKED)
    await stage.working_days_pass(ref, 5)
    sender = await stage.signs_in(SENDER)
    assert "No advice received in time" in (await sender.get(f"/cases/{ref}/acts/approve")).text
    await stage.acts(SENDER, ref, "ask_advice", reason="And now?")
    await stage.acts(SENDER, ref, "approve", delivered="no")
    page = await (await stage.signs_in(SENDER)).get(f"/cases/{ref}")
    assert "Decided before any advice came" in page.text and "No advice received in time" in page.text
