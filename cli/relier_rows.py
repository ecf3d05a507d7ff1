"""The list of teams that are to rely on one decision: a CSV file, one team in each row."""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from domain.imports import chosen
from domain.questions import tidy
from domain.request_choices import REGIONS

COLUMNS = ("team", "risk_owner", "region", "area", "needed_by", "needed_why")
MOST_ROWS = 2_000
MOST_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Row:
    number: int
    team: str
    risk_owner: str = ""
    region: str = ""
    area: str = ""
    needed_by: str = ""
    needed_why: str = ""


@dataclass(frozen=True, kw_only=True)
class Bad:
    number: int
    column: str
    sentence: str


def read_rows(file: Path) -> tuple[list[Row], list[Bad]]:
    """The rows that can be used, and what is wrong with the others. Raises OSError, and ValueError with a sentence."""
    with file.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError("it is larger than 1 MB: split it")
    try:
        lines = list(csv.reader(StringIO(content.decode("utf-8-sig").replace("\r", "\n")), strict=True))
    except UnicodeDecodeError as why:
        raise ValueError("it is not UTF-8 text: save it as 'CSV UTF-8'") from why
    except csv.Error as why:
        raise ValueError(f"it is no table ({why}): save it as CSV again") from why
    header = [name.strip().lower() for name in lines[0]] if lines else []
    unknown = [name or "one without a name" for name in header if name not in COLUMNS]
    if "team" not in header or unknown or len(set(header)) != len(header):
        wrong = f"; take out {', '.join(unknown)}" if unknown else ""
        raise ValueError(
            f"its first row must name the columns team and, if need be, {', '.join(COLUMNS[1:])}{wrong}"
        )
    rows: list[Row] = []
    bad: list[Bad] = []
    for number, line in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in line):
            found = _row(number, dict(zip(header, line, strict=False)), len(line) > len(header))
            (rows if isinstance(found, Row) else bad).append(found)  # type: ignore[arg-type]
    if len(rows) > MOST_ROWS:
        raise ValueError(f"it has {len(rows):,} rows: put {MOST_ROWS:,} or fewer in one file")
    return rows, bad


def _row(number: int, cells: dict[str, str], too_long: bool) -> Row | Bad:
    if too_long:
        return Bad(
            number=number,
            column="",
            sentence="More cells than columns: put text with commas in quotation marks.",
        )
    said = {name: tidy(cell) for name, cell in cells.items()}
    for name, text in said.items():
        if text is None or "\n" in text:
            return Bad(number=number, column=name, sentence="Remove hidden or broken characters.")
    if not said["team"]:
        return Bad(number=number, column="team", sentence="Enter the team, by its id or as 'Body: Team'.")
    region = said.get("region") or ""
    code = chosen(REGIONS, region) if region else ""
    if region and not code:
        sentence = f"'{region[:40]}' is no region of the form: give its ONS code or its name."
        return Bad(number=number, column="region", sentence=sentence)
    return Row(number=number, **{**{name: text or "" for name, text in said.items()}, "region": code})
