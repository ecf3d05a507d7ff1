"""Which acts Slack offers, and which finish on the web (§9). Pure, so that every act, seat and duty can be asked about."""

from dataclasses import dataclass

from domain.act_form import ActForm
from domain.acts import FORMS
from domain.case import Case, Task
from domain.people import Seat
from domain.permissions import TABLE

MOST_BUTTONS = 5

# §9: whoever signs for a risk reads the whole request first.
SIGNATURES = frozenset({"sign_risk", "back_risk", "own_risk"})
# §9: what keeps data back where there is a duty to share it (C11).
REFUSALS = frozenset({"refuse", "object", "say_not_held", "countersign", "uphold_refusal"})
# Nobody can do these without what only the page shows: two steps, what people wrote, what cannot be undone.
NEED_THE_PAGE = frozenset(
    {
        "approve_part",
        "conclude_review",
        "rule_out",
        "answer_rights",
        "pass_on_correction",
        "record_report",
        "complete_action",
        "settle_jump",
        "take_step",
        "jump_step",
        "report_incident",
        "conclude_mediation",
        "answer_mediation",
    }
)

# The most usual answers first; the others follow in the order of the table.
USUAL = (
    "approve",
    "answer",
    "record_delivery",
    "confirm_receipt",
    "sign_risk",
    "countersign",
    "overturn_refusal",
    "uphold_refusal",
    "refuse",
    "object",
    "distinguish",
    "ask",
    "direct_sender",
    "take_over",
    "approve_part",
    "say_not_held",
    "extend_time",
)

# Slack's limits of a modal, in questions that people still answer there, options and characters.
MOST_QUESTIONS, MOST_OPTIONS, OPTION, VALUE = 10, 100, 75, 150


@dataclass(frozen=True)
class Offer:
    """A button: which act, what it says, and whether it leads to the act's page."""

    act: str
    button: str
    on_the_web: bool


def is_reserved(act: str, seat: Seat, duty: str) -> bool:
    """§9: whether an act finishes on the web, whoever asks. `duty`: the case's duty to share, 'none' without one (P4)."""
    if act in SIGNATURES or act in NEED_THE_PAGE or seat.level == 3:
        return True
    return duty != "none" and act in REFUSALS


def fits(form: ActForm) -> bool:
    """Whether a modal can ask all that a form asks, without cutting anything short."""
    choices = [choice for question in form.questions for choice in question.choices]
    return (
        len(form.questions) <= MOST_QUESTIONS
        and all(len(question.choices) <= MOST_OPTIONS for question in form.questions)
        and all(len(each.label) <= OPTION and len(each.value) <= VALUE for each in choices)
    )


def offered(case: Case, task: Task) -> tuple[Offer, ...]:
    """The buttons for a task that is open in this case: what the table lists for its kind, the most usual first."""
    acts = [
        act for act, rule in TABLE.items() if task.kind in rule.tasks and act in FORMS and rule.when(case)
    ]
    acts.sort(key=lambda act: USUAL.index(act) if act in USUAL else len(USUAL))
    return tuple(
        Offer(act, FORMS[act].button, is_reserved(act, task.seat, case.duty) or not fits(FORMS[act]))
        for act in acts[:MOST_BUTTONS]
    )


def entitling(case: Case, task: str, seats: tuple[Seat, ...]) -> Seat:
    """The seat an act is done on: the task's where it is open, else the highest of the actor's. `seats` is not empty."""
    if task in case.tasks:
        return case.tasks[task].seat
    return max(seats, key=lambda seat: seat.level)
