"""A record of a real share, as researchers write them down, read into the facts of our request form.

Only what was known when the share was asked for is read. What a record says about how it *should* be treated, or how
it went, is never looked at: a screening that reads the answers proves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.questions import LINE, MOST_ITEMS, tidy

# What records call a use, and what the form calls it; None: the form has no such use.
USES: dict[str, str | None] = {
    "service_delivery": "deliver_service",
    "safeguarding": "protect_someone",
    "prevention": "prevent_harm",
    "proactive": "proactive_help",
    "emergent": "test_new",
    "fraud_error_debt": "fraud_error_debt",
    "law_enforcement": "law_enforcement",
    "commercial": None,
    "research": None,
    "statistics": None,
    "other": None,
}
PATTERNS = {"transactional": "one_by_one", "bulk": "file_regular"}


class BadRecord(Exception):
    """A sentence: which part of the record cannot be read, and what it should be."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """`use`: the form's kind of use, None when the form has no such kind. `category` keeps the record's own word."""

    id: str
    title: str
    asking: str
    asking_team: str
    holding: tuple[str, ...]
    purpose: str
    category: str
    use: str | None
    pattern: str
    items: tuple[str, ...]
    subjects: str
    power: str
    region: str
    special_category: bool = False
    processors: tuple[str, ...] = ()
    onward: tuple[str, ...] = ()
    holding_team: str = ""  # where it is known: a record names bodies, a request names teams
    until: str = ""  # ISO date until which it is kept
    differences: str = ""  # what the applicant says differs from the decision relied on
    relies_on: tuple[str, ...] = ()
    dates: tuple[tuple[str, str], ...] = ()  # what happened when, as the record calls it

    @property
    def is_bulk(self) -> bool:
        return self.pattern != "one_by_one"


def facts(record: Mapping[str, Any]) -> Facts:
    """The facts in a record. Raises `BadRecord`."""
    category, use_type = _text(record, "category"), _text(record, "use_type")
    if category not in USES:
        raise BadRecord(f"category is {category[:40]!r}: use one of {', '.join(USES)}.")
    if use_type not in PATTERNS:
        raise BadRecord(f"use_type is {use_type[:40]!r}: use one of {', '.join(PATTERNS)}.")
    return Facts(
        id=_text(record, "id")[:80],
        title=_text(record, "title"),
        asking=_text(record, "requesting_org"),
        asking_team=_text(record, "receiving_team", required=False),
        holding=_holding(record),
        purpose=_text(record, "purpose"),
        category=category,
        use=USES[category],
        pattern=PATTERNS[use_type],
        items=_texts(record, "data_items")[:MOST_ITEMS],
        subjects=_text(record, "data_subjects", required=False),
        power=_text(record, "legal_gateway", required=False),
        region=_text(record, "region", required=False),
        special_category=record.get("special_category") is True,
        processors=_some(record, "processors"),
        onward=_some(record, "onward_recipients"),
        relies_on=_some(record, "relies_on"),
        dates=_dates(record),
    )


def _holding(record: Mapping[str, Any]) -> tuple[str, ...]:
    if record.get("supplying_orgs"):
        return _texts(record, "supplying_orgs")
    return (_text(record, "supplying_org"),)


def _some(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return _texts(record, key) if record.get(key) else ()


def _dates(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a record tells of its past, word and date, whatever the words. They count only for who relies on it."""
    value = record.get("known_dates")
    if not isinstance(value, Mapping):
        return ()
    return tuple(
        (word, date)
        for word, date in value.items()  # pyright: ignore[reportUnknownVariableType]
        if isinstance(word, str) and isinstance(date, str)
    )


def _text(record: Mapping[str, Any], key: str, *, required: bool = True) -> str:
    value = record.get(key)
    if value is None and not required:
        return ""
    text = tidy(value) if isinstance(value, str) else None
    if text is None or (required and not text):
        raise BadRecord(f"{key} is missing or is not plain text: give it as a string.")
    return text


def _texts(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = record.get(key)
    if not isinstance(value, list) or not value:
        raise BadRecord(f"{key} is missing or is not a list: give at least one string.")
    found: list[str] = []
    for each in value:  # pyright: ignore[reportUnknownVariableType]
        text = tidy(each) if isinstance(each, str) else None
        if not text:
            raise BadRecord(f"{key} holds something that is not plain text: give strings only.")
        if text[:LINE] not in found:
            found.append(text[:LINE])
    return tuple(found)
