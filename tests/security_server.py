"""An X-Road Security Server's management API as Sharecase needs it: a small contract by hand, with a memory and bad days.

Written from the published description of that API, and held against it where the description is at hand
(`tests/x_road_description.py`). It is no Security Server.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

KEY = "5f1c7e0a-44d2-4c39-9be0-1d7a9f4c0b52"
CLIENT, SERVICE, SUBJECT = "GB:GOV:1001:PAYE", "incomes", "GB:GOV:2002:PensionCredit"
OTHER = "GB:GOV:3003:Housing"

HANGS, DROPS, LOST, REDIRECTS, GARBAGE, HUGE = "hangs", "drops", "lost", "redirects", "garbage", "huge"
Fault = int | str
"""A status it answers instead; or what else goes wrong. LOST: it was done, and the answer is a 500."""


@dataclass
class SecurityServer:
    """`services`: by client and service code, the endpoints by id. `rights`: (client, service code, subject), or the id
    of an endpoint and a subject."""

    url: str = ""
    services: dict[str, dict[str, dict[str, tuple[str, str]]]] = field(
        default_factory=lambda: {
            CLIENT: {
                SERVICE: {
                    "1": ("*", "**"),
                    "2": ("GET", "/people/*"),
                    "3": ("POST", "/searches"),
                    "4": ("GET", "/all"),
                },
                "letters": {"5": ("*", "**")},
            }
        }
    )
    subjects: set[str] = field(default_factory=lambda: {SUBJECT, OTHER})
    rights: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    calls: list[str] = field(default_factory=list[str])  # 'POST /clients/...', as it was sent
    faults: deque[Fault] = field(default_factory=deque[Fault])
    answers: int = 0  # to every call, 0 for none
    before_change: Callable[[], None] | None = None  # somebody else is quicker
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def changes(self) -> list[str]:
        return [each for each in self.calls if each.startswith("POST")]

    def will(self, *faults: Fault) -> None:
        self.faults.extend(faults)

    # --- what it does ---

    def read_client(self, request: web.Request) -> Any:
        self._client(request)
        return {"id": request.match_info["id"]}

    def read_services(self, request: web.Request) -> Any:
        client = request.match_info["id"]
        return [
            {
                "id": str(number),
                "client_id": client,
                "disabled": False,
                "services": [
                    {
                        "id": f"{client}:{code}",
                        "service_code": code,
                        "endpoints": [
                            {"id": id_, "service_code": code, "method": method, "path": path}
                            for id_, (method, path) in endpoints.items()
                        ],
                    }
                ],
            }
            for number, (code, endpoints) in enumerate(self._client(request).items(), start=1)
        ]

    def read_rights(self, request: web.Request) -> Any:
        client, subject = self._client(request), self._subject(request.match_info["sc_id"])
        return [
            {"service_code": code}
            for code in client
            if (request.match_info["id"], code, subject) in self.rights
        ]

    def change_rights(self, request: web.Request, body: Any, *, add: bool) -> Any:
        client, subject = self._client(request), self._subject(request.match_info["sc_id"])
        codes = [each["service_code"] for each in body["items"]]
        if not set(codes) <= set(client):
            raise Answer(404)
        self._change({(request.match_info["id"], code, subject) for code in codes}, add=add)
        return [{"service_code": code} for code in codes]

    def read_subjects(self, request: web.Request) -> Any:
        id_ = self._endpoint(request)
        return [{"id": subject} for subject in sorted(self.subjects) if (id_, subject) in self.rights]

    def change_subjects(self, request: web.Request, body: Any, *, add: bool) -> Any:
        id_ = self._endpoint(request)
        found = [self._subject(each["id"]) for each in body["items"]]
        self._change({(id_, subject) for subject in found}, add=add)
        return [{"id": subject} for subject in found]

    def _change(self, rights: set[tuple[str, ...]], *, add: bool) -> None:
        if self.before_change:
            self.before_change()
        if add and rights & self.rights:
            raise Answer(409, "duplicate_accessright")
        if not add and not rights <= self.rights:
            raise Answer(404, "accessright_not_found")
        self.rights = self.rights | rights if add else self.rights - rights

    def _client(self, request: web.Request) -> dict[str, Any]:
        if request.match_info["id"] not in self.services:
            raise Answer(404, "client_not_found")
        return self.services[request.match_info["id"]]

    def _subject(self, subject: str) -> str:
        if subject not in self.subjects:
            raise Answer(404, "service_client_not_found")
        return subject

    def _endpoint(self, request: web.Request) -> str:
        known = {id_ for client in self.services.values() for ends in client.values() for id_ in ends}
        if request.match_info["id"] not in known:
            raise Answer(404, "endpoint_not_found")
        return request.match_info["id"]

    # --- how it is spoken to ---

    async def takes(
        self, request: web.Request, does: Callable[[], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        self.calls.append(f"{request.method} {request.rel_url.raw_path.removeprefix('/api/v1')}")
        await request.read()
        fault: Fault = self.faults.popleft() if self.faults else self.answers
        if isinstance(fault, int) and fault:
            return problem(fault, "core.unavailable")
        match fault:
            case "hangs":
                await self.closing.wait()
            case "drops":
                assert request.transport
                request.transport.close()
            case "redirects":
                return web.Response(status=302, headers={"location": f"{self.url}/api/v1/clients/elsewhere"})
            case "garbage":
                return web.Response(text="<html>not json", content_type="application/json")
            case "huge":
                return web.Response(body=b"[" + b" " * 5_000_000 + b"]", content_type="application/json")
            case _:
                pass
        if request.headers.get("authorization") != f"X-Road-ApiKey token={KEY}":
            return problem(401)
        try:
            answer: web.StreamResponse = await does()
        except Answer as told:
            return problem(told.status, told.code)
        return problem(500) if fault == "lost" else answer

    def application(self, *middlewares: Any) -> web.Application:
        def reads(which: Callable[[web.Request], Any]) -> Any:
            async def handler(request: web.Request) -> web.StreamResponse:
                async def does() -> web.Response:
                    return web.json_response(which(request))

                return await self.takes(request, does)

            return handler

        def changes(which: Callable[..., Any], *, add: bool) -> Any:
            async def handler(request: web.Request) -> web.StreamResponse:
                async def does() -> web.Response:
                    told = which(request, await request.json(), add=add)
                    return web.json_response(told, status=201) if add else web.Response(status=204)

                return await self.takes(request, does)

            return handler

        app = web.Application(middlewares=middlewares)
        client, endpoint = "/api/v1/clients/{id}", "/api/v1/endpoints/{id}/service-clients"
        rights = f"{client}/service-clients/{{sc_id}}/access-rights"
        app.add_routes(
            [
                web.get(client, reads(self.read_client)),
                web.get(f"{client}/service-descriptions", reads(self.read_services)),
                web.get(rights, reads(self.read_rights)),
                web.post(rights, changes(self.change_rights, add=True)),
                web.post(f"{rights}/delete", changes(self.change_rights, add=False)),
                web.get(endpoint, reads(self.read_subjects)),
                web.post(endpoint, changes(self.change_subjects, add=True)),
                web.post(f"{endpoint}/delete", changes(self.change_subjects, add=False)),
            ]
        )
        return app


class Answer(Exception):
    def __init__(self, status: int, code: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def problem(status: int, code: str = "") -> web.Response:
    """ErrorInfo of the description; the words of a server are never of interest to us."""
    told: dict[str, Any] = {"status": status}
    if code:
        told["error"] = {"code": code, "metadata": ["10.1.2.3 says <b>no</b>"]}
    return web.json_response(told, status=status)


@asynccontextmanager
async def security_server(
    *middlewares: Any, tls: ssl.SSLContext | None = None
) -> AsyncIterator[SecurityServer]:
    """One that listens on a real port of this computer."""
    made = SecurityServer()
    runner = web.AppRunner(made.application(*middlewares), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    assert site._server and site._server.sockets  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue, reportUnknownMemberType]
    port = site._server.sockets[0].getsockname()[1]  # pyright: ignore
    made.url = f"http{'s' if tls else ''}://127.0.0.1:{port}"
    try:
        yield made
    finally:
        made.closing.set()
        await runner.cleanup()
