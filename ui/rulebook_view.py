"""The rulebook as its templates ask for it: rules in words, their versions, and what they stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.guards import RULES, Effect, Rule
from domain.rulebook import EFFECTS, NOT_UNLAWFUL, Confirmed, differences, history, months_up_to, rules_on
from domain.rulebook_forms import CONFIRM
from store import commands
from store import rulebook as rows
from store.directory import Person
from ui.forms import COMMAND
from ui.views import Tag
from ui.when import MONTHS, day

COLOURS: dict[Effect, str] = {"block": "red", "ask": "yellow", "condition": "turquoise"}
LEADS: dict[Effect, str] = {
    "block": "These requests stop before any other body sees them. Nobody can override that, not even who runs "
    f"Sharecase, and each one is counted. {NOT_UNLAWFUL} Each rule says where to go instead.",
    "ask": "Whether one of these applies cannot be told from the request alone, so people choose how it goes on. "
    "Nothing is stopped, so nothing is counted here.",
    "condition": "These requests go on, with something added.",
}
TITLES = {rule.id: rule.about for rule in RULES}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A number with what it is of. `demo`: of made-up bodies, so in no public figure."""

    label: str
    requests: int
    demo: bool = False


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """Requests out of scope in the last 12 months, month by month, newest first; and by rule."""

    months: tuple[Line, ...]
    by_rule: Mapping[str, tuple[Line, ...]]
    by_rule_and_month: Mapping[str, tuple[Line, ...]]


async def months_table(connection: AsyncConnection, today: date, *, embedded: bool) -> Stopped:
    """`embedded`: a demonstration also shows the numbers of its made-up bodies, labelled."""
    months = months_up_to(today)[::-1]
    counted = await rows.counts(connection, months[-1])
    kinds = (False, True) if embedded else (False,)

    def lines(numbers: Mapping[tuple[str, bool], int]) -> tuple[Line, ...]:
        """Every month with its number, 0 too; of made-up bodies only where there are any."""
        return tuple(
            Line(label=month_words(month), requests=number, demo=demo)
            for month in months
            for demo in kinds
            if (number := numbers.get((month.isoformat()[:7], demo), 0)) or not demo
        )

    found = {rule for rule, _, _ in counted.by_rule}
    return Stopped(
        months=lines(counted.requests),
        by_rule={
            rule: tuple(
                Line(label=TITLES.get(rule, rule), requests=number, demo=demo)
                for demo in kinds
                if (number := counted.of_rule(rule, demo=demo))
            )
            for rule in found
        },
        by_rule_and_month={
            rule: lines({(m, d): n for (which, m, d), n in counted.by_rule.items() if which == rule})
            for rule in found
        },
    )


def month_words(month: date) -> str:
    return f"{MONTHS[month.month - 1]} {month.year}"


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    rule: Rule
    since: str
    stopped: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    heading: str
    lead: str
    blocks: bool
    rules: tuple[RuleRow, ...]


def sections(changes: Sequence[Confirmed], today: date, counted: Stopped) -> tuple[Section, ...]:
    since = {each.rule: day(each.in_force_from) for each in changes if each.in_force_from <= today}
    in_force = rules_on(changes, today)
    return tuple(
        Section(
            heading=EFFECTS[effect],
            lead=LEADS[effect],
            blocks=effect == "block",
            rules=tuple(
                RuleRow(rule=rule, since=since.get(rule.id, ""), stopped=counted.by_rule.get(rule.id, ()))
                for rule in in_force
                if rule.effect == effect
            ),
        )
        for effect in EFFECTS
    )


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    number: int
    since: str
    reason: str
    new: tuple[str, ...]
    ahead: bool  # confirmed, and its first day is still to come


async def about_rule(
    connection: AsyncConnection, rule: str, today: date, *, embedded: bool
) -> dict[str, Any]:
    """One rule as it is today, its versions newest first, and what it stopped. Raises `NoSuchRule`."""
    told = await rows.changes(connection, rule)
    changes = await rows.confirmed(connection, rule)
    versions = history(changes, rule)
    now = next(each for each in rules_on(changes, today) if each.id == rule)
    counted = await months_table(connection, today, embedded=embedded)
    first = VersionRow(number=versions[0].version, since="", reason="", new=(), ahead=False)
    later = [
        VersionRow(
            number=after.version,
            since=day(row.in_force_from),
            reason=row.reason,
            new=differences(before, after),
            ahead=row.in_force_from > today.isoformat(),
        )
        for before, after, row in zip(versions, versions[1:], told, strict=False)
    ]
    return {
        "rule": now,
        "effect": effect_tag(now),
        "versions": [first, *later][::-1],
        "months": counted.by_rule_and_month.get(rule, ()),
    }


def effect_tag(rule: Rule) -> Tag:
    return Tag(text=EFFECTS[rule.effect], colour=COLOURS[rule.effect])


async def banner(connection: AsyncConnection, me: Person | None, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if me and COMMAND.fullmatch(command) else None
    if row is None or me is None or row.actor != me.id or row.state != commands.APPLIED:
        return None
    text = {
        "propose_rule": "Your proposal is recorded. Another board member must confirm it before it counts.",
        "confirm_rule": _decided(row.body),
        "question_block": "Your question is with the cluster boards. This request stays as it is.",
        "answer_question": "Your answer is recorded. The team that asked sees it.",
    }.get(row.act, "")
    return {"kind": "success", "text": text} if text else None


def _decided(body: Mapping[str, Any]) -> str:
    if body.get("decision") == CONFIRM:
        return f"The change is confirmed. It counts from {day(body['in_force_from'])}, for requests received then."
    return "The proposal is dropped. The rule stays as it is."
