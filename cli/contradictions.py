"""Settings that cannot work together, each in one sentence that names them and says what to do.

What was typed is never repeated: it may be a password, or a secret in the wrong place.
"""

import ipaddress
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from domain.seals import seal_of

if TYPE_CHECKING:
    from cli.settings import Settings

LEAST_SECRET = 16  # bytes
TEAM, APP = re.compile(r"[TE][A-Z0-9]{2,19}"), re.compile(r"A[A-Z0-9]{2,19}")
PLACEHOLDERS = ("changeme", "changeit", "placeholder", "replaceme", "yoursecret", "yourclient", "yourtoken")


class SignIn(StrEnum):
    DEV = "dev"
    OIDC = "oidc"


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


def found_in(settings: "Settings") -> Iterator[str]:
    """The most dangerous first."""
    yield from _picking_a_person(settings)
    yield from _environment(settings)
    if not settings.embedded:
        yield from _production(settings)
    yield from _provider(settings)
    yield from _slack(settings)
    yield from _secrets(settings)
    yield from _seal(settings)
    yield from _proxies(settings)


def _picking_a_person(settings: "Settings") -> Iterator[str]:
    """S6: only where nobody else can come. Each of the five has to hold, and each that does not is named."""
    if settings.signs_in is not SignIn.DEV:
        return
    against = [
        words
        for holds, words in (
            (
                settings.embedded,
                "SHARECASE_MODE is production (set it to embedded for a demonstration on one computer)",
            ),
            (
                settings.environment is Environment.DEVELOPMENT,
                "SHARECASE_ENVIRONMENT is production (unset it)",
            ),
            (
                is_this_computer(settings.listens_on),
                "SHARECASE_HOST opens Sharecase to other computers (unset it)",
            ),
            (
                is_this_computer(host_of(settings.address)),
                "SHARECASE_PUBLIC_URL is an address for other people (unset it)",
            ),
            (
                settings.on_sqlite,
                "DATABASE_URL is a database that others can reach (unset it, so that it is SQLite on this computer)",
            ),
        )
        if not holds
    ]
    if against:
        yield (
            "SHARECASE_SIGN_IN is dev, or left to be dev: choosing whom to sign in as would let anybody be anybody here, "
            f"because {', and '.join(against)}. Mend that, or let people sign in with their accounts: set "
            "SHARECASE_SIGN_IN=oidc with OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET."
        )
    elif settings.oidc_issuer:
        yield (
            "SHARECASE_SIGN_IN is dev, and OIDC_ISSUER is set: unset one of them, so that there is one way to sign in."
        )


def _environment(settings: "Settings") -> Iterator[str]:
    if settings.embedded and settings.environment is Environment.PRODUCTION:
        yield (
            "SHARECASE_ENVIRONMENT is production, and SHARECASE_MODE is embedded, which is a demonstration on one "
            "computer: set SHARECASE_MODE=production, or unset SHARECASE_ENVIRONMENT."
        )
    if settings.embedded and settings.public_url and not is_safe(settings.public_url):
        yield (
            "SHARECASE_PUBLIC_URL must begin with https:// where other people come: over http a session can be stolen."
        )


def _production(settings: "Settings") -> Iterator[str]:
    url = settings.database_url
    if not url:
        yield "DATABASE_URL is missing: production needs the address of its PostgreSQL database."
    elif not url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
        yield "DATABASE_URL must be a PostgreSQL address in production: SQLite serves one computer only."
    if not settings.temporal_address:
        yield "TEMPORAL_ADDRESS is missing: production needs the host and port of its Temporal cluster."
    if not settings.public_url:
        yield "SHARECASE_PUBLIC_URL is missing: links in messages need the address that people use."
    elif not is_safe(settings.public_url):
        yield "SHARECASE_PUBLIC_URL must begin with https:// in production: over http a session can be stolen."


def _provider(settings: "Settings") -> Iterator[str]:
    needed = {
        "OIDC_ISSUER": settings.oidc_issuer,
        "OIDC_CLIENT_ID": settings.oidc_client_id,
        "OIDC_CLIENT_SECRET": settings.oidc_client_secret,
    }
    beside = {"OIDC_NAME": "oidc_name" in settings.model_fields_set, "OIDC_ACR": bool(settings.oidc_acr)}
    if settings.signs_in is SignIn.OIDC or any(needed.values()):
        missing = [name for name, value in needed.items() if not value]
        if missing:
            yield (
                f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing: people sign in with their "
                "accounts by OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET together, as their provider gives them."
            )
    elif any(beside.values()):
        name = next(name for name, is_set in beside.items() if is_set)
        yield f"{name} is set without OIDC_ISSUER: set the provider's address too, or unset {name}."
    if settings.oidc_issuer and not is_safe(settings.oidc_issuer):
        yield "OIDC_ISSUER must begin with https://: over http anybody on the way could say who somebody is."
    elif settings.oidc_issuer and not _is_plain(settings.oidc_issuer):
        yield "OIDC_ISSUER must have no question mark, no # and no password in it: copy it from the provider again."


def _slack(settings: "Settings") -> Iterator[str]:
    if settings.slack_bot_token and not is_safe(settings.slack_base_url):
        yield "SLACK_BASE_URL must begin with https://: SLACK_BOT_TOKEN would travel in the clear."
    if settings.slack_signing_secret and not settings.slack_bot_token:
        yield "SLACK_SIGNING_SECRET is set without SLACK_BOT_TOKEN: answering what people press needs both. Set both."
    if settings.slack_signing_secret_before and not settings.slack_signing_secret:
        yield "SLACK_SIGNING_SECRET_BEFORE is set without SLACK_SIGNING_SECRET: set the new one too, or unset it."
    for name, value, shape, like in (
        ("SLACK_TEAM_ID", settings.slack_team_id, TEAM, "T and capitals or digits"),
        ("SLACK_APP_ID", settings.slack_app_id, APP, "A and capitals or digits"),
    ):
        if value and not settings.slack_signing_secret:
            yield f"{name} is set without SLACK_SIGNING_SECRET, and without one nothing from Slack is taken: set it too."
        elif settings.slack_signing_secret and not value:
            yield f"{name} is missing: with SLACK_SIGNING_SECRET, only this one workspace and app may knock. Set it."
        elif value and not shape.fullmatch(value):
            yield f"{name} must be {like}, as Slack shows it: copy it again."


def _secrets(settings: "Settings") -> Iterator[str]:
    for name, value in (
        ("OIDC_CLIENT_SECRET", settings.oidc_client_secret),
        ("SLACK_SIGNING_SECRET", settings.slack_signing_secret),
        ("SLACK_SIGNING_SECRET_BEFORE", settings.slack_signing_secret_before),
    ):
        if value and len(value.encode()) < LEAST_SECRET:
            yield f"{name} is shorter than {LEAST_SECRET} characters, so it could be guessed: copy the real one."
        elif value and is_placeholder(value):
            yield f"{name} is a placeholder and no secret: copy the real one."
    if is_placeholder(settings.slack_bot_token):
        yield "SLACK_BOT_TOKEN is a placeholder and no token: copy the real one."


def _seal(settings: "Settings") -> Iterator[str]:
    """What the private halves of signing keys are locked with (P3). A demonstration makes its own in the state folder."""
    made_by = "`openssl rand -base64 32 | tr '+/' '-_'` makes one"
    if not settings.seal:
        if not settings.embedded:
            yield (
                "SHARECASE_SEAL is missing: the keys that sign grants are locked with it, and it is not kept in the "
                f"database. Set it to 32 bytes in base64url ({made_by}), the same for each process, and keep it safe."
            )
    elif seal_of(settings.seal) is None:
        yield f"SHARECASE_SEAL must be exactly 32 bytes in base64url: copy it again, or if no key was sealed yet, {made_by}."
    elif is_placeholder(settings.seal):
        yield f"SHARECASE_SEAL is a placeholder and no seal: {made_by}."


def _proxies(settings: "Settings") -> Iterator[str]:
    try:
        named = [ipaddress.ip_network(each, strict=False) for each in settings.proxies]
    except ValueError:
        yield "SHARECASE_TRUSTED_PROXY must be addresses or networks, such as 10.0.0.5 or 10.0.0.0/24."
        return
    if any(each.prefixlen == 0 for each in named):
        yield "SHARECASE_TRUSTED_PROXY names every address there is: name the proxy in front of Sharecase."


def is_placeholder(secret: str) -> bool:
    """What examples are filled with, and what somebody typed to have something there."""
    plain = re.sub(r"[^a-z0-9]", "", secret.lower())
    return any(each in plain for each in PLACEHOLDERS) or (len(plain) >= LEAST_SECRET and len(set(plain)) < 5)


def is_safe(url: str) -> bool:
    """HTTPS, or HTTP that never leaves this computer."""
    host = host_of(url)
    scheme = url.partition("://")[0].lower()
    return bool(host) and (scheme == "https" or (scheme == "http" and is_this_computer(host)))


def _is_plain(url: str) -> bool:
    parts = urlsplit(url)
    return not (parts.query or parts.fragment or parts.username or parts.password)


def host_of(url: str) -> str:
    """'' for what is no address."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_this_computer(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
