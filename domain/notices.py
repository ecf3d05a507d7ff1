"""Event -> who is told what. Every event has a decision here, even when the decision is nobody."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import events as e
from domain.case import Case, Kind, Task
from domain.commands import Right, RightsOutcome
from domain.people import Seat, Side
from domain.words import CAUSES, LAPSED_FOR, of_task

ASKING = (Seat.REQUESTER, Seat.RISK_OWNER)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message to one seat. No personal data and no words of the case: those are behind the link (S5).

    `task`: the task the message asks for; when it closes, the message is replaced.
    """

    seat: Seat
    headline: str
    task: str = ""
    due_at: datetime | None = None


Tell = Callable[[Case, Any], Iterable[Notice]]


def notices(case: Case, event: e.Event) -> tuple[Notice, ...]:
    """Who is told of `event`; `case` is the case just after it."""
    return tuple(TELL[type(event)](case, event))


def for_task(task: Task) -> Notice:
    headline = of_task(task.kind, task.about, task.post)
    return Notice(seat=task.seat, headline=headline, task=task.id, due_at=task.due_at)


def _nobody(case: Case, event: Any) -> Iterable[Notice]:
    return ()


def _asking(headline: str) -> Tell:
    return lambda case, event: [Notice(seat=each, headline=headline) for each in ASKING]


def _both(headline: str) -> Tell:
    return lambda case, event: [Notice(seat=each, headline=headline) for each in (*ASKING, Seat.SENDER)]


def _task(case: Case, event: e.TaskOpened) -> Iterable[Notice]:
    # What opens later is announced on the morning it opens.
    return () if event.task.visible_from else [for_task(event.task)]


def _escalated(case: Case, event: e.CaseEscalated) -> Iterable[Notice]:
    waiting = Seat.SENDER if event.side is Side.SENDING else Seat.RISK_OWNER
    headline = f"Moved up to leader {event.level} of the {event.side} body: {CAUSES[event.cause]}"
    told = dict.fromkeys((*ASKING, waiting))
    if not case.sender_may_see:
        told.pop(Seat.SENDER, None)
    return [Notice(seat=each, headline=headline) for each in told]


def _missed(case: Case, event: e.DeadlineMissed) -> Iterable[Notice]:
    task = case.tasks[event.task]
    if task.kind is Kind.REVIEW and task.passes == 1:
        return [Notice(seat=task.seat, headline="The review is due today", task=task.id, due_at=task.due_at)]
    return [
        Notice(
            seat=task.seat,
            headline=f"Time is over: {of_task(task.kind, task.about)}",
            task=task.id,
            due_at=task.due_at,
        )
    ]


def _moved(case: Case, event: e.DueMoved) -> Iterable[Notice]:
    task = case.tasks[event.task]
    return [
        Notice(
            seat=task.seat,
            headline=f"New date: {of_task(task.kind, task.about)}",
            task=task.id,
            due_at=event.now,
        )
    ]


def _at_top(case: Case, event: e.OverdueAtTop) -> Iterable[Notice]:
    headline = "Overdue at the top: every level has been silent. This is counted in public"
    top = Seat.SENDING_LEADER_3 if event.side is Side.SENDING else Seat.RECEIVING_LEADER_3
    return [Notice(seat=each, headline=headline) for each in (*ASKING, top)]


def _lapsed(case: Case, event: e.CaseLapsed) -> Iterable[Notice]:
    told = (*ASKING, Seat.SENDER) if case.sender_may_see else ASKING
    return [Notice(seat=each, headline=f"The case has lapsed: {LAPSED_FOR[event.cause]}") for each in told]


def _withdrawn(case: Case, event: e.CaseWithdrawn) -> Iterable[Notice]:
    told = (*ASKING, Seat.SENDER) if case.sender_may_see else ASKING
    return [Notice(seat=each, headline="The request was withdrawn") for each in told]


def _who_decides(adviser: Seat, headline: str) -> Iterable[Notice]:
    """Whoever the advice is for."""
    whose = Seat.SENDER if adviser.side is Side.SENDING else Seat.RISK_OWNER
    return [Notice(seat=whose, headline=headline)]


def _rights_answered(case: Case, event: e.RightsRequestAnswered) -> Iterable[Notice]:
    """The sending body may hold the same mistake. It is told and has no task: the risk has passed (I11)."""
    if event.right is Right.OBJECTION or event.outcome is RightsOutcome.NOT_MET:
        return ()
    return [
        Notice(seat=Seat.SENDER, headline="Data you sent was put right by who received it; see your own copy")
    ]


def _incident(case: Case, event: e.IncidentReported) -> Iterable[Notice]:
    """Those who lead the team, so that they can help; nobody is blamed for telling."""
    told = (Seat.RISK_OWNER, Seat.RECEIVING_LEADER_1)
    return [Notice(seat=each, headline="An incident was reported about this share") for each in told]


TELL: dict[type, Tell] = {
    e.RequestSubmitted: lambda case, event: [
        Notice(seat=Seat.REQUESTER, headline="We received your request")
    ],
    e.LaneChosen: _nobody,
    e.RequestBlocked: _asking("The request is out of scope; the case page says where to go instead"),
    e.SentToTriage: _asking("People will choose how your request travels, because a fact is missing"),
    e.AskedInTriage: _nobody,  # the task to revise says it
    e.RiskSigned: lambda case, event: [
        Notice(seat=Seat.REQUESTER, headline="The risk owner signed; the sending team has your request")
    ],
    e.RiskSignatureOffered: lambda case, event: [
        Notice(seat=Seat.REQUESTER, headline="The risk owner signed; a leader must stand behind the risk too")
    ],
    e.RiskDeclined: _nobody,  # the task to revise says it
    e.RiskSignatureVoided: _nobody,  # the task to sign again says it
    e.InformationAsked: _nobody,  # the task to answer says it
    e.InformationAnswered: lambda case, event: [
        Notice(seat=Seat.SENDER, headline="Your question was answered")
    ],
    e.RequestApproved: _asking("The request is approved"),
    e.ApprovalProposed: _asking("The sending team would share; its leader must sign it off"),
    e.PartApproved: _asking("Part of the request is approved; the rest goes on as a case of its own"),
    e.ObjectionRaised: _asking("The sending team objected; the leaders of both bodies decide"),
    e.ObjectionLapsed: _both("The objection has lapsed, because the leaders were silent"),
    e.RelianceDistinguished: _asking("The sending team says that the decision relied on differs"),
    e.RequestTransferred: _asking("The request was passed on to the team that holds the data"),
    e.QuestionAllowed: lambda case, event: [
        Notice(seat=Seat.SENDER, headline="Leader 1 allows one more question")
    ],
    e.CaseBoggedDown: _both("The case is bogged down, so it has moved up by itself"),
    e.RefusalProposed: _asking("The sending team wants to refuse; its leader must countersign"),
    e.RequestRefused: _asking("The request is refused; the reasons are on the case page"),
    e.RefusalEscalated: lambda case, event: [
        Notice(seat=Seat.SENDER, headline="The refusal was taken to the leaders of both bodies")
    ],
    e.VerdictGiven: _nobody,
    e.JointDecisionMovedUp: _nobody,  # the escalation that follows says it
    e.SenderDirected: _asking("A leader directed the sending team to decide"),
    e.DecisionTakenOver: _both("A leader took over the decision"),
    e.TimeExtended: _asking("A leader gave more time, once"),
    e.SeparationWaived: _nobody,
    e.TaskOpened: _task,
    e.TaskClosed: _nobody,  # the task's own message is replaced instead
    e.DeadlineMissed: _missed,
    e.DueMoved: _moved,
    e.CaseEscalated: _escalated,
    e.PostVacant: _nobody,  # the task to fill it says it
    e.PostFilled: _nobody,
    e.OverdueAtTop: _at_top,
    e.CaseLapsed: _lapsed,
    e.CaseReopened: _nobody,
    e.CaseWithdrawn: _withdrawn,
    e.EntryPublished: _nobody,
    e.EntryExempted: _asking("A leader keeps the register entry back until a day"),
    e.DeliveryRecorded: _nobody,
    e.DeliveryMismatched: _both("What arrived is not what was sent, so it counts as not delivered"),
    e.RiskPassed: _both("Delivered: the receiving team is now responsible"),
    e.ReviewScheduled: _nobody,
    e.ReviewConcluded: _asking("The review is concluded"),
    e.ReviewExtended: _asking("The review has more time"),
    e.UrgentUseReviewed: _asking("The urgent use was looked back at"),
    e.RootMoved: _asking("The decision you rely on has changed"),
    e.RelianceReconsidered: _nobody,
    e.ShareReplaced: _both("An amendment has taken the place of this share"),
    e.ShareSuspended: _asking("The share is suspended"),
    e.ShareReinstated: _asking("The share is reinstated"),
    e.ShareNarrowed: _both("The share now covers fewer items"),
    e.ShareEnded: _asking("The share has ended"),
    e.DestructionCertified: _nobody,
    e.CalendarAdopted: _nobody,
    e.RiskOwnerLeft: lambda case, event: [
        Notice(seat=Seat.REQUESTER, headline="The risk owner left; somebody has to sign for the risk")
    ],
    e.RiskTakenOn: _asking("Somebody signed for the risk after its owner left"),
    e.PartyMoved: lambda case, event: [
        Notice(seat=each, headline="The team belongs to another body now; the case goes on")
        for each in (ASKING if event.side is Side.RECEIVING else (Seat.SENDER,))
    ],
    e.AdviceAsked: _nobody,  # the task to advise says it
    e.AdviceGiven: lambda case, event: _who_decides(event.seat, "Advice was given"),
    e.AdviceNotReceived: lambda case, event: _who_decides(event.seat, "No advice was received in time"),
    e.MediationStarted: _both("Mediation has begun"),
    e.MediationExtended: _both("The mediation has more time"),
    e.MediationConcluded: _both("The mediation is over; what came of it is on the case page"),
    e.MediationAnswered: _nobody,
    e.RightsRequestReceived: _nobody,  # the task to answer says it
    e.RightsRequestAnswered: _rights_answered,
    e.CorrectionPassedOn: _nobody,
    e.IncidentReported: _incident,
    e.RegulatorTold: _nobody,
    e.StepTaken: _asking("Improvement: a step was taken about this share"),
    e.StepJumped: _asking("The share was stopped at once because of live harm"),
    e.JumpSettled: _asking("A leader settled whether stopping the share was right"),
    e.ActionDone: _nobody,
    e.ImprovementClosed: _asking("What was to be improved is put right"),
    e.ShareExtended: _both("The share has more time before it ends"),
    e.FaultFound: _nobody,  # the task to mend it says it
    e.FaultSettled: _nobody,
}
