"""A case's story for the terminal: one line for each act or passed deadline, and what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain import events as e
from domain.case import Cause, Lane, Task
from domain.people import Seat
from domain.words import LAPSED_FOR, TASKS, seat
from domain.working_days import Calendar, Nation, london_date, working_days_between
from store.reads import Entry
from ui.timeline import Chapter, Moment, chapters
from ui.when import day, moment

LANE_CHOSEN = {
    Lane.CLUSTER: "it travels by the cluster's agreement: the sending team may only object",
    Lane.RELIANCE: "it relies on a decision already made: the sending team confirms it",
    Lane.URGENT: "it is urgent: clock hours, at night too",
    Lane.EXPLORATORY: "it is a test of something new, and ends by itself",
}
SHARE_SUSPENDED = {
    Cause.PAUSED: "the share is suspended: somebody stopped it",
    Cause.REVIEW_OVERDUE: "the share is suspended: nobody concluded its review",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """`date`: in London. `working_day`: since submission, by the calendar of the public figures. `level`: the leader it goes up to."""

    at: str
    date: str
    working_day: int
    level: int
    who: str
    what: str
    then: tuple[str, ...]


def lines(calendar: Calendar, entries: Sequence[Entry]) -> list[Line]:
    """The whole story, oldest first; `entries` are all of the case's."""
    story = chapters(entries)
    submitted = london_date(story[0].at)
    told: list[Line] = []
    stopped, in_weeks = False, False
    for chapter in story:
        happened = [each.event for each in chapter.moments]
        in_weeks = in_weeks or any(
            isinstance(event, e.LaneChosen) and event.lane is Lane.EXPLORATORY for event in happened
        )
        reinstated = stopped and any(
            isinstance(event, e.ReviewConcluded | e.ShareReinstated) for event in happened
        )
        stopped = (stopped and not reinstated) or any(
            isinstance(event, e.ShareSuspended) for event in happened
        )
        told.append(
            Line(
                at=chapter.at.isoformat(),
                date=london_date(chapter.at).isoformat(),
                working_day=working_days_between(calendar, Nation.UNION, submitted, london_date(chapter.at)),
                level=max(
                    (event.level for event in happened if isinstance(event, e.CaseEscalated)), default=0
                ),
                who=chapter.who or "the clock",
                what=_what(chapter, in_weeks) + (", which reinstates the share" if reinstated else ""),
                then=tuple(_then(chapter)),
            )
        )
    return told


def _what(chapter: Chapter, in_weeks: bool) -> str:
    """`in_weeks`: a test of something new is reviewed after weeks, other uses after months."""
    for told in chapter.moments:
        match told.event:
            case e.DeadlineMissed(seat=whose) if told.task:
                return f"{_the(whose)} was silent: {_small(TASKS[told.task.kind])}"
            case e.ReviewConcluded(month=month, outcome=outcome):
                return f"Review at {month} {'weeks' if in_weeks else 'months'} concluded: {outcome}"
            case e.ShareEnded(by_date=True):
                return "The agreed end has come"
            case e.EntryPublished() if not chapter.who:
                return "The entry that was kept back is published by itself"
            case _:
                pass
    return chapter.heading


def _then(chapter: Chapter) -> Iterator[str]:
    for told in chapter.moments:
        if said := _said(told):
            yield said


def _said(told: Moment) -> str:
    match told.event:
        case e.TaskOpened(task=task):
            opens = f", opens on {day(task.visible_from)}" if task.visible_from else ""
            by = moment(task.due_at) if task.hours else day(task.due_at)
            return f"{seat(task.seat)}, by {by}{opens}: {_small(_asked(task))}"
        case e.PostVacant(seat=empty):
            return f"nobody is {seat(empty)}: the level is skipped and the empty post raised"
        case e.RequestApproved(presumption=rule) if rule:
            return f"approved by presumption, {rule}: nobody objected in time"
        case e.LaneChosen(lane=lane) if lane is not Lane.STANDARD:
            return LANE_CHOSEN[lane]
        case e.EntryPublished(version=1):
            return "the public register has it from now on"
        case e.RiskPassed():
            return "first delivery: from now on the receiving team is accountable"
        case e.ShareSuspended(cause=cause):
            return SHARE_SUSPENDED[cause]
        case e.ShareEnded():
            return "the share has ended"
        case e.OverdueAtTop():
            return "even the top was silent: counted in public"
        case e.CaseLapsed(cause=cause):
            return f"the case has lapsed: {LAPSED_FOR[cause]}"
        case _:
            return ""


def _asked(task: Task) -> str:
    return f"{TASKS[task.kind]} ({seat(task.post)})" if task.post else TASKS[task.kind]


def _the(whose: Seat) -> str:
    words = seat(whose)
    return words[0].upper() + words[1:]


def _small(words: str) -> str:
    return words[0].lower() + words[1:]
