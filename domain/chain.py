"""I9: each event's hash covers the one before, so that a changed or missing event of a case shows."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

GENESIS = "0" * 64


def event_hash(
    ref: str, seq: int, at: datetime, data: Mapping[str, Any], actor: str, command: str, previous: str
) -> str:
    """SHA-256 over canonical JSON of what an event row says and the hash of the row before it."""
    body = {
        "ref": ref,
        "seq": seq,
        "at": at.isoformat(),
        "data": data,
        "actor": actor,
        "command": command,
        "previous": previous,
    }
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
