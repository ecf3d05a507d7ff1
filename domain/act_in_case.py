"""An act's form as one case needs it, and what its answers must say (§3). Pages, the API and Slack ask here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from domain import review_form
from domain.act_form import About, ActForm
from domain.acts import FORMS
from domain.acts_of_lanes import LANE_CHOICES
from domain.case import Lane
from domain.guards import RULES
from domain.improvement_in_case import IMPROVEMENT_TAILORS
from domain.manifests import time_problems
from domain.questions import Answers, Choice, Problem, Question, check
from domain.weight import only_asserts

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
    if about.back_level:
        warning = (
            f"This is outside your body's risk appetite, or it has stated none. Leader {about.back_level} of your body has to "
            "stand behind the risk too, and the sending team sees the request only then."
        )
        form = replace(form, warning=warning)
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


# §4: the advice itself is in the case, so nobody types it again. Advice, not a veto.
ADVISED = Question(
    id="caldicott",
    label="What you did with the Caldicott Guardian's advice",
    kind="text",
    ask="Enter what you did with the Caldicott Guardian's advice",
    hint="The advice is in this case. It is not a veto: say what you followed and, where you did not, why.",
)
NOT_ADVISED = Question(
    id="caldicott",
    label="No advice has come from the Caldicott Guardian, and I decide without it",
    kind="tick",
    ask="Tick to say that no advice has come from the Caldicott Guardian and you decide without it",
    hint="It was asked for by itself. You can decide before it comes; after five working days it counts as not received.",
)


def _delivery(form: ActForm, about: About) -> ActForm:
    """C17: nothing was sent, and nothing arrived, in the future or before there was anything to deliver."""

    def also(answers: Answers) -> tuple[Problem, ...]:
        return time_problems(answers, about.now, about.since)

    return replace(form, also=also)


def _approve(form: ActForm, about: About) -> ActForm:
    """What approving means differs by lane; health records in bulk carry the Caldicott Guardian's advice (§4)."""
    form = _delivery(form, about)
    if about.lane is Lane.CLUSTER:
        form = replace(form, title="Let it pass now", button="Let it pass")
    if about.lane is Lane.RELIANCE:
        form = replace(form, title="Confirm the decision relied on", button="Confirm")
    if about.sign_level:
        warning = f"Leader {about.sign_level} of your body has to sign it off too. It is approved, and in the register, only then."
        form = replace(form, warning=warning)
    if "health_in_bulk" not in about.conditions:
        return form
    return _with(form, ADVISED if about.advice_given else NOT_ADVISED)


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


def _choose_lane(form: ActForm, about: About) -> ActForm:
    return _choosing(form, "lane", tuple(LANE_CHOICES[each] for each in about.lanes))


def _extend_time(form: ActForm, about: About) -> ActForm:
    """C14, C21: hours where the clock runs in hours."""
    unit = "hours" if about.hours else "working days"
    days = Question(
        id="days",
        label=unit.capitalize(),
        kind="number",
        ask=f"Enter how many {unit}, from 1 to {about.extension}",
        hint=f"From 1 to {about.extension}.",
        least=1,
        most=about.extension,
    )
    return replace(form, questions=(days, *form.questions[1:]))


def _decline_risk(form: ActForm, about: About) -> ActForm:
    """P8: a leader who is asked to stand behind a risk sends it back."""
    if not about.backs:
        return form
    why = replace(
        form.questions[0], ask="Enter why you do not stand behind the risk, so that the author can mend it"
    )
    title = "Do not stand behind it, return to the author"
    return replace(form, title=title, questions=(why, *form.questions[1:]))


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
    "record_delivery": _delivery,
    "confirm_receipt": _delivery,
    "approve_part": _approve_part,
    "conclude_review": review_form.tailored,
    "choose_lane": _choose_lane,
    "rule_out": _rule_out,
    "extend_time": _extend_time,
    "decline_risk": _decline_risk,
    "transfer": lambda form, about: _choosing(form, "to_team", about.teams),
    **IMPROVEMENT_TAILORS,
}

# Questions that only some cases ask, by act: what a page may send beside the act's own questions.
SOMETIMES: dict[str, frozenset[str]] = {
    "sign_risk": frozenset({"bundle"}),
    "approve": frozenset({"caldicott"}),
    "approve_part": frozenset(f"{key}_{n}" for key, _, _ in ABOUT_AN_ITEM for n in range(1, 51)),
    "conclude_review": frozenset({"retired", "after", *(f"left_out_{n}" for n in range(1, 51))}),
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
    wrong = (*problems, *empty, *form.also(answers))
    return answers, tuple(sorted(wrong, key=lambda problem: place.get(problem.field, -1)))
