"""Signing in with an OpenID provider: leaving for it, coming back from it, and being told that it is over (S6).

A form that leads to another site would have to name every site on the way in the page's policy, and a department's
provider may pass people on to another. So leaving is a page of ours, which moves on by itself and has a link.
"""

import secrets
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api import auth
from api.invitations import InvitationOver, who_signed_in
from api.oidc import CALLBACK, TooWeak, hashed
from api.oidc_http import Away, Trouble
from api.services import Services, ServicesIn, Site
from domain.refusals import Refusal
from store import identities
from ui.forms import read
from ui.provider import provider_of
from ui.session import Pages, PagesIn, to
from ui.sign_in import local_path
from ui.sign_in_words import FAILED

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

COOKIE, SAFE_COOKIE = "sharecase_signing_in", "__Host-sharecase-signing-in"
SAID = frozenset(
    {"access_denied", "login_required", "interaction_required", "consent_required", "invalid_request", "invalid_scope",
     "unauthorized_client", "unsupported_response_type", "unmet_authentication_requirements"}
)  # fmt: skip
AWAY = frozenset({"server_error", "temporarily_unavailable"})
LONGEST_CODE = 100  # characters of a state or an invitation: ours have 43


class Again(Trouble):
    """What came back is not of a sign-in that this browser began just now."""


class Stopped(Trouble):
    """The provider sent them back without signing them in: they changed their mind, or it did not let them."""


@router.post("/sign-in/provider")
async def leave(request: Request, services: ServicesIn, pages: PagesIn) -> Response:
    provider, site = provider_of(request), services.site
    typed = await read(request)
    invitation = typed.one("invitation")[:LONGEST_CODE]
    now = services.clock()
    if invitation and await _invitation(services, invitation) is None:
        return _refused(request, pages, InvitationOver())
    try:
        leaving = await provider.leave()
    except Trouble as trouble:
        return _failed(request, pages, trouble)
    browser = secrets.token_urlsafe(32)
    values = {
        "state_hash": hashed(leaving.state),
        "browser_hash": hashed(browser),
        "nonce": leaving.nonce,
        "verifier": leaving.verifier,
        "back": local_path(typed.one("next")),
        "invitation": hashed(invitation) if invitation else "",
        "started_at": now,
    }
    async with services.database.write() as connection:
        await identities.keep_sign_in(connection, values)
    response = pages.page(request, "sign_in_leaving.html", url=leaving.url)
    response.headers["Cache-Control"] = "no-store"
    is_https = site.public_url.startswith("https://")
    response.set_cookie(
        _cookie(site), browser, max_age=int(identities.UNDER_WAY.total_seconds()), httponly=True, samesite="lax",
        secure=is_https, path="/",
    )  # fmt: skip
    return response


@router.get(CALLBACK)
async def come_back(request: Request, services: ServicesIn, pages: PagesIn) -> Response:
    """The one page that writes though it is only asked for: that is how the protocol brings people back."""
    provider, now = provider_of(request), services.clock()
    state, browser = _one(request, "state"), request.cookies.get(_cookie(services.site), "")
    try:
        if not state or not browser or len(state) > LONGEST_CODE or len(browser) > LONGEST_CODE:
            raise Again("state_missing")
        async with services.database.write() as connection:
            begun = await identities.take_sign_in(connection, hashed(state))
        if begun is None:
            raise Again("state")
        if not secrets.compare_digest(begun.browser_hash, hashed(browser)):
            raise Again("other_browser")
        if not now - identities.UNDER_WAY <= begun.started_at <= now:
            raise Again("too_late")
        _said(_one(request, "error"))
        account = await provider.account(
            _one(request, "code") or "",
            told_issuer=_one(request, "iss"),
            nonce=begun.nonce,
            verifier=begun.verifier,
        )
        async with services.database.write() as connection:
            provided = services.site.provider
            person = await who_signed_in(connection, account, begun.invitation, services.clock(), provided)
            token = await auth.sign_in(
                connection, request, person, services.clock(), how="oidc", issuer=account.issuer
            )
    except Trouble as trouble:
        response = _failed(request, pages, trouble)
    except Refusal as refusal:
        response = _refused(request, pages, refusal)
    else:
        log.info("sign_in.done")
        response = to(begun.back or "/inbox")
        auth.give_cookie(response, services.site, token)
    response.delete_cookie(_cookie(services.site), path="/")
    return response


@router.get("/sign-in/invitation/{code}")
async def invitation_page(request: Request, code: str, services: ServicesIn, pages: PagesIn) -> Response:
    """Whom a link is for. Whoever holds it may know that, and nobody else can guess it."""
    provider_of(request)
    found = await _invitation(services, code)
    if found is None:
        return _refused(request, pages, InvitationOver())
    response = pages.page(
        request, "sign_in_invitation.html", name=found.name, until=found.expires_at, code=code
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/sign-in/ended")
async def ended(request: Request, services: ServicesIn) -> Response:
    """The provider tells us, machine to machine, that somebody's session there is over (back-channel logout)."""
    provider = provider_of(request)
    typed = await read(request)
    try:
        account = await provider.ended(typed.one("logout_token"))
    except Trouble as trouble:
        log.warning("sign_in.end_refused", reason=trouble.reason)
        status = 503 if isinstance(trouble, Away) else 400
        return JSONResponse({"error": "invalid_request"}, status_code=status)
    async with services.database.write() as connection:
        person = await identities.person_of(connection, account.issuer, account.subject)
        if person:
            await identities.end_sessions(connection, person, account.issuer)
    return Response(status_code=200)


# --- what is shown ------------------------------------------------------------------------------------------------


def _failed(request: Request, pages: Pages, trouble: Trouble) -> Response:
    """A plain sentence, and a number by which the operator finds the reason in the log. Nothing that came is shown."""
    number = secrets.token_hex(4)
    log.warning("sign_in.failed", reason=trouble.reason, number=number)
    match trouble:
        case Again():
            kind, status = "again", 400
        case Stopped():
            kind, status = "stopped", 403
        case TooWeak():
            kind, status = "weak", 403
        case Away():
            kind, status = "away", 503
        case _:
            kind, status = "wrong", 403
    heading, sentence = FAILED[kind]
    name = pages.services.site.provider
    return _page(request, pages, heading, sentence.format(provider=name, number=number), status, again=True)


def _refused(request: Request, pages: Pages, refusal: Refusal) -> Response:
    """Signed in there, and not here: whose account it is, is not as it must be."""
    log.warning("sign_in.refused", reason=type(refusal).__name__)
    return _page(request, pages, FAILED["refused"][0], refusal.message, refusal.status)


def _page(
    request: Request, pages: Pages, heading: str, sentence: str, status: int, *, again: bool = False
) -> Response:
    return pages.page(
        request, "sign_in_failed.html", status=status, heading=heading, sentence=sentence, again=again
    )


# --- what came ----------------------------------------------------------------------------------------------------


def _one(request: Request, name: str) -> str | None:
    """A value of the address, None where it is missing; '' where it was told twice, as two readers could take either."""
    values = request.query_params.getlist(name)
    if not values:
        return None
    return values[0] if len(values) == 1 and values[0].isascii() else ""


def _said(error: str | None) -> None:
    """Why the provider sent somebody back without a code, as far as its words are words of the protocol."""
    if error is None:
        return
    if error in AWAY:
        raise Away(error)
    raise Stopped(error if error in SAID else "other_error")


def _cookie(site: Site) -> str:
    return SAFE_COOKIE if site.public_url.startswith("https://") else COOKIE


async def _invitation(services: Services, code: str) -> Any:
    if not code.isascii() or len(code) > LONGEST_CODE:
        return None
    async with services.database.read() as connection:
        return await identities.invitation(connection, hashed(code), services.clock())
