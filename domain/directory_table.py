"""A file with rows of the directory, as spreadsheets and other systems write it: bytes to text, text to cells.

Strict about what nobody could mean, kind about how it was saved: UTF-8 with or without a mark, what Excel calls CSV
(Windows-1252) or Unicode text; commas, semicolons or tabs. Each row is known by the line on which it begins.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from domain.bodies import plain
from domain.directory_rows import ALL_COLUMNS
from domain.imports import CannotRead
from domain.questions import tidy

MOST_ROWS = 5_000
MOST_BYTES = 1_000_000
SHOWN = 40  # characters of a cell that a sentence repeats
TOO_LARGE = "The file is larger than 1 MB: split it, for example into one file for each kind of row."
NAMES = {plain(column): column for column in ALL_COLUMNS} | {
    "e mail": "email",
    "organisation": "body",
    "day": "date",
    "title": "name",
}
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@dataclass(frozen=True, kw_only=True)
class Record:
    """`cells`: column -> text, only where there is some. `too_long`: more cells than columns."""

    line: int
    cells: dict[str, str]
    too_long: bool = False


@dataclass(frozen=True, kw_only=True)
class Text:
    """`written`: how the file was saved, in words, where it was not plain UTF-8."""

    text: str
    written: str = ""


def text_of(content: bytes) -> Text:
    """The file as text. Raises `CannotRead`."""
    if len(content) > MOST_BYTES:
        raise CannotRead(TOO_LARGE)
    if content.startswith(WORKBOOKS):
        raise CannotRead("The file is a workbook: open it, and save the sheet as 'CSV UTF-8'.")
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            found = Text(text=content.decode("utf-16"), written="Unicode text, as Excel saves it")
        else:
            found = Text(text=content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        try:
            found = Text(text=content.decode("cp1252"), written="Windows-1252, as Excel saves plain CSV")
        except UnicodeDecodeError as why:
            raise CannotRead("The file is no text that can be read: save it as 'CSV UTF-8'.") from why
    if "\0" in found.text:
        raise CannotRead("The file holds bytes that are no text: save it as 'CSV UTF-8'.")
    if not found.text.strip():
        raise CannotRead("The file is empty: choose another one, or paste rows with a header.")
    return found


def read_table(text: str) -> tuple[Record, ...]:
    """Every row that holds anything. Raises `CannotRead`: for no table, for columns that are none of ours."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as why:
        raise CannotRead(
            f"From line {line} on the file is no table that can be read ({why}): put whole cells in quotation marks, and "
            "write a quotation mark in a cell twice."
        ) from why
    if not found:
        raise CannotRead("The file is empty: put the names of the columns in the first row.")
    (_, header), *rows = found
    columns = _columns(header)
    if not rows:
        raise CannotRead("The file has a header and no rows: add a row for each body, team or person.")
    if len(rows) > MOST_ROWS:
        raise CannotRead(f"The file has {len(rows):,} rows: put {MOST_ROWS:,} or fewer in one file.")
    return tuple(_record(line, cells, columns) for line, cells in rows)


def _delimiter(text: str) -> str:
    """What stands most often in the header, outside quotation marks."""
    header = text.lstrip("\n").partition("\n")[0]
    outside = "".join(header.split('"')[::2])
    return max((",", ";", "\t"), key=outside.count)


def _columns(header: Sequence[str]) -> list[str]:
    while header and not header[-1].strip():  # spreadsheets add empty columns at the end
        header = header[:-1]
    wrong: list[str] = []
    columns: list[str] = []
    for place, name in enumerate(header, start=1):
        column = NAMES.get(plain(name), "")
        if not name.strip():
            wrong.append(f"Column {place} has no name: give it one, or take it out.")
        elif not column:
            said = shown(name)
            wrong.append(f"Column {place}, '{said}', is none of the columns: rename it, or take it out.")
        elif column in columns:
            wrong.append(f"Column {place}, '{shown(name)}', is there twice: take one out.")
        columns.append(column)
    if not wrong and "kind" not in columns:
        wrong.append(
            "There is no column named kind: add it, with body, team, person, post, contact or holiday in each row."
        )
    if wrong:
        raise CannotRead(*wrong)
    return columns


def _record(line: int, cells: Sequence[str], columns: Sequence[str]) -> Record:
    width = len(columns)
    filled = {column: plain_cell(cell) for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    return Record(line=line, cells=filled, too_long=any(cell.strip() for cell in cells[width:]))


def plain_cell(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from reading a formula."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def shown(text: str) -> str:
    return (tidy(text) or "what stands there").replace("\n", " ")[:SHOWN]
