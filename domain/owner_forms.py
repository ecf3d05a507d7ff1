"""The forms by which people say who is away, who covers, who is deputy, and who holds a post (P5)."""

from dataclasses import replace
from datetime import date

from domain.people import Role
from domain.questions import Answers, Choice, Question

EMAIL = Question(
    id="email",
    label="Their work e-mail address",
    ask="Enter the work e-mail address of somebody in the directory",
    hint="Somebody whom the directory knows. The operator can add a person.",
)

SET_COVER = (
    Question(
        id="covered_by",
        label="Who covers: their work e-mail address",
        ask="Enter the work e-mail address of whoever covers",
        hint="Leave it empty if nobody does. Then the deputy acts, where there is one, and a vacancy is raised where there "
        "is none.",
        required=False,
    ),
    Question(id="first", label="First day away", ask="Enter the first day away", kind="date"),
    Question(id="last", label="Last day away", ask="Enter the last day away", kind="date"),
)

NAME_DEPUTY = (EMAIL,)

ROLES_TO_HOLD: tuple[tuple[Role, str], ...] = (
    (Role.REQUESTER, "Asks for data, for a team"),
    (Role.RISK_OWNER, "Risk owner of a team"),
    (Role.SENDER_DECIDER, "Decides for a sending team"),
    (Role.REVIEWER, "Reviewer, in a team"),
    (Role.ADVISER, "Adviser of the body"),
    (Role.LEADER_1, "Leader 1 of the body"),
    (Role.LEADER_2, "Leader 2 of the body"),
    (Role.LEADER_3, "Leader 3 of the body"),
    (Role.BOARD, "Member of a cluster's board"),
    (Role.REGULATOR, "Regulator"),
    (Role.AUDITOR, "Auditor"),
    (Role.OPERATOR, "Operator of this installation"),
)

_ROLE = Question(
    id="role",
    label="Post",
    ask="Select the post",
    kind="choice",
    choices=tuple(Choice(value=role, label=label) for role, label in ROLES_TO_HOLD),
)
_TEAM = Question(
    id="team",
    label="Team",
    ask="Select the team, or none for a post of the whole body",
    kind="choice",
    hint="For whoever asks, owns risks, decides or reviews. The other posts are the whole body's.",
    required=False,
)
_FIRST = Question(
    id="first", label="First day in the post", ask="Enter the first day in the post", kind="date"
)

LAST = Question(
    id="last",
    label="Last day",
    ask="Enter the last day",
    kind="date",
    hint="The last day on which they hold it. A day that has passed counts at once.",
)

ADD_PERSON = (
    Question(id="name", label="Full name", ask="Enter their full name", most=100),
    Question(id="email", label="Work e-mail address", ask="Enter their work e-mail address", most=200),
)


def appoint(teams: tuple[Choice, ...]) -> tuple[Question, ...]:
    """The form of an appointment in a body with these teams."""
    return (_ROLE, *((replace(_TEAM, choices=teams),) if teams else ()), EMAIL, _FIRST)


def day(answers: Answers, field: str) -> date:
    """A date that was checked."""
    return date.fromisoformat(str(answers[field]))


def is_email(text: str) -> bool:
    """Looks like one: that it reaches somebody nobody can tell from here."""
    name, at, host = text.partition("@")
    dotted = "." in host.strip(".") and not host.startswith(".") and not host.endswith(".")
    return (
        bool(name) and bool(at) and dotted and not set(text) & set(" \t\n<>,;\"'()") and text.count("@") == 1
    )
