"""Where the demonstration's requests are brought to: who does what, one after the other, today or some time ago."""

from dataclasses import dataclass

WHO = {
    "submit": "author",
    "withdraw": "author",
    "confirm_receipt": "author",
    "escalate_refusal": "author",
    "sign_risk": "owner",
    "ask": "sender",
    "refuse": "sender",
    "approve": "sender",
    "approve_part": "sender",
    "object": "sender",
    "record_delivery": "sender",
}

DECIDED = ("submit", "sign_risk", "approve")
IN_USE = (*DECIDED, "record_delivery", "confirm_receipt")

# Stages that people reach by acting today, one after the other. How a request travels is found as for any other.
TODAY: dict[str, tuple[str, ...]] = {
    "draft": (),
    "risk_acceptance": ("submit",),
    "with_sender": ("submit", "sign_risk"),
    "info_requested": ("submit", "sign_risk", "ask"),
    "refused": ("submit", "sign_risk", "refuse"),
    "refusal_escalated": ("submit", "sign_risk", "refuse", "escalate_refusal"),
    "approved": DECIDED,
    "active": IN_USE,
    "withdrawn": ("submit", "withdraw"),
    "objection_window": ("submit", "sign_risk"),  # C5
    "objected": ("submit", "sign_risk", "object"),  # C6
    "relied_on": IN_USE,  # P2: another request rests on it
    "to_confirm": ("submit", "sign_risk"),  # C7
    "triage": ("submit",),  # C1a
    "blocked": ("submit",),  # §4
    "approved_in_part": ("submit", "sign_risk", "approve_part"),  # C9, with its child
    "urgent": ("submit", "sign_risk"),  # C21
    "exploratory": IN_USE,  # C22
    "amendment": ("submit", "sign_risk"),  # C18
    "outside_appetite": ("submit", "sign_risk"),  # P8: a leader has to stand behind the risk
    "to_sign_off": DECIDED,  # P8: a leader has to sign the approval off
    "relied_on_by_hospitals": IN_USE,  # what `load-reliers --demo` rests on
}


@dataclass(frozen=True)
class Past:
    """Acts and how many working days before the anchor they were done; silence until today does the rest.

    The anchor is today; with `review_due` it is the day of the first delivery, one year before a review that is due
    so many working days from today (negative: was due).
    """

    acts: tuple[tuple[str, int], ...]
    review_due: int | None = None


DELIVERED = (
    ("submit", 20),
    ("sign_risk", 18),
    ("approve", 10),
    ("record_delivery", 2),
    ("confirm_receipt", 0),
)

EARLIER: dict[str, Past] = {
    "risk_escalated": Past((("submit", 7),)),  # 5 for the owner; leader 1 has had it for 2
    "sender_escalated": Past(
        (("submit", 18), ("sign_risk", 17))
    ),  # 10 for the team, 5 for leader 1, then above
    "lapsed": Past((("submit", 18),)),  # owner, leader 1, leader 2: 5 each
    "review_open": Past(DELIVERED, review_due=9),
    "suspended": Past(DELIVERED, review_due=-33),  # 30 after it was due
}
