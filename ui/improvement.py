"""Incidents and steps of improvement as the case page shows them (P9), told from the timeline that it reads anyway."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from api.known import Known
from domain import events as e
from domain.case import Case, Kind, Task
from domain.improvement import JUMP, STEPS, action_key, plan_of, time_left
from domain.people import Seat
from store import shapes
from store.reads import Entry
from ui.templating import upper_first
from ui.views import Tag, Teams, holder_words
from ui.when import day, moment
from ui.words import STEPS as STEP_WORDS

ABOUT_IT = {
    "settle_jump": "The harm for which it was stopped",
    "record_report": "What happened",
    "settle_fault": "What is wrong",
}
# The several tasks of one kind that a person may have in one case: a button each, that names which.
SEVERAL = frozenset(
    {
        Kind.DO_ACTION,
        Kind.TELL_REGULATOR,
        Kind.ANSWER_RIGHTS,
        Kind.SPREAD_CORRECTION,
        Kind.MEND_EXCHANGE,
        Kind.MEND_SERVICE,
    }
)
KINDS = (
    "step_taken", "step_jumped", "jump_settled", "action_done", "improvement_closed", "incident_reported",
    "regulator_told", "task_opened", "task_closed", "share_ended", "share_replaced",
)  # fmt: skip
FROM_A_PLAN = (Kind.DO_ACTION, Kind.TELL_REGULATOR)


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """`why`: as it was written. `became`: of a jump, what a leader said to it."""

    title: str
    at: datetime
    by: str
    why: str
    became: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionRow:
    title: str
    due_at: datetime
    state: Tag
    since: str
    moved_up: str


@dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """`clock`: of a breach, how the 72 hours stand."""

    what: str
    done: str
    at: datetime
    by: str
    breach: bool
    known_since: datetime | None = None
    clock: str = ""
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class Improvement:
    """`stands`: where the ladder is now, in a sentence; '' when nothing ever began."""

    stands: str
    owner: str
    steps: tuple[StepRow, ...]
    actions: tuple[ActionRow, ...]
    incidents: tuple[IncidentRow, ...]


@dataclass
class _Told:
    """What the timeline says of one action or incident."""

    title: str
    task: Task | None = None
    level: int = 0
    done: datetime | None = None
    dropped: bool = False
    entry: Entry | None = None
    breach: bool = False


@dataclass
class _Story:
    steps: list[StepRow] = field(default_factory=list[StepRow])
    several: dict[str, _Told] = field(default_factory=dict[str, _Told])
    incidents: list[str] = field(default_factory=list[str])
    actions: list[str] = field(default_factory=list[str])


def improvement_of(case: Case, entries: Sequence[Entry], teams: Teams, now: datetime) -> Improvement:
    story = _Story()
    for entry in entries:
        if entry.kind in KINDS:
            _tell(story, entry, shapes.event_from_json(dict(entry.data)))
    assert case.receiving and case.sending
    owner = holder_words(Seat.RISK_OWNER, teams, case.receiving.team, case.sending.team)
    return Improvement(
        stands=_stands(case, story),
        owner=owner,
        steps=tuple(story.steps),
        actions=tuple(_action(story.several[key], now) for key in story.actions),
        incidents=tuple(_incident(story.several[key], now) for key in story.incidents),
    )


def _tell(story: _Story, entry: Entry, event: e.Event) -> None:
    match event:
        case e.StepTaken(step=step):
            story.steps.append(_step(entry, STEP_WORDS[step], entry.words.get("failure")))
            for number, each in enumerate(plan_of(entry.words), start=1):
                key = action_key(entry.seq, number)
                story.actions.append(key)
                story.several[key] = _Told(title=each.title)
        case e.StepJumped(step=step):
            title = f"stopped at once for live harm; asked for: {STEP_WORDS[step]}"
            story.steps.append(_step(entry, title, entry.words.get("reason")))
        case e.JumpSettled(confirmed=confirmed):
            title = "a leader says that it was right" if confirmed else "a leader says that it was not right"
            story.steps.append(_step(entry, title, entry.words.get("reason")))
        case e.ImprovementClosed():
            story.steps.append(_step(entry, "put right", entry.words.get("reason")))
        case e.IncidentReported(incident=incident, breach=breach):
            story.incidents.append(incident)
            what = str(entry.words.get("what", ""))
            story.several[incident] = _Told(title=what, entry=entry, breach=breach)
        case e.TaskOpened(task=task) if task.kind in FROM_A_PLAN and task.about in story.several:
            told = story.several[task.about]
            told.task = told.task or task
            told.level = max(told.level, task.level)
        case e.ActionDone(action=key) | e.RegulatorTold(incident=key) if key in story.several:
            story.several[key].done = entry.at
        case (
            e.ShareEnded() | e.ShareReplaced()
        ):  # what was agreed about a share that is over needs nobody any more
            for key in story.actions:
                story.several[key].dropped = True
        case _:
            pass


def _step(entry: Entry, title: str, why: Any) -> StepRow:
    return StepRow(title=upper_first(title), at=entry.at, by=entry.actor_name, why=str(why or ""))


def _action(told: _Told, now: datetime) -> ActionRow:
    assert told.task
    due_at = told.task.due_at
    since = ""
    if told.done:
        state, since = Tag(text="Done", colour="green"), f"on {day(told.done)}"
        if told.done > due_at:
            since += ", late"
    elif told.dropped:
        state = Tag(text="No longer needed", colour="grey")
    elif due_at < now:
        state, since = Tag(text="Overdue", colour="red"), f"since {day(due_at)}"
    else:
        state = Tag(text="Open", colour="blue")
    open_now = not told.done and not told.dropped
    moved_up = f"Leader {told.level} of the receiving body" if told.level and open_now else ""
    return ActionRow(title=told.title, due_at=due_at, state=state, since=since, moved_up=moved_up)


def _incident(told: _Told, now: datetime) -> IncidentRow:
    assert told.entry
    row = IncidentRow(
        what=told.title,
        done=str(told.entry.words.get("done", "")),
        at=told.entry.at,
        by=told.entry.actor_name,
        breach=told.breach,
    )
    if not told.breach or told.task is None:
        return row
    due_at = told.task.due_at
    if told.done:
        late = told.done > due_at
        clock = f"Told, as recorded on {moment(told.done)}: {'late' if late else 'in time'}"
    else:
        late = due_at < now
        clock = f"To be told by {moment(due_at)}: {time_left(due_at, now)}"
        if told.level:
            clock += f". It has moved up to leader {told.level}"
    return replace(row, known_since=told.task.counts_from, clock=clock, late=late)


def _stands(case: Case, story: _Story) -> str:
    if case.jump:
        asked = max((task.level for task in case.open(Kind.CONFIRM_JUMP)), default=2)
        return (
            "The share was stopped at once because of live harm. "
            f"Leader {asked} of the receiving body has to say whether that was right."
        )
    if case.step:
        step = STEP_WORDS[STEPS[case.step - 1]]
        return f"Step {case.step} of {len(STEPS)}: {step}."
    return "Nothing is to be improved now." if story.steps else ""


# --- forms and buttons ------------------------------------------------------------------------------------------


def about_it(seen: Known, act: str, task: str) -> dict[str, str] | None:
    """What somebody should read before this act: the harm, or what happened. None for any other act."""
    if act not in ABOUT_IT:
        return None
    key = JUMP if act == "settle_jump" else getattr(seen.case.tasks.get(task), "about", "")
    words = seen.called.get(key, "")
    return {"heading": ABOUT_IT[act], "words": words} if words else None


def named(title: str, words: str, most: int = 80) -> str:
    """A title that says which of several it is about."""
    short = " ".join(words.split())
    short = f"{short[: most - 1].rstrip()}…" if len(short) > most else short
    return f"{title}: {short}" if short else title
