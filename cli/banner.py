"""What `sharecase run` says when it is ready: where it is, and who to be."""

from api.desk import utc_now
from cli.contradictions import SignIn
from cli.settings import Settings
from domain.people import Role
from domain.working_days import london_date
from store import names
from store.database import Database

WHAT_THEY_DO = {
    Role.REQUESTER: "asks for data",
    Role.RISK_OWNER: "signs for the risk",
    Role.SENDER_DECIDER: "decides for the team that holds it",
    Role.LEADER_1: "is told when nobody decides",
    Role.OPERATOR: "runs the system",
}


async def banner(settings: Settings, database: Database, seconds: float) -> list[str]:
    """Lines for the terminal: the address, and one featured person for each part of the story, or how to get in."""
    lines = ["", f"  Sharecase is ready ({seconds:.1f} s):  {settings.address}", ""]
    there = ["", f"  Everything is kept in {settings.state}. Ctrl-C stops.", ""]
    if settings.signs_in is not SignIn.DEV:
        return [
            *lines,
            f"  People sign in with {settings.oidc_name}. `sharecase invite PERSON` makes somebody's first link.",
            *there,
        ]
    async with database.read() as connection:
        rows = await names.people_to_sign_in(connection, london_date(utc_now()))
    featured = sorted((row for row in rows if row.featured), key=lambda row: row.featured)
    told: set[str] = set()
    for row in featured:
        if row.role in WHAT_THEY_DO and row.role not in told:
            told.add(row.role)
            lines.append(f"  {row.name:<24} {WHAT_THEY_DO[Role(row.role)]:<36} {row.body}")
    if told:
        lines.insert(3, "  Sign in as one of these to follow a request:")
    return [*lines, *there]
