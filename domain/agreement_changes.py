"""C17a: what a newer version of a data sharing agreement says otherwise, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.sharing_agreement import Clause

# Compared thing by thing; of everything else the old and the new wording are told.
LISTS = frozenset({"items", "safeguards", "processors", "onward"})
LONGEST_TOLD = 120  # characters of a wording that is quoted


def differences(older: Mapping[str, Any], newer: Mapping[str, Any]) -> tuple[str, ...]:
    """What the newer agreement says otherwise, one sentence for each thing: "Items: 'address' taken out"."""
    before, now = _clauses(older), _clauses(newer)
    found: list[str] = []
    if older.get("title") != newer.get("title"):
        found.append(f"Title: now '{newer.get('title')}'")
    for key in (*now, *(key for key in before if key not in now)):
        label = (now.get(key) or before[key]).label
        found += _changed(key, label, _values(before, key), _values(now, key))
    return tuple(found)


def _values(clauses: Mapping[str, Clause], key: str) -> tuple[str, ...]:
    return clauses[key].values if key in clauses else ()


def _changed(key: str, label: str, was: tuple[str, ...], now: tuple[str, ...]) -> Iterator[str]:
    gone = [each for each in was if each not in now]
    fresh = [each for each in now if each not in was]
    if key not in LISTS and len(gone) == len(fresh) == 1:
        if max(len(gone[0]), len(fresh[0])) > LONGEST_TOLD:
            yield f"{label}: written anew"
        else:
            yield f"{label}: was '{gone[0]}', now '{fresh[0]}'"
        return
    yield from (f"{label}: {_quoted(each)} taken out" for each in gone)
    yield from (f"{label}: {_quoted(each)} added" for each in fresh)


def _quoted(text: str) -> str:
    return f"'{text}'" if len(text) <= LONGEST_TOLD else f"'{text[:LONGEST_TOLD]}…'"


def _clauses(content: Mapping[str, Any]) -> dict[str, Clause]:
    return {
        each["id"]: Clause(id=each["id"], label=each["label"], values=tuple(each["values"]))
        for section in content["sections"]
        for each in section["clauses"]
    }
