"""P3 for bodies on X-Road: a grant as the access right it stands for, and what has to be there or gone for it.

A right says that a subject (the receiving team's subsystem) may call a service of a client (the sending team's
subsystem), the whole of it or some endpoints. It has no end of its own, so what a grant takes away must be removed.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.grants import State
from domain.webhooks import instant

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")
LONGEST_PART = 255
LONGEST_PATH = 255
PARTS = ("the instance", "the member class", "the member code", "the subsystem code")
FORBIDDEN = frozenset(":;/\\%")  # X-Road forbids them in identifiers; they would change what an address means
VERSION = "1"  # of the document of `export`


class BadIdentifier(ValueError):
    """Says in a sentence what is wrong with it."""


class Wanted(StrEnum):
    """Of the rights of a grant at a Security Server."""

    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, order=True)
class Endpoint:
    """`path`: as a Security Server writes it, with * for each parameter."""

    method: str
    path: str

    def __str__(self) -> str:
        return "the whole service" if self == WHOLE else f"{self.method} {self.path}"


WHOLE = Endpoint("*", "**")


@dataclass(frozen=True, kw_only=True)
class AccessRight:
    """`endpoints`: which of the service, none of them named for the whole of it."""

    subject: str
    client: str
    service: str
    endpoints: tuple[Endpoint, ...] = ()

    @property
    def parts(self) -> frozenset[Endpoint]:
        return frozenset(self.endpoints) or frozenset({WHOLE})


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A right at the Security Server of a body."""

    organisation: str
    right: AccessRight

    @property
    def place(self) -> tuple[str, str, str, str]:
        return self.organisation, self.right.client, self.right.service, self.right.subject


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one Security Server is to be brought to for one subject and one service."""

    organisation: str
    client: str
    service: str
    subject: str
    add: frozenset[Endpoint]
    remove: frozenset[Endpoint]


def wanted(state: State) -> Wanted:
    """I4 in the words of X-Road: of an active grant the right is there, of any other it is not."""
    return Wanted.PRESENT if state is State.ACTIVE else Wanted.ABSENT


# --- identifiers ----------------------------------------------------------------------------------------------------


def subsystem(text: str) -> str:
    """'GB:GOV:1001:Benefits', from that or from 'GB/GOV/1001/Benefits'. Raises `BadIdentifier`."""
    given = text.strip()
    mark = "/" if "/" in given else ":"
    parts = given.split(mark)
    if len(parts) != len(PARTS):
        raise BadIdentifier(
            "write the instance, the member class, the member code and the subsystem code with a colon between, "
            "such as GB:GOV:1001:Benefits"
        )
    for name, part in zip(PARTS, parts, strict=True):
        _check_part(name, part)
    return ":".join(parts)


def service_code(text: str) -> str:
    """A service code without its version. Raises `BadIdentifier`."""
    given = text.strip()
    _check_part("the service code", given)
    return given


def _check_part(name: str, part: str) -> None:
    if not part:
        raise BadIdentifier(f"{name} is missing")
    if len(part) > LONGEST_PART:
        raise BadIdentifier(f"{name} is longer than {LONGEST_PART} characters")
    if part != part.strip():
        raise BadIdentifier(f"remove the spaces around {name}")
    if not part.isprintable() or not FORBIDDEN.isdisjoint(part):
        raise BadIdentifier(f"remove colons, semicolons, slashes, % and hidden characters from {name}")
    if part in (".", ".."):
        raise BadIdentifier(f"{name} cannot be {part}")


def endpoint(line: str) -> Endpoint | None:
    """'GET /people/{id}' -> GET /people/*; None for a line that names no method and path."""
    found = re.fullmatch(rf"({'|'.join(METHODS)}) +(/[!-~]*)", line.strip())
    if found is None or len(found.group(2)) > LONGEST_PATH:
        return None
    path = found.group(2).partition("?")[0]
    return Endpoint(found.group(1), re.sub(r"\{[^{}/]*\}", "*", path))


def endpoints(operations: Iterable[Mapping[str, Any]]) -> tuple[Endpoint, ...]:
    """Of the operations of a service in the directory. Empty where none names a method and a path."""
    found = {each for told in operations if (each := endpoint(str(told.get("line", ""))))}
    return tuple(sorted(found))


# --- what has to change ---------------------------------------------------------------------------------------------


def steps(now: Placed | None, before: Collection[Placed], others: Collection[Placed]) -> tuple[Step, ...]:
    """From the rights that a grant may have at Security Servers (`before`) to the one it should have (`now`).

    `others`: rights of other active grants. What one of them needs as well is not removed; what no grant ever asked for
    is in neither, and so is never touched. Removals come first.
    """
    places = dict.fromkeys(each.place for each in (*before, *([now] if now else [])))
    found: list[Step] = []
    for place in places:
        add = _parts(place, [now] if now else [])
        remove = _parts(place, before) - add - _parts(place, others)
        organisation, client, service, subject = place
        found.append(
            Step(
                organisation=organisation,
                client=client,
                service=service,
                subject=subject,
                add=add,
                remove=remove,
            )
        )
    return tuple(sorted(found, key=lambda each: bool(each.add)))


def _parts(place: tuple[str, str, str, str], rights: Iterable[Placed]) -> frozenset[Endpoint]:
    return frozenset(part for each in rights if each.place == place for part in each.right.parts)


# --- as rows and documents ------------------------------------------------------------------------------------------


def as_row(placed: Placed) -> dict[str, Any]:
    right = placed.right
    return {
        "organisation": placed.organisation,
        "subject": right.subject,
        "client": right.client,
        "service": right.service,
        "endpoints": [[each.method, each.path] for each in right.endpoints],
    }


def from_row(row: Mapping[str, Any]) -> Placed:
    right = AccessRight(
        subject=row["subject"],
        client=row["client"],
        service=row["service"],
        endpoints=tuple(Endpoint(method, path) for method, path in row["endpoints"]),
    )
    return Placed(organisation=row["organisation"], right=right)


def export(
    right: AccessRight,
    *,
    grant: str,
    state: State,
    since: datetime | None,
    ends_at: datetime | None,
    register: str | None,
) -> dict[str, Any]:
    """The document of a grant for a Security Server's administrator. No person, no words of the case."""
    return {
        "format": f"sharecase-x-road-access-right/{VERSION}",
        "grant": grant,
        "state": state,
        "access_right": wanted(state),
        "subject": {"id": right.subject, "service_client_type": "SUBSYSTEM"},
        "client": right.client,
        "service_code": right.service,
        "whole_service": not right.endpoints,
        "endpoints": [{"method": each.method, "path": each.path} for each in right.endpoints],
        "granted_since": instant(since) if since else None,
        "ends_at": instant(ends_at) if ends_at else None,
        "register": register,
    }
