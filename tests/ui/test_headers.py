"""ASVS V3.4, V14.3: whatever is answered, to whomever, by whichever route, is answered with the headers it needs."""

import re
from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest

from api import auth
from api.gate import routes_of
from api.services import Site
from domain.access import Who, row_of
from tests.ui.stage import Stage

AMY = "p-amara-okafor"
HTTPS = Site(public_url="https://testserver")
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
MUST = (
    "default-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", "upgrade-insecure-requests",
)  # fmt: skip
DISPOSITION = re.compile(r'attachment; filename="[A-Za-z0-9._-]+"')
SAFE_KINDS = (
    "text/html; charset=utf-8", "application/json", "application/problem+json", "text/csv; charset=utf-8",
    "application/atom+xml; charset=utf-8", "text/plain; charset=utf-8", "text/x-python; charset=utf-8",
    "application/jwk-set+json", "application/statuslist+jwt",
)  # fmt: skip


def served(stage: Stage, *methods: str) -> list[tuple[str, str]]:
    """(method, address as it is written) of everything the live application serves by these methods.

    Without what asks the engine, which a stage has not.
    """
    left = ("/static", "/health/ready")
    return [
        (method, path) for method, path, _ in routes_of(stage.app) if method in methods and path not in left
    ]


def filled(path: str, **real: str) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: real.get(found[1], "1"), path)


@pytest.fixture
def stage(stage: Stage) -> Iterator[Stage]:
    """The same world as everybody has it who comes by https."""
    yield Stage(stage.database, site=HTTPS)


def is_answered_well(answer: httpx2.Response, path: str, *, public: bool) -> None:
    told = answer.headers
    kind, status = told.get("content-type", ""), answer.status_code
    assert status < 500, (path, status)
    for name, value in ALWAYS.items():
        assert told[name] == value, (path, name)
    assert told["strict-transport-security"] == "max-age=31536000; includeSubDomains", path
    assert "camera=()" in told["permissions-policy"] and "server" not in told, path
    if kind.startswith("text/html"):
        assert all(each in told["content-security-policy"] for each in MUST), path
        assert "unsafe" not in told["content-security-policy"]
    elif kind:
        assert told["content-security-policy"] == NOTHING, path
    assert not answer.content or kind in SAFE_KINDS, (path, kind)
    is_open = "access-control-allow-origin" in told
    assert told["cross-origin-resource-policy"] == ("cross-origin" if is_open else "same-origin"), path
    if is_open:
        assert told["access-control-allow-origin"] == "*" and public, path
        assert "set-cookie" not in told and "access-control-allow-credentials" not in told, path
    if status >= 400 or not public:
        assert told["cache-control"] == "no-store", (path, status, told["cache-control"])
    if kind.startswith("text/csv"):
        assert DISPOSITION.fullmatch(told["content-disposition"]), path


def is_public(method: str, path: str) -> bool:
    row = row_of(method, path)
    return bool(row and row.who is Who.EVERYBODY)


async def test_every_address_to_a_stranger(stage: Stage) -> None:
    client = stage.stranger().client
    walked = 0
    for method, path in served(stage, "GET"):
        answer = await client.get(filled(path))
        is_answered_well(answer, path, public=is_public(method, path))
        walked += 1
    assert walked > 150


async def test_every_address_to_somebody_signed_in_with_what_is_really_there(stage: Stage) -> None:
    ref = await stage.active()
    client = stage.stranger().client
    async with stage.database.write() as connection:
        session = await auth.open_session(connection, AMY, stage.now)
        token = await auth.issue_token(connection, AMY, "a test", stage.now)
    found = dict[int, int]()
    sent = {
        "Cookie": f"{auth.cookie_name(stage.site)}={session}",
        "Authorization": f"Bearer {token}",
    }
    real = {"ref": ref, "act": "withdraw", "rule": "foi", "quarter": "2026-q4", "version": "1"}
    for method, path in served(stage, "GET"):
        answer = await client.get(filled(path, **real), headers=sent)
        is_answered_well(answer, path, public=is_public(method, path))
        found[answer.status_code] = found.get(answer.status_code, 0) + 1
        if is_public(method, path) and answer.headers.get("content-type", "").startswith("text/html"):
            assert answer.headers["cache-control"] == "no-store", f"{path} bears somebody's name"
    assert found[200] > 80, found


async def test_no_form_of_another_website_is_taken_anywhere(stage: Stage) -> None:
    """Also from whoever strips what browsers say: a cookie without an Origin is refused."""
    client = stage.stranger().client
    del client.headers["Origin"]
    walked = 0
    for method, path in served(stage, "POST", "PUT", "PATCH", "DELETE"):
        if path.startswith(("/api/", "/slack/")):
            continue
        for headers in (
            {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
            {"Origin": "https://evil.example"},
            {"Origin": "http://testserver", "Cookie": "x=1"},
            {"Cookie": "__Host-sharecase=x"},
        ):
            answer = await client.request(method, filled(path), headers=headers, data={"a": "1"})
            assert answer.status_code == 403, (path, headers)
        walked += 1
    assert walked > 50


async def test_files_and_faults_too(stage: Stage) -> None:
    client = stage.stranger().client
    for path in (
        "/static/vendor/app.css",
        "/static/favicon.svg",
        "/static/nowhere.css",
        "/static/",
        "/nowhere",
    ):
        told = (await client.get(path)).headers
        assert told["x-content-type-options"] == "nosniff" and told["strict-transport-security"], path
        assert told["cross-origin-resource-policy"] == "same-origin" and "content-security-policy" in told, (
            path
        )
    for method in ("POST", "TRACE", "FOO"):
        told = (await client.request(method, "/register")).headers
        assert told["cache-control"] == "no-store" and told["x-content-type-options"] == "nosniff"

    def broken(*_: object) -> None:
        raise KeyError("canary")

    stage.app.state.services = replace(stage.services, clock=broken)
    for path in ("/api/v1/register", "/api/v1/policies", "/register"):
        answer = await stage.stranger().client.get(path)
        assert "canary" not in answer.text and answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["strict-transport-security"]


async def test_plain_http_promises_no_https() -> None:
    from api.headers import page_policy

    assert "upgrade-insecure-requests" not in page_policy("n", https=False)
    assert page_policy("n", https=True).endswith("upgrade-insecure-requests")
