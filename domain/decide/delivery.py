"""C17 to C19: an approved share is delivered, the risk passes, and one day it ends."""

from datetime import date, datetime

from domain import working_days
from domain.case import Cause, Kind, Stage
from domain.commands import (
    CertifyDestruction,
    ConfirmReceipt,
    EndShare,
    NarrowShare,
    RecordDelivery,
    ReinstateShare,
    SuspendShare,
)
from domain.decide.ladder import LADDERS, climb
from domain.decide.story import Story
from domain.events import (
    DeliveryMismatched,
    DeliveryRecorded,
    DestructionCertified,
    EntryPublished,
    ReviewScheduled,
    RiskPassed,
    ShareEnded,
    ShareNarrowed,
    ShareReinstated,
    ShareSuspended,
)
from domain.people import Seat
from domain.permissions import task_for
from domain.refusals import NotNow, ReleasedByReview, WouldAddItems


def publish(story: Story) -> None:
    """A new version of the register entry; the record step builds it from the case and the form (P2r)."""
    story.tell(EntryPublished(version=story.case.register_version + 1))


def begin_provision(story: Story, delivered_hash: str = "") -> None:
    """The entry is published before anything can go live; then both sides owe their receipt (C17)."""
    publish(story)
    days = story.case.policy.deliver
    if delivered_hash:
        story.tell(DeliveryRecorded(manifest_hash=delivered_hash))
        story.open(Kind.CONFIRM_RECEIPT, Seat.REQUESTER, days=days)
    else:
        story.open(Kind.PROVIDE, Seat.SENDER, days=days)


def record_delivery(story: Story, act: RecordDelivery) -> None:
    case = story.case
    story.close_all(done=task_for(case, story.by, "record_delivery", story.at))
    story.tell(DeliveryRecorded(manifest_hash=act.manifest_hash))
    story.open(Kind.CONFIRM_RECEIPT, Seat.REQUESTER, days=case.policy.deliver)


def confirm_receipt(story: Story, act: ConfirmReceipt) -> None:
    """Two equal receipts make the first delivery. Unequal ones mean nothing was delivered (P3)."""
    case = story.case
    story.close_all(done=task_for(case, story.by, "confirm_receipt", story.at))
    if act.manifest_hash != case.sent_hash:
        story.tell(DeliveryMismatched(manifest_hash=act.manifest_hash))
        story.open(Kind.PROVIDE, Seat.SENDER, days=case.policy.deliver)
        return
    story.tell(RiskPassed(manifest_hash=act.manifest_hash))
    publish(story)
    _set_end(story)
    if case.time_limited:
        schedule_review(story, story.case.policy.review_months[0])


def _set_end(story: Story) -> None:
    """Every share has a day on which it ends by itself; never sooner than a person could react to it (C19)."""
    policy, today = story.case.policy, working_days.london_date(story.at)
    # The 28th at most, so that the 29th of February has its day; an end needs no working day, nobody has to act.
    longest = today.replace(year=today.year + policy.share_years, day=min(today.day, 28))
    agreed = working_days.end_of_day(date.fromisoformat(story.case.until) if story.case.until else longest)
    soonest = story.due(Seat.RISK_OWNER, story.at, policy.floor)
    story.open(Kind.EXPIRY, Seat.RISK_OWNER, due_at=max(agreed, soonest))


def schedule_review(story: Story, month: int, counts_from: datetime | None = None) -> None:
    """§6: exactly one review lies ahead of an active, time-limited share (I5)."""
    base = counts_from or story.case.review_base or story.case.active_from or story.at
    story.tell(ReviewScheduled(month=month, counts_from=base))
    story.open(Kind.REVIEW, Seat.REVIEWER, months=month, counts_from=base)


def suspend_share(story: Story, act: SuspendShare) -> None:
    pause(story)


def pause(story: Story) -> None:
    """A person stopped the share. That may last a while before it must be decided: reinstate it or end it."""
    suspend(story, Cause.PAUSED)
    climb(story, LADDERS[Kind.DECIDE_PAUSED], above=0, days=story.case.policy.paused)


def suspend(story: Story, cause: Cause) -> None:
    """The grant stops; a review clock that runs is never stopped by it."""
    story.tell(ShareSuspended(cause=cause))
    publish(story)


def reinstate_share(story: Story, act: ReinstateShare) -> None:
    # Told by the review's own ladder and not by the case's cause: a pause and a late review may run side by side,
    # and whichever moved up last has set that.
    if any(review.passes > len(story.case.policy.review_ladder) for review in story.case.open(Kind.REVIEW)):
        raise ReleasedByReview
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


def end(story: Story, *, by_review: bool = False) -> None:
    """C19: the share is over when its data is destroyed or returned, with a certificate."""
    story.close_all()
    story.tell(ShareEnded(by_review=by_review))
    publish(story)
    story.open(Kind.CERTIFY_DESTRUCTION, Seat.REQUESTER, days=story.case.policy.destroy)


def certify_destruction(story: Story, act: CertifyDestruction) -> None:
    story.close_all(done=task_for(story.case, story.by, "certify_destruction", story.at))
    story.tell(DestructionCertified())
    publish(story)
