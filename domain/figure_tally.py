"""What one case adds to the public figures (§5, P10, I7, I8): kept beside the case, moved on with every transition.

A case is *open* from its submission until its first delivery or an end; a draft that its own side sent back is not.
A flow is counted when that changes, and only then, so `received + reopened - ends` is 0 or 1 at every instant,
whatever happens in whatever order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from domain import events as e
from domain.case import ENDS, Case, Cause, Kind, Lane, Stage
from domain.figure_holders import Holder, holder_of
from domain.people import NOT_PEOPLE, Side
from domain.working_days import (
    Calendar,
    CalendarTooShort,
    Nation,
    is_working_day,
    london_date,
    working_days_between,
)

DEFINITIONS = "2026-3"  # of every figure; a changed meaning is a new version (`figure_restated.DEFINED`)
ENDINGS = ("delivered", "declined", "withdrawn", "lapsed", "blocked", "returned_by_own_side")
FLOWS = ("received", "reopened", *ENDINGS)


@dataclass(frozen=True, kw_only=True)
class Dims:
    """Where a case is counted: under what it stands under now. `lane` '' until one was chosen."""

    receiving: str = ""
    sending: str = ""
    cluster: str = ""
    lane: str = ""
    demo: bool = False


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A review that was concluded: due on `due`, in time or not."""

    due: str
    on_time: bool


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The facts of one case that figures are made of. Days are ISO dates in London; numbers of days are working days.

    clock_from: when the total clock began (for a part, with the whole). counted_to: up to where days are attributed.
    flows: (day, kind). marks: (day, name, side that alone answers for it or ''). people_per_day: who the harm meter counts.
    words: typed in acts by people; form_words: in the form as it stands. minutes: as each of two acts declared them.
    rows, retired: delivered at first delivery, and questions promised to go with it.
    """

    dims: Dims = Dims()
    relation: str = ""
    duty: bool = False
    duty_kind: str = ""
    use: str = ""
    people_per_day: int = 0
    is_open: bool = False
    is_active: bool = False
    holder: str = ""
    clock_from: str = ""
    received_on: str = ""
    counted_to: str = ""
    decided_in: int | None = None
    delivered_on: str = ""
    delivered_in: int | None = None
    ended_on: str = ""
    gross: int = 0
    held: dict[str, int] = field(default_factory=dict[str, int])
    flows: tuple[tuple[str, str], ...] = ()
    marks: tuple[tuple[str, str, str], ...] = ()
    touches: int = 0
    rounds: int = 0
    people: tuple[str, ...] = ()
    words: int = 0
    form_words: int = 0
    minutes: dict[str, int] = field(default_factory=dict[str, int])
    rows: int = 0
    retired: int = 0
    reviews: tuple[Looked, ...] = ()
    review_due: str = ""
    at_top: str = ""

    @property
    def days(self) -> int:
        return sum(self.held.values())


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the events do not say: of the form, of the bodies (`demo`: one is made up), and of this very act.

    words: typed in it. minutes: declared in it, under the name of the act. rows, retired: of a first delivery.
    """

    people_per_day: int = 0
    demo: bool = False
    form_words: int = 0
    words: int = 0
    minutes: Mapping[str, int] = field(default_factory=dict[str, int])
    rows: int = 0
    retired: int = 0


def public_days(calendar: Calendar, start: date, end: date) -> int:
    """Working days after `start` up to `end` by the union calendar (G3).

    Beyond the table's years Monday to Friday: a figure must never stop a case from being recorded.
    """
    try:
        return working_days_between(calendar, Nation.UNION, start, end)
    except CalendarTooShort:
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(_is_open(calendar, day) for day in days)


def _is_open(calendar: Calendar, day: date) -> bool:
    try:
        return is_working_day(calendar, Nation.UNION, day)
    except CalendarTooShort:
        return day.weekday() < 5


def is_open(case: Case) -> bool:
    """Whether the case is part of the backlog."""
    waits = case.stage not in ENDS and case.stage is not Stage.DRAFT
    return case.submitted_at is not None and case.active_from is None and waits


def needs_days(tally: Tally, at: datetime) -> bool:
    """Whether moving on to `at` may count working days, so that a calendar is needed."""
    today = london_date(at).isoformat()
    return not tally.delivered_on and not (tally.clock_from == tally.counted_to == today)


def moved_on(
    tally: Tally,
    before: Case,
    steps: Iterable[tuple[e.Event, Case]],
    at: datetime,
    actor: str,
    facts: Facts,
    calendar: Calendar,
) -> Tally:
    """The tally after one transition. `steps`: each event with the case just after it; all happened at `at`."""
    today = london_date(at)
    was, case = tally, before
    tally = _days_passed(tally, today, calendar)
    if not tally.delivered_on and actor not in NOT_PEOPLE:
        people = tally.people if actor in tally.people else (*tally.people, actor)
        tally = replace(
            tally,
            touches=tally.touches + 1,
            people=people,
            words=tally.words + facts.words,
            minutes={**tally.minutes, **facts.minutes},
        )
    if not tally.delivered_on:
        tally = replace(tally, form_words=facts.form_words)
    for event, after in steps:
        tally = _step(tally, case, event, after, before, today, calendar)
        if isinstance(event, e.RiskPassed) and not was.delivered_on:
            tally = replace(tally, rows=facts.rows, retired=facts.retired)
        case = after
    assert case.receiving and case.sending
    dims = replace(
        tally.dims,
        receiving=case.receiving.organisation,
        sending=case.sending.organisation,
        demo=facts.demo,
    )
    tally = replace(
        tally,
        dims=dims,
        relation=case.relation,
        duty=case.duty != "none",
        duty_kind=case.duty,
        use=case.use,
        is_active=case.stage is Stage.ACTIVE,
        people_per_day=facts.people_per_day,
        holder=holder_of(case) if tally.is_open else "",
        review_due=_review_due(case),
        at_top=tally.at_top if case.at_top else "",
    )
    if was.received_on and was.dims != dims:
        tally = _mark(tally, today, "restated")
    return tally


def _days_passed(tally: Tally, today: date, calendar: Calendar) -> Tally:
    """Today belongs to whoever held the case when it began: what changes hands today does so for tomorrow."""
    if not tally.is_open:
        return tally
    days = public_days(calendar, date.fromisoformat(tally.counted_to), today)
    return replace(tally, held=_more(tally.held, tally.holder, days), counted_to=today.isoformat())


def _more(held: dict[str, int], holder: str, days: int) -> dict[str, int]:
    return {**held, holder: held.get(holder, 0) + days} if days else held


def _step(
    tally: Tally, prior: Case, event: e.Event, after: Case, before: Case, today: date, calendar: Calendar
) -> Tally:
    was, now = is_open(prior), is_open(after)
    if now and not was:
        tally = _opened(tally, after, today, calendar)
    elif was and not now:
        tally = _closed(tally, event, today, calendar)
    match event:
        case e.RequestApproved():
            tally = _decided(_mark(tally, today, "approved"))
            if event.presumption:
                tally = _mark(tally, today, "presumed")
            if after.lane is Lane.RELIANCE:
                tally = _mark(tally, today, "relied")
        case e.RequestRefused():
            tally = _decided(tally)
            if after.duty != "none":
                tally = _mark(tally, today, "refused_under_duty")
        case e.LaneChosen():
            tally = replace(tally, dims=replace(tally.dims, lane=event.lane.value, cluster=event.cluster))
        case e.ObjectionRaised():
            tally = _mark(tally, today, "objected")
        case e.OverdueAtTop():
            side = "" if event.side is Side.SYSTEM else event.side.value
            tally = replace(_mark(tally, today, "overdue_at_top", side), at_top=side or "both")
        case e.InformationAsked():
            tally = replace(tally, rounds=tally.rounds + 1)
        case e.ReviewConcluded():
            due = _review_due(before)
            looked = Looked(due=due, on_time=today.isoformat() <= due)
            tally = replace(tally, reviews=(*tally.reviews, looked)) if due else tally
        case e.ShareSuspended(cause=Cause.REVIEW_OVERDUE):
            tally = _mark(tally, today, "review_suspended")
        case e.ShareEnded(by_review=True):
            tally = _mark(tally, today, "review_ended")
        case _:
            pass
    return tally


def _opened(tally: Tally, after: Case, today: date, calendar: Calendar) -> Tally:
    day = today.isoformat()
    if tally.received_on:  # between an end and being taken up again it was the asking side's to take up
        days = public_days(calendar, date.fromisoformat(tally.counted_to), today)
        held = _more(tally.held, Holder.RECEIVING_TEAM, days)
        flows = (*tally.flows, (day, "reopened"))
        return replace(tally, is_open=True, held=held, counted_to=day, flows=flows)
    assert after.submitted_at
    clock_from = min(london_date(after.submitted_at), today)
    opened = replace(
        tally,
        is_open=True,
        clock_from=clock_from.isoformat(),
        received_on=day,
        counted_to=day,
        held=_more({}, Holder.WHOLE, public_days(calendar, clock_from, today)),
        flows=((day, "received"),),
    )
    kind = {"part": "part_received", "amends": "amendment_received"}.get(after.relation)
    return _mark(opened, today, kind) if kind else opened


CLOSES: dict[type, str] = {
    e.RiskPassed: "delivered",
    e.RequestRefused: "declined",
    e.CaseWithdrawn: "withdrawn",
    e.CaseLapsed: "lapsed",
    e.RequestBlocked: "blocked",
    e.RiskDeclined: "returned_by_own_side",
}


def _closed(tally: Tally, event: e.Event, today: date, calendar: Calendar) -> Tally:
    day, kind = today.isoformat(), CLOSES[type(event)]
    gross = public_days(calendar, date.fromisoformat(tally.clock_from), today)
    closed = replace(tally, is_open=False, ended_on=day, gross=gross, flows=(*tally.flows, (day, kind)))
    return replace(closed, delivered_on=day, delivered_in=tally.days) if kind == "delivered" else closed


def _decided(tally: Tally) -> Tally:
    return replace(tally, decided_in=tally.days) if tally.decided_in is None else tally


def _mark(tally: Tally, today: date, name: str, side: str = "") -> Tally:
    return replace(tally, marks=(*tally.marks, (today.isoformat(), name, side)))


def _review_due(case: Case) -> str:
    reviews = case.open(Kind.REVIEW)
    return london_date(reviews[0].due_at).isoformat() if reviews else ""
