"""The management API of an X-Road Security Server: the few calls that a right takes, and what each answer means (P3).

Everything is read before it is changed and read again afterwards, so that doing it twice does it once and "it is there
already" is no failure. Only the rights of one subject to one service are looked at; of all others nothing is sent.
"""

import json
import re
import ssl
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import quote

import httpx2

from domain.x_road import WHOLE, Endpoint, Step

SLOWEST = 10.0  # seconds for one answer
MOST_BYTES = 4_000_000  # of one answer: a client may have many services
BASE = "/api/v1"
CODE = re.compile(r"[a-z0-9_.-]{1,80}")
WHY = {
    400: "it takes the request for a wrong one",
    401: "it does not know our API key; put in another one",
    403: "our API key may not do this; it needs the role of service administrator",
    404: "it does not know the subject, the client or the service",
    409: "it says that this conflicts with what is there",
    429: "it is too busy",
}


class Trouble(Exception):
    """It did not come about. Says why in words of ours; `status` where there was an answer."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def trust(certificate: str) -> ssl.SSLContext:
    """Whom we believe to be the server: whoever this certificate vouches for, or the public authorities. Raises `ssl.SSLError`."""
    return ssl.create_default_context(cadata=certificate or None)


class ManagementApi:
    """`async with ManagementApi(url, key, certificate) as api: await api.bring(step)`"""

    def __init__(self, url: str, key: str, certificate: str = "", *, timeout: float = SLOWEST) -> None:
        self._client = httpx2.AsyncClient(
            base_url=url.rstrip("/") + BASE,
            headers={
                "Authorization": f"X-Road-ApiKey token={key}",
                "Accept": "application/json",
                "User-Agent": "Sharecase",
            },
            # Without TLS, which is this computer in a test, there is nobody to be believed.
            verify=trust(certificate)
            if url.startswith("https://")
            else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            timeout=httpx2.Timeout(timeout),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def bring(self, step: Step) -> tuple[int, int]:
        """Make the rights what the step says. (How many were added, how many removed.) Raises `Trouble`.

        What is not there cannot be removed, and that is no trouble; what cannot be added is, once the rest is done.
        """
        if not await self._has_client(step):
            return 0, 0
        known = await self._known(step)
        before = await self._held(step, known)
        unknown = sorted(step.add - set(known))
        trouble: list[Trouble] = []
        for part in sorted(step.remove & before):
            trouble += await self._change(step, known, part, add=False)
        for part in sorted((step.add - before) - set(unknown)):
            trouble += await self._change(step, known, part, add=True)
        after = await self._held(step, known) if (step.remove & before) | (step.add - before) else before
        if after & step.remove or (step.add - set(unknown)) - after:
            raise trouble[0] if trouble else Trouble("it took the change and shows another state")
        if unknown:
            names = ", ".join(str(each) for each in unknown[:5])
            raise Trouble(f"the service {step.service} has no such endpoint there: {names}")
        return len(step.add - before), len(step.remove & before)

    async def _has_client(self, step: Step) -> bool:
        try:
            await self._ask("GET", "clients", step.client)
        except Trouble as trouble:
            if trouble.status != 404:
                raise
            if step.add:
                raise Trouble(f"it knows no client {step.client}", 404) from trouble
            return False
        return True

    async def _known(self, step: Step) -> dict[Endpoint, list[str]]:
        """The endpoints of the service with their ids there. The whole of it goes by its code, and has none."""
        described = await self._ask("GET", "clients", step.client, "service-descriptions")
        services = [
            each
            for description in _rows(described)
            for each in _rows(description.get("services", []))
            if each.get("service_code") == step.service
        ]
        if not services:
            if step.add:
                raise Trouble(f"the client {step.client} has no service {step.service} there")
            return {}
        found: dict[Endpoint, list[str]] = {WHOLE: []}
        for each in (one for service in services for one in _rows(service.get("endpoints", []))):
            which = Endpoint(str(each.get("method")), str(each.get("path")))
            if which != WHOLE:
                found.setdefault(which, []).append(str(each.get("id")))
        return found

    async def _held(self, step: Step, known: Mapping[Endpoint, list[str]]) -> set[Endpoint]:
        found: set[Endpoint] = set()
        for part in (step.add | step.remove) & set(known):
            if part == WHOLE:
                rights = await self._rights(step)
                holds = step.service in {each.get("service_code") for each in rights}
            else:
                each = [
                    _rows(await self._ask("GET", "endpoints", id_, "service-clients")) for id_ in known[part]
                ]
                holds = any(step.subject in {one.get("id") for one in rows} for rows in each)
            if holds:
                found.add(part)
        return found

    async def _rights(self, step: Step) -> list[Mapping[str, Any]]:
        try:
            return _rows(await self._ask("GET", *_of_subject(step)))
        except Trouble as trouble:
            if trouble.status == 404:  # a subject that has no right yet
                return []
            raise

    async def _change(
        self, step: Step, known: Mapping[Endpoint, list[str]], part: Endpoint, *, add: bool
    ) -> list[Trouble]:
        """404 and 409 are kept until it was read again: somebody else may have done the same a moment ago."""
        last = () if add else ("delete",)
        if part == WHOLE:
            calls = [(*_of_subject(step), *last)]
            body = {"items": [{"service_code": step.service}]}
        else:
            calls = [("endpoints", id_, "service-clients", *last) for id_ in known[part]]
            body = {"items": [{"id": step.subject}]}
        trouble: list[Trouble] = []
        for path in calls:
            try:
                await self._ask("POST", *path, body=body)
            except Trouble as each:
                if each.status not in (404, 409):
                    raise
                trouble.append(each)
        return trouble

    async def _ask(self, method: str, *path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON of an answer with 2xx, None where it has none. Raises `Trouble`."""
        where = "/" + "/".join(quote(each, safe="") for each in path)
        sent = bytearray()
        try:
            async with self._client.stream(method, where, json=body) as answer:
                async for chunk in answer.aiter_bytes():
                    sent += chunk
                    if len(sent) > MOST_BYTES:
                        raise Trouble("its answer is too large")
                status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as broken:
            raise Trouble(_why(broken)) from broken
        if 300 <= status < 400:
            raise Trouble("it sends us somewhere else, where we do not go", status)
        if not 200 <= status < 300:
            raise Trouble(_refused(status, bytes(sent)), status)
        if status == 204 or not sent:
            return None
        try:
            return json.loads(bytes(sent))
        except (ValueError, RecursionError):
            raise Trouble("its answer cannot be read") from None


def _of_subject(step: Step) -> tuple[str, ...]:
    return "clients", step.client, "service-clients", step.subject, "access-rights"


def _rows(told: Any) -> list[Mapping[str, Any]]:
    """A list of objects, as each list of the description is. Raises `Trouble`."""
    rows = cast(Iterable[Any], told) if isinstance(told, list) else None
    if rows is None or not all(isinstance(each, dict) for each in rows):
        raise Trouble("its answer is not what the published description says")
    return cast(list[Mapping[str, Any]], list(rows))


def _refused(status: int, body: bytes) -> str:
    """Its own words are not repeated; the code of its error is, where it looks like one."""
    because = WHY.get(status, f"it answered {status}")
    try:
        code = json.loads(body)["error"]["code"]
    except (ValueError, RecursionError, KeyError, TypeError):
        code = ""
    said = [str(status)] if status in WHY else []
    if isinstance(code, str) and CODE.fullmatch(code):
        said.append(code)
    return f"{because} ({', '.join(said)})" if said else because


def _why(broken: BaseException) -> str:
    """In words of ours: what an error says may hold addresses of somebody's network."""
    cause: BaseException | None = broken
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "its certificate could not be trusted, or TLS failed"
        cause = cause.__cause__ or cause.__context__
    match broken:
        case httpx2.TimeoutException():
            return "it did not answer in time"
        case httpx2.ConnectError():
            return "it could not be reached"
        case httpx2.InvalidURL():
            return "its address cannot be used"
        case _:
            return "it ended the connection without an answer"
