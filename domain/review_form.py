"""§6: what a review is asked, and what of it is published as numbers.

The first reviews ask everything; the light one of a standing share, every year, asks the heart of it. Counts of people
below five are never published (§5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain import commands as c
from domain.act_form import ITEMS, YES_NO, About, ActForm, picked
from domain.case import Lane
from domain.questions import Answers, Choice, Problem, Question

OUTCOMES = (
    Choice(value="continue", label="Continue as it is"),
    Choice(value="change", label="Continue with changes"),
    Choice(value="narrow", label="Continue with fewer items"),
    Choice(value="pause", label="Pause it"),
    Choice(value="end", label="End it"),
)
AFTER = (
    Choice(value="end", label="End the share", hint="This is its last review unless you choose otherwise"),
    Choice(value="yearly", label="Make it a standing share with a light review every year"),
    Choice(value="new_cycle", label="Start a new time-limited cycle of 12 and 24 months"),
)
# The nations that an area lies in, by the first letters of its ONS code.
NATIONS: dict[str, tuple[str, ...]] = {
    "E": ("England",),
    "W": ("Wales",),
    "S": ("Scotland",),
    "N": ("Northern Ireland",),
    "K04": ("England", "Wales"),
    "K03": ("England", "Wales", "Scotland"),
    "K02": ("England", "Wales", "Scotland", "Northern Ireland"),
}
FEW = 5

HELPED = Question(
    id="helped",
    label="What was aimed for, and what happened",
    kind="text",
    ask="Enter what the share aimed for and what happened",
)
PEOPLE_HELPED = Question(
    id="people_helped",
    label="About how many people it helped",
    kind="number",
    required=False,
    ask="Enter a whole number, or leave it empty if you do not know",
    hint="Leave it empty if you do not know. It is published, unless it is below five.",
)
ALARMS_KNOWN = Question(
    id="alarms_known",
    label="Do you know how often it was wrong about somebody?",
    kind="choice",
    choices=YES_NO,
    ask="Select whether you know how often it was wrong about somebody",
    hint="A false alarm is somebody who was picked out, contacted or checked because of this data, and wrongly.",
)
FALSE_ALARMS = Question(
    id="false_alarms",
    label="Picked out, and wrongly, by nation and by group",
    kind="lines",
    ask="Enter a line for each nation, and for each group you know of",
    hint="One a line: the nation or group, how many were picked out, how many of them wrongly. "
    "For example: England, 12000, 340. Write the numbers without commas.",
    needed_when=("alarms_known", ("yes",)),
)
HARM = Question(
    id="harm",
    label="Harm the share did, and what was done about it",
    kind="text",
    ask="Enter what harm the share did and what was done about it, or that none is known",
)
EQUALITY = Question(
    id="equality",
    label="What it meant for different groups of people",
    kind="text",
    ask="Enter what it meant for different groups of people, or that no difference is known",
    hint="For example by age, disability, ethnicity or sex: who gained, who was left out, who was wrongly picked out.",
)
OUTCOME = Question(
    id="outcome", label="Outcome", kind="choice", choices=OUTCOMES, ask="Select the outcome of the review"
)
KEEP = replace(
    ITEMS, label="Items to keep", ask="Select the items to keep", needed_when=("outcome", ("narrow",))
)

REVIEW_FORM = ActForm(
    name="conclude_review",
    title="Conclude the review",
    button="Conclude the review",
    questions=(HELPED, PEOPLE_HELPED, ALARMS_KNOWN, FALSE_ALARMS, HARM, EQUALITY, OUTCOME, KEEP),
    build=lambda a: c.ConcludeReview(
        outcome=c.Outcome(str(a["outcome"])),
        after=c.AfterLast(str(a.get("after", "end"))),
        items=picked(a, "items"),
    ),
)
LIGHT = (HELPED, HARM, OUTCOME, KEEP)


def tailored(form: ActForm, about: About) -> ActForm:
    """Each item left out is a question here (P6), and so are the questions people are no longer asked (P4)."""
    asked = LIGHT if about.light_review else REVIEW_FORM.questions
    items = next(question.choices for question in form.questions if question.id == "items")
    more = [*_left_out(about.left_out), *_retired(about.retired)]
    if about.last_review and about.lane is not Lane.EXPLORATORY:
        more.append(
            Question(
                id="after",
                label="What follows this review",
                kind="choice",
                choices=AFTER,
                ask="Select what follows this review",
                needed_when=("outcome", ("continue", "change", "narrow", "pause")),
            )
        )
    asked = tuple(
        replace(question, choices=items) if question.id == "items" else question for question in asked
    )
    title = "Conclude the light yearly review" if about.light_review else form.title

    def also(answers: Answers) -> tuple[Problem, ...]:
        return wrong_alarms(answers, about.nations)

    return replace(form, title=title, questions=(*asked, *more), also=also)


def _left_out(items: Sequence[str]) -> list[Question]:
    return [
        Question(
            id=f"left_out_{number}",
            label=f"What leaving out '{item}' did",
            kind="text",
            ask=f"Enter what leaving out '{item}' did, or that it made no difference",
            hint="It was left out when the share was approved.",
        )
        for number, item in enumerate(items, start=1)
    ]


def _retired(questions: Sequence[str]) -> list[Question]:
    if not questions:
        return []
    return [
        Question(
            id="retired",
            label="Questions you have stopped asking people",
            kind="pick",
            required=False,
            choices=tuple(Choice(value=each, label=each) for each in questions),
            ask="Select the questions you have stopped asking",
            hint="You said that these would no longer be put to people. The answer is counted in public.",
        )
    ]


# --- false alarms ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alarms:
    """Of one nation or group: how many were picked out because of the data, and how many of them wrongly."""

    who: str
    flagged: int
    wrong: int


def nations_of(region: str) -> tuple[str, ...]:
    """The nations an ONS code lies in; none for a code that is not known."""
    return NATIONS.get(region[:3]) or NATIONS.get(region[:1], ())


def alarms(lines: object) -> tuple[Alarms, ...]:
    """The lines that can be read, in order."""
    rows = lines if isinstance(lines, list | tuple) else ()  # pyright: ignore[reportUnknownVariableType]
    return tuple(found for line in rows if (found := _alarm(str(line))))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _alarm(line: str) -> Alarms | None:
    parts = [part.strip() for part in line.replace(";", ",").rsplit(",", 2)]
    if len(parts) != 3 or not parts[0] or not all(_is_count(part) for part in parts[1:]):
        return None
    found = Alarms(parts[0], int(parts[1]), int(parts[2]))
    return found if found.wrong <= found.flagged else None


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def wrong_alarms(answers: Answers, nations: Sequence[str]) -> tuple[Problem, ...]:
    """A sentence for lines that cannot be read, and for a nation that is missing."""
    lines = answers.get("false_alarms")
    if not isinstance(lines, tuple):
        return ()
    for line in lines:
        if _alarm(line) is None:
            sentence = (
                f"'{line[:60]}': enter the nation or group, how many were picked out, and how many of them wrongly, "
                "with a comma between them. For example: Wales, 800, 21"
            )
            return (Problem("false_alarms", sentence),)
    named = {each.who.casefold() for each in alarms(lines)}
    missing = [nation for nation in nations if nation.casefold() not in named]
    if missing:
        return (
            Problem(
                "false_alarms", f"Add a line for {' and '.join(missing)}, with 0 where nobody was picked out"
            ),
        )
    return ()


def published(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the register says of a concluded review beside its outcome: numbers only, none of fewer than five people."""
    helped, known = said.get("people_helped"), said.get("alarms_known")
    found: dict[str, Any] = {}
    if isinstance(helped, int):
        found["people_helped"] = _enough(helped)
    if known:
        found["false_alarms_known"] = known == "yes"
        found["false_alarms"] = [
            {"who": each.who, "flagged": _enough(each.flagged), "wrong": _enough(each.wrong)}
            for each in alarms(said.get("false_alarms"))
        ]
    return found


def _enough(count: int) -> int | str:
    return count if count == 0 or count >= FEW else f"fewer than {FEW}"
