"""P8: a risk outside what the receiving body states goes to its leader first, and a decision to share to the sender's."""

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Lane, Stage
from domain.people import Seat
from domain.refusals import NotYours, SamePerson
from tests.builders import (
    MANIFEST,
    NEW_FORM,
    PEOPLE,
    Life,
    a_case,
    a_part,
    actor,
    exploratory,
    in_cluster,
    relying,
    urgent,
    without,
)

R1, R2, R3 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3
S1, S2 = Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2


def outside(back: int = 1, sign: int = 0, **found: object) -> dict[str, c.Screening]:
    return {"screening": c.Screening(back_level=back, sign_level=sign, **found)}  # type: ignore[arg-type]


def offered(back: int = 1, **settings: object) -> Life:
    return a_case(**outside(back), **settings).submitted().risk_signed().life()


def back(life: Life, seat: Seat = R1, person: str = "") -> None:
    life.act(c.BackRisk(), actor(seat, person=person))


def test_the_leader_stands_behind_it_and_only_then_the_sender_sees_it() -> None:
    """C2, P8."""
    life = offered(2)
    life.expect_stage(Stage.RISK_ACCEPTANCE)
    life.expect_tasks((Kind.BACK_RISK, R2))
    assert life.case.cause is Cause.BACKING and not life.case.sender_may_see and life.case.backed == 0
    back(life, R2)
    life.expect_stage(Stage.WITH_SENDER)
    life.expect_tasks((Kind.DECIDE, Seat.SENDER))
    assert life.last(e.RiskSigned).owner == PEOPLE[Seat.RISK_OWNER] and life.case.backed == 2


def test_within_the_appetite_nobody_else_is_asked() -> None:
    life = offered(0)
    life.expect_stage(Stage.WITH_SENDER)
    assert life.case.backed == 0 and not life.happened(e.RiskSignatureOffered, ever=True)


@pytest.mark.parametrize("way", [in_cluster, relying, urgent])
def test_other_lanes_ask_no_leader_first(way: object) -> None:
    """Leaders signed the cluster's terms, an earlier decision was taken, and an urgent use does not wait."""
    life = a_case(**way(back_level=1, sign_level=1)).submitted().risk_signed().life()  # type: ignore[operator]
    life.expect_stage(Stage.WITH_SENDER)
    assert not life.case.open(Kind.BACK_RISK)
    life.approve()
    assert not life.case.open(Kind.SIGN_OFF)


def test_the_exploratory_lane_does() -> None:
    a_case(**exploratory(back_level=1)).submitted().risk_signed().life().expect_tasks((Kind.BACK_RISK, R1))


def test_a_leader_who_does_not_stand_behind_it_sends_it_back() -> None:
    """C3: counted as returned by the own side."""
    life = offered()
    life.act(c.DeclineRisk(), R1)
    life.expect_stage(Stage.DRAFT)
    life.expect_tasks((Kind.REVISE, Seat.REQUESTER))
    assert life.case.risk_owner == ""


def test_silence_moves_up_and_stands_behind_nothing() -> None:
    """G4, C15."""
    life = offered()
    life.working_days_pass(5)
    life.expect_tasks((Kind.BACK_RISK, R1), (Kind.BACK_RISK, R2))
    life.working_days_pass(10)
    assert life.case.at_top and life.case.stage is Stage.RISK_ACCEPTANCE
    back(life, R1)
    life.expect_stage(Stage.WITH_SENDER)


def test_an_empty_chair_is_passed_over() -> None:
    life = offered(filled=without(R1))
    assert (Kind.BACK_RISK, R2) in life.open_tasks() and life.vacancy(R1)


def test_it_takes_a_leader_and_another_person_than_the_owner() -> None:
    """G2."""
    life = offered()
    life.refuses(NotYours, c.BackRisk(), Seat.RISK_OWNER)
    life.refuses(SamePerson, c.BackRisk(), actor(R1, person=PEOPLE[Seat.REQUESTER]))
    life.refuses(SamePerson, c.BackRisk(), actor(R1, person=PEOPLE[Seat.RISK_OWNER]))


def test_a_leader_who_owns_the_risk_has_said_so_by_signing() -> None:
    """Nobody is asked twice for one word."""
    life = a_case(**outside(2)).submitted().life()
    life.sign_risk(actor(Seat.RISK_OWNER, R2))
    life.expect_stage(Stage.WITH_SENDER)
    assert life.case.backed == 2
    life = a_case(**outside(2)).submitted().life()
    life.sign_risk(actor(Seat.RISK_OWNER, R1))
    life.expect_tasks((Kind.BACK_RISK, R2))


def test_a_leader_who_signs_for_want_of_an_owner_too() -> None:
    """C4."""
    life = a_case(**outside(1)).submitted().after_deadlines(1).life()
    life.sign_risk(R1)
    life.expect_stage(Stage.WITH_SENDER)
    life = a_case(**outside(2)).submitted().after_deadlines(1).life()
    life.sign_risk(R1)
    life.expect_tasks((Kind.BACK_RISK, R2))


def test_a_material_answer_asks_both_again() -> None:
    """C10."""
    life = offered()
    back(life)
    life.ask()
    life.answer(material=True)
    assert life.case.backed == 0
    life.act(c.SignRisk(form_hash=NEW_FORM), Seat.RISK_OWNER)
    life.expect_tasks((Kind.BACK_RISK, R1))


def test_a_part_was_stood_behind_with_the_whole_and_is_again_when_it_changes() -> None:
    """C9."""
    life = Life()
    life.act(a_part(life, back_level=2, sign_level=1), Seat.OTHER_CASE, seen=None)
    assert life.case.stage is Stage.WITH_SENDER and life.case.backed == 2
    life.ask()
    life.answer(material=True)
    life.act(c.SignRisk(form_hash=NEW_FORM), Seat.RISK_OWNER)
    life.expect_tasks((Kind.BACK_RISK, R2))


def test_both_sides_outside_and_delivered() -> None:
    life = a_case(**outside(1, 2)).submitted().risk_signed().life()
    back(life)
    life.approve()
    life.expect_tasks((Kind.SIGN_OFF, S2))
    life.approve(S2)
    life.expect_stage(Stage.APPROVED)
    life.deliver(MANIFEST)
    life.confirm(MANIFEST)
    life.expect_stage(Stage.ACTIVE)


def test_what_people_in_triage_send_the_standard_way_asks_too() -> None:
    """C1a."""
    found = c.Screening(route="triage", missing=("status",), board="health-board", back_level=1, sign_level=1)
    life = a_case(screening=found).submitted().sorted_into(Lane.STANDARD).risk_signed().life()
    life.expect_tasks((Kind.BACK_RISK, R1))


def test_another_team_goes_by_its_own_body() -> None:
    """C16."""
    life = a_case(**outside(0, 0)).submitted().risk_signed().life()
    life.transfer(sign_level=1)
    life.approve()
    life.expect_tasks((Kind.SIGN_OFF, S1))
    life = a_case(**outside(0, 3)).submitted().risk_signed().life()
    life.transfer(sign_level=0)
    life.approve()
    life.expect_stage(Stage.APPROVED)
