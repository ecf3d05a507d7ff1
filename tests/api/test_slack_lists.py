"""App Home and `/sharecase` (§9): my tasks, and cases I may see, without a word of theirs."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.slack_lists import MOST_TASKS, Line, home
from api.slack_find import HELP, MOST_FOUND, NOT_FOUND, found
from api.slack_home import home_view
from store.database import Database
from store.tables import people
from tests.ui.stage import Stage

AMY, PRIYA = "p-amara-okafor", "p-priya-raghunathan"
TITLE = "Wordsworth daffodils"


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


async def said(stage: Stage, person: str, text: str) -> str:
    answer, blocks = await found(stage.services, await stage.person(person), text)
    everything = answer + json.dumps(blocks)
    assert TITLE not in everything and len(blocks) <= 50
    async with stage.database.read() as connection:
        for each in await connection.execute(select(people.c.name, people.c.email)):
            assert each.name not in everything and each.email not in everything
    return answer


def shown(view: dict[str, Any]) -> str:
    assert view["type"] == "home" and len(view["blocks"]) <= 100
    return json.dumps(view["blocks"])


async def test_home_lists_my_tasks_with_due_and_harm(stage: Stage) -> None:
    ref = await stage.signed(title=TITLE)
    stage.now += timedelta(days=4)
    view = await home_view(stage.services, await stage.person(PRIYA))
    text = shown(view)
    assert "Decide on the request" in text and TITLE not in text
    assert "from HM Revenue and Customs to Department for Work and Pensions" in text
    assert "6 working days left" in text and "by the end of Monday 7 December 2026" in text
    assert "3,800 person-days" in text
    button = next(block["accessory"] for block in view["blocks"] if "accessory" in block)
    assert button["url"] == f"http://localhost:8000/cases/{ref}" and button["text"]["text"] == "Open"
    assert "settings/notifications" in text


async def test_an_empty_home_says_so(stage: Stage) -> None:
    assert "Nothing is waiting for you now." in shown(
        await home_view(stage.services, await stage.person(AMY))
    )


def test_a_home_with_too_many_tasks_says_where_the_rest_is() -> None:
    lines = [Line(what="Decide", ref=f"SC-{n}", link=f"https://x.test/{n}") for n in range(MOST_TASKS + 30)]
    view = home(lines, is_more=True, public_url="https://x.test")
    assert "see all your tasks in Sharecase" in shown(view)
    assert sum("accessory" in block for block in view["blocks"]) == MOST_TASKS


async def test_a_reference_gives_the_case_in_short(stage: Stage) -> None:
    ref = await stage.signed(title=TITLE)
    for typed in (ref, f"  {ref.lower()} "):
        answer = await said(stage, AMY, typed)
        assert answer.startswith(f"Case {ref}. Data: from HM Revenue and Customs")
        assert "Stage: With the sending team" in answer
        assert "Decide on the request" in answer and "by the end of Monday 7 December 2026" in answer
        assert "950 people a day" in answer


async def test_what_is_not_theirs_is_not_there(stage: Stage) -> None:
    ref = await stage.submitted(title=TITLE)
    nobody = await said(stage, PRIYA, "SC-NONE-SUCH")
    assert nobody == NOT_FOUND
    assert await said(stage, PRIYA, ref) == nobody, "not signed: no sender sees it (C2)"
    assert await said(stage, stage.holder("operator"), ref) == nobody
    assert await said(stage, PRIYA, "daffodils") == nobody


async def test_words_find_up_to_five_cases_and_repeat_none_of_their_titles(stage: Stage) -> None:
    refs = [await stage.signed(title=f"{TITLE} {n}") for n in range(MOST_FOUND + 1)]
    answer = await said(stage, AMY, "DAFFODILS revenue")
    assert answer.startswith("Cases found.") and sum(ref in answer for ref in refs) == MOST_FOUND
    assert "With the sending team" in answer
    _, blocks = await found(stage.services, await stage.person(AMY), "daffodils")
    assert "There are more" in json.dumps(blocks)
    assert await said(stage, AMY, "daffodils tulips") == NOT_FOUND
    assert await said(stage, AMY, "100%_") == NOT_FOUND, "no wildcards"


async def test_alone_it_gives_my_next_tasks_and_help_says_how_to_ask(stage: Stage) -> None:
    assert await said(stage, PRIYA, "") == "Nothing is waiting for you now."
    ref = await stage.signed(title=TITLE)
    assert (await said(stage, PRIYA, "  ")).startswith(f"Your next tasks. Decide on the request, {ref}")
    assert await said(stage, PRIYA, "help") == "\n".join(HELP)


async def test_hostile_words_are_words(stage: Stage) -> None:
    await stage.signed(title=TITLE)
    for text in ("<!channel>", "' OR 1=1 --", "SC-" + "A" * 500, "\u202e" * 40, "x" * 5000):
        assert await said(stage, AMY, text) == NOT_FOUND
