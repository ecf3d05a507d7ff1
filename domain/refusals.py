"""Why an act is not possible, each as a named class with a sentence a person can read and act on (E4).

A refusal is an answer, not a fault. `status` is the HTTP status that pages and the API give for it.
"""

from domain.people import Seat


class Refusal(Exception):
    status = 409
    sentence = "This cannot be done now. Go back to the case to see what can."

    def __init__(self, **details: object) -> None:
        self.details = details
        self.message = self.sentence.format(**details)
        super().__init__(self.message)


class NotYours(Refusal):
    status = 403
    sentence = "This is for somebody else to do. The case page says who must act next."


class NotNow(Refusal):
    sentence = (
        "The case has moved on, so this can no longer be done. Go back to the case to see what happens next."
    )


class AlreadySo(Refusal):
    sentence = "It is so already, so nothing changed. Go back and see how it stands now."


class AlreadySubmitted(Refusal):
    sentence = "This request has already been submitted. Go to the case to follow it."


class AlreadyDecided(Refusal):
    sentence = "Somebody has already decided this. Go to the case to see the decision; you do not need to do anything."


class CaseClosed(Refusal):
    sentence = "This case is closed, so nothing more can be done in it. Start a new request if the data is still needed."


class StaleVersion(Refusal):
    sentence = "The case has changed since you opened this page. Read what is new, then send again if you still want to."


class SamePerson(Refusal):
    sentence = (
        "You have already acted as {already} in this case, so somebody else must do this. "
        "Ask a colleague who holds the role, or a leader of your organisation."
    )


class SamePersonCovered(Refusal):
    sentence = (
        "You act here for somebody who is {already} in this case, so somebody else must do this. "
        "Ask a colleague who holds the role, or a leader of your organisation."
    )


class TextChanged(Refusal):
    sentence = "The request has changed since you read it. Read it again, then sign the new version."


class TooManyRounds(Refusal):
    sentence = (
        "The sending team has already asked {rounds} times. Decide on what is known, "
        "or ask your leader 1 to decide or to give more time."
    )


class TooLateToAsk(Refusal):
    sentence = (
        "A leader has the case now, so no further question can stop the clock. "
        "Approve it or refuse it with reasons."
    )


class OnlyOnce(Refusal):
    sentence = "{what} can be done only once in a case, and that has happened. Decide with what is known now."


class TooLong(Refusal):
    status = 422
    sentence = "Enter a number of working days from 1 to {most}."


class TooManyHours(Refusal):
    status = 422
    sentence = "Enter a number of hours from 1 to {most}."


class NothingDue(Refusal):
    sentence = "No deadline has passed, so there is nothing to do."


class NotTiny(Refusal):
    sentence = (
        "Separation of roles can be waived only for a very small body. Name another person for the role."
    )


class PostStillEmpty(Refusal):
    sentence = "Nobody holds the post of {post} yet. Appoint somebody in the directory, then mark the vacancy filled."


class WouldAddItems(Refusal):
    status = 422
    sentence = (
        "Narrowing must leave fewer items than the {now} shared today. Enter a number from 1 to {most}."
    )


class ReleasedByReview(Refusal):
    sentence = (
        "This share is suspended because its review was not concluded. "
        "Conclude the review: that reinstates it or ends it."
    )


class LaneNotOpen(Refusal):
    status = 422
    sentence = (
        "That lane needs an agreement or a decision which this request does not name. Choose another lane."
    )


class TooLateToObject(Refusal):
    sentence = "The time for this is over and the case has moved on. Go to the case to see who decides now."


class TooLateToTransfer(Refusal):
    sentence = (
        "A request can be passed on in its first {days} working days, and before a question was asked. "
        "Say that you do not hold it, and name who may."
    )


class MostWithheld(Refusal):
    status = 422
    sentence = "Withholding more than {percent} per cent of the items is a refusal. Refuse the request and answer each part."


class NothingWithheld(Refusal):
    status = 422
    sentence = "Nothing is withheld. Select what you withhold, or approve the whole request."


class NeedsSignOff(Refusal):
    sentence = "A leader must sign off what is shared here, so it cannot be approved in part. Approve it or refuse it."


class ExemptTooLong(Refusal):
    status = 422
    sentence = "Enter a date after today and not after {last}, on which the entry is to be published."


class RootIsGone(Refusal):
    sentence = (
        "The decision this share relied on is gone, so there is nothing to adopt or keep. "
        "Ask for a decision of your own before the share is suspended, or end the share."
    )


class MoreTimeOnce(Refusal):
    sentence = "This share was given more time already, and that happens once. Ask for an amendment to let it go on for longer."


class NoMoreTimeForATrial(Refusal):
    sentence = "A share for trying something out ends with its weeks. Ask for an amendment that makes it a share in operation."


class NothingChanged(Refusal):
    sentence = "Nothing about this case has changed, so there is nothing to do."


class NoRiskOwner(Refusal):
    sentence = (
        "The risk owner left, and nobody has signed for the risk since. "
        "The risk owner of the receiving team, or a leader of its body, signs first."
    )


class AdviceIsAsked(Refusal):
    sentence = "Advice was asked for and its time still runs. You can decide without waiting for it."


class LadderNotSkipped(Refusal):
    status = 422
    sentence = "Each step follows the one before. Choose the next step, which here is {next}."


class ActionsStillRun(Refusal):
    sentence = "The actions agreed have until {until}. Wait until they are done or overdue: the next step can follow then."


class ActionDates(Refusal):
    status = 422
    sentence = "Enter 1 to {most} actions, each with a date after today and not after {last}."


class NotAJump(Refusal):
    status = 422
    sentence = "Only suspending or ending a share can be done at once, and only to stop live harm. Select one of them."


class JumpUnsettled(Refusal):
    sentence = (
        "The share was stopped for live harm. Say first whether that was right: a task asks a leader for it."
    )


class OutsideCalendar(Refusal):
    sentence = "{reason}"


class SameCommandOtherBody(Refusal):
    sentence = (
        "This form was already sent with different answers. Open the page again and send your new answers."
    )


class NoSuchCase(Refusal):
    status = 404
    sentence = "There is no such case, or you may not see it. Check the reference and that you are signed in."


def seat_in_words(seat: Seat) -> str:
    """A seat as pages and refusals name it: 'leader 2 of the sending body'."""
    words = {
        Seat.REQUESTER: "the requesting team",
        Seat.RISK_OWNER: "the risk owner",
        Seat.REVIEWER: "the reviewer",
        Seat.SENDER: "the sending team",
        Seat.RECEIVING_ADVISER: "the adviser of the receiving body",
        Seat.SENDING_ADVISER: "the adviser of the sending body",
        Seat.BOARD: "the cluster board",
        Seat.REGULATOR: "the regulator",
        Seat.DIRECTORY: "the directory",
        Seat.PUBLIC: "somebody the data is about",
        Seat.EXCHANGE: "the exchange",
        Seat.OPERATOR: "the operator",
        Seat.CLOCK: "the clock",
        Seat.OTHER_CASE: "another case",
    }
    if seat in words:
        return words[seat]
    return f"leader {seat.level} of the {seat.side} body"


def all_refusals() -> tuple[type[Refusal], ...]:
    return tuple(sorted(Refusal.__subclasses__(), key=lambda kind: kind.__name__))
