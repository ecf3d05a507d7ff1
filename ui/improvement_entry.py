"""Improvement and incidents on a public register entry (P9): in words, as of the day somebody reads it. No person, no story."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.commands import Step
from ui.templating import upper_first
from ui.when import day
from ui.words import STEPS

BESIDE_STEPS = {
    "stopped_at_once": "Stopped at once because of live harm",
    "stop_was_right": "A leader said that stopping it at once was right",
    "stop_was_not_right": "A leader said that stopping it at once was not right",
    "put_right": "Put right",
}


@dataclass(frozen=True, kw_only=True)
class Published:
    """`steps`: (what, day). `actions`, `incidents`: a sentence each, '' for none."""

    steps: Sequence[tuple[str, str]]
    actions: str
    incidents: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.steps or self.incidents)


def published(entry: Mapping[str, Any], today: date) -> Published:
    """Entries from before this was published have none of it."""
    return Published(
        steps=[(_step(each["what"]), day(each["on"])) for each in entry.get("improvement") or ()],
        actions=_actions(entry.get("actions") or (), today.isoformat()),
        incidents=_incidents(entry.get("incidents") or {}),
    )


def _step(what: str) -> str:
    return BESIDE_STEPS.get(what) or upper_first(STEPS[Step(what)])


def _actions(actions: Sequence[Mapping[str, Any]], today: str) -> str:
    if not actions:
        return ""
    late = sorted(each["due"] for each in actions if each["state"] == "open" and each["due"] < today)
    count = {
        "done": sum(each["state"] == "done" for each in actions),
        "open": sum(each["state"] == "open" for each in actions) - len(late),
        "no longer needed": sum(each["state"] == "dropped" for each in actions),
    }
    parts = [f"{number} {what}" for what, number in count.items() if number]
    if late:
        parts.append(f"{len(late)} overdue, the oldest since {day(late[0])}")
    return f"{_many(len(actions), 'action')} agreed: {', '.join(parts)}."


def _incidents(told: Mapping[str, int]) -> Sequence[str]:
    if not told:
        return ()
    found = [f"The receiving body itself reported {_many(told['reported'], 'incident')}."]
    breaches = told["breaches"]
    if not breaches:
        return [*found, "No breach of personal data was among them."]
    waiting = breaches - told["told_in_time"] - told["told_late"]
    states = {
        "told in time": told["told_in_time"],
        "told late": told["told_late"],
        "not yet told": waiting,
    }
    parts = ", ".join(f"{number} {what}" for what, number in states.items() if number)
    was = "One was a breach" if breaches == 1 else f"{breaches} were breaches"
    return [*found, f"{was} of personal data. Of these the regulator was: {parts}."]


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
