"""A file with one JSON record on each line. A line that cannot be read is told of, and the others go on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.records import BadRecord, Facts, facts

LONGEST = 1_000_000  # bytes a line


@dataclass(frozen=True)
class Bad:
    line: int
    id: str | None
    error: str

    def as_json(self) -> str:
        return json.dumps({"id": self.id, "line": self.line, "error": self.error}, ensure_ascii=True)


def read_records(file: Path) -> Iterator[Facts | Bad]:
    """Each line's facts, or why it has none. Empty lines are passed over. Raises OSError for the file itself."""
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _read(number, line.removeprefix(b"\xef\xbb\xbf"))


def _read(number: int, line: bytes) -> Facts | Bad:
    if len(line) > LONGEST:
        return Bad(number, None, "This line is longer than 1 MB: split it, or mend the line breaks.")
    try:
        record = json.loads(line.decode("utf-8"), parse_constant=_no_constants)
    except UnicodeDecodeError:
        return Bad(number, None, "This line is not UTF-8 text: save the file as UTF-8.")
    except (ValueError, RecursionError):
        return Bad(number, None, "This line is not JSON: put one whole record on each line.")
    if not isinstance(record, dict):
        return Bad(number, None, "This line is not a record: write it as {...}.")
    try:
        return facts(record)
    except BadRecord as why:
        return Bad(number, _id(record), str(why))


def _no_constants(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _id(record: dict[str, Any]) -> str | None:
    value = record.get("id")
    return value[:80] if isinstance(value, str) else None
