"""The forms of the light exchange (P3)."""

from domain import commands as c
from domain.act_form import ActForm, number, reason
from domain.questions import Question

EXCHANGE_FORMS = (
    ActForm(
        name="extend_share",
        title="Give the share more time before it ends, once",
        button="Give this time",
        lead="This is published in the register. A renewal that is still being decided does not move the end; only this does.",
        questions=(
            Question(
                id="days",
                label="Working days",
                kind="number",
                ask="Enter how many working days, from 1 to 20",
                least=1,
                most=20,
            ),
            reason("Enter why the share needs more time"),
        ),
        build=lambda a: c.ExtendShare(days=number(a, "days")),
    ),
    ActForm(
        name="settle_fault",
        title="Say what you did about it",
        button="It is dealt with",
        lead="Say what you found and what you did, so that whoever looks at this later can follow it.",
        questions=(
            reason(
                "Enter what you found and what you did",
                "What you found and did",
                "Name no person, and write nothing that is about one.",
            ),
        ),
        build=lambda a: c.SettleFault(task=str(a.get("task", ""))),
    ),
)
