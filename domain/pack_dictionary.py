"""What every measure of a quarterly pack means (P7): the data dictionary, published with each pack.

`moves` says what a later difference is. *fixed*: what happened in the quarter; another number later is a restatement.
*matures*: about the cases received in it, which are not all over yet. *standing*: as things stood when it was counted.
"""

from dataclasses import dataclass
from typing import Literal

DEFINITIONS = "2026-1"  # of every measure here; a changed meaning is a new version
Moves = Literal["fixed", "matures", "standing"]
CASES, DAYS, TIMES = "cases", "working days", "times"
NEVER = "never"
FEW_FOR_PERCENTILE = "median and p90 where there are fewer than 10"
FEW_FOR_RATE = "where there are fewer than 5"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """`dimension`: what its lines are split by, '' for one line. `events`: what in the log it is counted from."""

    id: str
    section: str
    meaning: str
    unit: str
    how: str
    events: str
    dimension: str = ""
    suppressed: str = NEVER
    moves: Moves = "fixed"
    version: str = DEFINITIONS


SECTIONS = {
    "volume": "What came in, and what became of it",
    "speed": "How long it took",
    "holders": "Whose turn it was",
    "cost": "What a delivered share cost",
    "paperwork": "How much was written",
    "decisions": "Approvals, presumptions and objections",
    "refusals": "Refusals",
    "blocks": "Out of scope",
    "overdue": "Silence at the top",
    "incidents": "Incidents and breaches",
    "mediation": "Mediation",
    "rights": "What people asked of shares about them",
    "reviews": "Reviews",
    "use": "Use of what was shared",
    "improvement": "Improvement before punishment",
    "exceptions": "Allowed, and meant to be rare",
    "friction": "What rules cost",
}


def _m(section: str, id: str, meaning: str, unit: str, how: str, events: str, **more: str) -> Measure:
    return Measure(id=id, section=section, meaning=meaning, unit=unit, how=how, events=events, **more)  # type: ignore[arg-type]


FLOW = "Counted on the London day on which the case became open or ceased to be (docs/figures.md)"
ENDED = "Cases first delivered or last ended in the quarter; union calendar; each day has one holder"
COST = "Of shares first delivered in the quarter, up to that delivery"
DECIDED = "Of cases approved or refused in the quarter, once each: the newest version of the request, and the acts by people"
OPEN_EVENTS = "request_submitted, risk_passed, request_refused, case_withdrawn, case_lapsed, request_blocked, risk_declined, case_reopened, refusal_escalated"

DICTIONARY: tuple[Measure, ...] = (
    _m("volume", "backlog_start", "Open when the quarter began", CASES, "Received and taken up again before, less every end before", OPEN_EVENTS),
    _m("volume", "received", "Received", CASES, FLOW, "request_submitted"),
    _m("volume", "reopened", "Taken up again after an end", CASES, FLOW, "request_submitted, case_reopened, refusal_escalated"),
    _m("volume", "delivered", "Delivered for the first time", CASES, FLOW, "risk_passed"),
    _m("volume", "declined", "Declined", CASES, FLOW, "request_refused"),
    _m("volume", "withdrawn", "Withdrawn", CASES, FLOW, "case_withdrawn"),
    _m("volume", "lapsed", "Lapsed", CASES, FLOW, "case_lapsed"),
    _m("volume", "blocked", "Out of scope", CASES, FLOW, "request_blocked"),
    _m("volume", "returned_by_own_side", "Returned by the own side", CASES, FLOW, "risk_declined"),
    _m("volume", "backlog_end", "Open when the quarter ended", CASES, "backlog_start + received + reopened - the six ends", OPEN_EVENTS),
    _m("volume", "identity_difference", "Check: what came in less what went out and what is left", CASES, "backlog_start + received + reopened - (the six ends + backlog_end); always 0", OPEN_EVENTS),
    _m("volume", "received_parts", "Of those received: parts of another request", CASES, FLOW, "request_submitted"),
    _m("volume", "received_amendments", "Of those received: amendments of a share", CASES, FLOW, "request_submitted"),
    _m("volume", "restated_cases", "Changed body, cluster or lane in the quarter", CASES, "All numbers of such a case went with it, earlier quarters included", "request_transferred, lane_chosen, party_moved"),
    _m("volume", "received_by_lane", "Received, by the lane they stand under", CASES, FLOW, "request_submitted, lane_chosen", dimension="lane"),
    _m("speed", "decision_days", "From submission to the first decision", DAYS, "Of cases received in the quarter; never paused; nearest rank; union calendar", "request_submitted, request_approved, request_refused", dimension="median, p90, longest", suppressed=FEW_FOR_PERCENTILE, moves="matures"),
    _m("speed", "delivery_days", "From submission to the first delivery", DAYS, "Of cases received in the quarter; never paused; nearest rank; union calendar", "request_submitted, risk_passed", dimension="median, p90, longest", suppressed=FEW_FOR_PERCENTILE, moves="matures"),
    _m("speed", "open_age_days", "Age of all cases that are open", DAYS, "From the beginning of the total clock to when this was counted", OPEN_EVENTS, dimension="median, p90, longest", suppressed=FEW_FOR_PERCENTILE, moves="standing"),
    _m("speed", "cohort", "What became of the cases received in the quarter", CASES, "As they stood when this was counted", OPEN_EVENTS, dimension="open or kind of end", moves="matures"),
    _m("holders", "days_gross", "Working days in all, from submission to the first delivery or the last end", DAYS, ENDED, OPEN_EVENTS),
    _m("holders", "days_by_holder", "Of these, days that belonged to each holder", DAYS, ENDED, "every event that opens or closes a task", dimension="holder"),
    _m("holders", "share_by_holder", "The same as a share of the whole", "percent", "days_by_holder of 100 days_gross, rounded", "every event that opens or closes a task", dimension="holder", suppressed="where fewer than 5 cases ended"),
    _m("holders", "holders_difference", "Check: days in all less the days by holder", DAYS, "days_gross - the sum of days_by_holder; always 0", "every event that opens or closes a task"),
    _m("holders", "days_by_body", "Of these, days that belonged to a body's teams and leaders, on either side", DAYS, f"{ENDED}; days of nobody's body alone are in days_shared", "every event that opens or closes a task", dimension="organisation"),
    _m("holders", "days_shared", "Days that belonged to no body alone", DAYS, "Leaders of both bodies together, a cluster board, a mediator, or the request a case is a part of", "every event that opens or closes a task"),
    _m("holders", "bodies_difference", "Check: days in all less the days by body and the shared ones", DAYS, "days_gross - the sum of days_by_body - days_shared; always 0", "every event that opens or closes a task"),
    _m("cost", "shares", "Shares first delivered", CASES, COST, "risk_passed"),
    _m("cost", "touches", "Acts by people", TIMES, COST, "every event by a person", dimension="total, median", suppressed=FEW_FOR_PERCENTILE),
    _m("cost", "rounds", "Rounds of questions", TIMES, COST, "information_asked", dimension="total, median", suppressed=FEW_FOR_PERCENTILE),
    _m("cost", "people", "Different people who acted", "people", COST, "every event by a person", dimension="total, median", suppressed=FEW_FOR_PERCENTILE),
    _m("cost", "words", "Words typed, in the request and in acts", "words", f"{COST}; the median of words to the nearest ten", "every event by a person", dimension="total, median", suppressed=FEW_FOR_PERCENTILE),
    _m("cost", "minutes", "Minutes that teams declared", "minutes", f"{COST}; of shares whose teams declared any", "delivery_recorded, risk_passed", dimension="total, median", suppressed=FEW_FOR_PERCENTILE),
    _m("cost", "pounds", "The declared minutes at the published rate: an estimate", "pounds", "Minutes by the rate an hour of the month of delivery", "delivery_recorded, risk_passed", suppressed="where no rate was published"),
    _m("paperwork", "decided", "Cases approved or refused", CASES, "Once each, however often they were", "request_approved, request_refused"),
    _m("paperwork", "form_words", "Words of the request", "words", DECIDED, "request_submitted, information_answered", dimension="total, median", suppressed=FEW_FOR_PERCENTILE, moves="matures"),
    _m("paperwork", "act_words", "Words of the acts", "words", f"{DECIDED}; up to when this was counted", "every event by a person", dimension="total, median", suppressed=FEW_FOR_PERCENTILE, moves="matures"),
    _m("paperwork", "answers", "Questions that were answered, in the request and in acts", TIMES, f"{DECIDED}; up to when this was counted", "every event by a person", dimension="total, median", suppressed=FEW_FOR_PERCENTILE, moves="matures"),
    _m("paperwork", "documents", "Documents pointed to, by an address in the request or an act", TIMES, f"{DECIDED}. Nothing is attached, and no agreement is drafted by hand", "every event by a person", dimension="total, median", suppressed=FEW_FOR_PERCENTILE, moves="matures"),
    _m("decisions", "approved", "Approvals", TIMES, "Each approval, parts and amendments included", "request_approved"),
    _m("decisions", "presumed", "Of these, by presumption", TIMES, "Silence let it pass, by the rule that the dimension names", "request_approved", dimension="'' for all, then rule"),
    _m("decisions", "by_reliance", "Of these, by reliance on an earlier decision", TIMES, "The case stood in the reliance lane", "request_approved"),
    _m("decisions", "in_part", "Approvals that left items out", TIMES, "Each", "part_approved"),
    _m("decisions", "objections", "Objections of cluster members", TIMES, "Each, by its ground", "objection_raised", dimension="'' for all, then ground"),
    _m("refusals", "refusals", "Refusals that counted", TIMES, "Each, by its ground; upheld after an escalation it is a second one. Not holding the data is a ground", "request_refused", dimension="'' for all, then ground"),
    _m("refusals", "refusals_under_duty", "Of these, under a duty to share", TIMES, "The request named a duty to share", "request_refused"),
    _m("blocks", "blocks", "Requests out of scope", TIMES, "Each once in the line for all; in a line for every rule that stopped it", "request_blocked", dimension="'' for all, then rule and version"),
    _m("blocks", "blocks_by_people", "Of these, ruled out by people in triage", TIMES, "Each", "request_blocked"),
    _m("overdue", "overdue_at_top", "Times that every level was silent", TIMES, "Each, under the body that alone was silent; under both where both were, so lines of bodies may add up to more than all", "overdue_at_top", dimension="'' for all, then organisation"),
    _m("overdue", "overdue_now", "Cases overdue at the top", CASES, "By the body whose every level was silent", "overdue_at_top", dimension="'' for all, then organisation", moves="standing"),
    _m("incidents", "incidents", "Incidents that teams reported of their own shares", TIMES, "Each. Reporting is asked for: a high number is no bad sign", "incident_reported"),
    _m("incidents", "breaches", "Of these, personal data breaches", TIMES, "The report ticked it", "incident_reported"),
    _m("incidents", "breach_72_hours", "Whether the regulator was told within 72 hours", TIMES, "Real hours from when it was known; of breaches reported in the quarter", "incident_reported, task_opened, regulator_told", dimension="met, not_met, running", moves="matures"),
    _m("mediation", "mediations", "Mediations begun", TIMES, "Each, by why", "mediation_started", dimension="'' for all, then why"),
    _m("mediation", "mediations_concluded", "Mediations that ended", TIMES, "Each, by outcome; none: its time ran out", "mediation_concluded", dimension="'' for all, then outcome"),
    _m("mediation", "mediation_answers", "Answers to a mediation", TIMES, "The receiving team complies, or explains why not", "mediation_answered", dimension="complies, explains"),
    _m("rights", "rights_received", "Requests of people a share is about", TIMES, "Each, by what was asked", "rights_request_received", dimension="'' for all, then right"),
    _m("rights", "rights_answered", "Requests answered", TIMES, "Each, by outcome", "rights_request_answered", dimension="'' for all, then outcome"),
    _m("rights", "rights_in_time", "Of those answered, within one calendar month", TIMES, "By the due time of the task", "task_opened, rights_request_answered", dimension="in_time, late"),
    _m("reviews", "reviews_due", "Reviews due", TIMES, "By the day a review was due", "review_scheduled", moves="matures"),
    _m("reviews", "reviews_concluded", "Of these, concluded", TIMES, "By the day a review was due", "review_concluded", dimension="on_time, late", moves="matures"),
    _m("reviews", "reviews_overdue", "Of these, not concluded although the day has passed", TIMES, "As things stood when this was counted", "review_scheduled", moves="standing"),
    _m("reviews", "reviews_outcome", "Reviews concluded in the quarter, by outcome", TIMES, "By the day it was concluded; pause and end are adverse", "review_concluded", dimension="outcome"),
    _m("reviews", "reviews_suspended", "Shares suspended because a review was late", TIMES, "By the day it happened", "share_suspended"),
    _m("reviews", "reviews_ended", "Shares ended by a review", TIMES, "By the day it happened", "share_ended"),
    _m("use", "grants_live", "Live grants", "grants", "As things stood when this was counted", "none: follows from the case", moves="standing"),
    _m("use", "grants_unused", "Of these, unused for 90 days", "grants", "Neither a call nor a delivery was told of for 90 calendar days", "none: the use log and deliveries", moves="standing"),
    _m("use", "calls", "Calls that machines told of", "calls", "By the London day of the call; of each day the side that told of more. Calls, not people; late ones still come in", "none: the use log", moves="matures"),
    _m("use", "calls_flagged", "Of these, not covered by a live grant", "calls", "By the London day of the call", "none: the use log", moves="matures"),
    _m("improvement", "steps", "Steps of the ladder of improvement", TIMES, "Each, by step", "step_taken", dimension="'' for all, then step"),
    _m("improvement", "jumps", "Steps jumped to for live harm", TIMES, "Each; leader 2 confirms or takes back", "step_jumped"),
    _m("exceptions", "exemptions", "Register entries kept back for a time by leader 2", TIMES, "Each", "entry_exempted"),
    _m("exceptions", "waivers", "Separations of roles waived for a very small body", TIMES, "Each", "separation_waived"),
    _m("exceptions", "one_person", "Requests signed by the person who wrote them, as two lanes allow", TIMES, "Each signature", "risk_signed"),
    _m("exceptions", "urgent_reviewed", "Urgent uses looked back at", TIMES, "Each", "urgent_use_reviewed"),
    _m("exceptions", "urgent_misused", "Of these, not urgent", TIMES, "What the review found", "urgent_use_reviewed"),
    _m("friction", "friction_hours", "Hours that people said a rule took them", "hours", "Tags said in the quarter, most hours first; nobody measured them; `together`: rules of fewer than 3 cases each", "none: said beside a case", dimension="rule", suppressed="where even together there are fewer than 3 cases"),
    _m("friction", "friction_median", "Hours of one tag", "hours", "Nearest rank", "none: said beside a case", dimension="rule", suppressed=FEW_FOR_PERCENTILE),
    _m("friction", "friction_cases", "Cases in which it was said", CASES, "Different cases", "none: said beside a case", dimension="rule", suppressed="where even together there are fewer than 3 cases"),
    _m("friction", "friction_protected", "Who say that it protected somebody", "percent", "Of 100 tags that answered yes, no or unsure", "none: said beside a case", dimension="rule", suppressed=FEW_FOR_RATE),
    _m("friction", "friction_rules", "Lines of the ranking", "lines", "As many as the four measures before have lines", "none: said beside a case"),
)  # fmt: skip

MEASURES = {each.id: each for each in DICTIONARY}
COLUMNS = (
    "section",
    "measure",
    "meaning",
    "unit",
    "dimension",
    "how",
    "events",
    "suppressed",
    "moves",
    "version",
)


def rows() -> list[dict[str, str]]:
    """The dictionary as it is published."""
    named = ({"measure": each.id, **{name: getattr(each, name) for name in COLUMNS if name != "measure"}} for each in DICTIONARY)  # fmt: skip
    return [{name: row[name] for name in COLUMNS} for row in named]
