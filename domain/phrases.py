"""§4: the plain phrases that a board adds to a rule of the guards, or makes exceptions of. Never patterns."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from domain.screened import Screened


def says(phrases: Iterable[str], screened: Screened) -> str:
    """The first of these plain phrases in the title or the purpose."""
    for phrase in phrases:
        found = _phrase(phrase).search(screened.words)
        if found:
            return f"it says '{found.group()}'"
    return ""


def without(phrases: Iterable[str], screened: Screened) -> Screened:
    """The request as a rule reads it that makes an exception of these phrases: a mark stands where each one was."""
    facts = screened.facts
    longest_first = sorted(phrases, key=len, reverse=True)

    def read(text: str) -> str:
        for phrase in longest_first:
            text = _phrase(phrase).sub("…", text)
        return text

    title, purpose, power, asking = map(read, (facts.title, facts.purpose, facts.power, facts.asking))
    items = tuple(map(read, facts.items))
    told = replace(facts, title=title, purpose=purpose, power=power, asking=asking, items=items)
    return replace(screened, facts=told)


@lru_cache(maxsize=1024)
def _phrase(phrase: str) -> re.Pattern[str]:
    """Whole words, whatever the case and the spaces between: what a board member types is never a pattern."""
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)", re.IGNORECASE)
