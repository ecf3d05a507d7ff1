"""G2: author, risk owner, decider and reviewer of one case are four different people."""

from domain.case import Case
from domain.people import Actor
from domain.refusals import SamePerson

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
        if {actor.person, *actor.acting_for} & held(case, role):
            raise SamePerson(already=IN_WORDS[role])


def held(case: Case, role: str) -> set[str]:
    """Who stands in the case as `role`: everybody who wrote it, everybody who ever signed for its risk (P5)."""
    before = {"author": case.co_authors, "risk_owner": case.owners_before}.get(role, ())
    return {getattr(case, role), *before} - {""}
