"""Machinery of government (G5, P5, G7): a body is renamed, becomes part of another, or gives some of its teams away.

Two people: what an operator proposes, leader 2 or 3 of a body concerned confirms. It counts from a London day: today,
or a later one on which the morning round does it. No body ever disappears: one that is over says when, and what it is
part of now; a former name is kept with the last day on which it was the name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.bodies import plain
from domain.governance import TABLE
from domain.people import Role
from domain.permissions import Post
from domain.questions import Problem
from domain.refusals import Refusal
from domain.working_days import Nation

FURTHEST = 3  # years ahead: a later day is nobody's plan
BOARD = "cluster board"  # the kind of body that keeps a cluster's terms; its teams are other bodies'


class Kind(StrEnum):
    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"


class State(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"  # and its day lies ahead
    DONE = "done"
    PASSED = "passed"  # nobody confirmed it in time
    FAILED = "failed"  # when its day came it was not possible any more


# --- what is refused ---------------------------------------------------------------------------------------------


class NotAnOperator(Refusal):
    status = 403
    sentence = "Only an operator can propose a change of government. Ask the operator of this installation."


class NotAConcernedLeader(Refusal):
    status = 403
    sentence = "Only leader 2 or 3 of a body that this changes can confirm it. Ask one of them."


class ProposedByYou(Refusal):
    sentence = (
        "You proposed this change, so somebody else has to confirm it: leader 2 or 3 of a body concerned."
    )


class AlreadyConfirmed(Refusal):
    sentence = (
        "This change is confirmed already. There is nothing to do: its page says from which day it counts."
    )


class DayHasPassed(Refusal):
    sentence = "The day from which this was to count has passed. Ask the operator to propose it again, from today or later."


class NotPossible(Refusal):
    sentence = (
        "This cannot be done as things stand: {why}. Ask the operator to propose what is still to be done."
    )


# --- what there is -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Body:
    """`teams`: those it has now, id -> name. `closed_on`: ISO day from which it was part of `successor`, '' when live."""

    id: str
    name: str
    kind: str
    nation: Nation
    demo: bool = False
    closed_on: str = ""
    successor: str = ""
    teams: Mapping[str, str]

    @property
    def may_change(self) -> bool:
        return not self.closed_on and self.kind != BOARD


@dataclass(frozen=True, kw_only=True)
class FormerName:
    """`until`: the ISO day from which the body had another name."""

    body: str
    name: str
    until: str


@dataclass(frozen=True, kw_only=True)
class Directory:
    bodies: Mapping[str, Body]
    former: tuple[FormerName, ...] = ()

    @property
    def live(self) -> tuple[Body, ...]:
        return tuple(body for body in self.bodies.values() if body.may_change)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to change. `into`: the body that takes over; '' for a rename, and for a new body until it is set up."""

    kind: Kind
    body: str
    into: str = ""
    name: str = ""  # the new name, or the name of the new body
    new_kind: str = ""
    new_nation: str = ""
    teams: tuple[str, ...] = ()
    from_day: date

    @property
    def is_new_body(self) -> bool:
        return self.kind is Kind.SPLIT and bool(self.name)

    @property
    def concerns(self) -> frozenset[str]:
        return frozenset({self.body, self.into} - {""})


@dataclass(frozen=True, kw_only=True)
class Change:
    """A plan with who has said what to it so far. Posts and days, never people (I10)."""

    number: int
    plan: Plan
    citation: str
    proposed_by: str
    proposed_on: date
    confirmed_as: str = ""
    confirmed_on: date | None = None
    done_on: date | None = None
    failed_because: str = ""

    def state(self, today: date) -> State:
        if self.done_on:
            return State.DONE
        if self.failed_because:
            return State.FAILED
        if self.confirmed_on:
            return State.AGREED
        return State.PROPOSED if self.plan.from_day >= today else State.PASSED


# --- who ---------------------------------------------------------------------------------------------------------


def may_propose(posts: Iterable[Post]) -> bool:
    return any(post.role in TABLE["propose_change"] for post in posts)


def post_to_confirm(change: Change, posts: Iterable[Post]) -> Role | None:
    """The highest post in which somebody may confirm this change; not that of whoever proposed it, in cover (G2)."""
    mine = [
        post.role
        for post in posts
        if post.role in TABLE["confirm_change"]
        and post.organisation in change.plan.concerns
        and post.acting_for != change.proposed_by
    ]
    return max(mine, default=None)


def require_confirmable(change: Change, posts: Iterable[Post], person: str, today: date) -> Role:
    """The post in which this person confirms it; raises the refusal that stands in the way."""
    post = post_to_confirm(change, posts)
    if post is None:
        raise NotAConcernedLeader
    if change.confirmed_on:
        raise AlreadyConfirmed
    if change.proposed_by == person:
        raise ProposedByYou
    if change.plan.from_day < today:
        raise DayHasPassed
    return post


# --- whether it can be ---------------------------------------------------------------------------------------------


def problems(plan: Plan, there: Directory, today: date) -> tuple[Problem, ...]:
    """What keeps a plan from being done, each under the question it belongs to. Asked again on the day itself."""
    found: list[Problem] = []
    if plan.from_day < today:
        found.append(Problem("from_day", "Day from which it counts: enter today or a later day"))
    elif plan.from_day.year > today.year + FURTHEST:
        found.append(Problem("from_day", f"Day from which it counts: enter a day within {FURTHEST} years"))
    body = there.bodies.get(plan.body)
    if body is None or body.kind == BOARD:
        return (Problem("body", "Select the body that changes"), *found)
    if body.closed_on:
        return (Problem("body", f"{body.name} is closed, and a closed body cannot change"), *found)
    match plan.kind:
        case Kind.RENAME:
            found += _name(plan.name, plan.body, there)
        case Kind.MERGE:
            found += _into(plan, there, "Select the body it becomes part of")
        case Kind.SPLIT:
            found += _split(plan, body, there)
    return tuple(found)


def stands_in_the_way(plan: Plan, there: Directory, today: date) -> str:
    """Why an agreed plan cannot be done on its day, or ''. A round that comes late does what was for days before."""
    found = [each for each in problems(plan, there, today) if each.field != "from_day"]
    return found[0].sentence if found else ""


def _name(name: str, of: str, there: Directory) -> list[Problem]:
    """A name stands for one body only, and goes on standing for it when it is its name no more."""
    wanted = plain(name)
    if not wanted:
        return [Problem("name", "Enter a name with letters in it")]
    if of and wanted == plain(there.bodies[of].name) and name == there.bodies[of].name:
        return [Problem("name", "This is its name already: enter the new one")]
    taken = {plain(body.name): body.id for body in there.bodies.values()}
    taken |= {plain(each.name): each.body for each in there.former if plain(each.name) not in taken}
    if taken.get(wanted, of) != of:
        other = there.bodies[taken[wanted]].name
        return [Problem("name", f"Another body has this name, or had it: {other}. Enter a different one")]
    return []


def _into(plan: Plan, there: Directory, ask: str) -> list[Problem]:
    into = there.bodies.get(plan.into)
    if into is None or into.kind == BOARD:
        return [Problem("into", ask)]
    if into.id == plan.body:
        return [Problem("into", "Select another body: it cannot become a part of itself")]
    if into.closed_on:
        return [Problem("into", f"{into.name} is closed. Select the body it is part of now")]
    if plan.body in successors(plan.into, there.bodies):
        return [Problem("into", f"{into.name} became part of the body you selected, so select another one")]
    return []


def _split(plan: Plan, body: Body, there: Directory) -> list[Problem]:
    found: list[Problem] = []
    gone = [team for team in plan.teams if team not in body.teams]
    if not plan.teams or gone:
        found.append(Problem("teams", f"Select teams that are {of(body.name)} now"))
    elif len(set(plan.teams)) == len(body.teams):
        found.append(
            Problem(
                "teams",
                "Leave at least one team where it is. If the whole body goes, it becomes part of another",
            )
        )
    if not plan.is_new_body:
        return found + _into(plan, there, "Select the body they go to")
    if plan.new_nation not in set(Nation) - {Nation.UNION}:
        found.append(Problem("new_nation", "Select where the new body is"))
    return found + _name(plan.name, "", there)


def of(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def successors(body: str, bodies: Mapping[str, Body]) -> tuple[str, ...]:
    """What a closed body is part of now, one after the other; () for a live one. Ends also where rows go in a ring."""
    found: list[str] = []
    at = bodies.get(body)
    while at and at.successor and at.successor not in found:
        found.append(at.successor)
        at = bodies.get(at.successor)
    return tuple(found)


# --- names by date -------------------------------------------------------------------------------------------------


def name_on(now: str, former: Iterable[FormerName], day: date) -> str:
    """What a body was called on a London day. `former`: its own former names, as they were given; `now`: its name today."""
    later = [each for each in former if each.until > day.isoformat()]
    return min(later, key=lambda each: each.until).name if later else now


def id_for(name: str, taken: Iterable[str]) -> str:
    """A new body's key: readable, and nobody else's."""
    base = "-".join(plain(name).split())[:60] or "body"
    known, number, found = set(taken), 1, base
    while found in known:
        number += 1
        found = f"{base}-{number}"
    return found
