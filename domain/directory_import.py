"""Rows of a file against the directory of one moment (G1, G3, G7, P3): what is added, changed or left, what to mend.

With one bad row nothing of the file is done. Nothing is ever taken away: an empty cell leaves what is there as it is.
"""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from domain import holidays
from domain.bodies import plain
from domain.directory_plan import ADD, CHANGE, SAME, Line, Plan
from domain.directory_reading import (
    A_DAY,
    Cells,
    Elsewhere,
    Planner,
    Reader,
    Wrong,
    an_id,
    changed,
    day_of,
    one_of,
    yes_or_no,
)
from domain.directory_rows import (
    BODY,
    CHANNEL,
    CONTACT,
    HOLIDAY,
    NATIONS,
    PERSON,
    POST,
    SLACK_USER,
    STATUSES,
    TEAM,
    Body,
    Known,
    Someone,
    Team,
    identifiers_of,
)
from domain.directory_table import read_table
from domain.directory_terms import contact_row, post_row
from domain.government import id_for
from domain.imports import chosen
from domain.owner_forms import is_email


def plan(text: str, known: Known, today: date) -> Plan:
    """Raises `CannotRead` for a file of which no row can be told."""
    return Planner(known, today).read(read_table(text), READERS)


def body_row(at: Planner, line: int, cells: Cells) -> Line:
    id = an_id(cells)
    name, key = cells.get("name", ""), plain(cells.get("name", ""))
    found = at.bodies.get(id) if id else at.bodies.get(at.body_names.get(key, ""))
    nation = one_of(at, line, cells, "nation", NATIONS)
    status = one_of(at, line, cells, "status", STATUSES)
    tiny, test = (yes_or_no(at, line, cells, column) for column in ("tiny", "test"))
    systems = _identifiers(at, line, cells)
    given: dict[str, Any] = {
        "type": cells.get("type", ""),
        "nation": nation,
        "status": status,
        "tiny": tiny,
        "test": test,
    }
    given["identifiers"] = systems or ""
    if found is None:
        at.must(line, cells, "name", "type", "nation", "status")
        if not key:
            raise Wrong("name", "Write a name with letters in it")
        if key in at.body_names:
            other = at.bodies[at.body_names[key]].name
            raise Wrong("name", f"Another body has this name, or had it: {other}. Write a different one")
        id = id or id_for(name, at.bodies)
        at.once(line, BODY, id)
        body = Body(
            id=id,
            name=name,
            type=cells["type"],
            nation=nation,
            status=status,
            tiny=bool(tiny),
            test=at.known.test if test == "" else bool(test),
            identifiers=systems or {},
        )
        values = {key: getattr(body, key) for key in ("id", "name", *given)}
        at.bodies[id] = body
        at.body_names[key] = id
        return Line(line=line, kind=BODY, verb=ADD, what=name, key=id, values=values)
    at.once(line, BODY, found.id)
    if name and key != plain(found.name):
        raise Wrong(
            "name",
            f"This body is called {found.name}, and another name is a change of government: write its name here, and "
            "propose the change",
        )
    if test not in ("", found.test):
        raise Wrong("test", "Whether a body is made up is said once, when it is added: empty this cell")
    was = {key: getattr(found, key) for key in given}
    line_of = changed(at, found.id, BODY, line, found.name, was, given)
    if found.closed_on and line_of.verb == CHANGE:
        raise Wrong(
            "", f"{found.name} is closed since {found.closed_on}, and stays as it was: take the row out"
        )
    return line_of


def team_row(at: Planner, line: int, cells: Cells) -> Line:
    id = an_id(cells)
    body = at.body(cells["body"]) if cells.get("body") else None
    name, key = cells.get("name", ""), plain(cells.get("name", ""))
    named = at.team_names.get((body.id, key), "") if body and key else ""
    found = at.teams.get(id or named)
    channel, cluster = cells.get("slack_channel", ""), cells.get("cluster", "")
    if channel and not CHANNEL.fullmatch(channel):
        at.fault(line, "slack_channel", "Write the channel as Slack does, such as #leeds-benefits")
    if cluster:
        cluster = next(
            (c for c, called in at.known.clusters.items() if plain(cluster) in (plain(c), plain(called))), ""
        )
        if not cluster:
            at.fault(
                line,
                "cluster",
                f"Write the id of a cluster: {', '.join(sorted(at.known.clusters)) or 'there is none yet'}",
            )
    given = {"cluster": cluster, "slack_channel": channel}
    if found is None:
        at.must(line, cells, "name", "body")
        assert body
        if not key:
            raise Wrong("name", "Write a name with letters in it")
        if named:
            raise Wrong(
                "name",
                f"{body.name} has a team of this name, with the id {named}: write that id, or another name",
            )
        if body.closed_on:
            raise Wrong("body", f"{body.name} is closed: name the body that it is part of now")
        id = id or id_for(f"{body.id} {name}", at.teams)
        at.once(line, TEAM, id)
        values = {"id": id, "name": name, "body": body.id, **given}
        at.teams[id] = Team(**values)
        at.team_names[body.id, key] = id
        return Line(line=line, kind=TEAM, verb=ADD, what=f"{name}, {body.name}", key=id, values=values)
    at.once(line, TEAM, found.id)
    if body and body.id != found.body:
        raise Wrong(
            "body",
            f"This team is of {at.bodies[found.body].name}, and going to another body is a change of government: write its "
            "body here, and propose the change",
        )
    if named not in ("", found.id):
        raise Wrong(
            "name", f"Another team of {at.bodies[found.body].name} has this name: write a different one"
        )
    if name:
        at.team_names.setdefault((found.body, key), found.id)
    was = {"name": found.name, "cluster": found.cluster, "slack_channel": found.slack_channel}
    what = f"{found.name}, {at.bodies[found.body].name}"
    return changed(at, found.id, TEAM, line, what, was, {"name": name, **given})


def person_row(at: Planner, line: int, cells: Cells) -> Line:
    id = an_id(cells)
    email, slack = cells.get("email", ""), cells.get("slack_user", "")
    theirs = at.emails.get(email.casefold(), "") if email else ""
    found = at.people.get(id or theirs)
    if email and not is_email(email):
        at.fault(line, "email", "Write an e-mail address in the usual form, like name@example.gov.uk")
    if slack and not SLACK_USER.fullmatch(slack):
        at.fault(
            line, "slack_user", "Write the member ID as Slack shows it, such as U0123ABCD, or leave it empty"
        )
    elif slack and at.slack_users.get(slack, found.id if found else "") != (found.id if found else ""):
        at.fault(line, "slack_user", "Somebody else has this member ID: check it, or leave it empty")
    if found is None:
        at.must(line, cells, "name", "email")
        id = id or _person_id(email, at.people)
        at.once(line, PERSON, id)
    else:
        at.once(line, PERSON, found.id)
    if theirs and (found is None or theirs != found.id):
        raise Wrong("email", "Somebody else has this address: check it, or write that person's id")
    if email:
        at.once(line, "e-mail address", email.casefold())
        at.emails.setdefault(email.casefold(), found.id if found else id)
    if slack:
        at.slack_users.setdefault(slack, found.id if found else id)
    if found is None:
        values = {"id": id, "name": cells["name"], "email": email, "slack_user": slack}
        at.people[id] = Someone(**values)
        return Line(line=line, kind=PERSON, verb=ADD, what=f"{cells['name']}, {email}", key=id, values=values)
    was = {"name": found.name, "email": found.email, "slack_user": found.slack_user}
    same = email.casefold() == found.email.casefold()
    given = {"name": cells.get("name", ""), "email": "" if same else email, "slack_user": slack}
    line_of = changed(at, found.id, PERSON, line, f"{found.name}, {found.email}", was, given)
    if found.left_on and line_of.verb == CHANGE:
        raise Wrong(
            "", f"{found.name} left on {found.left_on}, and their row stays as it was: take this one out"
        )
    return line_of


def holiday_row(at: Planner, line: int, cells: Cells) -> Line:
    at.must(line, cells, "nation", "date", "name")
    nation, day = chosen(NATIONS, cells["nation"]), day_of(cells["date"])
    if not nation:
        at.fault(line, "nation", f"Write one of {', '.join(each.value for each in NATIONS)}")
    if day is None:
        at.fault(line, "date", A_DAY)
    if not nation or day is None:
        raise Elsewhere
    at.once(line, HOLIDAY, nation, day)
    what = f"{cells['name']}, {day.isoformat()}, {nation}"
    key = f"{nation} {day.isoformat()}"
    if (nation, day.isoformat()) in at.known.holidays:
        return Line(line=line, kind=HOLIDAY, verb=SAME, what=what, key=key)
    if why := holidays.problem(day, at.today, at.known.last_year, at.whole):
        raise Wrong("date", why)
    values = {"nation": nation, "date": day.isoformat(), "title": cells["name"]}
    return Line(line=line, kind=HOLIDAY, verb=ADD, what=what, key=key, values=values)


def _identifiers(at: Planner, line: int, cells: Cells) -> dict[str, str] | None:
    given = cells.get("identifiers", "")
    found = identifiers_of(given)
    if given and not found:
        at.fault(
            line, "identifiers", "Write system=value, and a | between several, such as ons=E08000035|ods=QWO"
        )
    return found or None


def _person_id(email: str, taken: Mapping[str, Any]) -> str:
    """Opaque, because an id stays when a name changes."""
    base = f"p-{sha256(email.casefold().encode()).hexdigest()[:12]}"
    return id_for(base, taken)


READERS: Mapping[str, Reader] = {
    BODY: body_row,
    TEAM: team_row,
    PERSON: person_row,
    POST: post_row,
    CONTACT: contact_row,
    HOLIDAY: holiday_row,
}
