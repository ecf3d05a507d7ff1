"""A, D: what a form that anybody may fill in does not take: numbers that tell who somebody is, and ways to reach them."""

import re
from collections.abc import Iterable

from domain.questions import Problem

_NI = re.compile(
    r"(?<![A-Z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]( ?\d\d){3} ?[A-D](?![A-Z0-9])",
    re.I,
)
_TEN = re.compile(r"(?<!\d)(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[a-z]{2,}", re.I)


def is_nhs_number(digits: str) -> bool:
    """Ten digits of which the last is the check digit of the others; the other ten-digit numbers are somebody's own."""
    weights = range(10, 1, -1)
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits[:9], weights, strict=True)) % 11
    return check != 10 and check % 11 == int(digits[9])


def told_in(text: str) -> str:
    """What a text gives away: 'an NHS number', 'a National Insurance number', 'an e-mail address', or ''."""
    if _NI.search(text):
        return "a National Insurance number"
    if any(is_nhs_number("".join(found.groups())) for found in _TEN.finditer(text)):
        return "an NHS number"
    return "an e-mail address" if _EMAIL.search(text) else ""


_ALONE = re.compile(r"(?<![A-Za-z0-9])\d{3}[ -]?\d{3}[ -]?\d{4}(?![A-Za-z0-9])")


def told_in_key(key: str) -> str:
    """The same of a name that a machine made: its letters and digits hold ten in a row by chance, so only those count
    that stand by themselves."""
    found = told_in(key)
    by_chance = found == "an NHS number" and not any(told_in(each) for each in _ALONE.findall(key))
    return "" if by_chance else found


def problems(texts: Iterable[tuple[str, str, str]]) -> tuple[Problem, ...]:
    """`texts`: (field, label, text) of each box that was filled in."""
    return tuple(
        Problem(
            field,
            f"{label}: take out {told}. This service does not keep who you are, or how to reach anybody",
        )
        for field, label, text in texts
        if (told := told_in(text))
    )
