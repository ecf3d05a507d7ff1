"""Files to take away, written in one place: no cell is a formula, and no name of a file leads anywhere (ASVS V5.4)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import Response

MEDIA_TYPE = "text/csv; charset=utf-8"
# Spreadsheets take what begins like this for a formula, in some countries also the wide forms of the signs.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def cell(value: Any) -> str:
    """A value as a spreadsheet may open it: what would be a formula gets an apostrophe; several are joined by ' | '."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " | ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def written(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV (RFC 4180), each cell made safe."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([cell(each) for each in row] for row in rows)
    return out.getvalue()


def headers(name: str, *, public: bool = True, seconds: int = 0) -> dict[str, str]:
    """`public`: any website may read it. `seconds`: for how long anybody on the way may keep it, 0 for not at all."""
    found = {"Content-Disposition": f'attachment; filename="{safe_name(name)}"'}
    if public:
        found["Access-Control-Allow-Origin"] = "*"
    found["Cache-Control"] = f"public, max-age={seconds}" if public and seconds else "no-store"
    return found


def download(name: str, rows: Iterable[Sequence[Any]], *, public: bool = True, seconds: int = 0) -> Response:
    told = headers(name, public=public, seconds=seconds)
    return Response(written(rows), headers=told, media_type=MEDIA_TYPE)


def safe_name(name: str) -> str:
    """A file's name in plain ASCII, without ways into folders: 'a/../b".csv' -> 'a-b-.csv'."""
    return NOT_IN_A_NAME.sub("-", name.replace("..", ""))[:100].lstrip(".-") or "file.csv"
