"""What a `Life` can also say: people come and go, mediation, rights, incidents and improvement (P5, P8, P9, A, E).

`about` names which of several alike is meant: a request of somebody the data is about, an incident, an action.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain import commands as c
from domain import events as e
from domain.case import Case, Kind, Task
from domain.people import DIRECTORY, EXCHANGE, OTHER_CASE, PUBLIC, Actor, Party, Seat, Side

Told = tuple[e.Event, ...]
REQUEST, OTHER_REQUEST, INCIDENT = "rr-1", "rr-2", "in-1"
RECTIFY = c.Right.RECTIFICATION


class Caring:
    case: Case

    def act(self, act: c.Act, by: Seat | Actor, **extra: Any) -> Told:
        raise NotImplementedError

    def meant(self, kind: Kind, about: str = "", seat: Seat | None = None) -> Task:
        """The lowest open task of a kind about this; any, when nothing is to be told apart."""
        alike = [each for each in self.case.open(kind) if about in each.about and seat in (None, each.seat)]
        return min(alike, key=lambda task: task.level)

    # --- who answers for it (P5, P8) ----------------------------------------------------------------

    def owner_leaves(self) -> Told:
        """The directory says that whoever signed for the risk has left. Their post may be filled by now."""
        return self.act(c.PostsChanged(owner_left=True), DIRECTORY, seen=None)

    def posts_change(self) -> Told:
        """People have come or gone: `filled` says who is there."""
        return self.act(c.PostsChanged(), DIRECTORY, seen=None)

    def moves(self, side: Side, to: Party, **extra: Any) -> Told:
        return self.act(c.MoveParty(side=side, to=to), DIRECTORY, seen=None, **extra)

    def owns_risk(self, by: Seat | Actor = Seat.RISK_OWNER) -> Told:
        return self.act(c.OwnRisk(form_hash=self.case.form_hash), by)

    def backs(self, by: Seat | Actor) -> Told:
        return self.act(c.BackRisk(), by)

    def asks_advice(self, by: Seat | Actor = Seat.SENDER) -> Told:
        return self.act(c.AskAdvice(), by)

    def advises(self, by: Seat | Actor = Seat.SENDING_ADVISER) -> Told:
        return self.act(c.GiveAdvice(), by)

    # --- mediation (C14, E) -------------------------------------------------------------------------

    def sends_to_mediation(self, by: Seat | Actor) -> Told:
        return self.act(c.SendToMediation(), by)

    def mediation_begins(self, why: c.WhyMediated = c.WhyMediated.MOTION) -> Told:
        """About a share in use: by the regulator, or because concerns reached the measure."""
        if why is c.WhyMediated.MOTION:
            return self.act(c.StartMediation(), Seat.REGULATOR)
        return self.act(c.StartMediation(why=why), OTHER_CASE, seen=None)

    def mediator_needs(self, days: int) -> Told:
        return self.act(c.ExtendMediation(days=days), Seat.REGULATOR)

    def mediator_concludes(self, outcome: c.MediationOutcome = c.MediationOutcome.RECOMMENDED) -> Told:
        return self.act(c.ConcludeMediation(outcome=outcome), Seat.REGULATOR)

    def answers_mediation(self, *, complies: bool, by: Seat | Actor = Seat.RISK_OWNER) -> Told:
        return self.act(c.AnswerMediation(complies=complies), by)

    # --- rights (A) ---------------------------------------------------------------------------------

    def is_asked_by_a_citizen(self, right: c.Right = RECTIFY, request: str = REQUEST) -> Told:
        return self.act(c.ReceiveRightsRequest(request=request, right=right), PUBLIC, seen=None)

    def answers_rights(
        self,
        request: str = REQUEST,
        outcome: c.RightsOutcome = c.RightsOutcome.MET,
        by: Seat = Seat.REQUESTER,
    ) -> Told:
        task = self.meant(Kind.ANSWER_RIGHTS, request, by if by.level else Seat.REQUESTER)
        return self.act(c.AnswerRights(task=task.id, outcome=outcome), by)

    def passes_on_correction(self, request: str = REQUEST, by: Seat = Seat.REQUESTER) -> Told:
        task = self.meant(Kind.SPREAD_CORRECTION, request, by if by.level else Seat.REQUESTER)
        return self.act(c.PassOnCorrection(task=task.id), by)

    # --- incidents and improvement (P9) -------------------------------------------------------------

    def reports_incident(
        self,
        incident: str = INCIDENT,
        *,
        breach: bool = False,
        known_at: datetime | None = None,
        by: Seat | Actor = Seat.REQUESTER,
    ) -> Told:
        return self.act(c.ReportIncident(incident=incident, breach=breach, known_at=known_at), by)

    def tells_regulator(self, incident: str = INCIDENT, by: Seat = Seat.RISK_OWNER) -> Told:
        return self.act(c.RecordReport(task=self.meant(Kind.TELL_REGULATOR, incident, by).id), by)

    def takes_step(
        self, step: c.Step, by: Seat | Actor = Seat.REVIEWER, *, items: int = 0, due_on: Sequence[str] = ()
    ) -> Told:
        return self.act(c.TakeStep(step=step, items=items, due_on=tuple(due_on)), by)

    def jumps(self, step: c.Step = c.Step.SUSPEND, by: Seat | Actor = Seat.REVIEWER) -> Told:
        return self.act(c.JumpStep(step=step), by)

    def settles_jump(self, by: Seat | Actor = Seat.RECEIVING_LEADER_2, *, confirm: bool) -> Told:
        return self.act(c.SettleJump(confirm=confirm), by)

    def completes_action(self, about: str = "", by: Seat = Seat.RISK_OWNER) -> Told:
        return self.act(c.CompleteAction(task=self.meant(Kind.DO_ACTION, about, by).id), by)

    def improvement_closes(self, by: Seat | Actor = Seat.REVIEWER) -> Told:
        return self.act(c.CloseImprovement(), by)

    # --- the exchange (P3, D) -----------------------------------------------------------------------

    def is_extended(self, days: int, by: Seat | Actor = Seat.RECEIVING_LEADER_1) -> Told:
        return self.act(c.ExtendShare(days=days), by)

    def fault_is_found(self, fault: c.Fault, about: str = "") -> Told:
        return self.act(c.FindFault(fault=fault, about=about), EXCHANGE, seen=None)

    def fault_is_over(self, fault: c.Fault, about: str = "") -> Told:
        return self.act(c.ClearFault(fault=fault, about=about), EXCHANGE, seen=None)

    def settles_fault(self, fault: c.Fault, by: Seat = Seat.REQUESTER, *, about: str = "") -> Told:
        kind = Kind.MEND_SERVICE if by.side is Side.SENDING else Kind.MEND_EXCHANGE
        return self.act(c.SettleFault(task=self.meant(kind, f"{fault}:{about}", by).id), by)
