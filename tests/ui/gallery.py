"""Every page and every error state in one world, for the browser: where it is, who looks, what they press first."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from domain.acts import FORMS
from domain.case import Kind
from domain.people import Actor
from domain.permissions import allowed, seats
from domain.working_days import london_date
from store import directory
from store.tables import people
from tests.blocked import out_of_scope
from tests.ui.account_shots import account_shots
from tests.ui.agreement_shots import agreement_shots
from tests.ui.delivery_shots import delivery_shots
from tests.ui.directory_shots import directory_shots
from tests.ui.exchange_shots import exchange_shots
from tests.ui.government_shots import advice_shots, government_shots
from tests.ui.grant_shots import grant_shots
from tests.ui.heard_shots import heard
from tests.ui.improvement_shots import improved
from tests.ui.key_shots import key_shots
from tests.ui.settings_shots import settings_shots
from tests.ui.slack_shots import slack_shots
from tests.ui.stage import POSTS, Stage
from tests.ui.telling_shots import telling_shots
from tests.ui.use_shots import use_shots
from tests.ui.webhook_shots import webhook_shots
from tests.ui.x_road_shots import x_road_shots

AMY = "p-amara-okafor"
ADVISER = "p-oonagh-tressider"
BOARD_MEMBER = "p-ewa-nowicka"
MAUD = "p-maud-entwhistle-kaur"  # asks and owns the risk


@dataclass(frozen=True)
class Shot:
    """`press`: send the page's form as it stands, which is how an error state is reached."""

    name: str
    path: str
    person: str = ""
    press: bool = False


async def build(stage: Stage) -> list[Shot]:
    """Cases in every state people meet, brought there through the pages themselves."""
    draft, _ = await stage.drafted(title="", until="tomorrow-13-45", items="")
    begun = (
        await (await stage.signs_in(AMY)).post("/requests/new", {"path": "standard"})
    ).location.rpartition("/")[2]
    active = await stage.active("hospital-to-home-lanarkshire")
    review = await stage.case(active)
    opens = next(task.visible_from for task in review.tasks.values() if task.kind is Kind.REVIEW)
    assert opens
    await stage.until(active, opens)
    await stage.until(active, max(stage.now, opens.replace(day=min(opens.day + 1, 28), hour=9)))

    complete, _ = await stage.drafted()
    short = await one_person(stage)
    over, claim = [await handed_over(stage, complete) for _ in range(2)]
    submitted = await stage.submitted()
    returned = await stage.submitted("family-payments-scotland")
    await stage.acts(
        stage.requests["family-payments-scotland"]["risk_owner"],
        returned,
        "decline_risk",
        reason="Say who else sees it.",
    )
    asked = await stage.signed("empty-homes-cornwall")
    await stage.acts(
        stage.sender(asked, "empty-homes-cornwall"),
        asked,
        "ask",
        reason="Do you need the address for every title?",
    )
    refused = await stage.refused("student-discount-newham")
    approved = await stage.approved("charging-files-cps")
    escalated = await stage.signed()
    await stage.working_days_pass(escalated, 10)
    await stage.working_days_pass(escalated, 5)
    await stage.working_days_pass(escalated, 5)
    waiting = await stage.signed("discharge-care-leeds")
    stage.desk.away = True
    browser = await stage.signs_in(stage.sender(waiting, "discharge-care-leeds"))
    pending = await browser.fills(f"/cases/{waiting}/acts/approve", delivered="no")
    stage.desk.away = False

    sender = stage.sender(escalated)
    leader_3 = stage.holder("leader_3", organisation="hmrc")
    operator = stage.holder("operator")
    shots = [
        Shot("start", "/"),
        Shot("about", "/about"),
        Shot("sign-in", "/sign-in"),
        Shot("not-found", "/no-such-page"),
        Shot("register", "/register"),
        Shot("overdue", "/overdue"),
        Shot("counted", "/counted"),
        Shot("figures", "/figures?demo=yes"),
        Shot("figures-none", "/figures"),
        Shot("figures-mend", "/figures?from=2026-02-30&lane=fast"),
        Shot("figures-rows", "/figures/rows?figure=delivered&demo=yes"),
        Shot("figures-restated", "/figures/restatements?demo=yes"),
        Shot("programmes", "/programmes"),
        Shot("programme", "/programmes/nobody-leaves-hospital-alone"),
        Shot("programme-propose", "/programmes/propose", BOARD_MEMBER),
        Shot("programme-propose-mend", "/programmes/propose", BOARD_MEMBER, press=True),
        Shot("retired-questions", "/retired-questions"),
        Shot("register-none", "/register?state=suspended"),
        Shot("register-found", "/register?q=home&state=active&region=S92000003"),
        Shot("register-mend", "/register?q=%3F%3F&lane=nonsense"),
        Shot("register-alarms", "/register/alarms"),
        Shot("register-entry", f"/register/{active}"),
        Shot("register-version", f"/register/{active}/v/1"),
        Shot("inbox-empty", "/inbox", stage.holder("regulator")),
        Shot("inbox-author", "/inbox", AMY),
        Shot("inbox-sender", "/inbox", sender),
        Shot("inbox-leader", "/inbox", leader_3),
        Shot("inbox-operator", "/inbox", operator),
        Shot("cases", "/cases", AMY),
        Shot("cases-none", "/cases", stage.holder("regulator")),
        Shot("leader", "/leader", leader_3),
        Shot("reviews", "/reviews", stage.author(stage.requests["hospital-to-home-lanarkshire"]["team"])),
        Shot("reviews-none", "/reviews", AMY),
        Shot("notifications", "/notifications", AMY),
        Shot("forbidden", "/leader", AMY),
        Shot("request-new", "/requests/new", AMY),
        Shot("import", "/requests/import", AMY),
        Shot("import-errors", "/requests/import", AMY, press=True),
        Shot("request-new-errors", "/requests/new", AMY, press=True),
        Shot("request-new-root", "/requests/new?root=SC-NONE-SUCH", AMY, press=True),
        Shot("request-new-adviser", "/requests/new", ADVISER),
        Shot(
            "request-link",
            "/requests/new?template=free-school-meals&title=Ours&items=Name&items=Address",
            AMY,
        ),
        Shot("request-hand-over", f"/requests/{complete}/hand-over", AMY),
        Shot("request-already-held", f"/requests/{complete}/check", AMY, press=True),
        Shot("request-cluster", f"/requests/{short}", MAUD),
        *[
            Shot(f"request-cluster-{name}", f"/requests/{short}/{name}", MAUD)
            for name in ("team", "use", "holder", "pattern")
        ],
        Shot("request-cluster-check", f"/requests/{short}/check", MAUD),
        Shot("request-cluster-check-errors", f"/requests/{short}/check", MAUD, press=True),
        Shot("request-claim", claim, stage.author("leeds-benefits")),
        Shot("request-claim-over", over, stage.author("leeds-benefits")),
        Shot("request-list", f"/requests/{begun}", AMY),
        Shot("request-list-part", f"/requests/{draft}", AMY),
        Shot("request-check-todo", f"/requests/{draft}/check", AMY),
        Shot("request-check-errors", f"/requests/{draft}/check", AMY, press=True),
        Shot("request-check", f"/requests/{complete}/check", AMY),
        Shot("request-submitted", f"/requests/{submitted}/submitted", AMY),
        Shot("request-section-error", f"/requests/{draft}/pattern?back=check", AMY),
        Shot("request-items-error", f"/requests/{draft}/items?back=check", AMY),
        Shot("case-submitted", f"/cases/{submitted}", AMY),
        Shot("case-at-top", f"/cases/{escalated}", sender),
        Shot("case-leader", f"/cases/{escalated}", leader_3),
        Shot("case-operator", f"/cases/{escalated}", operator),
        Shot(
            "case-refused",
            f"/cases/{refused}",
            stage.author(stage.requests["student-discount-newham"]["team"]),
        ),
        Shot("case-asked", f"/cases/{asked}", stage.author(stage.requests["empty-homes-cornwall"]["team"])),
        Shot("case-approved", f"/cases/{approved}", stage.sender(approved, "charging-files-cps")),
        Shot(
            "case-active",
            f"/cases/{active}",
            stage.author(stage.requests["hospital-to-home-lanarkshire"]["team"]),
        ),
        Shot("case-pending", pending.location, stage.sender(waiting, "discharge-care-leeds")),
        Shot(
            "case-returned",
            f"/cases/{returned}",
            stage.author(stage.requests["family-payments-scotland"]["team"]),
        ),
        Shot(
            "act-not-now", f"/cases/{refused}/acts/approve", stage.sender(refused, "student-discount-newham")
        ),
    ]
    sections = [
        "team", "purpose", "harm", "use", "people", "holder", "items", "pattern", "timing", "others", "power", "surprises",
    ]  # fmt: skip
    shots += [Shot(f"request-{name}", f"/requests/{complete}/{name}", AMY) for name in sections]
    shots += await cluster_shots(stage)
    shots += await guard_shots(stage)
    shots += await leader_shots(stage, approved, escalated)
    shots += await owner_shots(stage)
    shots += [Shot(*each) for each in await heard(stage, approved)]
    owner = stage.requests["pension-credit-take-up"]["risk_owner"]
    shots += [Shot(*each) for each in await advice_shots(stage, submitted, owner)]
    shots += [Shot(*each) for each in await government_shots(stage)]
    shots += [Shot(*each) for each in await directory_shots(stage)]
    shots += [Shot(*each) for each in await webhook_shots(stage)]
    shots += [Shot(*each) for each in await agreement_shots(stage, active)]
    shots += await policy_shots(stage)
    shots += await backing_shots(stage)
    shots += [Shot(*each) for each in await improved(stage)]
    shots += await oversight_shots(stage, active)
    shots += [Shot(*each) for each in telling_shots()]
    shots += [Shot(*each) for each in await settings_shots(stage)]
    shots += [Shot(*each) for each in await account_shots(stage)]
    shots += [Shot(*each) for each in await slack_shots(stage)]
    shots += [Shot(*each) for each in await key_shots(stage)]
    shots += [Shot(*each) for each in await exchange_shots(stage)]
    shots += [Shot(*each) for each in await delivery_shots(stage)]
    shots += [Shot(*each) for each in await use_shots(stage)]
    shots += [Shot(*each) for each in await grant_shots(stage)]
    shots += [Shot(*each) for each in await x_road_shots(stage, active)]
    return shots + await act_shots(stage, [submitted, escalated, refused, approved, asked, active])


async def policy_shots(stage: Stage) -> list[Shot]:
    """The numbers with a proposal that waits, as its proposer, another board member and anybody else see it."""
    one, two, *_ = (post["person"] for post in POSTS if post["role"] == "board")
    browser = await stage.signs_in(one)
    page = await browser.get("/policy/propose")
    more = {"decide": "15", "leader": "6", "reason": "Small teams need three weeks."}
    assert (await browser.post("/policy/propose", {**page.values, **page.hidden, **more})).status == 303
    assert (await (await stage.signs_in(two)).fills("/policy/proposal", decision="confirm")).status == 303
    page = await browser.get("/policy/propose")
    again = {**page.values, **page.hidden, "decide": "12", "rounds": "3", "reason": "Two and a half will do."}
    assert (await browser.post("/policy/propose", again)).status == 303
    return [
        Shot("policy", "/policy"),
        Shot("policy-board", "/policy", two),
        Shot("policy-version", "/policy/v/2026-2"),
        Shot("policy-proposal", "/policy/proposal", two),
        Shot("policy-own-proposal", "/policy/proposal", one),
        Shot("policy-proposal-errors", "/policy/proposal", two, press=True),
        Shot("policy-proposal-read", "/policy/proposal", AMY),
        Shot("policy-what-if", "/policy/what-if", AMY),
        Shot("policy-what-if-errors", "/policy/what-if?asked=yes&decide=400", AMY),
        Shot("policy-what-if-found", "/policy/what-if?asked=yes&decide=15&urgent_leader=6", AMY),
    ]


async def backing_shots(stage: Stage) -> list[Shot]:
    """A risk outside the appetite, and a share that waits to be signed off (P8)."""
    outside = await stage.signed("pay-rises-newham")
    leader = stage.holder("leader_2", organisation="newham")
    share = await stage.signed("flood-letters-cornwall")
    sender = stage.sender(share, "flood-letters-cornwall")
    await stage.acts(sender, share, "approve", delivered="no")
    draft, _ = await stage.drafted("student-discount-newham")
    author = stage.author(stage.requests["student-discount-newham"]["team"])
    return [
        Shot("backing-case", f"/cases/{outside}", leader),
        Shot("backing-act", f"/cases/{outside}/acts/back_risk", leader),
        Shot("backing-decline", f"/cases/{outside}/acts/decline_risk", leader),
        Shot("backing-sign-off", f"/cases/{share}", sender),
        Shot("backing-ahead", f"/requests/{draft}/check", author),
    ]


async def cluster_shots(stage: Stage) -> list[Shot]:
    """What a cluster is, to everybody and to who may act; every form as it opens, and sent empty."""
    here, crime = "/clusters/human-services", "/clusters/crime-justice"
    board = stage.holder("board", organisation="human-services-board")
    proposer, other, *_ = (each["person"] for each in POSTS if each["organisation"] == "crime-justice-board")
    leader, newcomer = (stage.holder("leader_1", organisation=body) for body in ("leeds", "dvla"))
    page = await (browser := await stage.signs_in(proposer)).get(f"{crime}/propose")
    boxes = {
        **page.values,
        **page.hidden,
        "uses": ["law_enforcement"],
        "regime": "part_3",
        "reason": "Fewer uses.",
    }
    assert (await browser.post(f"{crime}/propose", boxes)).status == 303
    forms = [
        Shot("cluster-join", f"{here}/join", newcomer),
        Shot("cluster-leave", f"{here}/members/leeds-benefits/leave", leader),
        Shot("cluster-propose", f"{here}/propose", board),
        Shot("cluster-confirm", f"{crime}/v/2/confirm", other),
    ]
    return [
        Shot("clusters", "/clusters"),
        Shot("cluster", here),
        Shot("cluster-leader", here, leader),
        Shot("cluster-board", here, board),
        Shot("cluster-proposer", crime, proposer),
        Shot("cluster-confirmer", crime, other),
        Shot("cluster-version", f"{here}/v/1"),
        Shot("cluster-proposal", f"{crime}/v/2", other),
        *forms,
        *(Shot(f"{shot.name}-errors", shot.path, shot.person, press=True) for shot in forms),
    ]


async def guard_shots(stage: Stage) -> list[Shot]:
    """The rules, a change that waits, and questions: open, answered, to be asked."""
    one, two, *_ = (post["person"] for post in POSTS if post["role"] == "board")
    ref = await out_of_scope(stage.database, "SC-GUAR-DED2", "commercial_recipient v1", "commercial_use v1")
    rule, change = (
        "surveillance",
        {"sentence": "Ask the commissioner.", "effect": "block", "reason": "Plainer."},
    )
    proposer, decider, asker = [await stage.signs_in(person) for person in (one, two, AMY)]
    assert (await proposer.fills(f"/guards/{rule}/propose", **change)).status == 303
    assert (await decider.fills(f"/guards/{rule}/proposal", decision="confirm")).status == 303
    more = {**change, "sentence": "Ask a commissioner.", "fewer_words": "wildlife surveillance"}
    assert (await proposer.fills(f"/guards/{rule}/propose", **more)).status == 303
    for number, which in enumerate(("commercial_recipient", "commercial_use")):
        asked = await asker.fills(
            f"/cases/{ref}/question", rule=which, question="Is a bank of the state a business?"
        )
        assert asked.status == 303
        if number == 0:
            path = f"/guards/questions/{ref}.{which}"
            assert (await decider.fills(path, answer="It is not.", publish="yes")).status == 303
    fresh = await out_of_scope(stage.database, "SC-GUAR-DED3", "commercial_recipient v1", "commercial_use v1")
    forms = [
        Shot("guard-propose", "/guards/foi/propose", one),
        Shot("guard-proposal", f"/guards/{rule}/proposal", two),
        Shot("guard-answer", f"/guards/questions/{ref}.commercial_use", two),
        Shot("guard-question", f"/cases/{fresh}/question", AMY),
    ]
    return [
        Shot("guards", "/guards"),
        Shot("guards-board", "/guards", two),
        Shot("guard", "/guards/commercial_recipient"),
        Shot("guard-changed", f"/guards/{rule}"),
        Shot("guard-board", f"/guards/{rule}", two),
        Shot("guard-own-proposal", f"/guards/{rule}/proposal", one),
        Shot("guard-questions", "/guards/questions", two),
        Shot("guard-answered", f"/cases/{ref}/question", AMY),
        *forms,
        *(Shot(f"{shot.name}-errors", shot.path, shot.person, press=True) for shot in forms),
    ]


async def owner_shots(stage: Stage) -> list[Shot]:
    """Who is away, who covers, who is deputy, who holds what: to those concerned, to leaders, to the operator."""
    owner, leader = (
        stage.holder("risk_owner", team="dwp-pension-credit"),
        stage.holder("leader_1", organisation="dwp"),
    )
    covers, keeper = stage.holder("risk_owner", organisation="leeds"), stage.holder("operator")
    async with stage.database.read() as connection:
        address = {row.id: row.email for row in await connection.execute(select(people.c.id, people.c.email))}
    day = stage.now.date()
    boxes = {
        f"{name}-{part}": getattr(day, part)
        for name in ("first", "last")
        for part in ("day", "month", "year")
    }
    said = await (await stage.signs_in(owner)).fills("/my/cover/new", covered_by=address[covers], **boxes)
    assert said.status == 303, said.text
    deputy = "/posts/dwp/deputy?role=risk_owner&team=dwp-pension-credit"
    named = await (await stage.signs_in(leader)).fills(deputy, email=address[leader])
    assert named.status == 303, named.text
    forms = [
        Shot("cover-new", "/my/cover/new", covers),
        Shot("cover-theirs", f"/people/{covers}/cover", keeper),
        Shot("deputy-name", deputy, leader),
        Shot("appoint", "/posts/dwp/appoint?role=risk_owner&team=dwp-pension-credit", keeper),
        Shot("post-end", "/held/1/end", keeper),
        Shot("person-new", "/people/new", keeper),
        Shot("person-leaves", f"/people/{owner}/leave", keeper),
    ]
    return [
        Shot("cover", "/my/cover", owner),
        Shot("cover-others", "/my/cover", covers),
        Shot("cover-end", "/cover/1/end", owner),
        Shot("deputy-end", "/deputies/1/end", leader),
        Shot("posts", "/posts", keeper),
        Shot("posts-body", "/posts/dwp", owner),
        Shot("posts-body-leader", "/posts/dwp", leader),
        Shot("posts-body-operator", "/posts/dwp", keeper),
        *forms,
        *(
            Shot(f"{shot.name}-errors", shot.path, shot.person, press=True)
            for shot in forms
            if shot.name != "appoint"
        ),
    ]


async def leader_shots(stage: Stage, published: str, hidden: str) -> list[Shot]:
    """What leaders state, name and are counted by: to everybody, and to who may act."""
    leader = stage.holder("leader_1", organisation="dwp")
    cps = stage.holder("leader_1", organisation="cps")
    later = stage.now.year + 1
    for person, ref in ((leader, hidden), (cps, published)):
        boxes = {
            "ref": ref,
            "target-day": 3,
            "target-month": 3,
            "target-year": later,
            "why": "It is the oldest.",
        }
        named = await (await stage.signs_in(person)).fills("/canaries/name", **boxes)
        assert named.status == 303, named.text
    forms = [
        Shot("appetite-state", "/appetite/dwp/state", leader),
        Shot("canary-name", f"/canaries/name?ref={hidden}", leader),
        Shot("canary-close", "/canaries/1/close", leader),
    ]
    return [
        Shot("appetite", "/appetite"),
        Shot("appetite-body", "/appetite/dwp"),
        Shot("appetite-body-none", "/appetite/dvla"),
        Shot("appetite-version", "/appetite/dwp/v/1"),
        Shot("scorecards", "/scorecards"),
        Shot("scorecard", "/scorecards/hmrc"),
        Shot("canaries", "/canaries"),
        Shot("canaries-leader", "/canaries", leader),
        Shot("leader-asks", "/leader", leader),
        *forms,
        *(Shot(f"{shot.name}-errors", shot.path, shot.person, press=True) for shot in forms),
    ]


async def oversight_shots(stage: Stage, ref: str) -> list[Shot]:
    """What rules cost, the quarterly packs, and what regulators and auditors look at (P7)."""
    author = stage.author(stage.requests["hospital-to-home-lanarkshire"]["team"])
    said = {"made_do": "Write it twice.", "hours": "2.5", "protected": "unsure", "citation": ""}
    browser = await stage.signs_in(author)
    for rule in ("dpia", "caldicott"):
        assert (await browser.fills(f"/cases/{ref}/friction", rule=rule, **said)).status == 303
    regulator, auditor = stage.holder("regulator"), stage.holder("auditor")
    packs, here = "/regulator/packs", f"{stage.now.year}-q{(stage.now.month + 2) // 3}"
    return [
        Shot("friction", "/friction?demo=yes"),
        Shot("friction-none", "/friction"),
        Shot("friction-tag", f"/cases/{ref}/friction", author),
        Shot("friction-tag-errors", f"/cases/{ref}/friction", author, press=True),
        Shot("packs", f"{packs}?demo=yes"),
        Shot("pack", f"{packs}/{here}?demo=yes"),
        Shot("pack-dictionary", f"{packs}/dictionary"),
        Shot("regulator", "/regulator", regulator),
        Shot("audit", "/audit", auditor),
        Shot("audit-mend", "/audit?ref=%25&stage=x", auditor),
        Shot("audit-case", f"/audit/{ref}", auditor),
    ]


async def one_person(stage: Stage) -> str:
    """A draft on the short path of a cluster, whose author owns the risk."""
    maud = await stage.signs_in(MAUD)
    ref = (await maud.post("/requests/new", {"path": "cluster"})).location.rpartition("/")[2]
    await maud.post(f"/requests/{ref}/team", {"team": "thornby-moor-office", "risk_owner": MAUD})
    await maud.post(f"/requests/{ref}/use", {"task": "automatic-enrolment", "use": "deliver_service"})
    return ref


async def handed_over(stage: Stage, ref: str) -> str:
    """Where another team takes a draft over. Each link made replaces the one before."""
    amy = await stage.signs_in(AMY)
    page = await amy.fills(f"/requests/{ref}/hand-over", team="leeds-benefits")
    found = re.search(r"/requests/claim/[\w-]+", page.html)
    assert found, page.text
    return found.group()


async def act_shots(stage: Stage, refs: list[str]) -> list[Shot]:
    """Each act once, on a case that allows it, by somebody who may: as it opens, and sent empty."""
    found: dict[str, Shot] = {}
    for ref in refs:
        case = await stage.case(ref)
        for person in await everybody_in(stage, ref):
            for act in allowed(case, person, stage.now):
                if act in FORMS and act not in found:
                    found[act] = Shot(f"act-{act}", f"/cases/{ref}/acts/{act}", person.person)
    errors = [Shot(f"{shot.name}-errors", shot.path, shot.person, press=True) for shot in found.values()]
    return [*found.values(), *errors]


async def everybody_in(stage: Stage, ref: str) -> list[Actor]:
    """Whoever holds a seat in a case, with the seats."""

    case = await stage.case(ref)
    assert case.receiving and case.sending
    bodies = {case.receiving.organisation, case.sending.organisation}
    people = dict.fromkeys(
        post["person"] for post in POSTS if post["organisation"] in bodies or post["role"] == "operator"
    )
    found: list[Actor] = []
    async with stage.database.read() as connection:
        for person in people:
            who = await directory.person(connection, person, london_date(stage.now))
            held = seats(who.posts if who else (), case.receiving, case.sending)
            if held:
                found.append(Actor(person=person, seats=held))
    return found
