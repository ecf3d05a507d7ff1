"""Reading what strangers send: JSON that every store, engine and page can hold, or a plain sentence saying why not.

The usual parser takes NaN, half characters, twice the same key and nests without end; each of these kills something
later on (a database write, a workflow task, an answer being drawn). So they are turned away here, before anything else
looks at them. No sentence repeats what was sent.
"""

import json
import math
from typing import Any, cast

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_000_000
DEEPEST = 32
MOST_KEYS = 200
MOST_ITEMS = 1000  # entries of all lists together
LONGEST_TEXT = 20_000  # characters; the longest answer any question takes is far shorter
MOST_DIGITS = 19  # of a 64-bit integer

TOO_BIG = "What you sent is larger than 1 MB. Send less."


class Unreadable(HTTPException):
    """A body that is turned away before anything is done with it. `detail` is a fixed sentence."""


def too_big() -> Unreadable:
    return Unreadable(413, TOO_BIG)


def parse(body: bytes, *, most_keys: int = MOST_KEYS, most_items: int = MOST_ITEMS) -> Any:
    """JSON from bytes. Raises `Unreadable`: 400 for what is not JSON, 422 for JSON that nothing here could keep."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(400, "The body is not valid UTF-8. Send JSON in UTF-8.") from None
    reader = _Reader(most_keys)
    try:
        value = json.loads(
            text,
            object_pairs_hook=reader.members,
            parse_int=reader.integer,
            parse_float=reader.decimal,
            parse_constant=reader.constant,
        )
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError:
        raise Unreadable(400, "The body is not valid JSON. Check it and send it again.") from None
    _walk(value, most_items)
    return value


def _too_deep() -> Unreadable:
    return Unreadable(422, f"The JSON is nested too deeply. Use at most {DEEPEST} levels.")


class _Reader:
    """What the parser asks while it reads, with a count of the keys seen so far."""

    def __init__(self, most_keys: int) -> None:
        self.keys = 0
        self.most_keys = most_keys

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self.keys += len(pairs)
        if self.keys > self.most_keys:
            raise Unreadable(422, f"The JSON has too many keys. Use at most {self.most_keys} in all.")
        found = dict(pairs)
        if len(found) != len(pairs):
            raise Unreadable(422, "The JSON names the same key twice in one object. Name each key once.")
        return found

    def integer(self, digits: str) -> int:
        if len(digits.lstrip("-")) <= MOST_DIGITS and -(2**63) <= int(digits) < 2**63:
            return int(digits)
        raise Unreadable(422, "The JSON has a whole number beyond 64 bits. Send a smaller number.")

    def decimal(self, digits: str) -> float:
        number = float(digits)
        if not math.isfinite(number):
            raise Unreadable(422, "The JSON has a number that is too large. Send a smaller number.")
        return number

    def constant(self, name: str) -> Any:
        raise Unreadable(400, "The body holds NaN or Infinity, which JSON does not have. Send a number.")


def _walk(value: Any, most_items: int) -> None:
    """Depth, lists and texts, without recursion: the parser itself may have gone deeper than we like."""
    items, waiting = 0, [(value, 1)]
    while waiting:
        each, depth = waiting.pop()
        if isinstance(each, str):
            _check_text(each)
        elif isinstance(each, dict | list):
            if depth > DEEPEST:
                raise _too_deep()
            inside, keys = _inside(each)
            items += len(inside) - len(keys)
            if items > most_items:
                raise Unreadable(
                    422, f"The JSON has lists that are too long. Send at most {most_items:,} entries in all."
                )
            waiting.extend((one, depth + 1) for one in (*inside, *keys))


def _inside(each: Any) -> tuple[list[Any], list[str]]:
    """The values of an object or a list, and an object's keys."""
    if isinstance(each, dict):
        members = cast(dict[str, Any], each)
        return list(members.values()), list(members)
    return cast(list[Any], each), []


def _check_text(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise Unreadable(
            422, f"The JSON has a text that is too long. Send at most {LONGEST_TEXT:,} characters in each."
        )
    if "\x00" in text:
        raise Unreadable(422, "The JSON has a text with a null character. Remove it, then send again.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unreadable(
            422, "The JSON has a text with half a character in it. Remove it, then send again."
        ) from None


class StrictRequest(Request):
    """A request whose JSON is read strictly."""

    async def json(self) -> Any:
        return parse(await self.body())


async def require_json(request: Request) -> None:
    """A body must say that it is JSON (415); an empty one is left to the route."""
    kind, _, extra = request.headers.get("content-type", "").partition(";")
    _, _, charset = extra.partition("charset=")
    is_json = kind.strip().lower() == "application/json" and charset.strip(' "').lower() in (
        "",
        "utf-8",
        "utf8",
    )
    if not is_json and await request.body():
        raise Unreadable(415, "Send the body as application/json.")


class BodyCap:
    """No request body beyond 1 MB, anywhere in the app, whether or not it says how long it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        declared = Headers(scope=scope).get("content-length", "")
        is_declared_too_big = declared.isdigit() and (len(declared) > 12 or int(declared) > MOST_BYTES)
        received = 0

        async def capped() -> Message:
            # Raised where the body is read, so that a page answers with a page and the API with a problem.
            nonlocal received
            if is_declared_too_big:
                raise too_big()
            message = await receive()
            received += len(message.get("body", b""))
            if received > MOST_BYTES:
                raise too_big()
            return message

        await self.app(scope, capped, send)
