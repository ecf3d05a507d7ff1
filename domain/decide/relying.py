"""P2, dependency tracking: what happens here when the decision this case relies on is no longer what it was."""

from domain.case import BEFORE_ACTIVE, Cause, Kind, Lane, Stage, Task
from domain.commands import AdoptRoot, DecideOwn, KeepDecision, RootChanged
from domain.decide.delivery import publish, suspend
from domain.decide.ladder import LADDERS, climb
from domain.decide.risk import ask_sender
from domain.decide.story import Story
from domain.events import DeadlineMissed, LaneChosen, RelianceReconsidered, RootMoved
from domain.people import Seat
from domain.refusals import NothingDue, RootIsGone


def root_changed(story: Story, act: RootChanged) -> None:
    """A live share's risk owner is asked; a request that nobody decided yet goes to the sender to decide."""
    case = story.case
    same = act.how == "amended" and (act.root, act.version) == (case.root, case.root_version)
    elsewhere = act.how != "amended" and act.root != case.root
    if not case.root or same or elsewhere or case.root_gone:
        raise NothingDue
    story.tell(RootMoved(how=act.how, root=act.root, version=act.version))
    if case.stage in BEFORE_ACTIVE - {Stage.APPROVED}:
        _decide_here(story)
        return
    for task in case.open(Kind.RECONSIDER):
        story.close(task)
    story.open(Kind.RECONSIDER, Seat.RISK_OWNER, days=case.policy.reconsider)


def _decide_here(story: Story) -> None:
    case = story.case
    if case.stage in (Stage.DRAFT, Stage.TRIAGE):
        return  # how it travels is still to be found
    story.tell(LaneChosen(lane=Lane.STANDARD, conditions=case.conditions))
    if case.open(Kind.CONFIRM):
        for task in case.open(Kind.CONFIRM):
            story.close(task)
        ask_sender(story)


def adopt_root(story: Story, act: AdoptRoot) -> None:
    _reconsidered(story, "adopt_root", "adopt")


def keep_decision(story: Story, act: KeepDecision) -> None:
    _reconsidered(story, "keep_decision", "keep")


def decide_own(story: Story, act: DecideOwn) -> None:
    """The share no longer rests on another's decision; its team asks for its own, which replaces this one (C18)."""
    _reconsidered(story, "decide_own", "own")


def _reconsidered(story: Story, act: str, choice: str) -> None:
    """Where the decision was withdrawn nothing is left to adopt or to keep: only a decision of its own helps."""
    case = story.case
    if case.root_gone:
        raise RootIsGone
    mine = story.entitling(act)
    for task in case.open(Kind.RECONSIDER):
        story.close(task, "done" if task.id == mine.id else "overtaken")
    story.close_needless_vacancies()
    adopted = choice == "adopt"
    story.tell(
        RelianceReconsidered(
            choice=choice,  # type: ignore[arg-type]
            root=case.offered_root if adopted else "",
            version=case.offered_version if adopted else 0,
        )
    )
    publish(story)


def nobody_reconsiders(story: Story, task: Task) -> None:
    """Silence moves up. When the decision is gone the share stops sixty days after that, whoever looked at it."""
    case, policy = story.case, story.case.policy
    if task.level or not case.root_gone:
        story.tell(DeadlineMissed(task=task.id, seat=task.seat))
        climb(story, LADDERS[Kind.RECONSIDER], above=task.level)
        return
    if not task.missed:
        stops = story.due(task.seat, task.counts_from, policy.root_gone)
        story.tell(DeadlineMissed(task=task.id, seat=task.seat, watch_at=stops))
        climb(story, LADDERS[Kind.RECONSIDER], above=0)
        return
    story.tell(DeadlineMissed(task=task.id, seat=task.seat))
    if case.stage is Stage.ACTIVE:
        suspend(story, Cause.ROOT_CHANGED)
