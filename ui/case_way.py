"""How a case travels, and why: its lane with every predicate that was looked at, and the cases it belongs with (C1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.case import Case, Stage
from ui.templating import rule_words
from ui.views import Tag, stage_tag
from ui.words import LANES, RELATIONS

ANSWERS = {True: "Yes", False: "No", None: "Cannot be told"}


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One predicate, with its value and what it rests on."""

    what: str
    answer: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Related:
    ref: str
    title: str
    relation: str
    stage: Tag


@dataclass(frozen=True, kw_only=True)
class Way:
    """`stopped`: for a request out of scope, each rule in plain words, with where to go instead."""

    lane: str
    cluster: str
    root: str
    root_version: int
    looked_at: tuple[Looked, ...]
    stopped: tuple[str, ...]
    missing: tuple[str, ...]
    exempt_until: str
    flags: tuple[str, ...]


def way(case: Case, screening: Mapping[str, Any]) -> Way:
    stopped = tuple(map(str, screening.get("reasons", ()))) if screening else ()
    on_its_way = case.stage not in (Stage.TRIAGE, Stage.BLOCKED)
    return Way(
        lane=LANES[case.lane] if on_its_way else "",
        cluster=case.cluster if on_its_way else "",
        root=case.root if on_its_way else "",
        root_version=case.root_version,
        looked_at=tuple(_looked(*each) for each in screening.get("predicates", ())),
        stopped=stopped if case.stage is Stage.BLOCKED else (),
        missing=stopped if case.stage is Stage.TRIAGE else (),
        exempt_until=case.exempt_until if not case.register_version else "",
        flags=_flags(case),
    )


def _looked(name: str, value: bool | None, why: str) -> Looked:
    return Looked(what=rule_words(name), answer=ANSWERS[value], why=why)


def _flags(case: Case) -> tuple[str, ...]:
    told = {
        "Approved by presumption": case.presumed,
        "Author and risk owner are one person": bool(case.risk_owner) and case.risk_owner == case.author,
        "Bogged down": case.bogged_down,
        "Urgent lane misused": case.misused_urgency,
        "Separation waived": case.separation_waived,
    }
    return tuple(words for words, holds in told.items() if holds)


def related(case: Case, rows: Sequence[Any]) -> tuple[Related, ...]:
    """Parts and amendments in words: what the other case is to this one."""
    return tuple(
        Related(
            ref=row.ref,
            title=row.title,
            relation=RELATIONS[case.relation, "parent"]
            if row.ref == case.parent
            else RELATIONS[row.relation, "child"],
            stage=stage_tag(row.stage),
        )
        for row in rows
    )
