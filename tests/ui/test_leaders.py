"""What leaders answer for (P8): their own page, public scorecards by post, and that nobody is named anywhere."""

from datetime import date, timedelta

from sqlalchemy import select

from domain.working_days import london_date
from store import scorecards, tables
from store.scorecards import Happened
from tests.ui.stage import Browser, Page, Stage
from ui.leaders import HIGH, WEEKS, bars, by_week

AMY, BETHAN, SUNITA = "p-amara-okafor", "p-bethan-lowther-rees", "p-sunita-kolhatkar"
MARCUS = "p-marcus-adeyinka"  # leader 1 of DWP, which asks


async def to_the_top(stage: Stage) -> str:
    """A request of DWP to HMRC to which every leader of HMRC was silent. HMRC has no leader 2."""
    ref = await stage.signed()
    for days in (10, 5, 5):
        await stage.working_days_pass(ref, days)
    return ref


async def cards(browser: Browser, body: str) -> dict[str, dict[str, int]]:
    found = (await browser.client.get(f"/api/v1/scorecards/{body}")).json()
    return {each.pop("post"): each for each in found["posts"]}


# --- the leader page ----------------------------------------------------------------------------------------------


async def test_delivered_declined_and_waiting_on_both_sides(stage: Stage) -> None:
    await stage.active()
    await stage.refused(duty="none")
    await stage.signed()
    page = await (await stage.signs_in(MARCUS)).get("/leader")
    assert "Data we ask for 1 1 1 3" in page.text and "Data we hold 0 0 0 0" in page.text
    page = await (await stage.signs_in(BETHAN)).get("/leader")
    assert "Data we hold 1 1 1 3" in page.text
    stage.now += timedelta(days=100)  # what was long ago is in no window; what waits still waits
    page = await (await stage.signs_in(MARCUS)).get("/leader")
    assert "Data we ask for 1 0 0 0" in page.text


async def test_what_the_holder_may_not_see_is_not_counted_for_it(stage: Stage) -> None:
    """C2: no sender sees, or counts, a request before its risk is owned."""
    await stage.submitted()
    assert "Data we hold 0 0 0 0" in (await (await stage.signs_in(BETHAN)).get("/leader")).text
    assert "No request of yours is waiting" in (await (await stage.signs_in(BETHAN)).get("/leader")).text
    assert "Data we ask for 1 0 0 1" in (await (await stage.signs_in(MARCUS)).get("/leader")).text


async def test_the_longest_waiting_come_first_with_their_harm(stage: Stage) -> None:
    first = await stage.signed(title="The first one")
    stage.now += timedelta(days=7)
    refs = [await stage.signed(title=f"Later {number}") for number in range(10)]
    page = await (await stage.signs_in(MARCUS)).get("/leader")
    listed = [link.rpartition("/")[2] for link in page.links if link.rpartition("/")[2] in (first, *refs)]
    assert listed[0] == first and len(listed) == 10
    assert "4 working days open × 950 people a day" in page.text
    assert "Since 23 November 2026." in page.text


async def test_the_trend_has_the_same_numbers_as_its_table(stage: Stage) -> None:
    await stage.active()
    page = await (await stage.signs_in(MARCUS)).get("/leader")
    assert "23 November 2026 1 1 0" in page.text and "16 November 2026 0 0 0" in page.text
    assert page.html.count("<rect") == 2 and 'role="img"' in page.html
    empty = await (await stage.signs_in(stage.holder("leader_1", organisation="dvla"))).get("/leader")
    assert "<rect" not in empty.html and "23 November 2026 0 0 0" in empty.text


def test_weeks_begin_on_mondays_and_a_case_on_both_sides_counts_once() -> None:
    from datetime import UTC, datetime

    today = date(2026, 11, 25)
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # a Sunday in London too
    told = [Happened("received", "SC-1", late), Happened("received", "SC-1", late)]
    told.append(Happened("delivered", "SC-2", datetime(2026, 11, 23, tzinfo=UTC)))
    told.append(Happened("declined", "SC-3", datetime(2026, 1, 5, tzinfo=UTC)))  # before the first week
    weeks = by_week(told, today)
    assert len(weeks) == WEEKS and weeks[-1].start == date(2026, 11, 23)
    assert [(week.received, week.delivered, week.declined) for week in weeks[-2:]] == [(1, 0, 0), (0, 1, 0)]
    assert sum(week.declined for week in weeks) == 0
    assert {bar.height for bar in bars(weeks)} == {HIGH} and len(bars(weeks)) == 2


async def test_only_leaders_have_the_page(stage: Stage) -> None:
    assert (await stage.stranger().get("/leader")).status == 303
    for person in (AMY, stage.holder("operator"), stage.holder("auditor")):
        assert (await (await stage.signs_in(person)).get("/leader")).status == 403


async def test_the_leader_page_says_when_there_is_no_statement(stage: Stage) -> None:
    page = await (await stage.signs_in(SUNITA)).get("/leader")
    assert "/appetite/hmrc" in page.links and "No risk-appetite statement" not in page.text
    page = await (await stage.signs_in(stage.holder("leader_1", organisation="dvla"))).get("/leader")
    assert "No risk-appetite statement" in page.text and "/appetite/dvla/state" in page.links


# --- scorecards ---------------------------------------------------------------------------------------------------


async def test_silence_is_counted_by_post_and_the_columns_add_up(stage: Stage) -> None:
    ref = await to_the_top(stage)
    stranger = stage.stranger()
    found = await cards(stranger, "hmrc")
    assert found["leader_1"] == {
        "received": 1, "in_time": 0, "silent": 1, "settled": 0, "running": 0, "overdue": 0,
    }  # fmt: skip
    assert found["leader_2"]["received"] == 0, "nobody holds the post, so nothing reached it"
    assert (found["leader_3"]["silent"], found["leader_3"]["overdue"]) == (1, 1)
    page = await stranger.get("/scorecards/hmrc")
    assert page.status == 200 and "Leader 3 1 0 1 0 0 1" in page.text
    await stage.acts(stage.sender(ref), ref, "approve", delivered="no")
    assert (await cards(stranger, "hmrc"))["leader_3"]["overdue"] == 0
    assert (await cards(stranger, "hmrc"))["leader_3"]["silent"] == 1, "who was silent was silent"


async def test_who_acts_in_time_is_counted_so(stage: Stage) -> None:
    ref = await stage.signed()
    await stage.working_days_pass(ref, 10)
    assert (await cards(stage.stranger(), "hmrc"))["leader_1"]["running"] == 1
    await stage.acts(BETHAN, ref, "take_over", reason="It has waited long enough.")
    other = await stage.signed()
    await stage.working_days_pass(other, 10)
    await stage.acts(stage.sender(other), other, "approve", delivered="no")  # the team, after all
    found = (await cards(stage.stranger(), "hmrc"))["leader_1"]
    assert (found["received"], found["in_time"], found["settled"]) == (3, 1, 1)
    assert found["running"] == 1, "what was taken over waits on the post"
    assert found["received"] == sum(found[each] for each in ("in_time", "silent", "settled", "running"))


async def test_a_year_later_it_is_out_of_the_window_but_not_off_the_top(stage: Stage) -> None:
    await to_the_top(stage)
    stage.now += timedelta(days=366)
    found = await cards(stage.stranger(), "hmrc")
    assert found["leader_1"]["received"] == 0 and found["leader_3"]["overdue"] == 1
    page = await stage.stranger().get("/scorecards")
    assert "/scorecards/hmrc" in page.links


async def test_made_up_bodies_are_kept_apart(stage: Stage) -> None:
    await to_the_top(stage)
    page = await stage.stranger().get("/scorecards")
    assert "Nothing has reached a leader's post since then." in page.text
    assert page.headings["h2"][0].strip() == "Demonstration"
    async with stage.database.write() as connection:
        await connection.execute(tables.organisations.update().values(demo=False))
    page = await stage.stranger().get("/scorecards")
    assert "Demonstration" not in " ".join(page.headings["h2"]) and "HM Revenue and Customs" in page.text


async def test_a_body_without_escalations_has_a_card_and_one_that_is_not_there_has_none(stage: Stage) -> None:
    page = await stage.stranger().get("/scorecards/dvla")
    assert page.status == 200 and "Leader 1 0 0 0 0 0 0" in page.text
    assert "No risk-appetite statement" in page.text
    for path in ("/scorecards/nobody", "/scorecards/%00", "/api/v1/scorecards/nobody"):
        assert (await stage.stranger().get(path)).status == 404


async def test_a_body_in_which_no_leader_sits_is_counted_too(stage: Stage) -> None:
    async with stage.database.write() as connection:
        posts = tables.posts.c
        await connection.execute(
            tables.posts.delete().where(posts.organisation == "hmrc", posts.role.like("leader_%"))
        )
    ref = await stage.signed()
    await stage.working_days_pass(ref, 10)
    async with stage.database.read() as connection:
        (found,) = await scorecards.scorecards(connection, stage.now, "hmrc")
    assert found.unled == 1 and sum(card.overdue for card in found.cards) == 0
    assert "with no leader's post held: 1" in (await stage.stranger().get("/scorecards/hmrc")).text


# --- nobody is named ----------------------------------------------------------------------------------------------


async def test_no_public_page_of_these_names_anybody(stage: Stage) -> None:
    """I10: posts and bodies. The names of everybody in the directory are looked for in every page and answer."""
    ref = await to_the_top(stage)
    target = london_date(stage.now) + timedelta(days=30)
    boxes = {"ref": ref, "target-day": target.day, "target-month": target.month, "target-year": target.year}
    named = await (await stage.signs_in(MARCUS)).fills("/canaries/name", **boxes, why="It is the oldest.")
    assert named.status == 303, named.text
    paths = (
        "/appetite", "/appetite/dwp", "/appetite/dwp/v/1", "/appetite/dwp/v/2", "/scorecards", "/scorecards/hmrc",
        "/canaries", "/api/v1/appetite", "/api/v1/appetite/dwp", "/api/v1/appetite/dwp/versions/2",
        "/api/v1/scorecards", "/api/v1/scorecards/hmrc", "/api/v1/canaries",
    )  # fmt: skip
    async with stage.database.read() as connection:
        everybody = (await connection.execute(select(tables.people))).all()
    stranger = stage.stranger()
    for path in paths:
        page: Page = await stranger.get(path)
        assert page.status == 200, path
        for person in everybody:
            for secret in (person.name, person.id, person.email, person.slack_user):
                assert not secret or secret not in page.html, (path, secret)
