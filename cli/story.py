"""A case's story for the terminal: one line for each act or passed deadline, and what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain import events as e
from domain.case import Cause, Task
from domain.people import Seat
from domain.words import LAPSED_FOR, TASKS, seat
from domain.working_days import Calendar, Nation, london_date, working_days_between
from store.reads import Entry
from ui.timeline import Chapter, Moment, chapters
from ui.when import day

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
    stopped = False
    for chapter in story:
        happened = [moment.event for moment in chapter.moments]
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
                what=_what(chapter) + (", which reinstates the share" if reinstated else ""),
                then=tuple(_then(chapter)),
            )
        )
    return told


def _what(chapter: Chapter) -> str:
    for moment in chapter.moments:
        match moment.event:
            case e.DeadlineMissed(seat=whose) if moment.task:
                return f"{_the(whose)} was silent: {_small(TASKS[moment.task.kind])}"
            case e.ReviewConcluded(month=month, outcome=outcome):
                return f"Review at {month} months concluded: {outcome}"
            case _:
                pass
    return chapter.heading


def _then(chapter: Chapter) -> Iterator[str]:
    for moment in chapter.moments:
        if said := _said(moment):
            yield said


def _said(moment: Moment) -> str:
    match moment.event:
        case e.TaskOpened(task=task):
            opens = f", opens on {day(task.visible_from)}" if task.visible_from else ""
            return f"{seat(task.seat)}, by {day(task.due_at)}{opens}: {_small(_asked(task))}"
        case e.PostVacant(seat=empty):
            return f"nobody is {seat(empty)}: the level is skipped and the empty post raised"
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
