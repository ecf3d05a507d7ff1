"""§4: the rulebook of the guards. What a board may change about a rule, and which rules are in force on a day.

A change needs two board members, counts from the next working day and never reaches back. What is out of scope stays
so, whatever is changed later (I12): a changed rule is for later requests.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from domain.governance import TABLE
from domain.guards import RULES, Effect, Rule
from domain.people import Role
from domain.refusals import Refusal
from domain.working_days import Calendar, Nation, add_working_days, london_date

EFFECTS: dict[Effect, str] = {
    "block": "Out of scope",
    "ask": "People look first",
    "condition": "Goes on with a condition",
}
NOT_UNLAWFUL = "Out of scope is not the same as unlawful."


@dataclass(frozen=True, kw_only=True)
class Change:
    """All that a board says about one rule. Empty words leave the rule's own; the lists are the whole lists."""

    sentence: str = ""
    effect: str = ""
    more_words: tuple[str, ...] = ()
    fewer_words: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "sentence": self.sentence,
            "effect": self.effect,
            "more_words": list(self.more_words),
            "fewer_words": list(self.fewer_words),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Change":
        """What was kept, also by a version of this code that knew more or fewer fields."""
        return cls(
            sentence=str(data.get("sentence", "")),
            effect=str(data.get("effect", "")),
            more_words=tuple(map(str, data.get("more_words", ()))),
            fewer_words=tuple(map(str, data.get("fewer_words", ()))),
        )


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """A change that two board members agreed on. `number` tells apart those of one day: the later one holds."""

    number: int
    rule: str
    change: Change
    in_force_from: date


def rules_on(changes: Iterable[Confirmed], day: date) -> tuple[Rule, ...]:
    """The rulebook in force on this London date: a tuple as `guards.RULES`, to be handed to `guards.hits`."""
    begun: dict[str, list[Confirmed]] = {}
    for each in sorted(changes, key=lambda each: (each.in_force_from, each.number)):
        if each.in_force_from <= day:
            begun.setdefault(each.rule, []).append(each)
    return tuple(_changed(rule, begun.get(rule.id, [])) for rule in RULES)


def _changed(rule: Rule, begun: list[Confirmed]) -> Rule:
    if not begun:
        return rule
    return replace(with_change(rule, begun[-1].change), version=rule.version + len(begun))


def with_change(rule: Rule, change: Change) -> Rule:
    """The rule as this change has it, under its old number. A condition stays one, and no rule becomes one."""
    harder_or_softer = {change.effect, rule.effect} <= {"block", "ask"}
    return replace(
        rule,
        sentence=change.sentence or rule.sentence,
        effect=cast(Effect, change.effect) if harder_or_softer else rule.effect,
        more_words=change.more_words if rule.reads_words else (),
        fewer_words=change.fewer_words if rule.reads_words else (),
    )


def history(changes: Iterable[Confirmed], rule: str) -> tuple[Rule, ...]:
    """Every version of one rule, the first as it was written, then one for each change, in force yet or not."""
    mine = sorted(
        (each for each in changes if each.rule == rule), key=lambda each: (each.in_force_from, each.number)
    )
    first = rule_of(rule)
    return (first, *(_changed(first, mine[: n + 1]) for n in range(len(mine))))


def version_of(changes: Iterable[Confirmed], rule: str, version: int) -> Rule | None:
    """A rule as it was in a version; None for one that is no longer in the rulebook at all."""
    if all(each.id != rule for each in RULES):
        return None
    versions = history(changes, rule)
    # one that was sharpened in code since then: the oldest version that is still known, under the number it had
    return next((each for each in versions if each.version == version), replace(versions[0], version=version))


def rule_of(rule: str) -> Rule:
    """A rule as it was written. Raises `NoSuchRule`."""
    found = next((each for each in RULES if each.id == rule), None)
    if found is None:
        raise NoSuchRule
    return found


def in_force_from(calendar: Calendar, confirmed_at: datetime) -> date:
    """The next working day in England and Wales after the London date of the confirmation. Raises CalendarTooShort."""
    return add_working_days(calendar, Nation.ENGLAND_AND_WALES, london_date(confirmed_at), 1)


def months_up_to(today: date, number: int = 12) -> tuple[date, ...]:
    """The first days of the last months, oldest first; the present one is among them."""
    last = today.year * 12 + today.month - 1
    return tuple(date(n // 12, n % 12 + 1, 1) for n in range(last - number + 1, last + 1))


def may(act: str, roles: Iterable[Role]) -> bool:
    """Whether somebody with these roles may do an act of the rulebook."""
    return bool(set(TABLE[act]) & set(roles))


def differences(before: Rule, after: Rule) -> tuple[str, ...]:
    """What is new, one sentence each, as the public reads it."""
    told: list[str] = []
    if before.effect != after.effect:
        told.append(
            f"What happens: “{EFFECTS[after.effect].lower()}” instead of “{EFFECTS[before.effect].lower()}”."
        )
    if before.sentence != after.sentence:
        told.append(f"Where to go instead: “{after.sentence}” It said: “{before.sentence}”")
    for old, new, added, gone in (
        (before.more_words, after.more_words, "It also looks for", "It no longer looks for"),
        (before.fewer_words, after.fewer_words, "It now passes over", "It no longer passes over"),
    ):
        for words, phrases in ((added, _new(old, new)), (gone, _new(new, old))):
            if phrases:
                told.append(f"{words} {', '.join(f'“{phrase}”' for phrase in phrases)}.")
    return tuple(told)


def _new(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    return [phrase for phrase in new if phrase not in old]


# --- why not --------------------------------------------------------------------------------------------------------


class NoSuchRule(Refusal):
    status = 404
    sentence = "There is no such rule. Go to the rules to find the one you mean."


class BoardOnly(Refusal):
    status = 403
    sentence = (
        "Only a member of a cluster board can do this. Ask a board member, or go to the rules to read them."
    )


class ProposalOpen(Refusal):
    sentence = (
        "A change to this rule is already proposed. Confirm it or drop it before you propose another one."
    )


class NothingProposed(Refusal):
    sentence = "Nothing is proposed for this rule now. Somebody may have decided: go to the rule to see it."


class OwnProposal(Refusal):
    sentence = "You proposed this change, so another board member must confirm it. Ask a colleague on any cluster board."


class RuleMovedOn(Refusal):
    sentence = "The rule has changed since you opened this page. Read it as it is now, then propose again if you still want to."


class NotOutOfScope(Refusal):
    sentence = "This request was not stopped by a rule, so there is no rule to question. Go to the case to see where it is."


class QuestionedBefore(Refusal):
    sentence = "Your team has already questioned this rule for this request. The question and its answer are on this page."


class NotYourQuestion(Refusal):
    status = 403
    sentence = (
        "Only a requester or the risk owner of the receiving team can question the rule. Ask one of them."
    )


class OwnQuestion(Refusal):
    sentence = "You asked this question, so another board member must answer it. Ask a colleague on any cluster board."


class AnsweredBefore(Refusal):
    sentence = "Somebody has already answered this question. Go to the list to see what is still open."


class NoSuchQuestion(Refusal):
    status = 404
    sentence = "There is no such question. Go to the list of questions to find the one you mean."
