"""What silence causes. The clock is an actor like any other: it issues `DeadlinePassed` and the rules answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from domain.case import Case, Cause, Kind, Task
from domain.commands import AdoptCalendar, DeadlinePassed
from domain.decide.advice import nobody_advises
from domain.decide.delivery import end, publish_now
from domain.decide.improvement import nobody_tells
from domain.decide.ladder import call_leader, climb, ladder_of
from domain.decide.leaders import move_up
from domain.decide.mediation import nobody_mediates
from domain.decide.owners import nobody_owns
from domain.decide.presumption import lapse_objection, lapses, nobody_confirms, presume
from domain.decide.relying import nobody_reconsiders
from domain.decide.reviews import review_is_late, suspend_for_silence
from domain.decide.sender import days_between
from domain.decide.story import Story
from domain.events import CalendarAdopted, CaseLapsed, DeadlineMissed, DueMoved
from domain.people import Seat
from domain.refusals import NothingDue

# A deadline noticed within this time counts as noticed when it passed: the next clock starts from the deadline's
# own day and not from the day after, whatever the second. Later than that, people get their full time (R4).
PUNCTUAL = timedelta(hours=1)


def counts_as(due_at: datetime, now: datetime) -> datetime:
    """The instant from which what follows a deadline is counted."""
    return due_at if now - due_at < PUNCTUAL else now


def deadline_passed(story: Story, act: DeadlinePassed) -> None:
    task = story.case.tasks.get(act.task)
    if task is None or task.watch_at is None or task.watch_at > story.at:
        raise NothingDue
    (ON_SILENCE.get(task.kind) or _move_up)(story, task)


def _move_up(story: Story, task: Task) -> None:
    story.tell(DeadlineMissed(task=task.id, seat=task.seat))
    ladder = replace(ladder_of(task.kind, task.seat.side), about=task.about)
    if story.case.cause is Cause.BOGGED_DOWN and ladder.kind is Kind.LEADER_DECIDE:
        ladder = replace(ladder, cause=Cause.BOGGED_DOWN)  # why it is with the leaders has not changed
    climb(story, ladder, above=task.level)


def _nobody_signs(story: Story, task: Task) -> None:
    """The only silence that closes a case: the asking side will not own the risk (C4)."""
    story.tell(DeadlineMissed(task=task.id, seat=task.seat))
    if call_leader(story, ladder_of(task.kind, task.seat.side), above=task.level) is None:
        _lapse(story, "no_risk_owner")


def _nobody_answers(story: Story, task: Task) -> None:
    story.tell(DeadlineMissed(task=task.id, seat=task.seat))
    waited = days_between(story, task, task.opened_at, story.at) if task.kind is Kind.ANSWER else 0
    _lapse(story, "no_answer", waited)


def _lapse(story: Story, cause: str, waited: int = 0) -> None:
    was = story.case.stage
    story.close_all(how="expired")
    story.tell(CaseLapsed(cause=cause, was=was, waited=waited))
    if not story.case.reopened:
        story.open(Kind.MAY_REOPEN, Seat.REQUESTER, days=story.case.policy.reopen)


def _window_closes(story: Story, task: Task) -> None:
    story.close_all(how="expired")


def _leaders_silent(story: Story, task: Task) -> None:
    waiting = story.case.open(Kind.JUDGE_REFUSAL)
    for each in waiting:
        if each.due_at <= story.at:  # the other nation's calendar may still give its leader a day
            story.tell(DeadlineMissed(task=each.id, seat=each.seat))
    level = max(each.level for each in waiting)
    if lapses(story.case, level):
        lapse_objection(story, level)
    else:
        move_up(story, "silent", level)


def _review_silent(story: Story, task: Task) -> None:
    if task.passes < len(story.case.policy.review_ladder):
        review_is_late(story, task)
    else:
        suspend_for_silence(story, task)


ON_SILENCE: dict[Kind, Callable[[Story, Task], None]] = {
    Kind.SIGN_RISK: _nobody_signs,
    Kind.FIND_OWNER: _nobody_signs,
    Kind.ANSWER: _nobody_answers,
    Kind.REVISE: _nobody_answers,
    Kind.JUDGE_REFUSAL: _leaders_silent,
    Kind.OBJECT: presume,
    Kind.CONFIRM: nobody_confirms,
    Kind.RECONSIDER: nobody_reconsiders,
    Kind.PUBLISH: lambda story, task: publish_now(story),
    Kind.REVIEW: _review_silent,
    Kind.OWN_RISK: nobody_owns,
    Kind.ADVISE: nobody_advises,
    Kind.MEDIATE: nobody_mediates,
    Kind.TELL_REGULATOR: nobody_tells,
    Kind.FILL_POST: lambda story, task: story.tell(DeadlineMissed(task=task.id, seat=task.seat)),
    Kind.MAY_ESCALATE: _window_closes,
    Kind.MAY_REOPEN: _window_closes,
    Kind.EXPIRY: lambda story, task: end(story, by_date=True),
}


def adopt_calendar(story: Story, act: AdoptCalendar) -> None:
    """G3: running future deadlines are worked out again; never earlier, never one that has passed; both values kept."""
    story.tell(CalendarAdopted(calendar=act.calendar))
    for task in tuple(story.case.tasks.values()):
        if task.missed or task.due_at <= story.at or not (task.days or task.months or task.weeks):
            continue
        due = story.due(task.seat, task.counts_from, task.days, task.months, task.weeks)
        if due > task.due_at:
            story.tell(DueMoved(task=task.id, was=task.due_at, now=due))


def next_deadline(case: Case) -> tuple[str, datetime] | None:
    """(task id, instant) the clock must wake for, or None."""
    task = case.next_due()
    return (task.id, task.watch_at) if task and task.watch_at else None
