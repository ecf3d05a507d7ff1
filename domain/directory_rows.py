"""The directory as rows of a table: bodies, teams, people, posts, contacts and bank holidays (G1, G3, P3).

What stands in a file is told by its column `kind`. Nothing here is deleted: a row says what there is, and an empty cell
leaves what is there as it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.government_forms import NATIONS
from domain.owner_forms import ROLES_TO_HOLD
from domain.questions import Choice

BODY, TEAM, PERSON, POST, CONTACT, HOLIDAY = KINDS = ("body", "team", "person", "post", "contact", "holiday")

# In the order in which they are read: what a row names may stand anywhere in the file, also below it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    BODY: ("id", "name", "type", "nation", "status", "tiny", "test", "identifiers"),
    TEAM: ("id", "name", "body", "cluster", "slack_channel"),
    PERSON: ("id", "name", "email", "slack_user"),
    POST: ("email", "role", "body", "team", "from", "until"),
    CONTACT: ("email", "body", "team", "from", "until"),
    HOLIDAY: ("nation", "date", "name"),
}
ALL_COLUMNS = ("kind", *dict.fromkeys(column for columns in COLUMNS.values() for column in columns))

MEANS: Mapping[str, str] = {
    "kind": "body, team, person, post, contact or holiday",
    "id": "a short name for good, such as leeds or leeds-benefits; left empty, one is made",
    "name": "what the body, team, person or holiday is called",
    "type": "what kind of body it is, such as unitary council",
    "nation": "whose bank holidays count: england-and-wales, scotland or northern-ireland",
    "status": "public, mixed, company, charity, academic and so on",
    "tiny": "yes where so few people work that nobody can be kept apart",
    "test": "yes for a made-up body, which no public figure counts",
    "identifiers": "system=value, several with a | between them, such as ons=E08000035|ods=QWO",
    "body": "the body, by its id or its name",
    "team": "the team, by its id or by its name in that body",
    "cluster": "the cluster its work belongs to, by its id",
    "slack_channel": "the channel its messages go to, such as #leeds-benefits",
    "email": "the person's work e-mail address",
    "slack_user": "the person's member ID in Slack, such as U0123ABCD",
    "role": "the post, such as risk_owner or leader_1",
    "from": "the first day; empty where it is not known, or long ago",
    "until": "the last day; empty where there is none",
    "date": "the day of the bank holiday",
}

ROLES = tuple(Choice(value=role, label=label) for role, label in ROLES_TO_HOLD)
# What the guards read, and never the sound of a name (§4).
STATUSES = (
    Choice(value="public", label="Public body"),
    Choice(value="mixed", label="Partly public, such as a care provider"),
    Choice(value="company", label="Company"),
    Choice(value="charity", label="Charity"),
    Choice(value="academic", label="University or research body"),
    Choice(value="association", label="Association or membership body"),
    Choice(value="press", label="Press"),
    Choice(value="political", label="Political party or campaign"),
    Choice(value="individual", label="Individual"),
    Choice(value="foreign", label="Body outside the United Kingdom"),
    Choice(value="cross_border", label="Cross-border body"),
)
__all__ = ["NATIONS", "ROLES", "STATUSES"]

ID = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
CHANNEL = re.compile(r"#[a-z0-9_.-]{1,79}|[CG][A-Z0-9]{6,20}")
SLACK_USER = re.compile(r"[UW][A-Z0-9]{5,30}")
SYSTEM = re.compile(r"[a-z][a-z0-9_-]{0,30}")


@dataclass(frozen=True, kw_only=True)
class Body:
    """`identifiers`: system -> value. `closed_on`: '' while it is there."""

    id: str
    name: str
    type: str
    nation: str
    status: str
    tiny: bool = False
    test: bool = False
    identifiers: Mapping[str, str] = field(default_factory=dict[str, str])
    closed_on: str = ""


@dataclass(frozen=True, kw_only=True)
class Team:
    id: str
    name: str
    body: str
    cluster: str = ""
    slack_channel: str = ""


@dataclass(frozen=True, kw_only=True)
class Someone:
    id: str
    name: str
    email: str
    slack_user: str = ""
    left_on: str = ""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A post. London days as ISO, both included, '' where it is open; `team` '' for a post of the whole body."""

    number: int
    person: str
    role: str
    body: str
    team: str = ""
    first: str = ""
    last: str = ""

    @property
    def of(self) -> tuple[str, str, str, str]:
        return self.person, self.role, self.body, self.team


@dataclass(frozen=True, kw_only=True)
class Contact:
    number: int
    team: str
    person: str
    first: str = ""
    last: str = ""

    @property
    def of(self) -> tuple[str, str]:
        return self.team, self.person


@dataclass(frozen=True, kw_only=True)
class Known:
    """The whole directory of one moment. `former`: names that bodies had before, which go on standing for them (G7).

    `first_year`, `last_year`: the years of bank holidays that are known whole. `test`: whether a new body is made up
    unless its row says otherwise.
    """

    bodies: Mapping[str, Body] = field(default_factory=dict[str, Body])
    teams: Mapping[str, Team] = field(default_factory=dict[str, Team])
    people: Mapping[str, Someone] = field(default_factory=dict[str, Someone])
    posts: tuple[Held, ...] = ()
    contacts: tuple[Contact, ...] = ()
    holidays: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    former: tuple[tuple[str, str], ...] = ()
    clusters: Mapping[str, str] = field(default_factory=dict[str, str])
    first_year: int = 0
    last_year: int = 0
    test: bool = False


def identifiers_text(found: Mapping[str, str]) -> str:
    return "|".join(f"{system}={value}" for system, value in sorted(found.items()))


def identifiers_of(text: str) -> dict[str, str] | None:
    """`system=value|system=value`; None for what is no such list."""
    found: dict[str, str] = {}
    for each in (part.strip() for part in text.split("|") if part.strip()):
        system, equals, value = (part.strip() for part in each.partition("="))
        if not (equals and value and SYSTEM.fullmatch(system)) or system in found:
            return None
        found[system] = value
    return found


def rows_of(known: Known, today: date, kinds: tuple[str, ...] = KINDS) -> Iterator[tuple[str, ...]]:
    """What there is today as cells under `ALL_COLUMNS`: read back, it changes nothing.

    Without what is over: closed bodies, people who have left, posts and contacts of the past, holidays of past years.
    """
    for kind in kinds:
        for cells in _EXPORTS[kind](known, today):
            yield tuple({"kind": kind, **cells}.get(column, "") for column in ALL_COLUMNS)


Cells = dict[str, str]


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _bodies(known: Known, today: date) -> Iterator[Cells]:
    for each in sorted(known.bodies.values(), key=lambda body: body.id):
        if not each.closed_on:
            yield {
                "id": each.id, "name": each.name, "type": each.type, "nation": each.nation, "status": each.status,
                "tiny": _yes(each.tiny), "test": _yes(each.test), "identifiers": identifiers_text(each.identifiers),
            }  # fmt: skip


def _teams(known: Known, today: date) -> Iterator[Cells]:
    for each in sorted(known.teams.values(), key=lambda team: team.id):
        if not known.bodies[each.body].closed_on:
            yield {
                "id": each.id, "name": each.name, "body": each.body, "cluster": each.cluster,
                "slack_channel": each.slack_channel,
            }  # fmt: skip


def _people(known: Known, today: date) -> Iterator[Cells]:
    for each in sorted(known.people.values(), key=lambda person: person.id):
        if not each.left_on:
            yield {"id": each.id, "name": each.name, "email": each.email, "slack_user": each.slack_user}


def _still(known: Known, today: date, person: str, last: str) -> bool:
    return (not last or last >= today.isoformat()) and not known.people[person].left_on


def _posts(known: Known, today: date) -> Iterator[Cells]:
    for each in sorted(known.posts, key=lambda post: (post.body, post.role, post.team, post.number)):
        if _still(known, today, each.person, each.last) and not known.bodies[each.body].closed_on:
            yield {
                "email": known.people[each.person].email, "role": each.role, "body": each.body, "team": each.team,
                "from": each.first, "until": each.last,
            }  # fmt: skip


def _contacts(known: Known, today: date) -> Iterator[Cells]:
    for each in sorted(known.contacts, key=lambda contact: (contact.team, contact.number)):
        team = known.teams[each.team]
        if _still(known, today, each.person, each.last) and not known.bodies[team.body].closed_on:
            yield {
                "email": known.people[each.person].email, "body": team.body, "team": each.team, "from": each.first,
                "until": each.last,
            }  # fmt: skip


def _holidays(known: Known, today: date) -> Iterator[Cells]:
    for (nation, day), title in sorted(known.holidays.items()):
        if day[:4] >= str(today.year):
            yield {"nation": nation, "date": day, "name": title}


_EXPORTS = {
    BODY: _bodies,
    TEAM: _teams,
    PERSON: _people,
    POST: _posts,
    CONTACT: _contacts,
    HOLIDAY: _holidays,
}
