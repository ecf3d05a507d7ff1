"""Every page and every error state in one world, for the browser: where it is, who looks, what they press first."""

from dataclasses import dataclass

from domain.acts import FORMS
from domain.case import Kind
from domain.people import Actor
from domain.permissions import allowed, seats
from store import directory
from tests.ui.stage import POSTS, Stage

AMY = "p-amara-okafor"


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
    begun = (await (await stage.signs_in(AMY)).post("/requests/new")).location.rpartition("/")[2]
    active = await stage.active("hospital-to-home-lanarkshire")
    review = await stage.case(active)
    opens = next(task.visible_from for task in review.tasks.values() if task.kind is Kind.REVIEW)
    assert opens
    await stage.until(active, opens)
    await stage.until(active, max(stage.now, opens.replace(day=min(opens.day + 1, 28), hour=9)))

    complete, _ = await stage.drafted()
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
        Shot("register-none", "/register?state=suspended"),
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
    return shots + await act_shots(stage, [submitted, escalated, refused, approved, asked, active])


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
            who = await directory.person(connection, person)
            held = seats(who.posts if who else (), case.receiving, case.sending)
            if held:
                found.append(Actor(person=person, seats=held))
    return found
