"""The forms by which an operator keeps bodies, teams and people, and a team names whom to reach (G1, P3)."""

from collections.abc import Mapping
from dataclasses import replace

from domain.directory_rows import NATIONS, STATUSES, Body, Someone, Team, identifiers_text
from domain.owner_forms import EMAIL
from domain.questions import Choice, Question
from domain.refusals import Refusal


class ChangedMeanwhile(Refusal):
    sentence = (
        "Somebody changed this while you had it open, so nothing was saved. It now says: {now}. Send your answers \
again if they are still right."
    )


class NamedAlready(Refusal):
    sentence = "This contact is over already, so nothing changed. Go back and see who is named now."


class NotYourTeam(Refusal):
    status = 403
    sentence = (
        "Only the team's risk owners and deciders, a leader of its body or the operator name its contacts. Ask one of "
        "them."
    )


class HolidayKnown(Refusal):
    sentence = "Nobody works there on {day} already, so nothing changed."


_YES_NO = (Choice(value="no", label="No"), Choice(value="yes", label="Yes"))
_NAME = Question(
    id="name",
    label="Name",
    ask="Enter its name",
    hint="As it is known to other bodies. A name that changes later is a change of government.",
)
_TEST = Question(
    id="test",
    label="Is it made up, for trying things out?",
    kind="choice",
    choices=_YES_NO,
    ask="Say whether the body is made up",
    hint="A made-up body is in no public figure. This cannot be changed later.",
)
_OF_A_BODY = (
    Question(
        id="type",
        label="Kind of body",
        most=80,
        ask="Enter what kind of body it is, such as executive agency",
        hint="For example, executive agency, unitary council or NHS trust.",
    ),
    Question(
        id="nation",
        label="Where it is",
        kind="choice",
        choices=NATIONS,
        ask="Select where it is",
        hint="Its working days are counted there. Cases that are open keep the calendar they have.",
    ),
    Question(
        id="status",
        label="Status",
        kind="choice",
        choices=STATUSES,
        ask="Select its status",
        hint="The guards read this, and never the sound of a name: only public bodies can be given data here.",
    ),
    Question(
        id="tiny",
        label="Is it so small that nobody can be kept apart?",
        kind="choice",
        choices=_YES_NO,
        ask="Say whether the body is tiny",
        hint="Then its leader 2 may waive that author, risk owner and decider are different people. Waivers are counted in "
        "public.",
    ),
    Question(
        id="identifiers",
        label="Identifiers elsewhere",
        kind="lines",
        required=False,
        ask="Write system=value on each line",
        hint="One on each line, as system=value. For example, ons=E08000035.",
    ),
)
ADD_BODY = (_NAME, *_OF_A_BODY, _TEST)
CHANGE_BODY = _OF_A_BODY

CHANNEL = Question(
    id="slack_channel",
    label="Slack channel",
    required=False,
    most=80,
    ask="Enter the channel",
    hint="Such as #leeds-benefits. Empty: its people are told one by one. A new channel counts from the next message.",
)
CHANGE_PERSON = (
    Question(id="name", label="Full name", ask="Enter their full name", most=100),
    Question(
        id="email",
        label="Work e-mail address",
        ask="Enter their work e-mail address",
        most=200,
        hint="Nobody signs in by it: how they sign in stays as it is.",
    ),
    Question(
        id="slack_user",
        label="Slack member ID",
        required=False,
        most=40,
        ask="Enter their member ID",
        hint="Such as U0123ABCD. For messages only: to press buttons in Slack, people link their account themselves.",
    ),
)
NAME_CONTACT = (
    replace(EMAIL, hint="Somebody whom the directory knows and who holds a post, in whichever team."),
)


def team_form(clusters: Mapping[str, str]) -> tuple[Question, ...]:
    """The same for a new team and for one that is there."""
    choices = tuple(Choice(value=id, label=name) for id, name in clusters.items())
    cluster = Question(
        id="cluster",
        label="Cluster its work belongs to",
        kind="choice",
        choices=(Choice(value="none", label="No cluster"), *choices),
        ask="Select a cluster, or none",
        hint="Where it would belong. It is a member once a leader of its body has signed the cluster's agreement.",
    )
    name = Question(id="name", label="Name of the team", ask="Enter its name", most=200)
    return (name, *((cluster,) if choices else ()), CHANNEL)


def of_body(body: Body) -> dict[str, object]:
    """Its present values as a form holds them."""
    return {
        "type": body.type,
        "nation": body.nation,
        "status": body.status,
        "tiny": "yes" if body.tiny else "no",
        "identifiers": identifiers_text(body.identifiers).split("|") if body.identifiers else [],
    }


def of_team(team: Team) -> dict[str, object]:
    return {"name": team.name, "cluster": team.cluster or "none", "slack_channel": team.slack_channel}


def of_person(person: Someone) -> dict[str, object]:
    return {"name": person.name, "email": person.email, "slack_user": person.slack_user}


def in_words(questions: tuple[Question, ...], values: Mapping[str, object]) -> str:
    """'Name: Benefits; Slack channel: none' for whoever has to see what stands now."""
    told: list[str] = []
    for question in questions:
        value = values.get(question.id)
        said = ", ".join(str(each) for each in value) if isinstance(value, list) else str(value or "")  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        said = next((each.label for each in question.choices if each.value == said), said)
        told.append(f"{question.label}: {said or 'none'}")
    return "; ".join(told)
