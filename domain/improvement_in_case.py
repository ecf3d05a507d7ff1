"""What the forms of incidents and improvement ask in one case (P9): the next step and no other, times that can be true."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from domain import commands as c
from domain.act_form import About, ActForm
from domain.acts_of_improvement import FAILURE, PLAN, STEPS
from domain.improvement import ACTIONS, known_at, last_day, time_left
from domain.questions import Answers, Problem
from domain.working_days import LONDON, london_date

# What each step does, for whoever takes it.
LEADS = {
    c.Step.ADVISE: "The first step. The share goes on; the team reads your advice and follows it.",
    c.Step.PLAN: "You and the risk owner agree what is done by when. Whatever is overdue moves up to their leaders.",
    c.Step.NARROW: "The share goes on with fewer items. Whoever relies on this decision is told.",
    c.Step.SUSPEND: "No data flows until leader 1 of the receiving body reinstates the share or ends it.",
    c.Step.REVOKE: "The last step. The share ends for good.",
}
WARNINGS = {
    c.Step.REVOKE: "The data must then be destroyed or returned within 20 working days.",
}
PUBLISHED = "The step and its day are published in the register. What you write here is not."


def _take_step(form: ActForm, about: About) -> ActForm:
    """Only the next step, with the questions it needs. What failed is asked for from the second step on."""
    step = about.improving.step
    if step is None:
        return form
    choice = next(each for each in STEPS if each.value == step)
    failure = replace(
        FAILURE,
        label="Why the step before did not put it right",
        ask="Enter why the step before did not put it right",
        hint=PUBLISHED,
    )
    if step is c.Step.ADVISE:
        failure = replace(
            FAILURE,
            label="What is wrong, and what you advise",
            ask="Enter what is wrong, and what you advise",
            hint=PUBLISHED,
        )
    questions = {
        c.Step.PLAN: tuple(replace(each, needed_when=None) for each in PLAN),
        c.Step.NARROW: tuple(
            replace(each, needed_when=None) for each in form.questions if each.kind == "pick"
        ),
    }.get(step, ())
    return replace(
        form,
        title=choice.label,
        button=choice.label,
        lead=_lead(about, step),
        warning=WARNINGS.get(step, ""),
        questions=(failure, *questions),
        also=partial(_step_holds, about),
    )


def _other_step(about: About) -> tuple[Problem, ...]:
    """A machine may name the step; it is only ever the next one."""
    if about.improving.named_step in ("", about.improving.step):
        return ()
    return (
        Problem("step", f"Each step follows the one before. The next step here is '{about.improving.step}'"),
    )


def _lead(about: About, step: c.Step) -> str:
    until = about.improving.running_until
    if until is None:
        return LEADS[step]
    return f"The actions agreed have until the end of {_day(until)}: this step can follow when they are done or overdue."


def _step_holds(about: About, answers: Answers) -> tuple[Problem, ...]:
    return (*_other_step(about), *_plan_holds(about, answers))


def _plan_holds(about: About, answers: Answers) -> tuple[Problem, ...]:
    if about.improving.step is not c.Step.PLAN:
        return ()
    found: list[Problem] = []
    for n in ACTIONS:
        title, due = answers.get(f"action_{n}"), str(answers.get(f"due_{n}") or "")
        if title and not due and n > 1:
            found.append(Problem(f"due_{n}", f"Enter the day by which action {n} is to be done"))
        if due and not title and n > 1:
            found.append(Problem(f"action_{n}", f"Enter action {n}, or leave its day empty"))
        if due and about.improving.at and not _is_ahead(due, about):
            last = last_day(about.improving.policy, london_date(about.improving.at))
            sentence = (
                f"Action {n} is to be done by: enter a day after today, and not after {last.day} {last:%B %Y}"
            )
            found.append(Problem(f"due_{n}", sentence))
    return tuple(found)


def _is_ahead(due: str, about: About) -> bool:
    assert about.improving.at
    today = london_date(about.improving.at)
    return today.isoformat() < due <= last_day(about.improving.policy, today).isoformat()


def _report_incident(form: ActForm, about: About) -> ActForm:
    return replace(form, also=partial(_known_holds, about))


def _known_holds(about: About, answers: Answers) -> tuple[Problem, ...]:
    """Since when the team knows: a real time, not in the future, and not before the data first came."""
    day = str(answers.get("known_on") or "")
    if answers.get("breach") != "yes" or not day:
        return ()
    try:
        known = known_at(answers)
    except ValueError:
        sentence = "Known since (time): enter a time such as 14:30 or 2:30pm, or leave it empty"
        return (Problem("known_time", sentence),)
    assert known
    if about.improving.at and known > about.improving.at:
        if answers.get("known_time") and london_date(about.improving.at).isoformat() == day:
            return (Problem("known_time", "Known since (time): enter a time that has passed"),)
        return (Problem("known_on", "Known since (day): enter today or a day that has passed"),)
    if about.improving.active_from and london_date(known) < london_date(about.improving.active_from):
        first = london_date(about.improving.active_from)
        sentence = (
            f"Known since (day): the first data came on {first.day} {first:%B %Y}. Enter a day from then on"
        )
        return (Problem("known_on", sentence),)
    return ()


def _record_report(form: ActForm, about: About) -> ActForm:
    lead = form.lead
    if about.improving.due_at and about.improving.at:
        by = about.improving.due_at.astimezone(LONDON)
        left = time_left(about.improving.due_at, about.improving.at)
        lead = f"The regulator has to be told by {_moment(by)}: {left}. {lead}"
    return replace(form, lead=lead, also=partial(_not_ahead, about))


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y} at {at.hour % 12 or 12}:{at.minute:02}{'am' if at.hour < 12 else 'pm'}"


def _not_ahead(about: About, answers: Answers) -> tuple[Problem, ...]:
    day = str(answers.get("on") or "")
    if about.improving.at and day > london_date(about.improving.at).isoformat():
        return (Problem("on", "Told on: enter today or a day that has passed"),)
    return ()


def _complete_action(form: ActForm, about: About) -> ActForm:
    if not about.improving.meant:
        return form
    by = f" It is to be done by the end of {_day(about.improving.due_at)}." if about.improving.due_at else ""
    return replace(form, lead=f"The action: “{about.improving.meant}”.{by}")


def _day(at: datetime) -> str:
    on = london_date(at)
    return f"{on.day} {on:%B %Y}"


def _settle_jump(form: ActForm, about: About) -> ActForm:
    asked = {
        c.Step.SUSPEND: "If it was right, the share stays suspended and leader 1 decides how it goes on.",
        c.Step.REVOKE: "If it was right, the share ends.",
    }
    return replace(form, lead=asked.get(about.improving.step, "")) if about.improving.step else form


IMPROVEMENT_TAILORS: dict[str, Callable[[ActForm, About], ActForm]] = {
    "take_step": _take_step,
    "report_incident": _report_incident,
    "record_report": _record_report,
    "complete_action": _complete_action,
    "settle_jump": _settle_jump,
}
