"""Lives for the corpus of decisions in which people come and go, citizens ask, and a share is improved (P5, P8, P9, A, E)."""

from collections.abc import Callable
from datetime import date, timedelta

from domain import commands as c
from domain.case import Kind
from domain.people import Seat, Side
from tests.builders import ANOTHER_TEAM, Life, relying, without
from tests.fixtures.calendar import EW, SCT, calendar_for

R1, R2, R3 = Seat.RECEIVING_LEADER_1, Seat.RECEIVING_LEADER_2, Seat.RECEIVING_LEADER_3


def in_use(life: Life) -> Life:
    life.submit()
    life.sign_risk()
    life.approve()
    life.deliver()
    life.confirm()
    return life


def owners() -> Life:
    """Stood behind by leader 2, whose chair was empty; the owner leaves twice; the share stops, and goes on again."""
    life = Life(screening=c.Screening(back_level=2), filled=without(R1, R2, R3), use="deliver_service")
    life.submit()
    life.sign_risk()
    life.filled |= {R2, R3}
    life.posts_change()
    life.backs(R2)
    life.owner_leaves()
    life.owns_risk()
    life.approve()
    life.deliver()
    life.confirm()
    life.filled.discard(Seat.RISK_OWNER)
    life.owner_leaves()
    life.working_days_pass(30)
    life.owns_risk(R3)
    return life


def moved() -> Life:
    """Teams move to other bodies, one of another nation, while tasks run; advice comes, and does not come."""
    life = Life(**relying(), use="deliver_service")
    life.submit()
    life.asks_advice(Seat.RISK_OWNER)
    life.advises(Seat.RECEIVING_ADVISER)
    life.sign_risk()
    life.asks_advice()
    life.moves(Side.RECEIVING, ANOTHER_TEAM)
    scottish = life.sending.__class__(organisation="sg", team="data", nation=SCT)
    life.moves(Side.SENDING, scottish, calendar=calendar_for(EW, SCT))
    life.working_days_pass(6)
    life.approve(Seat.SENDING_LEADER_1)
    return life


def mediated() -> Life:
    """Sent to mediation by a leader, given more time, and back; then about the share in use, twice."""
    life = Life(use="deliver_service")
    life.submit()
    life.sign_risk()
    life.refuse()
    life.escalate_refusal()
    life.uphold(Seat.SENDING_LEADER_1)
    life.sends_to_mediation(R1)
    life.mediator_needs(10)
    life.time_passes(life.task(Kind.MEDIATE).due_at)
    life.overturn(R1)
    life.overturn(Seat.SENDING_LEADER_1)
    life.deliver()
    life.confirm()
    life.mediation_begins(c.WhyMediated.CONCERNS)
    life.mediator_concludes()
    life.working_days_pass(25)
    life.answers_mediation(complies=True, by=R1)
    life.mediation_begins()
    life.mediator_concludes(c.MediationOutcome.NO_CHANGE)
    return life


def asked_by_citizens() -> Life:
    """Three requests side by side, one answered late, one put right and passed on; a breach, told late."""
    life = in_use(Life(use="deliver_service"))
    life.is_asked_by_a_citizen()
    life.working_days_pass(2)
    life.is_asked_by_a_citizen(c.Right.OBJECTION, "rr-2")
    life.is_asked_by_a_citizen(request="rr-3")
    life.reports_incident(breach=True, known_at=life.now - timedelta(hours=60))
    life.working_days_pass(2)
    life.tells_regulator(by=R1)
    life.answers_rights("rr-3", c.RightsOutcome.PARTLY)
    life.passes_on_correction("rr-3")
    life.working_days_pass(30)
    life.answers_rights("rr-1", c.RightsOutcome.NOT_MET, by=R1)
    life.act(c.EndShare(), Seat.RISK_OWNER)
    life.answers_rights("rr-2")
    life.act(c.CertifyDestruction(), Seat.REQUESTER)
    return life


def improved() -> Life:
    """Every step of the ladder after the one before; put right once, and begun again."""
    life = in_use(Life(use="deliver_service", until="2031-05-30"))
    life.takes_step(c.Step.ADVISE)
    life.improvement_closes()
    life.takes_step(c.Step.ADVISE, R1)
    life.takes_step(c.Step.PLAN, due_on=(date(2026, 12, 11).isoformat(), date(2026, 12, 18).isoformat()))
    life.completes_action()
    life.time_passes(life.task(Kind.DO_ACTION).due_at)
    life.takes_step(c.Step.NARROW, Seat.REGULATOR, items=2)
    life.takes_step(c.Step.SUSPEND)
    life.act(c.ReinstateShare(), R1)
    life.takes_step(c.Step.REVOKE, Seat.REGULATOR)
    return life


def stopped_at_once() -> Life:
    """Live harm: confirmed late by leader 3, reinstated, and once stopped for nothing."""
    life = in_use(Life(use="deliver_service"))
    life.jumps()
    life.working_days_pass(1)
    life.settles_jump(R3, confirm=True)
    life.act(c.ReinstateShare(), R1)
    life.improvement_closes(R1)
    life.jumps(c.Step.REVOKE, R2)
    life.settles_jump(R3, confirm=False)
    return life


def at_fault() -> Life:
    """More time before the end; what is wrong with the grant is mended, passes, and moves up on both sides."""
    life = in_use(Life(use="deliver_service", until="2026-12-18"))
    life.is_extended(20)
    life.fault_is_found(c.Fault.SILENT)
    life.fault_is_over(c.Fault.SILENT)
    life.fault_is_found(c.Fault.UNDELIVERED, "m-1")
    life.settles_fault(c.Fault.UNDELIVERED, Seat.SENDER, about="m-1")
    life.working_days_pass(7)
    life.fault_is_found(c.Fault.UNAUTHORISED, "use-1")
    life.settles_fault(c.Fault.UNDELIVERED, R2, about="m-1")
    life.settles_fault(c.Fault.UNAUTHORISED, Seat.RISK_OWNER, about="use-1")
    life.fault_is_found(c.Fault.OVER_CAP, "d-2")
    life.act(c.EndShare(), R1)
    life.settles_fault(c.Fault.OVER_CAP, Seat.RISK_OWNER, about="d-2")
    return life


LIVES: dict[str, Callable[[], Life]] = {
    life.__name__: life
    for life in (owners, moved, mediated, asked_by_citizens, improved, stopped_at_once, at_fault)
}
