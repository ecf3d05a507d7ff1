"""The forms of P1: joining a cluster, leaving it, new terms for it, and a second member's word on them."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from domain.agreements import REGIMES, Agreement, SharedTask, Terms, from_json, to_json
from domain.questions import Answers, Choice, Problem, Question, check
from domain.request_form import USES

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_CODE = 40

JOIN = (
    Question(id="team", label="Team that joins", kind="choice", ask="Select the team that joins"),
    Question(
        id="agree",
        label="I have read the terms, and sign them for this team",
        kind="tick",
        ask="Confirm that you have read the terms and sign them",
    ),
)
LEAVE = (
    Question(
        id="agree",
        label="I give notice for this team",
        kind="tick",
        ask="Confirm that you give notice for this team",
    ),
)
CONFIRM = (
    Question(
        id="agree",
        label="I have read these terms, and confirm them for the board",
        kind="tick",
        ask="Confirm that you have read the terms and agree to them",
    ),
)
ONE_A_LINE = "One on each line."
TERMS = (
    Question(id="name", label="Name of the cluster", ask="Enter the name of the cluster", most=80),
    Question(
        id="aim", label="What the cluster is for", kind="text", ask="Enter what the cluster is for", most=600
    ),
    Question(
        id="tasks",
        label="Shared public tasks",
        kind="lines",
        ask="Enter at least one shared public task",
        hint="One on each line: a short code, a colon, and a sentence. For example, housing-support: Helping people "
        "keep their home.",
    ),
    Question(
        id="uses",
        label="Kinds of use it covers",
        kind="pick",
        ask="Select at least one kind of use",
        choices=tuple(Choice(value=each.value, label=each.label) for each in USES),
    ),
    Question(
        id="classes",
        label="Data it covers",
        kind="lines",
        ask="Enter at least one class of data that the terms cover",
        hint=ONE_A_LINE,
    ),
    Question(
        id="exclusions",
        label="Data and uses it leaves out",
        kind="lines",
        ask="Enter what the terms leave out",
        hint=f"{ONE_A_LINE} What is left out needs a request in the standard lane.",
    ),
    Question(
        id="safeguards",
        label="Safeguards every member keeps",
        kind="lines",
        ask="Enter at least one safeguard that every member keeps",
        hint=ONE_A_LINE,
    ),
    Question(
        id="gateway",
        label="Power that members usually rely on",
        kind="text",
        ask="Enter the power that members usually rely on",
        most=600,
    ),
    Question(id="legal_basis", label="Lawful basis", kind="text", ask="Enter the lawful basis", most=600),
    Question(
        id="regime",
        label="Part of the law that applies",
        kind="choice",
        ask="Select which part of the law applies",
        choices=REGIMES,
    ),
    Question(
        id="special_category",
        label="Condition for special category data",
        kind="text",
        ask="Enter the condition for special category data",
        hint="Leave it empty if the terms cover none.",
        required=False,
        most=600,
    ),
    Question(
        id="retention",
        label="How long the data is kept",
        kind="text",
        ask="Enter how long the data is kept, and what happens to it then",
        most=600,
    ),
    Question(
        id="retention_months",
        label="Longest it is kept, in months",
        kind="number",
        ask="Enter for how many months the data may be kept at most",
        least=1,
        most=1200,
    ),
    Question(
        id="impact_assessment",
        label="Where the joint impact assessment is",
        ask="Enter where the joint impact assessment is",
        required=False,
    ),
    Question(
        id="privacy_notice",
        label="Where people are told about it",
        ask="Enter where people are told about it",
        required=False,
    ),
    Question(
        id="reason",
        label="Why the terms change",
        kind="text",
        ask="Enter why the terms change",
        hint="It is published with the new version. Name no person.",
        most=2000,
    ),
)


def as_typed(agreement: Agreement) -> dict[str, Any]:
    """A version as the boxes of the form hold it, to be changed; only the reason is new each time."""
    terms = agreement.terms
    found: dict[str, Any] = {
        "name": agreement.name,
        **to_json(terms),
        "tasks": [str(each) for each in terms.tasks],
    }
    return {**found, "reason": ""}


def check_terms(
    raw: Mapping[str, object], before: Agreement | None
) -> tuple[str, Terms, tuple[Problem, ...]]:
    """The name and the terms that were typed, and what is wrong with them; both are of no use when anything is."""
    answers, problems = check(TERMS, raw)
    tasks, more = _tasks(answers)
    problems = (*problems, *more)
    if problems:
        return "", EMPTY, problems
    name = str(answers.pop("name"))
    terms = from_json({**answers, "tasks": [asdict(task) for task in tasks]})
    if (
        before
        and name == before.name
        and to_json(terms) | {"reason": ""} == to_json(before.terms) | {"reason": ""}
    ):
        problems = (Problem("", "These are the terms as they are. Change something, or leave them."),)
    return name, terms, problems


EMPTY = Terms(
    aim="", tasks=(), uses=(), classes=(), exclusions=(), safeguards=(), gateway="", legal_basis="", regime="",
    retention="", retention_months=0,
)  # fmt: skip


def _tasks(answers: Answers) -> tuple[list[SharedTask], list[Problem]]:
    found: list[SharedTask] = []
    lines = answers.get("tasks", ())
    for line in lines if isinstance(lines, tuple) else ():
        code, _, sentence = (part.strip() for part in line.partition(":"))
        if not CODE.fullmatch(code) or len(code) > LONGEST_CODE or not sentence:
            ask = "start each line with a code of small letters and hyphens, a colon, and then a sentence"
            return found, [Problem("tasks", f"Shared public tasks: {ask}")]
        if code in {task.code for task in found}:
            return found, [Problem("tasks", f"Shared public tasks: use the code {code} for one task only")]
        found.append(SharedTask(code, sentence))
    return found, []
