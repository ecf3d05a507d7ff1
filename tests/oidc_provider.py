"""An OpenID provider of our own that lies on command: what it signs, says and answers is changed for one sign-in."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

CLIENT, SECRET = "sharecase", "s3cret:with%+/ signs"
SUBJECT = "a1b2c3"


@dataclass
class Provider:
    """`claims`, `header`: laid over what a good ID token says; None takes one out. `signs`: makes the token instead."""

    url: str = ""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    keys: dict[str, Any] = field(default_factory=dict[str, Any])
    signs_with: str = "one"
    alg: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    header: dict[str, Any] = field(default_factory=dict[str, Any])
    signs: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    token: dict[str, Any] = field(default_factory=dict[str, Any])  # laid over the token answer
    userinfo: dict[str, Any] = field(default_factory=lambda: {"sub": SUBJECT})
    document: dict[str, Any] = field(default_factory=dict[str, Any])  # laid over the discovery document
    answers: dict[str, web.Response] = field(default_factory=dict[str, web.Response])  # path -> instead
    calls: list[str] = field(default_factory=list[str])
    given: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    @contextmanager
    def telling(self, **lie: Any) -> Iterator[None]:
        """These lies, while the block runs."""
        before = {name: getattr(self, name) for name in lie}
        for name, value in lie.items():
            setattr(self, name, value)
        yield
        for name, value in before.items():
            setattr(self, name, value)

    def authorize(self, url: str) -> dict[str, str]:
        """Somebody signs in here: what their browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.given += 1
        code = f"code-{self.given}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def id_token(self, nonce: str, access: str) -> str:
        now = int(self.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.url, "sub": SUBJECT, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
            "at_hash": at_hash(access),
        }  # fmt: skip
        return self.signed({**claims, **self.claims})

    def signed(self, claims: dict[str, Any]) -> str:
        told = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.alg, "kid": self.signs_with, **self.header}
        header = {name: value for name, value in header.items() if value is not None}
        if self.signs:
            return self.signs(header, told)
        return sign(header, told, self.keys[self.signs_with])

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        self.calls.append(path)
        if path in self.answers:
            made = self.answers[path]
            return web.Response(status=made.status, body=made.body, headers=made.headers)
        match path:
            case "/.well-known/openid-configuration":
                return web.json_response({**self._document(), **self.document})
            case "/jwks":
                public = [{**key.as_dict(private=False), "kid": kid} for kid, key in self.keys.items()]
                return web.json_response({"keys": public})
            case "/token":
                return await self._token(request)
            case "/userinfo":
                assert request.headers["Authorization"] == "Bearer access-1"
                return web.json_response(self.userinfo)
        return web.Response(status=404)

    async def _token(self, request: web.Request) -> web.Response:
        sent = await request.post()
        begun = self.codes.pop(str(sent["code"]), None)
        if begun is None:
            return web.json_response({"error": "invalid_grant"}, status=400)
        challenge = urlsafe_b64encode(sha256(str(sent["code_verifier"]).encode()).digest()).rstrip(b"=")
        assert challenge.decode() == begun["code_challenge"] and begun["code_challenge_method"] == "S256"
        assert sent["redirect_uri"] == begun["redirect_uri"]
        token = {
            "access_token": "access-1",
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.id_token(begun["nonce"], "access-1"),
        }
        told = {**token, **self.token}
        return web.json_response({name: value for name, value in told.items() if value is not None})

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
        }


KEYS: dict[str, RSAKey | ECKey | OKPKey] = {
    "one": RSAKey.generate_key(2048),
    "two": RSAKey.generate_key(2048),
    "curve": ECKey.generate_key("P-256"),
    "edwards": OKPKey.generate_key("Ed25519"),
}


def sign(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
        payload = json.dumps(claims)  # as it is: with NaN, and with halves of characters
        return jws.serialize_compact(header, payload, key, registry=registry)


def at_hash(access: str) -> str:
    return urlsafe_b64encode(sha256(access.encode()).digest()[:16]).rstrip(b"=").decode()


def sign_by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """HS256, with what no library takes for a secret: the oldest confusion there is."""
    parts = [urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (header, claims)]
    signature = hmac.digest(secret, b".".join(parts), "sha256")
    return b".".join([*parts, urlsafe_b64encode(signature).rstrip(b"=")]).decode()


@asynccontextmanager
async def oidc_provider(now: Callable[[], datetime]) -> AsyncIterator[Provider]:
    """The provider on a port of its own, until the block ends."""
    provider = Provider(now=now, keys={name: KEYS[name] for name in ("one", "two")})
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", provider.answer)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        provider.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield provider
    finally:
        await runner.cleanup()
