"""P3: more time before an agreed end, and what goes wrong with a grant. Silence about a fault moves up like any other."""

from domain import working_days
from domain.case import Kind
from domain.commands import ClearFault, ExtendShare, Fault, FindFault, SettleFault
from domain.decide.delivery import publish
from domain.decide.rights import close_alike
from domain.decide.story import Story
from domain.events import DueMoved, FaultFound, FaultSettled, ShareExtended
from domain.people import Seat
from domain.refusals import NothingChanged, NotNow, TooLong

# Whom a fault is put before. Only the security of its own service comes back to the sending team (I11).
ASKED: dict[Fault, tuple[tuple[Kind, Seat], ...]] = {
    Fault.UNDELIVERED: ((Kind.MEND_EXCHANGE, Seat.REQUESTER), (Kind.MEND_SERVICE, Seat.SENDER)),
    Fault.SILENT: ((Kind.MEND_EXCHANGE, Seat.REQUESTER),),
    Fault.OVER_CAP: ((Kind.MEND_EXCHANGE, Seat.RISK_OWNER),),
    Fault.UNAUTHORISED: ((Kind.MEND_EXCHANGE, Seat.RISK_OWNER),),
}
MENDING = (Kind.MEND_EXCHANGE, Kind.MEND_SERVICE)


def extend_share(story: Story, act: ExtendShare) -> None:
    """Once, by a leader of the receiving body, and published. Nothing else moves an agreed end: no renewal does."""
    case = story.case
    expiry = next(iter(case.open(Kind.EXPIRY)), None)
    if expiry is None:
        raise NotNow
    if not 1 <= act.days <= case.policy.share_extension:
        raise TooLong(most=case.policy.share_extension)
    due = story.due(expiry.seat, expiry.due_at, act.days)
    story.tell(ShareExtended(days=act.days, until=working_days.london_date(due).isoformat()))
    moved = DueMoved(task=expiry.id, was=expiry.due_at, now=due, counts_from=expiry.due_at, days=act.days)
    story.tell(moved)
    publish(story)


def find_fault(story: Story, act: FindFault) -> None:
    about = about_of(act.fault, act.about)
    if any(task.about == about for task in story.case.open(*MENDING)):
        raise NothingChanged
    story.tell(FaultFound(fault=act.fault, about=act.about))
    urgent = act.fault is Fault.UNDELIVERED
    days = story.case.policy.mend_undelivered if urgent else story.case.policy.mend_exchange
    for kind, seat in ASKED[act.fault]:
        story.open(kind, seat, days=days, about=about)


def clear_fault(story: Story, act: ClearFault) -> None:
    about = about_of(act.fault, act.about)
    tasks = [task for task in story.case.open(*MENDING) if task.about == about]
    if not tasks:
        raise NothingChanged
    for task in tasks:
        story.close(task)
    story.close_needless_vacancies()
    story.tell(FaultSettled(fault=act.fault, about=act.about, by_itself=True))


def settle_fault(story: Story, act: SettleFault) -> None:
    """Each side answers for its own part."""
    mine = story.the_task(act.task, "settle_fault")
    fault, _, about = mine.about.partition(":")
    close_alike(story, mine)
    story.tell(FaultSettled(fault=Fault(fault), about=about))


def about_of(fault: Fault, about: str) -> str:
    """What tells tasks about faults apart."""
    return f"{fault}:{about}"
