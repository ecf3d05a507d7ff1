"""Events -> the messages that machines of both bodies are sent (§9). Every event has a decision here, as for notices.

A message holds identifiers, stages and times: no person, and no words of the case (S5, I10). The receiving body is
always told; the sending body only once it may see the case (C2), and never what P9 keeps from senders.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from domain import events as e
from domain.case import Case, Kind, Stage, Task
from domain.people import Party, Seat, Side


class Group(StrEnum):
    """What a subscriber chooses between. Revocations are no choice: they are always sent."""

    DECISIONS = "decisions"
    DEADLINES = "deadlines"
    DELIVERY = "delivery"
    REVIEWS = "reviews"
    REGISTER = "register"
    OVERSIGHT = "oversight"
    REVOCATIONS = "revocations"
    TEST = "test"  # asked for by hand


G = Group
GROUPS: dict[type[e.Event], Group | None] = {
    e.RequestSubmitted: G.DECISIONS,
    e.LaneChosen: G.DECISIONS,
    e.RequestBlocked: G.DECISIONS,
    e.SentToTriage: G.DECISIONS,
    e.AskedInTriage: G.DECISIONS,
    e.RiskSigned: G.DECISIONS,
    e.RiskSignatureOffered: G.DECISIONS,
    e.RiskDeclined: G.DECISIONS,
    e.RiskSignatureVoided: G.DECISIONS,
    e.InformationAsked: G.DECISIONS,
    e.InformationAnswered: G.DECISIONS,
    e.RequestApproved: G.DECISIONS,
    e.ApprovalProposed: G.DECISIONS,
    e.PartApproved: G.DECISIONS,
    e.ObjectionRaised: G.DECISIONS,
    e.ObjectionLapsed: G.DECISIONS,
    e.RelianceDistinguished: G.DECISIONS,
    e.RequestTransferred: G.DECISIONS,
    e.QuestionAllowed: G.DECISIONS,
    e.CaseBoggedDown: G.DECISIONS,
    e.RefusalProposed: G.DECISIONS,
    e.RequestRefused: G.DECISIONS,
    e.RefusalEscalated: G.DECISIONS,
    e.VerdictGiven: G.DECISIONS,
    e.JointDecisionMovedUp: G.DECISIONS,
    e.SenderDirected: G.DECISIONS,
    e.DecisionTakenOver: G.DECISIONS,
    e.CaseLapsed: G.DECISIONS,
    e.CaseReopened: G.DECISIONS,
    e.CaseWithdrawn: G.DECISIONS,
    e.RiskOwnerLeft: G.DECISIONS,
    e.RiskTakenOn: G.DECISIONS,
    e.PartyMoved: G.DECISIONS,
    e.SeparationWaived: None,  # who may act in one body is its own affair
    e.AdviceAsked: None,  # what passes between a body and its advisers is for that body
    e.AdviceGiven: None,
    e.AdviceNotReceived: None,
    e.TaskOpened: G.DEADLINES,
    e.TaskClosed: G.DEADLINES,
    e.DeadlineMissed: G.DEADLINES,
    e.DueMoved: G.DEADLINES,
    e.TimeExtended: G.DEADLINES,
    e.CaseEscalated: G.DEADLINES,
    e.PostVacant: G.DEADLINES,
    e.PostFilled: G.DEADLINES,
    e.OverdueAtTop: G.DEADLINES,
    e.CalendarAdopted: None,  # what it moves is told as such
    e.DeliveryRecorded: G.DELIVERY,
    e.DeliveryMismatched: G.DELIVERY,
    e.RiskPassed: G.DELIVERY,
    e.DestructionCertified: G.DELIVERY,
    e.ReviewScheduled: G.REVIEWS,
    e.ReviewConcluded: G.REVIEWS,
    e.ReviewExtended: G.REVIEWS,
    e.UrgentUseReviewed: G.REVIEWS,
    e.EntryPublished: G.REGISTER,
    e.EntryExempted: G.REGISTER,
    e.RootMoved: G.REGISTER,
    e.RelianceReconsidered: G.REGISTER,
    e.ShareSuspended: G.REVOCATIONS,
    e.ShareReinstated: G.REVOCATIONS,
    e.ShareNarrowed: G.REVOCATIONS,
    e.ShareReplaced: G.REVOCATIONS,
    e.ShareEnded: G.REVOCATIONS,
    e.MediationStarted: G.OVERSIGHT,
    e.MediationExtended: G.OVERSIGHT,
    e.MediationConcluded: G.OVERSIGHT,
    e.MediationAnswered: G.OVERSIGHT,
    e.RightsRequestReceived: G.OVERSIGHT,
    e.RightsRequestAnswered: G.OVERSIGHT,
    e.CorrectionPassedOn: G.OVERSIGHT,
    e.IncidentReported: G.OVERSIGHT,
    e.RegulatorTold: G.OVERSIGHT,
    e.StepTaken: G.OVERSIGHT,
    e.StepJumped: G.OVERSIGHT,
    e.JumpSettled: G.OVERSIGHT,
    e.ActionDone: G.OVERSIGHT,
    e.ImprovementClosed: G.OVERSIGHT,
    e.ShareExtended: G.DELIVERY,
    e.FaultFound: None,  # the task that asks for it is told
    e.FaultSettled: None,
}

# P9, least disclosure: what `permissions.may_read_why` keeps from the sending side is not hinted at either.
NOT_FOR_SENDERS = frozenset(
    {
        e.RiskOwnerLeft,
        e.IncidentReported,
        e.RegulatorTold,
        e.StepTaken,
        e.StepJumped,
        e.JumpSettled,
        e.ActionDone,
        e.ImprovementClosed,
    }
)
TASKS_NOT_FOR_SENDERS = frozenset({Kind.OWN_RISK, Kind.DO_ACTION, Kind.TELL_REGULATOR, Kind.CONFIRM_JUMP})
CHOSEN_BY_NOBODY = frozenset({Group.REVOCATIONS, Group.TEST})
REINSTATED = "share_reinstated"
TEST_KIND = "sharecase.test"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One event for one team of one body. `kind`: the type on the wire; `seq`: the number of the event in its case."""

    organisation: str
    team: str
    kind: str
    group: Group
    seq: int
    data: dict[str, Any]


def messages(before: Case, case: Case, event: e.Event) -> Iterator[Message]:
    """Who is to be sent what of `event`; the case just before it and just after it.

    Whoever stops being a party by it is told that too. What reinstates a share is told as that, whatever else it was.
    """
    group = GROUPS[type(event)]
    told = [(event.kind, group)] if group else []
    if group and _unapproves(before, case):
        told = [(event.kind, G.REVOCATIONS)]
    if before.stage is Stage.SUSPENDED and case.stage is Stage.ACTIVE and event.kind != REINSTATED:
        told.append((REINSTATED, G.REVOCATIONS))
    for side, party in _parties(before, case):
        for kind, its_group in told:
            if its_group is not G.REVOCATIONS and not _is_for(side, before, case, event):
                continue
            yield Message(
                organisation=party.organisation,
                team=party.team,
                kind=f"case.{kind}",
                group=its_group,
                seq=case.version,
                data=_data(side, before, case, event),
            )


def is_wanted(group: Group, chosen: tuple[str, ...] | list[str]) -> bool:
    """Whether an endpoint that chose these groups is sent a message of this one."""
    return group is G.REVOCATIONS or group in chosen


def instant(at: datetime) -> str:
    """As in ISO 8601, in UTC, to the second: '2026-11-23T10:00:00Z'."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _unapproves(before: Case, case: Case) -> bool:
    """What was approved will not be delivered after all: whoever prepares it must hear of it."""
    return before.stage is Stage.APPROVED and case.stage in (Stage.WITHDRAWN, Stage.LAPSED)


def _parties(before: Case, case: Case) -> Iterator[tuple[Side, Party]]:
    found = list[tuple[Side, Party]]()
    for each in (case, before):
        if each.receiving:
            found.append((Side.RECEIVING, each.receiving))
        if each.sending and each.sender_may_see:
            found.append((Side.SENDING, each.sending))
    yield from dict.fromkeys(found)


def _is_for(side: Side, before: Case, case: Case, event: e.Event) -> bool:
    task = _task(before, case, event)
    if task and (task.visible_from or not _task_is_for(side, task)):
        return False  # a review that lies ready is told when it is scheduled
    return side is Side.RECEIVING or type(event) not in NOT_FOR_SENDERS


def _task_is_for(side: Side, task: Task) -> bool:
    if task.kind is Kind.ADVISE:
        return task.seat.side is side
    return side is Side.RECEIVING or task.kind not in TASKS_NOT_FOR_SENDERS


def _task(before: Case, case: Case, event: e.Event) -> Task | None:
    """The task that an event is about. One that is closed by it was open before."""
    if isinstance(event, e.TaskOpened):
        return event.task
    if isinstance(event, (e.TaskClosed, e.DeadlineMissed, e.DueMoved, e.PostFilled)):
        return case.tasks.get(event.task) or before.tasks.get(event.task)
    return None


def _data(side: Side, before: Case, case: Case, event: e.Event) -> dict[str, Any]:
    open_tasks = [each for each in case.tasks.values() if _task_is_for(side, each) and not each.visible_from]
    data: dict[str, Any] = {
        "ref": case.ref,
        "version": case.version,
        "stage": case.stage,
        "lane": case.lane,
        "level": case.level,
        "your_side": side,
        "receiving": _party(case.receiving),
        "sending": _party(case.sending),
        "register_version": case.register_version,
        "tasks": [_about(each) for each in open_tasks],
    }
    if task := _task(before, case, event):
        data["task"] = _about(task)
    return data


def _party(party: Party | None) -> dict[str, str] | None:
    return {"organisation": party.organisation, "team": party.team} if party else None


def _about(task: Task) -> dict[str, Any]:
    seat: Seat = task.seat
    return {
        "id": task.id,
        "kind": task.kind,
        "side": seat.side,
        "role": seat.role,
        "level": task.level,
        "due_at": instant(task.due_at),
    }
