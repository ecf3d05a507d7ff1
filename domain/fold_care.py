"""The fold of what goes on around a case: who answers for it, mediation, rights, incidents, improvement.

Also what of the clockwork starts again when something that had moved up is dealt with.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain import events as e
from domain.case import Case, Cause, Kind, Stage
from domain.commands import Step
from domain.people import Side

# What leaves one stage behind: the clockwork of the stage before starts again.
FRESH = {"cause": Cause.NONE, "at_top": False}

# What may stand at the top beside something else.
OVERDUE_FOR: dict[Kind, Cause] = {
    Kind.PROVIDE: Cause.NOT_DELIVERED,
    Kind.CONFIRM_RECEIPT: Cause.NOT_DELIVERED,
    Kind.DECIDE_PAUSED: Cause.PAUSED,
    Kind.REVIEW: Cause.REVIEW_OVERDUE,
    Kind.REVIEW_URGENT: Cause.REVIEW_OVERDUE,
    Kind.RECONSIDER: Cause.ROOT_CHANGED,
    Kind.OWN_RISK: Cause.OWNER_LEFT,
    Kind.COMPLY_OR_EXPLAIN: Cause.MEDIATION,
    Kind.ANSWER_RIGHTS: Cause.RIGHTS,
    Kind.SPREAD_CORRECTION: Cause.RIGHTS,
    Kind.TELL_REGULATOR: Cause.INCIDENT,
    Kind.DO_ACTION: Cause.ACTION_OVERDUE,
    Kind.CONFIRM_JUMP: Cause.LIVE_HARM,
}

STEPS = tuple(Step)


def answered_for(case: Case, cause: Cause) -> Case:
    """What had moved up for this cause is dealt with; what moved up for another, and is at its top, is not."""
    if case.cause is not cause:
        return case
    others = [task for task in case.tasks.values() if OVERDUE_FOR.get(task.kind) is not cause]
    asked = any(task.level and task.watch_at for task in others)
    left = [OVERDUE_FOR[task.kind] for task in others if task.missed and task.kind in OVERDUE_FOR]
    if case.at_top and left and not asked:
        return replace(case, cause=left[0])
    return replace(case, **FRESH)


def _owner_left(case: Case, event: e.RiskOwnerLeft) -> Case:
    return replace(case, risk_owner="", owners_before=(*case.owners_before, event.owner))


def _taken_on(case: Case, event: e.RiskTakenOn) -> Case:
    owned = answered_for(replace(case, risk_owner=event.owner), Cause.OWNER_LEFT)
    return replace(owned, stage=Stage.ACTIVE, **FRESH) if event.reinstates else owned


def _party_moved(case: Case, event: e.PartyMoved) -> Case:
    if event.side is Side.SENDING:
        return replace(case, sending=event.now)
    return replace(case, receiving=event.now)


def _mediation_started(case: Case, event: e.MediationStarted) -> Case:
    return replace(
        case,
        mediation=event.why,
        mediation_level=event.level,
        mediation_extended=False,
        mediated=True,
        at_top=case.at_top and not event.level,
    )


def _jump_settled(case: Case, event: e.JumpSettled) -> Case:
    settled = replace(answered_for(case, Cause.LIVE_HARM), jump=0, jumped_by="")
    if event.confirmed:
        return replace(settled, step=STEPS.index(event.step) + 1)
    return replace(settled, stage=Stage.ACTIVE, **FRESH) if event.reinstates else settled


def _same(case: Case, event: e.Event) -> Case:
    return case


CARE: dict[type, Callable[[Case, Any], Case]] = {
    e.RiskOwnerLeft: _owner_left,
    e.RiskTakenOn: _taken_on,
    e.PartyMoved: _party_moved,
    e.AdviceAsked: _same,
    e.AdviceGiven: _same,
    e.AdviceNotReceived: _same,
    e.MediationStarted: _mediation_started,
    e.MediationExtended: lambda case, event: replace(case, mediation_extended=True),
    e.MediationConcluded: lambda case, event: replace(case, mediation=""),
    e.MediationAnswered: lambda case, event: answered_for(case, Cause.MEDIATION),
    e.RightsRequestReceived: _same,
    e.RightsRequestAnswered: lambda case, event: answered_for(case, Cause.RIGHTS),
    e.CorrectionPassedOn: lambda case, event: answered_for(case, Cause.RIGHTS),
    e.IncidentReported: _same,
    e.RegulatorTold: lambda case, event: answered_for(case, Cause.INCIDENT),
    e.StepTaken: lambda case, event: replace(case, step=STEPS.index(event.step) + 1),
    e.StepJumped: lambda case, event: replace(case, jump=STEPS.index(event.step) + 1, jumped_by=event.by),
    e.JumpSettled: _jump_settled,
    e.ActionDone: lambda case, event: answered_for(case, Cause.ACTION_OVERDUE),
    e.ImprovementClosed: lambda case, event: replace(case, step=0),
}
