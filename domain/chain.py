"""I9: each event's hash covers the one before, so that a changed or missing event of a case shows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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


@dataclass(frozen=True, kw_only=True)
class Link:
    """An event as it is kept. Events hold identifiers, numbers and instants, and no words that a person typed."""

    ref: str
    seq: int
    at: datetime
    kind: str
    data: Mapping[str, Any]
    actor: str
    command: str
    previous: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Walked:
    """How far a chain holds. `broken_at`: the number of the first event that does not follow, 0 when all do."""

    events: int
    head: str
    broken_at: int = 0
    why: str = ""


def fault(link: Link, seq: int, head: str) -> str:
    """Why this is not event `seq` after the one whose hash is `head`; '' when it is."""
    if link.seq != seq:
        return f"event {seq} is missing."
    if link.previous != head:
        return f"event {seq} does not follow from event {seq - 1}."
    at = link.at.astimezone(UTC)  # a database gives instants in its own zone
    told = event_hash(link.ref, link.seq, at, link.data, link.actor, link.command, link.previous)
    if told != link.hash or link.data.get("kind") != link.kind:
        return f"event {seq} was changed after it was written."
    return ""


def walk(links: Iterable[Link]) -> Walked:
    """The chain of one case, from its first event."""
    seq, head = 0, GENESIS
    for link in links:
        if why := fault(link, seq + 1, head):
            return Walked(events=seq, head=head, broken_at=seq + 1, why=why)
        seq, head = seq + 1, link.hash
    return Walked(events=seq, head=head)
