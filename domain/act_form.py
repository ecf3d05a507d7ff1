"""The form of an act: its title, its questions, and how clean answers become a command."""

from collections.abc import Callable
from dataclasses import dataclass

from domain import commands as c
from domain.case import Lane
from domain.questions import Answers, Choice, Question

Build = Callable[[Answers], c.Act]


@dataclass(frozen=True, kw_only=True)
class ActForm:
    """`warning` is shown above the button when the act cannot be taken back.

    `build` is None where the act needs more than was typed: another team, another case (`api.envelope` looks it up).
    """

    name: str
    title: str
    button: str
    build: Build | None = None
    questions: tuple[Question, ...] = ()
    lead: str = ""
    warning: str = ""


def reason(ask: str, label: str = "Your reason", hint: str = "") -> Question:
    return Question(id="reason", label=label, kind="text", ask=ask, hint=hint)


@dataclass(frozen=True, kw_only=True)
class About:
    """What a form needs to know about the case it is for.

    `bundled`: how many other cases of the same request wait for the same signature (C1). `withheld`: the items
    picked so far in an approval in part. `left_out`: the items that the decision left out (P6). `retired`: the
    questions no longer put to people (P4). `teams`: whom a request can be passed on to (C16).
    """

    lane: Lane = Lane.STANDARD
    items: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    lanes: tuple[Lane, ...] = (Lane.STANDARD,)
    last_review: bool = False
    bundled: int = 0
    withheld: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    teams: tuple[Choice, ...] = ()


YES_NO = (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))


def number(answers: Answers, key: str) -> int:
    value = answers.get(key, 0)
    return value if isinstance(value, int) else 0


def picked(answers: Answers, key: str) -> int:
    value = answers.get(key, ())
    return len(value) if isinstance(value, tuple) else 0


ITEMS = Question(id="items", label="Items", kind="pick", ask="Select at least one item")
