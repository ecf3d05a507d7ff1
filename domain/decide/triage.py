"""C1a: where the software could not decide, people choose the lane, ask, or say that it is out of scope."""

from dataclasses import replace

from domain.case import Kind, Lane
from domain.commands import AskInTriage, ChooseLane, RuleOut, Screening
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.decide.submission import OF_ITS_KIND, ask_for_signature, lane_of
from domain.events import AskedInTriage, RequestBlocked
from domain.people import Seat
from domain.refusals import LaneNotOpen

NOT_THE_SORTER = ("author", "risk_owner", "decider", "reviewer")


def choose_lane(story: Story, act: ChooseLane) -> None:
    """A lane that presumes or relies needs the agreement or the decision it does so by."""
    case = story.case
    require_separate(case, story.by, unlike=NOT_THE_SORTER)
    carried = {Lane.CLUSTER: bool(case.cluster), Lane.RELIANCE: bool(case.root), Lane.STANDARD: True}
    if not carried.get(act.lane, act.lane is case.lane):
        raise LaneNotOpen
    story.close_all(done=story.entitling("choose_lane"))
    found = Screening(
        lane=case.lane if case.lane in OF_ITS_KIND else act.lane,
        conditions=case.conditions,
        cluster=case.cluster,
        cluster_version=case.cluster_version,
        root=case.root,
        root_version=case.root_version,
    )
    story.tell(replace(lane_of(found), by_people=True))
    ask_for_signature(story)


def ask_in_triage(story: Story, act: AskInTriage) -> None:
    """Back to the author with a question; the request is looked at anew when it comes again. The total clock runs."""
    story.close_all(done=story.entitling("ask_in_triage"))
    story.tell(AskedInTriage(person=story.by.person))
    policy = story.case.policy
    story.open_in_time(Kind.REVISE, Seat.REQUESTER, days=policy.answer, hours=policy.urgent_answer)


def rule_out(story: Story, act: RuleOut) -> None:
    require_separate(story.case, story.by, unlike=NOT_THE_SORTER)
    story.close_all(done=story.entitling("rule_out"))
    story.tell(RequestBlocked(rules=(act.rule,), by_people=True))
