"""Recorded histories replay under today's code: a case that sleeps for a year must wake in whatever we deploy.

`python -m tests.workflows.record_histories` records them anew after a reviewed change of the workflow. Replay does
not see a changed number or rule; the decision corpus in tests/domain does.
"""

from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from domain.commands import Command
from domain.decide import decide, fact_time
from domain.fold import evolve
from tests.engine import sandbox
from workflows.payloads import converter
from workflows.share_request import Applied, Page, ShareRequest

FOLDER = Path(__file__).parent.parent / "histories"
RECORDED = sorted(FOLDER.glob("*.json"))


async def replay(history: Path, kind: type = ShareRequest) -> None:
    replayer = Replayer(
        workflows=[kind],
        data_converter=converter,
        workflow_runner=sandbox(),
        namespace="default",
    )
    text = history.read_text(encoding="utf-8")
    await replayer.replay_workflow(WorkflowHistory.from_json(history.stem, text))


@pytest.mark.parametrize("history", RECORDED, ids=[path.stem for path in RECORDED])
async def test_every_recorded_history_replays(history: Path) -> None:
    await replay(history)


def test_every_lane_and_whatever_goes_on_around_a_case_has_a_history() -> None:
    found = {path.stem.rpartition("-")[0] for path in RECORDED}
    lanes = {"approved", "cluster", "objected", "relier", "urgent", "exploratory", "triage-chosen", "blocked"}
    care = {"stuck", "mediated", "improved", "owner-left", "backed"}
    assert found >= lanes | care | {"part", "amendment", "transferred"}


@workflow.defn(name="ShareRequest", sandboxed=False)
class Forgetful(ShareRequest):
    """The same case, decided but never recorded: the kind of change a deploy must not bring."""

    @workflow.init
    def __init__(self, page: Page) -> None:
        super().__init__(page)

    @workflow.run
    async def run(self, page: Page) -> None:
        await super().run(page)

    async def _apply(self, command: Command) -> Applied:
        async with self.lock:
            now = workflow.now()
            at = fact_time(self.case, command, now)
            for event in decide(self.case, command, now):
                self.case = evolve(self.case, event, at)
            return Applied(version=self.case.version, stage=self.case.stage)


async def test_a_workflow_that_forgets_to_record_is_caught() -> None:
    with pytest.raises(NondeterminismError):
        await replay(next(path for path in RECORDED if path.stem.startswith("approved")), Forgetful)
