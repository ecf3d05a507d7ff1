"""Webhooks: the messages of one line, one after the other. No case waits for it, and nothing but delivery ends it."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.webhooks import Pusher
    from store.webhooks import Turn

# The activity says itself when the next attempt is; this is for when it could not, such as a store that is away.
UNTIL_SETTLED = RetryPolicy(
    initial_interval=timedelta(seconds=5), backoff_coefficient=2.0, maximum_interval=timedelta(hours=1)
)


@workflow.defn(name="Push")
class Push:
    @workflow.run
    async def run(self, turn: Turn) -> None:
        following: Turn | None = turn
        while following:
            following = await workflow.execute_activity_method(
                Pusher.send,
                following,
                start_to_close_timeout=timedelta(seconds=45),  # one attempt, and the store
                retry_policy=UNTIL_SETTLED,
            )
            if following and workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(following)
