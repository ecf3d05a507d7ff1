"""P2r: the public register entry, built from an allow-list. No person's name can get in, because none is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from domain import events as e
from domain import improvement_published
from domain.case import Case, Lane, Stage
from domain.clusters import NAMES
from domain.mediated import Mediation
from domain.people import CLOCK
from domain.review_form import published
from domain.words import CAUSES
from domain.working_days import london_date

# The answers the public sees. Free text is published as the form says it will be.
ALWAYS = (
    "title",
    "purpose",
    "harm_of_withholding",
    "people_per_day",
    "severity",
    "use",
    "subjects",
    "people_band",
    "items",
    "pattern",
    "until",
    "power",
    "duty",
)
WHEN_GIVEN = (
    "region",
    "area",
    "task",
    "learning_question",
    "subject_cap",
    "safeguards",
    "harm_reversible",
    "harm_money",
    "harm_source",
    "others_see",
    "processors",
    "onward",
    "retired_questions",
)
PUBLIC_ANSWERS = (*ALWAYS, *WHEN_GIVEN)


class State(StrEnum):
    """How an entry stands. An entry that is over stays as a tombstone that says when and why (G7)."""

    APPROVED = "approved"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


OVER = frozenset({State.ENDED, State.REPLACED, State.WITHDRAWN})
STATES: dict[Stage, State] = {
    Stage.APPROVED: State.APPROVED,
    Stage.ACTIVE: State.ACTIVE,
    Stage.SUSPENDED: State.SUSPENDED,
    Stage.ENDED: State.ENDED,
}

# Why an entry is over, in plain words.
BECAUSE: dict[str, str] = {
    "agreed_end": "Its agreed end came.",
    "review": "A review ended it.",
    "ended_early": "The receiving body ended it before its agreed end.",
    improvement_published.ENDED_BY_STEP: "It was ended as the last step of improvement: the steps before did not put it right.",
    improvement_published.ENDED_FOR_HARM: "It was ended because of live harm.",
    "replaced": "A newer decision took its place.",
    "withdrawn": "The receiving body withdrew it before any data was delivered.",
}


T = TypeVar("T", bound=e.Event, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Fact(Generic[T]):
    """An event of the case as it is kept: when, who, what."""

    at: datetime
    actor: str
    event: T
    said: Mapping[str, Any] = field(
        default_factory=dict[str, Any]
    )  # what was answered in the act, of reviews only


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What an entry says that neither the case nor the form holds. `facts`: of `LOOKED_BACK_AT`, oldest first."""

    facts: tuple[Fact[Any], ...] = ()
    cluster_name: str = ""
    mediations: tuple[Mediation, ...] = ()  # about the share in use, oldest first (E)
    dues: Mapping[str, datetime] = field(
        default_factory=dict[str, datetime]
    )  # until when each action and each report of a breach was asked for (P9)


# The kinds of event that a version of an entry looks back at.
LOOKED_BACK_AT = (
    "lane_chosen",
    "request_approved",
    "review_concluded",
    "share_suspended",
    "share_ended",
    "share_replaced",
    "urgent_use_reviewed",
    "case_withdrawn",
    "destruction_certified",
    "share_extended",
    *improvement_published.LOOKED_BACK_AT,
)


def state_of(case: Case, facts: Iterable[Fact[Any]] = ()) -> State:
    """What is in none of the stages of a share was withdrawn before anything was delivered."""
    state = STATES.get(case.stage, State.WITHDRAWN)
    is_replaced = state is State.ENDED and _last(facts, e.ShareReplaced) is not None
    return State.REPLACED if is_replaced else state


def entry(
    case: Case,
    answers: Mapping[str, Any],
    names: Mapping[str, str],
    at: datetime,
    beside: Beside | None = None,
) -> dict[str, Any]:
    """One version of the entry (JSON-ready). `names` maps organisation and team ids to public names."""
    receiving, sending, beside = case.receiving, case.sending, beside or Beside()
    assert receiving and sending
    facts = beside.facts
    state, approval = state_of(case, facts), _last(facts, e.RequestApproved)
    found: dict[str, Any] = {
        "id": case.ref,
        "version": case.register_version,
        "state": state.value,
        "published_at": at.isoformat(),
        "receiving": {
            "id": receiving.organisation,
            "organisation": names[receiving.organisation],
            "team": names[receiving.team],
        },
        "sending": {
            "id": sending.organisation,
            "organisation": names[sending.organisation],
            "team": names[sending.team],
        },
        "lane": case.lane.value,
        "cluster": _cluster(case, beside),
        "root": _root(case),
        "amends": case.parent if case.relation == "amends" else None,
        "part_of": case.parent if case.relation == "part" else None,
        "submitted_at": case.submitted_at.isoformat() if case.submitted_at else None,
        "decided_on": _day(approval),
        "presumption": approval.event.presumption if approval else "",
        "active_from": case.active_from.isoformat() if case.active_from else None,
        "items_shared": case.items,
        "items_withheld": case.withheld,
        "time_limited": case.time_limited,
        "next_review_month": case.review_month or None,
        "reviews_counted_in": "weeks" if case.lane is Lane.EXPLORATORY else "months",
        "review_extended": case.review_extended,
        "extended_until": case.extended_until or None,
        "share_extended": _extended(facts),
        "reviews": _reviews(facts),
        "mediations": [each.public() for each in beside.mediations],
        **improvement_published.published(facts, beside.dues, over=state in OVER),
        "urgent_use_justified": _justified(facts),
        "kept_back_until": case.exempt_until or None,
        "separation_waived": case.separation_waived,
        "overdue_at_top": case.at_top,
        "risk_owned_by": f"Risk owner, {names[receiving.team]}",
        "suspended": _suspended(facts) if state is State.SUSPENDED else None,
        "over": _over(state, facts, at) if state in OVER else None,
        "destroyed_on": _day(_last(facts, e.DestructionCertified)),
    }
    found |= {key: answers.get(key) for key in ALWAYS}
    found |= {key: answers[key] for key in WHEN_GIVEN if answers.get(key)}
    return found | ({"urgent": answers["urgent"]} if answers.get("urgent", "no") != "no" else {})


def _cluster(case: Case, beside: Beside) -> dict[str, Any] | None:
    if not case.cluster:
        return None
    chosen = _last(beside.facts, e.LaneChosen)
    version = chosen.event.cluster_version if chosen else 0
    name = beside.cluster_name or NAMES.get(case.cluster, case.cluster)
    return {"id": case.cluster, "name": name, "version": version or None}


def _root(case: Case) -> dict[str, Any] | None:
    """The decision relied on, with the version that is pinned (P2)."""
    if not case.root:
        return None
    return {
        "id": case.root,
        "version": case.root_version,
        "address": f"/register/{case.root}/v/{case.root_version}",
    }


def _last(facts: Iterable[Fact[Any]], kind: type[T]) -> Fact[T] | None:
    found = [cast(Fact[T], each) for each in facts if isinstance(each.event, kind)]
    return found[-1] if found else None


def _day(fact: Fact[Any] | None) -> str | None:
    return london_date(fact.at).isoformat() if fact else None


def _reviews(facts: Iterable[Fact[Any]]) -> list[dict[str, Any]]:
    """§6: what each review said, in numbers and without the reviewer."""
    return [
        {
            "month": each.event.month,
            "outcome": each.event.outcome.value,
            "concluded_on": _day(each),
            **published(each.said),
        }
        for each in facts
        if isinstance(each.event, e.ReviewConcluded)
    ]


def _justified(facts: Iterable[Fact[Any]]) -> bool | None:
    """C21: what the review after an urgent use said."""
    review = _last(facts, e.UrgentUseReviewed)
    return review.event.justified if review else None


def _extended(facts: Iterable[Fact[Any]]) -> dict[str, Any] | None:
    """P3: when a leader gave a share more time before its end, and how many working days."""
    last = _last(facts, e.ShareExtended)
    return {"on": _day(last), "days": last.event.days, "until": last.event.until} if last else None


def _suspended(facts: Iterable[Fact[Any]]) -> dict[str, Any] | None:
    last = _last(facts, e.ShareSuspended)
    why = CAUSES[last.event.cause] if last else ""
    return {"on": _day(last), "because": f"{why[:1].upper()}{why[1:]}."} if last else None


def _over(state: State, facts: Iterable[Fact[Any]], at: datetime) -> dict[str, Any]:
    """When and why a share is over, and what stands in its place."""
    facts = tuple(facts)
    replaced, ended = _last(facts, e.ShareReplaced), _last(facts, e.ShareEnded)
    match state:
        case State.REPLACED:
            fact, why = replaced, "replaced"
        case State.WITHDRAWN:
            fact, why = _last(facts, e.CaseWithdrawn), "withdrawn"
        case _:
            fact, why = ended, _why_ended(ended, facts)
    over = {"on": _day(fact) or london_date(at).isoformat(), "why": why, "because": BECAUSE[why]}
    return over | ({"replaced_by": replaced.event.by} if replaced else {})


def _why_ended(ended: Fact[e.ShareEnded] | None, facts: Iterable[Fact[Any]]) -> str:
    by_ladder = improvement_published.why_ended(facts, ended.at) if ended else ""
    if by_ladder:
        return by_ladder
    if ended and ended.event.by_review:
        return "review"
    by_date = ended and (ended.event.by_date or ended.actor == CLOCK.person)
    return "agreed_end" if by_date else "ended_early"


# Reviews that leave nothing to lean on, should the share itself still stand (P2).
ADVERSE = frozenset({"pause", "end"})


def may_be_root(content: Mapping[str, Any], today: str) -> bool:
    """P2: whether somebody else may rely on this entry's newest version. `today`: ISO date.

    Only a decision taken for itself: what relies on another points to that one, so that there are no chains.
    """
    reviews: list[Mapping[str, Any]] = content.get("reviews") or []
    return (
        content["state"] == State.ACTIVE
        and not content.get("root")
        and not (content.get("until") and content["until"] < today)
        and not (reviews and reviews[-1]["outcome"] in ADVERSE)
    )
