"""P5: advisers have five working days. Advice is never a veto and never holds the clock; silence is recorded as such."""

from domain.case import Kind, Task
from domain.commands import AskAdvice, GiveAdvice
from domain.decide.story import Story
from domain.events import AdviceAsked, AdviceGiven, AdviceNotReceived
from domain.people import Seat, Side
from domain.refusals import AdviceIsAsked

HEALTH_IN_BULK = "health_in_bulk"  # the rule of the guards that asks for the Caldicott Guardian's advice


def ask_advice(story: Story, act: AskAdvice) -> None:
    """Of the own body's advisers; whoever decides may do so before the advice is there."""
    side = story.entitling("ask_advice").seat.side
    ask_adviser(story, Seat.SENDING_ADVISER if side is Side.SENDING else Seat.RECEIVING_ADVISER)


def ask_adviser(story: Story, seat: Seat) -> None:
    if any(task.seat is seat for task in story.case.open(Kind.ADVISE)):
        raise AdviceIsAsked
    story.tell(AdviceAsked(seat=seat))
    policy = story.case.policy
    story.open_in_time(Kind.ADVISE, seat, days=policy.advise, hours=policy.urgent_answer)


def settle(story: Story) -> None:
    """After every act, §4: a team decides on health records in bulk. Its adviser is asked, once, and no clock waits."""
    case = story.case
    if HEALTH_IN_BULK not in case.conditions or not case.open(Kind.DECIDE):
        return
    if Seat.SENDING_ADVISER not in case.advised:
        ask_adviser(story, Seat.SENDING_ADVISER)


def give_advice(story: Story, act: GiveAdvice) -> None:
    mine = story.entitling("give_advice")
    story.close(mine, "done")
    story.close_needless_vacancies()
    story.tell(AdviceGiven(seat=mine.seat, by=story.by.person))


def nobody_advises(story: Story, task: Task) -> None:
    story.close(task, "expired")
    story.close_needless_vacancies()
    story.tell(AdviceNotReceived(seat=task.seat))
