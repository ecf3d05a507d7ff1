"""Signing in with an OpenID provider: code flow with PKCE, state and nonce. One provider, pinned by its issuer.

What comes of it is an account, (issuer, subject), and nothing else: no e-mail and no name is read from the provider.
Whose account it is, is ours to know (`store.identities`).
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from urllib.parse import urlencode

from api import oidc_tokens
from api.desk import Clock
from api.oidc_http import Away, Trouble, authorization_url, exchange, get_object, is_safe
from api.oidc_tokens import Expected, Jwk, UnknownKey, Wrong, subject_of
from api.services import ProviderSettings

CALLBACK = "/sign-in/callback"
KEPT_FOR = timedelta(hours=1)  # the provider's description and keys
LOOK_AGAIN = timedelta(minutes=1)  # a made-up kid must not make us ask the provider each time
NOT_AT_ONCE = timedelta(seconds=5)  # a provider that is down is not asked for every browser that waits
LONGEST_CODE = 2_000
REQUIRED = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class TooWeak(Trouble):
    """They signed in there in a way that this installation does not take (`acr`)."""


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """What is kept of a sign-in that begins, and where the browser goes. Only hashes of `state` are stored."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Account:
    issuer: str
    subject: str


class Provider:
    """What is known of the provider is kept for an hour; every method raises `Trouble`, or `Away` when it is down."""

    def __init__(self, settings: ProviderSettings, public_url: str, clock: Clock) -> None:
        self.settings = settings
        self.callback = public_url.rstrip("/") + CALLBACK
        self.home = public_url.rstrip("/") + "/"
        self.clock = clock
        self._about: Mapping[str, Any] = {}
        self._about_at: datetime | None = None
        self._keys: list[Jwk] = []
        self._keys_at: datetime | None = None
        self._looked_again: datetime | None = None
        self._was_away: datetime | None = None
        self._lock = asyncio.Lock()

    async def leave(self) -> Leaving:
        """Where a browser goes to sign in."""
        about = await self.about()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {"state": state, "nonce": nonce, "code_verifier": verifier}
        if self.settings.acr:
            asked["acr_values"] = self.settings.acr
        url = authorization_url(self.settings, about["authorization_endpoint"], self.callback, **asked)
        return Leaving(url=url, state=state, nonce=nonce, verifier=verifier)

    async def account(self, code: str, *, told_issuer: str | None, nonce: str, verifier: str) -> Account:
        """Whose account signed in, from the code that the browser brought back. `told_issuer`: RFC 9207's iss."""
        about = await self.about()
        if told_issuer is None and about.get("authorization_response_iss_parameter_supported") is True:
            raise Trouble("iss_missing")
        if told_issuer not in (None, self.settings.issuer):
            raise Trouble("iss_mixed_up")
        if not code or len(code) > LONGEST_CODE or not code.isascii() or not code.isprintable():
            raise Trouble("code")
        token = await exchange(
            self.settings,
            about["token_endpoint"],
            auth_method=_auth_method(about),
            callback=self.callback,
            code=code,
            verifier=verifier,
        )
        access = _text(token, "access_token")
        if str(token.get("token_type", "")).lower() != "bearer":
            raise Trouble("token_type")
        subject = await self._subject(_text(token, "id_token"), nonce, access)
        await self._same_person(about, access, subject)
        return Account(issuer=self.settings.issuer, subject=subject)

    async def sign_out_url(self) -> str:
        """Where a browser ends its session at the provider too; '' where the provider has no such place."""
        about = await self.about()
        there = about.get("end_session_endpoint")
        if not is_safe(there, self.settings.issuer):
            return ""
        asked = {"client_id": self.settings.client_id, "post_logout_redirect_uri": self.home}
        return f"{there}{'&' if '?' in str(there) else '?'}{urlencode(asked)}"

    async def ended(self, logout_token: str) -> Account:
        """Whose sessions the provider has ended, as its signed token says."""
        try:
            subject = await self._with_keys(
                lambda keys: oidc_tokens.logout_token(logout_token, keys, self._expected())
            )
        except Wrong as wrong:
            raise Trouble(f"logout_{wrong.reason}") from wrong
        return Account(issuer=self.settings.issuer, subject=subject)

    async def about(self) -> Mapping[str, Any]:
        """The provider's own description (OpenID Connect Discovery), which must be of the issuer we know."""
        async with self._lock:
            now = self.clock()
            if self._about_at is None or now - self._about_at > KEPT_FOR:
                self._about, self._about_at = await self._described(), now
        return self._about

    async def _described(self) -> Mapping[str, Any]:
        issuer = self.settings.issuer
        address = issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = await self._told(address)
        if found.get("issuer") != issuer:
            raise Trouble("discovery_issuer")
        if not all(is_safe(found.get(name), issuer) for name in REQUIRED):
            raise Trouble("discovery_endpoints")
        _auth_method(found)
        return found

    async def _told(self, address: str) -> Mapping[str, Any]:
        """What the provider publishes at an address; only ever asked by one at a time."""
        now = self.clock()
        if self._was_away is not None and now - self._was_away < NOT_AT_ONCE:
            raise Away("lately")
        try:
            return await get_object(self.settings, address)
        except Away:
            self._was_away = self.clock()
            raise

    async def _subject(self, token: str, nonce: str, access: str) -> str:
        expected = self._expected()
        try:
            return await self._with_keys(
                lambda keys: oidc_tokens.id_token(token, keys, expected, nonce=nonce, access_token=access)
            )
        except Wrong as wrong:
            raise (TooWeak if wrong.reason == "acr" else Trouble)(f"id_token_{wrong.reason}") from wrong

    async def _same_person(self, about: Mapping[str, Any], access: str, subject: str) -> None:
        """The token that we hold must belong to whom the ID token names: asked of the provider itself."""
        told = await get_object(self.settings, about["userinfo_endpoint"], f"Bearer {access}")
        try:
            if subject_of(told) != subject:
                raise Trouble("userinfo_sub")
        except Wrong as wrong:
            raise Trouble("userinfo_sub") from wrong

    async def _with_keys(self, check: Callable[[Sequence[Jwk]], str]) -> str:
        """Check against the published keys; once more with fresh ones when none has the token's kid."""
        try:
            return check(await self._published())
        except UnknownKey:
            now = self.clock()
            if self._looked_again is not None and now - self._looked_again < LOOK_AGAIN:
                raise
            self._looked_again, self._keys_at = now, None
            return check(await self._published())

    async def _published(self) -> list[Jwk]:
        about = await self.about()
        async with self._lock:
            now = self.clock()
            if self._keys_at is None or now - self._keys_at > KEPT_FOR:
                found = await self._told(about["jwks_uri"])
                told = found.get("keys")
                keys = cast(list[Any], told) if isinstance(told, list) else []
                if len(keys) > oidc_tokens.MOST_KEYS:
                    raise Trouble("keys")
                self._keys = [cast(Jwk, each) for each in keys if isinstance(each, dict)]
                self._keys_at = now
        return self._keys

    def _expected(self) -> Expected:
        own = self.settings
        return Expected(issuer=own.issuer, client_id=own.client_id, now=self.clock(), acr=own.acr)


def hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _auth_method(about: Mapping[str, Any]) -> str:
    """How we show the secret: as the provider takes it, in the header where it takes both."""
    told = about.get("token_endpoint_auth_methods_supported")
    methods = cast(list[object], told) if isinstance(told, list) else ["client_secret_basic"]
    for method in ("client_secret_basic", "client_secret_post"):
        if method in methods:
            return method
    raise Trouble("auth_methods")


def _text(token: Mapping[str, Any], name: str) -> str:
    value = token.get(name)
    if not isinstance(value, str) or not value or len(value) > oidc_tokens.LONGEST or not value.isascii():
        raise Trouble(name)
    if not value.isprintable():
        raise Trouble(name)
    return value
