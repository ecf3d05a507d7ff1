"""Before a request: how long it takes, three ways to start, templates, links, copies (§8, E3)."""

from typing import Any

import pytest

from store import tables
from tests.ui.stage import Browser, Page, Stage, typed

AMY = "p-amara-okafor"
MAUD = "p-maud-entwhistle-kaur"  # one person of a tiny body, who asks and owns the risk
SIX = ("team", "use", "holder", "items", "pattern", "timing")
FOUR = ("team", "holder", "timing", "differences")


async def kept(stage: Stage, ref: str) -> dict[str, Any]:
    async with stage.database.read() as connection:
        query = tables.drafts.select().where(tables.drafts.c.ref == ref)
        return dict((await connection.execute(query)).one().answers)


def ref_of(page: Page) -> str:
    assert page.status == 303, page.text
    return page.location.rpartition("/")[2]


async def walked(browser: Browser, ref: str, first: str, form: dict[str, Any]) -> list[str]:
    """Every page of the path with the same boxes; the sections that were asked."""
    path, asked = f"/requests/{ref}/{first}", list[str]()
    while not path.endswith("/check"):
        asked.append(path.rpartition("/")[2])
        path = (await browser.post(path, typed(form))).location
    return asked


async def test_the_page_says_how_long_each_way_takes(stage: Stage) -> None:
    page = await (await stage.signs_in(AMY)).get("/requests/new")
    for sentence in (
        "12 questions, about 20 minutes",
        "6 questions, about 5 minutes",
        "4 questions, about 3 minutes",
    ):
        assert sentence in page.text
    assert "Decided within 15 working days, or leaders are asked." in page.text
    assert "Your teams are in: human services." in page.text


async def test_ten_past_decisions_make_a_median(stage: Stage) -> None:
    """§5: no percentile under ten."""
    for number in range(9):
        await stage.refused("student-discount-newham", title=f"Number {number}")
    amy = await stage.signs_in(AMY)
    assert "Half of such requests" not in (await amy.get("/requests/new")).text
    await stage.refused("student-discount-newham", title="The tenth")
    assert (
        "Half of such requests were decided within 0 working days." in (await amy.get("/requests/new")).text
    )


async def test_nobody_starts_without_saying_how(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    page = await amy.fills("/requests/new")
    assert page.status == 422 and "#path" in page.summary_links
    page = await amy.fills("/requests/new", path="reliance")
    assert page.status == 422 and "#root" in page.summary_links
    page = await amy.fills("/requests/new", path="reliance", root="SC-NONE-SUCH")
    assert page.status == 422 and "no decision with this reference" in page.text
    assert page.values["root"] == "SC-NONE-SUCH"


async def test_starting_twice_with_one_form_makes_one_draft(stage: Stage) -> None:
    """G6."""
    amy = await stage.signs_in(AMY)
    page = await amy.get("/requests/new")
    first = await amy.post("/requests/new", {**page.hidden, "path": "standard"})
    second = await amy.post("/requests/new", {**page.hidden, "path": "standard"})
    assert first.location == second.location
    other = await amy.post("/requests/new", {**page.hidden, "path": "standard", "template": "charging-files"})
    assert other.status == 409


# --- six and four questions --------------------------------------------------------------------------------------


async def test_six_questions_inside_a_cluster(stage: Stage) -> None:
    form = stage.requests["discharge-care-leeds"]
    author = await stage.signs_in(stage.author(form["team"]))
    ref = ref_of(await author.fills("/requests/new", path="cluster"))
    await author.post(f"/requests/{ref}/team", typed(form))
    use = await author.get(f"/requests/{ref}/use")
    assert "Which shared task is it for?" in use.h1 and "Getting people home from hospital" in use.text
    assert "Test something new" not in use.text, "the terms leave it out"
    code = "hospital-discharge"
    assert f'value="{code}"' in use.html
    holders = (await author.get(f"/requests/{ref}/holder")).text
    assert "Expected discharges" in holders or "ospital" in holders
    assert "HM Revenue and Customs" not in holders, "only teams of the cluster"
    asked = await walked(author, ref, "team", {**form, "task": code, "title": ""})
    assert tuple(asked) == SIX
    check = await author.get(f"/requests/{ref}/check")
    assert "Before you can submit" not in check.text, check.text
    assert "Taken from the cluster agreement" in check.text
    answers = await kept(stage, ref)
    assert answers["path"] == "cluster" and answers["title"] and answers["region"] == "E12000003"
    sent = await author.post(f"/requests/{ref}/check", check.hidden)
    assert sent.status == 303, sent.text


async def test_all_twelve_can_be_asked_and_nothing_is_lost(stage: Stage) -> None:
    form = stage.requests["discharge-care-leeds"]
    author = await stage.signs_in(stage.author(form["team"]))
    ref = ref_of(await author.fills("/requests/new", path="cluster"))
    await author.post(f"/requests/{ref}/items", {"items": "Ward"})
    assert "of 6 questions" in (await author.get(f"/requests/{ref}")).text
    await author.post(f"/requests/{ref}/path", {"ask": "all"})
    assert "of 12 questions" in (await author.get(f"/requests/{ref}")).text
    await author.post(f"/requests/{ref}/path", {"ask": "path"})
    assert "of 6 questions" in (await author.get(f"/requests/{ref}")).text
    assert (await kept(stage, ref))["items"] == "Ward"


async def test_four_questions_when_somebody_has_decided_the_same(stage: Stage) -> None:
    root = await stage.active()
    form = stage.requests["family-payments-scotland"]
    amy = await stage.signs_in(stage.author(form["team"]))
    page = await amy.get(f"/requests/new?root={root.lower()}")
    assert page.values["path"] == "reliance" and page.values["root"] == root
    ref = ref_of(await amy.post("/requests/new", page.values))
    asked = await walked(amy, ref, "team", {**form, "differences": "Once a month"})
    assert tuple(asked) == FOUR
    check = await amy.get(f"/requests/{ref}/check")
    assert f"Taken from decision {root}" in check.text and "Before you can submit" not in check.text
    answers = await kept(stage, ref)
    decided = stage.requests["pension-credit-take-up"]
    assert answers["region"] == "S92000003", "the asker's own area, not the decision's"
    assert (answers["root"], answers["items"], answers["until"]) == (root, decided["items"], decided["until"])
    assert answers["differences"] == "Once a month"


async def test_what_is_wider_than_the_decision_is_told_and_asked_in_twelve(stage: Stage) -> None:
    """P2: refused with the differences, and the request is prefilled."""
    root = await stage.active()
    form = {
        **stage.requests["family-payments-scotland"],
        "sending_team": "hmrc-paye-records",
    }  # in no cluster
    author = await stage.signs_in(stage.author(form["team"]))
    ref = ref_of(await author.fills("/requests/new", path="reliance", root=root))
    await walked(author, ref, "team", form)
    await author.post(f"/requests/{ref}/items", {"items": "Shoe size"})
    check = await author.get(f"/requests/{ref}/check")
    sent = await author.post(f"/requests/{ref}/check", check.hidden)
    assert sent.status == 422 and "You cannot rely on this decision" in sent.text
    assert "#ask-all" in sent.summary_links and "ask-all" in sent.ids
    await author.post(f"/requests/{ref}/path", {"ask": "all"})
    listed = await author.get(f"/requests/{ref}")
    assert "12 of 12 questions" in listed.text and "Rely on the decision again" in listed.text
    sent = await author.fills(f"/requests/{ref}/check")
    assert sent.status == 303, sent.text
    assert (await stage.case(ref)).lane == "standard"


async def test_a_decision_that_is_no_longer_good_cannot_be_relied_on(stage: Stage) -> None:
    root = await stage.approved("charging-files-cps")  # nothing was delivered yet
    page = await (await stage.signs_in(AMY)).fills("/requests/new", path="reliance", root=root)
    assert page.status == 422 and "nobody can rely on it" in page.text


async def test_a_team_in_no_cluster_is_told(stage: Stage) -> None:
    outside = await stage.signs_in(stage.author("dvla-change-of-details"))
    page = await outside.fills("/requests/new", path="cluster")
    assert page.status == 422 and "No team of yours is in a cluster" in page.text


async def test_one_person_signs_and_sends_in_one_go(stage: Stage) -> None:
    """G2: only on a short path, only by who owns the risk."""
    maud = await stage.signs_in(MAUD)
    ref = ref_of(await maud.fills("/requests/new", path="cluster"))
    team = {"team": "thornby-moor-office", "risk_owner": MAUD}
    assert f'value="{MAUD}"' in (await maud.get(f"/requests/{ref}/team")).html
    await maud.post(f"/requests/{ref}/team", team)
    check = await maud.get(f"/requests/{ref}/check")
    assert check.hidden["sign_now"] == "yes" and "Sign and submit" in check.text
    assert "who will sign for the risk" not in check.text
    sent = await maud.post(f"/requests/{ref}/check", {**check.hidden, "residual": "A letter goes astray."})
    assert sent.status == 422 and sent.values["residual"] == "A letter goes astray."

    long = ref_of(await maud.fills("/requests/new", path="standard"))
    await maud.post(f"/requests/{long}/team", team)
    check = await maud.get(f"/requests/{long}/check")
    assert "sign_now" not in check.hidden and "who will sign for the risk" in check.text


# --- templates, links, copies ------------------------------------------------------------------------------------


async def test_a_template_fills_in_what_is_typical_and_says_so(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    ref = ref_of(await amy.fills("/requests/new", path="standard", template="free-school-meals"))
    answers = await kept(stage, ref)
    assert answers["power"] == "Education Act 2005, section 110" and "until" not in answers
    assert "Taken from the template" in (await amy.get(f"/requests/{ref}/check")).text
    await amy.post(f"/requests/{ref}/power", {"power": "Not sure"})
    assert "power" not in (await kept(stage, ref))["taken"]


async def test_a_link_shows_what_it_would_fill_in_and_a_button_does(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    address = (
        "/requests/new?template=tell-us-once-death&title=Our+own+name&items=Name&items=Date+of+death&until=2029-03-31"
        "&use=not-a-use&already_held=not_enough&amends=SC-AAAA-BBBB&team=dwp-pension-credit&nonsense=1"
    )
    page = await amy.get(address)
    assert page.h1 == ["Start a request from a link"] and "Our own name" in page.text
    assert "31 March 2029" in page.text and "One answer in the link cannot be used" in page.text
    assert not {"already_held", "amends", "team", "nonsense"} & set(page.hidden)
    async with stage.database.read() as connection:
        assert (await connection.execute(tables.drafts.select())).first() is None, "reading writes nothing"
    pairs = [(key, value) for key, value in page.hidden.items() if key != "items"]
    sent = await amy.post(
        "/requests/new", {**dict(pairs), "items": ["Name", "Date of death"], "amends": "SC-AAAA-BBBB"}
    )
    answers = await kept(stage, ref_of(sent))
    assert answers["items"] == ["Name", "Date of death"] and answers["title"] == "Our own name"
    assert answers["duty"] == "tell_us_once" and "amends" not in answers


@pytest.mark.parametrize("query", ["title=" + "x" * 9000, "&".join(f"items={n}" for n in range(1500))])
async def test_a_link_that_holds_too_much_fills_in_nothing(stage: Stage, query: str) -> None:
    page = await (await stage.signs_in(AMY)).get(f"/requests/new?{query}")
    assert page.status == 422 and "more than a link can carry" in page.text


@pytest.mark.parametrize(
    "query", ["title=%00", "root=%00%ff", "items=%ed%a0%80", "until=31", "title=%3Cscript%3E1", "path=x"]
)
async def test_whatever_a_link_holds_is_a_page(stage: Stage, query: str) -> None:
    page = await (await stage.signs_in(AMY)).get(f"/requests/new?{query}")
    assert page.status == 200 and "<script>1" not in page.html


async def test_a_copy_has_the_answers_and_not_the_past(stage: Stage) -> None:
    ref = await stage.submitted(needed_by="2026-11-20")
    amy = await stage.signs_in(AMY)
    page = await amy.get("/requests/new")
    assert ref in page.text
    copied = await kept(
        stage, ref_of(await amy.post("/requests/copy", {"command": page.hidden["command"], "ref": ref}))
    )
    assert copied["title"] == stage.requests["pension-credit-take-up"]["title"] and "needed_by" not in copied
    assert copied["until"] and "already_held" not in copied and "amends" not in copied


async def test_only_the_receiving_side_copies(stage: Stage) -> None:
    ref = await stage.signed("discharge-care-leeds")
    stranger = await stage.signs_in(AMY)
    # This team asks for data too, and sees the case as the sending side.
    sending = await stage.signs_in(stage.sender(ref, "discharge-care-leeds"))
    for browser, statuses in ((stranger, {404}), (sending, {403, 404})):
        assert (await browser.post("/requests/copy", {"ref": ref})).status in statuses
        assert (await browser.post("/requests/copy", {"ref": "no\x00ref"})).status in statuses
    draft, amy = await stage.drafted()
    assert (await amy.post("/requests/copy", {"ref": draft})).status == 303
    judith = await stage.signs_in("p-judith-marchbanks")
    assert (await judith.post("/requests/copy", {"ref": draft})).status == 403


async def test_a_change_of_a_running_share_says_why(stage: Stage) -> None:
    """C18: an amendment is a request of its own that names the share."""
    root = await stage.active()
    author = await stage.signs_in(AMY)
    page = await author.get("/requests/new")
    assert "Change a share that is running" in page.text
    ref = ref_of(await author.post("/requests/copy", {"ref": root, "amend": "yes"}))
    assert "What do you want to change" in (await author.get(f"/requests/{ref}")).text
    check = await author.get(f"/requests/{ref}/check")
    assert "why" in check.text and "You may already have this" not in check.text
    await author.post(f"/requests/{ref}/amendment", {"amend_why": "One more item.", "evidence": ""})
    assert "Enter what you want to change" not in (await author.get(f"/requests/{ref}/check")).text
    assert (await kept(stage, ref))["amends"] == root


# --- already held (P4) -------------------------------------------------------------------------------------------


async def test_who_already_gets_it_says_why_that_is_not_enough(stage: Stage) -> None:
    key = "pension-credit-take-up"
    held = await stage.active(key)
    ref, amy = await stage.drafted(key, items="NI number\nShoe size", title="Again")
    check = await amy.get(f"/requests/{ref}/check")
    assert "You may already have this" in check.text and f"/register/{held}" in check.links
    assert "The same: NI number" in check.text and "#already_held" in check.links
    sent = await amy.post(f"/requests/{ref}/check", check.hidden)
    assert sent.status == 422 and "#already_held" in sent.summary_links
    sent = await amy.post(f"/requests/{ref}/check", {**check.hidden, "already_held": "yes"})
    assert sent.status == 422 and "#already_held_why" in sent.summary_links
    why = {"already_held": "yes", "already_held_why": "It covers other years."}
    sent = await amy.post(f"/requests/{ref}/check", {**sent.hidden, **why})
    assert sent.status == 303
    assert "It covers other years." in (await amy.get(f"/cases/{ref}")).text


async def test_a_colleague_s_draft_is_told_and_nothing_of_it_shown(stage: Stage) -> None:
    other, _ = await stage.drafted(title="A secret plan")
    colleague = await stage.signs_in("p-rhodri-penhallow")
    ref = ref_of(await colleague.post("/requests/new", {"path": "standard"}))
    for part in ("team", "holder", "items"):
        await colleague.post(f"/requests/{ref}/{part}", typed(stage.requests["pension-credit-take-up"]))
    check = await colleague.get(f"/requests/{ref}/check")
    assert "has a draft that asks" in check.text
    assert "A secret plan" not in check.text and other not in check.html
    assert "already_held" not in check.values, "a draft alone asks for no answer"


async def test_six_answers_and_a_signature_go_to_the_holder_at_once(stage: Stage) -> None:
    """E3, G2: a small council asks a member of its cluster, and the five days of the holder begin."""
    maud = await stage.signs_in(MAUD)
    ref = ref_of(await maud.fills("/requests/new", path="cluster"))
    form = {
        **stage.requests["free-prescriptions-check"],
        "team": "thornby-moor-office",
        "risk_owner": MAUD,
        "task": "hardship",
        "title": "",
        "use": "deliver_service",
        "region": "E12000002",
    }
    assert tuple(await walked(maud, ref, "team", form)) == SIX
    check = await maud.get(f"/requests/{ref}/check")
    signed = {"residual": "A letter goes astray; each address is checked.", "agree": "yes"}
    sent = await maud.post(f"/requests/{ref}/check", {**check.hidden, **signed})
    assert sent.status == 303, sent.text
    done = await maud.get(sent.location)
    assert "The risk is signed for, and the sending team has the request." in done.text
    case = await stage.case(ref)
    assert (case.lane, case.stage) == ("cluster", "with_sender")
