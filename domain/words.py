"""The same word everywhere: how stages, tasks, seats and causes are named to people (docs/glossary.md)."""

from domain.case import Cause, Kind, Stage
from domain.commands import Fault
from domain.people import Seat
from domain.policy import LegalProfile
from domain.refusals import seat_in_words

STAGES: dict[Stage, str] = {
    Stage.DRAFT: "Draft",
    Stage.TRIAGE: "Being sorted",
    Stage.RISK_ACCEPTANCE: "Waiting for the risk owner",
    Stage.WITH_SENDER: "With the sending team",
    Stage.INFO_REQUESTED: "Waiting for an answer",
    Stage.LEADER_DECISION: "With the leaders",
    Stage.APPROVED: "Approved, not yet delivered",
    Stage.ACTIVE: "Active",
    Stage.SUSPENDED: "Suspended",
    Stage.REFUSED: "Refused",
    Stage.WITHDRAWN: "Withdrawn",
    Stage.LAPSED: "Lapsed",
    Stage.BLOCKED: "Blocked",
    Stage.ENDED: "Ended",
}

# GOV.UK tag colours; an end is grey, something wrong is red or orange, good is green.
STAGE_COLOURS: dict[Stage, str] = {
    Stage.DRAFT: "grey",
    Stage.TRIAGE: "purple",
    Stage.RISK_ACCEPTANCE: "yellow",
    Stage.WITH_SENDER: "blue",
    Stage.INFO_REQUESTED: "yellow",
    Stage.LEADER_DECISION: "orange",
    Stage.APPROVED: "turquoise",
    Stage.ACTIVE: "green",
    Stage.SUSPENDED: "red",
    Stage.REFUSED: "red",
    Stage.WITHDRAWN: "grey",
    Stage.LAPSED: "grey",
    Stage.BLOCKED: "red",
    Stage.ENDED: "grey",
}

TASKS: dict[Kind, str] = {
    Kind.REVISE: "Revise the request",
    Kind.TRIAGE: "Choose how the request travels, ask, or say that it is out of scope",
    Kind.SIGN_RISK: "Sign for the risk, or return the request",
    Kind.FIND_OWNER: "See that somebody signs for the risk, or sign yourself",
    Kind.DECIDE: "Decide on the request",
    Kind.OBJECT: "Object within the cluster's terms, or let it pass",
    Kind.CONFIRM: "Confirm the decision relied on, or say what differs",
    Kind.SIGN_OFF: "Sign off the approval, or refuse",
    Kind.LEADER_DECIDE: "Decide, direct the team, take over or give time once",
    Kind.ANSWER: "Answer the sending team",
    Kind.COUNTERSIGN: "Countersign the refusal, or approve",
    Kind.JUDGE_REFUSAL: "Uphold or overturn the refusal or objection, jointly with the other body",
    Kind.MAY_ESCALATE: "Decide whether to take the refusal to the leaders",
    Kind.MAY_REOPEN: "Decide whether to re-open the case",
    Kind.PUBLISH: "The register entry is published by itself",
    Kind.PROVIDE: "Deliver the data and record it",
    Kind.CONFIRM_RECEIPT: "Confirm what you received",
    Kind.LATE_DELIVERY: "See that the data is delivered",
    Kind.REVIEW: "Review what the share has done",
    Kind.LATE_REVIEW: "See that the review is concluded",
    Kind.REVIEW_URGENT: "Say whether the use was urgent",
    Kind.RECONSIDER: "Adopt the changed decision, keep the old one, or ask for your own",
    Kind.DECIDE_PAUSED: "Reinstate the share or end it",
    Kind.EXPIRY: "The share ends by itself",
    Kind.CERTIFY_DESTRUCTION: "Destroy or return the data and certify it",
    Kind.LATE_DESTRUCTION: "See that the data is destroyed or returned",
    Kind.FILL_POST: "Fill an empty post",
    Kind.BACK_RISK: "Stand behind the risk, or return the request",
    Kind.OWN_RISK: "Sign for the risk, because its owner left",
    Kind.ADVISE: "Give advice",
    Kind.MEDIATE: "Mediate",
    Kind.COMPLY_OR_EXPLAIN: "Do what the mediation came to, or explain why not",
    Kind.ANSWER_RIGHTS: "Answer somebody whose data it is",
    Kind.SPREAD_CORRECTION: "Tell everybody who has the data what was put right",
    Kind.TELL_REGULATOR: "Tell the regulator of the breach",
    Kind.DO_ACTION: "Do an action of the plan",
    Kind.CONFIRM_JUMP: "Say whether stopping the share at once was right",
    Kind.MEND_EXCHANGE: "See to what is wrong with the grant",
    Kind.MEND_SERVICE: "See to what is wrong with the grant at your own service",
}


def of_task(kind: Kind, about: str = "", post: Seat | None = None) -> str:
    """What a task asks for: which post is empty, what is wrong with a grant. `about`: as the task has it."""
    if kind is Kind.FILL_POST and post:
        return f"Fill an empty post: {seat(post)}"
    if kind not in (Kind.MEND_EXCHANGE, Kind.MEND_SERVICE):
        return TASKS[kind]
    fault = next((words for each, words in FAULTS.items() if about.startswith(f"{each}:")), "")
    return f"{TASKS[kind]}: {fault[:1].lower()}{fault[1:].rstrip('.')}" if fault else TASKS[kind]


CAUSES: dict[Cause, str] = {
    Cause.NONE: "",
    Cause.TIMEOUT: "the sending team did not decide in time",
    Cause.COUNTERSIGN: "a refusal under a duty to share needs a leader's signature",
    Cause.APPEAL: "the requesting team took the refusal to the leaders",
    Cause.NOT_DELIVERED: "the approved data was not delivered in time",
    Cause.REVIEW_OVERDUE: "the review was not concluded in time",
    Cause.NOT_DESTROYED: "the data was not destroyed or returned in time",
    Cause.NO_RISK_OWNER: "nobody signed for the risk in time",
    Cause.PAUSED: "the share is paused",
    Cause.TRIAGE: "nobody chose how the request travels in time",
    Cause.OBJECTION: "the sending team objected under the cluster's terms",
    Cause.SIGN_OFF: "this share needs a leader's sign-off",
    Cause.BOGGED_DOWN: "the case is bogged down",
    Cause.ROOT_CHANGED: "the decision it relies on has changed",
    Cause.BACKING: "the risk is outside what the receiving body has stated",
    Cause.OWNER_LEFT: "the risk owner left and nobody has signed since",
    Cause.MEDIATION: "what the mediation came to was not answered in time",
    Cause.RIGHTS: "somebody whose data it is was not answered in time",
    Cause.INCIDENT: "a breach was not reported to the regulator in time",
    Cause.ACTION_OVERDUE: "an action of the plan is overdue",
    Cause.EXCHANGE: "something is wrong with the grant and nobody has seen to it",
    Cause.LIVE_HARM: "it was stopped at once because of live harm",
}

# P3, D: what is wrong with a grant, as a sentence.
FAULTS: dict[Fault, str] = {
    Fault.UNDELIVERED: "A change of the grant has not reached a machine after a working day.",
    Fault.SILENT: "Nothing was heard of the use of this share for ten working days.",
    Fault.OVER_CAP: "More people's records were delivered than was agreed.",
    Fault.UNAUTHORISED: "The grant was used while it must not be.",
}

LAPSED_FOR: dict[str, str] = {
    "no_risk_owner": "nobody in the receiving body signed for the risk",
    "no_answer": "the requesting team did not answer in time",
}


def seat(which: Seat) -> str:
    return seat_in_words(which)


# G0: under current law nothing here has statutory effect, and no page may say that it has.
LEGAL: dict[LegalProfile, dict[str, str]] = {
    LegalProfile.CURRENT_LAW: {
        "banner": (
            "Sharecase works under today's law. Time limits and presumptions here are standing agreements that the "
            "bodies signed. Your duties as a controller are unchanged."
        ),
        "risk_statement": (
            "Signing records that your team is accountable for how the data is used once it is delivered. It does "
            "not change who is a controller in law."
        ),
        "risk_passed": "The record shows the receiving team as accountable from the first delivery.",
        "cluster": (
            "A cluster is a standing agreement that its members signed. It has no statutory effect: each body still "
            "needs a power of its own to share, and its duties as a controller are unchanged."
        ),
    },
    LegalProfile.PLAN: {
        "banner": (
            "Sharecase works under the data sharing reform. Time limits, presumptions and the passing of risk on "
            "delivery have the effect the law gives them."
        ),
        "risk_statement": "By signing, your team becomes responsible in law for the data once it is delivered.",
        "risk_passed": "Responsibility passed to the receiving team on the first delivery.",
        "cluster": (
            "A cluster is an agreement under the data sharing reform. A request within its terms is presumed to be "
            "approved, with the effect the law gives that presumption."
        ),
    },
}
