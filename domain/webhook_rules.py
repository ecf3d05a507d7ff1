"""How webhooks are tried, parked and kept in order, and what owners of an endpoint may say (§9).

A revocation is tried for ever. Any other message is parked when it has failed for three days: it can be seen and sent
again, and holds nothing up. With a revocation behind it, a message that fails gives way within minutes.
"""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from domain.governance import TABLE
from domain.outside_addresses import url_problem
from domain.people import Role
from domain.permissions import Post
from domain.questions import Choice, Problem, Question
from domain.refusals import Refusal
from domain.webhooks import Group

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
PATIENCE = timedelta(days=3)
GIVES_WAY = timedelta(minutes=15)
OVERLAP = timedelta(hours=24)  # for which the secret before still signs beside the new one
LOST = timedelta(hours=2)  # past its next try: the engine that was to do it has forgotten it
MOST_ENDPOINTS = 20  # of one body, that are not closed
GONE = 410
BUSY = (429, 503)  # whose Retry-After is listened to


class State(StrEnum):
    """Of an endpoint."""

    ON = "on"
    PAUSED = "paused"  # by its owners, or because the receiver answered 410; revocations are still sent
    CLOSED = "closed"


class Sending(StrEnum):
    """Of a message."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"


class Because(StrEnum):
    """Why a message is parked."""

    NONE = ""
    FAILED = "failed"
    GAVE_WAY = "gave_way"
    PAUSED = "paused"
    CLOSED = "closed"


def wait_after(attempts: int) -> timedelta:
    """How long after this many attempts in a row the next one is: 5 s, doubling to an hour."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(max(attempts, 1) - 1, 20))


def is_delivered(status: int) -> bool:
    return 200 <= status < 300


def asked_to_wait(status: int, header: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After asks for, in seconds or as a date; never more than an hour. None when it asks for nothing."""
    if status not in BUSY or not header:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST_WAIT, timedelta(seconds=int(text[:9])))
    try:
        until = parsedate_to_datetime(text)
        return max(timedelta(0), min(LONGEST_WAIT, until - now))
    except (ValueError, TypeError, OverflowError):
        return None


def is_parked(group: Group, first_failed_at: datetime, now: datetime) -> bool:
    """Whether a message that fails is given up for now. A test says at once what is wrong; a revocation never ends."""
    if group is Group.REVOCATIONS:
        return False
    return group is Group.TEST or now - first_failed_at >= PATIENCE


def is_sent_while(state: State, group: Group) -> bool:
    """A closed endpoint is sent nothing; a paused one what cannot wait, and what its owners test with."""
    return state is State.ON or (state is State.PAUSED and group in (Group.REVOCATIONS, Group.TEST))


# --- who may ------------------------------------------------------------------------------------------------------


class NoWebhooksForYou(Refusal):
    status = 403
    sentence = "Only leaders of a body and the operator set up where its machines are told. Ask a leader of your body."


class EndpointIsClosed(Refusal):
    sentence = "This endpoint is closed, so nothing changed. Add another one if it is still needed."


class NothingToReplay(Refusal):
    sentence = "There is nothing to send again here: no message like this was delivered or parked."


class TooManyEndpoints(Refusal):
    sentence = (
        f"This body has {MOST_ENDPOINTS} endpoints. Close one that is not needed before you add another."
    )


def may(posts: tuple[Post, ...], act: str, organisation: str) -> bool:
    """Whether somebody with these posts may do this for endpoints of this body."""
    return any(
        post.role in TABLE[act] and (post.role is Role.OPERATOR or post.organisation == organisation)
        for post in posts
    )


# --- what is asked ------------------------------------------------------------------------------------------------

CHOICES = (
    Choice(value=Group.DECISIONS, label="Decisions: submitted, signed, asked, answered, approved, refused"),
    Choice(
        value=Group.DEADLINES, label="Deadlines and escalations: tasks with their dates, and what moved up"
    ),
    Choice(
        value=Group.DELIVERY,
        label="Delivery and receipts, and grants that are issued, opened or given more time",
    ),
    Choice(value=Group.REVIEWS, label="Reviews"),
    Choice(value=Group.REGISTER, label="Register: entries published, and decisions relied on that changed"),
    Choice(
        value=Group.OVERSIGHT, label="Oversight: mediation and people’s rights, incidents and improvement"
    ),
)
GROUPS = Question(
    id="groups",
    label="What to send",
    ask="Select what to send, or select nothing to be sent revocations only",
    kind="pick",
    hint="That a share or its grant is suspended, reinstated, narrowed, replaced or ended is always sent.",
    choices=CHOICES,
    required=False,
)
URL = Question(
    id="url",
    label="Address",
    ask="Enter the address to send to, such as https://example.gov.uk/sharecase",
    hint="It starts with https:// and answers from anywhere. Nothing in it may be secret: it is shown in the list.",
)
ABOUT_LABEL = "Whose cases"
REPLAY_WHAT = (
    Question(
        id="what",
        label="Which messages",
        ask="Select which messages to send again",
        kind="choice",
        choices=(
            Choice(value="parked", label="All that are parked"),
            Choice(value="since", label="All since a day, also those delivered"),
        ),
    ),
    Question(
        id="since",
        label="Since which day",
        ask="Enter the day, London time",
        kind="date",
        needed_when=("what", ("since",)),
    ),
)


def adding(teams: tuple[Choice, ...]) -> tuple[Question, ...]:
    """What is asked to add an endpoint of one body. `teams`: its teams; the whole body is the first choice."""
    whose = Question(
        id="team",
        label=ABOUT_LABEL,
        ask="Select whose cases",
        kind="choice",
        choices=(Choice(value="all", label="Of the whole body"), *teams),
    )
    return (URL, whose, GROUPS)


CHANGING = (URL, GROUPS)


def check_url(url: str, *, here: bool) -> tuple[Problem, ...]:
    """`here`: whether this computer itself may be told, as in a demonstration."""
    sentence = url_problem(url, here=here)
    return (Problem("url", f"Address: {sentence}"),) if sentence else ()
