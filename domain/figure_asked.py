"""What the public figures can be asked: a window of days, and which cases; the same on the page, in JSON, CSV and the CLI."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.questions import Problem
from domain.working_days import london_date

MONTHS_SHOWN = 12  # when nobody says from when
FIRST_YEAR, LAST_YEAR = 2000, 2200
LANES = ("cluster", "reliance", "standard", "urgent", "exploratory", "none")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A window of London days, both included, and what to count; '' for everything. `demo`: the made-up bodies instead."""

    since: date
    until: date
    organisation: str = ""
    cluster: str = ""
    lane: str = ""
    demo: bool = False

    @property
    def address(self) -> dict[str, str]:
        """As the query of an address says it."""
        found = {"from": self.since.isoformat(), "to": self.until.isoformat()}
        beside = {"organisation": self.organisation, "cluster": self.cluster, "lane": self.lane}
        return found | {k: v for k, v in beside.items() if v} | ({"demo": "yes"} if self.demo else {})


def check_asked(
    raw: Mapping[str, str], now: datetime, organisations: Iterable[str], clusters: Iterable[str]
) -> tuple[Asked, tuple[Problem, ...]]:
    """What can be asked, and a sentence for each part that cannot; a part that cannot is left as if not given."""
    today = london_date(now)
    typed = {name: (raw.get(name) or "").strip() for name in NAMES}
    problems: list[Problem] = []
    until = _day(typed["to"], "to", problems) or today
    since = _day(typed["from"], "from", problems) or _months_before(until)
    if since > until and not problems:
        problems.append(Problem("from", "Enter a first day that is not after the last day."))
        since = until
    known = {"organisation": organisations, "cluster": clusters, "lane": LANES, "demo": ("yes", "no")}
    for name, values in known.items():
        if typed[name] and typed[name] not in values:
            problems.append(Problem(name, NOT_KNOWN[name]))
            typed[name] = ""
    chosen = {name: typed[name] for name in ("organisation", "cluster", "lane")}
    return Asked(since=since, until=until, demo=typed["demo"] == "yes", **chosen), tuple(problems)


NAMES = ("from", "to", "organisation", "cluster", "lane", "demo")
NOT_KNOWN = {
    "organisation": "There is no such organisation. Give the id of one, such as dwp.",
    "cluster": "There is no such cluster. Give the id of one, such as health_social_care.",
    "lane": "Give cluster, reliance, standard, urgent, exploratory, or none for cases without a lane.",
    "demo": "Give yes or no.",
}


def _day(text: str, name: str, problems: list[Problem]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        which = "first" if name == "from" else "last"
        problems.append(Problem(name, f"Enter a real date for the {which} day, such as 2026-11-23."))
        return None
    return day


def _months_before(until: date) -> date:
    year, month = divmod(until.year * 12 + until.month - MONTHS_SHOWN, 12)
    return date(max(year, FIRST_YEAR), month + 1, 1)
