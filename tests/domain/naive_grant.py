"""I4, a second opinion: what a machine may believe of a grant when it hears nothing but what is pushed.

It knows none of the rules that make a grant: it takes the changes in their order, as an endpoint does, and asks after
each transition whether what it believes is what the case and its entry in the register say.
"""

from domain import events as e
from domain.case import Case, Kind, Stage
from domain.grants import OVER, Change, State, changes, state_after

SAYS: dict[Change, State] = {
    Change.ISSUED: State.ISSUED,
    Change.ACTIVATED: State.ACTIVE,
    Change.REINSTATED: State.ACTIVE,
    Change.SUSPENDED: State.SUSPENDED,
    Change.REVOKED: State.REVOKED,
    Change.EXPIRED: State.EXPIRED,
}
COMES_AFTER: dict[Change, tuple[State | None, ...]] = {
    Change.ISSUED: (None, State.REVOKED),  # approved again after it was not taken up in time (C20)
    Change.ACTIVATED: (State.ISSUED, None),
    Change.REINSTATED: (State.SUSPENDED,),
    Change.SUSPENDED: (State.ACTIVE, State.ISSUED),
    Change.NARROWED: (State.ACTIVE, State.SUSPENDED, State.ISSUED),
    Change.EXTENDED: (State.ACTIVE, State.SUSPENDED),
    Change.MOVED: (State.ISSUED, State.ACTIVE, State.SUSPENDED),
    Change.REVOKED: (State.ISSUED, State.ACTIVE, State.SUSPENDED),
    Change.EXPIRED: (State.ACTIVE, State.SUSPENDED),
}


class NaiveGrant:
    def __init__(self) -> None:
        self.believed: State | None = None

    def hears(self, before: Case, steps: list[tuple[e.Event, Case]]) -> None:
        """One transition: each event with the case just after it."""
        case = before
        for event, after in steps:
            was = self.believed
            for change in changes(was, case, after, event):
                assert self.believed in COMES_AFTER[change], (self.believed, change, event.kind)
                self.believed = SAYS.get(change, self.believed)
            assert self.believed is state_after(was, after, event), "it was told of no change"
            case = after
        self.agrees(case)

    def agrees(self, case: Case) -> None:
        registered = case.register_version > 0 or len(case.open(Kind.PUBLISH)) > 0
        if self.believed is State.ACTIVE:
            assert case.stage is Stage.ACTIVE and registered
        if case.stage is Stage.ACTIVE:
            assert registered and self.believed is State.ACTIVE, "whoever may use it is not kept from it"
        if case.stage is Stage.SUSPENDED:
            assert self.believed is State.SUSPENDED
        if case.stage is Stage.ENDED:
            assert self.believed in OVER
        if self.believed is State.ISSUED:
            assert case.stage is Stage.APPROVED and not case.active_from
