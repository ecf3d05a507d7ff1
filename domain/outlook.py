"""G5: what happens next if nobody acts, in one sentence for each kind of waiting."""

from domain.case import Case, Kind, Stage, Task
from domain.decide.ladder import ladder_of
from domain.decide.leaders import JOINT_CAUSES
from domain.decide.presumption import lapses
from domain.decide.sender import needs_sign_off, sign_off_level
from domain.people import Seat, Side, leader
from domain.permissions import IN_USE
from domain.policy import LegalProfile
from domain.words import seat


def what_next(case: Case, task: Task) -> str:
    """What silence on this task leads to. Silence is never a refusal (G4)."""
    nothing_to_choose = task.kind is Kind.RECONSIDER and case.root_gone
    stops_yet = task.kind is Kind.OWN_RISK and task.watch_at is not None
    goes_on = nothing_to_choose or stops_yet or task.kind in (Kind.REVIEW, Kind.FILL_POST)
    if task.missed and not goes_on:
        return "The time is over and the case has moved up. Acting now still counts: the first valid act decides."
    match task.kind:
        case Kind.ANSWER | Kind.REVISE if case.reopened:
            return "Without an answer the case lapses, and a new request is needed."
        case Kind.ANSWER | Kind.REVISE:
            return (
                "Without an answer the case lapses. "
                f"It can be re-opened once within {case.policy.reopen} working days."
            )
        case Kind.MAY_ESCALATE:
            return "After that the refusal stands and the case closes."
        case Kind.MAY_REOPEN:
            return "After that the case closes and a new request is needed."
        case Kind.EXPIRY:
            return "On that day the share ends by itself and the data must be destroyed or returned."
        case Kind.REVIEW:
            return _review(case, task)
        case Kind.LATE_REVIEW if case.stage is Stage.ACTIVE:
            late = case.policy.review_ladder[-1]
            return f"The share is suspended when the review stays open {late} working days after it was due."
        case Kind.LATE_REVIEW:
            return "The review stays open until somebody concludes it."
        case Kind.OBJECT if needs_sign_off(case, task.seat):
            return f"If nobody objects by then, {_sign_off(case)}."
        case Kind.OBJECT:
            return "If nobody objects by then, the request is approved by presumption, under the cluster's terms."
        case Kind.CONFIRM if case.policy.legal_profile is LegalProfile.PLAN and needs_sign_off(
            case, task.seat
        ):
            return f"If nobody acts by then, {_sign_off(case)}."
        case Kind.CONFIRM if case.policy.legal_profile is LegalProfile.PLAN:
            return "If nobody acts by then, the decision relied on counts as confirmed."
        case Kind.CONFIRM:
            return _ladder(task)
        case Kind.PUBLISH:
            return "On that day the entry appears in the public register."
        case Kind.RECONSIDER if case.root_gone and case.stage is Stage.SUSPENDED:
            return "The share stays suspended until a decision of its own replaces it, or until it ends."
        case Kind.RECONSIDER if case.root_gone:
            return f"The share is suspended {case.policy.root_gone} working days after the decision was withdrawn."
        case Kind.OWN_RISK if not task.level:
            return _without_owner(case, task)
        case Kind.ADVISE:
            return (
                "After that it is recorded that no advice was received. Whoever decides need not wait for it."
            )
        case Kind.MEDIATE:
            return _mediation(case)
        case Kind.TRIAGE if task.seat is Seat.BOARD:
            return "If nobody chooses by then, it moves up to leader 1 of the receiving body."
        case Kind.JUDGE_REFUSAL if lapses(case, task.level) and needs_sign_off(case, Seat.SENDER):
            return f"If the leaders stay silent, the objection lapses and {_sign_off(case)}."
        case Kind.JUDGE_REFUSAL if lapses(case, task.level):
            return (
                "If the leaders stay silent, the objection lapses and the request is approved by presumption."
            )
        case Kind.JUDGE_REFUSAL:
            if task.level >= 3:
                return "If the leaders disagree or stay silent, the case is counted in public as overdue at the top."
            return (
                f"If the leaders disagree or one stays silent, level {task.level + 1} of both bodies decides."
            )
        case Kind.FILL_POST:
            return "The case does not wait for the post: it has already gone to the next level, or will."
        case Kind.DECIDE if case.open(Kind.LEADER_DECIDE):
            return "A leader has the case too. The first valid act decides."
        case _ if task.watch_at is None and case.at_top:
            return "The case is counted in public as overdue at the top until somebody acts."
        case _:
            return _ladder(task)


def _without_owner(case: Case, task: Task) -> str:
    """P5. Before it is delivered nothing is there to suspend, and without an owner it is not delivered."""
    late, in_use = case.policy.without_owner, case.stage in IN_USE
    if task.missed:
        return (
            f"The share is suspended {late} working days after its risk owner left."
            if in_use
            else "Nothing can be delivered until somebody has signed."
        )
    told = "If nobody signs by then, leader 1 of the receiving body is asked too"
    return f"{told}, and later the share is suspended." if in_use else f"{told}."


def _mediation(case: Case) -> str:
    """C14: it goes back to whoever sent it there. E: a share in use goes on."""
    if not case.mediation_level:
        return (
            "If it is not concluded by then, the mediation ends with no outcome. The share goes on meanwhile."
        )
    if case.cause in JOINT_CAUSES and case.stage is Stage.LEADER_DECISION:
        return "If it is not concluded by then, leaders of both bodies have the case again."
    back = seat(leader(Side.SENDING, case.mediation_level))
    return f"If it is not concluded by then, {back} has the case again."


def _sign_off(case: Case) -> str:
    return f"it goes to {seat(leader(Side.SENDING, sign_off_level(case)))} to sign off"


def _review(case: Case, task: Task) -> str:
    ladder = case.policy.review_ladder
    over = case.stage is Stage.ENDED  # C22: an exploratory use that ran its time
    steps = (
        f"leader 1 is told {ladder[0]} working days after it was due",
        f"leader 2 is told {ladder[1]} working days after it was due",
        f"{'leader 3 is told' if over else 'the share is suspended'} {ladder[2]} working days after it was due",
    )
    step = max(task.passes - 1, 0)
    if step < len(steps):
        return f"If it is not concluded, {steps[step]}."
    return (
        "The review stays open until somebody concludes it."
        if over
        else "The share stays suspended until then."
    )


def _ladder(task: Task) -> str:
    ladder = ladder_of(task.kind, task.seat.side)
    if task.level < ladder.top:
        return f"If nobody acts by then, it moves up to {seat(leader(ladder.side, task.level + 1))}."
    if ladder.kind is Kind.FIND_OWNER:
        return "If nobody signs by then, the case lapses, because the asking body will not own the risk."
    return "If nobody acts by then, the case stays open and is counted in public as overdue at the top."
