"""Every door of the live application, with what is behind it: addresses filled in with things that there are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from api.gate import routes_of
from domain.access import TABLE
from domain.access_rows import Row, Who
from tests.access_oracle import expected, outcome
from tests.access_world import AMY, EVERYONE, NOBODY, NOT_THERE, OFFER, SOME, World

# (address, parameter) -> what it is about; else by the parameter alone.
ABOUT: dict[tuple[str, str], str] = {
    ("/posts/{body}/deputy", "body"): "dwp",
    ("/concerns/{ref}/settle", "ref"): "#concern",
    ("/canaries/{number}/close", "number"): "#canary",
    ("/deputies/{number}/end", "number"): "#deputy",
    ("/cover/{number}/end", "number"): "#cover",
    ("/held/{number}/end", "number"): "#post",
    ("/government-changes/{number}/confirm", "number"): "#change",
    ("/government-changes/{number}", "number"): "#change",
    ("/guards/questions/{key}", "key"): "#question",
    ("/requests/claim/{code}", "code"): OFFER,
}
USUAL = {
    "body": "dwp", "person": "p-judith-marchbanks", "team": "dwp-pension-credit", "version": "1", "number": "1",
    "rule": "surveillance", "act": "withdraw", "section": "purpose", "quarter": "2026-Q3", "key": "none",
    "code": "none", "programme": "#programme", "service": "#service",
}  # fmt: skip
REFS = {"appetite": "dwp", "scorecards": "dwp", "maturity": "dwp", "clusters": "human-services"}
QUERY = {"/posts/{body}/deputy": "?role=leader_1"}
# Where an empty form is something to keep: their rows may be new, and no others.
KEEPS = {
    ("PUT", "/api/v1/requests/{ref}"): {"commands"},
    ("POST", "/api/v1/requests"): {"commands"},
    ("POST", "/requests/new"): {"drafts", "commands"},
    ("POST", "/requests/{ref}/{section}"): {"drafts", "commands"},
    ("POST", "/requests/{ref}/path"): {"drafts", "commands"},
    ("POST", "/requests/{ref}/check"): {"commands"},
    ("POST", "/requests/claim/{code}"): {"commands"},
    ("POST", "/settings/sessions/end-others"): {"sessions", "commands"},
}


@dataclass(frozen=True)
class Door:
    """`template`: as its route is written. `thing`: the reference of what it names, where access hangs on it."""

    method: str
    template: str
    path: str
    thing: str
    row: Row

    @property
    def unknown(self) -> str:
        """The same address of something that does not exist."""
        return re.sub(r"\{[^}]*\}", NOT_THERE, self.template)


@dataclass(frozen=True)
class Seen:
    """What somebody met at a door."""

    door: Door
    person: str
    outcome: str
    status: int


def doors(world: World) -> Iterator[Door]:
    for method, template, _ in routes_of(world.stage.app):
        if template != "/static":
            row = TABLE[method, template]
            for thing in _things(world, template, row):
                yield Door(method, template, _filled(world, template, thing), thing, row)


def _things(world: World, template: str, row: Row) -> list[str]:
    if row.who in (Who.PARTY, Who.PARTY_OR_KEEPER):
        return list(world.cases)
    if (
        row.who is Who.OWNER
        and template.startswith(("/requests/", "/api/v1/requests/"))
        and "{ref}" in template
    ):
        return [world.draft, *list(world.cases)[:3]]
    if "{command}" in template:
        return list(world.commands)[:3]
    return [""]


def _filled(world: World, template: str, thing: str) -> str:
    def fill(found: re.Match[str]) -> str:
        name = found.group(1)
        if thing and name in ("ref", "command"):
            return thing
        value = ABOUT.get((template, name)) or USUAL.get(name, "")
        if name == "ref" and not value:
            value = REFS.get(
                template.split("/")[1], REFS.get(template.removeprefix("/api/v1").split("/")[1], "")
            )
            value = value or next(ref for ref, case in world.cases.items() if case.register_version)
        return world.numbers[value[1:]] if value.startswith("#") else value or "none"

    return re.sub(r"\{([^}]*)\}", fill, template) + QUERY.get(template, "")


async def meet(world: World) -> list[Seen]:
    """Everybody tries every door. Raises AssertionError at once for a fault of ours."""
    unknown: dict[tuple[str, str, str], bytes] = {}
    found: list[Seen] = []
    for door in doors(world):
        for person in _who_tries(door):
            key = (person, door.method, door.template)
            if key not in unknown:
                unknown[key] = (await world.ask(person, door.method, _nowhere(door))).plain
            answer = await world.ask(person, door.method, door.path)
            assert answer.status < 500 or door.path == "/health/ready", (
                door.method,
                door.path,
                person,
                answer.status,
            )
            found.append(Seen(door, person, outcome(answer, unknown[key]), answer.status))
    return found


def _nowhere(door: Door) -> str:
    """An address with nothing behind it, as much like this one as can be."""
    if door.row.roles and not door.row.say and "{" not in door.template:
        return "/nothing-here"
    return door.unknown if "{" in door.template else "/nothing-here"


def _who_tries(door: Door) -> tuple[str, ...]:
    if door.template == "/sign-out":
        return (NOBODY,)  # whoever goes cannot try the next door
    if door.row.who in (Who.EVERYBODY, Who.SLACK):
        return (NOBODY, AMY)
    return EVERYONE if door.method == "GET" and door.template.endswith("/cases/{ref}") else SOME


def wrong(world: World, seen: Seen, row: Row | None = None) -> bool:
    """Whether what somebody met is not what the oracle expects; `row`: as if this were the row."""
    door = seen.door
    return seen.outcome not in expected(row or door.row, world, seen.person, door.template, door.thing)
