"""What happens in one case and reaches others: as commands to them, kept in the same transaction (P2, C9, C18).

No case waits for another. Each command goes its own way to its case, once, like anything a person told us.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from domain import events as e
from domain.case import Case, Stage
from domain.commands import Outcome, Step

RELIERS = "*"  # every open case that relies on this one


@dataclass(frozen=True, kw_only=True)
class Told:
    """An act for another case. `body` is what the envelope needs to build it (JSON-ready)."""

    ref: str
    act: str
    body: dict[str, Any] = field(default_factory=dict[str, Any])


def told(case: Case, event: e.Event) -> tuple[Told, ...]:
    """The acts that `event` causes elsewhere; `case` is the case just after it."""
    return tuple(REACH[type(event)](case, event)) if type(event) in REACH else ()


def _part(case: Case, event: e.PartApproved) -> Iterable[Told]:
    """The contested items go on as a case of their own; its form was frozen when the act was kept."""
    assert case.submitted_at
    body = {
        "parent": case.ref,
        "items": event.withheld,
        "days_left": event.days_left,
        "use": case.use,
        "time_limited": case.time_limited,
        "duty": case.duty,
        "until": case.until,
        "lane": case.lane,
        "conditions": list(case.conditions),
        "author": case.author,
        "co_authors": list(case.co_authors),
        "risk_owner": case.risk_owner or case.owners_before[-1],  # P5: it was signed by whoever left, too
        "owner_left": not case.risk_owner,
        "submitted_at": case.submitted_at.isoformat(),
        "exempt_until": case.exempt_until,
        "back_level": case.back_level,
        "sign_level": case.sign_level,
    }
    return [Told(ref=event.child, act="continue_part", body=body)]


def _risk_passed(case: Case, event: e.RiskPassed) -> Iterable[Told]:
    if case.relation == "amends":
        yield Told(ref=case.parent, act="replace_share", body={"by": case.ref})


def _moved(case: Case, how: str, root: str = "") -> Told:
    """Which version stands is looked up when it arrives: it is published in the same moment as this is told."""
    return Told(ref=RELIERS, act="root_changed", body={"how": how, "root": root or case.ref})


def _ended(case: Case, event: e.ShareEnded) -> Iterable[Told]:
    """Reaching the agreed day withdraws nothing: who relies on a decision never keeps data for longer than it does."""
    if not event.by_date:
        yield _moved(case, "overturned" if event.by_review else "withdrawn")


def _reviewed(case: Case, event: e.ReviewConcluded) -> Iterable[Told]:
    if (
        case.stage is Stage.ENDED
    ):  # C22: it is over already; what was found against it still reaches who relies on it
        if event.outcome is Outcome.END:
            yield _moved(case, "overturned")
    elif event.outcome in (Outcome.CHANGE, Outcome.PAUSE):
        yield _moved(case, "amended")


def _replaced(case: Case, event: e.ShareReplaced) -> Iterable[Told]:
    yield _moved(case, "amended", root=event.by)


def _mediated(case: Case, event: e.MediationAnswered) -> Iterable[Told]:
    """E: what the lead body does about it reaches who relies on it; an explanation changes nothing for them."""
    if event.complies:
        yield _moved(case, "amended")


def _step_taken(case: Case, event: e.StepTaken) -> Iterable[Told]:
    """P9: a suspension after three steps that failed is a finding about the decision; narrowing and ending tell by themselves."""
    if event.step is Step.SUSPEND:
        yield _moved(case, "amended")


def _jump_settled(case: Case, event: e.JumpSettled) -> Iterable[Told]:
    """Only what a leader has confirmed: an alarm that may be over tomorrow sets nobody else a task."""
    if event.confirmed and event.step is Step.SUSPEND:
        yield _moved(case, "amended")


REACH: dict[type, Callable[[Case, Any], Iterable[Told]]] = {
    e.PartApproved: _part,
    e.RiskPassed: _risk_passed,
    e.ShareEnded: _ended,
    e.ShareReplaced: _replaced,
    e.ReviewConcluded: _reviewed,
    e.MediationAnswered: _mediated,
    e.StepTaken: _step_taken,
    e.JumpSettled: _jump_settled,
    e.ShareNarrowed: lambda case, event: [_moved(case, "amended")],
}
