"""What is chosen from a list in an act."""

from enum import StrEnum


class Ground(StrEnum):
    """Why a sender refuses (spec §3). A ground alone never passes: see `domain.acts`."""

    STATUTORY_BAR = "statutory_bar"
    OUTSIDE_PURPOSE = "outside_purpose"
    SAFETY_HARM = "safety_harm"
    HARM_OUTWEIGHS = "harm_outweighs"
    NOT_POSSIBLE = "not_possible"
    NOT_HELD = "not_held"


class ObjectionGround(StrEnum):
    """The only grounds on which a member of a cluster can object to what its own agreement presumes (C5)."""

    OUTSIDE_TASK = "outside_task"
    SAFETY_HARM = "safety_harm"
    NOT_POSSIBLE = "not_possible"
    STATUTORY_BAR = "statutory_bar"
    THIRD_RAIL = "third_rail"


class Element(StrEnum):
    """What a request and the decision it relies on are compared by (P2)."""

    ITEMS = "items"
    SUBJECTS = "subjects"
    RETENTION = "retention"
    PURPOSE = "purpose"
    GATEWAY = "gateway"
    RECIPIENT = "recipient"
    REGION = "region"
    SAFEGUARDS = "safeguards"


class Outcome(StrEnum):
    """What a review concludes (spec §6)."""

    CONTINUE = "continue"
    CHANGE = "change"
    NARROW = "narrow"
    PAUSE = "pause"
    END = "end"


class AfterLast(StrEnum):
    """What follows the 24-month review when it does not end the share (§6)."""

    END = "end"
    YEARLY = "yearly"
    NEW_CYCLE = "new_cycle"


class WhyMediated(StrEnum):
    LEADER = "leader"  # C14
    CONCERNS = "concerns"  # E: of several bodies, or about a share that many rely on
    MOTION = "motion"  # E: the regulator's own


class MediationOutcome(StrEnum):
    """Non-binding (E)."""

    AGREED = "agreed"  # both sides agreed on something
    RECOMMENDED = "recommended"  # the mediator recommends a change
    NO_CHANGE = "no_change"  # the mediator found nothing to change
    NONE = "none"  # nobody concluded in time


class Right(StrEnum):
    """What a citizen may ask of a share (A)."""

    OBJECTION = "objection"
    RECTIFICATION = "rectification"


class RightsOutcome(StrEnum):
    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


class Fault(StrEnum):
    """What can be wrong with a grant (P3, D)."""

    UNDELIVERED = "undelivered"  # a revocation has not reached an endpoint after a working day
    SILENT = "silent"  # nothing was heard of its use
    OVER_CAP = "over_cap"  # more was delivered than was agreed
    UNAUTHORISED = "unauthorised"  # used while it must not be


class Step(StrEnum):
    """The ladder of improvement, from its foot (P9)."""

    ADVISE = "advise"
    PLAN = "plan"
    NARROW = "narrow"
    SUSPEND = "suspend"
    REVOKE = "revoke"
