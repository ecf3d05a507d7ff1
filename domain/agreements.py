"""P1: a cluster is an agreement with versions; its members are teams; its board changes it, two people at a time.

Everything counts by London days. A version is in force from the day it names until a later one is; a team is a member
from the day a leader of its body signed up to and including its last day. What the words of a request must say to be
a cluster's task is in `domain.clusters`; what the members signed, in words for people, is here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from domain.governance import TABLE
from domain.permissions import Post
from domain.questions import Choice
from domain.refusals import Refusal
from domain.working_days import Calendar, CalendarTooShort, Nation, add_working_days

NOTICE_DAYS = 20  # P1: working days between notice and a team's last day

# The sides of data protection law a cluster can stand on (§7 A): recorded once here, so that no request is asked.
REGIMES = (
    Choice(value="uk_gdpr", label="General processing, under the UK GDPR"),
    Choice(
        value="part_3",
        label="Law enforcement processing, under Part 3 of the Data Protection Act 2018",
        hint="Where a member is a competent authority; the UK GDPR for the others",
    ),
)


# --- what is refused ---------------------------------------------------------------------------------------------


class NotALeader(Refusal):
    status = 403
    sentence = "Only a leader of a body can sign for its teams. Ask leader 1 of your body."


class NotOnTheBoard(Refusal):
    status = 403
    sentence = "Only a member of this cluster's board can change its terms. Ask the board, whose name is on the cluster's page."


class AlreadyAMember(Refusal):
    sentence = (
        "{team} is already in the cluster {cluster}, and a team sits in one cluster only. "
        "Give notice there first; it can join another one after its last day."
    )


class NoticeGiven(Refusal):
    sentence = "Notice was already given for this team: its last day is on the cluster's page. There is nothing to do."


class NotAMember(Refusal):
    sentence = "This team is not a member of the cluster, so there is no notice to give. Go to the cluster's page to see its members."


class TermsMoved(Refusal):
    sentence = (
        "The terms of this cluster have changed since you opened the page. Read what is new, then send again."
    )


class SameMember(Refusal):
    sentence = (
        "You proposed these terms, so another member of the board must confirm them. Ask one of the others."
    )


class Overtaken(Refusal):
    sentence = "These terms are no longer waiting to be confirmed. Go to the cluster's page to see its newest version."


class NoTermsYet(Refusal):
    sentence = (
        "No version of this cluster's terms is in force today. Wait for the board to confirm one, then sign."
    )


class NoCalendar(Refusal):
    sentence = "{reason}"


# --- terms -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SharedTask:
    """A task all members have, with the short code that requests name as their purpose."""

    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the members signed: whatever a request in the cluster lane need not be asked. Only ever gains fields.

    `uses` are values of the question "Kind of use". `regime` is one of `REGIMES`. `reason`: why this version was made.
    """

    aim: str
    tasks: tuple[SharedTask, ...]
    uses: tuple[str, ...]
    classes: tuple[str, ...]
    exclusions: tuple[str, ...]
    safeguards: tuple[str, ...]
    gateway: str
    legal_basis: str
    regime: str
    retention: str
    retention_months: int
    special_category: str = ""
    impact_assessment: str = ""
    privacy_notice: str = ""
    reason: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(task.code for task in self.tasks)


def to_json(terms: Terms) -> dict[str, Any]:
    return asdict(terms)


def from_json(held: Mapping[str, Any]) -> Terms:
    """Terms as they were kept. A field that a version did not have yet keeps its default."""
    known: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType]
        for key, value in held.items()
        if key in Terms.__dataclass_fields__
    }
    known["tasks"] = tuple(SharedTask(each["code"], each["sentence"]) for each in held["tasks"])
    return Terms(**known)


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One version of a cluster. `in_force_from` is None, and `confirmed_by` empty, until a second member agreed."""

    id: str
    version: int
    name: str
    board: str
    terms: Terms
    in_force_from: date | None = None
    proposed_by: str = ""
    confirmed_by: str = ""

    @property
    def is_confirmed(self) -> bool:
        return bool(self.confirmed_by) and self.in_force_from is not None


def in_force(versions: Iterable[Agreement], day: date) -> Agreement | None:
    """The highest confirmed version that has begun by this London day."""
    begun = [
        each for each in versions if each.confirmed_by and each.in_force_from and each.in_force_from <= day
    ]
    return max(begun, key=lambda each: each.version, default=None)


def waiting(versions: Iterable[Agreement]) -> Agreement | None:
    """The proposal that can still be confirmed: the newest version. A later proposal overtakes an open one."""
    newest = max(versions, key=lambda each: each.version, default=None)
    return newest if newest and not newest.is_confirmed else None


def newest_name(versions: Iterable[Agreement]) -> str:
    """What a cluster is called: as the newest confirmed version says, which may begin tomorrow."""
    ordered = sorted(versions, key=lambda each: (each.is_confirmed, each.version))
    return ordered[-1].name if ordered else ""


# --- members -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Membership:
    """A team's signed accession. `leaves_on`: the last day on which new cases may start; None while no notice is given."""

    cluster: str
    team: str
    signed_on: date
    leaves_on: date | None = None

    def holds(self, day: date) -> bool:
        return self.signed_on <= day and (self.leaves_on is None or day <= self.leaves_on)


def seat_of(memberships: Iterable[Membership], team: str, day: date) -> Membership | None:
    """The one membership a team has on a day. Nothing is deleted, so it may have left others before."""
    held = [each for each in memberships if each.team == team and each.holds(day)]
    return max(held, key=lambda each: each.signed_on, default=None)


def last_day(calendar: Calendar, nation: Nation, given: date) -> date:
    """The last day on which new cases may start after notice on `given`, by the calendar of the body. Raises NoCalendar."""
    return _working_day(calendar, nation, given, NOTICE_DAYS)


def first_day(calendar: Calendar, nation: Nation, confirmed: date) -> date:
    """The day from which terms confirmed today count: the next working day, never backwards. Raises NoCalendar."""
    return _working_day(calendar, nation, confirmed, 1)


def _working_day(calendar: Calendar, nation: Nation, start: date, days: int) -> date:
    try:
        return add_working_days(calendar, nation, start, days)
    except CalendarTooShort as short:
        raise NoCalendar(reason=str(short)) from short


# --- who ---------------------------------------------------------------------------------------------------------


def bodies_where(posts: Iterable[Post], act: str) -> frozenset[str]:
    """The bodies for which somebody with these posts may do an act: their own, or the board they sit on."""
    return frozenset(post.organisation for post in posts if post.role in TABLE[act])
