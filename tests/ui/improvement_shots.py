"""Pages of improvement, incidents and maturity for the gallery: as they open, and as they refuse (P9)."""

from datetime import datetime, timedelta

from domain.case import Kind
from domain.working_days import london_date
from tests.ui.stage import POSTS, Stage

TEAM = "dwp-pension-credit"


def _boxes(key: str, at: datetime) -> dict[str, int]:
    day = london_date(at)
    return {f"{key}-day": day.day, f"{key}-month": day.month, f"{key}-year": day.year}


async def improved(stage: Stage) -> list[tuple[str, str, str, bool]]:
    """(name, path, person, press) of each."""
    owner, leader = stage.holder("risk_owner", team=TEAM), stage.holder("leader_1", organisation="dwp")
    second = stage.holder("leader_2", organisation="dwp")
    reviewer = next(
        post["person"]
        for post in POSTS
        if post["role"] == "reviewer" and post["organisation"] == "dwp" and post["team"] != TEAM
    )
    advised, planned, stopped = [await stage.active() for _ in range(3)]
    for ref in (advised, planned):
        await stage.acts(reviewer, ref, "take_step", failure="Letters go to old addresses.")
    plan = {
        "failure": "They still do.",
        "action_1": "Check each address against the latest claim.",
        "action_2": "Train the two new clerks.",
        **_boxes("due_1", stage.now + timedelta(days=3)),
        **_boxes("due_2", stage.now + timedelta(days=30)),
    }
    await stage.acts(reviewer, planned, "take_step", **plan)
    breach = {"what": "A letter went to the next house.", "done": "It is back.", "breach": "yes"}
    await stage.acts(owner, planned, "report_incident", **breach, **_boxes("known_on", stage.now))
    await stage.acts(
        owner, planned, "report_incident", what="A list was printed twice.", done="It is gone.", breach="no"
    )
    await stage.acts(reviewer, stopped, "jump_step", step="revoke", reason="Bailiffs use the letters.")
    case = await stage.case(planned)
    action, report = case.open(Kind.DO_ACTION)[0], case.open(Kind.TELL_REGULATOR)[0]
    forms = [
        ("improvement-plan", f"/cases/{advised}/acts/take_step", reviewer),
        ("improvement-narrow-too-soon", f"/cases/{planned}/acts/take_step", reviewer),
        ("improvement-action", f"/cases/{planned}/acts/complete_action?task={action.id}", owner),
        ("improvement-report", f"/cases/{planned}/acts/record_report?task={report.id}", owner),
        ("improvement-settle", f"/cases/{stopped}/acts/settle_jump", second),
    ]
    return [
        ("maturity", "/maturity", "", False),
        ("maturity-body", "/maturity/dwp", "", False),
        ("improvement-entry", f"/register/{planned}", "", False),
        ("improvement-case", f"/cases/{planned}", owner, False),
        ("improvement-case-sender", f"/cases/{planned}", stage.sender(planned), False),
        ("improvement-stopped", f"/cases/{stopped}", leader, False),
        *((*form, False) for form in forms),
        *((f"{name}-errors", path, person, True) for name, path, person in forms),
    ]
