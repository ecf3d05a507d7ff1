"""What an operator is asked about a change of government, in two steps, and what a leader confirms."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.government import Body, Directory, Kind, Plan
from domain.questions import Answers, Choice, Problem, Question, check
from domain.working_days import Nation

KINDS = (
    Choice(value=Kind.RENAME, label="A body gets another name"),
    Choice(
        value=Kind.MERGE,
        label="A body becomes part of another body",
        hint="All its teams, their people and their open cases go there, and the body is closed",
    ),
    Choice(
        value=Kind.SPLIT,
        label="Some teams of a body go to another body",
        hint="To a new body or to one that is there already. The body they leave goes on",
    ),
)
NATIONS = (
    Choice(value=Nation.ENGLAND_AND_WALES, label="England and Wales, or the whole United Kingdom"),
    Choice(value=Nation.SCOTLAND, label="Scotland"),
    Choice(value=Nation.NORTHERN_IRELAND, label="Northern Ireland"),
)

NEW = "+new"  # no body has this key

CONFIRM = (
    Question(
        id="agree",
        label="I have read what this does, and confirm it for my body",
        kind="tick",
        ask="Tick to say that you have read what this does, and confirm it",
    ),
)
_KIND = Question(id="kind", label="What happens", kind="choice", choices=KINDS, ask="Select what happens")
_DAY = Question(
    id="from_day",
    label="Day from which it counts",
    kind="date",
    ask="Enter the day from which it counts",
    hint="Today or a later day. A later one is done in the early morning of that day.",
)
_CITATION = Question(
    id="citation",
    label="What it rests on",
    kind="text",
    most=1000,
    ask="Enter what it rests on, such as the transfer of functions order",
    hint="The transfer of functions order, the Act or the decision, as somebody could look it up. It is published; "
    "name no person.",
)


def first(there: Directory) -> tuple[Question, ...]:
    """Step 1: what happens, and to which body. What is asked then follows from both."""
    body = Question(
        id="body",
        label="Body that changes",
        kind="choice",
        choices=tuple(Choice(value=each.id, label=each.name) for each in there.live),
        ask="Select the body that changes",
    )
    return (_KIND, body)


def then(kind: Kind, body: Body, there: Directory) -> tuple[Question, ...]:
    """Step 2: what only this kind of change is asked, of this body."""
    others = tuple(Choice(value=each.id, label=each.name) for each in there.live if each.id != body.id)
    match kind:
        case Kind.RENAME:
            own = (
                Question(
                    id="name",
                    label="New name",
                    ask="Enter the new name",
                    hint=f"Its name now is {body.name}. Whoever searches for that will still find it.",
                ),
            )
        case Kind.MERGE:
            own = (_into("Body it becomes part of", "Select the body it becomes part of", others),)
        case Kind.SPLIT:
            new = Choice(value=NEW, label="A new body, set up by this change")
            teams = Question(
                id="teams",
                label="Teams that go",
                kind="pick",
                choices=tuple(Choice(value=team, label=name) for team, name in body.teams.items()),
                ask="Select the teams that go",
                hint="Their people, open cases and live shares go with them.",
            )
            own = (teams, _into("Body they go to", "Select the body they go to", (new, *others)), *_NEW_BODY)
    return (*own, _DAY, _CITATION)


def _into(label: str, ask: str, choices: tuple[Choice, ...]) -> Question:
    return Question(id="into", label=label, kind="choice", choices=choices, ask=ask)


_IF_NEW = ("into", (NEW,))
_NEW_BODY = (
    Question(
        id="name",
        label="Name of the new body",
        ask="Enter the name of the new body",
        hint="Only if they go to a new body.",
        needed_when=_IF_NEW,
    ),
    Question(
        id="new_kind",
        label="Kind of the new body",
        most=80,
        ask="Enter what kind of body it is, such as executive agency",
        hint="Only if they go to a new body. For example, executive agency or unitary council.",
        needed_when=_IF_NEW,
    ),
    Question(
        id="new_nation",
        label="Where the new body is",
        kind="choice",
        choices=NATIONS,
        required=True,
        ask="Select where the new body is",
        hint="Only if they go to a new body. Its working days are counted there.",
        needed_when=_IF_NEW,
    ),
)


def chosen(raw: Mapping[str, Any], there: Directory) -> tuple[Kind, Body] | None:
    """What step 1 came to; None when it has to be asked (again)."""
    answers, problems = check(first(there), raw)
    return None if problems else (Kind(answers["kind"]), there.bodies[str(answers["body"])])


def questions(raw: Mapping[str, Any], there: Directory) -> tuple[Question, ...]:
    """Both steps, as far as they can be told from what was answered."""
    both = chosen(raw, there)
    return (*first(there), *then(*both, there)) if both else first(there)


def plan_of(answers: Answers) -> Plan:
    """The plan that clean answers to both steps make."""
    into, teams = str(answers.get("into", "")), answers.get("teams", ())
    return Plan(
        kind=Kind(answers["kind"]),
        body=str(answers["body"]),
        into="" if into == NEW else into,
        name=str(answers.get("name", "")),
        new_kind=str(answers.get("new_kind", "")),
        new_nation=str(answers.get("new_nation", "")),
        teams=teams if isinstance(teams, tuple) else (),
        from_day=date.fromisoformat(str(answers["from_day"])),
    )


def check_change(
    raw: Mapping[str, Any], there: Directory
) -> tuple[Answers, Plan | None, tuple[Problem, ...]]:
    """Clean answers, the plan they make, and what is wrong with them as answers."""
    answers, wrong = check(questions(raw, there), raw)
    return answers, None if wrong else plan_of(answers), wrong
