"""E: anybody may raise a concern about an entry of the register. It is read before it is published, and never deleted.

When enough rests on a share, or enough bodies are concerned, mediation begins by itself (`reached`).
"""

from collections.abc import Iterable
from enum import StrEnum

from domain.governance import TABLE
from domain.people import Role
from domain.policy import Policy
from domain.questions import Choice, Question
from domain.refusals import Refusal


class Speaker(StrEnum):
    """For whom a concern speaks: published with it. The name of a person never is (I10)."""

    CITIZEN = "citizen"
    CHARITY = "charity"
    PROFESSIONAL = "professional"
    PUBLIC_BODY = "public_body"
    OTHER = "other"


class Standing(StrEnum):
    WAITING = "waiting"
    PUBLISHED = "published"
    DECLINED = "declined"


class Because(StrEnum):
    """Why a concern is not published: one of four, readable with the code of whoever raised it, counted in public."""

    PERSONAL_DATA = "personal_data"
    ABUSE = "abuse"
    NOT_ABOUT_IT = "not_about_it"
    REPEATS = "repeats"


# --- what is refused ---------------------------------------------------------------------------------------------


class NotTheModerator(Refusal):
    status = 403
    sentence = "Only the regulator reads concerns before they are published."


class AlreadyModerated(Refusal):
    sentence = "Somebody has already settled this concern. Go back to the list to see the others."


class TooManyToday(Refusal):
    sentence = (
        "This entry has been written about as often as one day allows, so nothing was kept. "
        "Come back tomorrow, or write to the body that receives the data."
    )


class NotInTheRegister(Refusal):
    status = 404
    sentence = "There is no such entry in the register. Check the reference."


# --- forms -------------------------------------------------------------------------------------------------------

SPEAKERS = (
    Choice(value=Speaker.CITIZEN, label="Myself, or people I know"),
    Choice(value=Speaker.CHARITY, label="A charity, or somebody who speaks up for others"),
    Choice(value=Speaker.PROFESSIONAL, label="A professional body or a union"),
    Choice(value=Speaker.PUBLIC_BODY, label="A public body"),
    Choice(value=Speaker.OTHER, label="Somebody else"),
)
SPOKEN_FOR: dict[Speaker, str] = {
    Speaker.CITIZEN: "A member of the public",
    Speaker.CHARITY: "A charity or advocate",
    Speaker.PROFESSIONAL: "A professional body",
    Speaker.PUBLIC_BODY: "A public body",
    Speaker.OTHER: "Somebody else",
}
DECLINED = (
    Choice(value=Because.PERSONAL_DATA, label="It tells who somebody is"),
    Choice(value=Because.ABUSE, label="It is abusive"),
    Choice(value=Because.NOT_ABOUT_IT, label="It is not about this share"),
    Choice(value=Because.REPEATS, label="It repeats another concern of the same person or body"),
)
DECLINED_WORDS = {Because(each.value): each.label for each in DECLINED}
TEXT = Question(
    id="text",
    label="Your concern",
    kind="text",
    most=2000,
    ask="Enter what you are concerned about, and what could happen to people",
    hint="It is published as you write it. Name no person, and do not say who you are or how to reach you.",
)
ORGANISATION = Question(
    id="organisation",
    label="Name of the organisation",
    required=False,
    ask="Enter the name of the organisation",
    hint="It is published with the concern. Leave it empty if you speak for no organisation.",
)


def raising(bodies: tuple[Choice, ...] = ()) -> tuple[Question, ...]:
    """The form; somebody signed in chooses among the public bodies they work for instead of typing one."""
    kinds = Question(
        id="speaks_for",
        label="Who do you speak for?",
        kind="choice",
        choices=SPEAKERS,
        ask="Select who you speak for",
    )
    if not bodies:
        return (TEXT, kinds, ORGANISATION)
    body = Question(
        id="body",
        label="Your public body",
        kind="choice",
        choices=bodies,
        ask="Select your public body",
        needed_when=("speaks_for", (Speaker.PUBLIC_BODY,)),
    )
    return (TEXT, kinds, body, ORGANISATION)


SETTLE = (
    Question(
        id="decision",
        label="Is this concern published?",
        kind="choice",
        choices=(
            Choice(value="publish", label="Publish it"),
            Choice(value="decline", label="Do not publish it"),
        ),
        ask="Select whether the concern is published",
    ),
    Question(
        id="because",
        label="Why it is not published",
        kind="choice",
        choices=DECLINED,
        ask="Select why the concern is not published",
        needed_when=("decision", ("decline",)),
    ),
)

# --- rules -------------------------------------------------------------------------------------------------------

MOST_A_DAY = 50  # about one entry, of concerns and of requests each


def may_settle(roles: Iterable[Role]) -> bool:
    return any(role in TABLE["moderate_concern"] for role in roles)


def voice(body: str, organisation: str) -> str:
    """Who is heard, so that a body counts once: the body of the directory, else its name, else '' for no body."""
    return f"body {body}" if body else " ".join(organisation.casefold().split())


def reached(policy: Policy, voices: Iterable[str], reliers: int) -> bool:
    """Whether mediation begins by itself. `voices`: of the concerns published since the last mediation was over.

    Whoever speaks for no body is heard, and all of them count as one body: nobody can tell them apart.
    """
    heard = tuple(voices)
    return bool(heard) and (reliers >= policy.widely_relied or len(set(heard)) >= policy.concerns)
