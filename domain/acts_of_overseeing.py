"""The forms of mediation and rights (A, E), of incidents and improvement (P9)."""

from datetime import datetime

from domain import commands as c
from domain.act_form import YES_NO, ActForm, number, picked, reason
from domain.questions import Answers, Choice, Question
from domain.working_days import LONDON

MEDIATED = (
    Choice(value="agreed", label="Both sides agreed on something"),
    Choice(value="recommended", label="I recommend a change"),
    Choice(value="no_change", label="Nothing needs to change"),
)
MET = (
    Choice(value="met", label="Yes, we did what was asked"),
    Choice(value="partly", label="In part"),
    Choice(value="not_met", label="No"),
)
STEPS = (
    Choice(value="advise", label="Advise the team"),
    Choice(value="plan", label="Agree an action plan"),
    Choice(value="narrow", label="Narrow the share"),
    Choice(value="suspend", label="Suspend the share"),
    Choice(value="revoke", label="End the share"),
)
ACTIONS = (1, 2, 3)


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
            hint="Only with an action plan." if first else "",
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


def _due_on(answers: Answers) -> tuple[str, ...]:
    return tuple(
        str(answers[f"due_{n}"]) for n in ACTIONS if answers.get(f"action_{n}") and answers.get(f"due_{n}")
    )


def _known_at(answers: Answers) -> datetime | None:
    """The instant since which the team knows, from a day and a time of the London clock."""
    day, time = str(answers.get("known_on") or ""), str(answers.get("known_time") or "")
    if not day:
        return None
    return datetime.fromisoformat(f"{day}T{time or '00:00'}").replace(tzinfo=LONDON)


OVERSEEING_FORMS = (
    ActForm(
        name="send_to_mediation",
        title="Send it to mediation",
        button="Send it to mediation",
        lead="The regulator helps both sides for 20 working days. Nothing it says binds anybody. Then you have the case again.",
        warning="This can be done once, and the total time of the case goes on.",
        questions=(reason("Enter what the two sides cannot agree on", "What the two sides cannot agree on"),),
        build=lambda a: c.SendToMediation(),
    ),
    ActForm(
        name="start_mediation",
        title="Start mediation about this share",
        button="Start mediation",
        lead="The share goes on meanwhile. What comes of it is published, and its lead body complies or explains.",
        questions=(reason("Enter why this share needs mediation"),),
        build=lambda a: c.StartMediation(),
    ),
    ActForm(
        name="extend_mediation",
        title="Give the mediation more time, once",
        button="Give this time",
        questions=(
            Question(
                id="days",
                label="Working days",
                kind="number",
                ask="Enter how many working days, from 1 to 20",
                least=1,
                most=20,
            ),
            reason("Enter why the mediation needs more time"),
        ),
        build=lambda a: c.ExtendMediation(days=number(a, "days")),
    ),
    ActForm(
        name="conclude_mediation",
        title="Conclude the mediation",
        button="Conclude it",
        lead="What you write is published where the share is in the register. It binds nobody. Name no person.",
        questions=(
            Question(
                id="outcome",
                label="What came of it",
                kind="choice",
                choices=MEDIATED,
                ask="Select what came of the mediation",
            ),
            reason(
                "Enter what was agreed, what you recommend, or why nothing needs to change", "In your words"
            ),
        ),
        build=lambda a: c.ConcludeMediation(outcome=c.MediationOutcome(str(a["outcome"]))),
    ),
    ActForm(
        name="answer_mediation",
        title="Comply or explain",
        button="Publish this answer",
        lead="Your answer is published in the register, and reaches everybody who relies on this decision.",
        questions=(
            Question(
                id="complies",
                label="Do you do what the mediation came to?",
                kind="choice",
                choices=YES_NO,
                ask="Select whether you do what the mediation came to",
            ),
            reason(
                "Enter what you change and by when, or why you do not. Name no person",
                "What you do, or why not",
            ),
        ),
        build=lambda a: c.AnswerMediation(complies=a.get("complies") == "yes"),
    ),
    ActForm(
        name="answer_rights",
        title="Answer somebody whose data it is",
        button="Send this answer",
        lead="They read your answer with the code they were given. Write in plain words.",
        questions=(
            Question(
                id="outcome",
                label="Did you do what they asked?",
                kind="choice",
                choices=MET,
                ask="Select whether you did what they asked",
            ),
            reason("Enter what you did, or why not", "Your answer to them"),
        ),
        build=lambda a: c.AnswerRights(
            task=str(a.get("task", "")), outcome=c.RightsOutcome(str(a["outcome"]))
        ),
    ),
    ActForm(
        name="pass_on_correction",
        title="Say who was told what was put right",
        button="They were told",
        questions=(
            reason(
                "Enter each body or team that has the data, and the reference of its receipt",
                "Who was told, and their receipts",
                "One a line. Name no person.",
            ),
        ),
        build=lambda a: c.PassOnCorrection(task=str(a.get("task", ""))),
    ),
    ActForm(
        name="report_incident",
        title="Report an incident",
        button="Report it",
        lead="Telling early is what good teams do, and it is not held against anybody.",
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
                hint="Leave it empty if you do not know; the day then counts from its beginning.",
            ),
        ),
        build=lambda a: c.ReportIncident(
            incident=str(a.get("incident", "")), breach=a.get("breach") == "yes", known_at=_known_at(a)
        ),
    ),
    ActForm(
        name="record_report",
        title="Say that the regulator was told",
        button="It was told",
        questions=(
            Question(id="on", label="On", kind="date", ask="Enter the day on which the regulator was told"),
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
            Question(
                id="failure",
                label="Why it is needed",
                kind="text",
                ask="Enter what is wrong, and why the step before did not put it right",
            ),
            *(question for n in ACTIONS for question in _action(n)),
            Question(
                id="items",
                label="Items to keep",
                kind="pick",
                ask="Select the items to keep",
                needed_when=("step", ("narrow",)),
            ),
        ),
        build=lambda a: c.TakeStep(step=c.Step(str(a["step"])), items=picked(a, "items"), due_on=_due_on(a)),
    ),
    ActForm(
        name="jump_step",
        title="Stop the share at once",
        button="Stop it now",
        lead="Only where somebody is being harmed now. Leader 2 says within one working day whether it was right.",
        questions=(
            Question(
                id="step",
                label="What you ask leader 2 to confirm",
                kind="choice",
                choices=tuple(each for each in STEPS if each.value in ("suspend", "revoke")),
                ask="Select what leader 2 is asked to confirm",
            ),
            reason("Enter who is harmed, and how", "The harm"),
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
