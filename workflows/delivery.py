"""One outbound message, sent until it arrives. Nobody outside can hold a case's clock, because no case waits for it."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.slack import Messenger

# Kind to Slack in a long outage, soon again after a short one.
UNTIL_DELIVERED = RetryPolicy(
    initial_interval=timedelta(seconds=2), backoff_coefficient=2.0, maximum_interval=timedelta(minutes=15)
)


@workflow.defn(name="Delivery")
class Delivery:
    @workflow.init
    def __init__(self, notice: str) -> None:
        self.notice = notice

    @workflow.run
    async def run(self, notice: str) -> None:
        await workflow.execute_activity_method(
            Messenger.sync,
            self.notice,
            start_to_close_timeout=timedelta(seconds=90),  # a channel's turn and a few calls of 5 seconds
            retry_policy=UNTIL_DELIVERED,
        )
