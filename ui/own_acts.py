"""What the pages under Settings share: the edge, what became of an act, and the lists of sessions and tokens."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.services import Services
from api.ways_in import WaysIn
from domain.scopes import ABOUT, WARNED
from store import commands, tokens
from store.directory import Person
from store.tokens import Token
from ui.forms import COMMAND
from ui.when import moment

OVER_FOR = timedelta(days=30)  # how long a token that is over stays on the list
WORKS, ENDS_SOON, REPLACED, RAN_OUT, REVOKED = "Works", "Runs out soon", "Replaced", "Ran out", "Revoked"
COLOURS = {WORKS: "green", ENDS_SOON: "yellow", REPLACED: "blue", RAN_OUT: "grey", REVOKED: "grey"}
DONE = {
    "end_session": "Ended. That browser has to sign in again.",
    "end_other_sessions": "Ended. Every other browser has to sign in again.",
    "end_sessions": "Ended. They have to sign in again, in every browser.",
    "make_token": "That token was made already, and was shown once. If you did not copy it, replace it with another one.",
    "rotate_token": "That token was replaced already, and the new one was shown once. If you did not copy it, revoke it and "
    "make another one.",
    "revoke_token": "Revoked. Nothing can be done with that token any more.",
}


def edge(services: Services) -> WaysIn:
    return WaysIn(services.database, services.clock)


async def banner(connection: AsyncConnection, me: Person, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if COMMAND.fullmatch(command) else None
    if row is None or row.actor != me.id or row.ref != WaysIn.kept_under:
        return None
    return {"kind": "success", "text": DONE.get(row.act, "")}


async def tokens_of(connection: AsyncConnection, person: str, now: datetime) -> list[dict[str, Any]]:
    """As a list shows them: those that work first, then for a month those that are over."""
    found = await tokens.of_person(connection, person, now - OVER_FOR)
    replaced = {each.replaces for each in found}
    rows = [_row(each, now, each.id in replaced) for each in found]
    return sorted(rows, key=lambda row: not row["live"])


def _row(token: Token, now: datetime, is_replaced: bool) -> dict[str, Any]:
    state = _state(token, now, is_replaced)
    return {
        "id": token.id,
        "label": token.label,
        "scopes": [ABOUT[each] for each in token.scopes],
        "created": token.created_at,
        "expires": token.expires_at,
        "used": token.used_at,
        "revoked": token.revoked_at,
        "state": state,
        "colour": COLOURS[state],
        "live": token.is_live(now),
        "replaceable": token.is_live(now) and not is_replaced,
    }


def _state(token: Token, now: datetime, is_replaced: bool) -> str:
    if token.revoked_at:
        return REVOKED
    if token.expires_at <= now:
        return RAN_OUT
    if is_replaced:
        return REPLACED
    return ENDS_SOON if token.expires_at - now <= timedelta(days=WARNED) else WORKS


def warnings(rows: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each token that runs out soon and has no successor."""
    return [
        f"“{row['label']}” stops working on {moment(row['expires'])}. Replace it before that."
        for row in rows
        if row["state"] == ENDS_SOON
    ]
