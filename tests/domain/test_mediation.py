"""C14, E: somebody from outside helps both sides. It binds nobody, and whoever had the case has it again."""

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Cause, Kind, Stage
from domain.decide.mediation import TO_ANSWER
from domain.figure_holders import Holder, holder_of
from domain.people import OTHER_CASE, Seat
from domain.refusals import NotNow, NotYours, TooLong
from tests.builders import Life, a_case, in_cluster, urgent, without

R1, R2, R3 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3
S1, S2, S3 = Seat.SENDING_LEADER_1, Seat.SENDING_LEADER_2, Seat.SENDING_LEADER_3
MEDIATOR = (Kind.MEDIATE, Seat.REGULATOR)


def with_leader(level: int = 1) -> Life:
    return a_case().submitted().risk_signed().after_deadlines(level).life()


def joint(**settings: object) -> Life:
    return a_case(**settings).submitted().risk_signed().refused().escalated().life()


def in_use(**settings: object) -> Life:
    settings = {"use": "deliver_service", **settings}
    return a_case(**settings).submitted().risk_signed().approved().delivered().life()


# --- before a decision (C14) ------------------------------------------------------------------------


@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_leader_who_sent_it_there_gets_it_back(level: int) -> None:
    life = with_leader(level)
    sender = (S1, S2, S3)[level - 1]
    life.sends_to_mediation(sender)
    life.expect_tasks(MEDIATOR)
    life.mediator_concludes()
    life.expect_tasks((Kind.LEADER_DECIDE, sender))
    life.approve(sender)
    life.expect_stage(Stage.APPROVED)


def test_the_mediators_silence_gives_it_back_too() -> None:
    """G4: it moves; it decides nothing."""
    life = with_leader()
    life.sends_to_mediation(S1)
    life.working_days_pass(20)
    assert life.last(e.MediationConcluded).outcome is c.MediationOutcome.NONE
    assert life.last(e.MediationConcluded).by == ""
    life.expect_tasks((Kind.LEADER_DECIDE, S1))
    life.working_days_pass(5)
    life.expect_told(S2)


def test_both_leaders_judge_again_and_nothing_said_before_counts() -> None:
    """C12: who upheld the refusal before the mediation has not said so after it."""
    life = joint()
    life.uphold(S1)
    life.sends_to_mediation(R1)
    assert life.case.upheld == ()
    life.mediator_concludes(c.MediationOutcome.AGREED)
    life.expect_tasks((Kind.JUDGE_REFUSAL, R1), (Kind.JUDGE_REFUSAL, S1))
    life.overturn(S1)
    life.overturn(R1)
    life.expect_stage(Stage.APPROVED)


def test_an_objection_comes_back_as_one() -> None:
    """C6."""
    life = a_case(**in_cluster()).submitted().risk_signed().objected().life()
    life.sends_to_mediation(S1)
    life.mediator_concludes()
    assert life.case.cause is Cause.OBJECTION
    life.expect_tasks((Kind.JUDGE_REFUSAL, R1), (Kind.JUDGE_REFUSAL, S1))


def test_it_comes_back_as_one_though_the_risk_owner_left_meanwhile() -> None:
    """P5: who is asked about something else does not change what was to be decided."""
    life = joint()
    life.sends_to_mediation(R1)
    life.owner_leaves()
    life.working_days_pass(12)
    assert life.case.open(Kind.OWN_RISK)
    life.mediator_concludes()
    assert {seat for kind, seat in life.open_tasks() if kind is Kind.JUDGE_REFUSAL} == {R1, S1}


@pytest.mark.parametrize(("gone", "back"), [((S1,), S2), ((S1, S2), S3)])
def test_an_empty_chair_sends_it_to_the_next(gone: tuple[Seat, ...], back: Seat) -> None:
    life = with_leader()
    life.sends_to_mediation(S1)
    life.filled -= set(gone)
    life.mediator_concludes()
    assert (Kind.LEADER_DECIDE, back) in life.open_tasks()
    assert life.vacancy(S1)


def test_where_nobody_is_left_it_is_counted_and_the_first_to_come_is_asked() -> None:
    """C15, G5."""
    life = with_leader()
    life.sends_to_mediation(S1)
    life.filled -= {S1, S2, S3}
    life.mediator_concludes()
    assert life.case.at_top
    life.fill(S2)
    assert (Kind.LEADER_DECIDE, S2) in life.open_tasks()


def test_once_in_a_case_and_not_while_hours_run() -> None:
    """C14, C21."""
    life = with_leader()
    life.sends_to_mediation(S1)
    life.mediator_concludes()
    life.refuses(NotNow, c.SendToMediation(), S1)
    hasty = a_case(**urgent()).submitted().risk_signed().after_deadlines(1).life()
    hasty.refuses(NotNow, c.SendToMediation(), S1)


def test_time_is_added_once_and_not_without_end() -> None:
    life = with_leader()
    life.sends_to_mediation(S1)
    due = life.task(Kind.MEDIATE).due_at
    assert "1 to 20" in life.refuses(TooLong, c.ExtendMediation(days=21), Seat.REGULATOR).message
    life.mediator_needs(20)
    assert life.task(Kind.MEDIATE).due_at > due
    life.refuses(NotNow, c.ExtendMediation(days=1), Seat.REGULATOR)


def test_a_question_that_waited_is_dropped_and_the_leader_decides() -> None:
    """C13, C14: a case that is bogged down may be asked about and with a leader at the same time."""
    life = a_case().submitted().risk_signed().asked().answered().asked().answered().life()
    life.act(c.AllowQuestion(), S1)
    life.ask()
    assert life.case.stage is Stage.INFO_REQUESTED and life.case.open(Kind.LEADER_DECIDE)
    life.sends_to_mediation(S1)
    life.expect_stage(Stage.WITH_SENDER)
    life.mediator_concludes()
    life.expect_tasks((Kind.LEADER_DECIDE, S1))
    assert life.case.cause is Cause.BOGGED_DOWN


def test_the_days_are_the_mediators() -> None:
    """I8."""
    life = with_leader()
    life.sends_to_mediation(S1)
    assert holder_of(life.case) is Holder.MEDIATOR


def test_withdrawing_ends_it() -> None:
    """C20."""
    life = with_leader()
    life.sends_to_mediation(S1)
    life.act(c.Withdraw(), Seat.REQUESTER)
    assert life.case.mediation == "" and life.case.is_closed


# --- about a share in use (E) -----------------------------------------------------------------------


@pytest.mark.parametrize("why", [c.WhyMediated.MOTION, c.WhyMediated.CONCERNS])
def test_the_share_goes_on_meanwhile(why: c.WhyMediated) -> None:
    life = in_use()
    life.mediation_begins(why)
    life.expect_stage(Stage.ACTIVE)
    assert MEDIATOR in life.open_tasks() and life.happened(e.EntryPublished)


@pytest.mark.parametrize(
    "outcome", [each for each in c.MediationOutcome if each is not c.MediationOutcome.NONE]
)
def test_what_asks_for_an_answer_gets_one(outcome: c.MediationOutcome) -> None:
    life = in_use()
    life.mediation_begins()
    life.mediator_concludes(outcome)
    assert bool(life.case.open(Kind.COMPLY_OR_EXPLAIN)) == (outcome in TO_ANSWER)
    assert life.case.mediation == "" and life.happened(e.EntryPublished)


@pytest.mark.parametrize("complies", [True, False])
def test_comply_or_explain_is_published(complies: bool) -> None:
    life = in_use()
    life.mediation_begins()
    life.mediator_concludes()
    life.answers_mediation(complies=complies)
    assert life.last(e.MediationAnswered).complies is complies and life.happened(e.EntryPublished)
    assert not life.case.open(Kind.COMPLY_OR_EXPLAIN)


def test_no_answer_moves_up_and_is_counted() -> None:
    life = in_use()
    life.mediation_begins()
    life.mediator_concludes()
    life.working_days_pass(20)
    life.expect_told(R1)
    life.working_days_pass(20)
    assert life.case.overdue == (Cause.MEDIATION,)
    life.answers_mediation(complies=False, by=R2)
    assert not life.case.at_top


def test_one_at_a_time_until_it_is_answered() -> None:
    """I2: the risk owner is not asked twice for the same."""
    life = in_use()
    life.mediation_begins()
    life.refuses(NotNow, c.StartMediation(), Seat.REGULATOR)
    life.mediator_concludes()
    life.refuses(NotNow, c.StartMediation(why=c.WhyMediated.CONCERNS), OTHER_CASE, seen=None)
    life.answers_mediation(complies=True)
    life.mediation_begins()


@pytest.mark.parametrize("how", ["end", "replaced"])
def test_an_end_closes_it(how: str) -> None:
    life = in_use()
    life.mediation_begins()
    if how == "end":
        life.act(c.EndShare(), Seat.RISK_OWNER)
    else:
        life.act(c.ReplaceShare(by="SC-2027-0003"), OTHER_CASE, seen=None)
    assert life.case.mediation == "" and not life.case.open(Kind.MEDIATE)


def test_a_suspended_share_may_be_mediated_about() -> None:
    life = in_use()
    life.act(c.SuspendShare(), Seat.RISK_OWNER)
    life.mediation_begins()
    life.mediator_concludes()
    life.answers_mediation(complies=True)
    life.expect_stage(Stage.SUSPENDED)


def test_the_regulator_and_nobody_else_begins_it() -> None:
    life = in_use()
    for seat in (R3, Seat.RISK_OWNER, Seat.SENDER):
        life.refuses(NotYours, c.StartMediation(), seat)


def test_an_empty_chair_of_the_mediator_is_a_vacancy() -> None:
    """G5."""
    life = in_use(filled=without(Seat.REGULATOR))
    life.act(c.StartMediation(why=c.WhyMediated.CONCERNS), OTHER_CASE, seen=None)
    assert life.vacancy(Seat.REGULATOR)
    life.working_days_pass(20)
    assert life.last(e.MediationConcluded).outcome is c.MediationOutcome.NONE
    assert not life.case.open(Kind.FILL_POST)
