"""P4: the harm meter. The harm of withholding grows with every working day a case is open."""

from dataclasses import dataclass
from datetime import datetime

from domain.working_days import Calendar, Nation, london_date, working_days_between


@dataclass(frozen=True, kw_only=True)
class Harm:
    """`days`: working days since submission (public calendar). `person_days`: people affected a day times days."""

    days: int
    people_per_day: int

    @property
    def person_days(self) -> int:
        return self.days * self.people_per_day

    def sentence(self) -> str:
        waited = f"{self.days} working day{'' if self.days == 1 else 's'} open"
        if not self.people_per_day:
            return waited
        people = "1 person" if self.people_per_day == 1 else f"{self.people_per_day:,} people"
        total = "1 person-day" if self.person_days == 1 else f"{self.person_days:,} person-days"
        return f"{waited} × {people} a day = {total} without it"


def harm_meter(
    calendar: Calendar, people_per_day: int, submitted_at: datetime | None, until: datetime
) -> Harm:
    """The meter at `until`: now for an open case, the decision or delivery for one that is over."""
    if submitted_at is None:
        return Harm(days=0, people_per_day=people_per_day)
    days = working_days_between(calendar, Nation.UNION, london_date(submitted_at), london_date(until))
    return Harm(days=days, people_per_day=people_per_day)
