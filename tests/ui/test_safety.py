"""What pages answer with, and what they do not accept: a sentence and a 4xx, never a fault, never an echo."""

import re
from datetime import timedelta

import httpx2
import pytest

from api.services import Site
from tests.ui.stage import Stage
from ui.sign_in import local_path

AMY, JUDITH, PRIYA = "p-amara-okafor", "p-judith-marchbanks", "p-priya-raghunathan"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

# What people and machines send: percent-encoded, as a browser would.
HOSTILE = {
    "nothing": "",
    "html": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "formula": "%3DHYPERLINK(%22http%3A%2F%2Fx%22)",
    "lone surrogate": "%ED%A0%80",
    "not utf-8": "%FF%FE%FA",
    "nul": "a%00b",
    "bidi": "%E2%80%AEtxt",
    "nan": "NaN",
    "huge number": "9" * 400,
    "long": "x" * 200_000,
    "deep": "%5B" * 5_000,
    "template": "%7B%7B7*7%7D%7D",
    "bad percent": "%zz%",
    "lines": "%0D%0A" * 500,
}


async def test_every_page_has_its_headers(stage: Stage) -> None:
    ref = await stage.active()
    amy = await stage.signs_in(AMY)
    for path in ("/", "/register", f"/cases/{ref}", "/nowhere", f"/cases/{ref}/acts/approve"):
        page = await amy.get(path)
        headers = page.response.headers
        policy = headers["content-security-policy"]
        nonce = re.search(r"'nonce-([^']+)'", policy)
        assert nonce and page.html.count(f'nonce="{nonce[1]}"') in (0, 2), path
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store", path
    stranger = await stage.stranger().get("/register")
    assert stranger.response.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in stranger.response.headers


async def test_every_nonce_is_new(stage: Stage) -> None:
    policies = {
        (await stage.stranger().get("/")).response.headers["content-security-policy"] for _ in range(5)
    }
    assert len(policies) == 5


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": "http://localhost:8000"}, 303),
        ({}, 403),
    ],
)
async def test_another_site_cannot_send_our_forms(stage: Stage, headers: dict[str, str], status: int) -> None:
    amy = await stage.signs_in(AMY)
    del amy.client.headers["Origin"]
    page = await amy.post("/requests/new", {"path": "standard"}, headers=headers)
    assert page.status == status
    if status == 403:
        assert page.h1 == ["You cannot do this"]


async def test_too_much_and_too_many_and_the_wrong_kind_are_pages(stage: Stage) -> None:
    ref = await stage.signed()
    priya = await stage.signs_in(PRIYA)
    path = f"/cases/{ref}/acts/ask"
    for body, headers, status in (
        (b"reason=" + b"x" * 1_100_000, FORM, 413),
        (b"&".join(b"a=1" for _ in range(5_000)), FORM, 422),
        (b'{"reason": "x"}', {"Content-Type": "application/json"}, 422),
        (b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}, 422),
    ):
        response = await priya.client.post(path, content=body, headers=headers)
        assert response.status_code == status and "<h1" in response.text
        assert response.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_text_in_every_box_is_answered_with_a_sentence(stage: Stage, kind: str) -> None:
    """Each act's boxes at once, the hidden ones too; then each section of a request."""
    ref = await stage.signed()
    priya = await stage.signs_in(PRIYA)
    for act in ("ask", "refuse", "approve", "say_not_held"):
        page = await priya.get(f"/cases/{ref}/acts/{act}")
        boxes = set(re.findall(r'name="([^"]+)"', page.html)) - {"viewport", "theme-color"}
        for hidden in (False, True):
            pairs = [f"{box}={HOSTILE[kind]}" for box in boxes if hidden or box not in page.hidden]
            pairs += [] if hidden else [f"{key}={value}" for key, value in page.hidden.items()]
            await answers_calmly(priya.client, f"/cases/{ref}/acts/{act}", pairs, kind)
    draft, amy = await stage.drafted()
    for section in ("team", "purpose", "harm", "holder", "items", "timing", "others"):
        page = await amy.get(f"/requests/{draft}/{section}")
        boxes = set(re.findall(r'name="([^"]+)"', page.html)) - {"viewport", "theme-color", "go"}
        await answers_calmly(
            amy.client, f"/requests/{draft}/{section}", [f"{box}={HOSTILE[kind]}" for box in boxes], kind
        )
        assert (await amy.get(f"/requests/{draft}/{section}")).status == 200
    assert (await amy.get(f"/requests/{draft}/check")).status == 200
    sent = await amy.fills(f"/requests/{draft}/check", already_held="yes", already_held_why="Other years.")
    # What is too long for a draft was not saved, so that draft is still as good as it was.
    assert sent.status == (303 if kind == "long" else 422) and (kind == "long" or sent.summary_links)


async def answers_calmly(client: httpx2.AsyncClient, path: str, pairs: list[str], kind: str) -> None:
    response = await client.post(path, content="&".join(pairs).encode(), headers=FORM)
    assert response.status_code in (303, 409, 413, 422), (path, kind, response.status_code)
    assert "<script>alert" not in response.text


@pytest.mark.parametrize(
    "kind", [kind for kind in HOSTILE if kind not in ("long", "deep", "lines", "nothing")]
)
async def test_hostile_addresses_are_not_found_or_not_understood(stage: Stage, kind: str) -> None:
    amy = await stage.signs_in(AMY)
    text = HOSTILE[kind]
    for path in (
        f"/cases/{text}", f"/cases/{text}/acts/approve", f"/requests/{text}", f"/requests/{text}/check",
        f"/register/{text}", f"/register/SC-1/v/{text}", f"/register?state={text}", f"/register?after={text}",
        f"/inbox?after={text}", f"/cases?after={text}~SC-1", f"/sign-in?next={text}", f"/inbox?command={text}",
    ):  # fmt: skip
        page = await amy.get(path)
        assert page.status in (200, 404, 422), (path, page.status)
        assert "<script>alert" not in page.html


async def test_a_fault_is_a_page_that_repeats_nothing(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)

    def broken(*_: object) -> None:
        raise KeyError("canary")

    stage.app.state.pages.calendar = broken
    page = await amy.get("/inbox?secret=canary")
    assert page.status == 500 and page.h1 == ["Sorry, there is a problem with the service"]
    assert "canary" not in page.html and "KeyError" not in page.html
    assert page.response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("/cases/SC-1", "/cases/SC-1"),
        ("/register?state=active", "/register?state=active"),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("https://evil.example", ""),
        ("javascript:alert(1)", ""),
        ("/a\nb", ""),
        ("", ""),
    ],
)
def test_signing_in_leads_only_to_our_own_pages(path: str, safe: str) -> None:
    assert local_path(path) == safe


async def test_signing_in_and_out(stage: Stage) -> None:
    stranger = stage.stranger()
    asked = await stranger.get("/cases/SC-1")
    assert (asked.status, asked.location) == (303, "/sign-in?next=/cases/SC-1")
    page = await stranger.get(asked.location)
    featured = [page.html.index(name) for name in ("Amara Okafor", "Judith Marchbanks", "Priya Raghunathan")]
    assert featured == sorted(featured) and page.html.count("<option") > 190
    wrong = await stranger.post("/sign-in", {"person": "nobody", "next": "/leader"})
    assert wrong.status == 422 and wrong.summary_links == ["#person"]
    signed = await stranger.post("/sign-in", {"person": AMY, "next": "/notifications"})
    assert signed.location == "/notifications"
    cookie = signed.response.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Secure" not in cookie
    assert (await stranger.get("/")).location == "/inbox"
    out = await stranger.post("/sign-out")
    assert out.location == "/"
    stranger.client.cookies.set("sharecase_session", re.search(r"session=([^;]+)", cookie)[1])  # type: ignore[index]
    assert (await stranger.get("/inbox")).status == 303, "a signed-out session is dead, not only forgotten"


async def test_a_session_stays_while_it_is_used_and_goes_when_it_is_not(stage: Stage) -> None:
    amy = await stage.signs_in(AMY)
    for _ in range(4):
        stage.now += timedelta(minutes=20)
        assert (await amy.get("/inbox")).status == 200
    stage.now += timedelta(minutes=31)
    assert (await amy.get("/inbox")).status == 303


async def test_no_demonstration_people_outside_a_demonstration(stage: Stage) -> None:
    real = Stage(
        stage.database, site=Site(embedded=False, dev_sign_in=False, public_url="https://sharecase.example")
    )
    browser = real.stranger()
    assert "made-up" not in (page := await browser.get("/sign-in")).text and "<option" not in page.html
    assert (await browser.post("/sign-in", {"person": AMY})).status == 404
    start = await browser.get("/")
    assert "/sign-in" not in start.links and "Demonstration" not in start.text
    assert start.response.headers["strict-transport-security"]
    asked = await browser.get("/inbox")
    assert asked.status == 403 and "signing in is not set up here" in asked.text


async def test_sources_of_the_stylesheet_are_not_served(stage: Stage) -> None:
    browser = stage.stranger()
    assert (await browser.get("/static/vendor/app.css")).status == 200
    assert (await browser.get("/static/source/app.scss")).status == 404
    assert (await browser.get("/static/../app.py")).status == 404


async def test_the_machines_side_answers_beside_the_pages(stage: Stage) -> None:
    response = await stage.stranger().client.get("/api/v1/no-such-thing")
    assert response.status_code in (401, 404)
    assert response.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "path", ["/", "/register", "/api/v1/register", "/health/live", "/static/vendor/app.css"]
)
async def test_head_answers_like_get_without_a_body(stage: Stage, path: str) -> None:
    client = stage.stranger().client
    head, get = await client.head(path), await client.get(path)
    assert (head.status_code, head.content) == (200, b"") and get.content
    assert head.headers["content-type"] == get.headers["content-type"]
