"""The request form (spec §8): twelve questions, none of which needs a lawyer, as data.

A section is one page and one question in a person's mind; it may have a few boxes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from json import dumps

from domain.questions import Answers, Choice, Problem, Question, check, is_asked

USES = (
    Choice(
        value="deliver_service", label="Deliver a service", hint="Somebody asked for it or is entitled to it"
    ),
    Choice(value="protect_someone", label="Protect a child or an adult at risk"),
    Choice(
        value="prevent_harm",
        label="Prevent harm",
        hint="Reviewed at 12 and 24 months after the first delivery",
    ),
    Choice(
        value="proactive_help",
        label="Offer help before people ask",
        hint="Reviewed at 12 and 24 months after the first delivery",
    ),
    Choice(
        value="test_new",
        label="Test something new",
        hint="Reviewed at 12 and 24 months after the first delivery",
    ),
    Choice(
        value="fraud_error_debt", label="Find fraud, error or debt", hint="Reviewed when it is done in bulk"
    ),
    Choice(value="law_enforcement", label="Enforce the law"),
)

DUTIES = (
    Choice(value="none", label="No, none of these"),
    Choice(value="auto_enrolment", label="Enrol people automatically in something they are entitled to"),
    Choice(value="safeguarding", label="Safeguard a child or an adult"),
    Choice(value="continuity_of_care", label="Continue somebody's care"),
    Choice(value="correcting_error", label="Correct an error about somebody"),
    Choice(value="tell_us_once", label="Stop asking people for what government already holds"),
)


@dataclass(frozen=True, kw_only=True)
class Section:
    id: str
    title: str
    questions: tuple[Question, ...]


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
                choices=(
                    Choice(value="low", label="An inconvenience"),
                    Choice(value="moderate", label="Money, time or stress they will notice"),
                    Choice(value="serious", label="Lasting harm to health, home or income"),
                    Choice(value="severe", label="Danger to life or safety"),
                ),
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
        ),
    ),
    Section(
        id="people",
        title="Whose data, and roughly how many people?",
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
                choices=(
                    Choice(value="under_100", label="Fewer than 100"),
                    Choice(value="100_to_10k", label="100 to 10,000"),
                    Choice(value="10k_to_1m", label="10,000 to 1 million"),
                    Choice(value="over_1m", label="More than 1 million"),
                ),
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
                choices=(
                    Choice(value="one_by_one", label="One person at a time, when needed"),
                    Choice(value="file_once", label="One file, once"),
                    Choice(value="file_regular", label="A file, regularly"),
                ),
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
                hint="Another organisation, a contractor, anyone abroad.",
                choices=(Choice(value="no", label="No"), Choice(value="yes", label="Yes")),
            ),
            Question(
                id="others_detail",
                label="Who, and what for",
                kind="text",
                ask="Enter who else will see the data, and what for",
                needed_when=("others_see", ("yes",)),
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
        ),
    ),
)

QUESTIONS: tuple[Question, ...] = tuple(question for section in SECTIONS for question in section.questions)


def check_request(
    raw: Mapping[str, object], teams: set[str], owners: set[str], senders: set[str]
) -> tuple[Answers, tuple[Problem, ...]]:
    """Check a whole form against the directory: the asker's teams, their risk owners, the teams that hold data."""
    others = senders - {str(raw.get("sending_team"))}
    allowed = {"team": teams, "risk_owner": owners, "sending_team": senders, "also_teams": others}
    return check([with_choices(question, allowed.get(question.id)) for question in QUESTIONS], raw)


def with_choices(question: Question, values: set[str] | None) -> Question:
    if values is None:
        return question
    return replace(question, choices=tuple(Choice(value=each, label=each) for each in sorted(values)))


def answered(section: Section, raw: Mapping[str, object]) -> bool:
    """Whether everything required in a section has something in it; says nothing about whether it is right."""
    return all(raw.get(q.id) for q in section.questions if q.required and is_asked(q, raw))


def form_hash(answers: Mapping[str, object]) -> str:
    """What a signature is for: SHA-256 of the answers in canonical JSON (C2)."""
    return sha256(
        dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()
