"""The rules: `decide(case, command, now)` gives the events a command causes, or raises a `Refusal`.

Pure: same case, same command, same instant, same answer. Order of asking: is the case alive, is the act this
person's, is it possible now, does the person know the present state; then the act's own rules.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.case import Case, Kind, Lane, Stage
from domain.commands import AdoptCalendar, Command
from domain.decide import (
    advice,
    bogged_down,
    deadlines,
    delivery,
    exchange,
    improvement,
    leaders,
    mediation,
    owners,
    parts,
    presumption,
    relying,
    reviews,
    rights,
    risk,
    sender,
    submission,
    triage,
)
from domain.decide.story import Story
from domain.events import Event
from domain.people import Actor
from domain.permissions import TABLE, could_ever, may
from domain.refusals import (
    AlreadyDecided,
    AlreadySubmitted,
    CaseClosed,
    MoreTimeOnce,
    NoMoreTimeForATrial,
    NoSuchCase,
    NotNow,
    NotYours,
    OutsideCalendar,
    Refusal,
    RootIsGone,
    StaleVersion,
)
from domain.working_days import CalendarTooShort

RULES: dict[str, Callable[[Story, Any], None]] = {
    "submit": submission.submit,
    "withdraw": submission.withdraw,
    "reopen": submission.reopen,
    "choose_lane": triage.choose_lane,
    "ask_in_triage": triage.ask_in_triage,
    "rule_out": triage.rule_out,
    "sign_risk": risk.sign_risk,
    "back_risk": risk.back_risk,
    "ask_advice": advice.ask_advice,
    "give_advice": advice.give_advice,
    "decline_risk": risk.decline_risk,
    "approve": sender.approve,
    "refuse": sender.refuse,
    "approve_part": parts.approve_part,
    "continue_part": parts.continue_part,
    "say_not_held": sender.say_not_held,
    "transfer": sender.transfer,
    "object": presumption.object_,
    "distinguish": presumption.distinguish,
    "allow_question": sender.allow_question,
    "ask": sender.ask,
    "answer": sender.answer,
    "countersign": sender.countersign,
    "escalate_refusal": leaders.escalate_refusal,
    "uphold_refusal": leaders.uphold_refusal,
    "overturn_refusal": leaders.overturn_refusal,
    "direct_sender": leaders.direct_sender,
    "take_over": leaders.take_over,
    "send_to_mediation": mediation.send_to_mediation,
    "extend_time": leaders.extend_time,
    "waive_separation": leaders.waive_separation,
    "fill_post": leaders.fill_post,
    "record_delivery": delivery.record_delivery,
    "confirm_receipt": delivery.confirm_receipt,
    "suspend_share": delivery.suspend_share,
    "reinstate_share": delivery.reinstate_share,
    "narrow_share": delivery.narrow_share,
    "end_share": delivery.end_share,
    "replace_share": delivery.replace_share,
    "certify_destruction": delivery.certify_destruction,
    "exempt_entry": delivery.exempt_entry,
    "publish_entry": delivery.publish_entry,
    "conclude_review": reviews.conclude_review,
    "extend_review": reviews.extend_review,
    "conclude_urgent_use": reviews.conclude_urgent_use,
    "start_mediation": mediation.start_mediation,
    "extend_mediation": mediation.extend_mediation,
    "conclude_mediation": mediation.conclude_mediation,
    "answer_mediation": mediation.answer_mediation,
    "receive_rights_request": rights.receive_rights_request,
    "answer_rights": rights.answer_rights,
    "pass_on_correction": rights.pass_on_correction,
    "report_incident": improvement.report_incident,
    "record_report": improvement.record_report,
    "take_step": improvement.take_step,
    "jump_step": improvement.jump_step,
    "settle_jump": improvement.settle_jump,
    "complete_action": improvement.complete_action,
    "close_improvement": improvement.close_improvement,
    "own_risk": owners.own_risk,
    "posts_changed": owners.posts_changed,
    "move_party": owners.move_party,
    "root_changed": relying.root_changed,
    "adopt_root": relying.adopt_root,
    "keep_decision": relying.keep_decision,
    "decide_own": relying.decide_own,
    "extend_share": exchange.extend_share,
    "find_fault": exchange.find_fault,
    "clear_fault": exchange.clear_fault,
    "settle_fault": exchange.settle_fault,
    "deadline_passed": deadlines.deadline_passed,
    "adopt_calendar": deadlines.adopt_calendar,
}

# Where the question an act answers has an answer already. A case that lapsed or was withdrawn has none, and a
# refusal before the leaders is the sending team's decision made, but not yet theirs.
_OUTCOMES = frozenset({Stage.APPROVED, Stage.ACTIVE, Stage.SUSPENDED, Stage.REFUSED, Stage.ENDED})
_DECIDING = ("approve", "approve_part", "refuse", "say_not_held", "object", "distinguish")
DECIDED: dict[str, frozenset[Stage]] = {
    **dict.fromkeys((*_DECIDING, "ask"), _OUTCOMES | {Stage.LEADER_DECISION}),
    **dict.fromkeys(("countersign", "uphold_refusal", "overturn_refusal"), _OUTCOMES),
}


def fact_time(case: Case, command: Command, now: datetime) -> datetime:
    """When it happened, in law: when we were told (G3), but never in the future and never before the last event."""
    return max(case.last_at, min(command.received_at, now))


def decide(case: Case, command: Command, now: datetime) -> tuple[Event, ...]:
    """The events `command` causes in `case` at `now` (aware UTC). Raises `Refusal`; changes nothing."""
    at = fact_time(case, command, now)
    if not may(case, command.by, command.act.kind, at):
        raise why_not(case, command.by, command.act.kind)
    if command.seen is not None and command.seen != case.version:
        raise StaleVersion(version=case.version)
    story = Story(case, command, at)
    try:
        if command.calendar and command.calendar != case.calendar:
            deadlines.adopt_calendar(story, AdoptCalendar(calendar=command.calendar))
        RULES[command.act.kind](story, command.act)
        bogged_down.move_on(story)
        advice.settle(story)
        owners.settle(story)
    except CalendarTooShort as short:
        raise OutsideCalendar(reason=str(short)) from short
    return tuple(story.events)


def why_not(case: Case, by: Actor, act: str) -> Refusal:
    """The sentence for somebody who may not do this act now; pages ask it before they draw the form."""
    if not could_ever(by, act):
        return NotYours()
    if case.version == 0:
        return NoSuchCase()
    if case.is_closed:
        return CaseClosed()
    if act == "submit":
        return AlreadySubmitted()
    if case.root_gone and Kind.RECONSIDER in TABLE[act].tasks:
        return RootIsGone()
    if act == "extend_share" and case.extended_until:
        return MoreTimeOnce()
    if act == "extend_share" and case.lane is Lane.EXPLORATORY:
        return NoMoreTimeForATrial()
    return AlreadyDecided() if case.stage in DECIDED.get(act, ()) else NotNow()
