"""The fold of what goes on around a case: who answers for it, mediation, rights, incidents, improvement.

Also what of the clockwork starts again when something that had moved up is dealt with.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain import events as e
from domain.case import Case, Cause, Kind, Stage, Task
from domain.commands import Step
from domain.people import Side

# What may move up beside the decision, and beside something else; whatever else moves up is the decision itself.
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
    Kind.LATE_DELIVERY: Cause.NOT_DELIVERED,
    Kind.LATE_REVIEW: Cause.REVIEW_OVERDUE,
    Kind.MEND_EXCHANGE: Cause.EXCHANGE,
    Kind.MEND_SERVICE: Cause.EXCHANGE,
}
BESIDE = frozenset(OVERDUE_FOR.values())
LEADERS_GET: dict[Kind, Kind] = {
    Kind.PROVIDE: Kind.LATE_DELIVERY,
    Kind.CONFIRM_RECEIPT: Kind.LATE_DELIVERY,
    Kind.REVIEW: Kind.LATE_REVIEW,
}

# While it is being decided, what moves up beside the decision says nothing about why the decision has moved up.
UNDECIDED = frozenset({Stage.WITH_SENDER, Stage.INFO_REQUESTED, Stage.LEADER_DECISION})

STEPS = tuple(Step)


def is_counted(case: Case, cause: Cause) -> bool:
    """C15: whether silence at the top about this was told already. The decision is one thing, whatever its cause."""
    if cause in BESIDE:
        return cause in case.overdue
    return any(each not in BESIDE for each in case.overdue)


def left_overdue(case: Case, *, but: Cause = Cause.NONE) -> tuple[Cause, ...]:
    """What stays at its top when a stage is left behind: what is beside the decision, and nobody has done yet.

    `but`: what is beside it, and yet was given time.
    """
    return tuple(each for each in case.overdue if each in BESIDE - {but} and _left(case, each))


def at_their_top(case: Case, cause: Cause) -> tuple[tuple[Kind | None, str], ...]:
    """What stands at the top for this cause: the task its leaders get (None: as the decision has it), and about what.

    A share may be stopped while every post is empty, so that nobody could be asked yet.
    """
    waits = {Cause.PAUSED: case.stage is Stage.SUSPENDED, Cause.LIVE_HARM: bool(case.jump)}
    nobody = waits.get(cause, False) and not any(
        OVERDUE_FOR.get(task.kind) is cause for task in case.tasks.values()
    )
    return ((None, ""),) if nobody or cause not in BESIDE else _left(case, cause)


def _left(case: Case, cause: Cause) -> tuple[tuple[Kind, str], ...]:
    """Of several alike each is looked at by itself: one may be at the top while another's leader still has time."""
    alike: dict[tuple[Kind, str], list[Task]] = {}
    for task in case.tasks.values():
        if OVERDUE_FOR.get(task.kind) is cause:
            alike.setdefault((LEADERS_GET.get(task.kind, task.kind), task.about), []).append(task)
    return tuple(
        key
        for key, each in alike.items()
        # a leader who was called back to what stands at its top is asked for as long as it takes
        if any(task.missed or (task.level and not task.watch_at) for task in each)
        and not any(task.level and task.watch_at for task in each)
    )


def fresh(case: Case) -> dict[str, Any]:
    """What leaves one stage behind: the clockwork of the stage before starts again."""
    left = left_overdue(case)
    return {"cause": left[-1] if left else Cause.NONE, "overdue": left}


def answered_for(case: Case, cause: Cause) -> Case:
    """What had moved up for this cause is dealt with; what moved up for another, or is one of several alike, is not."""
    overdue = tuple(each for each in case.overdue if each is not cause or _left(case, cause))
    alike = any(task.missed for task in case.tasks.values() if OVERDUE_FOR.get(task.kind) is cause)
    if case.cause is not cause or alike:
        return replace(case, overdue=overdue)
    return replace(case, overdue=overdue, cause=overdue[-1] if overdue else Cause.NONE)


def begun_again(case: Case, cause: Cause) -> Case:
    """What was asked for this cause is asked anew: whoever was silent before is asked again."""
    overdue = tuple(each for each in case.overdue if each is not cause)
    if case.cause is not cause:
        return replace(case, overdue=overdue)
    return replace(case, overdue=overdue, cause=overdue[-1] if overdue else Cause.NONE)


def moved_up(case: Case, cause: Cause) -> Case:
    """Why the case has moved up: the latest, unless the decision has a cause of its own that rules ask for."""
    decided_beside = case.stage in UNDECIDED and cause in BESIDE and case.cause is not Cause.NONE
    return case if decided_beside else replace(case, cause=cause)


def overdue_at_top(case: Case, cause: Cause) -> Case:
    known = cause in case.overdue
    return moved_up(replace(case, overdue=case.overdue if known else (*case.overdue, cause)), cause)


def _owner_left(case: Case, event: e.RiskOwnerLeft) -> Case:
    return replace(case, risk_owner="", owners_before=(*case.owners_before, event.owner))


def _taken_on(case: Case, event: e.RiskTakenOn) -> Case:
    owned = answered_for(replace(case, risk_owner=event.owner), Cause.OWNER_LEFT)
    return replace(owned, stage=Stage.ACTIVE, **fresh(owned)) if event.reinstates else owned


def _party_moved(case: Case, event: e.PartyMoved) -> Case:
    if event.side is Side.SENDING:
        return replace(case, sending=event.now)
    return replace(case, receiving=event.now)


def _mediation_started(case: Case, event: e.MediationStarted) -> Case:
    started = replace(
        case, mediation=event.why, mediation_level=event.level, mediation_extended=False, mediated=True
    )
    if not event.level:
        return started
    # C14: the leaders begin again with what comes of it, whatever one of them said before; a question is dropped.
    asked = case.stage is Stage.INFO_REQUESTED
    return replace(
        started,
        overdue=left_overdue(case),
        upheld=(),
        overturned=(),
        stage=Stage.WITH_SENDER if asked else case.stage,
    )


def _jump_settled(case: Case, event: e.JumpSettled) -> Case:
    settled = replace(answered_for(case, Cause.LIVE_HARM), jump=0, jumped_by="")
    if event.confirmed:
        return replace(settled, step=STEPS.index(event.step) + 1)
    return replace(settled, stage=Stage.ACTIVE, **fresh(settled)) if event.reinstates else settled


def _same(case: Case, event: e.Event) -> Case:
    return case


CARE: dict[type, Callable[[Case, Any], Case]] = {
    e.RiskOwnerLeft: _owner_left,
    e.RiskTakenOn: _taken_on,
    e.PartyMoved: _party_moved,
    e.AdviceAsked: lambda case, event: replace(case, advised=(*case.advised, event.seat)),
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
    e.ShareExtended: lambda case, event: replace(case, extended_until=event.until),
    e.FaultFound: _same,
    e.FaultSettled: lambda case, event: answered_for(case, Cause.EXCHANGE),
}
