"""docs/asvs.csv says of each requirement where it is met, and what it points to is there."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
ID = re.compile(r"(1[0-7]|[1-9])\.([1-9]|1[0-9])\.([1-9]|1[0-9])")
STATUSES = {"test", "design", "n/a", "open"}


def table() -> list[dict[str, str]]:
    with (HOUSE / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = table()


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_each_requirement_is_there_once_and_in_order() -> None:
    ids = [row["id"] for row in ROWS]
    assert len(ids) > 150 and len(set(ids)) == len(ids)
    assert all(ID.fullmatch(each) for each in ids)
    assert ids == sorted(ids, key=lambda each: [int(part) for part in each.split(".")])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_each_row_says_enough(row: dict[str, str]) -> None:
    assert row["level"] in "12" and row["status"] in STATUSES and row["what"]
    assert bool(row["tests"]) == (row["status"] == "test"), (
        "what is met by a test names it, and nothing else does"
    )
    assert row["tests"] or row["note"], "what is not tested says why"
    for named in filter(None, row["tests"].split(" | ")):
        path, _, name = named.partition("::")
        assert (HOUSE / path).is_file(), named
        assert not name or name in names_in(path), named
