"""The form of an act: its title, its questions, and how clean answers become a command."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from domain import commands as c
from domain.case import Lane
from domain.improvement import Improving
from domain.questions import Answers, Choice, Problem, Question

Build = Callable[[Answers], c.Act]
Also = Callable[[Answers], tuple[Problem, ...]]


@dataclass(frozen=True, kw_only=True)
class ActForm:
    """`warning` is shown above the button when the act cannot be taken back.

    `also` says what is wrong with clean answers taken together. `build` is None where the act needs more than was typed: another team, another case (`api.envelope` looks it up).
    """

    name: str
    title: str
    button: str
    build: Build | None = None
    questions: tuple[Question, ...] = ()
    lead: str = ""
    warning: str = ""
    also: Also = lambda answers: ()


def reason(ask: str, label: str = "Your reason", hint: str = "") -> Question:
    return Question(id="reason", label=label, kind="text", ask=ask, hint=hint)


@dataclass(frozen=True, kw_only=True)
class About:
    """What a form needs to know about the case it is for.

    `bundled`: how many other cases of the same request wait for the same signature (C1). `withheld`: the items
    picked so far in an approval in part. `left_out`: the items that the decision left out (P6). `retired`: the
    questions no longer put to people (P4). `teams`: whom a request can be passed on to (C16). `nations`: where the
    people live that a review is about; `light_review`: the yearly one of a standing share (§6). `hours`: whether clock
    hours run (C21); `extension`: the most time a leader may give, in those or in working days (C14). `backs`: a leader
    is asked to stand behind a risk that somebody signed for; `back_level`, `sign_level`: the leader above whoever signs
    or approves whose word it takes too, 0 when nobody's (P8, §4). `improving`: incidents and improvement (P9).
    `advice_given`: the sending body's adviser has said something (P5). `now`, `since`: between which a delivery can
    have been sent and have arrived; None when nothing is checked.
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
    light_review: bool = False
    nations: tuple[str, ...] = ()
    hours: bool = False
    extension: int = 10
    backs: bool = False
    back_level: int = 0
    sign_level: int = 0
    advice_given: bool = False
    improving: Improving = field(default_factory=Improving)
    now: datetime | None = None
    since: datetime | None = None


YES_NO = (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))


def number(answers: Answers, key: str) -> int:
    value = answers.get(key, 0)
    return value if isinstance(value, int) else 0


def picked(answers: Answers, key: str) -> int:
    value = answers.get(key, ())
    return len(value) if isinstance(value, tuple) else 0


ITEMS = Question(id="items", label="Items", kind="pick", ask="Select at least one item")
