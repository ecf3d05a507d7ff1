"""The forms of mediation and rights (A, E)."""

from domain import commands as c
from domain.act_form import YES_NO, ActForm, number, reason
from domain.questions import Choice, Question

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
            Question(
                id="receipts",
                label="Who was told, and their receipts",
                kind="lines",
                ask="Enter each body or team that has the data, and the reference of its receipt",
                hint="One a line. Where nobody else has the data, say so. Name no person.",
            ),
        ),
        build=lambda a: c.PassOnCorrection(task=str(a.get("task", ""))),
    ),
)
