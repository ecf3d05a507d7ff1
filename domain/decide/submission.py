"""C1, C3, C20: a request goes in, comes back, is withdrawn or taken up again."""

from domain.case import Kind, Lane, Stage
from domain.commands import Reopen, Screening, Submit, Withdraw
from domain.decide.delivery import publish
from domain.decide.ladder import LADDERS, climb
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.events import (
    CaseReopened,
    CaseWithdrawn,
    LaneChosen,
    RequestBlocked,
    RequestSubmitted,
    SentToTriage,
)
from domain.people import Seat
from domain.permissions import OWN_SIDE, task_for
from domain.policy import Policy
from domain.refusals import OnlyOnce

# Lanes that follow from what is asked for, and from no agreement or decision: nobody chooses them, or others instead.
OF_ITS_KIND = frozenset({Lane.URGENT, Lane.EXPLORATORY})


def is_time_limited(policy: Policy, use: str, pattern: str, *, pilot: bool) -> bool:
    """§6: preventative, proactive and emergent uses are looked back at; fraud and debt pilots in bulk likewise."""
    in_bulk = use in policy.reviewed_in_bulk and pattern != "one_by_one"
    return use in policy.reviewed_uses or (in_bulk and pilot)


def submit(story: Story, act: Submit) -> None:
    case = story.case
    require_separate(case, story.by, unlike=("risk_owner", "decider", "reviewer"))
    revising = task_for(case, story.by, "submit", story.at)
    if revising:
        story.close_all(done=revising)
    amends = act.amends
    part_of = case.parent if case.relation == "part" else ""  # revised, a part is still one (C9)
    story.tell(
        RequestSubmitted(
            author=story.by.person,
            receiving=act.receiving,
            sending=act.sending,
            form_version=act.form_version,
            form_hash=act.form_hash,
            use=act.use,
            # C18: whatever an amendment changes, the reviews of what it amends stay.
            time_limited=is_time_limited(case.policy, act.use, act.pattern, pilot=act.screening.pilot)
            or bool(amends and amends.time_limited),
            duty=act.duty,
            items=act.items,
            until=act.until,
            parent=amends.ref if amends else part_of,
            relation="amends" if amends else "part" if part_of else "",
            review_month=amends.review_month if amends else 0,
            review_base=amends.review_base if amends else None,
            back_level=act.screening.back_level,
            sign_level=act.screening.sign_level,
        )
    )
    route(story, act.screening)


def route(story: Story, found: Screening) -> None:
    """C1: out of scope, to people, or on its way by a lane."""
    if found.route == "blocked":
        story.tell(RequestBlocked(rules=found.rules))
        return
    if found.route == "triage":
        told = SentToTriage(
            missing=(*found.rules, *found.missing),
            lane=found.lane if found.lane in OF_ITS_KIND else Lane.STANDARD,
            conditions=found.conditions,
            board=found.board,
            cluster=found.cluster,
            cluster_version=found.cluster_version,
            root=found.root,
            root_version=found.root_version,
        )
        story.tell(told)
        ask_people(story)
        return
    story.tell(lane_of(found))
    ask_for_signature(story)


def lane_of(found: Screening) -> LaneChosen:
    """A lane as screening found it; what does not carry the request is not kept with it."""
    in_cluster, relies = found.lane is Lane.CLUSTER, found.lane is Lane.RELIANCE
    return LaneChosen(
        lane=found.lane,
        conditions=found.conditions,
        cluster=found.cluster if in_cluster else "",
        cluster_version=found.cluster_version if in_cluster else 0,
        root=found.root if relies else "",
        root_version=found.root_version if relies else 0,
    )


def ask_people(story: Story) -> None:
    """C1a: the board of the cluster, or the receiving leader 1 where no cluster fits or nobody sits on its board."""
    policy = story.case.policy
    if story.case.board and story.is_filled(Seat.BOARD):
        story.open_in_time(Kind.TRIAGE, Seat.BOARD, days=policy.triage, hours=policy.urgent_leader)
        return
    if story.case.board:
        story.raise_vacancy(Seat.BOARD)
    climb(story, LADDERS[Kind.TRIAGE], above=0, days=policy.triage)


def ask_for_signature(story: Story) -> None:
    policy = story.case.policy
    story.open_in_time(Kind.SIGN_RISK, Seat.RISK_OWNER, days=policy.sign_risk, hours=policy.urgent_sign)


def withdraw(story: Story, act: Withdraw) -> None:
    seat = next(seat for seat in OWN_SIDE if seat in story.by.seats)
    story.close_all()
    story.tell(CaseWithdrawn(seat=seat))
    if story.case.register_version:  # the approval is in public already, so its end must be too (G7)
        publish(story)


def reopen(story: Story, act: Reopen) -> None:
    """A lapsed case keeps its place: it goes on where it stopped, with the floor of the clock (C20)."""
    case = story.case
    if case.reopened:
        raise OnlyOnce(what="Re-opening")
    stage = case.lapsed_from or Stage.RISK_ACCEPTANCE
    story.close_all(done=task_for(case, story.by, "reopen", story.at))
    story.tell(CaseReopened(stage=stage))
    kind, seat = {
        Stage.INFO_REQUESTED: (Kind.ANSWER, Seat.REQUESTER),
        Stage.RISK_ACCEPTANCE: (Kind.SIGN_RISK, Seat.RISK_OWNER),
        Stage.TRIAGE: (Kind.REVISE, Seat.REQUESTER),
        Stage.DRAFT: (Kind.REVISE, Seat.REQUESTER),
    }[stage]
    story.open(kind, seat, days=case.policy.floor)
