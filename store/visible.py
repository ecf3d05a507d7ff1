"""Which cases somebody may see, as a condition for every list there is: the same answer as `permissions.may_see`.

One place, so that no list shows what its reader could not open. A property test holds the two together.
"""

from collections.abc import Iterator

from sqlalchemy import and_, or_, select
from sqlalchemy.sql.elements import ColumnElement

from domain.case import Stage
from domain.people import Role
from domain.permissions import Post
from store.directory import Person
from store.tables import cases, mediations, register

_c = cases.c


def visible_to(person: Person) -> ColumnElement[bool]:
    """A condition on `cases`: their teams' cases, their body's for leaders, advisers and reviewers; auditors see all."""
    if Role.AUDITOR in person.roles:
        return _c.ref.is_not(None)
    ways = [way for post in person.posts for way in _ways(post)]
    return or_(*ways) if ways else _c.ref.is_(None)


def _ways(post: Post) -> Iterator[ColumnElement[bool]]:
    to_sender = _c.sender_may_see  # only after a risk owner signed (C2)
    if post.role in (Role.REQUESTER, Role.RISK_OWNER):
        yield _c.receiving_team == post.team
    if post.role is Role.REVIEWER:  # another team looks back (§6)
        yield and_(_c.receiving_organisation == post.organisation, _c.receiving_team != (post.team or ""))
    if post.role is Role.ADVISER or post.role.startswith("leader_"):
        yield _c.receiving_organisation == post.organisation
        yield and_(_c.sending_organisation == post.organisation, to_sender)
    if post.role is Role.SENDER_DECIDER:
        yield and_(_c.sending_team == post.team, to_sender)
    if post.role is Role.BOARD:  # what it has to sort out, for as long as that lasts (C1a)
        yield and_(_c.board == post.organisation, _c.stage == Stage.TRIAGE)
    if post.role is Role.REGULATOR:  # what is in the register, and what was sent to mediation (E, P9)
        yield _c.ref.in_(select(register.c.ref))
        yield _c.ref.in_(select(mediations.c.ref))
