"""The numbers in words: what counts, which versions there were, and what others would have meant."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.policies import ABOUT
from domain.policy import Policy
from domain.policy_versions import (
    CONFIRM,
    LENGTHS,
    SHIPPED,
    Version,
    differences,
    numbers_of,
    questions_about,
)
from domain.policy_what_if import CANNOT_SAY
from domain.questions import Question
from store import commands
from store.directory import Person
from store.what_if import Looked
from ui.charts import Chart, bars
from ui.forms import COMMAND
from ui.when import weekday


async def banner(connection: AsyncConnection, me: Person | None, command: str) -> dict[str, str] | None:
    """What became of the act this page was reached by; asked of the record, so a link cannot claim anything."""
    row = await commands.get(connection, command) if me and COMMAND.fullmatch(command) else None
    if row is None or me is None or row.actor != me.id or row.ref != ABOUT:
        return None
    if row.act == "propose_policy":
        text = "Your proposal is recorded. Another board member must confirm it before it counts."
    elif row.body.get("decision") == CONFIRM:
        text = f"Confirmed as version {row.body['version']}. It counts from {weekday(row.body['in_force_from'])}, for requests received then."
    else:
        text = "The proposal is dropped. The numbers stay as they are."
    return {"kind": "success", "text": text}


def as_policy(numbers: Mapping[str, int]) -> Policy:
    """The numbers of a proposal, which is no version yet."""
    return Version(number=0, name="", numbers=numbers, reason="", in_force_from=date.max).policy()


def optional() -> tuple[Question, ...]:
    """Any of the numbers, to ask about."""
    return tuple(replace(each, required=False) for each in questions_about(LENGTHS))


def rows(policy: Policy) -> list[dict[str, str]]:
    was, now = numbers_of(SHIPPED), numbers_of(policy)
    return [
        {
            "label": each.label,
            "said": each.said(now[each.field]),
            "shipped": each.said(was[each.field]) if now[each.field] != was[each.field] else "",
        }
        for each in LENGTHS
    ]


def versions(held: list[Version], now: Policy) -> list[dict[str, Any]]:
    """Newest first, the shipped one last, each with what was new in it."""
    found: list[dict[str, Any]] = [
        {
            "name": SHIPPED.version,
            "policy": SHIPPED,
            "since": "from the start",
            "reason": "",
            "new": (),
            "now": now.version == SHIPPED.version,
        }
    ]
    before = SHIPPED
    for each in held:
        policy = each.policy()
        found.insert(
            0,
            {
                "name": each.name,
                "policy": policy,
                "since": f"from {weekday(each.in_force_from)}",
                "reason": each.reason,
                "new": differences(before, policy),
                "now": now.version == each.name,
            },
        )
        before = policy
    return found


def result(looked: Looked | None) -> dict[str, Any]:
    """What the simulation found, as a chart and the same numbers as a table; nothing when nothing was asked."""
    if looked is None:
        return {"looked": None, "lines": (), "chart": None, "not_told": (), "cannot_say": ()}
    lines = looked.found.lines()
    return {
        "looked": looked,
        "lines": lines,
        "chart": _chart(looked) if any(each.tasks for each in lines) else None,
        "not_told": looked.found.not_told(),
        "cannot_say": CANNOT_SAY,
    }


def _chart(looked: Looked) -> Chart:
    lines = looked.found.lines()
    series = (
        ("Missed as it was", [each.missed_before for each in lines]),
        ("Certain to be missed", [each.would_miss for each in lines]),
        ("Not known", [each.untold for each in lines]),
    )
    places = [f"({number})" for number in range(1, len(lines) + 1)]
    drawn = bars("what-if", "Deadlines missed, as it was and under the new numbers", places, series)
    said = ". ".join(f"{name}: {', '.join(map(str, numbers))}" for name, numbers in series)
    return replace(drawn, said=f"One group for each row of the table below, in its order. {said}.")
