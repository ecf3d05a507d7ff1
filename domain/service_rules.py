"""P3: services that teams offer. Who may describe one, when it can be opened, and what is in it. Never data themselves."""

import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any

from domain.already_held import normal
from domain.cover import leads
from domain.outside_addresses import url_problem
from domain.people import Role
from domain.permissions import Post
from domain.questions import Problem
from domain.refusals import Refusal

FEWEST_CONTACTS = 2  # live ones of its team, for a live service
LONGEST_ID = 60
LONGEST_NAME = 200  # of an item, in the form in which it is compared
MOST_SUFFIXES = 6  # words of an item from which it can be found
PART = r"[A-Za-z0-9._-]{1,60}"
X_ROAD_CLIENT = re.compile(f"{PART}/{PART}/{PART}/{PART}")
X_ROAD_SERVICE = re.compile(r"[A-Za-z0-9._-]{1,100}")
ID = re.compile(r"[a-z0-9][a-z0-9-]{1,79}")


class Environment(StrEnum):
    SANDBOX = "sandbox"
    LIVE = "live"


class State(StrEnum):
    DRAFT = "draft"  # seen by those who may change it
    OPEN = "open"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"  # for good: it stays to be read (G7)


PUBLIC = (State.OPEN, State.PAUSED, State.WITHDRAWN)
OFFERED = (State.OPEN, State.PAUSED)
NEXT: Mapping[str, tuple[State, ...]] = {
    "open_service": (State.DRAFT, State.PAUSED),
    "pause_service": (State.OPEN,),
    "withdraw_service": (State.DRAFT, State.OPEN, State.PAUSED),
    "change_service": (State.DRAFT, State.OPEN, State.PAUSED),
}
"""From which states an act goes."""


class NotYourService(Refusal):
    status = 403
    sentence = "Only those who decide for the team that offers a service, and leaders of its body, do this. Ask one of them."


class NotYourGrantToBind(Refusal):
    status = 403
    sentence = (
        "Only those who decide for the team that sends choose which service a grant opens. Ask one of them."
    )


class ServiceMovedOn(Refusal):
    sentence = "This service is {state} now, so this can no longer be done. Go back and see what can."


class ServiceChanged(Refusal):
    sentence = (
        "Somebody changed this service while you had it open, so nothing was saved. Look at it again, then send your "
        "answers again if they are still right."
    )


class NoGrantToBind(Refusal):
    sentence = "This case has no grant now: it has one from its approval until its end. Go back to the case to see where it stands."


class NoServiceToBind(Refusal):
    sentence = "Your team has no live service that is open or paused. Describe one in the service directory and open it."


STATE_WORDS = {
    State.DRAFT: "a draft",
    State.OPEN: "open",
    State.PAUSED: "paused",
    State.WITHDRAWN: "withdrawn",
}


def may(posts: Iterable[Post], team: str, body: str) -> bool:
    """Sender deciders of that team, and leaders of its body."""
    held = tuple(posts)
    return leads(held, {body}) or decides(held, team)


def decides(posts: Iterable[Post], team: str) -> bool:
    return any(post.role is Role.SENDER_DECIDER and post.team == team for post in posts)


def minted(team: str, title: str, environment: str, taken: Collection[str]) -> str:
    """'hmrc-paye-records', 'Earnings by month', live -> 'hmrc-paye-records-earnings-by-month'; numbered when taken."""
    plain = "-".join(re.findall(r"[a-z0-9]+", f"{team} {title}".casefold()))
    tail = "-sandbox" if environment == Environment.SANDBOX else ""
    number = 1
    while True:
        end = tail if number == 1 else f"{tail}-{number}"
        found = plain[: LONGEST_ID - len(end)].strip("-") + end
        if found not in taken and found not in ("new",):
            return found
        number += 1


def operations(lines: Iterable[str]) -> list[dict[str, str]]:
    """'Look up one person: GET /people/{id}' -> {"name": ..., "line": ...}. A line without a name has none."""
    found: list[dict[str, str]] = []
    for line in lines:
        name, colon, rest = line.partition(": ")
        found.append({"name": name.strip(), "line": rest.strip()} if colon else {"name": "", "line": line})
    return found


def operation_lines(kept: Iterable[Mapping[str, str]]) -> list[str]:
    return [f"{each['name']}: {each['line']}" if each["name"] else each["line"] for each in kept]


def problems(answers: Mapping[str, Any], *, here: bool) -> tuple[Problem, ...]:
    """What is wrong with a description whose answers are clean. `here`: whether this computer may be named, as in tests."""
    found: list[Problem] = []
    for field, label in (("address", "Address"), ("openapi", "OpenAPI description")):
        given = str(answers.get(field, ""))
        if given and (why := url_problem(given, here=here)):
            found.append(Problem(field, f"{label}: {why}"))
    if any(not each["name"] or not each["line"] for each in operations(answers.get("operations", ()))):
        found.append(
            Problem(
                "operations",
                "Operations: write each as its name, a colon and one line, such as “Look up one person: GET /people/{id}”",
            )
        )
    return (*found, *_x_road_problems(answers))


def _x_road_problems(answers: Mapping[str, Any]) -> tuple[Problem, ...]:
    client, service = str(answers.get("x_road_client", "")), str(answers.get("x_road_service", ""))
    found: list[Problem] = []
    if client and not X_ROAD_CLIENT.fullmatch(client):
        found.append(
            Problem(
                "x_road_client",
                "X-Road client: write instance, class, code and subsystem with a / between them, such as UK/GOV/0042/RECORDS",
            )
        )
    if service and not X_ROAD_SERVICE.fullmatch(service):
        found.append(
            Problem(
                "x_road_service", "X-Road service code: use letters, numbers, dots, dashes and underscores"
            )
        )
    if bool(client) != bool(service):
        field = "x_road_service" if client else "x_road_client"
        found.append(Problem(field, "Enter both identifiers of X-Road, or neither"))
    return tuple(found)


def why_not_offered(name: str, status: str, closed_on: str | None) -> str:
    """Why a body cannot offer a service, as a sentence; '' when it can (§4: the directory status, never the name)."""
    if closed_on:
        return f"{name} is closed, so its teams offer nothing any more"
    if status != "public":
        return f"{name} is not a public body in the directory, so it cannot offer a service here"
    return ""


def why_not_opened(environment: str, contacts: int, team: str) -> str:
    """P3.1: why a service cannot be opened, as a sentence; '' when it can."""
    if environment != Environment.LIVE or contacts >= FEWEST_CONTACTS:
        return ""
    there = "nobody" if not contacts else "only 1 person"
    return f"Name {FEWEST_CONTACTS} people to reach before you open a live service: {team} has {there} who can be reached now"


def covers(offered: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether all items of a grant are among those of a service, in whoever's words."""
    return {normal(each) for each in wanted} - {""} <= {normal(each) for each in offered}


def names_of(items: Iterable[str]) -> set[tuple[str, str]]:
    """(words, name) of items as they are found: 'household income' also by 'income'."""
    found: set[tuple[str, str]] = set()
    for item in items:
        name = normal(item)[:LONGEST_NAME].strip()
        words = name.split()
        found |= {(" ".join(words[n:]), name) for n in range(min(len(words), MOST_SUFFIXES))}
    return found
