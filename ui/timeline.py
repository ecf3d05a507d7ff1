"""The timeline: one chapter for each act or passed deadline, and below it what it caused, one partial an event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from domain import events as e
from domain.acts import FORMS
from domain.case import Task
from domain.manifests import Manifest, differences, manifest_of
from domain.people import NOT_PEOPLE, Party, Seat
from domain.words import seat
from domain.working_days import london_date
from store import shapes
from store.government import Names
from store.reads import Entry
from ui.views import Answered, answered
from ui.words import HAPPENED

CLOCK_ACTORS = frozenset(NOT_PEOPLE)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One event for its partial: the event itself, and the task it speaks of as it was opened."""

    event: e.Event
    task: Task | None
    bodies: Mapping[str, str] = field(
        default_factory=dict[str, str]
    )  # its parties, as they were called that day
    differs: tuple[str, ...] = ()  # in what the two manifests of a delivery differ (P3)

    @property
    def partial(self) -> str:
        return f"parts/timeline/{self.event.kind}.html"


@dataclass(frozen=True, kw_only=True)
class Chapter:
    heading: str
    who: str
    at: datetime
    words: tuple[Answered, ...]
    moments: tuple[Moment, ...]


def chapters(entries: Sequence[Entry], called: Names | None = None) -> tuple[Chapter, ...]:
    """The story in order, oldest first. Events of one command make one chapter. `called`: the names of `bodies_in`."""
    tasks: dict[str, Task] = {}
    sent: list[Manifest] = []
    told: list[Chapter] = []
    submitted_before = False
    for _, group in groupby(entries, key=lambda entry: entry.command):
        found = list(group)
        moments = tuple(_moments(found, tasks, called, sent))
        told.append(_chapter(found, moments, again=submitted_before))
        submitted_before = submitted_before or found[0].act == "submit"
    return tuple(told)


PARTIES = ("receiving", "sending", "was", "now")  # the fields of events that may hold one


def bodies_in(entries: Iterable[Entry]) -> set[str]:
    """The bodies that events speak of, under whatever name they had then."""
    parties = (entry.data.get(name) for entry in entries for name in PARTIES)
    return {str(party["organisation"]) for party in parties if isinstance(party, dict)}


def _bodies(event: e.Event, at: datetime, called: Names | None) -> dict[str, str]:
    parties = {name: getattr(event, name, None) for name in PARTIES}
    if isinstance(event, e.PartyMoved):  # a team comes from a body as it was called before that day
        at -= timedelta(days=1)
    day = london_date(at)
    return {
        name: called.on(party.organisation, day)
        for name, party in parties.items()
        if called and isinstance(party, Party)
    }


def _moments(
    entries: Iterable[Entry], tasks: dict[str, Task], called: Names | None, sent: list[Manifest]
) -> Iterable[Moment]:
    """`tasks` and `sent`: what was opened and announced so far, which later events speak of."""
    for entry in entries:
        event = shapes.event_from_json(dict(entry.data))
        manifest = manifest_of(entry.words)
        if isinstance(event, e.DeliveryRecorded) and manifest:
            sent.append(manifest)
        if isinstance(event, e.TaskOpened):
            tasks[event.task.id] = event.task
            yield Moment(event=event, task=event.task)
        else:
            key = getattr(event, "task", "")
            task = tasks.get(key) if isinstance(key, str) else None
            bodies = _bodies(event, entry.at, called)
            yield Moment(event=event, task=task, bodies=bodies, differs=_differs(event, sent, manifest))


def _differs(event: e.Event, sent: list[Manifest], arrived: Manifest | None) -> tuple[str, ...]:
    if not isinstance(event, e.DeliveryMismatched) or not sent or not arrived:
        return ()
    return tuple(each.words for each in differences(sent[-1], arrived))


def _chapter(entries: list[Entry], moments: tuple[Moment, ...], *, again: bool) -> Chapter:
    first = entries[0]
    heading = HAPPENED.get(first.act) or HAPPENED[_clock_act(moments)]
    if first.act == "submit" and again:
        heading = "Request submitted again"
    return Chapter(
        heading=heading,
        who=_who(first, moments),
        at=first.at,
        words=words_typed(first.act, first.words),
        moments=moments,
    )


def _clock_act(moments: tuple[Moment, ...]) -> str:
    """The clock's own commands are issued inside the case; no row tells which act it was."""
    calendar = any(isinstance(moment.event, e.CalendarAdopted) for moment in moments)
    return "adopt_calendar" if calendar else "deadline_passed"


def _who(entry: Entry, moments: tuple[Moment, ...]) -> str:
    if entry.actor in CLOCK_ACTORS or not entry.actor_name:
        return ""
    said = (entry.actor_name, _acted_as(entry.act, moments), _instead_of(entry))
    return ", ".join(each for each in said if each)


def _instead_of(entry: Entry) -> str:
    """P5: whoever covers says for whom."""
    whom = f" for {entry.acting_for}" if entry.acting_for else ""
    return {"cover": f"covering{whom}", "deputy": f"as deputy{whom}"}.get(entry.capacity, "")


def _acted_as(act: str, moments: tuple[Moment, ...]) -> str:
    """The seat somebody acted from: the task they finished says it, or the event, or the act belongs to one seat."""
    for moment in moments:
        event = moment.event
        if isinstance(event, e.TaskClosed) and event.how == "done":
            return seat(event.seat)
        if isinstance(event, e.DueMoved) and moment.task:
            return seat(moment.task.seat)
        if isinstance(event, e.SeparationWaived | e.CaseWithdrawn):
            return seat(event.seat)
    only = {
        "submit": Seat.REQUESTER,
        "narrow_share": Seat.RISK_OWNER,
        "extend_review": Seat.RECEIVING_LEADER_2,
    }
    return (
        seat(only[act])
        if act in only
        else "for the receiving body"
        if act in ("suspend_share", "end_share")
        else ""
    )


def words_typed(act: str, words: Mapping[str, Any]) -> tuple[Answered, ...]:
    """What was written in an act, by its questions. The request itself is on the page already."""
    form = FORMS.get(act)
    if form is None:
        return ()
    found = [answered(question, words.get(question.id)) for question in form.questions]
    return tuple(each for each in found if each.values and each.id != "agree")
