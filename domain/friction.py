"""P7: which rule or guidance cost how many hours in a case, with its citation, and whether it protected anybody.

It changes nothing in the case. What is published are sums over cases and never a text, so that a rule which costs much
and protects nobody can be found and no case can be guessed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.governance import TABLE
from domain.people import Seat
from domain.questions import Answers, Choice, Problem, Question, check
from domain.refusals import Refusal

OTHER = "other"
FEWEST_CASES = 3  # below, a rule is told together with others
FEWEST_FOR_MEDIAN = 10  # as everywhere: no percentile of fewer (§5)
FEWEST_FOR_SHARE = 5  # nor a rate
MOST_HOURS = 400
TYPED_HOURS = re.compile(r"[0-9]{1,3}([.][05])?")
# Long runs of digits are somebody's number, and an @ is somebody's address.
PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|(?<!\d)(?:\d[ -]?){9,}\d(?!\d)|\b[A-Za-z]{2} ?(?:\d{2} ?){3}[A-D]\b"
)


class NotYourFriction(Refusal):
    status = 403
    sentence = "Only somebody who works on a case can say what a rule cost in it: its teams, advisers, leaders and reviewers."


class AlreadyTagged(Refusal):
    sentence = "You have already said what this rule cost in this case. It counts once; choose another rule."


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule or guidance of the curated list. `kind`: law, guidance or local."""

    id: str
    name: str
    citation: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Tag:
    """What somebody said. `half_hours`: hours times two, so that sums are exact."""

    rule: str
    citation: str
    made_do: str
    half_hours: int
    protected: str

    @property
    def same(self) -> str:
        """Two tags of one person in one case with the same of these are one tag twice."""
        return f"{OTHER}:{' '.join(self.citation.casefold().split())}" if self.rule == OTHER else self.rule


def seat_for(held: Sequence[Seat]) -> Seat | None:
    """The seat on which somebody may say it; None for boards, regulators, auditors and operators."""
    roles = frozenset(str(role) for role in TABLE["tag_friction"])
    return next((seat for seat in held if seat.role in roles), None)


PROTECTED = (
    Choice(value="yes", label="Yes"),
    Choice(value="no", label="No"),
    Choice(value="unsure", label="I am not sure"),
)


def questions(rules: Iterable[Rule]) -> tuple[Question, ...]:
    listed = tuple(Choice(value=each.id, label=f"{each.name} ({each.citation})") for each in rules)
    return (
        Question(
            id="rule",
            label="Rule or guidance",
            kind="choice",
            choices=(*listed, Choice(value=OTHER, label="Another one")),
            ask="Select the rule or guidance",
            hint="Choose the one that took the time.",
        ),
        Question(
            id="citation",
            label="If it is another one: its citation",
            ask="Enter where it is written down, such as an Act and section or the title of the guidance",
            hint="Leave this empty for a rule of the list.",
            needed_when=("rule", (OTHER,)),
        ),
        Question(
            id="made_do",
            label="What it made you do",
            kind="text",
            ask="Enter what it made you do",
            hint="For people who may see this case. It is never published. Name no person, and give no personal data.",
            most=2000,
        ),
        Question(
            id="hours",
            label="Hours it took",
            ask=f"Enter the hours it took, from 0.5 to {MOST_HOURS}",
            hint="Your own working time and that of your team, in halves, like 2.5.",
            most=10,
        ),
        Question(
            id="protected",
            label="Did it protect anybody?",
            kind="choice",
            choices=PROTECTED,
            ask="Select whether it protected anybody",
        ),
    )


def check_tag(rules: Mapping[str, Rule], raw: Mapping[str, Any]) -> tuple[Tag | None, tuple[Problem, ...]]:
    """A clean tag, or what is wrong, in the order of the questions."""
    given = {**raw, "hours": str(raw["hours"])} if isinstance(raw.get("hours"), int | float) else dict(raw)
    asked = questions(rules.values())
    answers, found = check(asked, given)
    problems = {each.field: each for each in found}
    if "hours" in answers and half_hours(str(answers["hours"])) is None:
        sentence = f"Hours it took: enter a number from 0.5 to {MOST_HOURS}, in halves, like 2.5"
        problems["hours"] = Problem("hours", sentence)
    for field in ("citation", "made_do"):
        if PERSONAL.search(str(answers.get(field, ""))):
            problems[field] = Problem(
                field, f"{LABELS[field]}: take out e-mail addresses and people's numbers"
            )
    if problems:
        return None, tuple(problems[each.id] for each in asked if each.id in problems)
    return _tag(rules, answers), ()


LABELS = {"citation": "Citation", "made_do": "What it made you do"}


def _tag(rules: Mapping[str, Rule], answers: Answers) -> Tag:
    rule = str(answers["rule"])
    half = half_hours(str(answers["hours"]))
    assert half
    return Tag(
        rule=rule,
        citation=str(answers["citation"]) if rule == OTHER else rules[rule].citation,
        made_do=str(answers["made_do"]),
        half_hours=half,
        protected=str(answers["protected"]),
    )


def half_hours(text: str) -> int | None:
    """2.5 -> 5; None for what is not a number of half hours from 0.5 to 400."""
    if not TYPED_HOURS.fullmatch(text):
        return None
    whole, _, part = text.partition(".")
    half = int(whole) * 2 + (part == "5")
    return half if 1 <= half <= MOST_HOURS * 2 else None


def hours(half: int) -> float | int:
    """As it is told: 5 -> 2.5, 4 -> 2."""
    return half / 2 if half % 2 else half // 2


# --- the ranking ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Told:
    """One tag as the ranking reads it."""

    ref: str
    rule: str
    half_hours: int
    protected: str


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One line. `rule` '' is the line of rules that were told too rarely to stand alone. None: too few to tell."""

    rule: str
    half_hours: int | None
    median: int | None  # in half hours
    tags: int | None
    cases: int | None
    protected: int | None  # of 100 tags


def ranking(told: Iterable[Told]) -> tuple[Ranked, ...]:
    """Rules by hours, most first; those of fewer than three cases together at the end, or not told at all."""
    by_rule: dict[str, list[Told]] = {}
    for each in told:
        by_rule.setdefault(each.rule, []).append(each)
    enough = {rule: tags for rule, tags in by_rule.items() if _cases(tags) >= FEWEST_CASES}
    rest = [each for rule, tags in by_rule.items() if rule not in enough for each in tags]
    lines = [_ranked(rule, tags) for rule, tags in enough.items()]
    lines.sort(key=lambda line: (-(line.half_hours or 0), line.rule))
    if rest and _cases(rest) >= FEWEST_CASES:
        lines.append(_ranked("", rest))
    elif rest:
        lines.append(Ranked(rule="", half_hours=None, median=None, tags=None, cases=None, protected=None))
    return tuple(lines)


def _cases(tags: Iterable[Told]) -> int:
    return len({each.ref for each in tags})


def _ranked(rule: str, tags: Sequence[Told]) -> Ranked:
    spent = sorted(each.half_hours for each in tags)
    n = len(spent)
    protected = sum(each.protected == "yes" for each in tags)
    return Ranked(
        rule=rule,
        half_hours=sum(spent),
        median=spent[-(-n // 2) - 1] if n >= FEWEST_FOR_MEDIAN else None,  # nearest rank
        tags=n,
        cases=_cases(tags),
        protected=round(100 * protected / n) if n >= FEWEST_FOR_SHARE else None,
    )
