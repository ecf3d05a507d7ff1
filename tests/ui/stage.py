"""A stage for page tests: the whole web app on a real database, people who browse, and time that passes when told.

await stage.signs_in("p-amara-okafor") gives a browser; browser.get(...) gives a Page that can be asked about.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import httpx2

from api.services import Services, Site
from domain.case import Case
from domain.working_days import Nation, add_working_days, end_of_day, london_date
from store import directory, shapes, tables
from store.database import Database
from store.seeding import demo_requests
from tests.ui.fake_desk import FakeDesk
from ui.app import create_app

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
MANIFEST = {"rows": "1200", "checksum": "sha256:4be1"}
SIGNATURE = {
    "residual": "A letter could reach the wrong home. Each address is checked by hand.",
    "agree": "yes",
}
REFUSAL = {
    "ground": "harm_outweighs",
    "harm_of_sharing": "Neighbours who work at the council could learn the income of people they know.",
    "safeguards": "Access logs were considered; small offices have nobody independent to read them.",
    "answer_to_harm": "A letter to everyone over pension age reaches the same pensioners without income.",
    "smaller_share": "Names and dates of birth without the income band.",
}


class Page(HTMLParser):
    """A page as a person meets it: its text, headings, links, fields, errors."""

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__(convert_charrefs=True)
        self.response = response
        self.status = response.status_code
        self.html = response.text
        self.location = response.headers.get("location", "")
        self.headings: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self.hidden: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.ticked: dict[str, list[str]] = {}
        self.links: list[str] = []
        self.title = self.lang = ""
        self.summary_links: list[str] = []
        self._inside: list[str] = []
        self._words: list[str] = []
        self._in_summary = 0
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        classes = found.get("class", "").split()
        if tag == "html":
            self.lang = found.get("lang", "")
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found.get("href", ""))
        if "govuk-error-summary" in classes:
            self._in_summary = 1
        elif self._in_summary and tag == "div":
            self._in_summary += 1
        if self._in_summary and tag == "a":
            self.summary_links.append(found.get("href", ""))
        if tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found.get("value", "")
        is_ticked = found.get("type") not in ("radio", "checkbox") or "checked" in found
        if tag == "input" and "name" in found and is_ticked:
            self.values[found["name"]] = found.get("value", "")
        if tag == "input" and found.get("type") == "checkbox" and "checked" in found:
            self.ticked.setdefault(found["name"], []).append(found.get("value", ""))
        if tag == "textarea":
            self.values[found["name"]] = ""
            self._textarea = found["name"]
        if tag in ("h1", "h2", "h3", "title", "textarea", "script", "style"):
            self._inside.append(tag)
            if tag not in ("textarea", "script", "style", "title"):
                self.headings.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()
        if self._in_summary and tag == "div":
            self._in_summary -= 1

    def handle_data(self, data: str) -> None:
        where = self._inside[-1] if self._inside else ""
        if where == "title":
            self.title += data
        elif where == "textarea":
            self.values[self._textarea] += data
        elif where in self.headings:
            self.headings[where][-1] += data
        if where not in ("script", "style", "title"):
            self._words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self._words)).strip()

    @property
    def h1(self) -> list[str]:
        return [" ".join(each.split()) for each in self.headings.get("h1", [])]


@dataclass
class Browser:
    """Somebody's browser. Forms are sent with the hidden fields of the page they were drawn on."""

    client: httpx2.AsyncClient

    async def get(self, path: str) -> Page:
        return Page(await self.client.get(path))

    async def post(self, path: str, data: Mapping[str, Any] | None = None, **more: Any) -> Page:
        return Page(await self.client.post(path, data=dict(data or {}), **more))

    async def fills(self, path: str, /, **answers: Any) -> Page:
        """Open a page, fill its form, send it. What an act's form ticks by itself stays ticked."""
        page = await self.get(path)
        assert page.status == 200, page.text
        ticked = page.ticked if "/acts/" in path else {}
        return await self.post(path, {**page.hidden, **ticked, **answers})

    async def acts(self, ref: str, act: str, **answers: Any) -> Page:
        page = await self.fills(f"/cases/{ref}/acts/{act}", **answers)
        assert page.status == 303, page.text
        return await self.get(page.location)


@dataclass
class Stage:
    database: Database
    now: datetime = MONDAY
    site: Site = field(default_factory=Site)
    browsers: dict[str, Browser] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.desk = FakeDesk(self.database, lambda: self.now)
        self.services = Services(
            database=self.database, desk=self.desk, clock=lambda: self.now, site=self.site
        )
        self.app = create_app(self.services)
        self.requests = {each["key"]: each for each in demo_requests()}

    def stranger(self) -> Browser:
        transport = httpx2.ASGITransport(app=self.app)
        # As every browser does with a form, it says which page it comes from.
        headers = {"Origin": self.site.public_url}
        return Browser(httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=headers))

    async def signs_in(self, person: str) -> Browser:
        """A session of this person that never goes idle between a story's days."""
        browser = self.stranger()
        page = await browser.post("/sign-in", {"person": person})
        assert page.status == 303, page.text
        return browser

    async def case(self, ref: str) -> Case:
        async with self.database.read() as connection:
            row = await connection.execute(tables.cases.select().where(tables.cases.c.ref == ref))
            return shapes.case_from_json(row.one().state)

    async def working_days_pass(self, ref: str, days: int) -> None:
        async with self.database.read() as connection:
            calendar = await directory.full_calendar(connection)
        day = add_working_days(calendar, Nation.ENGLAND_AND_WALES, london_date(self.now), days)
        self.now = end_of_day(day) + timedelta(seconds=1)
        await self.desk.time_passes(ref, self.now)

    async def until(self, ref: str, instant: datetime) -> None:
        self.now = instant
        await self.desk.time_passes(ref, instant)

    # --- stories -----------------------------------------------------------------------------------

    async def drafted(self, key: str = "pension-credit-take-up", **changes: Any) -> tuple[str, Browser]:
        """A whole request typed through the twelve pages; the browser is its author's."""
        form = {**self.requests[key], **changes}
        browser = await self.signs_in(self.author(form["team"]))
        begun = await browser.post("/requests/new", {"path": "standard"})
        ref = begun.location.rpartition("/")[2]
        page = await browser.get(f"/requests/{ref}/team")
        path = f"/requests/{ref}/team"
        while not path.endswith("/check"):
            page = await browser.post(path, typed(form))
            assert page.status == 303, page.text
            path = page.location
        return ref, browser

    # What a story begins with is told to the edge at once; that the pages tell it the same is tested with the pages.

    async def submitted(self, key: str = "pension-credit-take-up", **changes: Any) -> str:
        form = {
            **self.requests[key],
            "already_held": "not_enough",
            "already_held_why": "Each of these requests is a story of its own.",
            **changes,
        }
        author = await self.person(self.author(form["team"]))
        answer = await self.services.intake.start(author, form, command=uuid4().hex, via="web")
        assert not answer.is_refused, answer.sentence
        return answer.ref

    async def signed(self, key: str = "pension-credit-take-up", **changes: Any) -> str:
        ref = await self.submitted(key, **changes)
        await self.did(self.requests[key]["risk_owner"], ref, "sign_risk", **SIGNATURE)
        return ref

    async def approved(self, key: str = "pension-credit-take-up", **changes: Any) -> str:
        ref = await self.signed(key, **changes)
        await self.did(self.sender(ref, key), ref, "approve", delivered="no")
        return ref

    async def active(self, key: str = "pension-credit-take-up", **changes: Any) -> str:
        ref = await self.approved(key, **changes)
        await self.did(self.sender(ref, key), ref, "record_delivery", **MANIFEST)
        await self.did(self.author(self.requests[key]["team"]), ref, "confirm_receipt", **MANIFEST)
        return ref

    async def refused(self, key: str = "pension-credit-take-up", **changes: Any) -> str:
        ref = await self.signed(key, **changes)
        item = self.requests[key]["items"][0]
        await self.did(self.sender(ref, key), ref, "refuse", items=[item], **REFUSAL)
        return ref

    async def did(self, person: str, ref: str, act: str, **answers: Any) -> None:
        case = await self.case(ref)
        raw = {**answers, "form_hash": case.form_hash}
        answer = await self.services.intake.act(
            await self.person(person), ref, act, raw, command=uuid4().hex, seen=case.version, via="web"
        )
        assert not answer.is_refused, answer.sentence

    async def person(self, person: str) -> directory.Person:
        async with self.database.read() as connection:
            found = await directory.person(connection, person, london_date(self.now))
        assert found
        return found

    async def acts(self, person: str, ref: str, act: str, **answers: Any) -> Page:
        return await (await self.signs_in(person)).acts(ref, act, **answers)

    # --- who -----------------------------------------------------------------------------------------

    def author(self, team: str) -> str:
        return self.holder("requester", team=team)

    def sender(self, ref: str, key: str = "pension-credit-take-up") -> str:
        return self.holder("sender_decider", team=self.requests[key]["sending_team"])

    def holder(self, role: str, **where: Any) -> str:
        return next(
            post["person"]
            for post in POSTS
            if post["role"] == role and all(post[key] == value for key, value in where.items())
        )


def typed(form: Mapping[str, Any]) -> dict[str, Any]:
    """A request as the boxes of its pages hold it."""
    boxes: dict[str, Any] = {}
    for key, value in form.items():
        if key in ("until", "needed_by"):
            boxes |= dict(zip((f"{key}-year", f"{key}-month", f"{key}-day"), value.split("-"), strict=True))
        else:
            boxes[key] = "\n".join(value) if isinstance(value, list) else str(value)
    return boxes


def _posts() -> list[dict[str, Any]]:
    import json

    from store.seeding import SEED

    return json.loads((SEED / "world.json").read_text(encoding="utf-8"))["posts"]


POSTS = _posts()
