"""G2: author, risk owner, decider and reviewer of one case are four different people."""

from domain.case import Case
from domain.people import Actor
from domain.refusals import SamePerson, SamePersonCovered

IN_WORDS = {
    "author": "the author of the request",
    "risk_owner": "the risk owner",
    "decider": "the person who decided",
    "reviewer": "the reviewer",
}


def require_separate(case: Case, actor: Actor, *, unlike: tuple[str, ...]) -> None:
    """Refuse when `actor`, or whom they act for, already stands in the case as any of `unlike`, unless a leader 2 waived it."""
    if case.separation_waived:
        return
    for role in unlike:
        there = held(case, role)
        if actor.person in there:
            raise SamePerson(already=IN_WORDS[role])
        if there & set(actor.acting_for):
            raise SamePersonCovered(already=IN_WORDS[role])


# Which of the case's people may not do these acts: for pages, which do not offer in cover what is refused for it. The
# rules of the acts say it themselves; a test holds both together.
DECIDES = ("author", "risk_owner", "reviewer")
EVERYBODY = ("author", "risk_owner", "decider", "reviewer")
APART: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("sign_risk", "own_risk"), ("author", "decider", "reviewer")),
    **dict.fromkeys(("approve", "approve_part", "refuse", "say_not_held", "ask", "transfer"), DECIDES),
    **dict.fromkeys(("object", "distinguish", "take_over"), DECIDES),
    **dict.fromkeys(("back_risk", "countersign", "choose_lane", "rule_out"), EVERYBODY),
    **dict.fromkeys(
        ("uphold_refusal", "overturn_refusal", "conclude_review"), ("author", "risk_owner", "decider")
    ),
}


def keeps_apart(case: Case, actor: Actor, act: str) -> str:
    """As what somebody, or whom they act for, stands in the case already, so that this act is not theirs; else ''."""
    try:
        require_separate(case, actor, unlike=APART.get(act, ()))
    except (SamePerson, SamePersonCovered) as refusal:
        return str(refusal.details.get("already", ""))
    return ""


def held(case: Case, role: str) -> set[str]:
    """Who stands in the case as `role`: everybody who wrote it, everybody who ever signed for its risk (P5)."""
    before = {"author": case.co_authors, "risk_owner": case.owners_before}.get(role, ())
    return {getattr(case, role), *before} - {""}
