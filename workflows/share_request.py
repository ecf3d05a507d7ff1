"""A share request as a durable workflow: it keeps the order of what happens and the time. The rules are elsewhere.

A command comes in by the one update `act`; the pure rules answer with events; the case is folded; one local activity
records it all. Time is a clerk who also issues commands: `run` only waits for the next deadline.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.record import Recorder
    from domain.case import Case
    from domain.commands import Command, DeadlinePassed
    from domain.decide import decide, fact_time
    from domain.decide.deadlines import counts_as, next_deadline
    from domain.fold import evolve
    from domain.people import CLOCK, Seat
    from domain.refusals import NothingDue, Refusal
    from domain.working_days import london_date
    from store.record import Transition

# A case's whole memory of commands travels with it from run to run; older ones are caught by the store's keys.
REMEMBERED = 20
# A fresh run before a long sleep is worth its cost only when there is a history to leave behind.
WORTH_A_FRESH_RUN = 12
STORE_ANSWERS_WITHIN = timedelta(seconds=10)
UNTIL_RECORDED = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10)
)


@dataclass(frozen=True, kw_only=True)
class Applied:
    """The answer to a command that was taken: the case's version after it."""

    version: int
    stage: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """What one run hands to the next: the case, and the commands it has answered."""

    case: Case
    seen: dict[str, Applied] = field(default_factory=dict[str, Applied])


@workflow.defn(name="ShareRequest")
class ShareRequest:
    @workflow.init
    def __init__(self, page: Page) -> None:
        self.case = page.case
        self.seen = dict(page.seen)
        self.lock = asyncio.Lock()
        self.turned_away = False

    @workflow.run
    async def run(self, page: Page) -> None:
        # The update that started this run is its first command; a refused one leaves nothing to wait for.
        await workflow.wait_condition(lambda: self.case.version > 0 or self.turned_away)
        while not self.case.is_closed and self.case.version:
            if self._should_turn_the_page():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(Page(case=self.case, seen=self.seen))
            await self._sleep()
            await self._let_the_clock_act()
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    async def act(self, command: Command) -> Applied:
        """Take a command. A refusal comes back as an `ApplicationError` whose type is the refusal's name."""
        try:
            return await self._apply(command)
        except Refusal as refusal:
            self.turned_away = self.case.version == 0
            raise _as_answer(refusal) from refusal
        except ApplicationError:
            raise
        except Exception as bug:
            # A bare exception would block the case for everybody until the code is mended.
            workflow.logger.exception("a rule failed on %s", command.act.kind)
            self.turned_away = self.case.version == 0
            raise ApplicationError("internal", type="Internal", non_retryable=True) from bug

    @act.validator
    def check(self, command: Command) -> None:
        """A refused command should leave no trace in the history. Asked again under the lock: two may pass here."""
        if self.case.version == 0 or command.id in self.seen:
            return
        try:
            decide(self.case, command, workflow.now())
        except Refusal as refusal:
            raise _as_answer(refusal) from refusal

    async def _apply(self, command: Command) -> Applied:
        async with self.lock:
            if answered := self.seen.get(command.id):
                return answered
            before, now = self.case, workflow.now()
            events = decide(before, command, now)
            at = fact_time(before, command, now)
            # The case changes before the first await, or eight approvers would all be told yes.
            for event in events:
                self.case = evolve(self.case, event, at)
            answer = Applied(version=self.case.version, stage=self.case.stage)
            self._remember(command.id, answer)
            transition = Transition(
                before=before, at=at, command=command.id, actor=command.by.person, events=events
            )
            await workflow.execute_local_activity_method(
                Recorder.record,
                transition,
                start_to_close_timeout=STORE_ANSWERS_WITHIN,
                retry_policy=UNTIL_RECORDED,
            )
            return answer

    def _remember(self, command: str, answer: Applied) -> None:
        self.seen[command] = answer
        for oldest in list(self.seen)[:-REMEMBERED]:
            del self.seen[oldest]

    async def _sleep(self) -> None:
        """Until the next deadline. A timer already running is kept as long as nothing is due before it fires."""
        due = next_deadline(self.case)
        wake_at = due[1] if due else None
        if wake_at and wake_at <= workflow.now():
            return
        with contextlib.suppress(asyncio.TimeoutError):
            await workflow.wait_condition(
                lambda: self._must_wake(wake_at),
                timeout=wake_at - workflow.now() if wake_at else None,
                timeout_summary=f"until {wake_at:%Y-%m-%d %H:%M} UTC" if wake_at else None,
            )

    def _must_wake(self, wake_at: datetime | None) -> bool:
        due = next_deadline(self.case)
        sooner = due is not None and (wake_at is None or due[1] < wake_at)
        return self.case.is_closed or sooner or self._should_turn_the_page()

    async def _let_the_clock_act(self) -> None:
        due = next_deadline(self.case)
        if due is None or due[1] > workflow.now():
            return
        task, at = due
        command = Command(
            id=f"{self.case.ref}.{task}.{self.case.tasks[task].passes + 1}",
            by=CLOCK,
            via="clock",
            received_at=counts_as(at, workflow.now()),
            act=DeadlinePassed(task=task),
            filled=await self._filled(),
        )
        try:
            await self._apply(command)
        except NothingDue:
            pass  # somebody acted in the same moment
        except Exception:
            # A deadline that cannot be worked out, such as one past the calendar's last year, must not stop people
            # from acting meanwhile.
            workflow.logger.exception("the clock failed on %s", task)
            await workflow.sleep(timedelta(hours=1))

    async def _filled(self) -> tuple[Seat, ...]:
        assert self.case.receiving and self.case.sending
        return await workflow.execute_local_activity_method(
            Recorder.filled,
            args=[
                self.case.receiving,
                self.case.sending,
                self.case.board,
                london_date(workflow.now()),
            ],
            start_to_close_timeout=STORE_ANSWERS_WITHIN,
            retry_policy=UNTIL_RECORDED,
        )

    def _should_turn_the_page(self) -> bool:
        """Before a long sleep, so that a sleeping case is a two-event history that tomorrow's code can wake."""
        info = workflow.info()
        if info.is_continue_as_new_suggested():
            return True
        due = next_deadline(self.case)
        far = due is None or due[1] - workflow.now() > timedelta(days=self.case.policy.long_sleep_days)
        return bool(self.case.version) and far and info.get_current_history_length() > WORTH_A_FRESH_RUN


def _as_answer(refusal: Refusal) -> ApplicationError:
    return ApplicationError(refusal.message, refusal.details, type=type(refusal).__name__, non_retryable=True)
