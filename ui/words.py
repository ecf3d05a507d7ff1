"""Words that only pages need. What stages, tasks, seats and causes are called is in `domain.words`."""

from domain.case import Lane
from domain.commands import AfterLast, Ground, Outcome
from domain.people import Role

ROLES: dict[Role, str] = {
    Role.REQUESTER: "Asks for data",
    Role.RISK_OWNER: "Risk owner",
    Role.SENDER_DECIDER: "Decides for the sending team",
    Role.ADVISER: "Adviser",
    Role.LEADER_1: "Leader 1",
    Role.LEADER_2: "Leader 2",
    Role.LEADER_3: "Leader 3",
    Role.BOARD: "Cluster board",
    Role.REVIEWER: "Reviewer",
    Role.REGULATOR: "Regulator",
    Role.AUDITOR: "Auditor",
    Role.OPERATOR: "Operator",
}

LANES: dict[Lane, str] = {
    Lane.CLUSTER: "Cluster: pre-approved by its members",
    Lane.RELIANCE: "Reliance on an earlier decision",
    Lane.STANDARD: "Standard: the sending team decides",
}

GROUNDS: dict[Ground, str] = {
    Ground.STATUTORY_BAR: "a law forbids it",
    Ground.OUTSIDE_PURPOSE: "it is outside the purpose the law allows",
    Ground.SAFETY_HARM: "it would put somebody's safety at risk",
    Ground.HARM_OUTWEIGHS: "sharing does more harm than withholding",
    Ground.NOT_POSSIBLE: "it is technically impossible",
    Ground.NOT_HELD: "the sending team does not hold the data",
}

OUTCOMES: dict[Outcome, str] = {
    Outcome.CONTINUE: "continue as it is",
    Outcome.CHANGE: "continue with changes",
    Outcome.NARROW: "continue with fewer items",
    Outcome.PAUSE: "pause it",
    Outcome.END: "end it",
}

AFTER_LAST: dict[AfterLast, str] = {
    AfterLast.END: "the share ends",
    AfterLast.YEARLY: "it becomes a standing share with a light review every year",
    AfterLast.NEW_CYCLE: "a new cycle of 12 and 24 months starts",
}

# What was asked of the author, as anybody else reads it.
LABELS: dict[str, str] = {
    "title": "Name of the request",
    "purpose": "What the data is for",
    "harm_of_withholding": "What happens to people without it",
    "people_per_day": "People affected by each working day of waiting",
    "severity": "How serious that is for them",
    "people_band": "How many people it is about",
    "items": "Items of data",
    "needed_why": "Why by then",
    "others_see": "Anyone outside the team sees it",
    "others_detail": "Who else sees it, and what for",
    "power": "Power or gateway",
    "duty": "In the interest of the people it is about",
    "surprises": "What may surprise people",
}

# The heading of what an act made happen, on the timeline.
HAPPENED: dict[str, str] = {
    "submit": "Request submitted",
    "sign_risk": "Risk signed for",
    "decline_risk": "Returned to the author",
    "approve": "Approved",
    "refuse": "Refused",
    "say_not_held": "Answered: not held",
    "ask": "Question asked",
    "answer": "Question answered",
    "countersign": "Refusal countersigned",
    "escalate_refusal": "Refusal taken to the leaders",
    "uphold_refusal": "Refusal upheld by one leader",
    "overturn_refusal": "Refusal overturned by one leader",
    "direct_sender": "Sending team directed to decide",
    "take_over": "Decision taken over",
    "extend_time": "More time given",
    "withdraw": "Request withdrawn",
    "reopen": "Case re-opened",
    "record_delivery": "Delivery recorded",
    "confirm_receipt": "Receipt recorded",
    "suspend_share": "Share suspended",
    "reinstate_share": "Share reinstated",
    "narrow_share": "Share narrowed",
    "end_share": "Share ended",
    "certify_destruction": "Destruction or return certified",
    "conclude_review": "Review concluded",
    "extend_review": "Review given more time",
    "waive_separation": "Separation of roles waived",
    "fill_post": "Post filled",
    "adopt_calendar": "Bank holidays changed",
    "deadline_passed": "A deadline passed",
}

# What somebody reads right after their own act.
DONE: dict[str, str] = {
    "submit": "We have your request. The risk owner has been asked to sign.",
    "sign_risk": "You have signed for the risk. The sending team now has the request.",
    "decline_risk": "You have returned the request to its author.",
    "approve": "You have approved the request. The register has its entry.",
    "refuse": "Your refusal is recorded, with your reasons. The requesting team has been told.",
    "say_not_held": "Your answer is recorded. The requesting team has been told.",
    "ask": "Your question is with the requesting team. Your clock has stopped.",
    "answer": "Your answer is recorded.",
    "countersign": "You have countersigned the refusal.",
    "escalate_refusal": "The refusal is now with the leaders of both bodies.",
    "uphold_refusal": "Your decision to uphold the refusal is recorded.",
    "overturn_refusal": "Your decision to overturn the refusal is recorded.",
    "direct_sender": "The sending team has your direction.",
    "take_over": "The decision is now yours.",
    "extend_time": "You have given more time.",
    "withdraw": "The request is withdrawn. All open tasks are closed.",
    "reopen": "The case goes on where it stopped.",
    "record_delivery": "Your delivery is recorded. The receiving team has been asked to confirm it.",
    "confirm_receipt": "Your receipt is recorded.",
    "suspend_share": "The share is suspended.",
    "reinstate_share": "The share goes on.",
    "narrow_share": "The share now covers fewer items.",
    "end_share": "The share has ended.",
    "certify_destruction": "Your certificate is recorded.",
    "conclude_review": "The review is concluded.",
    "extend_review": "The review has more time.",
    "waive_separation": "The separation of roles is waived in this case.",
    "fill_post": "The vacancy is closed.",
}

PENDING = "We have recorded your decision and are applying it. You do not need to send it again."

STATES: dict[str, tuple[str, str]] = {
    "approved": ("Approved, not yet delivered", "turquoise"),
    "active": ("Active", "green"),
    "suspended": ("Suspended", "red"),
    "ended": ("Ended", "grey"),
}
