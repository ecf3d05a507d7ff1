"""C13: a case that many people touch and nobody decides moves up by itself."""

from typing import Literal

from domain.case import Case, Cause, Kind, Stage
from domain.decide.ladder import Ladder, climb
from domain.decide.story import Story
from domain.events import CaseBoggedDown
from domain.people import Side

UNDECIDED = frozenset({Stage.WITH_SENDER, Stage.INFO_REQUESTED, Stage.LEADER_DECISION})
Why = Literal["participants", "rounds", "waiting"]


def why_bogged_down(case: Case) -> Why | None:
    """More deciders, rounds of questions or days spent waiting than the policy allows; None when none of them.

    More than one extension cannot happen: time is given once in a case (C14).
    """
    if len(case.participants) > case.policy.participants:
        return "participants"
    if case.rounds > case.policy.rounds:
        return "rounds"
    return "waiting" if case.waited > case.policy.waiting else None


def move_on(story: Story) -> None:
    """After every act: once in a case, the sending leaders get it, whatever the sending team is doing."""
    case = story.case
    why = why_bogged_down(case)
    if case.bogged_down or case.stage not in UNDECIDED or why is None:
        return
    story.tell(CaseBoggedDown(why=why))
    if case.open(Kind.LEADER_DECIDE, Kind.JUDGE_REFUSAL, Kind.COUNTERSIGN, Kind.SIGN_OFF):
        return  # leaders have it already
    climb(story, Ladder(Kind.LEADER_DECIDE, Side.SENDING, Cause.BOGGED_DOWN), above=0)
