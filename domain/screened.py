"""A request with everybody in it looked up, and what several rules ask about it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.bodies import Directory, Found
from domain.clusters import HEALTH, has
from domain.records import Facts

EVERYBODY = (
    r"\b(every(one|body)?|all|anyone|whole|entire)\b(?! (the )?(named|cases|suspect|offender|defendant))"
    r"|\bgeneral (public|population)\b|\bpopulation of\b|\d+ million"
)
HEALTH_RECORDS = (
    r"diagnos|prescri|medication|medical|clinical|\bgp\b|referral|hospital|inpatient|outpatient|\ba&e\b|episodes"
    r"|test results?|vaccin|symptom|treatment|mental health|health (record|data|condition|facts)|patient record"
    r"|care record|maternity|screening|care plan|crisis plan|allerg|coded data|radiology|patholog"
)

# What a purpose says about others who get to see the data.
PROCESSOR = re.compile(
    r"\b(?:supplied|hosted|run|operated|built|provided|processed|managed) by (?P<who>[A-Z][\w&.'-]+(?: [A-Z][\w&.'-]+)*)"
)
ONWARD = re.compile(
    r"\b(?:pass(?:ed|es|ing)? (?:it |them |these |the (?:data|list|results) )?on to|onward to|s(?:ell|old|elling)"
    r"(?: it| them| on)? to|then (?:sent|given|shared|passed) (?:to|with)|for (?:re)?use by)"
    r" (?P<who>[^.;,()]{3,80})"
)


@dataclass(frozen=True, kw_only=True)
class Screened:
    """A request with everybody in it looked up. `abroad`: whether the area names a place outside the UK."""

    facts: Facts
    recipients: tuple[Found, ...]
    suppliers: tuple[Found, ...]
    processors: tuple[Found, ...]
    onward: tuple[Found, ...]
    abroad: bool

    @property
    def receivers(self) -> tuple[Found, ...]:
        return self.recipients + self.onward

    @property
    def words(self) -> str:
        return f"{self.facts.title}. {self.facts.purpose}"


def look_up(facts: Facts, directory: Directory) -> Screened:
    return Screened(
        facts=facts,
        recipients=directory.find(facts.asking),
        suppliers=tuple(found for name in facts.holding for found in directory.find(name)),
        processors=_all(directory, (*facts.processors, *_said(PROCESSOR, facts.purpose))),
        onward=_all(directory, facts.onward)
        + tuple(each for each in _all(directory, _said(ONWARD, facts.purpose)) if each.is_known),
        abroad=directory.is_abroad(facts.region),
    )


def _said(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(match["who"] for match in pattern.finditer(text))


def _all(directory: Directory, names: Iterable[str]) -> tuple[Found, ...]:
    return tuple(found for name in names for found in directory.find(name))


def is_enforcement(screened: Screened) -> bool:
    return screened.facts.category == "law_enforcement"


def is_about_everybody(facts: Facts) -> bool:
    return has(EVERYBODY, facts.subjects)


def has_health_records(screened: Screened) -> bool:
    from_health = any(each.cluster == HEALTH for each in screened.suppliers)
    return has(HEALTH_RECORDS, *screened.facts.items) and (from_health or screened.facts.special_category)


def names(found: Iterable[Found]) -> str:
    return ", ".join(dict.fromkeys(each.name for each in found))
