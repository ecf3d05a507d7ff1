"""C17 to C19: an approved share is delivered, the risk passes, and one day it ends."""

from datetime import date, datetime, timedelta

from domain import working_days
from domain.case import Case, Cause, Kind, Lane, Stage
from domain.commands import (
    CertifyDestruction,
    ConfirmReceipt,
    EndShare,
    ExemptEntry,
    NarrowShare,
    PublishEntry,
    RecordDelivery,
    ReinstateShare,
    ReplaceShare,
    SuspendShare,
)
from domain.decide.ladder import LADDERS, climb
from domain.decide.story import Story
from domain.events import (
    DeliveryMismatched,
    DeliveryRecorded,
    DestructionCertified,
    EntryExempted,
    EntryPublished,
    ReviewScheduled,
    RiskPassed,
    ShareEnded,
    ShareNarrowed,
    ShareReinstated,
    ShareReplaced,
    ShareSuspended,
)
from domain.people import Seat
from domain.permissions import task_for
from domain.refusals import (
    ExemptTooLong,
    JumpUnsettled,
    NoRiskOwner,
    NotNow,
    ReleasedByReview,
    RootIsGone,
    WouldAddItems,
)


def publish(story: Story) -> None:
    """A new version of the register entry; the record step builds it from the case and the form (P2r).

    An entry that is kept back (leader 2 exempted it, or the use was urgent) is published on its day, by itself.
    """
    if story.case.open(Kind.PUBLISH):
        return
    later = _published_later(story)
    if later:
        # Whoever waits may publish sooner; what a leader 2 keeps back, only a leader 2.
        seat = Seat.RECEIVING_LEADER_2 if story.case.exempt_until else Seat.RISK_OWNER
        story.open(Kind.PUBLISH, seat, due_at=later)
        return
    story.tell(EntryPublished(version=story.case.register_version + 1))


def _published_later(story: Story) -> datetime | None:
    """When the first version is to appear, if not now: the end of an exemption, or soon after an urgent use (C21)."""
    case = story.case
    if case.register_version:  # what the public has seen is not taken back
        return None
    days: list[datetime] = []
    if case.exempt_until:
        days.append(working_days.end_of_day(date.fromisoformat(case.exempt_until)))
    if case.lane is Lane.URGENT:
        days.append(story.due(Seat.RISK_OWNER, story.at, case.policy.urgent_publish))
    later = max(days, default=None)
    return later if later and later > story.at else None


def publish_now(story: Story) -> None:
    for task in story.case.open(Kind.PUBLISH):
        story.close(task, "expired" if task.due_at <= story.at else "done")
    story.close_needless_vacancies()
    story.tell(EntryPublished(version=story.case.register_version + 1))


def publish_entry(story: Story, act: PublishEntry) -> None:
    publish_now(story)


def exempt_entry(story: Story, act: ExemptEntry) -> None:
    """P2r: national security, live operation, risk to life; by leader 2, with an end date, counted in public."""
    case, today = story.case, working_days.london_date(story.at)
    last = today + timedelta(days=case.policy.longest_exemption_days)
    if not today < date.fromisoformat(act.until) <= last:
        raise ExemptTooLong(last=f"{last.day} {last:%B %Y}")
    seat = next(seat for seat in (Seat.SENDING_LEADER_2, Seat.RECEIVING_LEADER_2) if seat in story.by.seats)
    story.tell(EntryExempted(until=act.until, seat=seat))


def begin_provision(story: Story, delivered_hash: str = "") -> None:
    """The entry is published before anything can go live; then both sides owe their receipt (C17)."""
    publish(story)
    days, hours = story.case.policy.deliver, story.case.policy.urgent_decide
    if delivered_hash:
        story.tell(DeliveryRecorded(manifest_hash=delivered_hash))
        story.open_in_time(Kind.CONFIRM_RECEIPT, Seat.REQUESTER, days=days, hours=hours)
    else:
        story.open_in_time(Kind.PROVIDE, Seat.SENDER, days=days, hours=hours)


def record_delivery(story: Story, act: RecordDelivery) -> None:
    case = story.case
    done = task_for(case, story.by, "record_delivery", story.at)
    story.close_all(done=done, keep=(Kind.RECONSIDER,))
    story.tell(DeliveryRecorded(manifest_hash=act.manifest_hash))
    days, hours = case.policy.deliver, case.policy.urgent_decide
    story.open_in_time(Kind.CONFIRM_RECEIPT, Seat.REQUESTER, days=days, hours=hours)


def confirm_receipt(story: Story, act: ConfirmReceipt) -> None:
    """Two equal receipts make the first delivery. Unequal ones mean nothing was delivered (P3)."""
    case = story.case
    if not case.risk_owner:  # the risk would pass to nobody
        raise NoRiskOwner
    done = task_for(case, story.by, "confirm_receipt", story.at)
    story.close_all(done=done, keep=(Kind.RECONSIDER,))
    if act.manifest_hash != case.sent_hash:
        story.tell(DeliveryMismatched(manifest_hash=act.manifest_hash))
        days, hours = case.policy.deliver, case.policy.urgent_decide
        story.open_in_time(Kind.PROVIDE, Seat.SENDER, days=days, hours=hours)
        return
    story.tell(RiskPassed(manifest_hash=act.manifest_hash))
    publish(story)
    _set_end(story)
    if case.lane is Lane.URGENT:
        story.open(Kind.REVIEW_URGENT, Seat.REVIEWER, days=case.policy.urgent_review)
    if case.time_limited and case.lane is Lane.EXPLORATORY:
        schedule_review(story, case.review_steps[0], counts_from=story.at)
    elif case.time_limited:
        # An amendment goes on with the review that lay ahead of what it replaces (C18).
        schedule_review(story, case.review_month or case.review_steps[0])
    if stopped_by_its_root(story.case):
        suspend(story, Cause.ROOT_CHANGED)


def _set_end(story: Story) -> None:
    """Every share has a day on which it ends by itself; never sooner than a person could react to it (C19)."""
    policy, today = story.case.policy, working_days.london_date(story.at)
    # The 28th at most, so that the 29th of February has its day; an end needs no working day, nobody has to act.
    last = today.replace(year=today.year + policy.share_years, day=min(today.day, 28))
    if story.case.until:
        last = date.fromisoformat(story.case.until)
    if story.case.lane is Lane.EXPLORATORY:
        last = min(last, today + timedelta(weeks=policy.exploratory_weeks))
    soonest = story.due(Seat.RISK_OWNER, story.at, policy.floor)
    story.open(Kind.EXPIRY, Seat.RISK_OWNER, due_at=max(working_days.end_of_day(last), soonest))


def schedule_review(story: Story, month: int, counts_from: datetime | None = None) -> None:
    """§6: exactly one review lies ahead of an active, time-limited share (I5)."""
    base = counts_from or story.case.review_base or story.case.active_from or story.at
    in_weeks = story.case.lane is Lane.EXPLORATORY
    story.tell(ReviewScheduled(month=month, counts_from=base, weeks=in_weeks))
    weeks, months = (month, 0) if in_weeks else (0, month)
    floor = story.case.policy.floor
    soonest = story.due(Seat.REVIEWER, story.at, floor)
    if story.due(Seat.REVIEWER, base, 0, months, weeks) < soonest:  # nobody is late before being asked
        story.open(Kind.REVIEW, Seat.REVIEWER, days=floor)
    else:
        story.open(Kind.REVIEW, Seat.REVIEWER, months=months, weeks=weeks, counts_from=base)


def suspend_share(story: Story, act: SuspendShare) -> None:
    pause(story)


def pause(story: Story) -> None:
    """A person stopped the share. That may last a while before it must be decided: reinstate it or end it."""
    suspend(story, Cause.PAUSED)
    ask_about_pause(story)


def ask_about_pause(story: Story) -> None:
    if not is_paused(story.case):
        climb(story, LADDERS[Kind.DECIDE_PAUSED], above=0, days=story.case.policy.paused)


def suspend(story: Story, cause: Cause) -> None:
    """The grant stops; a review clock that runs is never stopped by it."""
    story.tell(ShareSuspended(cause=cause))
    publish(story)


def stopped_by_its_root(case: Case) -> bool:
    """P2: the decision relied on was withdrawn, and the time to ask for one of its own is over."""
    return case.root_gone and any(
        task.passes > 1 for task in case.open(Kind.RECONSIDER) if task.seat is Seat.RISK_OWNER
    )


def still_stopped(case: Case) -> bool:
    """Whether a suspended share has another reason to stay so, each told by the task that waits for it."""
    late = any(review.passes > len(case.policy.review_ladder) for review in case.open(Kind.REVIEW))
    waits = bool(case.jump) or is_paused(case)
    return late or waits or stopped_without_owner(case) or stopped_by_its_root(case)


def is_paused(case: Case) -> bool:
    """Whether leaders are to decide about a share that was stopped, though every one of their posts be empty."""
    nobody = case.stage is Stage.SUSPENDED and Cause.PAUSED in case.overdue
    return nobody or bool(case.open(Kind.DECIDE_PAUSED))


def stopped_without_owner(case: Case) -> bool:
    """P5: nobody signed in the twenty days after the risk owner left."""
    return any(task.passes > 1 for task in case.open(Kind.OWN_RISK) if task.seat is Seat.RISK_OWNER)


def reinstate_share(story: Story, act: ReinstateShare) -> None:
    # Told by the review's own ladder and not by the case's cause: a pause and a late review may run side by side,
    # and whichever moved up last has set that.
    if any(review.passes > len(story.case.policy.review_ladder) for review in story.case.open(Kind.REVIEW)):
        raise ReleasedByReview
    if stopped_by_its_root(story.case):
        raise RootIsGone
    if story.case.jump:
        raise JumpUnsettled
    if stopped_without_owner(story.case):
        raise NoRiskOwner
    done = task_for(story.case, story.by, "reinstate_share", story.at)
    for task in story.case.open(Kind.DECIDE_PAUSED):
        story.close(task, "done" if done and task.id == done.id else "overtaken")
    story.close_needless_vacancies()
    story.tell(ShareReinstated())
    publish(story)


def narrow_share(story: Story, act: NarrowShare) -> None:
    """Sharing less needs nobody's approval (C18)."""
    narrow(story, act.items)
    publish(story)


def narrow(story: Story, items: int) -> None:
    now = story.case.items
    if not 1 <= items < now:
        raise WouldAddItems(now=now, most=now - 1)
    story.tell(ShareNarrowed(items=items))


def end_share(story: Story, act: EndShare) -> None:
    if story.case.stage not in (Stage.ACTIVE, Stage.SUSPENDED):
        raise NotNow
    end(story)


def replace_share(story: Story, act: ReplaceShare) -> None:
    """C18: the old grant stood until the new one replaced it; the data goes on under the new one."""
    story.close_all(keep=(Kind.REVIEW_URGENT,))
    story.tell(ShareReplaced(by=act.by))
    publish(story)


def end(story: Story, *, by_review: bool = False, by_date: bool = False) -> None:
    """C19: the share is over when its data is destroyed or returned, with a certificate.

    An urgent use is looked back at always (C21), and an exploratory one that ran its time, for what was learnt (C22).
    """
    looked_back = by_date and story.case.lane is Lane.EXPLORATORY
    story.close_all(keep=(Kind.REVIEW_URGENT, *((Kind.REVIEW, Kind.LATE_REVIEW) if looked_back else ())))
    story.tell(ShareEnded(by_review=by_review, by_date=by_date))
    publish(story)
    story.open(Kind.CERTIFY_DESTRUCTION, Seat.REQUESTER, days=story.case.policy.destroy)


def certify_destruction(story: Story, act: CertifyDestruction) -> None:
    done = task_for(story.case, story.by, "certify_destruction", story.at)
    story.close_all(done=done, keep=(Kind.REVIEW, Kind.LATE_REVIEW, Kind.REVIEW_URGENT))
    story.tell(DestructionCertified())
    publish(story)
