"""C1: a request looked at before any lane. What was found is kept with the form, predicate by predicate."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from domain.appetite import Stance
from domain.case import Lane
from domain.clusters import has
from domain.commands import Screening
from domain.lanes import LaneDecision, Predicate
from domain.records import USES, Facts
from domain.request_form import QUESTIONS
from domain.screened import HEALTH_RECORDS

# Special categories told by the items, so that nobody has to know Article 9 (form study, field 15).
SPECIAL = (
    HEALTH_RECORDS + r"|disabilit|ethnic|religio|sexual|biometric|fingerprint|genetic|political|trade union"
    r"|convict|offence|caution"
)
CATEGORIES = {use: category for category, use in USES.items() if use}
REGIONS = {
    choice.value: choice.label
    for question in QUESTIONS
    if question.id == "region"
    for choice in question.choices
}
LANES = {"in_cluster": Lane.CLUSTER, "reliance": Lane.RELIANCE, "standard": Lane.STANDARD}


@dataclass(frozen=True, kw_only=True)
class Teams:
    """Both sides by their public names."""

    asking: str
    asking_team: str
    holding: str
    holding_team: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`screening` travels to the case; the predicates and reasons, which are words, stay with the form.

    `stances`: to the appetite of the receiving and of the sending body (P8).
    """

    screening: Screening
    predicates: tuple[Predicate, ...] = ()
    reasons: tuple[str, ...] = ()
    differences: tuple[str, ...] = field(default=())  # from the decision relied on
    stances: tuple[Stance, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def facts_of(ref: str, answers: Mapping[str, Any], teams: Teams) -> Facts:
    """The form's clean answers as the rules read them."""
    items = tuple(map(str, answers.get("items", ())))
    added = " ".join(str(each) for each in answers.get("addenda", ()))
    place = (str(answers.get("area", "")), REGIONS.get(str(answers.get("region", "")), ""))
    return Facts(
        id=ref,
        title=str(answers.get("title", "")),
        asking=teams.asking,
        asking_team=teams.asking_team,
        holding=(teams.holding,),
        holding_team=teams.holding_team,
        purpose=" ".join(part for part in (str(answers.get("purpose", "")), added) if part),
        category=CATEGORIES.get(str(answers.get("use")), "other"),
        use=str(answers.get("use", "")),
        pattern=str(answers.get("pattern", "")),
        items=items,
        subjects=str(answers.get("subjects", "")),
        power=str(answers.get("power", "")),
        region=", ".join(part for part in place if part),
        until=str(answers.get("until", "")),
        special_category=has(SPECIAL, *items),
        processors=tuple(map(str, answers.get("processors", ()))),
        onward=tuple(map(str, answers.get("onward", ()))),
        differences=str(answers.get("differences", "")),
        relies_on=(str(answers["root"]),) if answers.get("root") else (),
    )


def finding(
    decided: LaneDecision,
    answers: Mapping[str, Any],
    *,
    cluster: str,
    cluster_version: int,
    board: str,
    root_version: int,
    pilot: bool,
    receiving: Stance,
    sending: Stance,
) -> Finding:
    """`cluster`, its version and board: of the receiving team, whichever lane carries the request.

    The leaders whose word a risk outside the appetite needs are told to the case whatever the lane, because people may
    choose another one later (C1a, C16).
    """
    stopped = tuple(f"{hit.rule} v{hit.version}" for hit in decided.stopped)
    undecided = tuple(name for name, value, _ in decided.predicates if value is None and " v" not in name)
    route = {"out_of_scope": "blocked", "needs_review": "triage"}.get(decided.route, "lane")
    carries = decided.cluster or ""
    screening = Screening(
        route=route,  # type: ignore[arg-type]
        lane=_lane(decided, answers),
        rules=stopped,
        missing=undecided,
        conditions=tuple(
            name.partition(" ")[0] for name, value, _ in decided.predicates if value and " v" in name
        )
        if route != "blocked"
        else (),
        cluster=carries or cluster,
        cluster_version=cluster_version,
        board=board,
        root=decided.root or str(answers.get("root", "")),
        root_version=root_version,
        back_level=receiving.asks,
        sign_level=sending.asks,
        pilot=pilot,
    )
    return Finding(
        screening=screening,
        predicates=decided.predicates,
        reasons=decided.reasons,
        differences=tuple(
            why for name, value, why in decided.predicates if name == "decision_covers_it" and not value
        ),
        stances=(receiving, sending),
    )


def _lane(decided: LaneDecision, answers: Mapping[str, Any]) -> Lane:
    """Urgency goes before everything but the guards (C21); what is tried out goes the exploratory way (C22)."""
    if answers.get("urgent", "no") != "no":
        return Lane.URGENT
    if answers.get("use") == "test_new" and not answers.get("amends"):
        return Lane.EXPLORATORY
    return LANES.get(decided.route, Lane.STANDARD)
