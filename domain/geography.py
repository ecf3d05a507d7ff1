"""Which part of the country a share covers (§4, protection C: regional data, not national pools)."""

import re

NATIONS: tuple[tuple[str, frozenset[str]], ...] = (
    (r"\b(uk|united kingdom)\b", frozenset({"England", "Wales", "Scotland", "Northern Ireland"})),
    (r"\b(great britain|gb)\b", frozenset({"England", "Wales", "Scotland"})),
    (r"\b(wales|cymru|welsh)\b", frozenset({"Wales"})),
    (r"\b(scotland|scottish|alba)\b", frozenset({"Scotland"})),
    (r"\bnorthern ireland\b|\bni\b", frozenset({"Northern Ireland"})),
)
# England is a nation when it stands alone; "North West England" is a region of it.
PART_OF_ENGLAND = re.compile(
    r"\b(north|south|east|west|north east|north west|south east|south west|eastern|midlands|london|yorkshire|humber"
    r"|mid|part of|parts of|central)\b",
    re.IGNORECASE,
)
ENGLAND = re.compile(r"\bengland\b", re.IGNORECASE)
WHOLE = re.compile(r"\b(whole country|nation-?wide|national|every region)\b", re.IGNORECASE)
SMALL_NATIONS = frozenset({"Wales", "Scotland", "Northern Ireland"})
PART_OF_A_NATION = re.compile(
    r"\b(north|south|east|west|mid|central) (wales|scotland)\b|\bpart", re.IGNORECASE
)


def nations(region: str) -> frozenset[str]:
    """The nations that a region lies in; empty when it names no nation and no region of England."""
    text = region.lower()
    found = frozenset[str]().union(*(names for pattern, names in NATIONS if re.search(pattern, text)))
    if ENGLAND.search(text) or (PART_OF_ENGLAND.search(text) and not found):
        found |= {"England"}
    return found


def is_nationwide(region: str) -> bool:
    """Whether the area is a whole nation or more, of any size."""
    if PART_OF_A_NATION.search(region):
        return False
    covered = nations(region)
    if WHOLE.search(region) or len(covered) > 1 or covered & SMALL_NATIONS:
        return True
    return bool(ENGLAND.search(region)) and not PART_OF_ENGLAND.search(region)


def is_one_instance(region: str) -> bool:
    """P1: the area of one cluster instance: a region of England, or one of the three smaller nations.

    Those have fewer people than an English region may have, and one public administration.
    """
    if not region or WHOLE.search(region):
        return False
    covered = nations(region)
    return len(covered) <= 1 and (not is_nationwide(region) or bool(covered & SMALL_NATIONS))
