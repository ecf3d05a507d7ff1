"""The forms of what only some lanes know: triage, objections, reliance, parts, passing on, urgency, the register."""

from dataclasses import replace

from domain import commands as c
from domain.act_form import ITEMS, YES_NO, ActForm, picked, reason
from domain.case import Lane
from domain.questions import Choice, Question

LANE_CHOICES = {
    Lane.CLUSTER: Choice(value="cluster", label="By the cluster's agreement: the sending team may object"),
    Lane.RELIANCE: Choice(value="reliance", label="By the decision it relies on: the sending team confirms"),
    Lane.STANDARD: Choice(value="standard", label="By the standard lane: the sending team decides"),
    Lane.URGENT: Choice(value="urgent", label="By the urgent lane: the sending team decides in clock hours"),
    Lane.EXPLORATORY: Choice(
        value="exploratory", label="By the exploratory lane: the sending team decides about a short trial"
    ),
}

OBJECTIONS = (
    Choice(value="outside_task", label="It is not within the shared task"),
    Choice(value="safety_harm", label="It would put a certain person's safety at risk"),
    Choice(value="not_possible", label="It is technically impossible"),
    Choice(value="statutory_bar", label="A law forbids it", hint="You must name the provision"),
    Choice(
        value="third_rail", label="Sharecase is not for this", hint="For example a business would receive it"
    ),
)

ELEMENTS = (
    Choice(value="items", label="The items"),
    Choice(value="subjects", label="The people it is about"),
    Choice(value="retention", label="How long it is kept"),
    Choice(value="purpose", label="The purpose"),
    Choice(value="gateway", label="The power or gateway"),
    Choice(value="recipient", label="Who receives it"),
    Choice(value="region", label="The area"),
    Choice(value="safeguards", label="The safeguards"),
)

EXEMPTIONS = (
    Choice(value="national_security", label="National security"),
    Choice(value="live_operation", label="A live operation would be harmed"),
    Choice(value="risk_to_life", label="Somebody's life would be at risk"),
)

LANE_FORMS = (
    ActForm(
        name="choose_lane",
        title="Choose how the request travels",
        button="Choose this",
        lead="The software could not decide this from what was told. Your choice is recorded with your reason.",
        questions=(
            Question(
                id="lane",
                label="How it travels",
                kind="choice",
                choices=tuple(LANE_CHOICES.values()),
                ask="Select how the request travels",
            ),
            reason("Enter why it travels this way"),
        ),
        build=lambda a: c.ChooseLane(lane=Lane(str(a["lane"]))),
    ),
    ActForm(
        name="ask_in_triage",
        title="Ask the requesting team first",
        button="Ask",
        lead="The request goes back to its author, who can change it and send it again. The total time goes on.",
        questions=(reason("Enter what you need to know", "Your question"),),
        build=lambda a: c.AskInTriage(),
    ),
    ActForm(
        name="rule_out",
        title="Say that it is out of scope",
        button="It is out of scope",
        lead="Out of scope is not unlawful: say where the requesting team can go instead.",
        warning="This cannot be undone by anybody.",
        questions=(
            Question(
                id="rule",
                label="The rule",
                kind="choice",
                ask="Select the rule that it falls under",
            ),
            reason("Enter why it falls under that rule, and where to go instead"),
        ),
        build=lambda a: c.RuleOut(rule=str(a["rule"])),
    ),
    ActForm(
        name="approve_part",
        title="Approve a part",
        button="Approve the rest",
        lead=(
            "Whoever sends less than was asked for gives the reason for each item. What you approve goes live now; "
            "what you withhold goes on as a case of its own, with the time that is left."
        ),
        warning="Withholding more than half of the items is a refusal and has to be answered as one.",
        questions=(
            Question(
                id="withheld",
                label="Items you withhold for now",
                kind="pick",
                ask="Select the items you withhold, or approve the whole request instead",
            ),
        ),
    ),
    ActForm(
        name="object",
        title="Object",
        button="Object",
        lead=(
            "Your body signed the cluster's agreement, under which this share is presumed. "
            "You can object only on one of these grounds. Leader 1 of both bodies decide together."
        ),
        questions=(
            Question(
                id="ground",
                label="Ground",
                kind="choice",
                choices=OBJECTIONS,
                ask="Select one of the grounds",
            ),
            Question(
                id="citation",
                label="The provision that forbids it",
                ask="Enter the act and section that forbids the share",
                needed_when=("ground", ("statutory_bar",)),
            ),
            replace(ITEMS, ask="Select the items you object to"),
            Question(
                id="harm_of_sharing",
                label="What would go wrong, for whom",
                kind="text",
                ask="Enter what would go wrong if these items were shared, and for whom",
            ),
            Question(
                id="answer_to_harm",
                label="Your answer to the harm of withholding",
                kind="text",
                ask="Enter your answer to the harm of withholding that the requesting team stated",
            ),
        ),
        build=lambda a: c.Object(ground=c.ObjectionGround(str(a["ground"])), items=picked(a, "items")),
    ),
    ActForm(
        name="distinguish",
        title="Say what differs from the decision relied on",
        button="It differs",
        lead="Name the one element that differs. The request then goes by the standard lane, and you decide.",
        questions=(
            Question(
                id="element", label="What differs", kind="choice", choices=ELEMENTS, ask="Select what differs"
            ),
            reason("Enter how it differs, and why that matters to the people the data is about"),
        ),
        build=lambda a: c.Distinguish(element=c.Element(str(a["element"]))),
    ),
    ActForm(
        name="transfer",
        title="Pass it on to the team that holds the data",
        button="Pass it on",
        lead="Once, in the first two working days. The other team's time starts afresh.",
        questions=(
            Question(
                id="to_team",
                label="The team that holds it",
                kind="choice",
                ask="Select the team that holds the data",
            ),
            reason("Enter how you know that they hold it"),
        ),
    ),
    ActForm(
        name="allow_question",
        title="Let the sending team ask once more",
        button="Allow one more question",
        questions=(reason("Enter why one more question is needed to decide"),),
        build=lambda a: c.AllowQuestion(),
    ),
    ActForm(
        name="conclude_urgent_use",
        title="Look back at the urgent use",
        button="Conclude",
        lead="Every urgent use is looked back at. One that was not urgent is counted in public.",
        questions=(
            Question(
                id="justified",
                label="Was it as urgent as it said?",
                kind="choice",
                choices=YES_NO,
                ask="Select whether it was as urgent as it said",
            ),
            reason("Enter what happened, and what the data changed"),
            Question(
                id="end",
                label="What happens to the share now?",
                kind="choice",
                choices=(
                    Choice(value="no", label="It goes on until its agreed end"),
                    Choice(value="yes", label="It ends now"),
                ),
                ask="Select what happens to the share now",
            ),
        ),
        build=lambda a: c.ConcludeUrgentUse(justified=a.get("justified") == "yes", end=a.get("end") == "yes"),
    ),
    ActForm(
        name="exempt_entry",
        title="Keep the register entry back",
        button="Keep it back",
        lead="Only for one of these reasons, and only until a day. How many entries are kept back is public.",
        questions=(
            Question(
                id="because", label="Because of", kind="choice", choices=EXEMPTIONS, ask="Select the reason"
            ),
            Question(
                id="exempt_until",
                label="The entry is published on",
                kind="date",
                ask="Enter the date on which the entry is published",
            ),
            reason("Enter what publishing now would do"),
        ),
        build=lambda a: c.ExemptEntry(until=str(a["exempt_until"])),
    ),
    ActForm(
        name="publish_entry",
        title="Publish the register entry now",
        button="Publish",
        questions=(reason("Enter why it can be published now"),),
        build=lambda a: c.PublishEntry(),
    ),
    ActForm(
        name="adopt_root",
        title="Adopt the changed decision",
        button="Adopt it",
        lead="Your share relies on the new version from now on, with its terms.",
        questions=(reason("Enter why the new version suits your share"),),
        build=lambda a: c.AdoptRoot(),
    ),
    ActForm(
        name="keep_decision",
        title="Keep the version you relied on",
        button="Keep it",
        questions=(reason("Enter why the old version still holds for your share"),),
        build=lambda a: c.KeepDecision(),
    ),
    ActForm(
        name="decide_own",
        title="Ask for a decision of your own",
        button="We ask for our own",
        lead="Your share goes on while you ask. A request of your own replaces it once it is delivered.",
        questions=(reason("Enter why you want a decision of your own"),),
        build=lambda a: c.DecideOwn(),
    ),
)
