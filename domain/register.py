"""P2r: the public register entry, built from an allow-list. No person's name can get in, because none is asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.case import Case, Stage

# The answers the public sees. Free text is published as the form says it will be.
PUBLIC_ANSWERS = (
    "title",
    "purpose",
    "harm_of_withholding",
    "use",
    "subjects",
    "people_band",
    "items",
    "pattern",
    "until",
    "power",
    "duty",
)

STATES: dict[Stage, str] = {
    Stage.APPROVED: "approved",
    Stage.ACTIVE: "active",
    Stage.SUSPENDED: "suspended",
    Stage.ENDED: "ended",
}


def entry(case: Case, answers: Mapping[str, Any], names: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """One version of the entry (JSON-ready). `names` maps organisation and team ids to public names."""
    receiving, sending = case.receiving, case.sending
    assert receiving and sending
    return {
        "id": case.ref,
        "version": case.register_version,
        "state": STATES.get(case.stage, "approved"),
        "published_at": at.isoformat(),
        "receiving": {"organisation": names[receiving.organisation], "team": names[receiving.team]},
        "sending": {"organisation": names[sending.organisation], "team": names[sending.team]},
        "lane": case.lane.value,
        "submitted_at": case.submitted_at.isoformat() if case.submitted_at else None,
        "active_from": case.active_from.isoformat() if case.active_from else None,
        "items_shared": case.items,
        "time_limited": case.time_limited,
        "next_review_month": case.review_month or None,
        "review_extended": case.review_extended,
        "separation_waived": case.separation_waived,
        "overdue_at_top": case.at_top,
        "risk_owned_by": f"Risk owner, {names[receiving.team]}",
        **{key: answers.get(key) for key in PUBLIC_ANSWERS},
    }
