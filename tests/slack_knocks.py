"""Slack as it knocks at our door: signed requests, as its servers send them, and what people press and type there."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import httpx2
from fastapi import FastAPI
from sqlalchemy import insert, select

from activities.slack import make_client
from api.desk import Clock
from api.services import Site, SlackSettings
from store import tables
from store.database import Database
from tests.slack_server import APP_ID, TEAM_ID, SlackServer, slack_server
from tests.ui.stage import Stage
from ui.app import create_app

SECRET, BEFORE = "8f742231b10e8888abcd99yyyzzz85a5", "the-one-before-it"


def settings(server: SlackServer, **changes: Any) -> SlackSettings:
    client = make_client("xoxb-test", server.url)
    return SlackSettings(
        **{"secrets": (SECRET, BEFORE), "client": client, "team": TEAM_ID, "app": APP_ID, **changes}
    )


def signed(body: bytes, at: float, secret: str = SECRET) -> dict[str, str]:
    base = b"v0:" + str(int(at)).encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(int(at)), "X-Slack-Signature": f"v0={digest}"}


@dataclass
class Timed:
    """The application, with how long each answer took until it was out: what Slack waits for."""

    app: Any
    took: list[float] = field(default_factory=list[float])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        began = time.perf_counter()

        async def sending(message: Any) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self.took.append(time.perf_counter() - began)

        await self.app(scope, receive, sending)


@dataclass
class Knocks:
    """One workspace whose people click. Everything is signed at `clock`, unless a test says otherwise."""

    app: FastAPI
    server: SlackServer
    database: Database
    clock: Clock

    def __post_init__(self) -> None:
        self.timed = Timed(self.app)
        transport = httpx2.ASGITransport(app=self.timed)  # type: ignore[arg-type]
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://sharecase.test")

    async def post(
        self, path: str, body: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        told = signed(body, self.clock().timestamp()) if headers is None else dict(headers)
        return await self.client.post(path, content=body, headers={"Content-Type": kind, **told})

    async def interaction(
        self, payload: dict[str, Any], headers: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        return await self.post("/slack/interactions", form(payload), FORM_KIND, headers)

    async def event(self, event: dict[str, Any], **changes: Any) -> httpx2.Response:
        told = {"type": "event_callback", "team_id": TEAM_ID, "api_app_id": APP_ID, "event": event, **changes}
        return await self.post("/slack/events", json.dumps(told).encode(), "application/json")

    async def command(self, user: str, text: str = "", **changes: Any) -> httpx2.Response:
        told = {
            "command": "/sharecase",
            "text": text,
            "user_id": user,
            "user_name": user.lower(),
            "team_id": TEAM_ID,
            "team_domain": "whitehall",
            "api_app_id": APP_ID,
            "response_url": self.hook(user),
            "trigger_id": secrets.token_hex(8),
            **changes,
        }
        return await self.post("/slack/commands", urlencode(told).encode(), FORM_KIND)

    async def presses(self, user: str, notice: str, act: str, **changes: Any) -> httpx2.Response:
        return await self.interaction(self.press(user, notice, act, **changes))

    async def sends(
        self, user: str, view: Mapping[str, Any], typed: Mapping[str, Any], **changes: Any
    ) -> httpx2.Response:
        return await self.interaction(self.submission(user, view, typed, **changes))

    def press(self, user: str, notice: str, act: str, **changes: Any) -> dict[str, Any]:
        action = {"type": "button", "action_id": f"act:{act}", "block_id": "acts", "value": f"{notice}|{act}"}
        return {
            "type": "block_actions",
            **self.who(user),
            "trigger_id": secrets.token_hex(8),
            "response_url": self.hook(user),
            "actions": [action],
            **changes,
        }

    def submission(
        self, user: str, view: Mapping[str, Any], typed: Mapping[str, Any], **changes: Any
    ) -> dict[str, Any]:
        """`typed`: question -> what a person types, as the web has it."""
        boxes = {each["block_id"]: each for each in view["blocks"] if each["type"] == "input"}
        values = {
            f"q_{key}": {"answer": _state(boxes[f"q_{key}"]["element"], value)}
            for key, value in typed.items()
        }
        sent = {
            "id": "V000000001",
            "type": "modal",
            "callback_id": view.get("callback_id", ""),
            "private_metadata": view.get("private_metadata", ""),
            "blocks": view["blocks"],
            "state": {"values": values},
        }
        return {"type": "view_submission", **self.who(user), "view": sent, **changes}

    def who(self, user: str) -> dict[str, Any]:
        return {
            "team": {"id": TEAM_ID, "domain": "whitehall"},
            "user": {"id": user, "username": user.lower(), "team_id": TEAM_ID},
            "api_app_id": APP_ID,
        }

    def hook(self, user: str) -> str:
        return self.server.url.replace("/api/", f"/hooks/{user}")

    async def link(self, user: str, person: str, **changes: Any) -> None:
        """As if this person had linked this account just now."""
        now = self.clock()
        row = {"team_id": TEAM_ID, "user_id": user, "person": person, "workspace": "whitehall",
               "handle": user.lower(), "linked_at": now, "checked_at": now, **changes}  # fmt: skip
        async with self.database.write() as connection:
            await connection.execute(insert(tables.slack_links).values(row))

    async def notice(self, ref: str, task: str) -> str:
        """The id of the notice that asks for an open task of this kind."""
        n, t = tables.notices.c, tables.tasks.c
        async with self.database.read() as connection:
            query = select(n.id).join(tables.tasks, (t.ref == n.ref) & (t.task == n.task))
            query = query.where(n.ref == ref, t.kind == task, t.closed_at.is_(None))
            found = (await connection.scalars(query.order_by(n.created_at, n.id))).all()
        return found[0]

    def whispered(self, user: str) -> list[str]:
        return [said["text"] for who, said in self.server.whispers if who == user]


FORM_KIND = "application/x-www-form-urlencoded"


def form(payload: object) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def _state(element: Mapping[str, Any], value: Any) -> dict[str, Any]:
    def option(each: str) -> dict[str, Any]:
        return next(one for one in element["options"] if one["value"] == each)

    match element["type"]:
        case "radio_buttons" | "static_select":
            return {"type": element["type"], "selected_option": option(value) if value else None}
        case "checkboxes" | "multi_static_select":
            return {"type": element["type"], "selected_options": [option(each) for each in value]}
        case "datepicker":
            return {"type": "datepicker", "selected_date": value}
        case kind:
            return {"type": kind, "value": value}


@asynccontextmanager
async def knocking(database: Database, **changes: Any) -> AsyncIterator[tuple[Stage, Knocks]]:
    """The whole app with Slack set up, and a workspace whose people click. `changes`: to the settings."""
    async with slack_server() as server:
        stage = Stage(database, site=Site(slack=True))
        stage.services = replace(stage.services, slack=settings(server, **changes))
        stage.app = create_app(stage.services)
        yield stage, Knocks(stage.app, server, database, lambda: stage.now)
