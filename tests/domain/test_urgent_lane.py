"""C21: risk to life and the like. Clock hours until it is delivered; looked back at, always."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Case, Cause, Kind, Stage
from domain.people import SYSTEM, Seat
from domain.refusals import CaseClosed, NotNow, NotYours, SamePerson, TooManyHours
from tests.builders import Life, a_case, actor, urgent, without
from tests.fixtures.calendar import with_holiday

CHRISTMAS_EVE = datetime(2026, 12, 24, 16, tzinfo=UTC)  # a Thursday; work begins again on Tuesday the 29th
R1, R2, R3 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3
S1, S2, S3 = Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3


def submitted(**settings: Any) -> Life:
    return a_case(**urgent(), **settings).submitted().life()


def with_sender(**settings: Any) -> Life:
    return a_case(**urgent(), **settings).submitted().risk_signed().life()


def active(**settings: Any) -> Life:
    return a_case(**urgent(), **settings).submitted().risk_signed().approved().delivered().life()


def hours(life: Life, kind: Kind, seat: Seat) -> float:
    task = life.task(kind, seat)
    return (task.due_at - task.opened_at) / timedelta(hours=1)


# --- hours --------------------------------------------------------------------------------------------


def test_four_hours_to_sign_and_twenty_four_to_decide() -> None:
    life = submitted()
    assert hours(life, Kind.SIGN_RISK, Seat.RISK_OWNER) == 4
    life.sign_risk()
    assert hours(life, Kind.DECIDE, Seat.SENDER) == 24


def test_hours_run_over_christmas() -> None:
    """C21: no week-end and no bank holiday stops them; each leader has twelve."""
    life = submitted(now=CHRISTMAS_EVE)
    life.sign_risk()
    for number, leader in enumerate((S1, S2, S3)):
        life.next_deadline_passes()
        assert life.now == CHRISTMAS_EVE + timedelta(hours=24 + 12 * number)
        assert hours(life, Kind.LEADER_DECIDE, leader) == 12
    life.next_deadline_passes()
    assert life.case.at_top and life.case.stage is Stage.WITH_SENDER


def test_hours_run_through_the_night_on_which_the_clocks_change() -> None:
    life = with_sender(now=datetime(2027, 3, 27, 20, tzinfo=UTC))
    assert life.task(Kind.DECIDE).due_at == datetime(2027, 3, 28, 20, tzinfo=UTC)


def test_a_holiday_proclaimed_moves_no_hour() -> None:
    """G3."""
    life = with_sender()
    due = life.task(Kind.DECIDE).due_at
    life.act(c.AdoptCalendar(calendar=with_holiday(life.case.calendar, date(2026, 11, 24))), SYSTEM)
    life.expect_events(e.CalendarAdopted)
    assert life.task(Kind.DECIDE).due_at == due


def test_nobody_signs_within_hours_and_it_lapses() -> None:
    """C4: the leaders of the asking side have twelve hours each."""
    life = submitted()
    life.time_passes(life.now + timedelta(hours=4 + 12 + 12))
    life.expect_stage(Stage.LAPSED)


def test_a_question_stops_the_senders_hours_and_is_answered_within_twelve() -> None:
    """C10: then what was left, and three hours at least."""
    life = with_sender()
    life.time_passes(life.now + timedelta(hours=10))
    life.ask()
    assert hours(life, Kind.ANSWER, Seat.REQUESTER) == 12
    life.time_passes(life.now + timedelta(hours=2))
    life.answer()
    assert hours(life, Kind.DECIDE, Seat.SENDER) == 14


@pytest.mark.parametrize("act", [c.DirectSender(), c.TakeOver()])
def test_what_a_leader_does_is_counted_in_hours_too(act: c.Act) -> None:
    """C14."""
    life = with_sender()
    life.next_deadline_passes()
    life.act(act, S1)
    (task,) = life.case.tasks.values()
    assert task.hours == 12


def test_leaders_of_both_sides_have_twelve_hours() -> None:
    """C12."""
    life = with_sender()
    life.refuse()
    life.escalate_refusal()
    assert hours(life, Kind.JUDGE_REFUSAL, R1) == hours(life, Kind.JUDGE_REFUSAL, S1) == 12


def test_receipts_are_counted_in_hours() -> None:
    """C17."""
    life = with_sender()
    life.approve()
    assert hours(life, Kind.PROVIDE, Seat.SENDER) == 24
    life.deliver("a")
    assert hours(life, Kind.CONFIRM_RECEIPT, Seat.REQUESTER) == 24
    life.confirm("b")
    assert hours(life, Kind.PROVIDE, Seat.SENDER) == 24


def test_a_leader_gives_hours_and_not_days() -> None:
    """C14."""
    life = a_case(**urgent()).submitted().risk_signed().after_deadlines(1).life()
    for given in (0, 25):
        refusal = life.refuses(TooManyHours, c.ExtendTime(days=given), Seat.SENDING_LEADER_1)
        assert refusal.status == 422 and "number of hours from 1 to 24" in refusal.message
    was = life.task(Kind.LEADER_DECIDE).due_at
    life.act(c.ExtendTime(days=20), Seat.SENDING_LEADER_1)
    task = life.task(Kind.LEADER_DECIDE)
    assert task.due_at == was + timedelta(hours=20) and (task.hours, task.days) == (20, 0)
    assert life.last(e.TimeExtended).hours
    life.time_passes(task.due_at)
    life.expect_told(Seat.SENDING_LEADER_2)


def test_a_sign_off_has_twelve_hours() -> None:
    """§4."""
    life = a_case(**urgent(conditions=("health_in_bulk",))).submitted().risk_signed().approved().life()
    assert hours(life, Kind.SIGN_OFF, S2) == 12


def test_empty_chairs_are_passed_over_at_once() -> None:
    """C15."""
    life = with_sender(filled=without(Seat.SENDER, S1))
    life.next_deadline_passes()
    assert hours(life, Kind.LEADER_DECIDE, S2) == 12
    assert life.vacancy(Seat.SENDER) and life.vacancy(S1)


# --- the register -------------------------------------------------------------------------------------


def test_the_entry_is_published_within_twenty_days_after() -> None:
    """C21, P2r."""
    life = active()
    life.task(Kind.PUBLISH, Seat.RISK_OWNER)
    assert life.case.register_version == 0 and life.due_day(Kind.PUBLISH) == date(2026, 12, 21)
    life.time_passes(life.task(Kind.PUBLISH).due_at)
    assert life.happened(e.EntryPublished) == 1 and not life.case.open(Kind.PUBLISH)


def test_or_sooner_by_the_risk_owner() -> None:
    life = active()
    life.act(c.PublishEntry(), Seat.RISK_OWNER)
    life.expect_events(e.TaskClosed, e.EntryPublished)
    life.refuses(NotNow, c.PublishEntry(), Seat.RISK_OWNER)


# --- looked back at -----------------------------------------------------------------------------------


def test_an_urgent_use_is_looked_back_at_ten_days_after_delivery() -> None:
    life = active()
    life.task(Kind.REVIEW_URGENT, Seat.REVIEWER)
    assert life.due_day(Kind.REVIEW_URGENT) == date(2026, 12, 7)


@pytest.mark.parametrize("justified", [True, False])
def test_a_use_that_was_not_urgent_is_counted(justified: bool) -> None:
    life = active()
    life.look_back_at_urgency(justified=justified)
    assert life.case.misused_urgency is not justified and life.case.stage is Stage.ACTIVE
    life.refuses(NotNow, c.ConcludeUrgentUse(justified=True), Seat.REVIEWER)


def test_it_may_end_there() -> None:
    life = active()
    life.look_back_at_urgency(end=True)
    life.expect_stage(Stage.ENDED)
    assert life.last(e.ShareEnded).by_review and life.task(Kind.CERTIFY_DESTRUCTION)


def test_whoever_asked_signed_or_decided_does_not_say_that_it_was_urgent() -> None:
    """G2."""
    for person in ("amy", "ruth", "sam"):
        act = c.ConcludeUrgentUse(justified=True)
        active().refuses(SamePerson, act, actor(Seat.REVIEWER, person=person))


def test_silence_goes_up_and_the_top_is_cleared_once_somebody_says_it() -> None:
    """C15: counted in public for as long as it lasts, and no longer."""
    life = active()
    life.working_days_pass(10)
    life.expect_told(R1)
    life.working_days_pass(20)
    assert life.case.at_top and life.case.cause is Cause.REVIEW_OVERDUE
    life.look_back_at_urgency(by=R2)
    assert not life.case.at_top and life.case.cause is Cause.NONE
    assert not life.case.open(Kind.REVIEW_URGENT)


def test_a_leader_appointed_late_is_asked_for_this_and_for_nothing_else() -> None:
    """G5: no review of a share that has none."""
    life = active(filled=without(R1, R2, R3))
    life.working_days_pass(10)
    life.fill(R2)
    assert life.task(Kind.REVIEW_URGENT, R2) and not life.case.open(Kind.LATE_REVIEW)


def ended(life: Life) -> Case:
    life.act(c.EndShare(), Seat.RISK_OWNER)
    life.act(c.CertifyDestruction(), Seat.REQUESTER)
    return life.case


def replaced(life: Life) -> Case:
    life.act(c.ReplaceShare(by="SC-2027-0001"), Seat.OTHER_CASE, seen=None)
    return life.case


@pytest.mark.parametrize("over", [ended, replaced])
def test_a_use_that_is_over_is_looked_back_at_all_the_same(over: Any) -> None:
    """C21: and its entry still appears on its day."""
    life = active()
    over(life)
    assert life.task(Kind.REVIEW_URGENT) and life.task(Kind.PUBLISH) and not life.case.is_closed
    life.time_passes(life.task(Kind.PUBLISH).due_at)
    life.look_back_at_urgency()
    assert life.case.is_closed and life.case.register_version == 2
    life.refuses(CaseClosed, c.ConcludeUrgentUse(justified=True), Seat.REVIEWER)


def test_the_sender_has_no_part_in_it() -> None:
    """I11."""
    life = active()
    life.refuses(NotYours, c.ConcludeUrgentUse(justified=True), Seat.SENDER)
    life.working_days_pass(30)
    assert all(task.seat.side != "sending" for task in life.case.tasks.values())
