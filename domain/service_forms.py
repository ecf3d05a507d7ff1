"""What is asked to describe a service, and to look for one (P3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from domain.already_held import normal
from domain.bodies import plain
from domain.questions import Choice, Problem, Question, tidy
from domain.register_search import BODY, LONGEST_SEARCH, LONGEST_WORD, TOO_COMMON, asked_words
from domain.service_rules import Environment, State, operation_lines

MOST_WORDS = 300  # of a service, in the index

ENVIRONMENTS = (
    Choice(value=Environment.SANDBOX, label="Sandbox", hint="Made-up records, to build against."),
    Choice(value=Environment.LIVE, label="Live", hint="Real records, under a grant."),
)
_TITLE = Question(
    id="title",
    label="Name of the service",
    ask="Enter its name",
    most=100,
    hint="What it gives, such as “Earnings by month”. A sandbox has the same name as its live service.",
)
_ENVIRONMENT = Question(
    id="environment",
    label="Sandbox or live",
    kind="choice",
    choices=ENVIRONMENTS,
    ask="Say whether it is a sandbox or live",
    hint="It stays so: the other one is a service of its own.",
)
_REST = (
    Question(
        id="summary",
        label="What it is",
        kind="text",
        most=1000,
        ask="Say in a few sentences what it gives",
        hint="In plain words, for a team that has never heard of it. It is public: no names of people.",
    ),
    Question(
        id="items",
        label="Data items",
        kind="lines",
        ask="Enter the items it gives, one a line",
        hint="One a line, at most 50, in the words people ask for them. They are found by these words.",
    ),
    Question(
        id="operations",
        label="Operations",
        kind="lines",
        ask="Enter what can be done with it, one a line",
        hint="One a line: a name, a colon, and one line. Such as “Look up one person: GET /entitlements/{person}” or "
        "“All changes: file, monthly”.",
    ),
    Question(
        id="release",
        label="Version",
        most=40,
        ask="Enter its version",
        hint="As your team calls it, such as 2.1 or 2026-04.",
    ),
    Question(
        id="address",
        label="Address",
        most=500,
        required=False,
        ask="Enter the address it answers at",
        hint="It starts with https://. Leave it empty where files are sent. Sharecase never calls it.",
    ),
    Question(
        id="auth",
        label="How machines sign in",
        kind="text",
        most=1000,
        ask="Say how machines sign in",
        hint="Such as “A grant token as bearer, over mutual TLS”. No secrets and no names of people.",
    ),
    Question(
        id="support_hours",
        label="Support hours",
        ask="Say when somebody answers",
        hint="Such as “Monday to Friday, 8 to 6”. Whom to reach is said by the team’s contacts.",
    ),
    Question(
        id="openapi",
        label="OpenAPI description",
        most=500,
        required=False,
        ask="Enter where the OpenAPI description is",
        hint="Where machines read how to call it. It starts with https://.",
    ),
    Question(
        id="x_road_client",
        label="X-Road client",
        most=300,
        required=False,
        ask="Enter the X-Road client",
        hint="Only if it is offered over X-Road: instance, class, code and subsystem, such as UK/GOV/0042/RECORDS.",
    ),
    Question(
        id="x_road_service",
        label="X-Road service code",
        most=100,
        required=False,
        ask="Enter the X-Road service code",
        hint="Only if it is offered over X-Road.",
    ),
)
CHANGE = (_TITLE, *_REST)
WHY_WITHDRAWN = (
    Question(
        id="why",
        label="Why it is withdrawn",
        kind="text",
        most=500,
        ask="Say why it is withdrawn, and what to use instead",
        hint="It is shown on the page, which stays for good. No names of people.",
    ),
)


def adding(teams: Mapping[str, str]) -> tuple[Question, ...]:
    """`teams`: id -> name of those this person may offer for."""
    choices = tuple(Choice(value=id, label=name) for id, name in teams.items())
    team = Question(
        id="team",
        label="Team that offers it",
        kind="choice",
        choices=choices,
        ask="Select the team that offers it",
    )
    return (team, _TITLE, _ENVIRONMENT, *_REST)


def binding(services: Sequence[Choice]) -> tuple[Question, ...]:
    nothing = Choice(value="none", label="No service", hint="Tokens name your team instead.")
    return (
        Question(
            id="service",
            label="Which service",
            kind="choice",
            choices=(*services, nothing),
            ask="Select the service it opens",
        ),
    )


def of_service(row: Any) -> dict[str, object]:
    """Its present values as a form holds them."""
    return {
        **{each.id: getattr(row, each.id) for each in CHANGE if each.id not in ("items", "operations")},
        "items": list(row.items),
        "operations": operation_lines(row.operations),
    }


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the directory is asked for; '' for what is not. `state`: '' gives what is open or paused."""

    q: str = ""
    item: str = ""
    body: str = ""
    environment: str = ""
    state: str = ""
    team: str = ""

    @property
    def asked(self) -> dict[str, str]:
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


NAMES = tuple(each.name for each in fields(Filters))
CHOICES: Mapping[str, tuple[str, ...]] = {
    "environment": tuple(Environment),
    "state": (State.OPEN, State.PAUSED, State.WITHDRAWN),
}


def check_filters(raw: Mapping[str, str]) -> tuple[Filters, tuple[Problem, ...]]:
    """The filters that can be used, and a sentence for each that cannot. Names that are no filter are left alone."""
    typed = {name: raw.get(name, "").strip() for name in NAMES}
    wrong = {name: why for name, value in typed.items() if value and (why := _wrong(name, value))}
    good = {name: "" if name in wrong else value for name, value in typed.items()}
    return Filters(**good), tuple(Problem(name, why) for name, why in wrong.items())


def item_problem(item: str) -> str:
    """What is wrong with an item that somebody looks for; '' when nothing is."""
    if len(item) > LONGEST_SEARCH:
        return f"Search for {LONGEST_SEARCH} characters or fewer."
    return "" if tidy(item) and normal(item) else "Enter an item of data in words, such as date of birth."


def _wrong(name: str, value: str) -> str:
    if name in CHOICES:
        named = [f"'{each}'" for each in CHOICES[name]]
        return "" if value in CHOICES[name] else f"Send one of these: {', '.join(named[:-1])} or {named[-1]}."
    if name == "item":
        return item_problem(value)
    if name == "q":
        if len(value) > LONGEST_SEARCH:
            return f"Search for {LONGEST_SEARCH} characters or fewer."
        return "" if asked_words(value) else "Enter letters or numbers to search for."
    return (
        ""
        if BODY.fullmatch(value)
        else f"Send the id of {'a team' if name == 'team' else 'a body'}, such as dwp."
    )


def found_by(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The words a service is found by, besides the names of its team and body, which are looked up as they are now."""
    texts = (
        values["title"],
        *values["items"],
        *(each["name"] for each in values["operations"]),
        values["summary"],
    )
    words = dict.fromkeys(
        word[:LONGEST_WORD]
        for text in texts
        for word in plain(str(text).replace("(", " ").replace(")", " ")).split()
        if word not in TOO_COMMON
    )
    return tuple(words)[:MOST_WORDS]
