"""G2, I6: author, risk owner, sender decider and reviewer of one case are four people, also through cover."""

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Stage
from domain.commands import Ground, Outcome
from domain.people import Role, Seat, Side
from domain.permissions import Post, seats
from domain.refusals import NotNow, NotTiny, NotYours, OnlyOnce, SamePerson
from tests.builders import FORM, Life, a_case, actor


def test_the_author_does_not_own_the_risk() -> None:
    """G2: also as a leader who stands in."""
    life = a_case().submitted().life()
    refusal = life.refuses(SamePerson, c.SignRisk(form_hash=FORM), actor(Seat.RISK_OWNER, person="amy"))
    assert "the author of the request" in refusal.message and "colleague" in refusal.message
    life.next_deadline_passes()
    life.refuses(SamePerson, c.SignRisk(form_hash=FORM), actor(Seat.RECEIVING_LEADER_1, person="amy"))


def test_whoever_changed_what_is_asked_for_does_not_sign_for_it() -> None:
    """G2, C10: a material answer makes its writer an author; who wrote an earlier version stays one."""
    changed = c.Answer(material=True, form_version=2, form_hash="changed")
    life = a_case().submitted().risk_signed().asked().life()
    life.act(changed, actor(Seat.REQUESTER, person="ravi"))
    for author in ("ravi", "amy"):
        life.refuses(SamePerson, c.SignRisk(form_hash="changed"), actor(Seat.RISK_OWNER, person=author))
    life.act(c.SignRisk(form_hash="changed"), actor(Seat.RISK_OWNER, person="ruth"))
    assert life.case.stage is Stage.WITH_SENDER


@pytest.mark.parametrize("person", ["amy", "ruth"])
@pytest.mark.parametrize("act", [c.Approve(), c.Refuse(ground=Ground.SAFETY_HARM), c.SayNotHeld(), c.Ask()])
def test_neither_author_nor_risk_owner_decides_for_the_sender(person: str, act: c.Act) -> None:
    """G2, I6: they may work for both bodies."""
    life = a_case().submitted().risk_signed().life()
    life.refuses(SamePerson, act, actor(Seat.SENDER, person=person))


@pytest.mark.parametrize("act", [c.Approve(), c.Refuse(ground=Ground.SAFETY_HARM), c.TakeOver()])
def test_a_sending_leader_who_is_the_risk_owner_decides_nothing(act: c.Act) -> None:
    """G2, C14."""
    life = a_case().submitted().risk_signed().after_deadlines(1).life()
    life.refuses(SamePerson, act, actor(Seat.SENDING_LEADER_1, person="ruth"))


def test_nobody_countersigns_the_own_refusal() -> None:
    """C11, G2: but the same person may still change his mind and approve."""
    life = a_case(duty="safeguarding").submitted().risk_signed().refused().life()
    sam = actor(Seat.SENDING_LEADER_1, person="sam")
    life.refuses(SamePerson, c.Countersign(), sam)
    life.approve(sam)
    life.expect_stage(Stage.APPROVED)


@pytest.mark.parametrize(
    ("seat", "person"),
    [
        (Seat.SENDING_LEADER_1, "sam"),
        (Seat.RECEIVING_LEADER_1, "ruth"),
        (Seat.RECEIVING_LEADER_1, "amy"),
    ],
)
def test_nobody_judges_a_refusal_of_a_case_that_is_the_own(seat: Seat, person: str) -> None:
    """C12, I6."""
    life = a_case().submitted().risk_signed().refused().escalated().life()
    for act in (c.UpholdRefusal(), c.OverturnRefusal()):
        life.refuses(SamePerson, act, actor(seat, person=person))


def test_a_leader_who_signed_the_risk_does_not_review_the_share() -> None:
    """§6, G2."""
    life = (
        a_case()
        .submitted()
        .after_deadlines(1)
        .risk_signed(Seat.RECEIVING_LEADER_1)
        .approved()
        .delivered()
        .life()
    )
    while life.case.stage is Stage.ACTIVE:
        life.next_deadline_passes()
    life.refuses(SamePerson, c.ConcludeReview(outcome=Outcome.CONTINUE), Seat.RECEIVING_LEADER_1)
    life.conclude(by=Seat.RECEIVING_LEADER_2)


def test_a_very_small_body_may_be_let_off_by_its_leader_2_and_that_is_counted() -> None:
    """G2."""
    life = a_case(tiny=Side.RECEIVING).submitted().life()
    one = actor(Seat.RISK_OWNER, person="amy")
    life.refuses(SamePerson, c.SignRisk(form_hash=FORM), one)
    life.act(c.WaiveSeparation(), Seat.RECEIVING_LEADER_2)
    life.expect_events(e.SeparationWaived)
    life.refuses(OnlyOnce, c.WaiveSeparation(), Seat.RECEIVING_LEADER_2)
    life.sign_risk(one)
    life.expect_stage(Stage.WITH_SENDER)


@pytest.mark.parametrize("tiny", [None, Side.SENDING])
def test_a_body_of_ordinary_size_is_not_let_off(tiny: Side | None) -> None:
    """G2: leader 2 speaks for the own body only."""
    life = a_case(tiny=tiny).submitted().life()
    life.refuses(NotTiny, c.WaiveSeparation(), Seat.RECEIVING_LEADER_2)


def test_only_a_leader_2_waives_and_only_while_it_is_decided() -> None:
    """G2."""
    life = a_case(tiny=Side.SENDING).submitted().life()
    for seat in set(Seat) - {Seat.RECEIVING_LEADER_2, Seat.SENDING_LEADER_2}:
        life.refuses(NotYours, c.WaiveSeparation(), seat)
    life = a_case(tiny=Side.SENDING).submitted().risk_signed().approved().life()
    life.refuses(NotNow, c.WaiveSeparation(), Seat.SENDING_LEADER_2)


def test_a_reviewer_comes_from_another_team_of_the_same_body() -> None:
    """§6."""
    life = Life()

    def held(organisation: str, team: str) -> tuple[Seat, ...]:
        post = Post(role=Role.REVIEWER, organisation=organisation, team=team)
        return seats([post], life.receiving, life.sending)

    assert held("council", "audit") == (Seat.REVIEWER,)
    assert held("council", "care") == ()
    assert held("dwp", "audit") == ()


def test_leaders_of_one_body_on_both_sides_sit_in_both_seats() -> None:
    """G1: a body may ask itself, in another team."""
    life = Life()
    post = Post(role=Role.LEADER_1, organisation="council")
    assert seats([post], life.receiving, life.receiving) == (
        Seat.RECEIVING_LEADER_1,
        Seat.SENDING_LEADER_1,
    )


def test_seats_follow_from_posts_in_the_right_team() -> None:
    """G1."""
    life = Life()
    posts = [
        Post(role=Role.REQUESTER, organisation="council", team="care"),
        Post(role=Role.RISK_OWNER, organisation="council", team="another"),
        Post(role=Role.SENDER_DECIDER, organisation="dwp", team="data"),
        Post(role=Role.OPERATOR, organisation="elsewhere"),
        Post(role=Role.AUDITOR, organisation="elsewhere"),
    ]
    assert seats(posts, life.receiving, life.sending) == (
        Seat.REQUESTER,
        Seat.SENDER,
        Seat.OPERATOR,
    )
    assert seats(posts, None, None) == (Seat.OPERATOR,)
