"""The fold: a case is its events, applied in order. No rule is decided here; an event is a fact."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain import events as e
from domain.case import Case, Cause, Kind, Stage, Task
from domain.fold_care import CARE, answered_for, begun_again, fresh, left_overdue, moved_up, overdue_at_top

Fold = Callable[[Case, Any], Case]


def evolve(case: Case, event: e.Event, at: datetime) -> Case:
    """The case after `event`, which happened at `at` (aware UTC)."""
    after = FOLDS[type(event)](case, event)
    stamps: dict[str, Any] = {}
    if isinstance(event, e.RequestSubmitted) and case.submitted_at is None:
        stamps["submitted_at"] = event.first_submitted_at or at  # the total clock starts once and never stops
    if isinstance(event, e.RiskPassed):
        stamps["active_from"] = at
    return replace(after, version=case.version + 1, last_at=at, **stamps)


def _submitted(case: Case, event: e.RequestSubmitted) -> Case:
    if case.sending not in (
        None,
        event.sending,
    ):  # another team is asked, and nothing of its time is used (C10)
        case = replace(case, rounds=0, more_rounds=0, clock_left=0, advised=())
    return replace(
        case,
        stage=Stage.RISK_ACCEPTANCE,
        author=event.author,
        co_authors=_with_author(case, case.author),
        receiving=event.receiving,
        sending=event.sending,
        form_version=event.form_version,
        form_hash=event.form_hash,
        use=event.use,
        time_limited=event.time_limited,
        duty=event.duty,
        items=event.items,
        until=event.until,
        parent=event.parent,
        relation=event.relation,
        review_month=event.review_month,
        review_base=event.review_base,
        back_level=event.back_level,
        sign_level=event.sign_level,
        risk_owner="",
        backed=0,
        sender_may_see=case.sender_may_see and case.sending == event.sending,  # C2 holds for a new sender too
        **fresh(case),
    )


def _lane_chosen(case: Case, event: e.LaneChosen) -> Case:
    if case.stage is Stage.TRIAGE:  # people have chosen, whoever was silent before
        case = replace(case, stage=Stage.RISK_ACCEPTANCE, **fresh(case))
    return replace(
        case,
        lane=event.lane,
        conditions=event.conditions,
        cluster=event.cluster,
        root=event.root,
        root_version=event.root_version,
        root_gone=False,
        offered_root="",
        offered_version=0,
    )


def _to_triage(case: Case, event: e.SentToTriage) -> Case:
    return replace(
        case,
        stage=Stage.TRIAGE,
        lane=event.lane,
        conditions=event.conditions,
        board=event.board,
        cluster=event.cluster,
        cluster_version=event.cluster_version,
        root=event.root,
        root_version=event.root_version,
    )


def _took_part(case: Case, person: str) -> tuple[str, ...]:
    """C13 counts people who have a hand in a decision; one more than it allows is all that needs remembering."""
    known = person in ("", *case.participants) or len(case.participants) > case.policy.participants
    return case.participants if known else (*case.participants, person)


def _asked(case: Case, event: e.InformationAsked) -> Case:
    return replace(
        case,
        stage=Stage.INFO_REQUESTED,
        rounds=event.round,
        clock_left=event.days_left,
        participants=_took_part(case, event.by),
    )


def _objection(case: Case, event: e.ObjectionRaised) -> Case:
    return replace(
        case,
        stage=Stage.LEADER_DECISION,
        decider=event.decider,
        ground=event.ground,
        refusal_escalated=True,  # it goes to both bodies' leaders at once, so there is no second time (C6, C12)
        participants=_took_part(case, event.decider),
        overdue=left_overdue(case),
    )


def _risk_signed(case: Case, event: e.RiskSigned) -> Case:
    stage = Stage.WITH_SENDER
    return replace(
        case, stage=stage, risk_owner=event.owner, backed=event.backed, sender_may_see=True, **fresh(case)
    )


def _answered(case: Case, event: e.InformationAnswered) -> Case:
    waited = case.waited + event.waited
    if not event.material:
        return replace(case, stage=Stage.WITH_SENDER, waited=waited)
    return replace(
        case,
        stage=Stage.WITH_SENDER,
        waited=waited,
        form_version=event.form_version,
        form_hash=event.form_hash,
        co_authors=_with_author(case, event.author),
    )


def _with_author(case: Case, person: str) -> tuple[str, ...]:
    known = person in ("", *case.co_authors)
    return case.co_authors if known else (*case.co_authors, person)


def _task_opened(case: Case, event: e.TaskOpened) -> Case:
    return replace(case, tasks={**case.tasks, event.task.id: event.task}, tasks_opened=case.tasks_opened + 1)


def _task_closed(case: Case, event: e.TaskClosed) -> Case:
    left = replace(case, tasks={key: task for key, task in case.tasks.items() if key != event.task})
    return answered_for(left, Cause.OWNER_LEFT)  # it may be over, so that nobody has to sign any more


def _task_changed(case: Case, key: str, **changes: Any) -> Case:
    if key not in case.tasks:
        return case
    task: Task = replace(case.tasks[key], **changes)
    return replace(case, tasks={**case.tasks, key: task})


def _due_moved(case: Case, event: e.DueMoved) -> Case:
    if (
        event.counts_from
    ):  # time was given: a new deadline, watched like any other, even if the old one was missed
        given = {"counts_from": event.counts_from, "days": event.days, "hours": event.hours, "passes": 0}
        reached = {**given, "months": 0, "weeks": 0}
        return _task_changed(case, event.task, due_at=event.now, watch_at=event.now, **reached)
    watched = case.tasks[event.task].watch_at is not None
    return _task_changed(case, event.task, due_at=event.now, watch_at=event.now if watched else None)


def _verdict(case: Case, event: e.VerdictGiven) -> Case:
    field = "overturned" if event.overturn else "upheld"
    changed = {field: (*getattr(case, field), event.side)}
    return replace(case, **changed, participants=_took_part(case, event.by))


def _lapsed(case: Case, event: e.CaseLapsed) -> Case:
    waited = case.waited + event.waited
    return replace(case, stage=Stage.LAPSED, lapsed_from=event.was, waited=waited, **fresh(case))


def _receipt(case: Case, **changes: Any) -> Case:
    """A delivery that moves on answers for its delay; not for what the risk owner is asked beside it (P2)."""
    return replace(answered_for(case, Cause.NOT_DELIVERED), **changes)


def _concluded(case: Case, event: e.ReviewConcluded) -> Case:
    """Concluding a review also ends a suspension for want of one; a pause is then an event of its own."""
    concluded = replace(case, review_month=0, review_extended=False, reviewer=event.reviewer)
    if case.stage is Stage.ENDED:  # C22: an exploratory use is looked back at, although it is over
        return concluded
    if event.reinstates:
        return replace(concluded, stage=Stage.ACTIVE, **fresh(concluded))
    return replace(concluded, cause=Cause.PAUSED if case.open(Kind.DECIDE_PAUSED) else case.cause)


def _urgent_use_reviewed(case: Case, event: e.UrgentUseReviewed) -> Case:
    reviewed = replace(case, misused_urgency=not event.justified, reviewer=event.reviewer)
    late = any(task.missed for task in case.open(Kind.REVIEW))  # its ladder has the same cause
    return reviewed if late else answered_for(reviewed, Cause.REVIEW_OVERDUE)


def _root_moved(case: Case, event: e.RootMoved) -> Case:
    """A request that nobody has looked at yet stops relying on it; whoever relies already is asked."""
    if case.stage in (Stage.DRAFT, Stage.TRIAGE):
        return replace(case, root="", root_version=0)
    gone = case.root_gone or event.how != "amended"
    moved = replace(case, root_gone=gone, offered_root=event.root, offered_version=event.version)
    return begun_again(moved, Cause.ROOT_CHANGED)


def _ended(case: Case, event: e.ShareEnded) -> Case:
    looked_back = bool(case.open(Kind.REVIEW))  # C22: what was learnt is still to be said
    month = case.review_month if looked_back else 0
    return replace(case, stage=Stage.ENDED, review_month=month, mediation="", step=0, jump=0, **fresh(case))


def _reconsidered(case: Case, event: e.RelianceReconsidered) -> Case:
    after = answered_for(replace(case, offered_root="", offered_version=0), Cause.ROOT_CHANGED)
    return after if event.choice == "keep" else replace(after, root=event.root, root_version=event.version)


def _same(case: Case, event: e.Event) -> Case:
    return case


FOLDS: dict[type, Fold] = {
    e.RequestSubmitted: _submitted,
    e.LaneChosen: _lane_chosen,
    e.RequestBlocked: lambda case, event: replace(case, stage=Stage.BLOCKED, **fresh(case)),
    e.SentToTriage: _to_triage,
    e.AskedInTriage: lambda case, event: replace(case, **fresh(case)),
    e.RiskSigned: _risk_signed,
    e.RiskSignatureOffered: lambda case, event: replace(case, risk_owner=event.owner),
    e.RiskDeclined: lambda case, event: replace(case, stage=Stage.DRAFT, risk_owner="", **fresh(case)),
    e.RiskSignatureVoided: lambda case, event: replace(
        case, stage=Stage.RISK_ACCEPTANCE, risk_owner="", backed=0, bogged_down=False, **fresh(case)
    ),
    e.InformationAsked: _asked,
    e.InformationAnswered: _answered,
    e.RequestApproved: lambda case, event: replace(
        case,
        stage=Stage.APPROVED,
        decider=event.decider,
        presumed=bool(event.presumption),
        upheld=(),
        overturned=(),
        **fresh(case),
    ),
    e.ApprovalProposed: lambda case, event: replace(
        case,
        stage=Stage.LEADER_DECISION,
        decider=event.decider,
        participants=_took_part(case, event.decider),
        overdue=left_overdue(case),
    ),
    e.PartApproved: lambda case, event: replace(case, items=event.items, withheld=event.withheld),
    e.ObjectionRaised: _objection,
    e.ObjectionLapsed: _same,
    e.RelianceDistinguished: lambda case, event: replace(
        case, participants=_took_part(case, event.decider), clock_left=0
    ),
    e.RequestTransferred: lambda case, event: replace(
        case,
        sending=event.sending,
        transferred=True,
        sign_level=event.sign_level,
        advised=(),  # another body's advisers have not been asked
        participants=_took_part(case, event.by),
    ),
    e.QuestionAllowed: lambda case, event: replace(
        case, more_rounds=case.more_rounds + 1, participants=_took_part(case, event.by)
    ),
    e.CaseBoggedDown: lambda case, event: replace(case, bogged_down=True),
    e.RefusalProposed: lambda case, event: replace(
        case,
        stage=Stage.LEADER_DECISION,
        decider=event.decider,
        ground=event.ground,
        cause=Cause.COUNTERSIGN,
        participants=_took_part(case, event.decider),
        overdue=left_overdue(case),
    ),
    e.RequestRefused: lambda case, event: replace(
        case,
        stage=Stage.REFUSED,
        decider=event.decider,
        refused_by=event.seat,
        participants=_took_part(case, event.decider),
        upheld=(),
        overturned=(),
        **fresh(case),
    ),
    e.RefusalEscalated: lambda case, event: replace(
        case,
        stage=Stage.LEADER_DECISION,
        refusal_escalated=True,
        cause=Cause.APPEAL,
        overdue=left_overdue(case),
    ),
    e.VerdictGiven: _verdict,
    e.JointDecisionMovedUp: lambda case, event: replace(case, upheld=(), overturned=()),
    e.SenderDirected: lambda case, event: replace(
        case,
        stage=Stage.WITH_SENDER,
        may_ask=False,
        overdue=left_overdue(case),
        participants=_took_part(case, event.by),
    ),
    e.DecisionTakenOver: lambda case, event: replace(
        case, stage=Stage.WITH_SENDER, overdue=left_overdue(case), participants=_took_part(case, event.person)
    ),
    e.TimeExtended: lambda case, event: replace(
        case,
        extended=True,
        overdue=left_overdue(case, but=Cause.NOT_DELIVERED),
        participants=_took_part(case, event.by),
    ),
    e.SeparationWaived: lambda case, event: replace(case, separation_waived=True),
    e.TaskOpened: _task_opened,
    e.TaskClosed: _task_closed,
    e.DeadlineMissed: lambda case, event: _task_changed(
        case, event.task, watch_at=event.watch_at, passes=case.tasks[event.task].passes + 1
    ),
    e.DueMoved: _due_moved,
    e.CaseEscalated: lambda case, event: moved_up(case, event.cause),
    e.PostVacant: _same,
    e.PostFilled: _same,
    e.OverdueAtTop: lambda case, event: overdue_at_top(case, event.cause),
    e.CaseLapsed: _lapsed,
    e.CaseReopened: lambda case, event: replace(case, stage=event.stage, reopened=True, lapsed_from=None),
    e.CaseWithdrawn: lambda case, event: replace(case, stage=Stage.WITHDRAWN, mediation="", **fresh(case)),
    e.EntryPublished: lambda case, event: replace(case, register_version=event.version),
    e.EntryExempted: lambda case, event: replace(case, exempt_until=event.until),
    e.DeliveryRecorded: lambda case, event: _receipt(case, sent_hash=event.manifest_hash),
    e.DeliveryMismatched: lambda case, event: _receipt(case, sent_hash=""),
    e.RiskPassed: lambda case, event: _receipt(case, stage=Stage.ACTIVE),
    e.ReviewScheduled: lambda case, event: replace(
        case, review_month=event.month, review_base=event.counts_from
    ),
    e.ReviewConcluded: _concluded,
    e.ReviewExtended: lambda case, event: replace(case, review_extended=True),
    e.UrgentUseReviewed: _urgent_use_reviewed,
    e.RootMoved: _root_moved,
    e.RelianceReconsidered: _reconsidered,
    e.ShareReplaced: lambda case, event: replace(
        case, stage=Stage.ENDED, review_month=0, mediation="", step=0, jump=0, **fresh(case)
    ),
    e.ShareSuspended: lambda case, event: replace(
        case, stage=Stage.SUSPENDED, cause=event.cause, overdue=left_overdue(case)
    ),
    e.ShareReinstated: lambda case, event: replace(case, stage=Stage.ACTIVE, **fresh(case)),
    e.ShareNarrowed: lambda case, event: replace(case, items=event.items),
    e.ShareEnded: _ended,
    e.DestructionCertified: lambda case, event: replace(case, **fresh(case)),
    e.CalendarAdopted: lambda case, event: replace(case, calendar=event.calendar),
    **CARE,
}
