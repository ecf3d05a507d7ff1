"""What may be chosen, and when a notice goes (§9). Pure: the same wish, the same answer."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from domain import events
from domain.notices import TELL
from domain.preferences import (
    ALWAYS,
    GROUPS,
    PRESSING,
    QUESTIONS,
    About,
    Bundling,
    Group,
    Preferences,
    as_typed,
    chosen,
    held_until,
    is_gathered,
    is_off,
    quiet_until,
    waits_for_digest,
)
from domain.questions import check
from domain.working_days import Nation
from tests.fixtures.calendar import calendar_for

ENGLAND, SCOTLAND = Nation.ENGLAND_AND_WALES, Nation.SCOTLAND
CALENDAR = calendar_for(ENGLAND, SCOTLAND)
NIGHTS = Preferences(quiet_from=18, quiet_until=8, quiet_days=True)
ASKS_ONLY = {"task_opened", "deadline_missed", "due_moved"}


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def news(kind: str = "request_approved", when: datetime | None = None) -> About:
    return About(asks=False, news=kind, created_at=when or at(24, 10, 20))


def ask(due: datetime | None = None) -> About:
    return About(
        asks=True, news="", created_at=at(24, 10, 20), due_at=due or at(30, 23).replace(minute=59, second=59)
    )


def test_every_piece_of_news_is_in_one_group_or_is_always_sent() -> None:
    kinds = {each.__dataclass_fields__["kind"].default for each in get_args(events.Event)}
    tells = {
        each.__dataclass_fields__["kind"].default for each, tell in TELL.items() if tell.__name__ != "_nobody"
    } - ASKS_ONLY
    grouped = [kind for group in GROUPS.values() for kind in group]
    assert len(grouped) == len(set(grouped)) and not set(grouped) & ALWAYS
    assert set(grouped) | ALWAYS == tells and tells <= kinds
    assert PRESSING <= ALWAYS
    assert set(GROUPS) == set(Group) == {Group(each.value) for each in QUESTIONS[0].choices}


def test_nothing_that_asks_and_no_escalation_can_be_switched_off_or_gathered() -> None:
    deaf = Preferences(off=frozenset(Group), bundling=Bundling.DIGEST, digest=True)
    for about in (ask(), *(news(kind) for kind in ALWAYS), news("")):
        assert not is_off(deaf, about) and not waits_for_digest(deaf, about) and not is_gathered(deaf, about)
        assert held_until(deaf, about, CALENDAR, ENGLAND, at(24, 11)) is None
    assert is_off(deaf, news()) and is_gathered(deaf, news())
    assert not waits_for_digest(Preferences(bundling=Bundling.DIGEST), news()), "without a digest it is sent"


@pytest.mark.parametrize(
    "now, goes",
    [
        (at(24, 10), None),
        (at(24, 18), at(25, 8)),
        (at(25, 2), at(25, 8)),
        (at(25, 8), None),
        (at(27, 19), at(30, 8)),  # over the weekend
        (at(24, 12, month=12), None),
        (
            at(24, 20, month=12),
            at(29, 8, month=12),
        ),  # Christmas, Boxing Day, a weekend, the substitute Monday
    ],
)
def test_quiet_hours_and_days_are_waited_out(now: datetime, goes: datetime | None) -> None:
    assert held_until(NIGHTS, ask(), CALENDAR, ENGLAND, now) == goes
    assert held_until(NIGHTS, news(when=now), CALENDAR, ENGLAND, now) == goes


def test_the_bank_holidays_are_those_of_the_nation() -> None:
    """St Andrew's Day."""
    assert quiet_until(NIGHTS, CALENDAR, ENGLAND, at(30, 10)) == at(30, 10)
    assert quiet_until(NIGHTS, CALENDAR, SCOTLAND, at(30, 10)) == at(1, 8, month=12)


def test_hours_are_those_of_london_also_in_summer() -> None:
    mine = Preferences(quiet_from=18, quiet_until=8)
    summer = datetime(2026, 7, 1, 17, 30, tzinfo=UTC)  # half past six in London
    assert quiet_until(mine, CALENDAR, ENGLAND, summer) == datetime(2026, 7, 2, 7, tzinfo=UTC)
    noon = Preferences(quiet_from=12, quiet_until=14)
    assert quiet_until(noon, CALENDAR, ENGLAND, at(24, 13)) == at(24, 14)
    assert quiet_until(noon, CALENDAR, ENGLAND, at(24, 14)) == at(24, 14)


def test_beyond_the_calendar_a_weekend_is_still_one() -> None:
    saturday = datetime(2098, 11, 22, 10, tzinfo=UTC)
    assert saturday.weekday() == 5
    assert quiet_until(NIGHTS, CALENDAR, ENGLAND, saturday) == datetime(2098, 11, 24, 8, tzinfo=UTC)


def test_clock_hours_and_breaches_do_not_wait_for_the_morning() -> None:
    urgent = ask(at(25, 3, 30))
    assert held_until(NIGHTS, urgent, CALENDAR, ENGLAND, at(24, 23)) is None
    for kind in PRESSING:
        assert held_until(NIGHTS, news(kind), CALENDAR, ENGLAND, at(24, 23)) is None
    assert held_until(NIGHTS, news("case_escalated"), CALENDAR, ENGLAND, at(24, 23)) == at(25, 8)


def test_news_is_gathered_until_the_hour_is_full() -> None:
    mine = Preferences(bundling=Bundling.HOURLY)
    assert held_until(mine, news(), CALENDAR, ENGLAND, at(24, 10, 20)) == at(24, 11)
    assert held_until(mine, news(), CALENDAR, ENGLAND, at(24, 11)) is None
    assert held_until(mine, ask(), CALENDAR, ENGLAND, at(24, 10, 20)) is None
    late = Preferences(bundling=Bundling.HOURLY, quiet_from=11, quiet_until=12)
    assert held_until(late, news(), CALENDAR, ENGLAND, at(24, 10, 20)) == at(24, 12)


def test_a_form_says_what_was_chosen_and_reads_it_back() -> None:
    for mine in (
        Preferences(),
        NIGHTS,
        Preferences(off=frozenset({Group.PEOPLE}), bundling=Bundling.DIGEST, digest=True),
    ):
        answers, problems = check(QUESTIONS, as_typed(mine))
        assert not problems
        assert chosen(answers) == (mine, ())
