"""Quarters of the calendar, in London days: what a pack is about (P7)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.working_days import end_of_day

NAME = re.compile(r"(20\d\d|21\d\d)-[qQ]([1-4])", re.ASCII)
MONTHS = ("January", "April", "July", "October")
LAST_MONTHS = ("March", "June", "September", "December")


@dataclass(frozen=True, order=True)
class Quarter:
    year: int
    number: int

    @property
    def name(self) -> str:
        """As in an address: 2026-q4."""
        return f"{self.year}-q{self.number}"

    @property
    def title(self) -> str:
        return f"{MONTHS[self.number - 1]} to {LAST_MONTHS[self.number - 1]} {self.year}"

    @property
    def since(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def until(self) -> date:
        return self.after.since - timedelta(days=1)

    @property
    def after(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """(first instant, the instant after the last)."""
        return _begins(self.since), _begins(self.after.since)

    def is_closed(self, today: date) -> bool:
        return today > self.until


def _begins(day: date) -> datetime:
    return end_of_day(day - timedelta(days=1)) + timedelta(seconds=1)


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def parse(text: str) -> Quarter | None:
    """2026-q4 or 2026-Q4; None for anything else."""
    found = NAME.fullmatch(text)
    return Quarter(int(found[1]), int(found[2])) if found else None


def quarters(first: date, today: date) -> tuple[Quarter, ...]:
    """From that of the first case to the running one, newest first."""
    each, found = quarter_of(min(first, today)), list[Quarter]()
    while each.since <= today:
        found.append(each)
        each = each.after
    return tuple(reversed(found))
