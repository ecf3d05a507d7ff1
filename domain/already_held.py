"""P4, "already held?": whether a body already receives, or has already asked for, the items it asks for now."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# The same item under the names that forms really use.
_ALSO: tuple[tuple[str, str], ...] = (
    (r"\b(national insurance|ni) (number|no)\b|\bnino\b", "national insurance number"),
    (r"\bnhs (number|no)\b", "nhs number"),
    (r"\bdob\b|\bbirth date\b|\bdate born\b", "date of birth"),
    (r"\b(post code|postal code)\b", "postcode"),
    (r"\bfull name\b|\bnames?\b(?=$)", "name"),
    (r"\b(home|postal|current|residential) address\b|\baddresses\b", "address"),
    (r"\b(tele)?phone (number|no)\b|\bmobile (number|no)\b|\btelephone\b", "phone number"),
    (r"\be-? ?mail( address)?\b", "email"),
)
_FILLERS = frozenset({"a", "an", "the", "of", "for", "their", "his", "her", "s"})


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a body has or has asked for: a live share, an open request, or a colleague's draft."""

    kind: Literal["share", "request", "draft"]
    ref: str
    title: str
    team: str  # the receiving team, '' when a draft names none
    sending_team: str
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Match:
    """`items`: those asked for, in the words of who asks."""

    holding: Holding
    items: tuple[str, ...]


def normal(item: str) -> str:
    """An item in the form in which it is compared: small letters, no punctuation, one name for one thing."""
    text = " ".join(re.findall(r"[a-z0-9]+", item.casefold().replace("'s", "").replace("\u2019s", "")))
    for pattern, name in _ALSO:
        text = re.sub(pattern, name, text)
    words = [_singular(word) for word in text.split() if word not in _FILLERS]
    return " ".join(words)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")) else word


def overlap(asked: Iterable[str], held: Iterable[str]) -> tuple[str, ...]:
    """The items asked for that are held, in the words of who asks, each once."""
    there = {normal(item) for item in held} - {""}
    found: dict[str, str] = {}
    for item in asked:
        if (name := normal(item)) in there:
            found.setdefault(name, item)
    return tuple(found.values())


def matches(asked: Iterable[str], sending_team: str, holdings: Iterable[Holding]) -> tuple[Match, ...]:
    """What may already be held: live shares of any of the items, and requests or drafts to the same team. Most first."""
    wanted = tuple(asked)
    found = [
        Match(holding=each, items=same)
        for each in holdings
        if (each.kind == "share" or each.sending_team == sending_team)
        and (same := overlap(wanted, each.items))
    ]
    order = ("share", "request", "draft")
    return tuple(sorted(found, key=lambda each: (order.index(each.holding.kind), -len(each.items))))


def needs_an_answer(found: Iterable[Match]) -> bool:
    """A live share or an open request must be answered for. A colleague's draft is only worth a telephone call."""
    return any(each.holding.kind != "draft" for each in found)
