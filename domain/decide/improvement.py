"""P9: improvement before punishment. A ladder of five steps, each after the one before failed; incidents told without blame."""

from dataclasses import replace
from datetime import date

from domain import working_days
from domain.case import Cause, Kind, Stage, Task
from domain.commands import (
    CloseImprovement,
    CompleteAction,
    JumpStep,
    RecordReport,
    ReportIncident,
    SettleJump,
    Step,
    TakeStep,
)
from domain.decide.delivery import ask_about_pause, end, narrow, pause, publish, still_stopped, suspend
from domain.decide.ladder import LADDERS, climb
from domain.decide.rights import close_alike
from domain.decide.story import Story
from domain.events import (
    ActionDone,
    DeadlineMissed,
    ImprovementClosed,
    IncidentReported,
    JumpSettled,
    RegulatorTold,
    StepJumped,
    StepTaken,
)
from domain.fold_care import STEPS
from domain.improvement import action_key, last_day, next_step, running
from domain.people import Seat
from domain.refusals import (
    ActionDates,
    ActionsStillRun,
    LadderNotSkipped,
    NotAJump,
    NothingChanged,
    SamePerson,
)

IN_WORDS = {
    Step.ADVISE: "advice",
    Step.PLAN: "an action plan",
    Step.NARROW: "narrowing the share",
    Step.SUSPEND: "suspending it",
    Step.REVOKE: "ending it",
}
JUMPS = (Step.SUSPEND, Step.REVOKE)


def take_step(story: Story, act: TakeStep) -> None:
    """The next step and no other. The failure of the one before is cited in words, which stay in the store."""
    case = story.case
    upcoming = next_step(case)
    assert upcoming, "permissions were asked before"
    if act.step is not upcoming:
        raise LadderNotSkipped(next=IN_WORDS[upcoming])
    if waits := running(case):
        last = max(task.due_at for task in waits)
        day = working_days.london_date(last)
        raise ActionsStillRun(until=f"{day.day} {day:%B %Y}")
    if act.step is Step.PLAN:
        _check_dates(story, act.due_on)
    story.tell(StepTaken(step=act.step, by=story.by.person))
    match act.step:
        case Step.PLAN:
            _agree_actions(story, act.due_on)
        case Step.NARROW:
            narrow(story, act.items)
        case Step.SUSPEND if story.case.stage is Stage.ACTIVE:
            pause(story)
            return
        case Step.SUSPEND:  # it had stopped for another reason, and stays so whatever becomes of that
            ask_about_pause(story)
        case Step.REVOKE:
            end(story)
            return
        case _:
            pass
    publish(story)


def _check_dates(story: Story, due_on: tuple[str, ...]) -> None:
    policy, today = story.case.policy, working_days.london_date(story.at)
    last = last_day(policy, today)
    in_time = all(today < date.fromisoformat(each) <= last for each in due_on)
    if not 1 <= len(due_on) <= policy.most_actions or not in_time:
        raise ActionDates(most=policy.most_actions, last=f"{last.day} {last:%B %Y}")


def _agree_actions(story: Story, due_on: tuple[str, ...]) -> None:
    taken = story.case.version  # the number of the event that agreed them
    for number, day in enumerate(due_on, start=1):
        due = working_days.end_of_day(date.fromisoformat(day))
        story.open(Kind.DO_ACTION, Seat.RISK_OWNER, due_at=due, about=action_key(taken, number))


def complete_action(story: Story, act: CompleteAction) -> None:
    mine = story.the_task(act.task, "complete_action")
    close_alike(story, mine)
    story.tell(ActionDone(action=mine.about))
    publish(story)


def close_improvement(story: Story, act: CloseImprovement) -> None:
    story.tell(ImprovementClosed())
    publish(story)


def jump_step(story: Story, act: JumpStep) -> None:
    """Live harm: the share stops at once, and leader 2 says within a working day whether that was right."""
    if act.step not in JUMPS:
        raise NotAJump
    story.tell(StepJumped(step=act.step, by=story.by.person))
    suspend(story, Cause.LIVE_HARM)
    # Nobody confirms their own jump: a leader 2 who jumped is followed by leader 3.
    above = 2 if Seat.RECEIVING_LEADER_2 in story.by.seats else 1
    climb(story, LADDERS[Kind.CONFIRM_JUMP], above=above, days=story.case.policy.confirm_jump)


def settle_jump(story: Story, act: SettleJump) -> None:
    case = story.case
    mine = story.entitling("settle_jump")
    if case.jumped_by in (story.by.person, *story.by.acting_for) and not case.separation_waived:
        raise SamePerson(already="the person who stopped the share")
    for task in case.open(Kind.CONFIRM_JUMP):
        story.close(task, "done" if task.id == mine.id else "overtaken")
    story.close_needless_vacancies()
    step = STEPS[case.jump - 1]
    reinstates = (
        not act.confirm and case.stage is Stage.SUSPENDED and not still_stopped(replace(story.case, jump=0))
    )
    story.tell(JumpSettled(step=step, confirmed=act.confirm, reinstates=reinstates))
    if act.confirm and step is Step.REVOKE:
        end(story)
        return
    if act.confirm:
        ask_about_pause(story)
    publish(story)


def report_incident(story: Story, act: ReportIncident) -> None:
    """No blame: it is asked for and counted as a good sign. Where it is a breach the 72 hours began when it was known."""
    known = min(act.known_at or story.at, story.at)
    if any(task.about == act.incident for task in story.case.open(Kind.TELL_REGULATOR)):
        raise NothingChanged
    story.tell(IncidentReported(incident=act.incident, breach=act.breach))
    if act.breach:
        hours = story.case.policy.tell_regulator
        story.open(Kind.TELL_REGULATOR, Seat.RISK_OWNER, hours=hours, counts_from=known, about=act.incident)
    publish(story)


def record_report(story: Story, act: RecordReport) -> None:
    mine = story.the_task(act.task, "record_report")
    close_alike(story, mine)
    story.tell(RegulatorTold(incident=mine.about))
    publish(story)


def nobody_tells(story: Story, task: Task) -> None:
    """The 72 hours are over, so each leader has a working day."""
    story.tell(DeadlineMissed(task=task.id, seat=task.seat))
    days = story.case.policy.tell_leader
    climb(story, replace(LADDERS[Kind.TELL_REGULATOR], about=task.about), above=task.level, days=days)
