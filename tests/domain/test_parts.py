"""C9, P6: a part is approved and goes live; what is withheld goes on as a case of its own."""

from datetime import date, timedelta

import pytest

from domain import commands as c
from domain import events as e
from domain.case import Kind, Lane, Stage
from domain.other_cases import told
from domain.people import Seat
from domain.refusals import MostWithheld, NeedsSignOff, NothingWithheld, NotYours, SamePerson, TextChanged
from tests.builders import CHILD, Life, a_case, a_part, actor, needing, relying, urgent, without


def with_sender(**settings: object) -> Life:
    return a_case(**{"items": 6, **settings}).submitted().risk_signed().life()


def the_part(parent: Life, **settings: object) -> Life:
    """The case of what was withheld, made by what its parent tells it."""
    event = parent.last(e.PartApproved)
    (telling,) = told(parent.case, event)
    assert telling.ref == event.child and telling.act == "continue_part"
    body = telling.body
    child = Life(ref=telling.ref, now=parent.now, **settings)  # type: ignore[arg-type]
    kept = {
        key: body[key] for key in ("parent", "items", "days_left", "use", "time_limited", "duty", "until")
    }
    people = {key: body[key] for key in ("author", "risk_owner", "exempt_until")}
    assert parent.case.submitted_at
    act = a_part(
        child,
        **kept,
        **people,
        co_authors=tuple(body["co_authors"]),
        conditions=tuple(body["conditions"]),
        lane=Lane(body["lane"]),
        submitted_at=parent.case.submitted_at,
    )
    child.act(act, Seat.OTHER_CASE, seen=None)
    return child


def test_what_is_approved_goes_live_now() -> None:
    life = with_sender()
    life.approve_part(withheld=2)
    life.expect_stage(Stage.APPROVED)
    life.expect_tasks((Kind.PROVIDE, Seat.SENDER))
    assert (life.case.items, life.case.withheld) == (4, 2)
    assert life.last(e.PartApproved).child == CHILD


def test_what_is_withheld_goes_on_signed_for_with_the_remaining_clock() -> None:
    """C9: the sender sees it at once, and the total clock is the first one's."""
    life = with_sender(duty="safeguarding")
    life.working_days_pass(4)
    life.approve_part(withheld=2)
    part = the_part(life)
    part.expect_events(e.RequestSubmitted, e.LaneChosen, e.RiskSigned, e.TaskOpened)
    part.expect_tasks((Kind.DECIDE, Seat.SENDER))
    assert part.due_day(Kind.DECIDE) == date(2026, 12, 7), "the day the whole was due"
    assert (part.case.relation, part.case.items, part.case.duty) == ("part", 2, "safeguarding")
    assert part.case.submitted_at == life.case.submitted_at and part.case.sender_may_see


def test_never_less_than_three_days() -> None:
    life = with_sender()
    life.working_days_pass(9)
    life.approve_part()
    assert the_part(life).due_day(Kind.DECIDE) == date(2026, 12, 9)


def test_a_leader_may_approve_a_part_too_and_the_team_has_the_rest() -> None:
    """C14: first valid act."""
    life = with_sender()
    life.working_days_pass(10)
    life.approve_part(by=Seat.SENDING_LEADER_1)
    assert the_part(life).task(Kind.DECIDE, Seat.SENDER)


@pytest.mark.parametrize(("withheld", "allowed"), [(1, True), (3, True), (4, False), (5, False)])
def test_more_than_half_is_a_refusal(withheld: int, allowed: bool) -> None:
    """P6."""
    life = with_sender()
    if allowed:
        life.approve_part(withheld=withheld)
        return
    refusal = life.refuses(
        MostWithheld, c.ApprovePart(items=6 - withheld, withheld=withheld, child=CHILD), Seat.SENDER
    )
    assert refusal.status == 422 and "50 per cent" in refusal.message


def test_nothing_withheld_is_an_approval_and_the_numbers_must_add_up() -> None:
    life = with_sender()
    life.refuses(NothingWithheld, c.ApprovePart(items=6, withheld=0, child=CHILD), Seat.SENDER)
    life.refuses(TextChanged, c.ApprovePart(items=5, withheld=2, child=CHILD), Seat.SENDER)


def test_what_a_leader_signs_off_is_not_approved_in_part() -> None:
    """§4: but the leader whose decision it is may."""
    life = with_sender(**needing("health_in_bulk"))
    life.refuses(NeedsSignOff, c.ApprovePart(items=4, withheld=2, child=CHILD), Seat.SENDER)
    life.working_days_pass(15)
    life.approve_part(by=Seat.SENDING_LEADER_2)
    life.expect_stage(Stage.APPROVED)


def test_in_the_urgent_lane_the_rest_goes_on_in_hours() -> None:
    """C21."""
    life = with_sender(**urgent())
    life.time_passes(life.now + timedelta(hours=20))
    life.approve_part()
    part = the_part(life)
    assert part.case.lane is Lane.URGENT and part.task(Kind.DECIDE).hours == 4
    life = with_sender(**urgent())
    life.time_passes(life.now + timedelta(hours=23))
    life.approve_part()
    assert the_part(life).task(Kind.DECIDE).hours == 3, "the floor"


def test_what_is_contested_is_presumed_by_nothing() -> None:
    """C7, C9: a leader approved a part of what relied on another decision."""
    life = with_sender(**relying())
    life.working_days_pass(5)
    life.approve_part(by=Seat.SENDING_LEADER_1)
    assert the_part(life).case.lane is Lane.STANDARD


def test_a_part_signed_for_by_its_author_is_signed_for_again() -> None:
    """G2."""
    life = a_case(**relying()).submitted().life()
    life.sign_risk(actor(Seat.RISK_OWNER, person="amy"))
    life.working_days_pass(5)
    life.approve_part(by=Seat.SENDING_LEADER_1)
    the_part(life).expect_tasks((Kind.SIGN_RISK, Seat.RISK_OWNER))


def test_what_is_kept_back_of_the_whole_is_kept_back_of_its_part() -> None:
    """P2r."""
    life = with_sender()
    life.exempt("2027-02-26")
    life.approve_part()
    part = the_part(life)
    part.approve()
    assert part.due_day(Kind.PUBLISH) == date(2027, 2, 26) and not part.case.register_version


def test_a_part_that_is_revised_is_still_one() -> None:
    life = with_sender()
    life.approve_part()
    part = the_part(life)
    part.ask()
    part.answer(material=True)
    part.decline_risk()
    part.submit(form_version=3)
    assert (part.case.relation, part.case.parent) == ("part", life.case.ref)


def test_silence_about_the_part_moves_up_like_any_other() -> None:
    life = with_sender()
    life.approve_part()
    part = the_part(life, filled=without(Seat.SENDER))
    assert part.vacancy(Seat.SENDER)
    part.working_days_pass(10)
    part.expect_told(Seat.SENDING_LEADER_1)


def test_only_another_case_begins_a_part_and_only_the_sender_withholds() -> None:
    life = Life()
    for seat in (Seat.REQUESTER, Seat.SENDER, Seat.OPERATOR):
        life.refuses(NotYours, a_part(life), seat, seen=None)
    life = with_sender()
    act = c.ApprovePart(items=4, withheld=2, child=CHILD)
    life.refuses(NotYours, act, Seat.RISK_OWNER)
    life.refuses(SamePerson, act, actor(Seat.SENDER, person="amy"))
