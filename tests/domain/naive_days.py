"""Due dates counted the slow way, one day after the other (R4). Nothing of the product is imported here on purpose.

Bank holidays are read from the seeded table as they stand, and a proclaimed one is added by hand. Every number of days
is written again, as the specification has it: a changed number of the rules must be changed here too, or this turns red.
"""

import csv
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

TABLE = Path(__file__).parents[2] / "store" / "seed" / "bank_holidays.csv"
LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)

# kind of task -> how long it may be given: (unit, number). Those not here have a day of their own (`own_day`).
D, H, M, W = "days", "hours", "months", "weeks"
ALLOWED: dict[str, set[tuple[str, int]]] = {
    "revise": {(D, 10), (H, 12), (D, 3)},
    "triage": {(D, 5), (H, 12)},
    "sign_risk": {(D, 5), (H, 4), (D, 3)},
    "find_owner": {(D, 5), (H, 12)},
    "back_risk": {(D, 5)},
    "decide": {(D, n) for n in range(3, 11)} | {(H, n) for n in range(3, 25)},
    "object": {(D, 5)},
    "confirm": {(D, 5)},
    "sign_off": {(D, 5), (H, 12)},
    "leader_decide": {(D, 5), (H, 12)},
    "answer": {(D, 10), (H, 12), (D, 3)},
    "countersign": {(D, 5), (H, 12)},
    "judge_refusal": {(D, 5), (H, 12)},
    "may_escalate": {(D, 20)},
    "may_reopen": {(D, 20)},
    "provide": {(D, 10), (H, 24)},
    "confirm_receipt": {(D, 10), (H, 24)},
    "late_delivery": {(D, 5), (H, 12)},
    "review": {(M, 12 * n) for n in range(1, 9)} | {(W, 13), (W, 26), (D, 3)},
    "late_review": {(D, 10), (D, 5)},
    "review_urgent": {(D, 10), (D, 5)},
    "reconsider": {(D, 20), (D, 5), (H, 12)},
    "decide_paused": {(D, 20), (D, 5)},
    "certify_destruction": {(D, 20)},
    "late_destruction": {(D, 5)},
    "fill_post": {(D, 5)},
    "own_risk": {(D, 5), (D, 15), (H, 4), (H, 12)},
    "advise": {(D, 5), (H, 12)},
    "mediate": {(D, 20)},
    "comply_or_explain": {(D, 20), (D, 5)},
    "answer_rights": {(M, 1), (D, 5)},
    "spread_correction": {(D, 10), (D, 5)},
    "tell_regulator": {(H, 72), (D, 1)},
    "do_action": {(D, 5)},  # its leaders; the action itself has the day that was agreed
    "confirm_jump": {(D, 1), (D, 5)},
    "mend_exchange": {(D, 1), (D, 5)},
    "mend_service": {(D, 1), (D, 5)},
}
OWN_DAY = {"publish", "expiry", "do_action"}

# When silence is looked at again: kind -> working days, and from what they are counted.
REVIEW_LADDER = (10, 20, 30)  # after it was due
STOPS_AFTER = {"own_risk": 20, "reconsider": 60}  # from the beginning


@cache
def seeded(nation: str) -> frozenset[date]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return frozenset(
            date.fromisoformat(row["date"]) for row in csv.DictReader(file) if row["nation"] == nation
        )


class Days:
    """What is known about bank holidays at a moment of a life: the seeded ones, and those proclaimed since."""

    def __init__(self) -> None:
        self.proclaimed: set[tuple[str, date]] = set()

    def proclaim(self, nation: str, day: date) -> None:
        self.proclaimed.add((nation, day))

    def is_working(self, nation: str, day: date) -> bool:
        return day.isoweekday() <= 5 and day not in seeded(nation) and (nation, day) not in self.proclaimed

    def after(self, nation: str, start: date, number: int) -> date:
        day = start
        while number > 0:
            day += DAY
            if self.is_working(nation, day):
                number -= 1
        return day

    def before(self, nation: str, end: date, number: int) -> date:
        day = end
        while number > 0:
            day -= DAY
            if self.is_working(nation, day):
                number -= 1
        return day

    def working_from(self, nation: str, day: date) -> date:
        while not self.is_working(nation, day):
            day += DAY
        return day

    def due(self, nation: str, start: datetime, unit: str, number: int) -> datetime:
        if unit == H:
            return start + timedelta(seconds=3600 * number)
        day = wall(start)
        if unit == M:
            return last_second(self.working_from(nation, months_on(day, number)))
        if unit == W:
            return last_second(self.working_from(nation, day + timedelta(days=7 * number)))
        return last_second(self.after(nation, day, number))


def wall(instant: datetime) -> date:
    return instant.astimezone(LONDON).date()


def last_second(day: date) -> datetime:
    """A second before London's midnight, found from midnight's own offset."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=LONDON) + DAY
    return midnight.astimezone(UTC) - timedelta(seconds=1)


def months_on(day: date, number: int) -> date:
    """The same date, or the last of the month where there is none; month by month."""
    year, month = day.year, day.month
    for _ in range(number):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return date(year, month, last)
            except ValueError:
                continue
    raise AssertionError
