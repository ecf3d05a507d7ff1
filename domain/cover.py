"""P5, G2: who acts in a post today. Its holder; while the holder is away, who covers; else the deputy.

Days are London days, and both ends count. Somebody who is away hands over what they hold and what they cover, but only
so far: A is away and B covers; B is away too and C covers; whoever C hands over to acts for C alone, and not for A.
A deputy acts only where nobody else does: the post is vacant, or everybody in it is away without cover.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.case import Case
from domain.governance import LEADERS
from domain.people import Actor, Role
from domain.permissions import Post, may, may_do_task, seats, task_for
from domain.questions import Problem
from domain.refusals import Refusal

MOST_HOPS = 2
LONGEST = 366  # days of one absence, and how far ahead a day may lie

# Held in one team; every other role is held in a whole body (or, by operators, in the installation).
IN_A_TEAM = frozenset({Role.REQUESTER, Role.RISK_OWNER, Role.SENDER_DECIDER, Role.REVIEWER})


# --- what is refused ---------------------------------------------------------------------------------------------


class NotYourAbsence(Refusal):
    status = 403
    sentence = (
        "Only the person who is away, a leader of their body or the operator can say this. Ask one of them."
    )


class NotYourPost(Refusal):
    status = 403
    sentence = "Only whoever holds this post, a leader of the body or the operator names its deputy. Ask one of them."


class NotADirectoryKeeper(Refusal):
    status = 403
    sentence = "Only the operator appoints people and ends posts. Ask the operator of this installation."


class NotInThisBody(Refusal):
    status = 403
    sentence = "Only people of this body and the operator see who holds its posts. Ask the operator."


class OverAlready(Refusal):
    sentence = "This is over already, so nothing changed. Go back and see how it stands now."


# --- who acts today ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Held:
    """Somebody in a post, or its deputy, on the day that is asked about. `post` is their own: it acts for nobody."""

    person: str
    post: Post


def ways(person: str, away: Mapping[str, str]) -> tuple[str, ...]:
    """How what somebody who is away holds is handed over: who covers them, then who covers those. The last one acts.

    `away`: who is away today -> who covers them, '' when nobody does. () when nobody acts for this person.
    """
    found: list[str] = []
    at = person
    while at in away and len(found) < MOST_HOPS:
        at = away[at]
        if not at:
            return ()
        found.append(at)
    return () if at in away else tuple(found)


def is_here(person: str, away: Mapping[str, str]) -> bool:
    return person not in away


def in_office(held: Iterable[Held], deputies: Iterable[Held], away: Mapping[str, str]) -> tuple[Held, ...]:
    """Everybody who acts in these posts, with whom they act for, in the order given.

    Whoever covers for a colleague in the same post acts in their own, which is as good.
    """
    found: dict[tuple[str, Post], Held] = {}
    holders: dict[Post, list[str]] = {}
    filled: set[Post] = set()
    for each in held:
        holders.setdefault(each.post, []).append(each.person)
        acts = each if is_here(each.person, away) else _instead(each, away)
        if acts:
            filled.add(each.post)
            found.setdefault((acts.person, acts.post), acts)
    for each in tuple(found.values()):
        plain = own(each.post)
        if not each.post.is_own and (each.person, plain) in found:
            del found[each.person, each.post]
    for each in deputies:
        if each.post in filled or not is_here(each.person, away):
            continue
        for holder in holders.get(each.post, [""]):
            acts = replace(each, post=replace(each.post, acting_for=holder, is_deputy=True))
            found.setdefault((acts.person, acts.post), acts)
    return tuple(found.values())


def own(post: Post) -> Post:
    """The post itself, whoever acts in it."""
    return Post(role=post.role, organisation=post.organisation, team=post.team)


def _instead(each: Held, away: Mapping[str, str]) -> Held | None:
    way = ways(each.person, away)
    if not way:
        return None
    return Held(
        person=way[-1], post=replace(each.post, acting_for=each.person, through=way[0] if way[1:] else "")
    )


# --- who may say it ----------------------------------------------------------------------------------------------


def leads(posts: Iterable[Post], bodies: Iterable[str]) -> bool:
    """Whether somebody with these posts leads one of these bodies."""
    of = set(bodies)
    return any(post.role in LEADERS and post.organisation in of for post in posts)


def operates(posts: Iterable[Post]) -> bool:
    return any(post.role is Role.OPERATOR for post in posts)


# --- whether it can be -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Absence:
    """`covered_by`: '' when nobody covers, so that a deputy acts where there is one. Both days count."""

    person: str
    covered_by: str
    first: date
    last: date


Window = tuple[date, date]


def problems(new: Absence, others: Sequence[Absence], today: date) -> tuple[Problem, ...]:
    """What stands in the way of an absence. `others`: every absence known that is not over yet."""
    found = [*_of_its_days(new, today)]
    if new.covered_by == new.person:
        found.append(Problem("covered_by", "Enter somebody else: nobody can cover for themselves"))
    if found:
        return tuple(found)
    for each in others:
        if each.person == new.person and _shared(each, (new.first, new.last)):
            already = f"from {_day(each.first)} to {_day(each.last)}"
            return (Problem("first", f"Already away {already}: end that absence first"),)
    return _of_its_way(new, others) if new.covered_by else ()


def _of_its_days(new: Absence, today: date) -> Iterator[Problem]:
    if new.first < today:
        yield Problem("first", "First day away: enter today or a later day")
    elif new.first > today + timedelta(days=LONGEST):
        yield Problem("first", "First day away: enter a day within a year from today")
    if new.last < new.first:
        yield Problem("last", "Last day away: enter the first day or a later day")
    elif new.last >= new.first + timedelta(days=LONGEST):
        yield Problem("last", "Last day away: enter a day within a year of the first day")


def _of_its_way(new: Absence, others: Sequence[Absence]) -> tuple[Problem, ...]:
    window = (new.first, new.last)
    if any(new.person in way for way, _ in _covering(new.covered_by, window, others)):
        sentence = (
            "Enter somebody else: on some of these days this person's own work comes to whoever is away here"
        )
        return (Problem("covered_by", sentence),)
    before = [((), window), *_covered(new.person, window, others)]
    for earlier, days in before:
        after = max((len(way) for way, _ in _covering(new.covered_by, days, others)), default=0)
        if len(earlier) + 1 + after > MOST_HOPS:
            sentence = (
                "Enter somebody who is not away then: what is handed over twice already is not handed on"
            )
            return (Problem("covered_by", sentence),)
    return ()


def _covering(
    person: str, window: Window, others: Sequence[Absence], seen: frozenset[str] = frozenset()
) -> Iterator[tuple[tuple[str, ...], Window]]:
    """Every way on from somebody who is away in this window: (who covers, one after the other), and on which days."""
    for each in others:
        days = _shared(each, window)
        if each.person == person and each.covered_by and days and person not in seen:
            yield (each.covered_by,), days
            for way, fewer in _covering(each.covered_by, days, others, seen | {person}):
                yield (each.covered_by, *way), fewer


def _covered(
    person: str, window: Window, others: Sequence[Absence], seen: frozenset[str] = frozenset()
) -> Iterator[tuple[tuple[str, ...], Window]]:
    """Every way to somebody who covers in this window: (whom, one after the other), and on which days."""
    for each in others:
        days = _shared(each, window)
        if each.covered_by == person and days and person not in seen:
            yield (each.person,), days
            for way, fewer in _covered(each.person, days, others, seen | {person}):
                yield (each.person, *way), fewer


def _shared(each: Absence, window: Window) -> Window | None:
    first, last = max(each.first, window[0]), min(each.last, window[1])
    return (first, last) if first <= last else None


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def end_problem(field: str, last: date, since: date | None, today: date) -> tuple[Problem, ...]:
    """The last day in a post: at the earliest the day before it began, and a past one where it is told late."""
    if since and last < since - timedelta(days=1):
        return (
            Problem(field, "Last day: enter a day on which the post was held, or the day before it began"),
        )
    if not -LONGEST <= (last - today).days <= LONGEST:
        return (Problem(field, "Last day: enter a day within a year from today"),)
    return ()


def start_problem(field: str, first: date, today: date) -> tuple[Problem, ...]:
    if not 0 <= (first - today).days <= LONGEST:
        return (Problem(field, "First day: enter today, or a day within a year from today"),)
    return ()


# --- in which capacity somebody acted ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """`kind`: 'cover', 'deputy', or '' in a post of one's own. `acting_for`: '' too where a post is vacant."""

    kind: str = ""
    acting_for: str = ""


def capacity_of(post: Post) -> Capacity:
    if post.is_own:
        return Capacity()
    return Capacity(kind="deputy" if post.is_deputy else "cover", acting_for=post.acting_for)


def acts_as(case: Case, person: str, posts: Sequence[Post], act: str, now: datetime) -> Capacity:
    """Which post it is that lets somebody do an act in a case; their own before anybody else's."""

    def actor(*held: Post) -> Actor:
        return Actor(person=person, seats=seats(held, case.receiving, case.sending, case.board))

    task = task_for(case, actor(*posts), act, now)
    for post in sorted(posts, key=lambda each: not each.is_own):
        alone = actor(post)
        if may_do_task(task, alone, now) if task else may(case, alone, act, now):
            return capacity_of(post)
    return Capacity()


def asks_as(posts: Iterable[Post], team: str) -> Capacity:
    """The same for a new request of a team."""
    mine = [post for post in posts if post.role is Role.REQUESTER and post.team == team]
    return capacity_of(min(mine, key=lambda each: not each.is_own)) if mine else Capacity()
