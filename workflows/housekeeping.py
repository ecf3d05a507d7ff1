"""What comes round by itself: every working morning, London time, the tasks are read and people are reminded."""

from datetime import timedelta

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.common import RetryPolicy

from workflows.names import SCHEDULE_MORNING, TASK_QUEUE

with workflow.unsafe.imports_passed_through():
    from activities.morning import MorningRound

# A round takes seconds; one that failed all morning is made up for on the next.
PATIENTLY = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=5))


@workflow.defn(name="Morning")
class Housekeeping:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity_method(
            MorningRound.run,
            start_to_close_timeout=timedelta(minutes=10),
            schedule_to_close_timeout=timedelta(hours=12),
            retry_policy=PATIENTLY,
        )


def morning() -> Schedule:
    """08:00 on weekdays by London's clocks. Which of them is a bank holiday, and where, the round knows itself."""
    return Schedule(
        action=ScheduleActionStartWorkflow(Housekeeping.run, id=SCHEDULE_MORNING, task_queue=TASK_QUEUE),
        spec=ScheduleSpec(
            calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(8)], day_of_week=[ScheduleRange(1, 5)])],
            time_zone_name="Europe/London",
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(hours=12)),
    )


async def ensure_schedule(client: Client) -> None:
    """Create the Schedule, or bring an older one to what it is now. Safe at every boot, from every process."""
    try:
        await client.create_schedule(SCHEDULE_MORNING, morning())
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(SCHEDULE_MORNING).update(_as_it_is_now)


def _as_it_is_now(found: ScheduleUpdateInput) -> ScheduleUpdate:
    fresh = morning()
    fresh.state = found.description.schedule.state  # an operator may have paused it
    return ScheduleUpdate(schedule=fresh)
