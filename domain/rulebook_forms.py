"""§4: what people are asked who change a rule of the guards, question it, or answer a question about it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from domain.guards import Rule
from domain.questions import Choice, Problem, Question, check
from domain.rulebook import EFFECTS, NOT_UNLAWFUL, Change, differences, with_change

MOST_PHRASES = 20
LONGEST_SENTENCE = 159
LONGEST_PHRASE = 60
PLAIN = re.compile(r"[^\W_]+(?:[ '’&/,-]+[^\W_]+)*")
FEWEST_LETTERS = 4  # 'the' or 'GP' would stop nearly everything
ACCUSING = frozenset({"illegal", "unlawful", "forbidden", "error"})


def proposal_form(rule: Rule) -> tuple[Question, ...]:
    """What a board member is asked who proposes a change to this rule."""
    asked = [
        Question(
            id="sentence",
            label="Where to go instead",
            ask="Enter a sentence that says where to go instead",
            kind="text",
            hint="One or two plain sentences. It is what the requesting team reads.",
            most=LONGEST_SENTENCE,
        )
    ]
    if rule.effect != "condition":
        asked.append(
            Question(
                id="effect",
                label="What happens when the rule applies",
                ask="Select what happens when the rule applies",
                kind="choice",
                choices=(
                    Choice(
                        value="block",
                        label=EFFECTS["block"],
                        hint="The request stops, and nobody can override that.",
                    ),
                    Choice(
                        value="ask", label=EFFECTS["ask"], hint="The board chooses how the request goes on."
                    ),
                ),
            )
        )
    if rule.reads_words:
        asked += [
            Question(
                id="more_words",
                label="Phrases it also looks for",
                ask="Enter a phrase",
                kind="lines",
                hint="One phrase on each line, in plain words. It looks in the name and the purpose of a request.",
                required=False,
            ),
            Question(
                id="fewer_words",
                label="Phrases it passes over",
                ask="Enter a phrase",
                kind="lines",
                hint="Exceptions, one on each line. The rest of the request is still read.",
                required=False,
            ),
        ]
    reason = Question(
        id="reason",
        label="Why it has to change",
        ask="Enter the reason for the change",
        kind="text",
        hint="Published with the new version. Do not name anybody.",
    )
    return (*asked, reason)


def as_typed(rule: Rule) -> dict[str, Any]:
    """The answers of the form as the rule has them now."""
    return {
        "sentence": rule.sentence,
        "effect": rule.effect,
        "more_words": list(rule.more_words),
        "fewer_words": list(rule.fewer_words),
    }


def check_proposal(rule: Rule, raw: Mapping[str, object]) -> tuple[Change, str, tuple[Problem, ...]]:
    """The change, its reason, and what is wrong with the answers. `rule`: as the newest confirmed change has it."""
    answers, found = check(proposal_form(rule), raw)
    problems = list(found)
    sentence = " ".join(str(answers.get("sentence", "")).split())
    if sentence and not sentence.endswith("."):
        problems.append(Problem("sentence", "Where to go instead: end the sentence with a full stop"))
    if accusing := ACCUSING & set(re.findall(r"\w+", sentence.lower())):
        problems.append(
            Problem("sentence", f"Where to go instead: do not say '{min(accusing)}'. {NOT_UNLAWFUL}")
        )
    lists = {key: _phrases(answers.get(key)) for key in ("more_words", "fewer_words")}
    for key, label in (
        ("more_words", "Phrases it also looks for"),
        ("fewer_words", "Phrases it passes over"),
    ):
        if wrong := _wrong_phrases(lists[key]):
            problems.append(Problem(key, f"{label}: {wrong}"))
    both = set(map(str.lower, lists["more_words"])) & set(map(str.lower, lists["fewer_words"]))
    if both:
        problems.append(Problem("fewer_words", "Phrases it passes over: leave out what it also looks for"))
    change = Change(
        sentence=sentence,
        effect=str(answers.get("effect", "")),
        more_words=lists["more_words"],
        fewer_words=lists["fewer_words"],
    )
    if not problems and not differences(rule, with_change(rule, change)):
        problems.append(Problem("sentence", "Change something: this is the rule as it is"))
    return change, str(answers.get("reason", "")), tuple(problems)


def _phrases(given: object) -> tuple[str, ...]:
    phrases = cast(tuple[str, ...], given) if isinstance(given, tuple) else ()
    return tuple(dict.fromkeys(" ".join(phrase.split()) for phrase in phrases))


def _wrong_phrases(phrases: tuple[str, ...]) -> str:
    if len(phrases) > MOST_PHRASES:
        return f"enter {MOST_PHRASES} or fewer"
    for phrase in phrases:
        if len(phrase) > LONGEST_PHRASE:
            return f"shorten each to {LONGEST_PHRASE} characters or fewer"
        if not PLAIN.fullmatch(phrase):
            return "use plain words only: letters, figures, spaces, hyphens and apostrophes"
        if sum(char.isalpha() for char in phrase) < FEWEST_LETTERS:
            return f"use at least {FEWEST_LETTERS} letters in each, or it would stop nearly every request"
    return ""


# --- deciding on a proposal, questioning a rule, answering ------------------------------------------------------------

CONFIRM, DROP = "confirm", "drop"


def decision_form(*, own: bool) -> tuple[Question, ...]:
    """`own`: who proposed a change may drop it; confirming is for somebody else."""
    confirm = Choice(
        value=CONFIRM, label="Confirm it", hint="It counts from the next working day, for later requests."
    )
    drop = Choice(
        value=DROP, label="Drop it", hint="The rule stays as it is. Another change can be proposed."
    )
    return (
        Question(
            id="decision",
            label="Your decision",
            ask="Select what you decide",
            kind="choice",
            choices=(drop,) if own else (confirm, drop),
        ),
    )


def question_form(rules: Sequence[Rule]) -> tuple[Question, ...]:
    """`rules`: those that stopped the request and were not questioned yet."""
    which = Question(
        id="rule",
        label="Which rule do you question?",
        ask="Select the rule you question",
        kind="choice",
        choices=tuple(Choice(value=rule.id, label=rule.about) for rule in rules),
    )
    question = Question(
        id="question",
        label="What should the board look at?",
        ask="Enter what the board should look at",
        kind="text",
        hint="Say what the rule gets wrong. The board may publish your question with its answer, so do not name anybody.",
    )
    return (which, question)


ANSWER_FORM = (
    Question(
        id="answer",
        label="Your answer",
        ask="Enter your answer",
        kind="text",
        hint="The team that asked sees it.",
    ),
    Question(
        id="publish",
        label="This text names nobody",
        ask="Tick the box",
        kind="tick",
        hint="Tick this when neither the question nor your answer names a person: both are then published with the rule. "
        "Without it only the team that asked sees them.",
        required=False,
    ),
)
