"""A request that an officer prepares and another team takes over, by a link that works once (§8)."""

import re
from datetime import timedelta

from store import tables
from tests.ui.stage import Browser, Stage

OONAGH = "p-oonagh-tressider"  # adviser of the department; asks for no team
AMY, RHODRI = "p-amara-okafor", "p-rhodri-penhallow"
TEAM = "dwp-pension-credit"


async def prepared(stage: Stage, person: str = OONAGH) -> tuple[Browser, str]:
    officer = await stage.signs_in(person)
    started = await officer.fills("/requests/new", path="standard", template="pension-credit-take-up")
    assert started.status == 303, started.text
    return officer, started.location.rpartition("/")[2]


async def offered(stage: Stage, team: str = TEAM) -> tuple[Browser, str, str]:
    officer, ref = await prepared(stage)
    page = await officer.fills(f"/requests/{ref}/hand-over", team=team)
    assert page.status == 200, page.text
    return officer, ref, re.search(r"/requests/claim/[\w-]+", page.text).group()  # type: ignore[union-attr]


async def author_of(stage: Stage, ref: str) -> str:
    async with stage.database.read() as connection:
        return (
            (await connection.execute(tables.drafts.select().where(tables.drafts.c.ref == ref))).one().author
        )


async def test_an_adviser_prepares_and_the_team_takes_it_over(stage: Stage) -> None:
    officer, ref, link = await offered(stage)
    amy = await stage.signs_in(AMY)
    page = await amy.get(link)
    assert page.h1 == ["A request prepared for your team"]
    assert "Oonagh Tressider prepared this request" in page.text and "Pension Credit" in page.text
    assert await author_of(stage, ref) != AMY, "reading changes nothing"
    taken = await amy.post(link, page.hidden)
    assert taken.location == f"/requests/{ref}"
    assert (await amy.get(f"/requests/{ref}")).status == 200
    assert (await amy.get(f"/requests/{ref}/team")).values["team"] == TEAM
    assert (await officer.get(f"/requests/{ref}")).status == 404, "the one who prepared it no longer has it"
    assert (await amy.post(link, page.hidden)).location == f"/requests/{ref}", "a repeat is the same"
    assert (await amy.get(link)).location == f"/requests/{ref}"


async def test_a_link_works_once_and_says_so(stage: Stage) -> None:
    _, ref, link = await offered(stage)
    amy, rhodri = await stage.signs_in(AMY), await stage.signs_in(RHODRI)
    page, late = await amy.get(link), await rhodri.get(link)
    assert (await amy.post(link, page.hidden)).status == 303
    for again in (await rhodri.get(link), await rhodri.post(link, late.hidden)):
        assert again.status == 410 and "has already taken this request over" in again.text
    assert await author_of(stage, ref) == AMY


async def test_another_team_and_a_wrong_code_learn_nothing(stage: Stage) -> None:
    _, ref, link = await offered(stage)
    for person in (stage.author("leeds-benefits"), "p-judith-marchbanks", OONAGH, stage.holder("operator")):
        browser = await stage.signs_in(person)
        assert (await browser.get(link)).status == 404
        assert (await browser.post(link)).status == 404
    amy = await stage.signs_in(AMY)
    for code in ("nobody-has-this-code", "%00", "%ff%fe", "x" * 2000):
        assert (await amy.get(f"/requests/claim/{code}")).status == 404
    assert await author_of(stage, ref) == OONAGH


async def test_a_link_ends_after_thirty_days_and_a_new_one_replaces_it(stage: Stage) -> None:
    officer, ref, link = await offered(stage)
    newer = await officer.fills(f"/requests/{ref}/hand-over", team=TEAM)
    amy = await stage.signs_in(AMY)
    assert "replaced by a newer one" in (await amy.get(link)).text
    second = re.search(r"/requests/claim/[\w-]+", newer.text).group()  # type: ignore[union-attr]
    assert (await amy.get(second)).status == 200
    stage.now += timedelta(days=31)
    amy = await stage.signs_in(AMY)
    over = await amy.get(second)
    assert over.status == 410 and "more than 30 days old" in over.text


async def test_what_was_sent_in_the_meantime_is_not_taken_over(stage: Stage) -> None:
    ref, rhodri = await stage.drafted()  # its author is a requester of the team too
    page = await rhodri.fills(f"/requests/{ref}/hand-over", team="leeds-benefits")
    link = re.search(r"/requests/claim/[\w-]+", page.text).group()  # type: ignore[union-attr]
    assert (await rhodri.fills(f"/requests/{ref}/check")).status == 303
    leeds = await stage.signs_in(stage.author("leeds-benefits"))
    assert "was sent in the meantime" in (await leeds.get(link)).text
    assert (await rhodri.get(f"/requests/{ref}/hand-over")).status in (303, 404)


async def test_the_code_is_shown_once_and_only_its_hash_is_kept(stage: Stage) -> None:
    officer, ref = await prepared(stage)
    form = await officer.get(f"/requests/{ref}/hand-over")
    assert (await officer.post(f"/requests/{ref}/hand-over", form.hidden)).status == 422
    first = await officer.post(f"/requests/{ref}/hand-over", {**form.hidden, "team": TEAM})
    again = await officer.post(f"/requests/{ref}/hand-over", {**form.hidden, "team": TEAM})
    assert "/requests/claim/" in first.text
    assert again.status == 409 and "shown only once" in again.text and "/requests/claim/" not in again.text
    code = re.search(r"/requests/claim/([\w-]+)", first.text).group(1)  # type: ignore[union-attr]
    async with stage.database.read() as connection:
        rows = (await connection.execute(tables.offers.select())).all()
    assert len(rows) == 1 and code not in str(rows)


async def test_an_adviser_cannot_send_what_is_nobody_s_team(stage: Stage) -> None:
    officer, ref = await prepared(stage)
    assert "prepare a request for another team" in (await officer.get("/requests/new")).text
    sent = await officer.fills(f"/requests/{ref}/check")
    assert sent.status == 422 and "Select the team the data is for" in sent.text
