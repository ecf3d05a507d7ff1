"""P9 through the pages: the next step and no other, a plan whose actions are told apart, incidents with their 72 hours."""

from datetime import datetime, timedelta

import pytest

from domain.case import Kind
from domain.working_days import london_date
from store import directory
from tests.ui.stage import POSTS, Page, Stage

BREACH = {
    "what": "A letter with the income of one household went to the next house.",
    "done": "The letter is back, and the household was told.",
    "breach": "yes",
}


def people(stage: Stage) -> dict[str, str]:
    team = "dwp-pension-credit"
    return {
        "owner": stage.holder("risk_owner", team=team),
        "reviewer": next(
            each["person"]
            for each in POSTS
            if each["role"] == "reviewer" and each["organisation"] == "dwp" and each["team"] != team
        ),
        "leader_1": stage.holder("leader_1", organisation="dwp"),
        "leader_2": stage.holder("leader_2", organisation="dwp"),
        "sender": stage.sender("", "pension-credit-take-up"),
    }


def boxes(key: str, on: datetime) -> dict[str, str]:
    day = london_date(on)
    return {f"{key}-day": str(day.day), f"{key}-month": str(day.month), f"{key}-year": str(day.year)}


def buttons(page: Page, act: str) -> list[str]:
    return [each for each in page.links if f"/acts/{act}" in each]


async def planned(stage: Stage) -> tuple[str, dict[str, str]]:
    """A share with a plan of two actions, due in ten and in twenty days."""
    ref, who = await stage.active(), people(stage)
    await stage.acts(who["reviewer"], ref, "take_step", failure="Letters go to old addresses.")
    answers = {
        "failure": "They still do.",
        "action_1": "Check each address against the latest claim.",
        **boxes("due_1", stage.now + timedelta(days=10)),
        "action_2": "Train the two new clerks.",
        **boxes("due_2", stage.now + timedelta(days=20)),
    }
    await stage.acts(who["reviewer"], ref, "take_step", **answers)
    return ref, who


async def test_only_the_next_step_is_offered_and_asks_only_what_it_needs(stage: Stage) -> None:
    ref, who = await stage.active(), people(stage)
    reviewer = await stage.signs_in(who["reviewer"])
    assert "Advise the team" in (await reviewer.get(f"/cases/{ref}")).text
    page = await reviewer.get(f"/cases/{ref}/acts/take_step")
    assert page.h1 == ["Advise the team"] and "step before" not in page.text
    assert {"action_1", "items", "step"}.isdisjoint(page.values)
    shown = await reviewer.acts(ref, "take_step", failure="Letters go to old addresses.")
    assert "Step 1 of 5: advice to the team." in shown.text and "Letters go to old addresses." in shown.text
    page = await reviewer.get(f"/cases/{ref}/acts/take_step")
    assert page.h1 == ["Agree an action plan"] and "Why the step before did not put it right" in page.text
    assert {"action_1", "due_1-day", "action_3"} <= set(page.values) and "items" not in page.values


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, ["#failure", "#action_1", "#due_1-day"]),
        ({"failure": "x", "action_1": "x", "due_1": 0}, ["#due_1-day"]),
        ({"failure": "x", "action_1": "x", "due_1": 400}, ["#due_1-day"]),
        ({"failure": "x", "action_1": "x", "due_1": 5, "action_2": "x"}, ["#due_2-day"]),
        ({"failure": "x", "action_1": "x", "due_1": 5, "due_3": 5}, ["#action_3"]),
    ],
)
async def test_an_action_needs_its_day_and_a_day_its_action(
    stage: Stage, answers: dict[str, str | int], wrong: list[str]
) -> None:
    ref, who = await stage.active(), people(stage)
    reviewer = await stage.signs_in(who["reviewer"])
    await reviewer.acts(ref, "take_step", failure="Letters go to old addresses.")
    typed: dict[str, str] = {}
    for key, value in answers.items():
        in_days = isinstance(value, int)
        typed |= boxes(key, stage.now + timedelta(days=value)) if in_days else {key: str(value)}  # type: ignore[arg-type]
    page = await reviewer.fills(f"/cases/{ref}/acts/take_step", **typed)
    assert page.status == 422 and page.summary_links == wrong
    assert page.values["failure"] == answers.get("failure", "")


async def test_each_action_has_its_own_button_and_is_done_by_itself(stage: Stage) -> None:
    ref, who = await planned(stage)
    owner = await stage.signs_in(who["owner"])
    page = await owner.get(f"/cases/{ref}")
    links = buttons(page, "complete_action")
    assert len(links) == 2 and len(set(links)) == 2
    assert "Do an action of the plan: Train the two new clerks." in page.text
    second = next(task for task in (await stage.case(ref)).open(Kind.DO_ACTION) if task.about.endswith(".2"))
    path = f"/cases/{ref}/acts/complete_action?task={second.id}"
    form = await owner.get(path)
    assert "Train the two new clerks." in form.text and form.hidden["task"] == second.id
    sent = await owner.post(path.partition("?")[0], {**form.hidden, "reason": "They passed on Monday."})
    assert sent.status == 303, sent.text
    (left,) = (await stage.case(ref)).open(Kind.DO_ACTION)
    assert left.about.endswith(".1")
    row = next(each for each in (await owner.get("/inbox")).links if each.startswith(f"/cases/{ref}"))
    assert row == f"/cases/{ref}?task={left.id}"


async def test_an_overdue_action_is_on_the_case_page_and_on_the_leaders_page(stage: Stage) -> None:
    ref, who = await planned(stage)
    await stage.working_days_pass(ref, 12)
    page = await (await stage.signs_in(who["owner"])).get(f"/cases/{ref}")
    assert "Overdue since" in page.text and "Leader 1 of the receiving body" in page.text
    led = await (await stage.signs_in(who["leader_1"])).get("/leader")
    assert ref in led.text and "an action of the plan is overdue" in led.text


async def test_the_sending_side_reads_that_it_happened_and_not_why(stage: Stage) -> None:
    ref, who = await planned(stage)
    await stage.acts(who["owner"], ref, "report_incident", **BREACH, **boxes("known_on", stage.now))
    page = await (await stage.signs_in(who["sender"])).get(f"/cases/{ref}")
    assert "Step of improvement: an action plan." in page.text
    for words in (
        "old addresses",
        "They still do",
        "Train the two",
        "income of one household",
        "Check each address",
    ):
        assert words not in page.text, words
    assert 'id="improvement"' not in page.html and not buttons(page, "complete_action")


async def test_a_breach_has_a_clock_of_its_own(stage: Stage) -> None:
    ref, who = await stage.active(), people(stage)
    stage.now += timedelta(hours=5)
    owner = await stage.signs_in(who["owner"])
    page = await owner.acts(
        ref, "report_incident", **BREACH, known_time="9:30am", **boxes("known_on", stage.now)
    )
    assert "To be told by 26 November 2026 at 9:30am: 66 hours are left" in page.text
    await owner.acts(ref, "report_incident", what="A list was printed twice.", done="Shredded.", breach="no")
    again = await owner.acts(
        ref, "report_incident", **{**BREACH, "what": "A second letter."}, **boxes("known_on", stage.now)
    )
    links = buttons(again, "record_report")
    assert len(links) == 2, "each breach is told by itself"
    first = next(each for each in (await stage.case(ref)).open(Kind.TELL_REGULATOR))
    form = await owner.get(f"/cases/{ref}/acts/record_report?task={first.id}")
    assert "66 hours are left" in form.text and "A letter with the income" in form.text
    tomorrow = {**form.hidden, "proof": "IC-1", **boxes("on", stage.now + timedelta(days=1))}
    wrong = await owner.post(f"/cases/{ref}/acts/record_report", tomorrow)
    assert wrong.status == 422 and wrong.summary_links == ["#on-day"]
    done = {**wrong.hidden, "proof": "IC-1", **boxes("on", stage.now)}
    sent = await owner.post(f"/cases/{ref}/acts/record_report", done)
    assert sent.status == 303, sent.text
    page = await owner.get(f"/cases/{ref}")
    assert "in time" in page.text and len(buttons(page, "record_report")) == 0 + 1


@pytest.mark.parametrize(
    ("time", "days", "wrong"),
    [
        ("25:00", 0, "#known_time"),
        ("half past two", 0, "#known_time"),
        ("14", 0, "#known_time"),
        ("23:59", 0, "#known_time"),
        ("", 1, "#known_on-day"),
        ("", -400, "#known_on-day"),
    ],
)
async def test_since_when_it_was_known_must_be_a_time_that_was(
    stage: Stage, time: str, days: int, wrong: str
) -> None:
    ref, who = await stage.active(), people(stage)
    owner = await stage.signs_in(who["owner"])
    typed = {**BREACH, "known_time": time, **boxes("known_on", stage.now + timedelta(days=days))}
    page = await owner.fills(f"/cases/{ref}/acts/report_incident", **typed)
    assert page.status == 422 and page.summary_links == [wrong], page.text
    assert page.values["what"] == BREACH["what"]


async def test_the_same_report_twice_is_one_incident(stage: Stage) -> None:
    ref, who = await stage.active(), people(stage)
    owner = await stage.signs_in(who["owner"])
    form = await owner.get(f"/cases/{ref}/acts/report_incident")
    typed = {**form.hidden, **BREACH, **boxes("known_on", stage.now)}
    for _ in range(2):
        assert (await owner.post(f"/cases/{ref}/acts/report_incident", typed)).status == 303
    (task,) = (await stage.case(ref)).open(Kind.TELL_REGULATOR)
    assert task.about == form.hidden["command"]


async def test_a_jump_shows_the_harm_to_whoever_settles_it(stage: Stage) -> None:
    ref, who = await stage.active(), people(stage)
    page = await stage.acts(
        who["leader_1"], ref, "jump_step", step="revoke", reason="Bailiffs use the letters."
    )
    assert "Leader 2 of the receiving body has to say whether that was right" in page.text
    leader = await stage.signs_in(who["leader_2"])
    form = await leader.get(f"/cases/{ref}/acts/settle_jump")
    assert "Bailiffs use the letters." in form.text and "If it was right, the share ends." in form.text
    page = await leader.acts(ref, "settle_jump", confirm="no", reason="They do not have them.")
    assert "A leader says that it was not right" in page.text and (await stage.case(ref)).stage == "active"


async def test_over_the_api_a_step_may_be_named_and_is_only_ever_the_next(stage: Stage) -> None:
    ref, who = await stage.active(), people(stage)
    async with stage.database.read() as connection:
        person = await directory.person(connection, who["reviewer"], london_date(stage.now))
    assert person
    seen = await stage.services.intake.known(person, ref, "take_step")
    assert seen.form("take_step", {"step": "revoke"}).also({})[0].field == "step"
    assert seen.form("take_step", {"step": "advise"}).also({}) == ()


async def test_the_register_has_the_steps_and_the_numbers_and_not_a_word_more(stage: Stage) -> None:
    ref, who = await planned(stage)
    owner = await stage.signs_in(who["owner"])
    await owner.acts(ref, "report_incident", **BREACH, **boxes("known_on", stage.now))
    page = await stage.stranger().get(f"/register/{ref}")
    assert "Advice to the team" in page.text and "An action plan" in page.text
    assert "2 actions agreed: 2 open." in page.text
    assert (
        "reported 1 incident. One was a breach of personal data. Of these the regulator was: 1 not yet told."
        in page.text
    )
    for words in ("old addresses", "Train the two", "income of one household"):
        assert words not in page.text, words
    stage.now += timedelta(days=12)
    later = await stage.stranger().get(f"/register/{ref}")
    assert "2 actions agreed: 1 open, 1 overdue, the oldest since 3 December 2026." in later.text
    asked = await stage.stranger().client.get(f"/api/v1/register/{ref}")
    entry = asked.json()
    assert [each["what"] for each in entry["improvement"]] == ["advise", "plan"]
    assert [each["state"] for each in entry["actions"]] == ["open", "open"]
    assert entry["incidents"] == {"reported": 1, "breaches": 1, "told_in_time": 0, "told_late": 0}


async def test_a_share_that_the_ladder_ended_says_so(stage: Stage) -> None:
    ref, who = await stage.active(), people(stage)
    await stage.acts(who["leader_1"], ref, "jump_step", step="revoke", reason="Bailiffs use the letters.")
    await stage.acts(who["leader_2"], ref, "settle_jump", confirm="yes", reason="They do.")
    page = await stage.stranger().get(f"/register/{ref}")
    assert "It was ended because of live harm." in page.text
    assert "Stopped at once because of live harm" in page.text
