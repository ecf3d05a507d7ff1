"""Rights on X-Road: one round of one grant, tried until the Security Server is as wished. No case waits for it.

Whatever an earlier round still had under way has ended by the second look, which puts right what that may have undone.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.x_road import XRoadHands
    from store.x_road import XRoadTurn

# The activity says itself when the next attempt is; this is for when it could not, such as a store that is away.
UNTIL_SETTLED = RetryPolicy(
    initial_interval=timedelta(seconds=5), backoff_coefficient=2.0, maximum_interval=timedelta(hours=1)
)
ATTEMPT = timedelta(seconds=60)
SECOND_LOOK = timedelta(minutes=2)  # longer than any attempt that was under way


@workflow.defn(name="ApplyXRoad")
class ApplyXRoad:
    @workflow.run
    async def run(self, turn: XRoadTurn) -> None:
        following: XRoadTurn | None = turn
        while following:
            if following.looks:
                await workflow.sleep(SECOND_LOOK)
            following = await workflow.execute_activity_method(
                XRoadHands.apply, following, start_to_close_timeout=ATTEMPT, retry_policy=UNTIL_SETTLED
            )
