"""C17a: the data sharing agreement, made of a register entry and of nothing else. Nobody drafts one, nobody edits one.

It is an account of what was decided, in words that are kept: what is written here later changes no agreement that
exists. No person can be named in it, because the entry it is made of names none (I10).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from json import dumps
from typing import Any, cast

from domain.policy import LegalProfile, Policy
from domain.request_choices import DUTIES, OTHERS_SEE, PATTERNS, PEOPLE_BANDS, REGIONS, USES
from domain.words import LEGAL
from domain.working_days import london_date

FORMAT = 1
KIND = "data-sharing-agreement"

# What an agreement takes from an entry, and so all it can know.
TERMS = (
    "receiving", "sending", "purpose", "harm_of_withholding", "use", "learning_question", "duty", "urgent", "items",
    "items_withheld", "subjects", "people_band", "subject_cap", "region", "area", "power", "cluster", "root", "amends",
    "part_of", "pattern", "safeguards", "others_see", "processors", "onward", "until", "extended_until", "active_from",
    "time_limited", "next_review_month", "reviews_counted_in", "review_extended", "kept_back_until", "risk_owned_by",
    "lane", "decided_on", "presumption", "separation_waived", "state", "suspended", "over", "destroyed_on",
)  # fmt: skip

LEGAL_WORDS = {
    LegalProfile.CURRENT_LAW: "Under today's law",
    LegalProfile.PLAN: "Under the data sharing reform",
}
HOW_DECIDED = {
    "standard": "The sending team decided on the request.",
    "cluster": "It is within what the cluster's members agreed: the sending team could object within its window.",
    "reliance": "It relies on an earlier decision: the sending team confirmed it, or could say what differs.",
    "urgent": "It was urgent and was decided in clock hours. A review afterwards looks at whether it was.",
    "exploratory": "It is a test of something new, decided for a short time.",
}
STATES = {
    "approved": "Approved, not yet delivered",
    "active": "Active",
    "suspended": "Suspended: no data flows",
    "ended": "Ended",
    "replaced": "Replaced by a newer decision",
    "withdrawn": "Withdrawn before any data was delivered",
}


@dataclass(frozen=True, kw_only=True)
class Clause:
    """`values`: paragraphs, or the things of a list. A clause with none is not written."""

    id: str
    label: str
    values: tuple[str, ...]


Section = tuple[str, str, Sequence[Clause]]
"""(id, heading, clauses)"""


def agreement(
    entry: Mapping[str, Any],
    policy: Policy,
    history: Iterable[Mapping[str, Any]] = (),
    *,
    made_at: datetime,
    demo: bool = False,
) -> dict[str, Any]:
    """The agreement that a version of the register entry amounts to (JSON-ready).

    `entry`: as `domain.register.entry` makes it; its version is 0 while it is kept back. `policy`: whose numbers and
    legal profile count for the case. `demo`: of made-up bodies. `history`: version, published_at and state of each version up to this one.
    """
    terms = {key: entry[key] for key in TERMS if entry.get(key) not in (None, "", [], ())}
    version = int(entry["version"])
    return {
        "kind": KIND,
        "format": FORMAT,
        "ref": entry["id"],
        "version": version,
        "title": entry["title"],
        "made_at": made_at.isoformat(),
        "demo": demo,
        "legal_profile": policy.legal_profile.value,
        "policy": policy.version,
        "register": f"/register/{entry['id']}/v/{version}" if version else None,
        "terms": terms,
        "sections": [
            {
                "id": key,
                "heading": heading,
                "clauses": [
                    {"id": each.id, "label": each.label, "values": list(each.values)}
                    for each in clauses
                    if each.values
                ],
            }
            for key, heading, clauses in _sections(terms, policy)
            if any(each.values for each in clauses)
        ],
        "versions": [
            {"version": each["version"], "published_at": each["published_at"], "state": each["state"]}
            for each in history
        ],
    }


def canonical(content: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: the same bytes wherever it was read from."""
    return dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def content_hash(content: Mapping[str, Any]) -> str:
    return sha256(canonical(content)).hexdigest()


# --- what it says --------------------------------------------------------------------------------------------------


def _sections(terms: Mapping[str, Any], policy: Policy) -> Iterator[Section]:
    legal = LEGAL[policy.legal_profile]
    yield "parties", "Who agrees", _parties(terms, legal)
    yield "purpose", "What it is for", _purpose(terms)
    yield "data", "What is shared, and about whom", _data(terms)
    yield "law", "The power to share", _law(terms, legal)
    yield "way", "How it goes, and what keeps it safe", _way(terms)
    yield "clocks", "From when until when", _clocks(terms, policy)
    yield "stopping", "When it is suspended or ends", _stopping(policy)
    yield "rights", "People whose data it is", _rights()
    yield "decision", "How it was decided", _decided(terms, policy.legal_profile)
    yield "standing", "How it stands", _standing(terms)


def _parties(terms: Mapping[str, Any], legal: Mapping[str, str]) -> Sequence[Clause]:
    return (
        _clause("receiving", "Receives and uses the data", _team(terms.get("receiving"))),
        _clause("sending", "Holds and sends the data", _team(terms.get("sending"))),
        _clause("risk", "Who answers for the risk", terms.get("risk_owned_by"), legal["risk_statement"]),
    )


def _purpose(terms: Mapping[str, Any]) -> Sequence[Clause]:
    return (
        _clause("purpose", "Purpose", terms.get("purpose")),
        _clause("use", "Kind of use", _label(USES, terms.get("use"))),
        _clause("learning_question", "What is to be learnt", terms.get("learning_question")),
        _clause("harm_of_withholding", "Harm if it is not shared", terms.get("harm_of_withholding")),
    )


def _data(terms: Mapping[str, Any]) -> Sequence[Clause]:
    cap, withheld = terms.get("subject_cap"), terms.get("items_withheld")
    return (
        _clause("items", "Items", *_many(terms.get("items"))),
        _clause("withheld", "Asked for and not shared", f"Items: {withheld}" if withheld else ""),
        _clause("subjects", "Whom the data is about", terms.get("subjects")),
        _clause("people", "How many people", _label(PEOPLE_BANDS, terms.get("people_band"))),
        _clause("cap", "At most", f"{cap:,} people" if isinstance(cap, int) else cap),
        _clause("region", "Area", _label(REGIONS, terms.get("region")), terms.get("area")),
        _clause("purpose_bound", "Bound to its purpose", "The data is used for this purpose and no other. Another purpose needs a decision of its own."),
    )  # fmt: skip


def _law(terms: Mapping[str, Any], legal: Mapping[str, str]) -> Sequence[Clause]:
    cluster = _inner(terms, "cluster")
    version = f", version {cluster['version']} of its terms" if cluster.get("version") else ""
    duty = terms.get("duty")
    return (
        _clause("power", "Legal power and basis", terms.get("power")),
        _clause("duty", "In the citizen's interest", _label(DUTIES, duty) if duty != "none" else ""),
        _clause(
            "cluster", "Cluster", f"{cluster.get('name')}{version}" if cluster else "",
            legal["cluster"] if cluster else "",
        ),
        _clause("law", "What this agreement is in law", legal["banner"]),
    )  # fmt: skip


def _way(terms: Mapping[str, Any]) -> Sequence[Clause]:
    return (
        _clause("pattern", "How the data goes", _label(PATTERNS, terms.get("pattern"))),
        _clause("channel", "Between whose systems", "The sending body's systems send it to the receiving body's. It never passes through Sharecase."),
        _clause("safeguards", "Safeguards", *_many(terms.get("safeguards"))),
        _clause("others_see", "Whether others see it", _label(OTHERS_SEE, terms.get("others_see"))),
        _clause("processors", "Who works on it for the receiving body", *_many(terms.get("processors"))),
        _clause("onward", "Who else receives it", *_many(terms.get("onward"))),
    )  # fmt: skip


def _clocks(terms: Mapping[str, Any], policy: Policy) -> Sequence[Clause]:
    started, extended = terms.get("active_from"), terms.get("extended_until")
    return (
        _clause("start", "Starts", _day(started) or "With the first delivery that both teams confirm"),
        _clause("end", "Ends by itself on", _day(extended or terms.get("until"))),
        _clause(
            "extension", "More time",
            f"Its end was moved once, from {_day(terms.get('until'))}" if extended
            else f"A leader of the receiving body may move its end once, by {policy.share_extension} working days at most, in public",
        ),
        _clause("reviews", "Reviews", *_reviews(terms)),
        _clause("kept_back", "Kept out of the register until", _day(terms.get("kept_back_until"))),
    )  # fmt: skip


def _reviews(terms: Mapping[str, Any]) -> Iterator[str]:
    unit = terms.get("reviews_counted_in", "months")
    if not terms.get("time_limited"):
        yield "This kind of use is not reviewed"
        return
    month = terms.get("next_review_month")
    steps = "13 and 26 weeks" if unit == "weeks" else "12 and 24 months"
    yield f"After {steps} from the first delivery, by somebody of another team"
    if month:
        yield f"The next one after {month} {unit}" + (
            ", with more time given" if terms.get("review_extended") else ""
        )
    yield "A review that is not concluded stops the share"


def _stopping(policy: Policy) -> Sequence[Clause]:
    return (
        _clause("suspended", "While it is suspended", "No data flows, and the grant opens nothing. What was delivered is not used until the share is reinstated or ends."),
        _clause("ended", "When it ends", "The grant is over at once, for both sides' machines. The entry in the register stays and says why."),
        _clause("destruction", "Retention and destruction", f"The data is kept for as long as the share lasts. Within {policy.destroy} working days after its end the receiving team destroys or returns it, and certifies that it did."),
    )  # fmt: skip


def _rights() -> Sequence[Clause]:
    return (
        _clause("rights", "Objecting, and putting data right", "Anybody whose data it is can object to its use or have it put right, at the address below. The receiving team answers within one calendar month, and tells everybody who has the data what was corrected."),
    )  # fmt: skip


def _decided(terms: Mapping[str, Any], profile: LegalProfile) -> Sequence[Clause]:
    root, presumption = _inner(terms, "root"), terms.get("presumption")
    silence = {
        LegalProfile.CURRENT_LAW: "Nobody answered in time. The bodies had agreed beforehand, and signed, that a request like this is then approved",
        LegalProfile.PLAN: "Nobody answered in time, and the request is presumed to be approved",
    }[profile]  # fmt: skip
    return (
        _clause("lane", "How", HOW_DECIDED.get(str(terms.get("lane")), "")),
        _clause("decided_on", "Decided on", _day(terms.get("decided_on"))),
        _clause("presumption", "Approved by silence", f"{silence}: {presumption}" if presumption else ""),
        _clause("root", "Relies on", f"{root['id']}, version {root['version']}" if root else ""),
        _clause("amends", "Amends", terms.get("amends")),
        _clause("part_of", "Part of", terms.get("part_of")),
        _clause(
            "separation", "Separation of roles",
            "Waived by a leader: one person holds several roles" if terms.get("separation_waived") else "",
        ),
    )  # fmt: skip


def _standing(terms: Mapping[str, Any]) -> Sequence[Clause]:
    over, suspended = _inner(terms, "over"), _inner(terms, "suspended")
    return (
        _clause("state", "State", STATES.get(str(terms.get("state")), str(terms.get("state", "")))),
        _clause("why_suspended", "Suspended", _since(suspended)),
        _clause("why_over", "Over", _since(over)),
        _clause("replaced_by", "Replaced by", over.get("replaced_by")),
        _clause("destroyed_on", "Data destroyed or returned", _day(terms.get("destroyed_on"))),
    )


def _inner(terms: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return terms.get(key) or {}


def _since(told: Mapping[str, Any]) -> str:
    return f"Since {_day(told.get('on'))}. {told.get('because', '')}".strip() if told else ""


def _clause(key: str, label: str, *values: object) -> Clause:
    return Clause(id=key, label=label, values=tuple(str(each) for each in values if each))


def _team(side: Mapping[str, Any] | None) -> str:
    return f"{side['team']}, {side['organisation']}" if side else ""


def _label(choices: Iterable[Any], value: object) -> str:
    return next((each.label for each in choices if each.value == value), str(value or ""))


def _many(given: object) -> list[str]:
    if isinstance(given, list | tuple):
        return [str(each) for each in cast(Sequence[object], given)]
    return str(given).splitlines() if given else []


def _day(value: object) -> str:
    if not value:
        return ""
    text = str(value)
    on = london_date(datetime.fromisoformat(text)) if "T" in text else date.fromisoformat(text)
    return f"{on.day} {on:%B %Y}"
