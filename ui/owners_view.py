"""What a case page says about who answers for the risk, and about acting for somebody else (P5, G2)."""

from collections.abc import Mapping
from datetime import datetime

from api.known import Known
from domain import working_days
from domain.acts import FORMS
from domain.case import Case, Kind, Stage
from domain.decide.delivery import stopped_without_owner
from domain.decide.separation import keeps_apart
from domain.people import Actor, Seat
from domain.permissions import allowed
from domain.working_days import CalendarTooShort, london_date
from store.directory import Person
from ui.when import day


def without_owner(case: Case) -> str:
    """Since when nobody has signed for the risk, and when the share stops for it; '' while somebody answers for it."""
    waits = next((task for task in case.open(Kind.OWN_RISK) if task.seat is Seat.RISK_OWNER), None)
    if waits is None:
        return ""
    since = (
        f"The risk owner left. Nobody has signed for the risk since {day(london_date(waits.counts_from))}."
    )
    if case.stage not in (Stage.ACTIVE, Stage.SUSPENDED):
        return since
    try:
        stops = working_days.due(
            case.calendar, case.nation(waits.seat.side), waits.counts_from, case.policy.without_owner
        )
    except CalendarTooShort:
        return since
    if stopped_without_owner(case):
        return f"{since} The share is suspended for that since the end of {day(london_date(stops))}."
    return f"{since} If nobody does by {day(london_date(stops))}, the share is suspended."


def stands_in(
    case: Case, me: Person, seen: Known, names: Mapping[str, str], now: datetime
) -> tuple[str, ...]:
    """For whom this person acts here, and which acts that keeps from them."""
    if not seen.acting_for:
        return ()
    actor = Actor(person=me.id, seats=seen.seats, acting_for=seen.acting_for)
    whom = " and ".join(names.get(each, "somebody") for each in seen.acting_for)
    found = [
        f"You act here for {whom}, who is away." if len(seen.acting_for) == 1 else f"You act here for {whom}."
    ]
    apart = {
        act: words
        for act in allowed(case, actor, now)
        if act in FORMS and (words := keeps_apart(case, actor, act))
    }
    if apart:
        titles = ", ".join(f"“{FORMS[act].title}”" for act in apart)
        words = " and ".join(sorted(set(apart.values())))
        found.append(
            f"You are not offered {titles}: you, or who you act for, stand in this case already as {words}. "
            "Somebody else has to do it."
        )
    return tuple(found)
