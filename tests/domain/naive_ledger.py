"""A second opinion about time in one life (R4): what was owed, by when, and what became of it; from its events alone.

It knows the events by their field names, counts days in its own way (`naive_days`), and knows when the clock stood still.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.domain.naive_days import (
    ALLOWED,
    OWN_DAY,
    REVIEW_LADDER,
    STOPS_AFTER,
    Days,
    last_second,
    wall,
)

LATEST = timedelta(seconds=60)  # R4: how late the clock may be, or how long after it goes again
MOVED_ON = {
    "case_escalated", "overdue_at_top", "case_lapsed", "share_suspended", "objection_lapsed", "joint_decision_moved_up",
    "request_approved", "approval_proposed", "post_vacant",
}  # fmt: skip


@dataclass
class Owed:
    """One thing somebody owes. `watch`: when silence about it is looked at next; None: nobody looks any more."""

    task: Any
    due: datetime
    watch: datetime | None
    start: datetime
    unit: str
    number: int
    missed: int = 0


@dataclass
class Ledger:
    outages: list[tuple[datetime, datetime]]
    days: Days = field(default_factory=Days)
    nations: dict[str, str] = field(default_factory=dict[str, str])
    open: dict[str, Owed] = field(default_factory=dict[str, Owed])
    told: Counter[str] = field(default_factory=Counter[str])
    latest: timedelta = timedelta(0)

    def nation(self, seat: str) -> str:
        return self.nations["sending" if seat.startswith("sending") else "receiving"]

    def limit(self, due: datetime) -> datetime:
        """The last moment at which the clock is in time: where it stood still, soon after it goes again."""
        for begins, ends in self.outages:
            if begins <= due + LATEST and due < ends:
                due = ends
        return due + LATEST

    # --- what happened ------------------------------------------------------------------------------

    def read(self, events: Iterable[Any], at: datetime, now: datetime, *, by_clock: bool) -> None:
        """One transition. `at`: when it counts as having happened; `now`: when it really did."""
        events = tuple(events)
        kinds = Counter(event.kind for event in events)
        adopted = kinds["calendar_adopted"] > 0
        moved = {event.task: event for event in events if event.kind == "due_moved"}
        if adopted:
            self._recalculated(at, moved)
        for event in events:
            match event.kind:
                case "request_submitted":
                    self.nations = {"receiving": event.receiving.nation, "sending": event.sending.nation}
                case "request_transferred":
                    self.nations["sending"] = event.sending.nation
                case "party_moved":
                    self.nations[event.side.value] = event.now.nation
                case "task_opened":
                    self._opened(event.task, at)
                case "task_closed":
                    self._closed(self.open.pop(event.task), now, how=event.how, by_clock=by_clock)
                case "due_moved" if event.counts_from:
                    self._given_time(event, at)
                case "deadline_missed":
                    self._missed(self.open[event.task], event, at, now)
                    self._moved_on(self.open[event.task], kinds)
                case _:
                    pass
        self._nothing_twice(events)
        self.nothing_forgotten(now)

    def nothing_forgotten(self, now: datetime) -> None:
        """The law of R4, at any moment: whatever is due was looked at, if the clock has had its minute."""
        for owed in self.open.values():
            # P9: a breach may be told when its 72 hours are over
            assert owed.watch is None or self.limit(max(owed.watch, owed.task.opened_at)) >= now, (
                f"forgotten: {owed}"
            )

    # --- what it should be --------------------------------------------------------------------------

    def _opened(self, task: Any, at: datetime) -> None:
        given = {
            unit: getattr(task, unit) for unit in ("days", "months", "weeks", "hours") if getattr(task, unit)
        }
        assert len(given) <= 1, task
        unit, number = next(iter(given.items()), ("", 0))
        if unit:
            assert (unit, number) in ALLOWED[task.kind], (task.kind, unit, number)
            assert task.due_at == self.days.due(self.nation(task.seat), task.counts_from, unit, number), task
        else:
            assert task.kind in OWN_DAY and task.due_at == last_second(wall(task.due_at)), task
        if task.kind not in ("review", "tell_regulator"):
            assert task.counts_from == at, "it counts from another moment than that at which it was asked for"
        if task.kind == "review":
            opens = self.days.before(self.nation(task.seat), wall(task.due_at), 20)
            assert task.visible_from == last_second(opens - timedelta(days=1)) + timedelta(seconds=1)
        assert task.watch_at in (task.due_at, None) and task.id not in self.open
        self.open[task.id] = Owed(task, task.due_at, task.watch_at, task.counts_from, unit, number)
        self.told["asked"] += 1
        self.told[f"kind {task.kind}"] += 1

    def _closed(self, owed: Owed, now: datetime, *, how: str, by_clock: bool) -> None:
        late = owed.watch is not None and owed.watch <= now
        if (
            late and by_clock
        ):  # a window that closes, a day that comes, or what is overtaken in the same moment
            self._in_time(owed, now)
        elif late:
            assert owed.watch
            began = max(owed.watch, owed.task.opened_at)
            assert now <= self.limit(began), "somebody acted on what the clock forgot"
        self.told["met" if how == "done" and not owed.missed else how] += 1

    def _missed(self, owed: Owed, event: Any, at: datetime, now: datetime) -> None:
        """Once for each time that silence is looked at, and never before its time."""
        assert owed.watch and owed.watch <= now, f"looked at when nothing was due: {owed}"
        self._in_time(owed, now)
        owed.missed += 1
        owed.watch = event.watch_at
        self.told["missed"] += 1
        if event.watch_at:
            nation, kind = self.nation(owed.task.seat), owed.task.kind
            if kind == "review":
                start, number = owed.due, REVIEW_LADDER[owed.missed - 1]
            else:
                start, number = owed.start, STOPS_AFTER[kind]
            assert event.watch_at == self.days.due(nation, start, "days", number), owed

    def _moved_on(self, owed: Owed, kinds: Counter[str]) -> None:
        """Silence is told to somebody else, unless somebody above has it already, or the public counts it."""
        reminded = owed.task.kind == "fill_post" or (owed.task.kind == "review" and owed.missed == 1)
        if reminded or kinds.keys() & MOVED_ON:
            return
        above = [each for each in self.open.values() if each.task.level > owed.task.level]
        empty = [each for each in self.open.values() if each.task.kind == "fill_post"]
        counted = self.told["overdue_at_top"] > 0
        assert above or empty or counted, f"silence about {owed} moved nothing"

    def _in_time(self, owed: Owed, now: datetime) -> None:
        assert owed.watch
        due = max(owed.watch, owed.task.opened_at)
        assert now <= self.limit(due), f"{now - due} late"
        punctual = self.limit(due) == due + LATEST
        self.latest = max(self.latest, now - due if punctual else now - (self.limit(due) - LATEST))

    def _given_time(self, event: Any, at: datetime) -> None:
        owed = self.open[event.task]
        assert event.was == owed.due and event.counts_from == max(owed.due, at)
        unit, number = ("hours", event.hours) if event.hours else ("days", event.days)
        assert event.now == self.days.due(self.nation(owed.task.seat), event.counts_from, unit, number)
        self.open[event.task] = Owed(owed.task, event.now, event.now, event.counts_from, unit, number)
        self.told["given time"] += 1

    def _recalculated(self, at: datetime, moved: dict[str, Any]) -> None:
        """G3: exactly the running deadlines that a new holiday makes later are moved, and to exactly that day."""
        for key, owed in self.open.items():
            event = moved.get(key)
            running = not owed.missed and owed.due > at and owed.unit not in ("", "hours")
            again = (
                self.days.due(self.nation(owed.task.seat), owed.start, owed.unit, owed.number)
                if running
                else None
            )
            if again and again > owed.due:
                assert event and (event.was, event.now) == (owed.due, again), (owed, event)
                owed.due, owed.watch = again, again if owed.watch else None
                self.told["moved by a holiday"] += 1
            else:
                assert event is None or event.counts_from, (owed, event)

    def _nothing_twice(self, events: tuple[Any, ...]) -> None:
        """Each is asked once, and a step up the same ladder is told once."""
        asked = [(o.task.kind, o.task.seat, o.task.post, o.task.about) for o in self.open.values()]
        assert len(asked) == len(set(asked)), f"asked twice: {asked}"
        missed = sum(event.kind == "deadline_missed" for event in events)
        up = Counter((event.side, event.cause) for event in events if event.kind == "case_escalated")
        if missed:
            assert not up or max(up.values()) == 1, f"moved up twice: {up}"
        tops = [(event.side, event.cause) for event in events if event.kind == "overdue_at_top"]
        assert len(tops) == len(set(tops))
        self.told["escalated"] += sum(up.values())
        self.told["overdue_at_top"] += len(tops)
