"""§4, §7 C: the de-facto national dataset alarm. One body that gathers the same item region by region has a national
dataset in the end, whatever each decision said."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.bodies import plain

LEAST = 3  # regions, and bodies that send


@dataclass(frozen=True, kw_only=True)
class Share:
    """A live entry of the register: who sends which items, from which region (ONS code, '' when none was given)."""

    ref: str
    sender: str
    region: str
    items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """`item` as `same_item` writes it; `entries`: references, sorted; `regions`: ONS codes, sorted; one that
    covers a nation or more counts as its own."""

    organisation: str
    item: str
    entries: tuple[str, ...]
    regions: tuple[str, ...]


def alarms(organisation: str, shares: Iterable[Share]) -> tuple[Alarm, ...]:
    """What adds up among the live shares that one body receives, by item."""
    by_item: dict[str, list[Share]] = {}
    for share in shares:
        for item in {same_item(each) for each in share.items} - {""}:
            if share.region:
                by_item.setdefault(item, []).append(share)
    return tuple(
        Alarm(
            organisation=organisation,
            item=item,
            entries=tuple(sorted(each.ref for each in found)),
            regions=tuple(sorted({each.region for each in found})),
        )
        for item, found in sorted(by_item.items())
        if len({each.region for each in found}) >= LEAST and len({each.sender for each in found}) >= LEAST
    )


def same_item(written: str) -> str:
    """One spelling for an item: 'The NHS numbers' and 'NHS number' are the same data."""
    return " ".join(_one(word) for word in plain(written).split())[:200]


def _one(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "as")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith("sses") else word[:-1]
