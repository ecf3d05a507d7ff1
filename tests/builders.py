"""Cases for tests, made the only way a case is ever made: commands go in, the rules decide, events are folded.

`Life` reads aloud:

    life = Life()
    life.submit()
    life.working_days_pass(5)
    life.expect_told(Seat.RECEIVING_LEADER_1)

`a_case()` gets a case quickly to where a test begins:

    life = a_case(duty="safeguarding").submitted().risk_signed().life()
    life = a_case(**relying()).submitted().risk_signed().life()

Which lane a case travels by is what screening found: `in_cluster()`, `relying()`, `urgent()`, `exploratory()`,
`in_doubt()` and `out_of_scope()` are settings of a life like any other.

What goes on around a case has its words in `tests/words_of_care.py`.

Every seat has a person of its own in it, so that separation of roles (G2) never stands in a test's way by accident.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeVar

import pytest

from domain import commands as c
from domain import events as e
from domain import working_days
from domain.case import Case, Kind, Lane, Stage, Task
from domain.decide import decide
from domain.decide.deadlines import counts_as
from domain.fold import evolve
from domain.people import CLOCK, DIRECTORY, EXCHANGE, OTHER_CASE, PUBLIC, SYSTEM, Actor, Party, Seat, Side
from domain.policy import LegalProfile, Policy, in_force
from domain.refusals import Refusal
from domain.working_days import Nation
from tests.fixtures.calendar import EW, calendar_for
from tests.words_of_care import Caring

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)  # an ordinary one: no bank holiday for a month
EVERY_SEAT = tuple(Seat)
NO_LEADERS = tuple(seat for seat in Seat if not seat.level)
FORM, NEW_FORM = "form-1", "form-2"
MANIFEST, OTHER_MANIFEST = "manifest-a", "manifest-b"
ROOT, NEW_ROOT, CHILD = "SC-2025-0007", "SC-2026-0044", "SC-2026-0002"
CLUSTER, BOARD = "health_social_care", "health-board"
ANOTHER_TEAM = Party(organisation="hmrc", team="records", nation=Nation.ENGLAND_AND_WALES)
E = TypeVar("E")

PEOPLE = {
    Seat.REQUESTER: "amy",
    Seat.RISK_OWNER: "ruth",
    Seat.REVIEWER: "rhys",
    Seat.RECEIVING_LEADER_1: "rl1",
    Seat.RECEIVING_LEADER_2: "rl2",
    Seat.RECEIVING_LEADER_3: "rl3",
    Seat.SENDER: "sam",
    Seat.SENDING_LEADER_1: "sl1",
    Seat.SENDING_LEADER_2: "sl2",
    Seat.SENDING_LEADER_3: "sl3",
    Seat.RECEIVING_ADVISER: "ada",
    Seat.SENDING_ADVISER: "abe",
    Seat.BOARD: "bea",
    Seat.REGULATOR: "meg",
    Seat.OPERATOR: SYSTEM.person,
    Seat.CLOCK: CLOCK.person,
    Seat.OTHER_CASE: OTHER_CASE.person,
    Seat.DIRECTORY: DIRECTORY.person,
    Seat.PUBLIC: PUBLIC.person,
    Seat.EXCHANGE: EXCHANGE.person,
}


def actor(*seats: Seat, person: str = "") -> Actor:
    """Somebody in these seats; the usual person of the first one, unless named."""
    return Actor(person=person or PEOPLE[seats[0]], seats=seats)


def without(*seats: Seat) -> tuple[Seat, ...]:
    """Every post filled but these."""
    return tuple(seat for seat in Seat if seat not in seats)


@dataclass(frozen=True)
class Step:
    """One decision, with all that went into it."""

    before: Case
    command: c.Command
    now: datetime
    events: tuple[e.Event, ...]


class Life(Caring):
    """The life of one case: who did what, how time went by, and what came of it."""

    def __init__(
        self,
        *,
        filled: Collection[Seat] = EVERY_SEAT,
        receiving_nation: Nation = EW,
        sending_nation: Nation = EW,
        tiny: Side | None = None,
        use: str = "prevent_harm",
        pattern: str = "",
        duty: str = "none",
        items: int = 5,
        until: str = "",
        screening: c.Screening | None = None,
        amends: c.Amended | None = None,
        policy: Policy | None = None,
        now: datetime = MONDAY,
        ref: str = "SC-2026-0001",
    ) -> None:
        self.receiving = Party(
            organisation="council", team="care", nation=receiving_nation, tiny=tiny is Side.RECEIVING
        )
        self.sending = Party(
            organisation="dwp", team="data", nation=sending_nation, tiny=tiny is Side.SENDING
        )
        self.request = c.Submit(
            receiving=self.receiving,
            sending=self.sending,
            form_version=1,
            form_hash=FORM,
            use=use,
            pattern=pattern,
            duty=duty,
            items=items,
            until=until,
            screening=screening or c.Screening(),
            amends=amends,
        )
        self.filled = set(filled)
        self.now = now
        self.lag = timedelta(0)  # how late the clock notices a deadline
        self.case = Case(
            ref=ref, policy=policy or Policy(), calendar=calendar_for(receiving_nation, sending_nation)
        )
        self.born = self.case
        self.steps: list[Step] = []
        self.since = 0  # the first step that the expectations look at

    # --- acting -------------------------------------------------------------------------------------

    def command(self, act: c.Act, by: Seat | Actor, **extra: Any) -> c.Command:
        who = actor(by) if isinstance(by, Seat) else by
        known: dict[str, Any] = {
            "id": f"c{len(self.steps) + 1}",
            "received_at": self.now,
            "seen": None if who.person == CLOCK.person else self.case.version,
            "filled": tuple(sorted(self.filled)),
        }
        return c.Command(by=who, act=act, **{**known, **extra})

    def act(self, act: c.Act, by: Seat | Actor, **extra: Any) -> tuple[e.Event, ...]:
        """Decide and fold, now. What the expectations look at begins here. `extra` overrides the envelope."""
        self.since = len(self.steps)
        return self._decide(self.command(act, by, **extra))

    def refuses(self, why: type[Refusal], act: c.Act, by: Seat | Actor, **extra: Any) -> Refusal:
        """The act must be refused for exactly this reason, in words, and must change nothing."""
        before = self.case
        with pytest.raises(Refusal) as caught:
            decide(self.case, self.command(act, by, **extra), self.now)
        assert type(caught.value) is why, f"refused as {caught.value!r}"
        assert caught.value.message and "{" not in caught.value.message
        assert self.case == before
        return caught.value

    def _decide(self, command: c.Command) -> tuple[e.Event, ...]:
        before = self.case
        events = decide(before, command, self.now)
        at = max(before.last_at, min(command.received_at, self.now))
        for event in events:
            self.case = evolve(self.case, event, at)
        self.steps.append(Step(before, command, self.now, events))
        return events

    def submit(self, by: Seat | Actor = Seat.REQUESTER, **changes: Any) -> tuple[e.Event, ...]:
        return self.act(replace(self.request, **changes), by)

    def sign_risk(self, by: Seat | Actor = Seat.RISK_OWNER) -> tuple[e.Event, ...]:
        return self.act(c.SignRisk(form_hash=self.case.form_hash), by)

    def decline_risk(self, by: Seat | Actor = Seat.RISK_OWNER) -> tuple[e.Event, ...]:
        return self.act(c.DeclineRisk(), by)

    def approve(self, by: Seat | Actor = Seat.SENDER, delivered_hash: str = "") -> tuple[e.Event, ...]:
        return self.act(c.Approve(delivered_hash=delivered_hash), by)

    def refuse(
        self, by: Seat | Actor = Seat.SENDER, ground: c.Ground = c.Ground.SAFETY_HARM
    ) -> tuple[e.Event, ...]:
        return self.act(c.Refuse(ground=ground, items=self.case.items, smaller_share=True), by)

    def approve_part(self, withheld: int = 2, by: Seat | Actor = Seat.SENDER) -> tuple[e.Event, ...]:
        kept = self.case.items - withheld
        return self.act(c.ApprovePart(items=kept, withheld=withheld, child=CHILD), by)

    def object_(
        self, ground: c.ObjectionGround = c.ObjectionGround.SAFETY_HARM, by: Seat | Actor = Seat.SENDER
    ) -> tuple[e.Event, ...]:
        return self.act(c.Object(ground=ground, items=self.case.items), by)

    def distinguish(
        self, element: c.Element = c.Element.RETENTION, by: Seat | Actor = Seat.SENDER
    ) -> tuple[e.Event, ...]:
        return self.act(c.Distinguish(element=element), by)

    def transfer(
        self, to: Party = ANOTHER_TEAM, by: Seat | Actor = Seat.SENDER, **found: Any
    ) -> tuple[e.Event, ...]:
        return self.act(c.Transfer(sending=to, screening=c.Screening(**found)), by)

    def choose_lane(self, lane: Lane, by: Seat | Actor = Seat.BOARD) -> tuple[e.Event, ...]:
        return self.act(c.ChooseLane(lane=lane), by)

    def exempt(
        self, until: str = "2027-02-26", by: Seat | Actor = Seat.SENDING_LEADER_2
    ) -> tuple[e.Event, ...]:
        return self.act(c.ExemptEntry(until=until), by)

    def root_changes(
        self,
        how: Literal["amended", "withdrawn", "overturned"] = "amended",
        root: str = ROOT,
        version: int = 4,
    ) -> tuple[e.Event, ...]:
        return self.act(c.RootChanged(how=how, root=root, version=version), OTHER_CASE, seen=None)

    def look_back_at_urgency(
        self, *, justified: bool = True, end: bool = False, by: Seat | Actor = Seat.REVIEWER
    ) -> tuple[e.Event, ...]:
        return self.act(c.ConcludeUrgentUse(justified=justified, end=end), by)

    def ask(self, by: Seat | Actor = Seat.SENDER) -> tuple[e.Event, ...]:
        return self.act(c.Ask(), by)

    def answer(self, by: Seat | Actor = Seat.REQUESTER, *, material: bool = False) -> tuple[e.Event, ...]:
        changed = {"material": True, "form_version": 2, "form_hash": NEW_FORM} if material else {}
        return self.act(c.Answer(**changed), by)

    def escalate_refusal(self, by: Seat | Actor = Seat.REQUESTER) -> tuple[e.Event, ...]:
        return self.act(c.EscalateRefusal(), by)

    def uphold(self, by: Seat | Actor) -> tuple[e.Event, ...]:
        return self.act(c.UpholdRefusal(), by)

    def overturn(self, by: Seat | Actor) -> tuple[e.Event, ...]:
        return self.act(c.OverturnRefusal(), by)

    def deliver(self, manifest: str = MANIFEST, by: Seat | Actor = Seat.SENDER) -> tuple[e.Event, ...]:
        return self.act(c.RecordDelivery(manifest_hash=manifest), by)

    def confirm(self, manifest: str = MANIFEST, by: Seat | Actor = Seat.REQUESTER) -> tuple[e.Event, ...]:
        return self.act(c.ConfirmReceipt(manifest_hash=manifest), by)

    def conclude(
        self,
        outcome: c.Outcome = c.Outcome.CONTINUE,
        by: Seat | Actor = Seat.REVIEWER,
        after: c.AfterLast = c.AfterLast.END,
        items: int = 0,
    ) -> tuple[e.Event, ...]:
        return self.act(c.ConcludeReview(outcome=outcome, after=after, items=items), by)

    def fill(self, post: Seat) -> tuple[e.Event, ...]:
        """Somebody is appointed, and the operator says so."""
        self.filled.add(post)
        return self.act(c.FillPost(task=self.vacancy(post).id), SYSTEM)

    # --- time ---------------------------------------------------------------------------------------

    def time_passes(self, until: datetime) -> None:
        """The clock wakes for every deadline on the way, as late as `lag` says, and acts as anybody does."""
        self.since = len(self.steps)
        assert until >= self.now, "time does not run backwards"
        while (task := self.case.next_due()) and task.watch_at and task.watch_at + self.lag <= until:
            self.now = max(self.now, task.watch_at + self.lag)
            told = counts_as(task.watch_at, self.now)
            self._decide(self.command(c.DeadlinePassed(task=task.id), CLOCK, received_at=told))
        self.now = until

    def working_days_pass(self, n: int) -> None:
        """Until the nth working day (of the receiving body) after today is over: what is due that day was missed."""
        self.time_passes(working_days.due(self.case.calendar, self.receiving.nation, self.now, n))

    def next_deadline_passes(self) -> Task:
        """Exactly one deadline: the clock's next."""
        task = self.case.next_due()
        assert task and task.watch_at, "nothing is due"
        self.since = len(self.steps)
        self.now = max(self.now, task.watch_at + self.lag)
        told = counts_as(task.watch_at, self.now)
        self._decide(self.command(c.DeadlinePassed(task=task.id), CLOCK, received_at=told))
        return task

    # --- looking ------------------------------------------------------------------------------------

    @property
    def events(self) -> tuple[e.Event, ...]:
        """Everything that ever happened."""
        return tuple(event for step in self.steps for event in step.events)

    @property
    def latest(self) -> tuple[e.Event, ...]:
        """What the last act, or the last stretch of time, caused."""
        return tuple(event for step in self.steps[self.since :] for event in step.events)

    def last(self, kind: type[E]) -> E:
        found = [event for event in self.latest if isinstance(event, kind)]
        assert found, f"no {kind.__name__} in {names(self.latest)}"
        return found[-1]

    def happened(self, kind: type, *, ever: bool = False) -> int:
        """How many events of this kind, of the latest ones or of all."""
        return sum(isinstance(event, kind) for event in (self.events if ever else self.latest))

    def task(self, kind: Kind, seat: Seat | None = None) -> Task:
        found = [task for task in self.case.open(kind) if seat in (None, task.seat)]
        assert len(found) == 1, f"{len(found)} open tasks {kind} among {self.open_tasks()}"
        return found[0]

    def vacancy(self, post: Seat) -> Task:
        (found,) = [task for task in self.case.open(Kind.FILL_POST) if task.post is post]
        return found

    def open_tasks(self) -> set[tuple[Kind, Seat]]:
        return {(task.kind, task.seat) for task in self.case.tasks.values()}

    def due_day(self, kind: Kind, seat: Seat | None = None) -> date:
        return working_days.london_date(self.task(kind, seat).due_at)

    # --- expecting ----------------------------------------------------------------------------------

    def expect_stage(self, stage: Stage) -> None:
        assert self.case.stage is stage, f"{self.case.stage} after {names(self.latest)}"

    def expect_told(self, *seats: Seat) -> None:
        """Each got a new task, or was reminded that a deadline of theirs was missed."""
        told = {event.task.seat for event in self.latest if isinstance(event, e.TaskOpened)}
        told |= {event.seat for event in self.latest if isinstance(event, e.DeadlineMissed)}
        assert told >= set(seats), f"told: {sorted(told)}"

    def expect_tasks(self, *tasks: tuple[Kind, Seat]) -> None:
        """Exactly these are open, each once."""
        assert sorted((task.kind, task.seat) for task in self.case.tasks.values()) == sorted(tasks)

    def expect_events(self, *kinds: type) -> None:
        """Exactly these, in this order."""
        assert names(self.latest) == [kind.__name__ for kind in kinds]


def names(events: Collection[e.Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def in_cluster(**found: Any) -> dict[str, Any]:
    """C5: the terms of a cluster presume the share."""
    known: dict[str, Any] = {"lane": Lane.CLUSTER, "cluster": CLUSTER, "cluster_version": 2, "board": BOARD}
    return {"screening": c.Screening(**{**known, **found})}


def relying(**found: Any) -> dict[str, Any]:
    """C7: another decision covers it, element by element."""
    known: dict[str, Any] = {"lane": Lane.RELIANCE, "root": ROOT, "root_version": 3}
    return {"screening": c.Screening(**{**known, **found})}


def urgent(**found: Any) -> dict[str, Any]:
    """C21: clock hours. Not a use that is looked back at after a year."""
    return {"screening": c.Screening(**{"lane": Lane.URGENT, **found}), "use": "deliver_service"}


def exploratory(**found: Any) -> dict[str, Any]:
    """C22: something new is tried out."""
    return {"screening": c.Screening(**{"lane": Lane.EXPLORATORY, **found}), "use": "test_new"}


def in_doubt(**found: Any) -> dict[str, Any]:
    """C1a: a fact is missing that decides the lane."""
    known: dict[str, Any] = {"route": "triage", "missing": ("purpose_is_shared_task",), "board": BOARD}
    return {"screening": c.Screening(**{**known, "cluster": CLUSTER, "cluster_version": 2, **found})}


def out_of_scope() -> dict[str, Any]:
    """§4: a guard stopped it."""
    return {"screening": c.Screening(route="blocked", rules=("company v1",))}


def needing(*conditions: str) -> dict[str, Any]:
    """§4: the standard lane, with what a guard adds to it."""
    return {"screening": c.Screening(conditions=conditions)}


def a_part(life: Life, **changes: Any) -> c.ContinuePart:
    """C9: what another case withheld, as it arrives in the case of its own."""
    known: dict[str, Any] = {
        "parent": "SC-2026-0100",
        "receiving": life.receiving,
        "sending": life.sending,
        "form_version": 1,
        "form_hash": FORM,
        "use": "prevent_harm",
        "time_limited": True,
        "duty": "none",
        "items": 2,
        "until": "",
        "lane": Lane.STANDARD,
        "conditions": (),
        "author": PEOPLE[Seat.REQUESTER],
        "co_authors": (),
        "risk_owner": PEOPLE[Seat.RISK_OWNER],
        "days_left": 7,
        "submitted_at": life.now - timedelta(days=4),
    }
    return c.ContinuePart(**{**known, **changes})


def under(profile: LegalProfile) -> Policy:
    return in_force(profile)


class Building:
    """A life in the past tense: each word is a thing that has happened to the case."""

    def __init__(self, life: Life) -> None:
        self._life = life

    def build(self) -> Case:
        return self._life.case

    def life(self) -> Life:
        return self._life

    def submitted(self) -> "Building":
        self._life.submit()
        return self

    def risk_declined(self) -> "Building":
        self._life.decline_risk()
        return self

    def risk_signed(self, by: Seat = Seat.RISK_OWNER) -> "Building":
        self._life.sign_risk(by)
        return self

    def asked(self) -> "Building":
        self._life.ask()
        return self

    def answered(self, *, material: bool = False) -> "Building":
        self._life.answer(material=material)
        return self

    def approved(self, by: Seat = Seat.SENDER) -> "Building":
        self._life.approve(by)
        return self

    def refused(self, by: Seat = Seat.SENDER) -> "Building":
        self._life.refuse(by)
        return self

    def approved_in_part(self, withheld: int = 2) -> "Building":
        self._life.approve_part(withheld)
        return self

    def objected(self, ground: c.ObjectionGround = c.ObjectionGround.SAFETY_HARM) -> "Building":
        self._life.object_(ground)
        return self

    def distinguished(self) -> "Building":
        self._life.distinguish()
        return self

    def sorted_into(self, lane: Lane) -> "Building":
        self._life.choose_lane(lane)
        return self

    def exempted(self, until: str = "2027-02-26") -> "Building":
        self._life.exempt(until)
        return self

    def root_changed(self, how: Literal["amended", "withdrawn", "overturned"] = "amended") -> "Building":
        self._life.root_changes(how)
        return self

    def escalated(self) -> "Building":
        self._life.escalate_refusal()
        return self

    def sent(self) -> "Building":
        """The sender's receipt only."""
        self._life.deliver()
        return self

    def delivered(self) -> "Building":
        """Both receipts: the risk has passed and the share is active."""
        if not self._life.case.sent_hash:
            self._life.deliver()
        self._life.confirm()
        return self

    def at_review(self) -> "Building":
        """The next review has opened, and is not yet due."""
        opens = self._life.task(Kind.REVIEW).visible_from
        assert opens
        self._life.time_passes(opens)
        return self

    def reviewed(
        self, outcome: c.Outcome = c.Outcome.CONTINUE, after: c.AfterLast = c.AfterLast.END
    ) -> "Building":
        self.at_review()
        self._life.conclude(outcome, after=after)
        return self

    def paused(self) -> "Building":
        self._life.act(c.SuspendShare(), Seat.RISK_OWNER)
        return self

    def ended(self) -> "Building":
        self._life.act(c.EndShare(), Seat.RISK_OWNER)
        return self

    def withdrawn(self) -> "Building":
        self._life.act(c.Withdraw(), Seat.REQUESTER)
        return self

    def then(self, does: Callable[[Life], object]) -> "Building":
        """Whatever else a life can do."""
        does(self._life)
        return self

    def after_deadlines(self, n: int) -> "Building":
        """The clock's next n deadlines have passed in silence."""
        for _ in range(n):
            self._life.next_deadline_passes()
        return self


def a_case(**settings: Any) -> Building:
    """Settings are those of `Life`: filled seats, nations, use, duty, until, tiny, items, policy, now."""
    return Building(Life(**settings))
