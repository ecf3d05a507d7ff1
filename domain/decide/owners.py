"""P5, G5: people come and go, teams move to other bodies, and the case goes on with whoever answers for it now."""

from domain import working_days
from domain.case import Cause, Kind, Stage, Task
from domain.commands import MoveParty, OwnRisk, PostsChanged
from domain.decide.delivery import publish, still_stopped, stopped_without_owner, suspend
from domain.decide.ladder import LADDERS, call_leader, climb
from domain.decide.leaders import post_is_filled
from domain.decide.risk import NOT_THE_OWNER
from domain.decide.separation import require_separate
from domain.decide.story import Story
from domain.decide.submission import ask_for_signature
from domain.events import DeadlineMissed, PartyMoved, RiskOwnerLeft, RiskSignatureVoided, RiskTakenOn
from domain.people import Seat, Side
from domain.refusals import NothingChanged, TextChanged

LADDER = LADDERS[Kind.OWN_RISK]

# Where somebody answers for the risk: signed, and neither over nor gone back to be signed again.
NEEDS_OWNER = frozenset(
    {
        Stage.WITH_SENDER,
        Stage.INFO_REQUESTED,
        Stage.LEADER_DECISION,
        Stage.APPROVED,
        Stage.ACTIVE,
        Stage.SUSPENDED,
    }
)

# A refusal or a lapse that can still be taken up again.
MAY_GO_ON = (Kind.MAY_ESCALATE, Kind.MAY_REOPEN)


def posts_changed(story: Story, act: PostsChanged) -> None:
    """An empty seat that something waits on is a vacancy at once; a filled one is no vacancy any more."""
    before = len(story.events)
    if act.owner_left and story.case.risk_owner:
        _owner_left(story)
    _notice_posts(story)
    if len(story.events) == before:
        raise NothingChanged


def _owner_left(story: Story) -> None:
    """`settle` asks for another as soon as one is needed. What does not count yet nobody is left to stand by."""
    case = story.case
    if case.stage in NEEDS_OWNER or case.open(*MAY_GO_ON):
        story.tell(RiskOwnerLeft(owner=case.risk_owner))
    elif case.stage is Stage.RISK_ACCEPTANCE:
        story.close_all()
        story.tell(RiskSignatureVoided())
        ask_for_signature(story)


def _notice_posts(story: Story) -> None:
    for vacancy in story.case.open(Kind.FILL_POST):
        if vacancy.post and story.is_filled(vacancy.post):
            post_is_filled(story, vacancy)
    for task in tuple(story.case.tasks.values()):
        if task.seat is not Seat.OPERATOR and not story.is_filled(task.seat):
            story.raise_vacancy(task.seat)


def move_party(story: Story, act: MoveParty) -> None:
    """The tasks go with the team; a deadline that runs is not moved, and what happened stays as it was told."""
    case = story.case
    was = case.sending if act.side is Side.SENDING else case.receiving
    if was is None or was == act.to:
        raise NothingChanged
    story.tell(PartyMoved(side=act.side, was=was, now=act.to))
    _notice_posts(story)


def own_risk(story: Story, act: OwnRisk) -> None:
    """A new owner signs the version that stands; a share that stopped only for want of one goes on."""
    case = story.case
    require_separate(case, story.by, unlike=NOT_THE_OWNER)
    if act.form_hash != case.form_hash:
        raise TextChanged
    mine = story.entitling("own_risk")
    stopped = stopped_without_owner(case)
    for task in case.open(Kind.OWN_RISK):
        story.close(task, "done" if task.id == mine.id else "overtaken")
    story.close_needless_vacancies()
    reinstates = stopped and case.stage is Stage.SUSPENDED and not still_stopped(story.case)
    story.tell(
        RiskTakenOn(
            owner=story.by.person,
            form_version=case.form_version,
            form_hash=case.form_hash,
            reinstates=reinstates,
        )
    )
    if case.register_version and stopped:
        publish(story)


def nobody_owns(story: Story, task: Task) -> None:
    """After five days leader 1 hears of it and can sign; after twenty the share stops (P5)."""
    policy = story.case.policy
    if task.level:
        story.tell(DeadlineMissed(task=task.id, seat=task.seat))
        climb(story, LADDER, above=task.level)
    elif not task.missed:
        nation = story.case.nation(task.seat.side)
        stops = working_days.due(story.case.calendar, nation, task.counts_from, policy.without_owner)
        story.tell(DeadlineMissed(task=task.id, seat=task.seat, watch_at=stops))
        call_leader(story, LADDER, above=0, watched=False, days=policy.without_owner - policy.own_risk)
    else:
        story.tell(DeadlineMissed(task=task.id, seat=task.seat))
        if story.case.stage is Stage.ACTIVE:
            suspend(story, Cause.OWNER_LEFT)
        climb(story, LADDER, above=1)


def settle(story: Story) -> None:
    """After every act: where nobody answers for the risk somebody is asked to; what is over needs no owner any more."""
    needed, asked = story.case.stage in NEEDS_OWNER, story.case.open(Kind.OWN_RISK)
    if needed and not story.case.risk_owner and not asked:
        policy = story.case.policy
        story.open_in_time(Kind.OWN_RISK, Seat.RISK_OWNER, days=policy.own_risk, hours=policy.urgent_sign)
    if asked and not needed:
        for task in asked:
            story.close(task)
        story.close_needless_vacancies()
