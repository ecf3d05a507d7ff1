"""Rows of a file about who holds a post, and who is a team's contact: from a day, until a day (G1, P3, P5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.cover import IN_A_TEAM
from domain.directory_plan import ADD, CHANGE, SAME, Line
from domain.directory_reading import A_DAY, Cells, Elsewhere, Planner, Wrong, day_of
from domain.directory_rows import CONTACT, POST, ROLES, Contact, Held
from domain.imports import chosen
from domain.people import Role

FIRST, LAST = "0000-00-00", "9999-99-99"


def post_row(at: Planner, line: int, cells: Cells) -> Line:
    days = _days(at, line, cells)
    at.must(line, cells, "email", "role", "body")
    person = at.person(cells["email"])
    role = chosen(ROLES, cells["role"])
    if not role:
        raise Wrong("role", f"Write one of {', '.join(each.value for each in ROLES)}")
    body = at.body(cells["body"])
    in_a_team = Role(role) in IN_A_TEAM
    if in_a_team and not cells.get("team"):
        raise Wrong("team", f"Name the team: the post {role} is held in one")
    team = at.team(cells["team"], body).id if cells.get("team") else ""
    of = (person.id, role, body.id, team)
    what = f"{person.name}: {role.replace('_', ' ')}, {body.name}" + (
        f", {at.teams[team].name}" if team else ""
    )
    values = {"person": person.id, "role": role, "body": body.id, "team": team}
    there = at.posts.get(of, [])
    if team and not in_a_team and not there:
        raise Wrong("team", f"Empty this cell: the post {role} is held in the whole body")
    return _term(at, line, days, POST, what, of, values, there, closed=bool(body.closed_on))


def contact_row(at: Planner, line: int, cells: Cells) -> Line:
    days = _days(at, line, cells)
    at.must(line, cells, "email", "team")
    person = at.person(cells["email"])
    body = at.body(cells["body"]) if cells.get("body") else None
    team = at.team(cells["team"], body)
    of = (team.id, person.id)
    what = f"{person.name}: contact of {team.name}, {at.bodies[team.body].name}"
    there = at.contacts.get(of, [])
    values = {"team": team.id, "person": person.id}
    closed = bool(at.bodies[team.body].closed_on)
    return _term(at, line, days, CONTACT, what, of, values, there, closed=closed)


def _term(
    at: Planner,
    line: int,
    days: tuple[str, str] | None,
    kind: str,
    what: str,
    of: tuple[str, ...],
    values: Mapping[str, Any],
    there: Sequence[Held | Contact],
    *,
    closed: bool,
) -> Line:
    if days is None:
        raise Elsewhere
    first, last = days
    if first and last and last < first:
        raise Wrong("until", "Write a day on or after the first one")
    found = _meant(there, first, at.today.isoformat())
    if found is not None:
        at.once(line, kind, *of, found.number)
        if last in ("", found.last):
            return Line(line=line, kind=kind, verb=SAME, what=what, key=found.number)
        if found.last and found.last < at.today.isoformat():
            raise Wrong(
                "until",
                f"This was over on {found.last}, and what is over stays as it was: write a 'from' after that day",
            )
        if found.first and last < found.first:
            raise Wrong("until", f"Write a day on or after the first one, {found.first}")
        others = [each for each in there if each is not found]
        _apart(others, found.first, last, "until")
        changes = (("until", found.last, last),)
        return Line(
            line=line,
            kind=kind,
            verb=CHANGE,
            what=what,
            key=found.number,
            values={"until": last},
            changes=changes,
        )
    if at.people[str(values["person"])].left_on:
        raise Wrong("email", f"{at.people[str(values['person'])].name} has left: name somebody else")
    if closed:
        raise Wrong("body", "This body is closed: name the body that it is part of now")
    added = at.terms.setdefault((kind, *of), [])
    at.once(line, kind, *of, first)
    _apart([*there, *added], first, last, "from")
    added.append(Contact(number=0, team="", person="", first=first, last=last))
    return Line(
        line=line, kind=kind, verb=ADD, what=what, key=0, values={**values, "from": first, "until": last}
    )


def _days(at: Planner, line: int, cells: Cells) -> tuple[str, str] | None:
    """The first and the last day, '' where there is none; None where one is no day, which is told."""
    days: list[str] = []
    for column in ("from", "until"):
        text = cells.get(column, "")
        day = day_of(text) if text else None
        if text and day is None:
            at.fault(line, column, A_DAY)
        else:
            days.append(day.isoformat() if day else "")
    return (days[0], days[1]) if days[1:] else None


def _meant(there: Sequence[Held | Contact], first: str, today: str) -> Held | Contact | None:
    """The row that begins on that day; without a first day the one that is not over."""
    exact = [each for each in there if each.first == first]
    if exact or first:
        return exact[-1] if exact else None
    return next((each for each in reversed(there) if not each.last or each.last >= today), None)


def _apart(there: Sequence[Held | Contact], first: str, last: str, column: str) -> None:
    """Nobody holds the same post twice on one day."""
    for each in there:
        if (each.first or FIRST) <= (last or LAST) and (first or FIRST) <= (each.last or LAST):
            since = f"from {each.first}" if each.first else "already"
            until = f" until {each.last}" if each.last else ""
            raise Wrong(
                column,
                f"It is held {since}{until}: write that 'from' to say until when, or days that do not meet",
            )
