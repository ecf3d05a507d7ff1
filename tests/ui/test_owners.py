"""P5, G5: who is away, who covers, who is deputy and who holds what, as people say it on pages; and what follows."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.morning import MorningRound
from api.relay import Relay
from domain.people import Role
from store import directory
from store.tables import commands, cover, deputies, people, posts
from tests.ui.stage import SIGNATURE, Browser, Page, Stage

AMY = "p-amara-okafor"
OWNER = "p-judith-marchbanks"  # risk owner of the same team
KEY, TEAM, BODY = "pension-credit-take-up", "dwp-pension-credit", "dwp"


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


async def address(stage: Stage, person: str) -> str:
    async with stage.database.read() as connection:
        found = await connection.scalar(select(people.c.email).where(people.c.id == person))
    assert found
    return found


async def away(
    stage: Stage, person: str, covered_by: str, first: int = 0, last: int = 4, *, by: str = ""
) -> Page:
    """`first`, `last`: days from now."""
    browser = await stage.signs_in(by or person)
    path = "/my/cover/new" if not by else f"/people/{person}/cover"
    email = await address(stage, covered_by) if covered_by else ""
    today = stage.now.date()
    days = boxes("first", today + timedelta(days=first)) | boxes("last", today + timedelta(days=last))
    return await browser.fills(path, covered_by=email, **days)


async def news(stage: Stage) -> None:
    relay = Relay(stage.database, stage.desk, lambda: stage.now + timedelta(hours=1), sends=False)
    for _ in range(5):
        if not await relay.once():
            return


async def morning(stage: Stage) -> int:
    told = (await MorningRound(stage.database, lambda: stage.now).run()).concerned
    await news(stage)
    return told


async def operator(stage: Stage) -> Browser:
    return await stage.signs_in(stage.holder("operator"))


async def row(stage: Stage, table: Any, **where: Any) -> Any:
    async with stage.database.read() as connection:
        query = select(table).where(*(table.c[key] == value for key, value in where.items()))
        return (await connection.execute(query.order_by(table.c.id.desc()))).first()


async def told(stage: Stage, ref: str) -> list[tuple[str, str]]:
    """(how it went, who) of what the directory told this case."""
    async with stage.database.read() as connection:
        query = select(commands.c.state, commands.c.via).where(
            commands.c.ref == ref, commands.c.act == "posts_changed"
        )
        return [(each.state, each.via) for each in await connection.execute(query)]


async def open_tasks(stage: Stage, ref: str) -> set[tuple[str, str]]:
    case = await stage.case(ref)
    return {(task.kind, str(task.post or task.seat)) for task in case.tasks.values()}


async def last_day(stage: Stage, path: str, days: int = -1) -> Page:
    return await (await operator(stage)).fills(path, **boxes("last", stage.now.date() + timedelta(days=days)))


# --- cover -------------------------------------------------------------------------------------------------------


async def test_whoever_covers_gets_the_tasks_signs_and_is_named_with_it(stage: Stage) -> None:
    ref = await stage.submitted()
    helper = stage.holder("risk_owner", organisation="hmrc")
    assert (await away(stage, OWNER, helper)).status == 303
    browser = await stage.signs_in(helper)
    page = await browser.get("/my/cover")
    assert "Judith Marchbanks" in page.text and "Risk owner" in page.text and "covering for" in page.text
    assert f"/cases/{ref}" in " ".join((await browser.get("/inbox")).links)
    assert "Sign for the risk" in (await browser.get("/notifications")).text
    assert "You act here for Judith Marchbanks" in (await browser.get(f"/cases/{ref}")).text
    page = await browser.acts(ref, "sign_risk", **SIGNATURE)
    assert "covering for Judith Marchbanks" in page.text
    case = await stage.case(ref)
    assert (case.stage, case.risk_owner) == ("with_sender", helper)
    kept = await row(stage, commands, ref=ref, act="sign_risk")
    assert (kept.capacity, kept.acting_for) == ("cover", OWNER)
    stage.now += timedelta(days=5)  # she is back
    assert (await (await stage.signs_in(helper)).get(f"/cases/{ref}")).status == 404
    assert await morning(stage) == 0 and (await stage.case(ref)).risk_owner == helper
    assert "risk_owner_left" not in str(await told(stage, ref)), "whom she signed for still answers for it"


async def test_the_author_who_covers_the_risk_owner_is_not_offered_the_signature_and_cannot_sign(
    stage: Stage,
) -> None:
    """G2, I6."""
    ref = await stage.submitted()
    assert (await away(stage, OWNER, AMY)).status == 303
    browser = await stage.signs_in(AMY)
    page = await browser.get(f"/cases/{ref}")
    assert f"/cases/{ref}/acts/sign_risk" not in page.links and "Somebody else has to do it" in page.text
    page = await browser.fills(f"/cases/{ref}/acts/sign_risk", **SIGNATURE)
    assert page.status == 409 and "the author of the request" in page.text
    assert (await stage.case(ref)).stage == "risk_acceptance"


async def test_cover_is_handed_on_once(stage: Stage) -> None:
    ref = await stage.submitted()
    one, two, three = (
        stage.holder("sender_decider", organisation=each) for each in ("hmrc", "dvla", "leeds")
    )
    assert (await away(stage, OWNER, one)).status == 303
    assert (await away(stage, one, two)).status == 303
    assert (await (await stage.signs_in(two)).get(f"/cases/{ref}")).status == 200
    assert (await (await stage.signs_in(one)).get(f"/cases/{ref}")).status == 404, "away, so it went on"
    page = await away(stage, two, three)
    assert page.status == 422 and page.summary_links == ["#covered_by"]


async def test_escalations_follow_the_owners_own_leaders(stage: Stage) -> None:
    """G5: seats are of the body that asks, whoever covers from elsewhere."""
    ref = await stage.submitted()
    helper = stage.holder("risk_owner", organisation="hmrc")
    await away(stage, OWNER, helper, 0, 30)
    await stage.working_days_pass(ref, 5)
    leader, other = (stage.holder("leader_1", organisation=each) for each in (BODY, "hmrc"))
    assert ref in (await (await stage.signs_in(leader)).get("/inbox")).html
    assert ref not in (await (await stage.signs_in(other)).get("/inbox")).html


async def test_ending_it_gives_everything_back_today_and_once(stage: Stage) -> None:
    helper = stage.holder("risk_owner", organisation="hmrc")
    await away(stage, OWNER, helper)
    found = await row(stage, cover, person=OWNER)
    browser = await stage.signs_in(OWNER)
    page = await browser.get(f"/cover/{found.id}/end")
    assert "covers you" in page.text
    for _ in range(2):
        again = await browser.post(f"/cover/{found.id}/end", page.hidden)
        assert again.status == 303 and "nobody covers" in (await browser.get(again.location)).text
    assert (await browser.get(f"/cover/{found.id}/end")).status == 409
    assert "You cover for nobody" in (await (await stage.signs_in(helper)).get("/my/cover")).text
    assert (await row(stage, cover, person=OWNER)).id == found.id, "the row stays"


async def test_away_without_cover_is_a_vacancy_until_the_day_of_return(stage: Stage) -> None:
    """G5: a live person, or a vacancy. Noticed by the morning round, once a day."""
    ref = await stage.submitted()
    for each in await owners(stage):
        assert (await away(stage, each, "", 1, 3)).status == 303
    await news(stage)
    assert await told(stage, ref) == []
    assert await morning(stage) == 0
    stage.now += timedelta(days=1)
    assert await morning(stage) == 1 and await morning(stage) == 0
    assert ("fill_post", "receiving.risk_owner") in await open_tasks(stage, ref)
    stage.now += timedelta(days=3)
    assert await morning(stage) == 1
    assert ("fill_post", "receiving.risk_owner") not in await open_tasks(stage, ref)


async def owners(stage: Stage) -> list[str]:
    async with stage.database.read() as connection:
        return list(await directory.holders(connection, Role.RISK_OWNER, TEAM, stage.now.date()))


async def test_a_deputy_acts_where_nobody_else_does(stage: Stage) -> None:
    ref = await stage.submitted()
    dee = stage.holder("risk_owner", organisation="hmrc")
    leader = await stage.signs_in(stage.holder("leader_1", organisation=BODY))
    path = f"/posts/{BODY}/deputy?role=risk_owner&team={TEAM}"
    assert (await leader.fills(path, email=await address(stage, dee))).status == 303
    assert (await leader.fills(path, email=await address(stage, dee))).summary_links == ["#email"]
    assert (await leader.fills(path, email=await address(stage, OWNER))).summary_links == ["#email"]
    assert (await (await stage.signs_in(dee)).get(f"/cases/{ref}")).status == 404
    for each in await owners(stage):
        await away(stage, each, "")
    await news(stage)
    assert ("fill_post", "receiving.risk_owner") not in await open_tasks(stage, ref), "the deputy is there"
    page = await stage.acts(dee, ref, "sign_risk", **SIGNATURE)
    assert "as deputy for" in page.text
    number = (await row(stage, deputies, person=dee)).id
    assert (await (await stage.signs_in(dee)).fills(f"/deputies/{number}/end")).status == 303
    assert (await (await stage.signs_in(dee)).get(f"/cases/{ref}")).status == 404


# --- leavers and appointments --------------------------------------------------------------------------------------


async def test_who_leaves_leaves_a_vacancy_at_once_and_the_appointment_closes_it(stage: Stage) -> None:
    ref = await stage.signed()
    sending = stage.requests[KEY]["sending_team"]
    async with stage.database.read() as connection:
        deciders = await directory.holders(connection, Role.SENDER_DECIDER, sending, stage.now.date())
    for each in deciders:
        page = await last_day(stage, f"/people/{each}/leave")
        assert page.status == 303, page.text
    await news(stage)
    vacancy = ("fill_post", "sending.sender_decider")
    assert vacancy in await open_tasks(stage, ref)
    keeper = await operator(stage)
    case = await keeper.get(f"/cases/{ref}")
    assert "/posts" in case.links
    page = await keeper.get("/posts/hmrc")
    assert "Vacant" in page.text and "Who held a post before" in page.text
    added = await keeper.fills("/people/new", name="Nia Newcomer", email="nia.newcomer@hmrc.example")
    assert added.status == 303
    appointed = await keeper.fills(
        f"/posts/hmrc/appoint?role=sender_decider&team={sending}",
        role="sender_decider",
        team=sending,
        email="NIA.newcomer@hmrc.example",
        **boxes("first", stage.now.date()),
    )
    assert appointed.status == 303, appointed.text
    await news(stage)
    assert vacancy not in await open_tasks(stage, ref)
    nia = (await row(stage, people, name="Nia Newcomer")).id
    assert "Decides for the sending team" in (await keeper.get("/posts/hmrc")).text
    await stage.acts(nia, ref, "approve", delivered="no")
    assert [each[1] for each in await told(stage, ref)] == ["directory"] * len(await told(stage, ref))


async def test_a_risk_owner_who_leaves_is_asked_for_anew(stage: Stage) -> None:
    ref = await stage.active()
    owner = stage.requests[KEY]["risk_owner"]
    number = (await row(stage, posts, person=owner, role="risk_owner")).id
    assert (await last_day(stage, f"/held/{number}/end", 0)).status == 303
    await news(stage)
    assert await told(stage, ref) == [], "still today"
    assert await morning(stage) == 0
    stage.now += timedelta(days=1)
    assert await morning(stage) >= 1
    case = await stage.case(ref)
    assert (case.risk_owner, case.owners_before) == ("", (owner,))
    assert ("own_risk", "receiving.risk_owner") in await open_tasks(stage, ref)
    page = await (await stage.signs_in(AMY)).get(f"/cases/{ref}")
    assert "Nobody has signed for the risk since 24 November 2026" in page.text
    assert "the share is suspended" in page.text


# --- who may, and what is wrong ------------------------------------------------------------------------------------


async def test_who_may_not_is_refused_and_what_is_not_there_is_not_found(stage: Stage) -> None:
    ordinary, keeper = await stage.signs_in(AMY), await operator(stage)
    number = (await row(stage, posts, person=OWNER)).id
    refused = (
        f"/people/{OWNER}/cover",
        f"/people/{OWNER}/leave",
        "/people/new",
        f"/posts/{BODY}/appoint",
        f"/held/{number}/end",
        "/posts/hmrc",
        f"/posts/{BODY}/deputy?role=leader_1",
    )
    for path in refused:
        assert (await ordinary.get(path)).status == 403, path
        assert (await stage.stranger().get(path)).status == 303, path
        if not path.startswith("/posts/hmrc"):
            assert (await ordinary.post(path, {"command": "a" * 32})).status == 403, path
            assert (await keeper.get(path)).status == 200, path
    missing = ("/people/p-nobody/cover", "/people/p-nobody/leave", "/posts/none", "/posts/none/appoint",
               "/held/9999/end", "/held/x/end", "/cover/9999/end", "/deputies/9999/end",
               f"/posts/{BODY}/deputy?role=none", f"/posts/{BODY}/deputy?role=risk_owner&team=none")  # fmt: skip
    for path in missing:
        is_for_keepers = path.endswith(("/leave", "/appoint")) or path.startswith("/held/")
        assert (await ordinary.get(path)).status == (403 if is_for_keepers else 404), path
        assert (await keeper.get(path)).status == 404, path


async def test_a_leader_says_it_for_the_own_body_only(stage: Stage) -> None:
    mine, other = (stage.holder("leader_1", organisation=each) for each in (BODY, "hmrc"))
    assert (await away(stage, OWNER, AMY, by=mine)).status == 303
    assert (await (await stage.signs_in(other)).get(f"/people/{OWNER}/cover")).status == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"covered_by": "nobody@nowhere.example"}, "#covered_by"),
        ({"covered_by": "amara.okafor@dwp.example"}, "#covered_by"),
        ({"first-day": "31", "first-month": "2"}, "#first-day"),
        ({"first-day": "22", "first-month": "11", "first-year": "2026"}, "#first-day"),
        ({"last-day": "", "last-month": "", "last-year": ""}, "#last-day"),
        ({"last-year": "2099"}, "#last-day"),
    ],
)
async def test_what_is_wrong_is_named_and_what_was_typed_kept(
    stage: Stage, changes: dict[str, str], field: str
) -> None:
    browser, today = await stage.signs_in(AMY), stage.now.date()
    sent = {
        "covered_by": "judith.marchbanks@dwp.example",
        **boxes("first", today),
        **boxes("last", today),
        **changes,
    }
    page = await browser.fills("/my/cover/new", **sent)
    assert page.status == 422 and page.summary_links == [field], page.text
    assert page.values["covered_by"] == sent["covered_by"] and page.values["last-day"] == sent["last-day"]
    assert await row(stage, cover, person=AMY) is None


async def test_a_page_sent_twice_is_one_act_and_changed_it_is_a_conflict(stage: Stage) -> None:
    browser, today = await stage.signs_in(AMY), stage.now.date()
    page = await browser.get("/my/cover/new")
    sent = {**page.hidden, "covered_by": "", **boxes("first", today), **boxes("last", today)}
    for _ in range(2):
        assert (await browser.post("/my/cover/new", sent)).status == 303
    other = await browser.post("/my/cover/new", {**sent, "last-year": "2027"})
    assert other.status == 409
    async with stage.database.read() as connection:
        assert len((await connection.execute(select(cover))).all()) == 1
    incomplete = await browser.post("/my/cover/new", {"covered_by": ""})
    assert incomplete.status == 422 and "not complete" in incomplete.text


async def test_people_are_added_once(stage: Stage) -> None:
    keeper = await operator(stage)
    for email, link in (("", "#email"), ("x", "#email"), ("AMARA.okafor@dwp.example", "#email")):
        page = await keeper.fills("/people/new", name="Amara Again", email=email)
        assert page.status == 422 and page.summary_links == [link] and page.values["name"] == "Amara Again"
    page = await keeper.get("/people/new")
    sent = {**page.hidden, "name": "Nia Newcomer", "email": "nia@dwp.example"}
    for _ in range(2):
        assert (await keeper.post("/people/new", sent)).status == 303


async def test_who_leaves_covers_nobody_any_more(stage: Stage) -> None:
    """Whoever they covered is then away without cover, and the row before stays as it was until that day."""
    helper = stage.holder("risk_owner", organisation="hmrc")
    await away(stage, OWNER, helper, 0, 9)
    assert (await last_day(stage, f"/people/{helper}/leave", 2)).status == 303
    async with stage.database.read() as connection:
        rows = (
            await connection.execute(select(cover).where(cover.c.person == OWNER).order_by(cover.c.id))
        ).all()
    assert [(each.covered_by, each.held_from, each.held_until) for each in rows] == [
        (helper, "2026-11-23", "2026-11-25"),
        (None, "2026-11-26", "2026-12-02"),
    ]


async def test_no_public_page_tells_who_is_away(stage: Stage) -> None:
    """I10."""
    ref = await stage.active()
    await away(stage, OWNER, AMY)
    for path in (f"/register/{ref}", "/register", "/scorecards", "/overdue"):
        page = await stage.stranger().get(path)
        assert "Marchbanks" not in page.html and "Okafor" not in page.html
