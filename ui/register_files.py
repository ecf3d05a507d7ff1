"""The register to take away: CSV for spreadsheets, Atom for whoever wants to hear of every new version (P2r).

No cookie is asked for, so that anybody on the way may keep a copy.
"""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse

from api.register import MINUTE, HeardOf, heard_of, kept_bytes
from api.services import Services, ServicesIn
from domain.questions import Problem
from domain.register_search import Filters, check_filters
from domain.rights_desk import Counts
from store import registry
from store.concerns import Numbers
from ui.csv_files import MEDIA_TYPE, headers, written
from ui.register_view import LABELS, address, state_tag
from ui.session import cursor, cursor_text

router = APIRouter(include_in_schema=False)

FORMATS = {"CSV": "/register.csv", "Atom": "/register.atom", "JSON": "/api/v1/register"}
ATOM = "http://www.w3.org/2005/Atom"
COLUMNS = (
    "ref", "version", "state", "published_at", "title", "purpose",
    "receiving_id", "receiving_organisation", "receiving_team", "sending_id", "sending_organisation", "sending_team",
    "lane", "cluster", "cluster_version", "presumption", "use", "duty", "items", "items_shared", "items_withheld",
    "subjects", "people_band", "region", "area", "pattern", "until", "power", "safeguards", "processors", "onward",
    "retired_questions", "harm_of_withholding", "people_per_day", "severity", "harm_reversible", "harm_money",
    "harm_source", "submitted_at", "decided_on", "active_from", "next_review_month", "reviews", "root", "root_version",
    "relied_on_by", "amends", "part_of", "over_on", "over_because", "replaced_by", "separation_waived",
    "overdue_at_top", "kept_back_until", "demo", "address", "concerns_published", "concerns_waiting",
    "concerns_declined", "mediations", "rights_received", "rights_answered", "rights_answered_in_time", "rights_met",
    "rights_partly", "rights_not_met",
)  # fmt: skip


@router.get("/register.csv")
async def as_csv(request: Request, services: ServicesIn) -> Response:
    """Every entry that matches, one line each, written out while it is read."""
    filters, problems = check_filters(request.query_params)
    if problems:
        return _cannot(problems)
    told = headers("register.csv", seconds=MINUTE)
    return StreamingResponse(_lines(services, filters), headers=told, media_type=MEDIA_TYPE)


async def _lines(services: Services, filters: Filters) -> AsyncIterator[str]:
    """No connection is held while a slow reader takes what there is."""
    yield written([COLUMNS])
    last: str | None = ""
    while last is not None:
        async with services.database.read() as connection:
            rows = await registry.batch(connection, filters, last)
            said = await heard_of(connection, [row.ref for row in rows])
        yield written([_line(row, said, services.site.public_url) for row in rows])
        last = rows[-1].ref if len(rows) == registry.BATCH else None


def _line(row: Any, said: HeardOf, public_url: str) -> Sequence[Any]:
    entry: dict[str, Any] = row.entry
    raised, asked = said.concerns.get(row.ref, Numbers()), said.rights.get(row.ref, Counts())
    root, cluster, over = entry.get("root") or {}, entry.get("cluster") or {}, entry.get("over") or {}
    beside = {
        "ref": row.ref,
        "receiving_id": row.receiving_organisation,
        "receiving_organisation": entry["receiving"]["organisation"],
        "receiving_team": entry["receiving"]["team"],
        "sending_id": row.sending_organisation,
        "sending_organisation": entry["sending"]["organisation"],
        "sending_team": entry["sending"]["team"],
        "cluster": cluster.get("id"),
        "cluster_version": cluster.get("version"),
        "reviews": [f"{each['month']}: {each['outcome']}" for each in entry.get("reviews") or ()],
        "root": root.get("id"),
        "root_version": root.get("version"),
        "relied_on_by": said.reliers.get(row.ref, 0),
        **{f"concerns_{name}": number for name, number in raised.public().items()},
        "mediations": raised.mediations,
        **rights_cells(asked),
        "over_on": over.get("on"),
        "over_because": over.get("because"),
        "replaced_by": over.get("replaced_by"),
        "demo": row.demo,
        "address": f"{public_url}/register/{row.ref}/v/{row.version}",
    }
    return [beside[name] if name in beside else entry.get(name) for name in COLUMNS]


def rights_cells(asked: Counts) -> dict[str, Any]:
    """Empty but for a word where there are too few to publish (§5)."""
    public = asked.public()
    few = {"received": f"fewer than {public['fewer_than']}"} if asked.is_few else {}
    return {f"rights_{name}": value for name, value in {**public, **few}.items() if name != "fewer_than"}


@router.get("/register.atom")
async def as_atom(request: Request, services: ServicesIn) -> Response:
    """Every version is an entry of its own, with an id that never changes; the feed has those that are newest."""
    filters, problems = check_filters(request.query_params)
    if problems:
        return _cannot(problems)
    after = cursor(request)
    async with services.database.read() as connection:
        rows = await registry.registered(connection, filters, after=after)
        said = await heard_of(connection, [row.ref for row in rows[: registry.PAGE]])
    shown, site = rows[: registry.PAGE], services.site.public_url
    base = address("/register.atom", filters.asked)
    feed = Element("feed", xmlns=ATOM)
    _add(feed, "id", _urn(f"feed {base}"))
    _add(feed, "title", "Register of data shares" + _asked(filters))
    _add(feed, "updated", _instant(shown[0].published_at if shown else datetime(2026, 1, 1, tzinfo=UTC)))
    _add(SubElement(feed, "author"), "name", "Sharecase register")
    here = base if after is None else str(request.url.path) + "?" + request.url.query
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=site + here)
    page = address("/register", filters.asked)
    SubElement(feed, "link", rel="alternate", type="text/html", href=site + page)
    if len(rows) > registry.PAGE:
        place = cursor_text(shown[-1].published_at, shown[-1].ref)
        joint = "&" if "?" in base else "?"
        SubElement(feed, "link", rel="next", href=f"{site}{base}{joint}after={place}")
    for row in shown:
        _one(feed, row, said, site)
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode").encode()
    return kept_bytes(request, body, MINUTE, "application/atom+xml; charset=utf-8")


def _one(feed: Element, row: Any, said: HeardOf, site: str) -> None:
    entry, state = row.entry, state_tag(row.state).text
    found = SubElement(feed, "entry")
    _add(found, "id", _urn(f"{row.ref} {row.version}"))
    _add(found, "title", f"{entry['title']}: {state[:1].lower()}{state[1:]}")
    _add(found, "updated", _instant(row.published_at))
    _add(found, "published", _instant(row.published_at))
    version = f"{site}/register/{row.ref}/v/{row.version}"
    SubElement(found, "link", rel="alternate", type="text/html", href=version)
    machine = f"{site}/api/v1/register/{row.ref}/versions/{row.version}"
    SubElement(found, "link", rel="alternate", type="application/json", href=machine)
    for term in (row.state, row.lane, row.use):
        if term:
            SubElement(found, "category", term=term)
    sides = f"{entry['sending']['organisation']} to {entry['receiving']['organisation']}"
    over = f" {entry['over']['because']}" if entry.get("over") else ""
    heard = counted(said, row.ref)
    _add(found, "summary", f"Version {row.version}. {sides}. {entry.get('purpose') or ''}{over}{heard}")


def counted(said: HeardOf, ref: str) -> str:
    """What was said and asked about an entry so far, in a sentence; '' when nothing was."""
    raised, asked = said.concerns.get(ref, Numbers()), said.rights.get(ref, Counts()).public()
    requests = asked["received"] if asked["received"] is not None else f"fewer than {asked['fewer_than']}"
    told = {
        "Concerns published": raised.published,
        "Mediations": raised.mediations,
        "Requests about data": requests,
    }
    return "".join(f" {what}: {number}." for what, number in told.items() if number)


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = NOT_XML.sub("", text)


# Characters that XML 1.0 cannot hold, however written.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _urn(what: str) -> str:
    return uuid5(NAMESPACE_URL, f"urn:sharecase:register:{what}").urn


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _asked(filters: Filters) -> str:
    named = [f"{LABELS[name].lower()} {value}" for name, value in filters.asked.items()]
    return f": {', '.join(named)}" if named else ""


def _cannot(problems: Sequence[Problem]) -> Response:
    told = "\n".join(f"{each.field}: {each.sentence}" for each in problems)
    return PlainTextResponse(f"{told}\n", status_code=422)
