"""Words that only pages need. What stages, tasks, seats and causes are called is in `domain.words`."""

from domain.case import Lane
from domain.commands import (
    Element,
    Ground,
    MediationOutcome,
    ObjectionGround,
    Outcome,
    Right,
    RightsOutcome,
    Step,
)
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
    Lane.URGENT: "Urgent: decided in clock hours",
    Lane.EXPLORATORY: "Exploratory: tried out for a short time",
}

GROUNDS: dict[Ground, str] = {
    Ground.STATUTORY_BAR: "a law forbids it",
    Ground.OUTSIDE_PURPOSE: "it is outside the purpose the law allows",
    Ground.SAFETY_HARM: "it would put somebody's safety at risk",
    Ground.HARM_OUTWEIGHS: "sharing does more harm than withholding",
    Ground.NOT_POSSIBLE: "it is technically impossible",
    Ground.NOT_HELD: "the sending team does not hold the data",
}

# What is looked at before a lane is chosen, beside the rules of the guards.
LOOKED_AT: dict[str, str] = {
    "teams_in_one_cluster": "Both teams sit in one cluster",
    "purpose_is_shared_task": "The purpose is a task that the cluster shares",
    "items_in_terms": "The items are within the cluster's terms",
    "inside_one_instance": "Each delivery stays inside one area",
    "decision_covers_it": "The decision relied on covers it",
    "decision_stands": "The decision relied on stands",
}

# What a case is to another: (relation, which of the two).
RELATIONS: dict[tuple[str, str], str] = {
    ("part", "parent"): "Part of",
    ("part", "child"): "Still to be decided",
    ("amends", "parent"): "Amends",
    ("amends", "child"): "Amended by",
}

OBJECTIONS: dict[ObjectionGround, str] = {
    ObjectionGround.OUTSIDE_TASK: "it is not within the shared task",
    ObjectionGround.SAFETY_HARM: "it would put a person's safety at risk",
    ObjectionGround.NOT_POSSIBLE: "it is technically impossible",
    ObjectionGround.STATUTORY_BAR: "a law forbids it",
    ObjectionGround.THIRD_RAIL: "it is out of scope",
}

ELEMENTS: dict[Element, str] = {
    Element.ITEMS: "the items",
    Element.SUBJECTS: "the people it is about",
    Element.RETENTION: "how long it is kept",
    Element.PURPOSE: "the purpose",
    Element.GATEWAY: "the power or gateway",
    Element.RECIPIENT: "who receives it",
    Element.REGION: "the area",
    Element.SAFEGUARDS: "the safeguards",
}

BOGGED_DOWN: dict[str, str] = {
    "participants": "too many people have had a hand in the decision",
    "rounds": "too many rounds of questions were asked",
    "waiting": "too many days were spent waiting for answers",
}

ROOT_MOVED: dict[str, str] = {
    "amended": "was amended",
    "withdrawn": "was withdrawn",
    "overturned": "was overturned",
}

RECONSIDERED: dict[str, str] = {
    "adopt": "The changed decision is adopted",
    "keep": "The share stays with the version it was approved under",
    "own": "The share no longer relies on that decision; its team asks for one of its own",
}

OUTCOMES: dict[Outcome, str] = {
    Outcome.CONTINUE: "continue as it is",
    Outcome.CHANGE: "continue with changes",
    Outcome.NARROW: "continue with fewer items",
    Outcome.PAUSE: "pause it",
    Outcome.END: "end it",
}

MEDIATED: dict[MediationOutcome, str] = {
    MediationOutcome.AGREED: "both sides agreed",
    MediationOutcome.RECOMMENDED: "the mediator recommends a change",
    MediationOutcome.NO_CHANGE: "the mediator found nothing to change",
    MediationOutcome.NONE: "nobody concluded it in time",
}

RIGHTS: dict[Right, str] = {
    Right.OBJECTION: "An objection",
    Right.RECTIFICATION: "A request to put something right",
}

MET: dict[RightsOutcome, str] = {
    RightsOutcome.MET: "it was met",
    RightsOutcome.PARTLY: "it was met in part",
    RightsOutcome.NOT_MET: "it was not met",
}

STEPS: dict[Step, str] = {
    Step.ADVISE: "advice to the team",
    Step.PLAN: "an action plan",
    Step.NARROW: "fewer items",
    Step.SUSPEND: "suspending the share",
    Step.REVOKE: "ending the share",
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
    "harm_reversible": "Whether it can be put right afterwards",
    "harm_money": "Pounds lost in a month",
    "harm_source": "Where the figures come from",
    "region": "Where the people live",
    "area": "Which part of it",
    "urgent": "Emergency",
    "others_see": "Anyone outside the team sees it",
    "others_detail": "What others see it for",
    "retired_questions": "Questions no longer put to people",
    "differences": "Differences from the decision relied on",
    "already_held_why": "Why what they already have is not enough",
    "power": "Power or gateway",
    "duty": "In the interest of the people it is about",
    "surprises": "What may surprise people",
}

# The heading of what an act made happen, on the timeline.
HAPPENED: dict[str, str] = {
    "submit": "Request submitted",
    "choose_lane": "Way chosen by people",
    "ask_in_triage": "Question asked before the request travels",
    "rule_out": "Found out of scope by people",
    "object": "Objection raised",
    "distinguish": "Difference from the decision relied on named",
    "transfer": "Passed on to the right team",
    "approve_part": "Approved in part",
    "continue_part": "The part still to be decided",
    "allow_question": "One more question allowed",
    "conclude_urgent_use": "Urgent use looked back at",
    "exempt_entry": "Register entry kept back",
    "publish_entry": "Register entry published",
    "root_changed": "The decision relied on changed",
    "extend_share": "Share given more time",
    "settle_fault": "What was wrong with the grant seen to",
    "find_fault": "Something is wrong with the grant",
    "clear_fault": "What was wrong with the grant is over",
    "adopt_root": "Changed decision adopted",
    "keep_decision": "Old version of the decision kept",
    "decide_own": "Own decision to be asked for",
    "replace_share": "Replaced by an amendment",
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
    "back_risk": "A leader stands behind the risk",
    "own_risk": "Signed for by a new risk owner",
    "ask_advice": "Advice asked for",
    "give_advice": "Advice given",
    "send_to_mediation": "Sent to mediation",
    "start_mediation": "Mediation started",
    "extend_mediation": "Mediation given more time",
    "conclude_mediation": "Mediation concluded",
    "answer_mediation": "Answer to the mediation",
    "receive_rights_request": "Somebody whose data it is wrote",
    "answer_rights": "Answer to somebody whose data it is",
    "pass_on_correction": "Correction passed on",
    "report_incident": "Incident reported",
    "record_report": "Regulator told of the breach",
    "take_step": "Step of improvement",
    "jump_step": "Stopped at once for live harm",
    "settle_jump": "Stop for live harm settled",
    "complete_action": "Action done",
    "close_improvement": "Put right",
    "posts_changed": "People came or went",
    "move_party": "Team moved to another body",
    "deadline_passed": "A deadline passed",
}

# What somebody reads right after their own act.
DONE: dict[str, str] = {
    "submit": "We have your request. The risk owner has been asked to sign.",
    "choose_lane": "You have chosen how the request travels. The risk owner has been asked to sign.",
    "ask_in_triage": "Your question is with the requesting team.",
    "rule_out": "You have said that the request is out of scope. The requesting team has been told.",
    "object": "Your objection is with leader 1 of both bodies.",
    "distinguish": "The difference is recorded. You now decide on the request.",
    "transfer": "The request is with the other team. Your task is closed.",
    "approve_part": "What you approved goes live. The rest goes on as a case of its own.",
    "allow_question": "The sending team may ask once more.",
    "conclude_urgent_use": "Your answer is recorded and published.",
    "exempt_entry": "The entry is kept back until that day. This is counted in public.",
    "publish_entry": "The entry is in the public register.",
    "adopt_root": "Your share now relies on the changed decision.",
    "keep_decision": "Your share stays with the version it was approved under.",
    "decide_own": "Your share no longer relies on that decision. Ask for one of your own next.",
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
    "extend_share": "The share has more time, and the register says so.",
    "settle_fault": "Kept. Whoever looks at this later can read what you did.",
    "certify_destruction": "Your certificate is recorded.",
    "conclude_review": "The review is concluded.",
    "extend_review": "The review has more time.",
    "waive_separation": "The separation of roles is waived in this case.",
    "fill_post": "The vacancy is closed.",
    "back_risk": "You stand behind the risk. The sending team now has the request.",
    "own_risk": "You have signed for the risk.",
    "ask_advice": "Your advisers have been asked. Your own clock goes on.",
    "give_advice": "Your advice is recorded in the case.",
    "send_to_mediation": "It is with the mediator. You get it back afterwards.",
    "start_mediation": "Mediation has begun. The share goes on.",
    "extend_mediation": "The mediation has more time.",
    "conclude_mediation": "The mediation is over, and what came of it is recorded.",
    "answer_mediation": "Your answer is published in the register.",
    "answer_rights": "Your answer is recorded. They can read it with their code.",
    "pass_on_correction": "It is recorded who was told.",
    "report_incident": "Your report is recorded. Thank you for telling.",
    "record_report": "It is recorded that the regulator was told.",
    "take_step": "The step is recorded, and the team has been told.",
    "jump_step": "The share is stopped. A leader has one working day to confirm it.",
    "settle_jump": "Your answer is recorded.",
    "complete_action": "The action is done.",
    "close_improvement": "It is put right.",
}

# The same where it counts only with a leader's word (§4, P8).
OTHERWISE: dict[str, str] = {
    "sign_risk": "You have signed for the risk. Leader {level} of your body has been asked to stand behind it too. "
    "The sending team sees the request only then.",
    "approve": "You would share. Leader {level} of your body has been asked to sign it off. It is approved only then.",
    "overturn_refusal": "The refusal is overturned. Leader {level} of the sending body has been asked to sign the approval off.",
}

PENDING = "We have recorded your decision and are applying it. You do not need to send it again."

STATES: dict[str, tuple[str, str]] = {
    "approved": ("Approved, not yet delivered", "turquoise"),
    "active": ("Active", "green"),
    "suspended": ("Suspended", "red"),
    "ended": ("Ended", "grey"),
    "replaced": ("Replaced", "grey"),
    "withdrawn": ("Withdrawn before delivery", "grey"),
}
