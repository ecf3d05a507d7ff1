"""Who plays in the stories, and what they usually say. Ids are people of store/seed/world.json."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from store.database import Database
from store.tables import posts, teams

# The usual request: Pension Credit asks HMRC.
FORM: dict[str, Any] = {
    "title": "Pension Credit take-up",
    "purpose": "Find pensioners who are entitled to Pension Credit and do not claim it, and write to them.",
    "harm_of_withholding": "Pensioners go without heating and food they are entitled to.",
    "people_per_day": 120,
    "severity": "serious",
    "use": "proactive_help",
    "subjects": "people over State Pension age",
    "people_band": "over_1m",
    "region": "K03000001",
    "items": ["National Insurance number", "taxable income band", "date of birth"],
    "pattern": "file_regular",
    "until": "2032-03-31",
    "needed_by": "2027-03-31",
    "needed_why": "before the winter payments are set",
    "others_see": "no",
    "power": "Digital Economy Act 2017 s.35",
    "duty": "none",
    "surprises": "",
    # Several stories ask for the same: said once here, so that each may (P4).
    "already_held": "not_enough",
    "already_held_why": "Each of these requests is a story of its own.",
}
REFUSAL: dict[str, Any] = {
    "ground": "harm_outweighs",
    "items": ["taxable income band"],
    "harm_of_sharing": "Neighbours who work at the council could learn the income of people they know.",
    "safeguards": "Access logs were considered; small offices have nobody independent to read them.",
    "answer_to_harm": "A take-up letter to everyone over pension age reaches the same pensioners without income.",
    "smaller_share": "Names and dates of birth without the income band.",
}
MANIFEST = {"rows": "1200", "checksum": "sha256:4be1"}
SIGNED = {"residual": "Misuse; access is logged and reviewed monthly.", "agree": "yes"}


@dataclass(frozen=True)
class Cast:
    """The seeded people by role, for one receiving and one sending team."""

    team: str
    sending_team: str
    requester: str
    risk_owner: str
    sender: str
    receiving_leaders: dict[int, str]
    sending_leaders: dict[int, str]
    reviewer: str
    operator: str


async def cast(database: Database, team: str, sending_team: str) -> Cast:
    async with database.read() as connection:
        bodies = {
            row.id: row.organisation
            for row in await connection.execute(
                select(teams.c.id, teams.c.organisation).where(teams.c.id.in_([team, sending_team]))
            )
        }
        held = (await connection.execute(select(posts).order_by(posts.c.id))).all()

    def holder(role: str, **where: str | None) -> str:
        for row in held:
            if row.role == role and all(getattr(row, key) == value for key, value in where.items()):
                return row.person
        return ""

    def leaders(body: str) -> dict[int, str]:
        found = {level: holder(f"leader_{level}", organisation=body) for level in (1, 2, 3)}
        return {level: who for level, who in found.items() if who}

    reviewer = next(
        row.person
        for row in held
        if row.role == "reviewer" and row.organisation == bodies[team] and row.team != team
    )
    return Cast(
        team=team,
        sending_team=sending_team,
        requester=holder("requester", team=team),
        risk_owner=holder("risk_owner", team=team),
        sender=holder("sender_decider", team=sending_team),
        receiving_leaders=leaders(bodies[team]),
        sending_leaders=leaders(bodies[sending_team]),
        reviewer=reviewer,
        operator=holder("operator"),
    )
