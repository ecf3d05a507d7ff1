"""Every fault and refusal as a page in plain words. None repeats what was sent."""

from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from api.gate import SignInNeeded
from domain.refusals import NoSuchCase, Refusal
from ui.safety import MACHINES
from ui.session import Pages, to, who_is
from ui.templating import Frame

# status: title, and what to do next (E4)
SENTENCES: dict[int, tuple[str, str]] = {
    400: ("We could not read that", "Go back, open the page again and send the form from there."),
    403: ("You cannot do this", "This is for somebody else to do, or the form came from another website. "
          "Go to your tasks to see what you can do."),
    404: ("Page not found", "Check the address. If you followed a link to a case, you may not be allowed to see it: "
          "check that you are signed in as the right person."),
    405: ("You cannot do that here", "Go back to the page before and use its buttons."),
    408: ("That took too long to arrive", "Check your connection. What you typed is still in your browser: go back, and "
          "send it again."),
    409: ("This cannot be done now", "Go back to the case to see what has happened and what can be done."),
    413: ("That is too much at once", "Send less text: each answer can have up to 4,000 characters."),
    422: ("We could not read that", "Go back, open the page again and send the form from there."),
    421: ("This is not our address", "Check the address. If you followed a link, ask whoever gave it to you for the right one."),
    431: ("That is too much at once", "Use a shorter address. If it happens on every page, delete this website’s cookies and "
          "sign in again."),
    429: ("You are going too fast", "Wait a minute, then try again. What you typed is not lost: go back to the page before, "
          "and send it again from there."),
    503: ("Sorry, Sharecase is busy", "Wait a few seconds, then try again. What you typed is not lost: go back to the page "
          "before, and send it again from there."),
    500: ("Sorry, there is a problem with the service", "Try again in a few minutes. What you saved is kept. "
          "If you sent a form, open the case before you send it again: it may have arrived."),
}  # fmt: skip

Handler = Callable[[Request, Any], Awaitable[Response]]


class Elsewhere(Exception):
    """What was asked for is now to be found on another page of ours."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def is_machine(request: Request) -> bool:
    return request.url.path.startswith(MACHINES)


def install_error_pages(app: FastAPI, pages: Pages) -> None:
    """Pages for faults. What other rooms installed before keeps answering for the machines' paths."""

    async def show(request: Request, status: int, sentence: str = "", case: str = "") -> Response:
        me = await who_is(request)
        title, advice = SENTENCES.get(status, SENTENCES[500 if status >= 500 else 400])
        return pages.page(
            request, "error.html", me, status=status, heading=title, sentence=sentence or advice, case=case
        )

    async def on_http(request: Request, error: StarletteHTTPException) -> Response:
        return await show(request, error.status_code)

    async def on_refusal(request: Request, refusal: Refusal) -> Response:
        if isinstance(refusal, NoSuchCase):
            return await show(
                request, refusal.status
            )  # the same as for any wrong address: nobody learns what exists
        case = request.path_params.get("ref", "") if request.url.path.startswith("/cases/") else ""
        return await show(request, refusal.status, refusal.message, case)

    async def on_bad_address(request: Request, error: RequestValidationError) -> Response:
        return await show(request, 422)

    async def on_nobody(request: Request, error: SignInNeeded) -> Response:
        site = pages.services.site
        if not site.dev_sign_in and not site.provider:
            return await show(
                request,
                403,
                "Only people who are signed in see this page, and signing in is not set up here. Ask the operator.",
            )
        address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        back = (
            f"?next={quote(address if len(address) <= 200 else request.url.path)}"
            if request.method == "GET"
            else ""
        )
        return to(f"/sign-in{back}")

    async def on_elsewhere(request: Request, error: Elsewhere) -> Response:
        return to(error.path)

    mine: tuple[tuple[type[Exception], Any], ...] = (
        (StarletteHTTPException, on_http),
        (HTTPException, on_http),
        (Refusal, on_refusal),
        (RequestValidationError, on_bad_address),
        (SignInNeeded, on_nobody),
        (Elsewhere, on_elsewhere),
    )
    for kind, handler in mine:
        app.add_exception_handler(
            kind, _for_pages(handler, cast(Handler | None, app.exception_handlers.get(kind)))
        )


def _for_pages(handler: Handler, before: Handler | None) -> Handler:
    async def choose(request: Request, error: Any) -> Response:
        if before and is_machine(request):
            return await before(request, error)
        return await handler(request, error)

    return choose


def static_error_page(pages: Pages) -> Callable[[str, int], bytes]:
    """Drawn without a database, for when nothing else may be trusted to work."""

    def draw(nonce: str, status: int) -> bytes:
        heading, sentence = SENTENCES[status]
        return pages.templates.page(
            "error.html", Frame(nonce=nonce), {"heading": heading, "sentence": sentence}
        )

    return draw
