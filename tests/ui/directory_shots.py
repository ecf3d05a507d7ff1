"""The directory for the browser: every page as it opens, its error state, and a file before it is done."""

from datetime import timedelta

from tests.ui.stage import Stage

OPERATOR, OWNER = "p-tom-ferrante-boateng", "p-judith-marchbanks"
TEAM = "/directory/teams/dwp-pension-credit"
GOOD = "kind,name,email,role,body,until\nperson,Alex Example,alex@hull.example,,,\n"
BAD = GOOD + "planet,Mars,,,,\npost,,alex@hull.example,risk_owner,leeds,soon\n"
DAY = "step=2&nation=scotland&date-day={0.day}&date-month={0.month}&date-year={0.year}&title=A+proclaimed+day"
Sight = tuple[str, str, str] | tuple[str, str, str, bool]


async def directory_shots(stage: Stage) -> list[Sight]:
    """(name, path, who, press)."""
    browser = await stage.signs_in(OPERATOR)

    async def brought(rows: str) -> str:
        page = await browser.get("/directory/import")
        files = {"file": ("people.csv", rows.encode())}
        page = await browser.post("/directory/import", {**page.hidden, "pasted": ""}, files=files)
        assert page.status == 303, page.text
        return page.location

    named = await browser.fills(f"{TEAM}/contacts", email="amara.okafor@dwp.example")
    assert named.status == 303, named.text
    good, bad = await brought(GOOD), await brought(BAD)
    today = stage.now.date()
    wednesday = today + timedelta(days=16 - today.weekday())
    forms = [
        ("directory-body-new", "/directory/bodies/new", OPERATOR),
        ("directory-body-change", "/directory/bodies/leeds/change", OPERATOR),
        ("directory-team-new", "/directory/bodies/leeds/teams/new", OPERATOR),
        ("directory-team-change", f"{TEAM}/change", OPERATOR),
        ("directory-contact", f"{TEAM}/contacts", OWNER),
        ("directory-person-change", "/directory/people/p-amara-okafor/change", OPERATOR),
    ]
    empty_is_wrong = ("directory-body-new", "directory-team-new", "directory-contact")
    return [
        ("directory", "/directory", OPERATOR),
        ("directory-found", "/directory?q=leeds", OPERATOR),
        ("directory-forbidden", "/directory", OWNER),
        ("directory-bodies", "/directory/bodies", OPERATOR),
        ("directory-bodies-none", "/directory/bodies?q=atlantis", OPERATOR),
        ("directory-body", "/directory/bodies/leeds", OPERATOR),
        ("directory-team", TEAM, OPERATOR),
        ("directory-team-owner", TEAM, OWNER),
        ("directory-contact-end", "/directory/contacts/1/end", OWNER),
        ("directory-people", "/directory/people", OPERATOR),
        ("directory-person", "/directory/people/p-amara-okafor", OPERATOR),
        ("directory-calendar", "/directory/calendar", OPERATOR),
        ("directory-holiday", "/directory/calendar/new", OPERATOR),
        ("directory-holiday-errors", "/directory/calendar/new?step=2", OPERATOR),
        ("directory-holiday-confirm", f"/directory/calendar/new?{DAY.format(wednesday)}", OPERATOR),
        ("directory-import", "/directory/import", OPERATOR),
        ("directory-import-good", good, OPERATOR),
        ("directory-import-bad", bad, OPERATOR),
        *forms,
        *((f"{name}-errors", path, who, True) for name, path, who in forms if name in empty_is_wrong),
    ]
