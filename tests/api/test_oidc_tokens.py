"""A provider that lies: each lie is refused, opens no session, is no fault of ours (5xx) and is repeated to nobody."""

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from joserfc.jwk import RSAKey

from store.database import Database
from tests.oidc_provider import CLIENT, KEYS, SECRET, SUBJECT, Provider, oidc_provider, sign, sign_by_hand
from tests.signing_in import AMY, brought_back, comes_back, invitation, leaves, open_sessions, with_provider
from tests.ui.stage import Browser, Page, Stage

HOUR = 3600
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Stage]:
    yield Stage(database)


@pytest.fixture
async def provider(stage: Stage) -> AsyncIterator[Provider]:
    async with oidc_provider(lambda: stage.now) as made:
        with_provider(stage, made.url, CLIENT, SECRET)
        yield made


async def linked(stage: Stage, provider: Provider) -> None:
    """Amara's account is known, so that whatever is believed now would open a session."""
    browser = stage.stranger()
    url = await leaves(browser, invitation=await invitation(stage))
    page = await comes_back(browser, provider.authorize(url))
    assert (page.status, page.location) == (303, "/inbox"), page.text
    await browser.post("/sign-out")
    assert await open_sessions(stage) == []


async def signs_in(stage: Stage, provider: Provider, browser: Browser | None = None) -> Page:
    browser = browser or stage.stranger()
    return await comes_back(browser, provider.authorize(await leaves(browser)))


async def is_refused(stage: Stage, page: Page, lie: str = "", *, status: int = 403) -> None:
    assert page.status == status, (lie, page.status, page.text)
    assert await open_sessions(stage) == [], lie
    assert "sharecase_session" not in page.response.headers.get("set-cookie", "")
    assert "<script>alert" not in page.html and "lying-" not in page.html and SUBJECT not in page.html


async def test_a_good_token_opens_a_session(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    browser = stage.stranger()
    page = await signs_in(stage, provider, browser)
    assert (page.status, page.location) == (303, "/inbox")
    assert await open_sessions(stage) == [(AMY, "oidc", provider.url)]
    assert (await browser.get("/inbox")).status == 200
    assert provider.calls.count("/.well-known/openid-configuration") == 1  # kept, with the keys
    assert provider.calls.count("/jwks") == 1


@pytest.mark.parametrize(
    ("alg", "key"), [("PS256", "one"), ("ES256", "curve"), ("Ed25519", "edwards"), ("EdDSA", "edwards")]
)
async def test_each_algorithm_of_the_list_works(stage: Stage, provider: Provider, alg: str, key: str) -> None:
    await linked(stage, provider)
    provider.keys[key] = KEYS[key]
    provider.alg, provider.signs_with = alg, key
    if alg in ("Ed25519", "EdDSA"):
        provider.claims["at_hash"] = None
    assert (await signs_in(stage, provider)).status == 303


# --- twenty and more lies of a token ------------------------------------------------------------------------------


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = ({"alg": "none"}, claims)
    text = [urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in parts]
    return ".".join([*text, ""])


def with_public_key_as_secret(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return sign_by_hand({**header, "alg": "HS256"}, claims, KEYS["one"].as_pem(private=False))


def with_client_secret(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return sign_by_hand({**header, "alg": "HS256"}, claims, SECRET.encode())


def bringing_its_own_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    own = RSAKey.generate_key(2048)
    return sign({**header, "jwk": own.as_dict(private=False)}, claims, own)


def pointing_at_its_own_keys(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return sign({**header, "jku": "https://lying-keys.example/jwks"}, claims, KEYS["two"])


def signed_by_another(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return sign({**header, "kid": "one"}, claims, KEYS["two"])


def changed_after_signing(header: dict[str, Any], claims: dict[str, Any]) -> str:
    head, _, signature = sign(header, claims, KEYS["one"]).split(".")
    body = urlsafe_b64encode(json.dumps({**claims, "name": "x"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


def deep(header: dict[str, Any], claims: dict[str, Any]) -> str:
    body = b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    return f"{unsigned(header, claims).split('.')[0]}.{urlsafe_b64encode(body).decode()}.AAAA"


SIGNED: dict[str, Callable[[dict[str, Any], dict[str, Any]], str]] = {
    "none": unsigned,
    "public key as secret": with_public_key_as_secret,
    "client secret": with_client_secret,
    "jwk": bringing_its_own_key,
    "jku": pointing_at_its_own_keys,
    "kid of another key": signed_by_another,
    "changed after signing": changed_after_signing,
    "no token": lambda *_: "lying-token",
    "not base64": lambda *_: "!!!.!!!.!!!",
    "not an object": lambda h, c: ".".join([unsigned(h, c).split(".")[0], "W10", ""]),
    "deep": deep,
    "long": lambda h, c: sign(h, {**c, "more": "x" * 70_000}, KEYS["one"]),
    "markup": lambda *_: MARKUP,
}


HEADERS: dict[str, dict[str, Any]] = {
    "unknown kid": {"kid": "lying-kid"},
    "no kid, two keys": {"kid": None},
    "x5u": {"x5u": "https://lying-keys.example/"},
    "algorithm beside the list": {"alg": "RS384"},
}


def with_header(text: str) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    """A token whose header says what no library would write."""
    head = urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    return lambda header, claims: ".".join([head, *sign(header, claims, KEYS["one"]).split(".")[1:]])


SIGNED |= {
    "kid is a number": with_header('{"alg":"RS256","kid":1}'),
    "crit": with_header('{"alg":"RS256","kid":"one","crit":["exp"],"exp":1}'),
    "alg is a list": with_header('{"alg":["RS256"],"kid":"one"}'),
    "header is a list": with_header('["RS256"]'),
}

# `now` in seconds, and the provider's address -> what the token says instead.
CLAIMS: dict[str, Callable[[int, str], dict[str, Any]]] = {
    "another issuer": lambda now, url: {"iss": "https://lying-issuer.example"},
    "issuer with a slash": lambda now, url: {"iss": f"{url}/"},
    "issuer in a list": lambda now, url: {"iss": [url]},
    "another audience": lambda now, url: {"aud": "lying-client"},
    "audience is no list of names": lambda now, url: {"aud": [CLIENT, 7], "azp": CLIENT},
    "no audience": lambda now, url: {"aud": []},
    "two audiences, no azp": lambda now, url: {"aud": [CLIENT, "lying-client"]},
    "azp is another": lambda now, url: {"aud": [CLIENT, "lying-client"], "azp": "lying-client"},
    "expired": lambda now, url: {"exp": now - HOUR},
    "no exp": lambda now, url: {"exp": None},
    "exp is a word": lambda now, url: {"exp": "tomorrow"},
    "exp is true": lambda now, url: {"exp": True},
    "exp for ever": lambda now, url: {"exp": 10**30},
    "exp is no number": lambda now, url: {"exp": float("nan")},
    "not yet": lambda now, url: {"nbf": now + HOUR},
    "issued later": lambda now, url: {"iat": now + HOUR},
    "no iat": lambda now, url: {"iat": None},
    "no sub": lambda now, url: {"sub": None},
    "empty sub": lambda now, url: {"sub": ""},
    "huge sub": lambda now, url: {"sub": "lying-" * 100},
    "sub is a number": lambda now, url: {"sub": 7},
    "sub turns the text round": lambda now, url: {"sub": "lying-\u202e"},
    "no nonce": lambda now, url: {"nonce": None},
    "another nonce": lambda now, url: {"nonce": "lying-nonce"},
    "nonce is half a character": lambda now, url: {"nonce": "\ud800"},
    "wrong at_hash": lambda now, url: {"at_hash": "lying-hash"},
}


async def test_no_lie_of_a_token_is_believed(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    lies: list[tuple[str, dict[str, Any]]] = [
        *((name, {"signs": signs}) for name, signs in SIGNED.items()),
        *((name, {"header": header}) for name, header in HEADERS.items()),
        *(
            (name, {"claims": claims(int(stage.now.timestamp()), provider.url)})
            for name, claims in CLAIMS.items()
        ),
    ]
    assert len(lies) > 40
    for name, lie in lies:
        with provider.telling(**lie):
            await is_refused(stage, await signs_in(stage, provider), name)
    assert (await signs_in(stage, provider)).status == 303  # and the truth still is


async def test_what_a_token_may_say_is_taken(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    now = int(stage.now.timestamp())
    for claims in (
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "https://another.example"], "azp": CLIENT},
        {"exp": now - 30, "iat": now + 30, "nbf": now + 30.5},  # clocks differ by seconds
        {"at_hash": None},
    ):
        with provider.telling(claims=claims):
            assert (await signs_in(stage, provider)).status == 303, claims


# --- lies beside the token ----------------------------------------------------------------------------------------


def page(text: str, status: int = 200, **headers: str) -> web.Response:
    return web.Response(text=text, status=status, headers={"Content-Type": "text/html", **headers})


AROUND: dict[str, dict[str, Any]] = {
    "userinfo is of somebody else": {"userinfo": {"sub": "lying-sub"}},
    "userinfo names nobody": {"userinfo": {"email": "amara@example.gov.uk"}},
    "userinfo is markup": {"answers": {"/userinfo": page(MARKUP)}},
    "userinfo refuses": {"answers": {"/userinfo": page(MARKUP, 401)}},
    "userinfo leads elsewhere": {"answers": {"/userinfo": page("", 302, Location="https://lying.example/")}},
    "userinfo never ends": {"answers": {"/userinfo": page("x" * 300_000)}},
    "no ID token": {"token": {"id_token": None}},
    "ID token is no text": {"token": {"id_token": {"lying-": 1}}},
    "no access token": {"token": {"access_token": None}},
    "access token with a line end": {"token": {"access_token": "access-1\r\nX-Lie: 1"}},
    "another kind of token": {"token": {"token_type": "mac"}},
    "expiry is a word": {"token": {"expires_in": "lying-soon"}},
    "token refused": {"answers": {"/token": web.json_response({"error": MARKUP}, status=400)}},
    "token is markup": {"answers": {"/token": page(MARKUP)}},
    "token is a list": {"answers": {"/token": web.json_response([1])}},
    "token leads elsewhere": {"answers": {"/token": page("", 307, Location="https://lying.example/token")}},
    "token never ends": {"answers": {"/token": page("x" * 300_000)}},
    "token deep": {"answers": {"/token": page("[" * 50_000)}},
}


async def test_no_lie_around_the_token_is_believed(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    for name, lie in AROUND.items():
        with provider.telling(**lie):
            await is_refused(stage, await signs_in(stage, provider), name)


DISCOVERY: dict[str, dict[str, Any]] = {
    "document of another issuer": {"document": {"issuer": "https://lying-issuer.example"}},
    "a token endpoint elsewhere in the clear": {"document": {"token_endpoint": "http://lying.example/token"}},
    "a way to sign in that is a script": {"document": {"authorization_endpoint": "javascript:alert(1)"}},
    "keys in a file": {"document": {"jwks_uri": "file:///etc/passwd"}},
    "no userinfo": {"document": {"userinfo_endpoint": None}},
    "takes no secret": {"document": {"token_endpoint_auth_methods_supported": ["private_key_jwt"]}},
    "markup": {"answers": {"/.well-known/openid-configuration": page(MARKUP)}},
    "leads elsewhere": {
        "answers": {"/.well-known/openid-configuration": page("", 302, Location="https://lying.example/")}
    },
    "never ends": {"answers": {"/.well-known/openid-configuration": page("x" * 300_000)}},
    "not there": {"answers": {"/.well-known/openid-configuration": page(MARKUP, 404)}},
}


async def test_no_other_provider_is_believed(stage: Stage, provider: Provider) -> None:
    for name, lie in DISCOVERY.items():
        with provider.telling(**lie):
            found = await stage.stranger().post("/sign-in/provider")
            await is_refused(stage, found, name)
            assert found.response.cookies == {}, name


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_provider_that_is_down_says_so_and_the_register_is_read(
    stage: Stage, provider: Provider, status: int
) -> None:
    with provider.telling(answers={"/.well-known/openid-configuration": page(MARKUP, status)}):
        found = await stage.stranger().post("/sign-in/provider")
        await is_refused(stage, found, status=503)
        assert "does not answer. Try again in a few minutes" in found.text
        assert (await stage.stranger().get("/register")).status == 200
        asked = len(provider.calls)
        await is_refused(stage, await stage.stranger().post("/sign-in/provider"), status=503)
        assert len(provider.calls) == asked  # a crowd that waits does not ask one by one
    stage.now += timedelta(seconds=6)
    url = await leaves(browser := stage.stranger())
    for path in ("/token", "/jwks", "/userinfo"):
        with provider.telling(answers={path: page(MARKUP, status)}):
            await is_refused(stage, await comes_back(browser, provider.authorize(url)), path, status=503)
        stage.now += timedelta(seconds=6)
        url = await leaves(browser)


async def test_nobody_there_at_all_is_a_provider_that_is_down(stage: Stage) -> None:
    with_provider(stage, "http://127.0.0.1:9", CLIENT, SECRET)
    await is_refused(stage, await stage.stranger().post("/sign-in/provider"), status=503)


# --- the state, the browser, the code -----------------------------------------------------------------------------


async def test_a_way_back_is_taken_once_in_one_browser_and_in_time(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    browser, other = stage.stranger(), stage.stranger()
    told = provider.authorize(await leaves(browser))
    await is_refused(stage, await comes_back(other, told), "no cookie", status=400)
    await leaves(other)
    await is_refused(stage, await comes_back(other, told), "another browser's cookie", status=400)
    await is_refused(stage, await comes_back(browser, told), "taken by the try before", status=400)

    told = provider.authorize(await leaves(browser))
    stage.now += timedelta(minutes=10, seconds=1)
    await is_refused(stage, await comes_back(browser, told), "too late", status=400)

    told = provider.authorize(await leaves(browser))
    assert (await comes_back(browser, told)).status == 303
    await browser.post("/sign-out")
    await is_refused(stage, await comes_back(browser, told), "replayed", status=400)


async def test_what_comes_back_is_read_strictly(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    browser = stage.stranger()

    async def told(**changes: str) -> dict[str, str]:
        return {**provider.authorize(await leaves(browser)), **changes}

    for name, status, query in (
        ("no state", 400, "code=x"),
        ("nothing", 400, ""),
        ("a state we never gave", 400, f"code=x&state={MARKUP}"),
        ("long", 400, f"code=x&state={'x' * 5000}"),
        ("Unicode", 400, "code=x&state=%E2%80%AE"),
        ("broken text", 400, "code=x&state=%FF"),
    ):
        await leaves(browser)
        await is_refused(stage, await comes_back(browser, query), name, status=status)
    for name, changes in {
        "no code": {"code": ""},
        "another code": {"code": "lying-code"},
        "long code": {"code": "x" * 5000},
        "mix-up": {"iss": "https://lying-issuer.example"},
        "error with markup": {"error": MARKUP, "error_description": MARKUP},
        "denied": {"error": "access_denied"},
    }.items():
        await is_refused(stage, await comes_back(browser, await told(**changes)), name)
    await is_refused(
        stage, await comes_back(browser, await told(error="server_error")), "their fault", status=503
    )
    twice = await told()
    query = f"state={twice['state']}&state={twice['state']}&code={twice['code']}"
    await is_refused(stage, await comes_back(browser, query), "state told twice", status=400)
    twice = await told()
    query = f"state={twice['state']}&code={twice['code']}&code=lying-code"
    await is_refused(stage, await comes_back(browser, query), "code told twice")


async def test_a_code_is_used_once(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    first, second = stage.stranger(), stage.stranger()
    told = provider.authorize(await leaves(first))
    stolen = {**told, "state": provider.authorize(await leaves(second))["state"]}
    await comes_back(first, told)
    await first.post("/sign-out")
    await is_refused(stage, await comes_back(second, stolen), "stolen code")


async def test_a_nonce_of_another_sign_in_is_refused(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    browser = stage.stranger()
    earlier = provider.codes[provider.authorize(await leaves(browser))["code"]]["nonce"]
    with provider.telling(claims={"nonce": earlier}):
        await is_refused(stage, await signs_in(stage, provider), "replayed nonce")


async def test_the_provider_that_names_itself_in_its_answer_must_do_so(
    stage: Stage, provider: Provider
) -> None:
    """RFC 9207."""
    await linked(stage, provider)
    with_provider(stage, provider.url, CLIENT, SECRET)
    provider.document = {"authorization_response_iss_parameter_supported": True}
    browser = stage.stranger()
    told = provider.authorize(await leaves(browser))
    await is_refused(stage, await comes_back(browser, told), "no iss")
    told = provider.authorize(await leaves(browser))
    assert (await comes_back(browser, {**told, "iss": provider.url})).status == 303


async def test_signing_in_too_weakly_is_refused(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    with_provider(stage, provider.url, CLIENT, SECRET, acr="urn:mfa urn:key")
    browser = stage.stranger()
    url = await leaves(browser)
    assert "acr_values=urn%3Amfa+urn%3Akey" in url
    found = await comes_back(browser, provider.authorize(url))
    await is_refused(stage, found, "no acr")
    assert "needs a stronger way of signing in with Internal Access" in found.text
    for acr in ("urn:password", ["urn:mfa"], "urn:mfa urn:key"):
        with provider.telling(claims={"acr": acr}):
            await is_refused(stage, await signs_in(stage, provider), str(acr))
    provider.claims = {"acr": "urn:key"}
    assert (await signs_in(stage, provider)).status == 303


async def test_new_keys_are_asked_for_once_a_minute_at_most(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    provider.keys = {"new": KEYS["two"]}
    provider.signs_with = "new"
    assert (await signs_in(stage, provider)).status == 303
    asked = provider.calls.count("/jwks")
    for _ in range(3):
        with provider.telling(header={"kid": "lying-kid"}):
            assert (await signs_in(stage, provider)).status == 403
    assert provider.calls.count("/jwks") == asked
    stage.now += timedelta(minutes=2)
    with provider.telling(header={"kid": "lying-kid"}):
        assert (await signs_in(stage, provider)).status == 403
    assert provider.calls.count("/jwks") == asked + 1


async def test_a_key_that_is_too_weak_is_no_key(stage: Stage, provider: Provider) -> None:
    import warnings

    await linked(stage, provider)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        provider.keys["weak"] = RSAKey.generate_key(1024)
    provider.signs_with = "weak"
    stage.now += timedelta(hours=2)
    await is_refused(stage, await signs_in(stage, provider), "1024 bits")


# --- what is sent -------------------------------------------------------------------------------------------------


async def test_a_browser_leaves_with_a_challenge_a_nonce_and_no_secret(
    stage: Stage, provider: Provider
) -> None:
    browser = stage.stranger()
    url = await leaves(browser, next="//elsewhere.example/")
    asked = brought_back(url.replace(f"{provider.url}/authorize", "/sign-in/callback"))
    assert asked["response_type"] == "code" and asked["scope"] == "openid profile"
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert len(asked["state"]) == len(asked["nonce"]) == 43
    assert asked["redirect_uri"] == "http://localhost:8000/sign-in/callback"
    assert SECRET not in url and "verifier" not in url
    cookie = browser.client.cookies.get("sharecase_signing_in")
    assert cookie and cookie not in url


# --- the provider says that it is over (back-channel logout) -------------------------------------------------------

EVENT = {"http://schemas.openid.net/event/backchannel-logout": {}}


async def test_a_provider_ends_the_sessions_that_began_there(stage: Stage, provider: Provider) -> None:
    await linked(stage, provider)
    browser = stage.stranger()
    await signs_in(stage, provider, browser)
    await stage.signs_in(AMY)  # as a made-up person: not by that provider
    now = int(stage.now.timestamp())
    good = {
        "iss": provider.url, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "1", "sub": SUBJECT,
        "events": EVENT,
    }  # fmt: skip
    machine = stage.stranger()
    for lie in (
        {"iss": "https://lying-issuer.example"}, {"aud": "lying-client"}, {"events": None}, {"events": {}},
        {"nonce": "x"}, {"jti": None}, {"exp": now - HOUR}, {"sub": None}, {"iat": now + HOUR},
    ):  # fmt: skip
        found = await machine.post("/sign-in/ended", {"logout_token": provider.signed({**good, **lie})})
        assert found.status == 400, lie
    assert (await machine.post("/sign-in/ended", {"logout_token": "x"})).status == 400
    assert (await machine.post("/sign-in/ended")).status == 400
    assert len(await open_sessions(stage)) == 2
    found = await machine.post("/sign-in/ended", {"logout_token": provider.signed(good)})
    assert found.status == 200
    assert await open_sessions(stage) == [(AMY, "dev", "")]
    assert (await browser.get("/inbox")).status == 303
    # An ID token is not one, whoever sends it.
    token = provider.id_token("n", "a")
    assert (await machine.post("/sign-in/ended", {"logout_token": token})).status == 400
