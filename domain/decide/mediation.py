"""C14, E: somebody from outside helps both sides. Non-binding: nothing stops meanwhile, and nothing is decided by it."""

from dataclasses import replace

from domain import working_days
from domain.case import Cause, Kind, Stage, Task
from domain.commands import (
    AnswerMediation,
    ConcludeMediation,
    ExtendMediation,
    MediationOutcome,
    SendToMediation,
    StartMediation,
    WhyMediated,
)
from domain.decide.delivery import publish
from domain.decide.ladder import LADDERS, call_leader, climb
from domain.decide.leaders import JOINT_CAUSES, call_both_leaders
from domain.decide.story import Story
from domain.events import (
    DueMoved,
    MediationAnswered,
    MediationConcluded,
    MediationExtended,
    MediationStarted,
)
from domain.people import Seat
from domain.permissions import IN_USE
from domain.refusals import TooLong

# What the lead body has to answer: comply, or explain why not.
TO_ANSWER = frozenset({MediationOutcome.AGREED, MediationOutcome.RECOMMENDED})


def send_to_mediation(story: Story, act: SendToMediation) -> None:
    """C14: once, before a decision. The leader who sent it gets it back, whatever comes of it."""
    mine = story.entitling("send_to_mediation")
    story.close_all(done=mine)
    story.tell(MediationStarted(why=WhyMediated.LEADER, level=mine.level))
    _ask(story)


def start_mediation(story: Story, act: StartMediation) -> None:
    """E: about a share in use, which goes on."""
    story.tell(MediationStarted(why=act.why))
    _ask(story)
    publish(story)


def _ask(story: Story) -> None:
    story.open(Kind.MEDIATE, Seat.REGULATOR, days=story.case.policy.mediate)


def extend_mediation(story: Story, act: ExtendMediation) -> None:
    """Once, in public."""
    case, task = story.case, story.entitling("extend_mediation")
    if not 1 <= act.days <= case.policy.mediation_extension:
        raise TooLong(most=case.policy.mediation_extension)
    start = max(task.due_at, story.at)
    due = working_days.due(case.calendar, case.nation(task.seat.side), start, act.days)
    story.tell(MediationExtended(days=act.days))
    story.tell(DueMoved(task=task.id, was=task.due_at, now=due, counts_from=start, days=act.days))


def conclude_mediation(story: Story, act: ConcludeMediation) -> None:
    story.close(story.entitling("conclude_mediation"), "done")
    _concluded(story, act.outcome)


def nobody_mediates(story: Story, task: Task) -> None:
    """Its time is over: whoever had it before has it again."""
    story.close(task, "expired")
    _concluded(story, MediationOutcome.NONE)


def _concluded(story: Story, outcome: MediationOutcome) -> None:
    level, by = story.case.mediation_level, story.command.by.person
    story.close_needless_vacancies()
    story.tell(MediationConcluded(outcome=outcome, by="" if outcome is MediationOutcome.NONE else by))
    if level:
        _give_back(story, level)
    elif story.case.stage in IN_USE:
        if outcome in TO_ANSWER:
            story.open(Kind.COMPLY_OR_EXPLAIN, Seat.RISK_OWNER, days=story.case.policy.comply_or_explain)
        publish(story)


def _give_back(story: Story, level: int) -> None:
    if story.case.cause in JOINT_CAUSES and story.case.stage is Stage.LEADER_DECISION:
        call_both_leaders(story, above=level - 1, cause=story.case.cause)
        return
    ladder = LADDERS[Kind.DECIDE]
    if story.case.cause is Cause.BOGGED_DOWN:  # why it is with the leaders has not changed
        ladder = replace(ladder, cause=Cause.BOGGED_DOWN)
    if call_leader(story, ladder, above=level - 1) is None:  # that post and those above it are empty by now
        climb(story, ladder, above=level)


def answer_mediation(story: Story, act: AnswerMediation) -> None:
    mine = story.entitling("answer_mediation")
    for task in story.case.open(Kind.COMPLY_OR_EXPLAIN):
        story.close(task, "done" if task.id == mine.id else "overtaken")
    story.close_needless_vacancies()
    story.tell(MediationAnswered(complies=act.complies))
    publish(story)
