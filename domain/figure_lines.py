"""The figures as lines, one number each, for spreadsheets and terminals: the same names as in JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

ASKED = ("as_of", "definitions", "from", "to", "organisation", "cluster", "lane", "demo")
NAMED_BY = ("month", "lane")  # what tells the members of a list apart


def lines(told: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(name, number) such as ("months.2026-11.received", 4). None: not told, because too few stand behind it."""
    yield from _lines({name: value for name, value in told.items() if name not in (*ASKED, "rows")}, "")


def _lines(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    members: Mapping[str, Any] = {}
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
    elif isinstance(value, list):
        members = {each[_naming(each)]: each for each in cast("list[dict[str, Any]]", value)}
    else:
        yield where, value
    for name, each in members.items():
        if name not in NAMED_BY:
            yield from _lines(each, f"{where}.{name}" if where else name)


def _naming(member: Mapping[str, Any]) -> str:
    return next(name for name in NAMED_BY if name in member)
