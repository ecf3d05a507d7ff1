"""What the private halves of signing keys are locked with, as somebody writes it down (P3)."""

import re
from base64 import urlsafe_b64decode

SEAL_BYTES = 32
_WRITTEN = re.compile(r"[A-Za-z0-9_-]{43}=?")


def seal_of(text: str) -> bytes | None:
    """The bytes of a seal in base64url, with or without its padding; None for anything else."""
    return urlsafe_b64decode(text.rstrip("=") + "=") if _WRITTEN.fullmatch(text) else None
