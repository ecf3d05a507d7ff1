"""How a provider is spoken to: it is somebody else's computer, so nothing it does may hold us, fill us or move us on."""

# pyright: basic
# authlib has no types: what comes through it is unknown here, and has one on the way out.

import asyncio
import ipaddress
import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote_plus, urlsplit

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from api.services import ProviderSettings

SCOPE = "openid profile"
MOST_BYTES = 256_000  # of one answer
SLOWEST = 6.0  # seconds for one answer, from first to last byte; coming back needs four of them, and has 30
HEADERS = {"User-Agent": "Sharecase", "Accept": "application/json"}


class Trouble(Exception):
    """Signing in came to nothing. `reason`: a word for the log, never for a page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Away(Trouble):
    """The provider does not answer, or says itself that it cannot: worth another try."""


class Client(AsyncOAuth2Client, httpx2.AsyncClient):
    """authlib's client, with a limit to everything: time, size, and no redirects."""

    def __init__(self, settings: ProviderSettings, **more: Any) -> None:
        super().__init__(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            timeout=httpx2.Timeout(SLOWEST / 2),
            follow_redirects=False,
            headers=HEADERS,
            **more,
        )
        self.register_client_auth_method(("client_secret_basic", _basic))

    async def send(self, request: httpx2.Request, **how: Any) -> httpx2.Response:
        how["stream"] = True
        body = bytearray()
        async with asyncio.timeout(SLOWEST):
            answer = await super().send(request, **how)
            try:
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise Trouble("oversized")
            finally:
                await answer.aclose()
        if answer.is_redirect:
            raise Trouble("redirect")
        kind = {"content-type": answer.headers.get("content-type", "")}
        return httpx2.Response(answer.status_code, headers=kind, content=bytes(body), request=request)


def _basic(client: Any, method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, Any]:
    """RFC 6749 2.3.1: both halves are form-encoded first, or a secret with a '%' or ':' means another one."""
    who, secret = quote_plus(client.client_id), quote_plus(client.client_secret)
    headers["Authorization"] = f"Basic {b64encode(f'{who}:{secret}'.encode()).decode()}"
    return uri, headers, body


def authorization_url(settings: ProviderSettings, endpoint: str, callback: str, **asked: str) -> str:
    """Where a browser goes to sign in: code flow, PKCE S256. `asked`: code_verifier, state, nonce ..."""
    client = Client(settings, scope=SCOPE, redirect_uri=callback, code_challenge_method="S256")
    url, _ = client.create_authorization_url(endpoint, **asked)
    return url


async def exchange(
    settings: ProviderSettings, endpoint: str, *, auth_method: str, callback: str, code: str, verifier: str
) -> Mapping[str, Any]:
    """What the token endpoint gives for a code. Raises `Trouble`, `Away`."""
    try:
        async with Client(settings, token_endpoint_auth_method=auth_method) as client:
            found = await client.fetch_token(
                endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=callback,
            )
    except httpx2.HTTPStatusError as answered:
        status = answered.response.status_code
        raise (Away if is_busy(status) else Trouble)("token_status") from answered
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError) as broken:
        raise Away("token_unreachable") from broken
    except OAuthError as refused:
        raise Trouble("code_refused") from refused
    except Trouble:
        raise
    except Exception as strange:  # an answer may be anything, and authlib reads it before we can
        raise Trouble("token_answer") from strange
    if not isinstance(found, dict):
        raise Trouble("token_answer")
    return found


async def get_object(settings: ProviderSettings, url: str, authorization: str = "") -> dict[str, Any]:
    """A JSON object. Raises `Trouble`, `Away`."""
    headers = {"Authorization": authorization} if authorization else {}
    try:
        async with Client(settings) as client:
            answer = await client.request("GET", url, headers=headers, withhold_token=True)
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError) as broken:
        raise Away("unreachable") from broken
    if is_busy(answer.status_code):
        raise Away("status")
    if answer.status_code != 200:
        raise Trouble("status")
    return as_object(answer.content)


def is_busy(status: int) -> bool:
    """Whether an answer says that the provider cannot just now."""
    return status >= 500 or status == 429


def as_object(body: bytes) -> dict[str, Any]:
    try:
        told: object = json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise Trouble("not_json") from broken
    if not isinstance(told, dict):
        raise Trouble("not_json")
    return cast(dict[str, Any], told)


def is_safe(url: object, issuer: str) -> bool:
    """An address that tokens may travel to: HTTPS, or HTTP on this computer where the provider itself is there."""
    if not isinstance(url, str) or len(url) > 2000 or not url.isascii() or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment or " " in url or "\\" in url:
        return False
    here = parts.scheme == "http" and _is_loopback(host) and urlsplit(issuer).scheme == "http"
    return parts.scheme == "https" or here


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
