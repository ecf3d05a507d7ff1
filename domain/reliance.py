"""P2, approve once: whether a decision somebody else took covers this request, element by element."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.bodies import LOCAL, Found, plain
from domain.geography import nations
from domain.screened import Screened

Standing = Literal["live", "in_dispute", "out_of_scope"]

# What ends a decision, or speaks against it, in the words of registers and regulators.
ENDED = r"never_in_force|withdrawn|revoked|ended|closed|expired|terminated|repealed|quashed|suspended|scrapped|paused|stopped|abolished"
ADVERSE = r"adverse|enforcement_notice|reprimand|\bfine|breach|judgment|unlawful|super_complaint|undertaking|overturned"
ENDS_ON = r"expir|end_date|(^|_)end$|ends|until|valid_to|review_due|next_review"
NOT_LIVE = {
    "never_in_force": "is not in force: nothing was delivered under it yet"
}  # says more than its date


@dataclass(frozen=True, kw_only=True)
class Precedent:
    """A decision as the register holds it: what was asked, and how it stands."""

    asked: Screened
    standing: Standing = "live"

    @property
    def id(self) -> str:
        return self.asked.facts.id


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`root` is set when the request may rely. `differences`: why not. `in_dispute`: people have to say first."""

    root: str | None = None
    differences: tuple[str, ...] = ()
    in_dispute: str | None = None


def may_rely(request: Screened, precedents: Mapping[str, Precedent], today: date) -> Finding:
    """The first cited decision that covers the request; else what is missing from each."""
    differences: list[str] = []
    for cited in request.facts.relies_on:
        root = _root(cited, precedents)
        if root is None or root.id == request.facts.id:
            differences.append(f"{cited} is not on the register")
            continue
        stopped = _stopped(root, today)
        if stopped:
            differences.append(f"{root.id} {stopped}")
            continue
        if root.standing == "in_dispute":
            return Finding(in_dispute=root.id)
        wider = _wider(request, root.asked)
        if not wider:
            return Finding(root=root.id)
        differences.extend(f"{root.id} does not cover {each}" for each in wider)
    return Finding(differences=tuple(differences))


def _root(cited: str, precedents: Mapping[str, Precedent]) -> Precedent | None:
    """The decision at the bottom of a chain: reliance never rests on reliance."""
    seen: set[str] = set()
    found = precedents.get(cited)
    while found and found.id not in seen:
        seen.add(found.id)
        below = next((precedents[each] for each in found.asked.facts.relies_on if each in precedents), None)
        if below is None:
            return found
        found = below
    return None


def _stopped(root: Precedent, today: date) -> str:
    """P2's hard stops."""
    if root.standing == "out_of_scope":
        return "is itself out of scope"
    for word, when in root.asked.facts.dates:
        if re.search(ENDED, word, re.IGNORECASE) and not _is_ahead(when, today, today_too=False):
            return NOT_LIVE.get(word) or f"is no longer live ({word.replace('_', ' ')} {when})"
        if re.search(ADVERSE, word, re.IGNORECASE):
            return f"has an adverse finding ({word.replace('_', ' ')} {when})"
        if re.search(ENDS_ON, word, re.IGNORECASE) and not _is_ahead(when, today):
            return f"is out of date ({word.replace('_', ' ')} {when})"
    return ""


def _is_ahead(when: str, today: date, *, today_too: bool = True) -> bool:
    """Whether a date such as 2026, 2026-03 or 2026-03-31 lies ahead; its last day counts. False when unreadable.

    What runs until a day still runs on it; what was stopped on a day is stopped on it (`today_too`).
    """
    found = re.findall(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", when)
    if not found:
        return False
    year, month, day = found[-1]
    last, now = (int(year), int(month or 12), int(day or 31)), (today.year, today.month, today.day)
    return last >= now if today_too else last > now


def _wider(request: Screened, root: Screened) -> tuple[str, ...]:
    """What the request has and the decision has not."""
    asked, decided = request.facts, root.facts
    found = [f"the item '{each}'" for each in asked.items if not _has_item(each, decided.items)]
    found += [f"{each.name} as a holder" for each in request.suppliers if not _has_body(each, root.suppliers)]
    found += [
        f"{each.name} as a receiver" for each in request.recipients if not _has_kind(each, root.recipients)
    ]
    elsewhere = nations(asked.region) - nations(decided.region)
    found += [f"{each}" for each in sorted(elsewhere)]
    if asked.category != decided.category:
        found.append(f"a use for '{asked.category}'")
    if asked.special_category and not decided.special_category:
        found.append("special category data")
    if asked.is_bulk and not decided.is_bulk:
        found.append("data in bulk")
    if not _is_same_purpose(request, root):
        found.append("this purpose")
    if not _are_same_people(request, root):
        found.append(f"these people: {asked.subjects}")
    if asked.until and decided.until and asked.until > decided.until:
        found.append(f"data kept until {asked.until}")
    if asked.differences:
        found.append(f"what the applicant names: {asked.differences}")
    if _acts(asked.power) - _acts(decided.power):
        found.append(f"this power: {asked.power}")
    return tuple(found)


FILLERS = frozenset(
    [
        "a",
        "an",
        "and",
        "about",
        "all",
        "any",
        "are",
        "area",
        "at",
        "been",
        "by",
        "for",
        "from",
        "group",
        "held",
        "in",
        "is",
        "its",
        "known",
        "least",
        "listed",
        "local",
        "more",
        "named",
        "not",
        "number",
        "of",
        "on",
        "one",
        "only",
        "or",
        "other",
        "own",
        "people",
        "per",
        "person",
        "persons",
        "same",
        "than",
        "that",
        "the",
        "their",
        "them",
        "this",
        "to",
        "used",
        "where",
        "which",
        "who",
        "whose",
        "with",
        "year",
        "years",
        "yes",
        "no",
    ]
)


def _content(text: str) -> frozenset[str]:
    """The words that carry meaning, without numbers and plurals."""
    words = (each for each in plain(text).split() if each not in FILLERS and not each.isdigit())
    return frozenset(
        each.removesuffix("s") if len(each) > 3 and not each.endswith("ss") else each for each in words
    )


def _has_item(item: str, items: Sequence[str]) -> bool:
    mine = _content(item)
    return any(plain(item) == plain(each) or (mine and mine <= _content(each)) for each in items)


def _has_body(body: Found, others: Sequence[Found]) -> bool:
    """A local body stands for its kind; a national one only for itself."""
    if body.level == LOCAL:
        return any(body.kind == each.kind for each in others)
    return any(plain(body.name) == plain(each.name) for each in others)


def _has_kind(body: Found, others: Sequence[Found]) -> bool:
    return any(body.kind == each.kind for each in others)


def _is_same_purpose(request: Screened, root: Screened) -> bool:
    """It says that it is the same, or says the same: a third of its words."""
    if re.search(
        rf"\b(same|identical)\b.*|\b{re.escape(root.facts.id)}\b", request.facts.purpose, re.IGNORECASE
    ):
        return True
    mine = _content(request.facts.purpose)
    theirs = _content(f"{root.facts.title} {root.facts.purpose}")
    return bool(mine) and len(mine & theirs) * 3 >= len(mine)


def _are_same_people(request: Screened, root: Screened) -> bool:
    """Every word for them occurs in the decision, but for the names of the places."""
    places = _content(" ".join(each.name for each in (*request.recipients, *request.suppliers)))
    theirs = _content(f"{root.facts.subjects} {root.facts.purpose}")
    mine = _content(request.facts.subjects)
    return not (mine - places - theirs)


def _acts(power: str) -> frozenset[str]:
    """The Acts a power names, with their sections: what can be compared. 'Not sure' compares equal to anything."""
    found = re.findall(
        r"([A-Z][\w' ]*? (?:Act|Regulations|Order)[\w ()]*? \d{4})(?:[^;]*?\bs\.? ?(\d+\w*))?", power
    )
    return frozenset(f"{plain(act)} {section}".strip() for act, section in found)
