"""The forms of incidents and improvement (P9). What each asks in one case is in `domain.improvement_in_case`."""

from domain import commands as c
from domain.act_form import YES_NO, ActForm, picked, reason
from domain.improvement import ACTIONS, known_at, plan_of
from domain.questions import Choice, Question

STEPS = (
    Choice(value="advise", label="Advise the team"),
    Choice(value="plan", label="Agree an action plan"),
    Choice(value="narrow", label="Narrow the share"),
    Choice(value="suspend", label="Suspend the share"),
    Choice(value="revoke", label="End the share"),
)


def _action(n: int) -> tuple[Question, Question]:
    first = n == 1
    plan = ("step", ("plan",)) if first else None
    return (
        Question(
            id=f"action_{n}",
            label=f"Action {n}",
            required=first,
            needed_when=plan,
            ask=f"Enter action {n}",
        ),
        Question(
            id=f"due_{n}",
            label=f"Action {n} is to be done by",
            kind="date",
            required=first,
            needed_when=plan,
            ask=f"Enter the day by which action {n} is to be done",
        ),
    )


FAILURE = Question(
    id="failure",
    label="Why it is needed",
    kind="text",
    ask="Enter what is wrong, and why the step before did not put it right",
)
PLAN = tuple(question for n in ACTIONS for question in _action(n))
_ITEMS = Question(
    id="items",
    label="Items to keep",
    kind="pick",
    ask="Select the items to keep",
    needed_when=("step", ("narrow",)),
)

IMPROVEMENT_FORMS = (
    ActForm(
        name="report_incident",
        title="Report an incident",
        button="Report it",
        lead="Telling early is what good teams do. It is not held against anybody, and counts for your body in public.",
        questions=(
            Question(
                id="what",
                label="What happened",
                kind="text",
                ask="Enter what happened",
                hint="Name no person, and copy no personal data into this box.",
            ),
            Question(
                id="done",
                label="What you have done about it so far",
                kind="text",
                ask="Enter what you have done so far, or that nothing is done yet",
            ),
            Question(
                id="breach",
                label="Was personal data lost, changed or seen by somebody who should not have?",
                kind="choice",
                choices=YES_NO,
                ask="Select whether personal data was lost, changed or seen by somebody who should not have",
                hint="If so, the regulator has to be told within 72 hours of the moment you knew.",
            ),
            Question(
                id="known_on",
                label="Known since (day)",
                kind="date",
                ask="Enter the day on which your team first knew",
                needed_when=("breach", ("yes",)),
            ),
            Question(
                id="known_time",
                label="Known since (time, such as 14:30)",
                required=False,
                ask="Enter a time such as 14:30",
                hint="The time in London. Leave it empty if you do not know; the day then counts from its beginning.",
                needed_when=("breach", ("yes",)),
            ),
        ),
        build=lambda a: c.ReportIncident(
            incident=str(a.get("incident", "")), breach=a.get("breach") == "yes", known_at=known_at(a)
        ),
    ),
    ActForm(
        name="record_report",
        title="Say that the regulator was told",
        button="It was told",
        lead="The clock of 72 hours stops when this is recorded, so record it as soon as it is done.",
        questions=(
            Question(
                id="on", label="Told on", kind="date", ask="Enter the day on which the regulator was told"
            ),
            Question(
                id="proof",
                label="Reference of the report",
                ask="Enter the reference the regulator gave, or that of your own record",
            ),
        ),
        build=lambda a: c.RecordReport(task=str(a.get("task", ""))),
    ),
    ActForm(
        name="take_step",
        title="Take the next step of improvement",
        button="Take this step",
        lead="Each step follows the one before, and says why that was not enough.",
        questions=(
            Question(id="step", label="The step", kind="choice", choices=STEPS, ask="Select the step"),
            FAILURE,
            *PLAN,
            _ITEMS,
        ),
        build=lambda a: c.TakeStep(
            step=c.Step(str(a["step"])),
            items=picked(a, "items"),
            due_on=tuple(each.due_on for each in plan_of(a)),
        ),
    ),
    ActForm(
        name="jump_step",
        title="Stop the share at once",
        button="Stop it now",
        lead="Only where somebody is being harmed now. Leader 2 says within one working day whether it was right.",
        warning="No more data flows from the moment you send this.",
        questions=(
            Question(
                id="step",
                label="What you ask leader 2 to confirm",
                kind="choice",
                choices=(
                    Choice(value="suspend", label="That the share stays suspended until it is safe"),
                    Choice(value="revoke", label="That the share ends"),
                ),
                ask="Select what leader 2 is asked to confirm",
            ),
            reason("Enter who is harmed, and how", "The harm", "Name no person."),
        ),
        build=lambda a: c.JumpStep(step=c.Step(str(a["step"]))),
    ),
    ActForm(
        name="settle_jump",
        title="Say whether stopping the share at once was right",
        button="Send this answer",
        questions=(
            Question(
                id="confirm",
                label="Was it right to stop it at once?",
                kind="choice",
                choices=YES_NO,
                ask="Select whether it was right to stop the share at once",
                hint="If it was not, the share goes on.",
            ),
            reason("Enter why"),
        ),
        build=lambda a: c.SettleJump(confirm=a.get("confirm") == "yes"),
    ),
    ActForm(
        name="complete_action",
        title="Say that the action is done",
        button="It is done",
        questions=(reason("Enter what was done, and how one can see it", "What was done"),),
        build=lambda a: c.CompleteAction(task=str(a.get("task", ""))),
    ),
    ActForm(
        name="close_improvement",
        title="Say that it is put right",
        button="It is put right",
        lead="The ladder starts from its foot again, should there be anything else.",
        questions=(reason("Enter how you know that it is put right"),),
        build=lambda a: c.CloseImprovement(),
    ),
)
