"""Every act a person can do, as a form: its title, its questions, and how clean answers become a command.

Pages, the API and Slack draw and check the same form. The words stay in the store; only what the rules need travels.
"""

from dataclasses import replace

from domain import commands as c
from domain.act_form import ITEMS, YES_NO, ActForm, number, picked, reason
from domain.acts_of_exchange import EXCHANGE_FORMS
from domain.acts_of_improvement import IMPROVEMENT_FORMS
from domain.acts_of_lanes import LANE_FORMS
from domain.acts_of_overseeing import OVERSEEING_FORMS
from domain.acts_of_owning import OWNING_FORMS
from domain.manifests import ARRIVED, SENT, manifest_hash, manifest_of
from domain.questions import Answers, Choice, Question
from domain.review_form import REVIEW_FORM

GROUNDS = (
    Choice(value="statutory_bar", label="A law forbids it", hint="You must name the provision"),
    Choice(value="outside_purpose", label="It is outside the purpose the law allows"),
    Choice(value="safety_harm", label="It would put somebody's safety at risk"),
    Choice(value="harm_outweighs", label="Sharing does more harm than withholding"),
    Choice(value="not_possible", label="It is technically impossible"),
)

# What a share cost (P10): said where a first delivery is said and confirmed, and never needed.
MINUTES_SPENT = Question(
    id="minutes",
    label="About how many minutes did your team spend on this share?",
    kind="number",
    ask="",
    hint="All of it: writing, reading, deciding, delivering. What a share cost is published with the figures, by share.",
    required=False,
    most=1_000_000,
)


def _hash(answers: Answers) -> str:
    """Of what was typed in one of the acts of a first delivery."""
    manifest = manifest_of(answers)
    return manifest_hash(manifest) if manifest else ""


def _delivered_now(answers: Answers) -> str:
    return _hash(answers) if answers.get("delivered") == "yes" else ""


def _only_when_delivered(question: Question) -> Question:
    return replace(question, needed_when=("delivered", ("yes",)))


_FORMS = (
    ActForm(
        name="sign_risk",
        title="Sign for the risk",
        button="Sign",
        lead="By signing, your team takes responsibility for how this data is used once it is delivered.",
        warning="The sending team sees the request as soon as you sign.",
        questions=(
            Question(
                id="residual",
                label="Risks that remain, and how your team will manage them",
                kind="text",
                ask="Enter the risks that remain and how your team will manage them",
            ),
            Question(
                id="agree",
                label="I have read the request and sign for its risk",
                kind="tick",
                ask="Tick to say that you have read the request and sign for its risk",
            ),
        ),
        build=lambda a: c.SignRisk(form_hash=str(a.get("form_hash", ""))),
    ),
    ActForm(
        name="decline_risk",
        title="Do not sign, return to the author",
        button="Return the request",
        questions=(reason("Enter why you do not sign, so that the author can mend it"),),
        build=lambda a: c.DeclineRisk(),
    ),
    ActForm(
        name="approve",
        title="Approve the request",
        button="Approve",
        warning="Approving publishes the share in the register. The risk passes to the receiving team on delivery.",
        questions=(
            Question(
                id="delivered",
                label="Has the data been delivered already?",
                kind="choice",
                choices=YES_NO,
                ask="Select whether the data has been delivered already",
            ),
            *(_only_when_delivered(question) for question in SENT),
            Question(id="note", label="A note for the receiving team", kind="text", required=False, ask=""),
        ),
        build=lambda a: c.Approve(delivered_hash=_delivered_now(a)),
    ),
    ActForm(
        name="refuse",
        title="Refuse the request",
        button="Refuse",
        lead="A refusal has to answer: for each part below, say what and why. The requesting team sees all of it.",
        warning="The requesting team can take a refusal to the leaders of both bodies, once.",
        questions=(
            Question(id="ground", label="Ground", kind="choice", choices=GROUNDS, ask="Select the ground"),
            Question(
                id="citation",
                label="The provision that forbids it",
                ask="Enter the act and section that forbids the share",
                needed_when=("ground", ("statutory_bar",)),
            ),
            replace(ITEMS, ask="Select the items you refuse"),
            Question(
                id="harm_of_sharing",
                label="The harm of sharing",
                kind="text",
                ask="Enter what harm sharing these items would do, and to whom",
            ),
            Question(
                id="safeguards",
                label="Why safeguards do not suffice",
                kind="text",
                ask="Enter which safeguards you considered and why they do not suffice",
            ),
            Question(
                id="answer_to_harm",
                label="Your answer to the harm of withholding",
                kind="text",
                ask="Enter your answer to the harm of withholding that the requesting team stated",
            ),
            Question(
                id="smaller_share",
                label="The smaller share you offer",
                kind="text",
                ask="Enter the smaller share you offer, or why no smaller share would help",
            ),
        ),
        build=lambda a: c.Refuse(
            ground=c.Ground(str(a["ground"])),
            items=picked(a, "items"),
            smaller_share=bool(a.get("smaller_share")),
        ),
    ),
    ActForm(
        name="say_not_held",
        title="Say that you do not hold it",
        button="Send this answer",
        questions=(reason("Enter what you looked for, and who may hold it instead", "What you looked for"),),
        build=lambda a: c.SayNotHeld(),
    ),
    ActForm(
        name="ask",
        title="Ask the requesting team",
        button="Ask",
        lead="Your clock stops until they answer. The total time of the case goes on.",
        questions=(reason("Enter what you need to know to decide", "Your question"),),
        build=lambda a: c.Ask(),
    ),
    ActForm(
        name="answer",
        title="Answer the sending team",
        button="Send the answer",
        questions=(
            reason("Enter your answer", "Your answer"),
            Question(
                id="material",
                label="Does the answer change what you ask for?",
                kind="choice",
                choices=YES_NO,
                ask="Select whether the answer changes what you ask for",
                hint="If it does, the risk owner signs again before the sending team goes on.",
            ),
        ),
        build=lambda a: c.Answer(
            material=a.get("material") == "yes",
            form_version=number(a, "form_version"),
            form_hash=str(a.get("form_hash", "")),
        ),
    ),
    ActForm(
        name="countersign",
        title="Countersign the refusal",
        button="Countersign",
        lead="The share is in the citizen's interest, so the refusal counts only with your signature.",
        questions=(reason("Enter why the refusal stands although there is a duty to share"),),
        build=lambda a: c.Countersign(),
    ),
    ActForm(
        name="escalate_refusal",
        title="Take the refusal to the leaders of both bodies",
        button="Escalate",
        warning="This can be done once.",
        questions=(reason("Enter why the refusal should be overturned"),),
        build=lambda a: c.EscalateRefusal(),
    ),
    ActForm(
        name="uphold_refusal",
        title="Uphold the refusal",
        button="Uphold",
        questions=(reason("Enter why the refusal stands, and your answer to the harm of withholding"),),
        build=lambda a: c.UpholdRefusal(),
    ),
    ActForm(
        name="overturn_refusal",
        title="Overturn the refusal",
        button="Overturn",
        questions=(reason("Enter why the data should be shared"),),
        build=lambda a: c.OverturnRefusal(),
    ),
    ActForm(
        name="direct_sender",
        title="Direct the sending team to decide",
        button="Direct them",
        lead="They get five working days and cannot stop the clock again.",
        questions=(reason("Enter what you direct the sending team to do", "Your direction"),),
        build=lambda a: c.DirectSender(),
    ),
    ActForm(
        name="take_over",
        title="Take over the decision",
        button="Take it over",
        lead="From now on you decide, and the sending team's task closes.",
        questions=(reason("Enter why you take the decision over"),),
        build=lambda a: c.TakeOver(),
    ),
    ActForm(
        name="extend_time",
        title="Give more time, once",
        button="Give this time",
        questions=(
            Question(
                id="days",
                label="Working days",
                kind="number",
                ask="Enter how many working days, from 1 to 10",
                least=1,
                most=10,
            ),
            reason("Enter why more time is needed"),
        ),
        build=lambda a: c.ExtendTime(days=number(a, "days")),
    ),
    ActForm(
        name="withdraw",
        title="Withdraw the request",
        button="Withdraw",
        warning="All open tasks close. Start a new request if you need the data later.",
        questions=(reason("Enter why you withdraw the request"),),
        build=lambda a: c.Withdraw(),
    ),
    ActForm(
        name="reopen",
        title="Re-open the case",
        button="Re-open",
        lead="The case goes on where it stopped. This can be done once.",
        questions=(reason("Enter why the case should go on"),),
        build=lambda a: c.Reopen(),
    ),
    ActForm(
        name="record_delivery",
        title="Record the delivery",
        button="Record the delivery",
        lead="Say what you delivered. The receiving team confirms the same, and the risk passes to them.",
        questions=(*SENT, MINUTES_SPENT),
        build=lambda a: c.RecordDelivery(manifest_hash=_hash(a)),
    ),
    ActForm(
        name="confirm_receipt",
        title="Confirm what you received",
        button="Confirm",
        lead="Enter what arrived, not what was announced. If the two differ, it counts as not delivered.",
        questions=(*ARRIVED, MINUTES_SPENT),
        build=lambda a: c.ConfirmReceipt(manifest_hash=_hash(a)),
    ),
    ActForm(
        name="suspend_share",
        title="Suspend the share",
        button="Suspend",
        questions=(reason("Enter why the share must stop for now"),),
        build=lambda a: c.SuspendShare(),
    ),
    ActForm(
        name="reinstate_share",
        title="Reinstate the share",
        button="Reinstate",
        questions=(reason("Enter why the share can go on"),),
        build=lambda a: c.ReinstateShare(),
    ),
    ActForm(
        name="narrow_share",
        title="Share fewer items",
        button="Narrow the share",
        lead="Sharing less needs nobody's approval.",
        questions=(
            replace(ITEMS, label="Items to keep", ask="Select the items to keep"),
            reason("Enter why"),
        ),
        build=lambda a: c.NarrowShare(items=picked(a, "items")),
    ),
    ActForm(
        name="end_share",
        title="End the share",
        button="End the share",
        warning="The data must then be destroyed or returned within 20 working days.",
        questions=(reason("Enter why the share ends"),),
        build=lambda a: c.EndShare(),
    ),
    ActForm(
        name="certify_destruction",
        title="Certify that the data is gone",
        button="Certify",
        questions=(
            Question(
                id="how",
                label="What happened to the data",
                kind="choice",
                choices=(
                    Choice(value="destroyed", label="It was destroyed"),
                    Choice(value="returned", label="It was returned"),
                ),
                ask="Select what happened to the data",
            ),
            Question(id="on", label="On", kind="date", ask="Enter the date on which it was done"),
            Question(
                id="proof",
                label="Reference of the record",
                ask="Enter the reference of your own record of it",
            ),
        ),
        build=lambda a: c.CertifyDestruction(),
    ),
    REVIEW_FORM,
    ActForm(
        name="extend_review",
        title="Give the review more time, once",
        button="Give this time",
        lead="This is published in the register.",
        questions=(
            Question(
                id="days",
                label="Working days",
                kind="number",
                ask="Enter how many working days, from 1 to 20",
                least=1,
                most=20,
            ),
            reason("Enter why the review needs more time"),
        ),
        build=lambda a: c.ExtendReview(days=number(a, "days")),
    ),
    ActForm(
        name="waive_separation",
        title="Let one person hold several roles",
        button="Waive the separation",
        lead="Only for a very small body. Waivers are counted in public.",
        questions=(reason("Enter why nobody else can hold the role"),),
        build=lambda a: c.WaiveSeparation(),
    ),
    ActForm(
        name="fill_post",
        title="Say that the post is filled",
        button="The post is filled",
        lead="Appoint somebody in the directory first.",
        build=lambda a: c.FillPost(task=str(a.get("task", ""))),
    ),
)

FORMS: dict[str, ActForm] = {
    form.name: form
    for form in (
        *_FORMS,
        *LANE_FORMS,
        *OWNING_FORMS,
        *OVERSEEING_FORMS,
        *IMPROVEMENT_FORMS,
        *EXCHANGE_FORMS,
    )
}
