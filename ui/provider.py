"""The OpenID provider of this installation, as pages ask for it."""

import structlog
from fastapi import HTTPException, Request

from api.oidc import Provider
from api.oidc_http import Trouble
from api.services import Services

log = structlog.get_logger()


def made(services: Services) -> Provider | None:
    """Kept for the life of the process, with what the provider said of itself. None where there is none."""
    own = services.provider
    return Provider(own, services.site.public_url, services.clock) if own else None


def provider_of(request: Request) -> Provider:
    """It. Raises HTTPException 404 where there is none."""
    found: Provider | None = request.app.state.provider
    if found is None:
        raise HTTPException(404)
    return found


async def sign_out_url(request: Request) -> str:
    """Where to go on to, so that the provider's session ends as well; '' where it has no such place, or is down."""
    try:
        return await provider_of(request).sign_out_url()
    except Trouble as trouble:
        log.warning("sign_in.no_sign_out", reason=trouble.reason)
        return ""
