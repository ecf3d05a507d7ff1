"""The forms of who answers for a risk when people come and go, of the leader who stands behind it, and of advice (P5, P8)."""

from domain import commands as c
from domain.act_form import ActForm, reason
from domain.questions import Question

OWNING_FORMS = (
    ActForm(
        name="back_risk",
        title="Stand behind the risk",
        button="Stand behind it",
        lead="The risk owner signed. What your body states about risk does not cover it, so a leader has to say so too.",
        questions=(reason("Enter why your body takes this risk"),),
        build=lambda a: c.BackRisk(),
    ),
    ActForm(
        name="own_risk",
        title="Sign for the risk of what is there",
        button="Sign",
        lead="The risk owner left. Whoever signs now answers for the version that stands, as it is.",
        questions=(
            Question(
                id="residual",
                label="Risks that remain, and how your team manages them",
                kind="text",
                ask="Enter the risks that remain and how your team manages them",
            ),
            Question(
                id="agree",
                label="I have read the request and sign for its risk",
                kind="tick",
                ask="Tick to say that you have read the request and sign for its risk",
            ),
        ),
        build=lambda a: c.OwnRisk(form_hash=str(a.get("form_hash", ""))),
    ),
    ActForm(
        name="ask_advice",
        title="Ask your advisers",
        button="Ask",
        lead="They have five working days. Your clock goes on, and you can decide before they answer.",
        questions=(reason("Enter what you want advice on", "What you want advice on"),),
        build=lambda a: c.AskAdvice(),
    ),
    ActForm(
        name="give_advice",
        title="Give advice",
        button="Give this advice",
        lead="Your advice is recorded in the case. It is not a veto, and whoever decides may decide otherwise.",
        questions=(reason("Enter your advice", "Your advice"),),
        build=lambda a: c.GiveAdvice(),
    ),
)
