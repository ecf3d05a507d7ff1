"""Lists in pages: each page names the address of the next, by where it ended and not by a number that shifts."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query

from api.invalid import Invalid
from domain.questions import Problem

After = Annotated[str | None, Query(max_length=200, description="From `next` of the page before.")]


def read_place(after: str | None) -> tuple[datetime, str] | None:
    """Where a page begins. Raises `Invalid` for what no page gave out."""
    found = place(after) if after else None
    if after and not found:
        raise Invalid((Problem("after", "Use the address in `next` of the page before."),))
    return found


def cursor(at: datetime, ref: str) -> str:
    """Where a page ended: opaque to callers, a place in the order and never a secret."""
    return urlsafe_b64encode(f"{at.astimezone(UTC).isoformat()} {ref}".encode()).decode().rstrip("=")


def place(after: str) -> tuple[datetime, str] | None:
    """What a cursor says. None for anything that is not one."""
    try:
        at, _, ref = urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("ascii").partition(" ")
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (found, ref) if found.tzinfo and ref.isprintable() else None
