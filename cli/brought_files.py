"""A file that somebody brings in by a command: read within bounds, or refused in sentences."""

import sys
from pathlib import Path

from domain.imports import CannotRead


def content_of(file: Path, most: int) -> bytes:
    """At most `most` bytes and one more, by which a longer file is known. Raises `CannotRead`."""
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as trouble:
        raise CannotRead(f"{file} cannot be read ({trouble.strerror}): check the path.") from trouble


def refused(*sentences: str) -> int:
    """Each sentence to whoever runs the command; the exit code."""
    for sentence in sentences:
        print(f"sharecase: {sentence}", file=sys.stderr)
    return 2
