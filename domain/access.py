"""Who may come in where: one row for every address that is served, and nothing is served without one (S2).

A row says who could ever have business at an address; `api/gate.py` asks it before any handler runs. What a handler
asks further (of which body, of whose case, at which stage) is said in `then`, and `docs/permissions.md` shows both.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from domain import access_api, access_exchange, access_work, access_world
from domain.access_rows import Row, Table, Who
from domain.people import Role
from domain.refusals import Refusal

__all__ = ["TABLE", "Entry", "Row", "Who", "enter", "row_of"]


def _merged(*parts: Table) -> dict[tuple[str, str], Row]:
    """(method, address) -> its row, from rows under names such as 'GET POST /canaries/name'."""
    found: dict[tuple[str, str], Row] = {}
    for part in parts:
        for name, row in part.items():
            *methods, path = name.split(" ")
            for method in methods:
                if (method, path) in found:
                    raise ValueError(f"{method} {path} has two rows")
                found[method, path] = row
    return found


TABLE: Mapping[tuple[str, str], Row] = _merged(
    access_world.TABLE, access_work.TABLE, access_api.TABLE, access_exchange.TABLE
)


class Entry(StrEnum):
    COMES_IN = "comes_in"
    SIGNS_IN_FIRST = "signs_in_first"
    NOT_THERE = "not_there"  # the same as for an address that does not exist
    IS_TOLD = "is_told"  # whom to ask instead: with the row's own sentence


def row_of(method: str, path: str) -> Row | None:
    """The row of an address as its route is written. HEAD is GET without its body."""
    return TABLE.get(("GET" if method == "HEAD" else method, path))


def enter(row: Row | None, roles: Collection[Role] | None) -> Entry:
    """What somebody with these roles finds at the door; `roles` is None for nobody we know."""
    if row is None:
        return Entry.NOT_THERE
    if row.who in (Who.EVERYBODY, Who.SLACK):
        return Entry.COMES_IN
    if roles is None:
        return Entry.SIGNS_IN_FIRST
    if row.roles and not row.roles.intersection(roles):
        return Entry.IS_TOLD if row.say else Entry.NOT_THERE
    return Entry.COMES_IN


def sentence(row: Row) -> Refusal:
    """What whoever `is_told` reads."""
    assert row.say, "only a row that says something is said"
    return row.say()
