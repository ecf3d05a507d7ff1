"""§6 (protection F): preventative, proactive and emergent uses are looked back at, and stop when nobody looks."""

from domain import working_days
from domain.case import Cause, Kind, Lane, Stage, Task
from domain.commands import AfterLast, ConcludeReview, ConcludeUrgentUse, ExtendReview, Outcome
from domain.decide.delivery import (
    end,
    is_paused,
    narrow,
    pause,
    publish,
    schedule_review,
    stopped_by_its_root,
    stopped_without_owner,
    suspend,
)
from domain.decide.ladder import LADDERS, call_leader, climb
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.events import DeadlineMissed, DueMoved, ReviewConcluded, ReviewExtended, UrgentUseReviewed
from domain.permissions import task_for
from domain.refusals import NotNow, OnlyOnce, TooLong

LATE = LADDERS[Kind.REVIEW]


def conclude_review(story: Story, act: ConcludeReview) -> None:
    """Continue, change, narrow, pause or end. Concluding also releases a share suspended for silence."""
    case = story.case
    require_separate(case, story.by, unlike=("author", "risk_owner", "decider"))
    month = case.review_month
    # A review does not lift what somebody paused for a reason of their own: the leaders asked about that decide.
    goes_on = act.outcome not in (Outcome.PAUSE, Outcome.END)
    paused = goes_on and is_paused(case)
    others = (
        paused,
        bool(case.jump),
        stopped_without_owner(case),
        stopped_by_its_root(case),
    )
    stays_paused = any(others)
    close_review(story, task_for(case, story.by, "conclude_review", story.at), but_pause=paused)
    story.tell(
        ReviewConcluded(
            month=month,
            outcome=act.outcome,
            reviewer=story.by.person,
            after=act.after,
            reinstates=not stays_paused,
            weeks=case.lane is Lane.EXPLORATORY,
        )
    )
    if act.outcome is Outcome.END and story.case.stage is not Stage.ENDED:
        end(story, by_review=True)
        return
    if act.outcome is Outcome.NARROW and story.case.stage is not Stage.ENDED:
        narrow(story, act.items)
    if (
        story.case.stage is Stage.ENDED
    ):  # an exploratory use that ran its time: only what was learnt is left to say
        publish(story)
        return
    upcoming = next_month(story, month, act.after)
    if upcoming is None:
        end(story, by_review=True)
        return
    renewed = upcoming <= month  # only a new cycle begins again, and it counts from today
    schedule_review(story, upcoming, counts_from=story.at if renewed else None)
    if act.outcome is Outcome.PAUSE:
        pause(story)
    else:
        publish(story)


def close_review(story: Story, done: Task | None, *, but_pause: bool) -> None:
    kinds = (
        (Kind.REVIEW, Kind.LATE_REVIEW) if but_pause else (Kind.REVIEW, Kind.LATE_REVIEW, Kind.DECIDE_PAUSED)
    )
    for task in story.case.open(*kinds):
        story.close(task, "done" if done and task.id == done.id else "overtaken")
    story.close_needless_vacancies()


def next_month(story: Story, month: int, after: AfterLast) -> int | None:
    """The month of the next review counted from its base, or None when the share's life is over."""
    policy, steps = story.case.policy, story.case.review_steps
    later = [each for each in steps if each > month]
    if later:
        return later[0]
    if story.case.lane is Lane.EXPLORATORY:  # what comes after is an amendment with evidence (C22)
        return None
    if after is AfterLast.YEARLY:
        return month + policy.yearly_months
    return policy.review_months[0] if after is AfterLast.NEW_CYCLE else None


def extend_review(story: Story, act: ExtendReview) -> None:
    """Once, by leader 2, at most twenty working days, and public."""
    case = story.case
    review = next(iter(case.open(Kind.REVIEW)), None)
    if review is None or not review.is_visible(story.at):
        raise NotNow
    if case.review_extended:
        raise OnlyOnce(what="Extending a review")
    if not 1 <= act.days <= case.policy.review_extension:
        raise TooLong(most=case.policy.review_extension)
    for task in case.open(Kind.LATE_REVIEW):
        story.close(task)
    start = max(review.due_at, story.at)
    due = working_days.due(case.calendar, case.nation(review.seat.side), start, act.days)
    story.tell(ReviewExtended(days=act.days))
    story.tell(DueMoved(task=review.id, was=review.due_at, now=due, counts_from=start, days=act.days))
    publish(story)


def review_is_late(story: Story, task: Task) -> None:
    """The review's own ladder: reminded on the day, leader 1, leader 2, then suspended (§6)."""
    steps = story.case.policy.review_ladder
    step = task.passes  # 0 on the day itself
    if step >= len(steps):
        return
    nation = story.case.nation(task.seat.side)
    watch = working_days.due(story.case.calendar, nation, task.due_at, steps[step])
    story.tell(DeadlineMissed(task=task.id, seat=task.seat, watch_at=watch))
    if step:
        call_leader(story, LATE, above=step - 1, watched=False, days=steps[step] - steps[step - 1])


def suspend_for_silence(story: Story, task: Task) -> None:
    """Nobody looked back in time. The share stops; leader 3 hears of it, and the review stays open (§6)."""
    story.tell(DeadlineMissed(task=task.id, seat=task.seat))
    if story.case.stage is not Stage.ENDED:
        suspend(story, Cause.REVIEW_OVERDUE)
    climb(story, LATE, above=2)


def conclude_urgent_use(story: Story, act: ConcludeUrgentUse) -> None:
    """C21: always looked back at. A use that was not urgent is counted in public as misuse of the lane."""
    case = story.case
    require_separate(case, story.by, unlike=("author", "risk_owner", "decider"))
    done = task_for(case, story.by, "conclude_urgent_use", story.at)
    for task in case.open(Kind.REVIEW_URGENT):
        story.close(task, "done" if done and task.id == done.id else "overtaken")
    story.close_needless_vacancies()
    story.tell(UrgentUseReviewed(justified=act.justified, reviewer=story.by.person))
    if act.end and story.case.stage is not Stage.ENDED:
        end(story, by_review=True)
    else:
        publish(story)
