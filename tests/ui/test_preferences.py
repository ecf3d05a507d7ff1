"""What people choose about being told in Slack (§9): what they may choose, what they may not, and that it counts once."""

import pytest
from sqlalchemy import select, update

from api.services import Site
from domain.preferences import Bundling, Group
from store import preferences
from store.tables import commands, people
from store.tables import preferences as rows
from tests.ui.stage import Stage

AMY = "p-amara-okafor"
HERE = "/settings/notifications"
ALL = [str(each) for each in Group]
USUAL = {"news": ALL, "bundling": "at_once", "quiet": "no", "quiet_days": "no", "digest": "no"}


async def test_who_said_nothing_is_told_everything_at_once_and_leaders_get_a_digest(stage: Stage) -> None:
    page = await (await stage.signs_in(AMY)).get(HERE)
    assert page.status == 200 and page.h1 == ["What you are told in Slack"]
    assert "What goes to your team’s channel is your team’s" in page.text
    assert "Tasks cannot be switched off" in page.text
    assert (page.values["bundling"], page.values["quiet"], page.values["digest"]) == ("at_once", "no", "no")
    leader = stage.holder("leader_3", organisation="hmrc")
    assert (await (await stage.signs_in(leader)).get(HERE)).values["digest"] == "yes"


async def test_what_is_chosen_is_kept_and_shown_again(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    page = await amy.get(HERE)
    chosen = {
        **page.hidden,
        "news": [Group.DECISIONS, Group.SHARES],
        "bundling": "digest",
        "quiet": "yes",
        "quiet_from": "18",
        "quiet_until": "8",
        "quiet_days": "yes",
        "digest": "yes",
    }
    sent = await amy.post(HERE, chosen)
    assert sent.status == 303
    after = await amy.get(sent.location)
    assert "Saved. It counts from now on." in after.text
    assert 'value="18" selected' in after.html or '18" selected' in after.html
    assert (await amy.post(HERE, chosen)).status == 303, "sent twice, done once"
    async with stage.database.read() as connection:
        mine = await preferences.of(connection, AMY, stage.now)
        kept = (await connection.execute(select(commands).where(commands.c.act == "set_preferences"))).all()
    assert mine.off == {Group.PROGRESS, Group.ADVICE, Group.PEOPLE}
    assert (mine.bundling, mine.quiet_from, mine.quiet_until) == (Bundling.DIGEST, 18, 8)
    assert mine.quiet_days and mine.digest and len(kept) == 1
    again = await amy.post(HERE, {**chosen, "digest": "no", "bundling": "at_once"})
    assert again.status == 409, "the same form with other answers"
    assert (await amy.post(HERE, {**(await amy.get(HERE)).hidden, **USUAL})).status == 303
    async with stage.database.read() as connection:
        assert not (await preferences.of(connection, AMY, stage.now)).off


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"bundling": "never"}, "Select when to send you news"),
        ({"quiet": "yes"}, "Select the hour at which your quiet hours begin"),
        ({"quiet": "yes", "quiet_from": "8", "quiet_until": "8"}, "select another hour"),
        ({"quiet": "yes", "quiet_from": "8", "quiet_until": "24"}, "quiet hours end"),
        ({"bundling": "digest"}, "Select yes, because you chose to get news only in the morning digest"),
        ({"news": "tasks"}, "Select the news to send to you"),
        ({"digest": ""}, "Select whether you want a morning digest"),
    ],
)
async def test_what_does_not_go_together_is_said_and_what_was_typed_stays(
    stage: Stage, wrong: dict[str, str], says: str
) -> None:
    amy = await stage.signs_in(AMY)
    page = await amy.get(HERE)
    sent = await amy.post(HERE, {**page.hidden, **USUAL, **wrong})
    assert sent.status == 422 and says in sent.text and sent.summary_links
    assert sent.values.get("quiet", "") == wrong.get("quiet", "no")
    async with stage.database.read() as connection:
        assert (await connection.execute(select(rows))).all() == []


async def test_a_form_without_its_command_changes_nothing(stage: Stage) -> None:
    sent = await (await stage.signs_in(AMY)).post(HERE, USUAL)
    assert sent.status == 422 and "This page was not complete" in sent.text


async def test_it_says_when_nothing_can_reach_them(stage: Stage) -> None:
    assert "Slack is not set up here" in (await (await stage.signs_in(AMY)).get(HERE)).text
    with_slack = Stage(stage.database, site=Site(slack=True))
    amy = await with_slack.signs_in(AMY)
    assert "Slack is not set up here" not in (await amy.get(HERE)).text
    async with stage.database.write() as connection:
        await connection.execute(update(people).where(people.c.id == AMY).values(slack_user=None))
    assert "no Slack account beside your name" in (await amy.get(HERE)).text


async def test_nobody_else_reaches_them(stage: Stage) -> None:
    page = await stage.stranger().get(HERE)
    assert page.status == 303 and page.location.startswith("/sign-in")
