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
    """Refuse when `actor` already stands in the case as any of `unlike`, unless a leader 2 waived it."""
    if case.separation_waived:
        return
    for role in unlike:
        if actor.person == getattr(case, role) or (role == "author" and actor.person in case.co_authors):
            raise SamePerson(already=IN_WORDS[role])
