"""C2 to C4: the receiving team owns the risk before any sender sees the case."""

from domain.case import ONE_PERSON_LANES, Case, Kind, Lane, Task
from domain.commands import BackRisk, DeclineRisk, SignRisk
from domain.decide.ladder import LADDERS, climb
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.decide.submission import ask_for_signature
from domain.events import RiskDeclined, RiskSignatureOffered, RiskSignatureVoided, RiskSigned
from domain.people import Seat
from domain.permissions import RECEIVING_LEADERS, task_for
from domain.refusals import TextChanged


def sign_risk(story: Story, act: SignRisk) -> None:
    """In two lanes the author may sign too: that is the one-person fast path, and it is flagged (G2)."""
    case = story.case
    author = story.by.person in (case.author, *case.co_authors)
    one_person = author and case.lane in ONE_PERSON_LANES
    require_separate(case, story.by, unlike=("decider", "reviewer") if one_person else NOT_THE_OWNER)
    if act.form_hash != case.form_hash:
        raise TextChanged
    task = story.entitling("sign_risk")
    story.close_all(done=task)
    if _height(story, task) < back_level(case):
        story.tell(
            RiskSignatureOffered(
                owner=story.by.person,
                form_version=case.form_version,
                form_hash=case.form_hash,
                level=back_level(case),
            )
        )
        climb(story, LADDERS[Kind.BACK_RISK], above=back_level(case) - 1)
        return
    story.tell(
        RiskSigned(
            owner=story.by.person,
            form_version=case.form_version,
            form_hash=case.form_hash,
            one_person=one_person,
            backed=_height(story, task) if back_level(case) else 0,
        )
    )
    ask_sender(story)


NOT_THE_OWNER = ("author", "decider", "reviewer")


def _height(story: Story, task: Task) -> int:
    """The leader who signs: of the task, or because a leader of the body owns the risk, whose word it is then (P8)."""
    return max(task.seat.level, *(seat.level for seat in story.by.seats if seat in RECEIVING_LEADERS), 0)


# P8: where the teams themselves decide. What a cluster or an earlier decision carries, leaders signed for already, and
# an urgent use does not wait for them.
BY_APPETITE = frozenset({Lane.STANDARD, Lane.EXPLORATORY})


def back_level(case: Case) -> int:
    """The receiving leader whose word the risk needs; 0 when it is within what the body states."""
    return case.back_level if case.lane in BY_APPETITE else 0


def back_risk(story: Story, act: BackRisk) -> None:
    """P8: a leader stands behind the risk; from here it goes on as if it were within the appetite."""
    case = story.case
    require_separate(case, story.by, unlike=("author", "risk_owner", "decider", "reviewer"))
    mine = story.entitling("back_risk")
    story.close_all(done=mine)
    story.tell(
        RiskSigned(
            owner=case.risk_owner,
            form_version=case.form_version,
            form_hash=case.form_hash,
            backed=mine.level,
        )
    )
    ask_sender(story)


def ask_sender(story: Story) -> None:
    """What the sending team is asked, and for how long, is what the lanes differ in (C5, C7, C8, C21, C22)."""
    case, policy = story.case, story.case.policy
    if signed_by_its_author(case):
        story.tell(RiskSignatureVoided())
        ask_for_signature(story)
    elif case.lane is Lane.CLUSTER:
        story.open(Kind.OBJECT, Seat.SENDER, days=policy.object)
    elif case.lane is Lane.RELIANCE:
        story.open(Kind.CONFIRM, Seat.SENDER, days=policy.confirm)
    elif case.rounds:  # after a material answer the sender goes on with what was left of its time (C10)
        go_on_deciding(story)
    else:
        story.open_in_time(Kind.DECIDE, Seat.SENDER, days=policy.decide, hours=policy.urgent_decide)


def signed_by_its_author(case: Case) -> bool:
    """G2: a request that leaves the two lanes leaves the one-person fast path too."""
    by_author = bool(case.risk_owner) and case.risk_owner in (case.author, *case.co_authors)
    return by_author and case.lane not in ONE_PERSON_LANES and not case.separation_waived


def go_on_deciding(story: Story) -> None:
    left = max(story.case.clock_left, story.case.policy.floor)
    story.open_in_time(Kind.DECIDE, Seat.SENDER, days=left, hours=left)


def decline_risk(story: Story, act: DeclineRisk) -> None:
    """Back to the author with a reason. Counted as returned by the own side, never as declined (C3)."""
    case = story.case
    story.close_all(done=task_for(case, story.by, "decline_risk", story.at))
    story.tell(RiskDeclined())
    policy = case.policy
    story.open_in_time(Kind.REVISE, Seat.REQUESTER, days=policy.answer, hours=policy.urgent_answer)
