"""P2r: what the register can be asked, the same on the page, in JSON, CSV and Atom; and the words an entry is found by."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from domain.bodies import plain
from domain.case import Lane
from domain.questions import Problem
from domain.register import State
from domain.request_choices import REGIONS, USES

MOST_WORDS = 60  # of an entry, in the index
LONGEST_WORD = 40
LONGEST_SEARCH = 200
MOST_ASKED = 8  # words of a search that count
TOO_COMMON = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "in", "is", "it", "its", "of", "on",
     "or", "that", "the", "their", "them", "they", "this", "to", "was", "who", "with")
)  # fmt: skip

REF = re.compile(r"[A-Za-z0-9-]{1,40}")
BODY = re.compile(r"[A-Za-z0-9._-]{1,80}")
REGION_CODES = frozenset(each.value for each in REGIONS)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is asked for; '' for what is not. `receiving`, `sending`: organisation ids. `root`: who relies on it.

    `demo`: 'no' leaves the made-up entries out, 'yes' gives only them.
    """

    q: str = ""
    receiving: str = ""
    sending: str = ""
    lane: str = ""
    use: str = ""
    state: str = ""
    region: str = ""
    root: str = ""
    demo: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """Only what is asked for, in the order of the fields: what an address holds."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


NAMES = tuple(each.name for each in fields(Filters))
CHOICES: dict[str, tuple[str, ...]] = {
    "lane": tuple(each.value for each in Lane),
    "use": tuple(each.value for each in USES),
    "state": tuple(each.value for each in State),
    "demo": ("yes", "no"),
}


def check_filters(raw: Mapping[str, str]) -> tuple[Filters, tuple[Problem, ...]]:
    """The filters that can be used, and a sentence for each that cannot. Names that are no filter are left alone."""
    typed = {name: raw.get(name, "").strip() for name in NAMES}
    typed["region"] = typed["region"].upper()
    problems = [
        Problem(name, sentence)
        for name, value in typed.items()
        if value and (sentence := _wrong(name, value))
    ]
    bad = {each.field for each in problems}
    return Filters(**{name: "" if name in bad else value for name, value in typed.items()}), tuple(problems)


def _wrong(name: str, value: str) -> str:
    if name in CHOICES:
        named = [f"'{each}'" for each in CHOICES[name]]
        return "" if value in CHOICES[name] else f"Send one of these: {', '.join(named[:-1])} or {named[-1]}."
    if name == "q":
        if len(value) > LONGEST_SEARCH:
            return f"Search for {LONGEST_SEARCH} characters or fewer."
        return "" if asked_words(value) else "Enter letters or numbers to search for."
    if name == "region":
        return "" if value in REGION_CODES else "Send an ONS code of a region or a nation, such as E12000003."
    if name == "root":
        return "" if REF.fullmatch(value) else "Send the reference of an entry, such as SC-2222-2222."
    return "" if BODY.fullmatch(value) else "Send the id of an organisation, such as dwp."


def asked_words(text: str) -> tuple[str, ...]:
    """The words of a search. Each finds whatever begins with it; all must be found."""
    words = list(dict.fromkeys(_words(text)))
    telling = [each for each in words if each not in TOO_COMMON]
    return tuple((telling or words)[:MOST_ASKED])


def entry_words(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The words an entry is found by, the most telling first, at most `MOST_WORDS`."""
    receiving, sending = content["receiving"], content["sending"]
    texts: tuple[str, ...] = (
        content["id"],
        content.get("title") or "",
        receiving["organisation"],
        sending["organisation"],
        receiving["team"],
        sending["team"],
        *(content.get("items") or ()),
        content.get("subjects") or "",
        content.get("purpose") or "",
        content.get("area") or "",
        content.get("power") or "",
    )
    found = dict.fromkeys(word for text in texts for word in _words(text) if word not in TOO_COMMON)
    return tuple(found)[:MOST_WORDS]


def _words(text: str) -> Iterable[str]:
    # What stands in brackets explains a body's name but may be what somebody looks for.
    return (word[:LONGEST_WORD] for word in plain(text.replace("(", " ").replace(")", " ")).split())
