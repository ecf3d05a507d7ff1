"""What the register says of incidents and improvement (P9): steps and days, actions and dates, numbers. Never a word of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from domain import events as e
from domain.commands import Step
from domain.working_days import london_date

LOOKED_BACK_AT = (
    "step_taken",
    "step_jumped",
    "jump_settled",
    "action_done",
    "improvement_closed",
    "incident_reported",
    "regulator_told",
)
ENDED_BY_STEP = "improvement"
ENDED_FOR_HARM = "live_harm"


def published(facts: Iterable[Any], dues: Mapping[str, datetime], *, over: bool) -> dict[str, Any]:
    """`facts`: of `LOOKED_BACK_AT`, oldest first. `dues`: until when each action and report was asked for.

    Gives `improvement` (what, on), `actions` (due, done_on, state) and `incidents` (numbers, or None for none). Whether
    an open action is overdue is for whoever reads it on their day.
    """
    facts = tuple(facts)
    done = {fact.event.action: fact.at for fact in facts if isinstance(fact.event, e.ActionDone)}
    told = {fact.event.incident: fact.at for fact in facts if isinstance(fact.event, e.RegulatorTold)}
    incidents = [fact.event for fact in facts if isinstance(fact.event, e.IncidentReported)]
    reports = {each.incident for each in incidents}
    steps = [{"what": _what(fact.event), "on": _day(fact.at)} for fact in facts if _what(fact.event)]
    actions = {key: due for key, due in sorted(dues.items(), key=lambda each: each[1]) if key not in reports}
    return {
        "improvement": steps,
        "actions": [_action(due, done.get(key), over=over) for key, due in actions.items()],
        "incidents": _incidents(incidents, dues, told) if incidents else None,
    }


def _what(event: e.Event) -> str:
    """A step by its name, or what became of a stop for live harm."""
    match event:
        case e.StepTaken(step=step):
            return step.value
        case e.StepJumped():
            return "stopped_at_once"
        case e.JumpSettled(confirmed=confirmed):
            return "stop_was_right" if confirmed else "stop_was_not_right"
        case e.ImprovementClosed():
            return "put_right"
        case _:
            return ""


def _action(due: datetime, done: datetime | None, *, over: bool) -> dict[str, Any]:
    """An action of a share that is over needs nobody any more."""
    state = "done" if done else "dropped" if over else "open"
    return {"due": _day(due), "done_on": _day(done) if done else None, "state": state}


def _incidents(
    incidents: Iterable[e.IncidentReported], dues: Mapping[str, datetime], told: Mapping[str, datetime]
) -> dict[str, int]:
    incidents = tuple(incidents)
    breaches = [each.incident for each in incidents if each.breach]
    in_time = [key for key in breaches if key in told and key in dues and told[key] <= dues[key]]
    late = [key for key in breaches if key in told and key not in in_time]
    return {
        "reported": len(incidents),
        "breaches": len(breaches),
        "told_in_time": len(in_time),
        "told_late": len(late),
    }


def why_ended(facts: Iterable[Any], at: datetime) -> str:
    """Why a share ended at `at`, where the ladder ended it; '' where it did not."""
    for fact in facts:
        match fact.event:
            case e.StepTaken(step=Step.REVOKE) if fact.at == at:
                return ENDED_BY_STEP
            case e.JumpSettled(step=Step.REVOKE, confirmed=True) if fact.at == at:
                return ENDED_FOR_HARM
            case _:
                pass
    return ""


def _day(at: datetime) -> str:
    return london_date(at).isoformat()
