"""What a file of rows would do to the directory: every line it adds, changes or leaves, and every line to mend.

A plan is made of what the file says and of the whole directory of one moment, and is compared by its `digest`: what was
looked at is what is done, or nothing is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

ADD, CHANGE, SAME = "add", "change", "same"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`line`: where the row begins in the file; `column`: '' for the row as a whole."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """`what`: for people. `key`: the id, or the number of a post or contact, 0 when it is new. `values`: to be written.

    `changes`: (column, what is there, what will be).
    """

    line: int
    kind: str
    verb: Literal["add", "change", "same"]
    what: str
    key: str | int = ""
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()

    def of(self, verb: str, kind: str = "") -> tuple[Line, ...]:
        return tuple(each for each in self.lines if each.verb == verb and kind in ("", each.kind))

    @property
    def does_something(self) -> bool:
        return any(each.verb != SAME for each in self.lines)

    @property
    def may_be_done(self) -> bool:
        return not self.faults and self.does_something

    @property
    def bad_lines(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(each.line for each in self.faults))

    @property
    def digest(self) -> str:
        """The same for the same effects: what is added, and what is changed from what."""
        told = [
            [each.kind, each.verb, each.key, dict(each.values), each.changes]
            for each in self.lines
            if each.verb != SAME
        ]
        wrong = [[each.line, each.column, each.sentence] for each in self.faults]
        return sha256(json.dumps([told, wrong], sort_keys=True, default=str).encode()).hexdigest()


def totals(plan: Plan, kinds: Sequence[str]) -> list[tuple[str, int, int, int]]:
    """(kind, added, changed, left as it is) for each kind that is in the file."""
    found = [
        (kind, len(plan.of(ADD, kind)), len(plan.of(CHANGE, kind)), len(plan.of(SAME, kind)))
        for kind in kinds
    ]
    return [each for each in found if any(each[1:])]
