"""A case as one person may see it, with what the forms of its acts need to know."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.act_form import About, ActForm
from domain.act_in_case import form_for
from domain.case import BEFORE_ACTIVE, Case, Kind, Lane, Stage
from domain.decide.advice import HEALTH_IN_BULK
from domain.decide.exchange import MENDING
from domain.decide.risk import back_level
from domain.decide.sender import sign_off_level
from domain.decide.submission import OF_ITS_KIND
from domain.improvement import improving
from domain.people import Role, Seat, Side
from domain.permissions import acting_for, may_read_why, may_see, seats
from domain.questions import Choice
from domain.refusals import NoSuchCase
from domain.review_form import nations_of
from domain.rights_desk import receives
from store import advice, directory, drafts, fault_words, grants, improvement, retired, rights, shapes, tables
from store.directory import Person


@dataclass(frozen=True, kw_only=True)
class Known:
    """A case as one person may see it."""

    case: Case
    items: tuple[str, ...]
    seats: tuple[Seat, ...]
    acting_for: tuple[str, ...] = ()  # whose seats some of them are (P5, G2)
    day: date = date.min  # of which all this is known
    bundle: str = ""
    unsigned: tuple[Case, ...] = ()  # the other cases of its bundle that wait for the same signature (C1)
    left_out: tuple[str, ...] = ()  # items that an approval in part left out (C9)
    retired: tuple[str, ...] = ()  # questions people are no longer asked (P4)
    holders: tuple[Choice, ...] = ()  # teams it can be passed on to (C16)
    nations: tuple[str, ...] = ()  # where the people live that a review is about (§6)
    advice_given: bool = False  # by the sending body's adviser (P5, §4)
    called: Mapping[str, str] = field(
        default_factory=dict[str, str]
    )  # each action, incident and fault, in words (P9, P3)
    at: datetime | None = None  # now, where answers are checked against it
    since: datetime | None = None  # when there was first something to deliver (C17)

    @property
    def is_last_review(self) -> bool:
        """The 24-month review and every later one asks what follows."""
        return self.case.review_month >= self.case.review_steps[-1]

    def form(self, act: str, raw: Mapping[str, Any] | None = None) -> ActForm:
        """The form of an act as this case needs it, for every channel. `raw`: what was picked so far."""
        case = self.case
        about = About(
            lane=case.lane,
            items=self.items,
            conditions=case.conditions,
            lanes=lanes_open(case),
            last_review=self.is_last_review,
            bundled=len(self.unsigned),
            withheld=_texts((raw or {}).get("withheld")),
            left_out=self.left_out,
            retired=self.retired,
            teams=self.holders,
            hours=(hours := case.lane is Lane.URGENT and case.stage in BEFORE_ACTIVE),
            extension=case.policy.urgent_extension if hours else case.policy.extension,
            backs=bool(case.open(Kind.BACK_RISK)),
            back_level=_above(back_level(case), self.seats, Side.RECEIVING),
            sign_level=_above(sign_off_level(case), self.seats, Side.SENDING),
            light_review=self.case.lane is not Lane.EXPLORATORY
            and self.case.review_month > self.case.review_steps[-1],
            nations=self.nations,
            advice_given=self.advice_given,
            improving=improving(case, raw or {}, self.called, self.at),
            now=self.at,
            since=self.since,
        )
        return form_for(act, about)


def _above(level: int, held: tuple[Seat, ...], side: Side) -> int:
    """The leader whose word it takes too, unless this person is one of that height."""
    mine = max((seat.level for seat in held if seat.side is side), default=0)
    return level if level > mine else 0


def lanes_open(case: Case) -> tuple[Lane, ...]:
    """What people can choose from in triage (C1a): nothing where the lane follows from what the request is."""
    if case.lane in OF_ITS_KIND:
        return (case.lane,)
    in_cluster = (Lane.CLUSTER,) if case.cluster else ()
    relies = (Lane.RELIANCE,) if case.root else ()
    return (*in_cluster, *relies, Lane.STANDARD)


def _texts(given: object) -> tuple[str, ...]:
    return tuple(str(each) for each in given) if isinstance(given, list | tuple) else ()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


async def known(
    connection: AsyncConnection, person: Person, ref: str, act: str = "", *, at: datetime | None = None
) -> Known:
    c = tables.cases.c
    query = select(c.state, c.items_shared, c.bundle).where(c.ref == ref)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NoSuchCase
    case = shapes.case_from_json(row.state)
    held = seats(person.posts, case.receiving, case.sending, case.board)
    if not may_see(case, held, person.roles) and not _operates(case, held):
        raise NoSuchCase
    unsigned: tuple[Case, ...] = ()
    if row.bundle and case.stage is Stage.RISK_ACCEPTANCE:
        others = select(c.state).where(c.bundle == row.bundle, c.ref != ref, c.stage == Stage.RISK_ACCEPTANCE)
        unsigned = tuple(map(shapes.case_from_json, (await connection.scalars(others.order_by(c.ref))).all()))
    seen = Known(case=case, items=tuple(row.items_shared), seats=held, bundle=row.bundle, unsigned=unsigned)
    if improvement.is_told_apart(case) and may_read_why(held, person.roles):
        seen = replace(seen, called=await improvement.called(connection, ref))
    if case.open(Kind.ANSWER_RIGHTS, Kind.SPREAD_CORRECTION) and receives(held):
        seen = replace(seen, called={**seen.called, **await rights.called(connection, ref)})
    if faults := case.open(*MENDING):
        named = await fault_words.called(connection, {task.about for task in faults})
        seen = replace(seen, called={**seen.called, **named})
    whom = acting_for(person.posts, case.receiving, case.sending)
    seen = replace(seen, at=at, acting_for=whom, day=person.day)
    return await with_what_its_form_needs(connection, seen, act)


async def with_what_its_form_needs(connection: AsyncConnection, seen: Known, act: str) -> Known:
    """Looked up only for the acts that ask about it: what was left out, promised, and who else holds data."""
    case = seen.case
    if act == "conclude_review":
        asked = await drafts.form(connection, case.ref, case.form_version) or {}
        left_out = tuple(item for item in asked.get("items", ()) if item not in seen.items)
        promised = await retired.promised(connection, case.ref)
        nations = nations_of(str(asked.get("region", "")))
        return replace(seen, left_out=left_out if case.withheld else (), retired=promised, nations=nations)
    if act == "transfer":
        assert case.receiving and case.sending
        not_there = (case.receiving.team, case.sending.team)
        teams = await directory.teams_holding(connection, Role.SENDER_DECIDER, seen.day)
        choices = (Choice(value=t.id, label=t.label) for t in teams if t.id not in not_there)
        return replace(seen, holders=tuple(choices))
    if act in ("record_delivery", "confirm_receipt"):
        grant = await grants.of_case(connection, case.ref)
        return replace(seen, since=grant.issued_at if grant else None)
    if act == "approve":
        seen = replace(seen, since=case.submitted_at)
    if act == "approve" and HEALTH_IN_BULK in case.conditions:
        return replace(seen, advice_given=await advice.is_given(connection, case.ref, Seat.SENDING_ADVISER))
    return seen


def _operates(case: Case, held: tuple[Seat, ...]) -> bool:
    """An operator sees a case only while it waits for a post to be filled, and then only that."""
    return Seat.OPERATOR in held and any(task.seat is Seat.OPERATOR for task in case.tasks.values())
