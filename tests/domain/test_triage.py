"""C1a: where the software cannot decide, people choose the lane, ask, or say that it is out of scope."""

from datetime import date, timedelta

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Lane, Stage
from domain.outlook import what_next
from domain.people import Role, Seat
from domain.permissions import Post, may_see, seats
from domain.refusals import CaseClosed, LaneNotOpen, NotNow, NotYours, SamePerson
from tests.builders import BOARD, ROOT, Life, a_case, actor, in_doubt, without

LEADERS = (Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3)


def doubtful(settings: dict[str, object] | None = None, **found: object) -> Life:
    return a_case(**in_doubt(**found), **(settings or {})).submitted().life()


def test_a_missing_fact_goes_to_the_board_of_the_cluster_for_five_days() -> None:
    """C1a: and the case says which fact is missing."""
    life = doubtful()
    life.expect_stage(Stage.TRIAGE)
    life.expect_tasks((Kind.TRIAGE, Seat.BOARD))
    assert life.due_day(Kind.TRIAGE) == date(2026, 11, 30)
    assert life.last(e.SentToTriage).missing == ("purpose_is_shared_task",)


def test_the_guard_that_could_not_be_decided_is_named_first() -> None:
    assert doubtful(rules=("unknown_body v1",)).last(e.SentToTriage).missing[0] == "unknown_body v1"


def test_without_a_cluster_the_receiving_leader_1_sorts_it_out() -> None:
    """C1a."""
    life = doubtful(board="", cluster="")
    life.expect_tasks((Kind.TRIAGE, Seat.RECEIVING_LEADER_1))
    assert life.case.cause is Cause.TRIAGE and not life.happened(e.PostVacant)


def test_a_board_on_which_nobody_sits_is_passed_over_at_once() -> None:
    """C1a, G5."""
    life = doubtful({"filled": without(Seat.BOARD)})
    life.expect_tasks((Kind.FILL_POST, Seat.OPERATOR), (Kind.TRIAGE, Seat.RECEIVING_LEADER_1))
    assert life.last(e.PostVacant).seat is Seat.BOARD


def test_silence_of_the_board_goes_up_the_receiving_side() -> None:
    """C1a, C15: then it is counted in public; nothing is refused and nothing lapses."""
    life = doubtful()
    for seat in LEADERS:
        life.working_days_pass(5)
        life.expect_told(seat)
        life.expect_stage(Stage.TRIAGE)
    life.working_days_pass(5)
    assert life.case.at_top and len(life.case.open(Kind.TRIAGE)) == 4


@pytest.mark.parametrize("back", [Seat.BOARD, Seat.RECEIVING_LEADER_2])
def test_whoever_is_appointed_after_everybody_was_silent_is_asked_at_once(back: Seat) -> None:
    """G5: the board too."""
    life = doubtful({"filled": without(Seat.BOARD, *LEADERS)})
    assert life.case.at_top and not life.case.open(Kind.TRIAGE)
    life.fill(back)
    life.task(Kind.TRIAGE, back)
    life.choose_lane(Lane.STANDARD, back)
    life.expect_stage(Stage.RISK_ACCEPTANCE)


@pytest.mark.parametrize("lane", [Lane.CLUSTER, Lane.RELIANCE, Lane.STANDARD])
def test_the_board_chooses_the_lane(lane: Lane) -> None:
    """C1a: what does not carry the request is not kept with it."""
    life = doubtful(root=ROOT, root_version=3)
    life.choose_lane(lane)
    life.expect_stage(Stage.RISK_ACCEPTANCE)
    life.expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER))
    assert life.last(e.LaneChosen).by_people and life.case.lane is lane
    assert bool(life.case.cluster) is (lane is Lane.CLUSTER)
    assert bool(life.case.root) is (lane is Lane.RELIANCE)


@pytest.mark.parametrize("lane", [Lane.CLUSTER, Lane.RELIANCE, Lane.URGENT, Lane.EXPLORATORY])
def test_a_lane_that_nothing_carries_is_not_open(lane: Lane) -> None:
    """C1a: nor is one that follows from what is asked for alone."""
    doubtful(cluster="").refuses(LaneNotOpen, c.ChooseLane(lane=lane), Seat.BOARD)


@pytest.mark.parametrize("own", [Lane.URGENT, Lane.EXPLORATORY])
def test_what_is_urgent_or_tried_out_stays_so(own: Lane) -> None:
    """C21, C22: the clock of the one and the limits of the other are not for a board to take away."""
    life = doubtful(lane=own)
    life.choose_lane(Lane.STANDARD)
    assert life.case.lane is own


def test_urgent_doubt_is_sorted_out_in_hours() -> None:
    """C21."""
    life = doubtful(lane=Lane.URGENT)
    assert life.task(Kind.TRIAGE).due_at - life.now == timedelta(hours=12)
    life.next_deadline_passes()
    assert life.task(Kind.TRIAGE, Seat.RECEIVING_LEADER_1).hours == 12


def test_what_a_guard_adds_is_not_lost_by_being_in_doubt() -> None:
    """§4: leader 2 still signs off."""
    life = doubtful(conditions=("health_in_bulk",))
    life.choose_lane(Lane.STANDARD)
    life.sign_risk()
    life.approve()
    life.expect_tasks((Kind.SIGN_OFF, Seat.SENDING_LEADER_2))


def test_a_question_goes_back_to_the_author_and_the_total_clock_runs() -> None:
    """C1a: what comes again is looked at anew."""
    life = doubtful()
    first = life.case.submitted_at
    life.act(c.AskInTriage(), Seat.BOARD)
    life.expect_events(e.TaskClosed, e.AskedInTriage, e.TaskOpened)
    life.expect_tasks((Kind.REVISE, Seat.REQUESTER))
    life.working_days_pass(2)
    life.submit(form_version=2, screening=c.Screening())
    life.expect_stage(Stage.RISK_ACCEPTANCE)
    assert life.case.submitted_at == first


def test_a_question_nobody_answers_lapses_and_can_be_taken_up_once() -> None:
    """C10, C20."""
    life = doubtful()
    life.act(c.AskInTriage(), Seat.BOARD)
    life.working_days_pass(10)
    life.expect_stage(Stage.LAPSED)
    life.act(c.Reopen(), Seat.REQUESTER)
    life.expect_tasks((Kind.REVISE, Seat.REQUESTER))


def test_people_may_find_it_out_of_scope_and_nothing_leads_out() -> None:
    """C1a, I12."""
    life = doubtful()
    life.act(c.RuleOut(rule="company"), Seat.BOARD)
    life.expect_stage(Stage.BLOCKED)
    assert life.case.is_closed and life.last(e.RequestBlocked).by_people
    life.refuses(CaseClosed, c.ChooseLane(lane=Lane.STANDARD), Seat.BOARD)


@pytest.mark.parametrize("act", [c.ChooseLane(lane=Lane.STANDARD), c.RuleOut(rule="company")])
def test_a_member_of_the_board_does_not_sort_out_an_own_request(act: c.Act) -> None:
    """G2; asking is no decision."""
    doubtful().refuses(SamePerson, act, actor(Seat.BOARD, person="amy"))


@pytest.mark.parametrize(
    "act", [c.ChooseLane(lane=Lane.STANDARD), c.AskInTriage(), c.RuleOut(rule="company")]
)
def test_nobody_else_sorts_it_out_and_nobody_twice(act: c.Act) -> None:
    life = doubtful()
    for seat in (Seat.REQUESTER, Seat.RISK_OWNER, Seat.SENDER, Seat.SENDING_LEADER_1, Seat.OPERATOR):
        life.refuses(NotYours, act, seat)
    life.refuses(NotNow, act, Seat.RECEIVING_LEADER_1)
    life.choose_lane(Lane.STANDARD)
    life.refuses(NotNow, act, Seat.BOARD)


def test_a_board_sees_the_case_for_as_long_as_it_has_it_and_no_sender_does() -> None:
    """C2, C1a: seats follow from the body whose board it is."""
    life = doubtful()
    post = Post(role=Role.BOARD, organisation=BOARD)
    held = seats([post], life.receiving, life.sending, life.case.board)
    assert held == (Seat.BOARD,) and seats([post], life.receiving, life.sending, "other") == ()
    assert may_see(life.case, held, ()) and not may_see(life.case, (Seat.SENDER,), ())
    life.choose_lane(Lane.STANDARD)
    assert not may_see(life.case, held, ())


def test_a_decision_withdrawn_meanwhile_cannot_be_relied_on() -> None:
    """P2: the request stays where it is, and the board is not offered that lane any more."""
    life = doubtful(root=ROOT, root_version=3)
    life.root_changes("withdrawn")
    life.expect_stage(Stage.TRIAGE)
    life.expect_tasks((Kind.TRIAGE, Seat.BOARD))
    life.refuses(LaneNotOpen, c.ChooseLane(lane=Lane.RELIANCE), Seat.BOARD)


def test_the_page_says_what_silence_leads_to() -> None:
    """G5."""
    life = doubtful()
    assert "leader 1 of the receiving body" in what_next(life.case, life.task(Kind.TRIAGE))
    life.next_deadline_passes()
    told = what_next(life.case, life.task(Kind.TRIAGE, Seat.RECEIVING_LEADER_1))
    assert "leader 2 of the receiving body" in told
