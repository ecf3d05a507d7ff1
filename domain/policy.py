"""The numbers of the rules (spec: "defaults of a versioned policy object, never literals in the flow").

A policy is pinned in the case when it is submitted. A changed number in code would replay green and be wrong,
so the workflow only ever reads the copy it was given.
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class LegalProfile(StrEnum):
    """G0: what the law lets this installation say."""

    CURRENT_LAW = "current_law"
    PLAN = "plan"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """All lengths are working days unless the name says months."""

    version: str = "2026-1"
    legal_profile: LegalProfile = LegalProfile.CURRENT_LAW

    sign_risk: int = 5  # C2
    triage: int = 5  # C1a
    object: int = 5  # C5, the objection window of a cluster
    confirm: int = 5  # C7
    decide: int = 10  # C8
    leader: int = 5  # C15, each level
    directed: int = 5  # C14, after a leader directs the sender
    answer: int = 10  # C10
    deliver: int = 10  # C17
    destroy: int = 20  # C19
    post_filled: int = 5  # P5, vacancy
    own_risk: int = 5  # P5: somebody signs for the risk after its owner left
    without_owner: int = 20  # P5: then the share is suspended
    advise: int = 5  # P5
    mediate: int = 20  # E
    mediation_extension: int = 20  # E, once
    comply_or_explain: int = 20  # E
    widely_relied: int = 10  # E: so many live reliers, and one concern begins mediation
    concerns: int = 3  # E: concerns by so many different bodies do so too
    moderate: int = 5  # E: within which a concern is read before it is published
    spread_correction: int = 10  # A: to everybody the data went to
    confirm_jump: int = 1  # P9
    share_extension: int = 20  # P3: the most a leader may add to an agreed end, once, in public
    mend_undelivered: int = 1  # P3: a revocation that has not arrived
    mend_exchange: int = 5  # P3, D: anything else that is wrong with a grant
    most_actions: int = 3  # P9: the most actions of one plan
    action_months: int = 12  # P9: the furthest an action may lie ahead
    escalate_refusal: int = 20  # C12
    reopen: int = 20  # C20
    floor: int = 3  # C9, C10: never less than this when a clock starts again
    paused: int = 20  # a paused share waits this long for leader 1 before it moves up

    rounds: int = 2  # C10: information rounds without a leader
    transfer: int = 2  # C16: how long a sender may pass it on
    most_withheld: int = 50  # P6, per cent of the items; more is a refusal
    objection_lapses: int = 2  # C6: the level whose silence ends an objection, where the law says so
    participants: int = 5  # C13: more distinct deciders than this, and a case is bogged down
    waiting: int = 20  # C13: more days in all waiting for answers than this
    reconsider: int = 20  # P2: a relier whose root changed
    root_gone: int = 60  # P2: then a share whose root was withdrawn is suspended
    extension: int = 10  # C14: the most a leader may add, once
    review_extension: int = 20  # §6: the most leader 2 may add, once, in public

    longest_exemption_days: int = 366  # calendar days (P2r)
    urgent_sign: int = 4  # C21, clock hours, as the next four
    urgent_decide: int = 24
    urgent_leader: int = 12
    urgent_answer: int = 12
    urgent_extension: int = 24  # C14
    urgent_publish: int = 20  # working days after delivery at the latest
    urgent_review: int = 10  # working days after delivery
    tell_regulator: int = 72  # P9, clock hours after the team knew of a breach
    tell_leader: int = 1  # P9, working days for each leader once those hours are over
    rights_months: int = 1  # A, calendar months
    exploratory_weeks: int = 26  # C22: the longest
    exploratory_reviews: tuple[int, ...] = (13, 26)  # weeks after first delivery

    review_months: tuple[int, ...] = (12, 24)  # §6, calendar months after first delivery
    yearly_months: int = 12  # §6, the light review of a standing share
    review_opens: int = 20  # §6, working days before it is due
    review_ladder: tuple[int, ...] = (10, 20, 30)  # §6: leader 1, leader 2, suspended

    nudges: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("sign_risk", (2, 4)),
        ("triage", (2, 4)),
        ("decide", (5, 8, 9)),
        ("object", (2, 4)),
        ("confirm", (2, 4)),
        ("reconsider", (10, 15)),
        ("answer", (5, 9)),
        ("provide", (5, 8)),
        ("confirm_receipt", (5, 8)),
        ("review", (10, 20)),
        ("review_urgent", (5, 8)),
        ("certify_destruction", (10, 15)),
        ("back_risk", (2, 4)),
        ("own_risk", (2, 4)),
        ("advise", (3,)),
        ("mediate", (10, 15)),
        ("comply_or_explain", (10, 15)),
        ("answer_rights", (10, 15)),
        ("spread_correction", (5, 8)),
        ("tell_regulator", (1, 2, 3)),
        ("mend_exchange", (2, 4)),
    )  # days after opening on which the morning round reminds (C2, C10)
    # Where the day was agreed and may be far off: working days before it (P9).
    nudges_before: tuple[tuple[str, tuple[int, ...]], ...] = (("do_action", (10, 5, 1)),)
    nudge_at_top: int = 5  # C15: every so many days for as long as the top stays silent

    share_years: int = 3  # how long a share runs when the form names no end
    expiry_shows_days: int = 28  # calendar days before a share ends by itself that its risk owner is told
    long_sleep_days: int = 35  # calendar days: a wait longer than this starts a fresh run first
    reviewed_uses: tuple[str, ...] = ("prevent_harm", "proactive_help", "test_new")  # §6
    reviewed_in_bulk: tuple[str, ...] = ("fraud_error_debt",)  # pilots under the debt and fraud powers


POLICIES: dict[str, Policy] = {"2026-1": Policy()}


def in_force(legal_profile: LegalProfile = LegalProfile.CURRENT_LAW) -> Policy:
    """The policy a request submitted now is judged by, for as long as it lives."""
    return replace(POLICIES["2026-1"], legal_profile=legal_profile)
