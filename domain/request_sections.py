"""The twelve sections of the request form (spec §8), as data.

A section is one page and one question in a person's mind; it may have a few boxes. None needs a lawyer.
"""

from dataclasses import dataclass

from domain.questions import Question
from domain.request_choices import (
    DUTIES,
    OTHERS_SEE,
    PATTERNS,
    PEOPLE_BANDS,
    REGIONS,
    SEVERITIES,
    URGENCIES,
    USES,
    YES_NO_UNKNOWN,
)


@dataclass(frozen=True, kw_only=True)
class Section:
    id: str
    title: str
    questions: tuple[Question, ...]


TESTING = ("use", ("test_new",))
URGENT = ("urgent", tuple(choice.value for choice in URGENCIES if choice.value != "no"))

SECTIONS: tuple[Section, ...] = (
    Section(
        id="team",
        title="Which team is this for, and who there owns the risk?",
        questions=(
            Question(id="team", label="Your team", kind="choice", ask="Select the team the data is for"),
            Question(
                id="risk_owner",
                label="Risk owner",
                kind="choice",
                ask="Select the person in your team who will sign for the risk",
                hint="A senior person in the team that will use the data. Not you: somebody else must sign.",
            ),
        ),
    ),
    Section(
        id="purpose",
        title="What will you do with the data?",
        questions=(
            Question(
                id="title",
                label="A short name for this request",
                ask="Enter a short name for this request",
                most=120,
            ),
            Question(
                id="purpose",
                label="What you will do with the data",
                kind="text",
                ask="Enter what you will do with the data",
                hint="One or two sentences a resident would understand.",
            ),
        ),
    ),
    Section(
        id="harm",
        title="What happens to people if you do not get it?",
        questions=(
            Question(
                id="harm_of_withholding",
                label="What happens to people without it",
                kind="text",
                ask="Enter what happens to people if you do not get the data",
            ),
            Question(
                id="people_per_day",
                label="About how many people does each working day of waiting affect?",
                kind="number",
                ask="Enter about how many people each working day of waiting affects. Enter 0 if you cannot tell",
                most=100_000_000,
            ),
            Question(
                id="severity",
                label="How serious is that for them?",
                kind="choice",
                ask="Select how serious it is for them",
                choices=SEVERITIES,
            ),
            Question(
                id="harm_reversible",
                label="Can it be put right afterwards?",
                kind="choice",
                ask="Select whether it can be put right afterwards",
                choices=YES_NO_UNKNOWN,
                required=False,
            ),
            Question(
                id="harm_money",
                label="What people or the public lose in a month, in pounds",
                kind="number",
                ask="Enter what is lost in a month, in whole pounds",
                required=False,
            ),
            Question(
                id="harm_source",
                label="Where these figures come from",
                ask="Enter where the figures come from",
                hint="For example 'our case system, October' or a published report.",
                required=False,
            ),
        ),
    ),
    Section(
        id="use",
        title="What kind of use is it?",
        questions=(
            Question(
                id="use", label="Kind of use", kind="choice", choices=USES, ask="Select the kind of use"
            ),
            Question(
                id="learning_question",
                label="The question the test is to answer",
                ask="Enter the question that the test is to answer",
                needed_when=TESTING,
            ),
            Question(
                id="subject_cap",
                label="The most people it will include",
                kind="number",
                least=1,
                most=100_000_000,
                ask="Enter the most people the test will include",
                needed_when=TESTING,
            ),
            Question(
                id="no_adverse",
                label="No decision against a person will rest on this data",
                kind="tick",
                ask="Tick to say that no decision against a person will rest on this data",
                needed_when=TESTING,
            ),
        ),
    ),
    Section(
        id="people",
        title="Whose data, roughly how many people, and where?",
        questions=(
            Question(
                id="subjects",
                label="Whose data",
                ask="Enter whose data it is, for example 'tenants in arrears'",
            ),
            Question(
                id="people_band",
                label="About how many people",
                kind="choice",
                ask="Select about how many people the data is about",
                choices=PEOPLE_BANDS,
            ),
            Question(
                id="region",
                label="Where they live",
                kind="choice",
                ask="Select where the people live",
                hint="The smallest area that covers all of them.",
                choices=REGIONS,
            ),
            Question(
                id="area",
                label="Which part of it, if not all of it",
                ask="Enter which part of the area it is",
                hint="For example 'Leeds' or 'the three health boards in the west'.",
                required=False,
            ),
        ),
    ),
    Section(
        id="holder",
        title="Who holds it?",
        questions=(
            Question(
                id="sending_team",
                label="The team that holds the data",
                kind="choice",
                ask="Select the team that holds the data",
            ),
            Question(
                id="also_teams",
                label="Other teams you ask for the same",
                kind="pick",
                required=False,
                ask="Select only teams that hold data",
                hint="One case for each team. Your risk owner can sign for all of them at once.",
            ),
        ),
    ),
    Section(
        id="items",
        title="Which items do you need?",
        questions=(
            Question(
                id="items",
                label="Items",
                kind="lines",
                ask="Enter at least one item of data, one on each line",
                hint="One on each line, for example 'date of birth'.",
            ),
        ),
    ),
    Section(
        id="pattern",
        title="One person at a time, or a file? Until when?",
        questions=(
            Question(
                id="pattern",
                label="How it comes",
                kind="choice",
                ask="Select how the data is to come",
                choices=PATTERNS,
            ),
            Question(
                id="until",
                label="The share ends on",
                kind="date",
                ask="Enter the date on which the share is to end",
                hint="It ends by itself on that day. You can ask again before.",
            ),
        ),
    ),
    Section(
        id="timing",
        title="When do you need it, and why then?",
        questions=(
            Question(id="needed_by", label="Needed by", kind="date", ask="Enter the date you need it by"),
            Question(id="needed_why", label="Why then", ask="Enter why you need it by then"),
            Question(
                id="urgent",
                label="Is it an emergency?",
                kind="choice",
                choices=URGENCIES,
                ask="Select whether it is an emergency, and of which kind",
                hint=(
                    "An urgent request is decided within hours, at night too. It is published later, and always looked "
                    "back at 10 working days after delivery. Misuse is counted in public."
                ),
                required=False,
            ),
            Question(
                id="urgent_why",
                label="What makes it an emergency",
                kind="text",
                ask="Enter what makes it an emergency",
                hint="Only if you answered yes. Write about the situation, not about a person.",
                needed_when=URGENT,
            ),
        ),
    ),
    Section(
        id="others",
        title="Will anyone outside your team see it?",
        questions=(
            Question(
                id="others_see",
                label="Anyone outside your team",
                kind="choice",
                ask="Select whether anyone outside your team will see the data",
                hint=(
                    "We ask because businesses, universities, journalists and bodies abroad cannot receive data here. "
                    "The directory, not a name, decides what a body is."
                ),
                choices=OTHERS_SEE,
            ),
            Question(
                id="processors",
                label="Contractors or processors",
                kind="lines",
                ask="Enter the name of each contractor or processor, one on each line",
                hint="One on each line, by the name of the body. Only if a contractor or processor sees the data.",
                needed_when=("others_see", ("contractor", "both")),
            ),
            Question(
                id="onward",
                label="Other organisations that get to see it",
                kind="lines",
                ask="Enter the name of each organisation that gets to see the data, one on each line",
                hint="One on each line. Only if another organisation sees the data.",
                needed_when=("others_see", ("organisation", "both")),
            ),
            Question(
                id="others_detail",
                label="What they see it for",
                kind="text",
                ask="Enter what they see the data for",
                hint="Only if you answered yes.",
                needed_when=("others_see", ("contractor", "organisation", "both")),
            ),
        ),
    ),
    Section(
        id="power",
        title="What lets you have it?",
        questions=(
            Question(
                id="power",
                label="The power or gateway, if you know it",
                ask="Enter the power or gateway. 'Not sure' is a valid answer and does not delay your request",
                hint="For example 'Digital Economy Act 2017 s.35'. 'Not sure' is a valid answer.",
            ),
        ),
    ),
    Section(
        id="surprises",
        title="Is it in the citizen's interest, and will anything surprise people?",
        questions=(
            Question(
                id="duty",
                label="Is the share in the interest of the people it is about?",
                kind="choice",
                choices=DUTIES,
                ask="Select whether the share is in the interest of the people it is about",
            ),
            Question(
                id="surprises",
                label="Anything that will surprise people",
                kind="text",
                required=False,
                ask="",
                hint="Enforcement against the people the service helps, children, automated decisions, a past refusal.",
            ),
            Question(
                id="retired_questions",
                label="Which questions will you stop asking people once you have the data?",
                kind="lines",
                ask="Enter each question on a line of its own",
                hint="One on each line. The 12-month review looks whether you did, and it is counted in public.",
                required=False,
            ),
        ),
    ),
)
