"""What a request form asks beside its twelve sections: of those who rely, of those who amend, and at the very end."""

from domain.questions import Question
from domain.request_choices import ALREADY_HELD, PATHS
from domain.request_sections import Section

DIFFERENCES = Section(
    id="differences",
    title="Any difference from the decision you rely on?",
    questions=(
        Question(
            id="differences",
            label="Differences",
            kind="text",
            required=False,
            ask="",
            hint="Leave it empty if nothing differs. What you write is compared with the decision.",
            needed_when=("path", ("reliance",)),
        ),
    ),
)

AMENDMENT = Section(
    id="amendment",
    title="What do you want to change about the share, and why?",
    questions=(
        Question(
            id="amend_why",
            label="What changes, and why",
            kind="text",
            ask="Enter what you want to change about the share, and why",
        ),
        Question(
            id="evidence",
            label="What the test has shown",
            kind="text",
            required=False,
            ask="Enter what the test has shown: a test becomes an everyday share only with evidence",
            hint="Only when a test of something new is to become an everyday share.",
        ),
    ),
)

# Set by the way somebody starts, or asked on the page where the request is sent.
BESIDE: tuple[Question, ...] = (
    Question(
        id="path",
        label="How the request starts",
        kind="choice",
        choices=PATHS,
        required=False,
        ask="Send 'standard', 'cluster' or 'reliance' for how the request starts",
    ),
    Question(
        id="root",
        label="The decision it relies on",
        ask="Enter the reference of the decision you rely on, for example SC-7K3M-P2QX",
        needed_when=("path", ("reliance",)),
    ),
    Question(
        id="task",
        label="The shared task of the cluster",
        ask="Select the shared task the data is for",
        required=False,
    ),
    Question(
        id="amends",
        label="The share it amends",
        required=False,
        ask="Enter the reference of the share you want to change, for example SC-7K3M-P2QX",
    ),
    Question(
        id="already_held",
        label="What you may already have",
        kind="choice",
        choices=ALREADY_HELD,
        required=False,
        ask="Look at what you may already have. Say that it is not enough, or take the request back",
    ),
    Question(
        id="already_held_why",
        label="Why it is not enough",
        ask="Enter why what you already have is not enough",
        needed_when=("already_held", ("not_enough",)),
    ),
)
