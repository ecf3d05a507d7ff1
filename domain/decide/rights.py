"""A: what people ask of a share that is about them. One calendar month; silence moves up like any other."""

from domain.case import Kind, Task
from domain.commands import AnswerRights, PassOnCorrection, ReceiveRightsRequest, Right, RightsOutcome
from domain.decide.story import Story
from domain.events import CorrectionPassedOn, RightsRequestAnswered, RightsRequestReceived
from domain.people import Seat
from domain.refusals import NothingChanged


def receive_rights_request(story: Story, act: ReceiveRightsRequest) -> None:
    """Each request has its own task and clock, however many there are."""
    about = f"{act.right}:{act.request}"
    if any(task.about == about for task in story.case.open(Kind.ANSWER_RIGHTS, Kind.SPREAD_CORRECTION)):
        raise NothingChanged
    story.tell(RightsRequestReceived(request=act.request, right=act.right))
    story.open(
        Kind.ANSWER_RIGHTS,
        Seat.REQUESTER,
        months=story.case.policy.rights_months,
        about=about,
    )


def answer_rights(story: Story, act: AnswerRights) -> None:
    """What is put right is put right everywhere the data went (A)."""
    mine = story.the_task(act.task, "answer_rights")
    kind, _, request = mine.about.partition(":")
    right = Right(kind)
    close_alike(story, mine)
    story.tell(RightsRequestAnswered(request=request, right=right, outcome=act.outcome))
    if right is Right.RECTIFICATION and act.outcome is not RightsOutcome.NOT_MET:
        days = story.case.policy.spread_correction
        story.open(Kind.SPREAD_CORRECTION, Seat.REQUESTER, days=days, about=mine.about)


def pass_on_correction(story: Story, act: PassOnCorrection) -> None:
    mine = story.the_task(act.task, "pass_on_correction")
    close_alike(story, mine)
    story.tell(CorrectionPassedOn(request=mine.about.partition(":")[2]))


def close_alike(story: Story, done: Task) -> None:
    """The task that was done, and those of the leaders who were called for it."""
    for task in story.case.open(done.kind):
        if task.about == done.about:
            story.close(task, "done" if task.id == done.id else "overtaken")
    story.close_needless_vacancies()
