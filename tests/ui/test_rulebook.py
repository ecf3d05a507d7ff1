"""The rulebook's pages: two people change a rule, whoever was stopped may question it, and no case moves (§4, I12)."""

from datetime import timedelta

from sqlalchemy import select

from api.services import Site
from domain.guards import RULES
from domain.rulebook import EFFECTS
from store import rulebook, tables
from tests.blocked import RECEIVING, out_of_scope
from tests.ui.stage import MONDAY, POSTS, Browser, Page, Stage

AMY, JUDITH, PRIYA = "p-amara-okafor", "p-judith-marchbanks", "p-priya-raghunathan"
BOARD = list(dict.fromkeys(post["person"] for post in POSTS if post["role"] == "board"))
ONE, TWO = BOARD[:2]
RULE = "commercial_recipient"
NEW = {"sentence": "Agree it with the business directly.", "effect": "block", "reason": "Plainer."}
QUESTION = {"rule": RULE, "question": "The receiver is a bank that the state owns."}
ANSWER = {"answer": "The directory will say so from now on."}


async def proposed(stage: Stage, rule: str = RULE, person: str = ONE, **changes: str) -> Page:
    browser = await stage.signs_in(person)
    return await browser.fills(f"/guards/{rule}/propose", **{**NEW, **changes})


async def decided(stage: Stage, person: str, decision: str = "confirm", rule: str = RULE) -> Page:
    browser = await stage.signs_in(person)
    return await browser.fills(f"/guards/{rule}/proposal", decision=decision)


async def names(stage: Stage) -> list[str]:
    async with stage.database.read() as connection:
        return list((await connection.scalars(select(tables.people.c.name))).all())


async def has_no_names(stage: Stage, page: Page) -> bool:
    return not [name for name in await names(stage) if name in page.html]


# --- what everybody reads -------------------------------------------------------------------------------------------


async def test_everybody_can_read_every_rule(stage: Stage) -> None:
    page = await stage.stranger().get("/guards")
    assert page.status == 200 and page.h1 == ["What Sharecase is not for"]
    assert "Out of scope is not the same as unlawful" in page.text
    assert [heading for heading in page.headings["h2"] if heading in EFFECTS.values()] == list(
        EFFECTS.values()
    )
    for rule in RULES:
        assert f"/guards/{rule.id}" in page.links and rule.about in page.text and rule.sentence in page.text
    assert "For board members" not in page.text


async def test_every_rule_has_its_own_page(stage: Stage) -> None:
    browser = stage.stranger()
    for rule in RULES:
        page = await browser.get(f"/guards/{rule.id}")
        assert page.status == 200 and page.h1 == [rule.about]
        assert EFFECTS[rule.effect] in page.text and "Version 1, from the start" in page.text
        assert f"/guards/{rule.id}/propose" not in page.links
    for path in ("/guards/no-such-rule", "/guards/nothing", "/guards/%00", "/guards/RULES"):
        assert (await browser.get(path)).status == 404


async def test_what_was_stopped_is_counted_in_public(stage: Stage) -> None:
    await out_of_scope(stage.database, "SC-1", f"{RULE} v1", "commercial_use v1")
    await out_of_scope(stage.database, "SC-2", f"{RULE} v1", at=MONDAY - timedelta(days=40))
    await out_of_scope(stage.database, "SC-3", f"{RULE} v1", at=MONDAY - timedelta(days=800))
    page = await stage.stranger().get("/guards")
    assert "2 requests stopped in the last 12 months Demonstration" in page.text
    assert "1 request stopped in the last 12 months Demonstration" in page.text
    assert "November 2026 Demonstration 1" in page.text and "October 2026 Demonstration 1" in page.text
    page = await stage.stranger().get(f"/guards/{RULE}")
    assert "November 2026 Demonstration 1" in page.text


async def test_made_up_bodies_are_in_no_public_figure(stage: Stage) -> None:
    await out_of_scope(stage.database, "SC-1", f"{RULE} v1")
    live = Stage(stage.database, site=Site(embedded=False))
    page = await live.stranger().get("/guards")
    assert "Demonstration" not in page.text and "November 2026 0" in page.text
    counted = (await live.stranger().client.get("/api/v1/guards/counts")).json()
    assert counted["counts"] == []


async def test_machines_read_the_same(stage: Stage) -> None:
    await out_of_scope(stage.database, "SC-1", f"{RULE} v1")
    await proposed(stage)
    await decided(stage, TWO)
    browser = stage.stranger()
    before = (await browser.client.get("/api/v1/guards")).json()["guards"]
    assert [each["id"] for each in before] == [rule.id for rule in RULES]
    assert {each["version"] for each in before} == {1} and {each["since"] for each in before} == {None}
    stage.now += timedelta(days=1)
    after = {each["id"]: each for each in (await browser.client.get("/api/v1/guards")).json()["guards"]}
    assert (after[RULE]["version"], after[RULE]["since"]) == (2, "2026-11-24")
    assert after[RULE]["sentence"] == NEW["sentence"]
    counted = (await browser.client.get("/api/v1/guards/counts")).json()
    assert (counted["first_month"], counted["last_month"]) == ("2025-12", "2026-11")
    assert counted["counts"] == [
        {"month": "2026-11", "rule": None, "requests": 1, "demo": True},
        {"month": "2026-11", "rule": RULE, "requests": 1, "demo": True},
    ]


# --- two board members change a rule ----------------------------------------------------------------------------------


async def test_a_change_takes_two_and_counts_from_the_next_working_day(stage: Stage) -> None:
    page = await proposed(stage)
    assert page.status == 303
    page = await (await stage.signs_in(ONE)).get(page.location)
    assert "Another board member must confirm it" in page.text and "Version 2" not in page.text
    assert NEW["sentence"] not in (await stage.stranger().get(f"/guards/{RULE}")).text

    page = await (await stage.signs_in(TWO)).get(f"/guards/{RULE}/proposal")
    assert "Confirmed today, it counts from Tuesday 24 November 2026" in page.text
    assert NEW["reason"] in page.text and await has_no_names_beside(stage, page, TWO)
    page = await decided(stage, TWO)
    assert page.status == 303
    page = await (await stage.signs_in(TWO)).get(page.location)
    assert "The change is confirmed. It counts from 24 November 2026" in page.text

    public = stage.stranger()
    page = await public.get(f"/guards/{RULE}")
    assert "Version in force 1" in page.text and "not yet in force" in page.text
    stage.now += timedelta(days=1)
    page = await public.get(f"/guards/{RULE}")
    assert "Version in force 2" in page.text and "Version 2, from 24 November 2026" in page.text
    assert NEW["reason"] in page.text and await has_no_names(stage, page)
    assert "Version 2, since 24 November 2026" in (await public.get("/guards")).text


async def has_no_names_beside(stage: Stage, page: Page, person: str) -> bool:
    """No name on the page but that of who is signed in."""
    async with stage.database.read() as connection:
        mine = await connection.scalar(select(tables.people.c.name).where(tables.people.c.id == person))
    return not [name for name in await names(stage) if name in page.html and name != mine]


async def test_who_proposed_cannot_confirm_but_may_drop(stage: Stage) -> None:
    await proposed(stage)
    page = await decided(stage, ONE)
    assert page.status == 409 and "another board member must confirm it" in page.text
    async with stage.database.read() as connection:
        assert await rulebook.proposals(connection) and not await rulebook.changes(connection)
    page = await decided(stage, ONE, "drop")
    page = await (await stage.signs_in(ONE)).get(page.location)
    assert "The proposal is dropped" in page.text
    assert (await proposed(stage)).status == 303, "another change can be proposed now"


async def test_a_second_proposal_waits_for_the_first(stage: Stage) -> None:
    browser = await stage.signs_in(TWO)
    page = await browser.get(f"/guards/{RULE}/propose")
    await proposed(stage)
    sent = await browser.post(f"/guards/{RULE}/propose", {**page.hidden, **NEW, "sentence": "Mine."})
    assert sent.status == 409 and "already proposed" in sent.text
    assert sent.values["sentence"] == "Mine.", "what was typed is kept"
    assert (await browser.get(f"/guards/{RULE}/propose")).status == 409
    assert (await proposed(stage, "surveillance")).status == 303, "another rule is another matter"


async def test_a_rule_that_moved_on_is_read_again_first(stage: Stage) -> None:
    browser = await stage.signs_in(TWO)
    page = await browser.get(f"/guards/{RULE}/propose")
    await proposed(stage)
    await decided(stage, TWO)
    sent = await browser.post(f"/guards/{RULE}/propose", {**page.hidden, **NEW, "sentence": "Mine."})
    assert sent.status == 409 and "The rule has changed since you opened this page" in sent.text


async def test_a_proposal_without_a_reason_is_not_taken(stage: Stage) -> None:
    page = await proposed(stage, reason="", sentence="Elsewhere")
    assert page.status == 422 and page.summary_links == ["#reason", "#sentence"]
    assert page.values["sentence"] == "Elsewhere" and "Enter the reason for the change" in page.text
    page = await (await stage.signs_in(ONE)).post(f"/guards/{RULE}/propose", NEW)
    assert page.status == 422 and "This page was not complete" in page.text
    async with stage.database.read() as connection:
        assert not await rulebook.proposals(connection)


async def test_a_form_sent_twice_is_one_act(stage: Stage) -> None:
    browser = await stage.signs_in(ONE)
    page = await browser.get(f"/guards/{RULE}/propose")
    first, again = [await browser.post(f"/guards/{RULE}/propose", {**page.hidden, **NEW}) for _ in range(2)]
    assert (first.status, first.location) == (again.status, again.location) and first.status == 303
    other = await browser.post(f"/guards/{RULE}/propose", {**page.hidden, **NEW, "reason": "Other."})
    assert other.status == 409 and "different answers" in other.text
    second = await stage.signs_in(TWO)
    page = await second.get(f"/guards/{RULE}/proposal")
    for _ in range(2):
        done = await second.post(f"/guards/{RULE}/proposal", {**page.hidden, "decision": "confirm"})
        assert done.status == 303
    late = await second.post(f"/guards/{RULE}/proposal", {**page.hidden, "decision": "drop"})
    assert late.status == 409
    async with stage.database.read() as connection:
        assert len(await rulebook.changes(connection)) == 1


async def test_only_board_members_change_rules_or_read_questions(stage: Stage) -> None:
    await proposed(stage)
    operator = stage.holder("operator")
    paths = (
        f"/guards/{RULE}/propose",
        f"/guards/{RULE}/proposal",
        "/guards/questions",
        "/guards/questions/x.y",
    )
    for person in (AMY, operator):
        browser = await stage.signs_in(person)
        for path in paths:
            page = await browser.get(path)
            assert page.status == 403 and "Only a member of a cluster board" in page.text
            if path != "/guards/questions":
                assert (await browser.post(path, NEW)).status == 403
    for path in paths:
        page = await stage.stranger().get(path)
        assert page.status == 303 and page.location.startswith("/sign-in")
    board = await stage.signs_in(TWO)
    for path in (
        "/guards/nothing/propose",
        "/guards/nothing/proposal",
        "/guards/questions/SC-1.x",
        "/guards/questions/%00",
    ):
        assert (await board.get(path)).status == 404, path
    page = await board.get("/guards/surveillance/proposal")
    assert page.status == 409 and "Nothing is proposed" in page.text


# --- whoever was stopped questions the rule ---------------------------------------------------------------------------


async def asked(stage: Stage, person: str = AMY, **changes: str) -> tuple[str, Page]:
    ref = await out_of_scope(stage.database, "SC-AAAA-2222", f"{RULE} v1", "commercial_use v1")
    browser = await stage.signs_in(person)
    return ref, await browser.fills(f"/cases/{ref}/question", **{**QUESTION, **changes})


async def rows_of(stage: Stage, ref: str) -> list[object]:
    """All there is of a case."""
    async with stage.database.read() as connection:
        found: list[object] = []
        for table in (tables.cases, tables.events, tables.tasks, tables.notices, tables.forms):
            found += (await connection.execute(select(table).where(table.c.ref == ref))).all()
        return found


async def test_a_question_goes_to_the_board_and_the_case_stays_as_it_is(stage: Stage) -> None:
    ref = await out_of_scope(stage.database, "SC-AAAA-2222", f"{RULE} v1", "commercial_use v1")
    before = await rows_of(stage, ref)
    amy = await stage.signs_in(AMY)
    page = await amy.get(f"/cases/{ref}/question")
    assert "The answer can change the rule for later requests. It does not reopen this one." in page.text
    page = await amy.fills(f"/cases/{ref}/question", **QUESTION)
    page = await amy.get(page.location)
    assert "Your question is with the cluster boards" in page.text and QUESTION["question"] in page.text
    assert "The board has not answered yet." in page.text

    board = await stage.signs_in(TWO)
    assert "Questions to the board : 1 open" in (await board.get("/guards")).text
    page = await board.get("/guards/questions")
    assert "Letters about savings" in page.text and await has_no_names_beside(stage, page, TWO)
    link = next(each for each in page.links if each.startswith("/guards/questions/"))
    page = await board.get(link)
    assert QUESTION["question"] in page.text and "Pass the names on to a bank" in page.text
    assert await has_no_names_beside(stage, page, TWO)
    page = await board.fills(link, **ANSWER, publish="yes")
    assert "Your answer is recorded" in (await board.get(page.location)).text

    page = await amy.get(f"/cases/{ref}/question")
    assert ANSWER["answer"] in page.text and "Answered by a member of the cluster board" in page.text
    page = await stage.stranger().get(f"/guards/{RULE}")
    assert QUESTION["question"] in page.text and ANSWER["answer"] in page.text
    assert "a member of the cluster board" in page.text and ref not in page.html
    assert await has_no_names(stage, page)
    assert await rows_of(stage, ref) == before, "I12: nothing about the case changes"


async def test_without_the_tick_nothing_is_published(stage: Stage) -> None:
    ref, _ = await asked(stage)
    board = await stage.signs_in(TWO)
    await board.fills(f"/guards/questions/{ref}.{RULE}", **ANSWER)
    page = await stage.stranger().get(f"/guards/{RULE}")
    assert QUESTION["question"] not in page.text and ANSWER["answer"] not in page.text
    assert ANSWER["answer"] in (await (await stage.signs_in(AMY)).get(f"/cases/{ref}/question")).text


async def test_a_rule_is_questioned_once_for_a_request(stage: Stage) -> None:
    ref, _ = await asked(stage)
    judith = await stage.signs_in(JUDITH)
    page = await judith.get(f"/cases/{ref}/question")
    again = await judith.post(f"/cases/{ref}/question", {**page.hidden, **QUESTION})
    assert again.status == 409 and "already questioned this rule" in again.text
    other = await judith.fills(f"/cases/{ref}/question", rule="commercial_use", question="Is it?")
    assert other.status == 303
    assert "Send the question" not in (await judith.get(f"/cases/{ref}/question")).text


async def test_an_empty_question_is_named(stage: Stage) -> None:
    ref, page = await asked(stage, question="", rule="surveillance")
    assert page.status == 422 and page.summary_links == ["#rule", "#question"]
    page = await (await stage.signs_in(AMY)).post(f"/cases/{ref}/question", QUESTION)
    assert page.status == 422 and "This page was not complete" in page.text


async def test_a_question_is_answered_once_and_not_by_who_asked(stage: Stage) -> None:
    ref, _ = await asked(stage)
    path = f"/guards/questions/{ref}.{RULE}"
    board, second = await stage.signs_in(TWO), await stage.signs_in(ONE)
    page = await second.get(path)
    empty = await board.fills(path, answer="")
    assert empty.status == 422 and empty.summary_links == ["#answer"]
    assert (await board.fills(path, **ANSWER)).status == 303
    late = await second.post(path, {**page.hidden, "answer": "No."})
    assert late.status == 409 and "already answered" in late.text
    assert (await second.get(path)).status == 409
    async with stage.database.write() as connection:
        await connection.execute(
            tables.posts.insert().values(person=AMY, role="board", organisation=POSTS[0]["organisation"])
        )
    amy = await stage.signs_in(AMY)
    await amy.fills(f"/cases/{ref}/question", rule="commercial_use", question="Is it?")
    own = f"/guards/questions/{ref}.commercial_use"
    page = await amy.get(own)
    assert "another board member must answer it" in page.text and "Send the answer" not in page.text
    page = await amy.post(own, {"command": "0" * 32, **ANSWER})
    assert page.status == 409 and "another board member must answer it" in page.text


async def test_nobody_learns_of_a_case_they_may_not_see(stage: Stage) -> None:
    ref, _ = await asked(stage)
    for person in (PRIYA, stage.holder("operator"), stage.holder("regulator")):
        browser = await stage.signs_in(person)
        for path in (f"/cases/{ref}/question", "/cases/SC-ZZZZ-9999/question"):
            assert (await browser.get(path)).status == 404, person
            assert (await browser.post(path, {"command": "1" * 32, **QUESTION})).status == 404, person


async def test_a_leader_may_read_it_and_not_ask(stage: Stage) -> None:
    ref = await out_of_scope(stage.database, "SC-AAAA-2222", f"{RULE} v1")
    leader = await stage.signs_in(stage.holder("leader_1", organisation="dwp"))
    page = await leader.get(f"/cases/{ref}/question")
    assert page.status == 200 and "Send the question" not in page.text
    sent = await leader.post(f"/cases/{ref}/question", {"command": "2" * 32, **QUESTION})
    assert sent.status == 403 and "Only a requester or the risk owner" in sent.text


async def test_a_request_that_no_rule_stopped_has_nothing_to_question(stage: Stage) -> None:
    ref = await stage.submitted()
    amy: Browser = await stage.signs_in(stage.author(RECEIVING))
    page = await amy.get(f"/cases/{ref}/question")
    assert page.status == 409 and "not stopped by a rule" in page.text
    page = await amy.post(f"/cases/{ref}/question", {"command": "3" * 32, **QUESTION})
    assert page.status == 409
