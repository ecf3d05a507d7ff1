"""An act's form as one case needs it, and what its answers must say (§3). Pages, the API and Slack ask here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from domain.act_form import About, ActForm
from domain.acts import FORMS
from domain.acts_of_lanes import LANE_CHOICES
from domain.case import Lane
from domain.guards import RULES
from domain.questions import Answers, Choice, Problem, Question, check
from domain.weight import only_asserts

AFTER = (
    Choice(value="end", label="End the share", hint="This is its last review unless you choose otherwise"),
    Choice(value="yearly", label="Make it a standing share with a light review every year"),
    Choice(value="new_cycle", label="Start a new time-limited cycle of 12 and 24 months"),
)


# §3: these parts must say something, not only assert.
ANSWERS_FOR_HARM: dict[str, tuple[str, ...]] = {
    "refuse": ("harm_of_sharing", "safeguards", "answer_to_harm"),
    "object": ("harm_of_sharing", "answer_to_harm"),
    "distinguish": ("reason",),
}
# P6: what is said about each item that is withheld.
ABOUT_AN_ITEM = (
    ("harm", "The harm of sharing", "Enter what harm sharing '{item}' would do, and to whom"),
    ("tried", "What was tried to prevent that harm", "Enter which safeguards were tried for '{item}'"),
    ("lost", "What is lost without it", "Enter what the people it is about lose without '{item}'"),
)


def form_for(name: str, about: About) -> ActForm:
    """The form of an act for one case: its items to pick from, and what only this case is asked."""
    form = FORMS[name]
    items = tuple(Choice(value=item, label=item) for item in about.items)
    questions = tuple(replace(q, choices=items) if q.kind == "pick" else q for q in form.questions)
    tailored = replace(form, questions=questions)
    return TAILORS[name](tailored, about) if name in TAILORS else tailored


def _with(form: ActForm, *more: Question) -> ActForm:
    return replace(form, questions=(*form.questions, *more))


def _choosing(form: ActForm, question: str, choices: tuple[Choice, ...]) -> ActForm:
    changed = tuple(replace(q, choices=choices) if q.id == question else q for q in form.questions)
    return replace(form, questions=changed)


def _sign_risk(form: ActForm, about: About) -> ActForm:
    if not about.bundled:
        return form
    cases = "the other case" if about.bundled == 1 else f"the {about.bundled} other cases"
    bundle = Question(
        id="bundle",
        label=f"Sign also for {cases} of this request",
        kind="tick",
        required=False,
        ask="Tick to sign for the whole request, or leave it empty",
        hint="The same request went to several teams, one case each.",
    )
    return _with(form, bundle)


def _approve(form: ActForm, about: About) -> ActForm:
    """What approving means differs by lane; health records in bulk carry the Caldicott Guardian's advice (§4)."""
    if about.lane is Lane.CLUSTER:
        form = replace(form, title="Let it pass now", button="Let it pass")
    if about.lane is Lane.RELIANCE:
        form = replace(form, title="Confirm the decision relied on", button="Confirm")
    if "health_in_bulk" not in about.conditions:
        return form
    advice = Question(
        id="caldicott",
        label="The Caldicott Guardian's advice",
        kind="text",
        ask="Enter the Caldicott Guardian's advice, or that none was received in five working days",
        hint="Advice, not a veto.",
    )
    return _with(form, advice)


def _approve_part(form: ActForm, about: About) -> ActForm:
    """P6: three answers for each item that is withheld."""
    asked = tuple(
        Question(
            id=f"{key}_{number}",
            label=f"{label}: {item}",
            kind="text",
            ask=ask.format(item=item),
        )
        for number, item in enumerate(about.items, start=1)
        if item in about.withheld
        for key, label, ask in ABOUT_AN_ITEM
    )
    return _with(form, *asked)


def _conclude_review(form: ActForm, about: About) -> ActForm:
    """§6: each item left out is a question here (P6), and so are the questions people are no longer asked (P4)."""
    more: list[Question] = []
    if about.left_out:
        more.append(
            Question(
                id="left_out",
                label="What leaving out these items did",
                kind="text",
                ask="Enter what leaving out these items did",
                hint=f"Left out when it was approved: {', '.join(about.left_out)}.",
            )
        )
    if about.retired:
        more.append(
            Question(
                id="retired",
                label="Questions you have stopped asking people",
                kind="pick",
                required=False,
                choices=tuple(Choice(value=each, label=each) for each in about.retired),
                ask="Select the questions you have stopped asking",
                hint="You said that these would no longer be put to people. The answer is counted in public.",
            )
        )
    if about.last_review and about.lane is not Lane.EXPLORATORY:
        more.append(
            Question(
                id="after",
                label="What follows this review",
                kind="choice",
                choices=AFTER,
                ask="Select what follows this review",
                needed_when=("outcome", ("continue", "change", "narrow", "pause")),
            )
        )
    return _with(form, *more)


def _choose_lane(form: ActForm, about: About) -> ActForm:
    return _choosing(form, "lane", tuple(LANE_CHOICES[each] for each in about.lanes))


def _rule_out(form: ActForm, about: About) -> ActForm:
    rules = (
        Choice(value=each.id, label=each.about, hint=each.sentence)
        for each in RULES
        if each.effect == "block"
    )
    return _choosing(form, "rule", tuple(rules))


TAILORS: dict[str, Callable[[ActForm, About], ActForm]] = {
    "sign_risk": _sign_risk,
    "approve": _approve,
    "approve_part": _approve_part,
    "conclude_review": _conclude_review,
    "choose_lane": _choose_lane,
    "rule_out": _rule_out,
    "transfer": lambda form, about: _choosing(form, "to_team", about.teams),
}

# Questions that only some cases ask, by act: what a page may send beside the act's own questions.
SOMETIMES: dict[str, frozenset[str]] = {
    "sign_risk": frozenset({"bundle"}),
    "approve": frozenset({"caldicott"}),
    "approve_part": frozenset(f"{key}_{n}" for key, _, _ in ABOUT_AN_ITEM for n in range(1, 51)),
    "conclude_review": frozenset({"left_out", "retired", "after"}),
}


def check_act(form: ActForm, raw: Mapping[str, Any]) -> tuple[Answers, tuple[Problem, ...]]:
    """Clean answers and problems; the parts of a no must also carry an element and a harm (§3, P6)."""
    answers, problems = check(form.questions, raw)
    weighed = ANSWERS_FOR_HARM.get(form.name, ())
    if form.name == "approve_part":
        weighed = tuple(q.id for q in form.questions if q.id.startswith("harm_"))
    labels = {question.id: question.label for question in form.questions}
    empty = [
        Problem(
            key,
            f"{labels[key]}: name what would be harmed and how. A rule or an opinion alone is not a reason",
        )
        for key in weighed
        if key in answers and only_asserts(str(answers[key]))
    ]
    place = {question.id: number for number, question in enumerate(form.questions)}
    return answers, tuple(sorted((*problems, *empty), key=lambda problem: place[problem.field]))
