"""What a case costs the engine, counted from its histories: Actions as the engine's price list counts them, and events.

a run started by somebody          1        each timer started                          1
a fresh run (continue-as-new)      1        local activities of one workflow task       1 together
each update accepted               1        each attempt of an activity                 1
"""

from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

STARTED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED
LOCAL = "core_local_activity"


@dataclass(frozen=True, kw_only=True)
class Cost:
    actions: int
    events: int
    runs: int
    updates: int
    timers: int
    writings: int  # workflow tasks in which local activities ran: each writes what was decided
    largest_payload: int  # bytes

    def sentence(self) -> str:
        return (
            f"{self.actions} Actions ({self.runs} runs, {self.updates} updates, {self.writings} writings, "
            f"{self.timers} timers) and {self.events} events; largest payload {self.largest_payload / 1024:.1f} KB"
        )


async def cost_of(client: Client, workflow: str) -> Cost:
    """Fetch every run of the workflow, newest first, and count."""
    found: list[HistoryEvent] = []
    runs, run_id = 0, ""
    while True:
        handle = client.get_workflow_handle(workflow, run_id=run_id or None)
        history = list((await handle.fetch_history()).events)
        found += history
        runs += 1
        run_id = history[0].workflow_execution_started_event_attributes.continued_execution_run_id
        if not run_id:
            return _count(found, runs)


def _count(history: list[HistoryEvent], runs: int) -> Cost:
    updates = sum(
        event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED for event in history
    )
    timers = sum(event.event_type == EventType.EVENT_TYPE_TIMER_STARTED for event in history)
    writings = _local(history)
    attempts = sum(
        event.activity_task_started_event_attributes.attempt
        for event in history
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
    )
    return Cost(
        # A fresh run is the start of the next: each run costs one Action, however it began.
        actions=runs + updates + timers + writings + attempts,
        events=len(history),
        runs=runs,
        updates=updates,
        timers=timers,
        writings=writings,
        largest_payload=max((_payload(event) for event in history), default=0),
    )


def _local(history: list[HistoryEvent]) -> int:
    """Workflow tasks in which local activities were done; numbers repeat from run to run, so runs are told apart."""
    tasks: set[tuple[int, int]] = set()
    run = 0
    for event in history:
        run += event.event_type == STARTED
        marker = event.marker_recorded_event_attributes
        if event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED and marker.marker_name == LOCAL:
            tasks.add((run, marker.workflow_task_completed_event_id))
    return len(tasks)


def _payload(event: HistoryEvent) -> int:
    """The largest single payload of an event that carries the case, a command or a transition."""
    carried = [
        *event.workflow_execution_started_event_attributes.input.payloads,
        *event.workflow_execution_continued_as_new_event_attributes.input.payloads,
        *event.workflow_execution_update_accepted_event_attributes.accepted_request.input.args.payloads,
        *(
            payload
            for each in event.marker_recorded_event_attributes.details.values()
            for payload in each.payloads
        ),
    ]
    return max((len(payload.data) for payload in carried), default=0)
