"""Policy versions: which numbers two board members may change, and which policy a request received on a day gets.

A version counts from the next working day, for requests received then, and never reaches back: each case keeps the
policy it was submitted under. Only lengths that this product reads from the policy everywhere are here; what the law
lets pages say (`legal_profile`) is the operator's setting.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from domain.appetite import NAME_NO_PERSON
from domain.policy import LegalProfile, Policy
from domain.questions import Choice, Problem, Question, check
from domain.refusals import Refusal

Unit = Literal["working days", "hours", "rounds"]


@dataclass(frozen=True, kw_only=True)
class Length:
    """A number of the policy that may be changed, between `least` and `most`. `field`: of `domain.policy.Policy`."""

    field: str
    label: str
    unit: Unit
    least: int
    most: int

    def said(self, number: int) -> str:
        return f"{number} {self.unit[:-1] if number == 1 else self.unit}"


LENGTHS = (
    Length(field="sign_risk", label="Sign for the risk", unit="working days", least=2, most=20),
    Length(
        field="triage",
        label="Choose how a request with a missing fact travels",
        unit="working days",
        least=2,
        most=20,
    ),
    Length(
        field="object", label="Object to a share that a cluster covers", unit="working days", least=3, most=20
    ),
    Length(
        field="confirm",
        label="Confirm a decision that a request relies on",
        unit="working days",
        least=3,
        most=20,
    ),
    Length(
        field="decide",
        label="Decide on a request in the standard lane",
        unit="working days",
        least=5,
        most=40,
    ),
    Length(
        field="leader", label="Each leader, when a case has moved up", unit="working days", least=2, most=20
    ),
    Length(
        field="answer", label="Answer a question, or revise a request", unit="working days", least=5, most=40
    ),
    Length(field="deliver", label="Deliver, and confirm what arrived", unit="working days", least=5, most=40),
    Length(
        field="escalate_refusal",
        label="Take a refusal to the leaders",
        unit="working days",
        least=10,
        most=60,
    ),
    Length(
        field="extension", label="The most time a leader may add, once", unit="working days", least=1, most=20
    ),
    Length(
        field="rounds", label="Questions before a leader must allow one more", unit="rounds", least=1, most=5
    ),
    Length(field="urgent_sign", label="Urgent: sign for the risk", unit="hours", least=1, most=24),
    Length(field="urgent_decide", label="Urgent: decide, deliver, confirm", unit="hours", least=4, most=72),
    Length(field="urgent_leader", label="Urgent: each leader", unit="hours", least=2, most=48),
    Length(field="urgent_answer", label="Urgent: answer a question", unit="hours", least=2, most=48),
    Length(
        field="urgent_extension",
        label="Urgent: the most time a leader may add",
        unit="hours",
        least=1,
        most=48,
    ),
)
BY_FIELD = {each.field: each for each in LENGTHS}
SHIPPED = Policy()


@dataclass(frozen=True, kw_only=True)
class Version:
    """Numbers that two board members agreed on, as they differ from the shipped ones. `number`: 1 is the first."""

    number: int
    name: str
    numbers: Mapping[str, int]
    reason: str
    in_force_from: date

    def policy(self) -> Policy:
        known = {field: number for field, number in self.numbers.items() if field in BY_FIELD}
        return replace(SHIPPED, version=self.name, **known)  # type: ignore[arg-type]


def policy_on(
    versions: Iterable[Version], day: date, legal_profile: LegalProfile = LegalProfile.CURRENT_LAW
) -> Policy:
    """What a request received on this London day is judged by, for as long as it lives."""
    begun = [each for each in versions if each.in_force_from <= day]
    now = max(begun, key=lambda each: (each.in_force_from, each.number), default=None)
    return replace(now.policy() if now else SHIPPED, legal_profile=legal_profile)


def newest(versions: Sequence[Version]) -> Policy:
    """What a proposal starts from: the last that was agreed, in force yet or not."""
    last = max(versions, key=lambda each: each.number, default=None)
    return last.policy() if last else SHIPPED


def name_for(versions: Sequence[Version], day: date) -> str:
    """The name of the next version: the year it begins in, and how many that makes with the shipped one."""
    return f"{day.year}-{len(versions) + 2}"


def numbers_of(policy: Policy) -> dict[str, int]:
    return {each.field: int(getattr(policy, each.field)) for each in LENGTHS}


def from_shipped(numbers: Mapping[str, int]) -> dict[str, int]:
    """Only what differs from the shipped numbers is kept."""
    shipped = numbers_of(SHIPPED)
    return {field: number for field, number in numbers.items() if number != shipped[field]}


def changed(before: Policy, after: Mapping[str, int]) -> dict[str, int]:
    """The numbers that are new, in the order of `LENGTHS`."""
    was = numbers_of(before)
    return {
        each.field: after[each.field]
        for each in LENGTHS
        if each.field in after and after[each.field] != was[each.field]
    }


def differences(before: Policy, after: Policy) -> tuple[str, ...]:
    """What is new, one sentence each."""
    was = numbers_of(before)
    return tuple(
        f"{BY_FIELD[field].label}: {BY_FIELD[field].said(number)} instead of {was[field]}."
        for field, number in changed(before, numbers_of(after)).items()
    )


# --- proposing and deciding ------------------------------------------------------------------------------------------


def questions_about(lengths: Iterable[Length]) -> tuple[Question, ...]:
    return tuple(
        Question(
            id=each.field,
            label=each.label,
            ask=f"{each.label}: enter a whole number, {each.least} to {each.most}",
            kind="number",
            hint=f"{each.unit.capitalize()}, {each.least} to {each.most}.",
            least=each.least,
            most=each.most,
        )
        for each in lengths
    )


REASON = Question(
    id="reason",
    label="Why",
    ask="Enter why these numbers should change",
    kind="text",
    hint=NAME_NO_PERSON,
)
PROPOSAL = (*questions_about(LENGTHS), REASON)
CONFIRM, DROP = "confirm", "drop"


def check_proposal(
    before: Policy, raw: Mapping[str, object]
) -> tuple[dict[str, int], str, tuple[Problem, ...]]:
    """All the numbers, the reason, and what is wrong. `before`: the newest version that was agreed."""
    answers, problems = check(PROPOSAL, raw)
    numbers = {field: number for field, number in answers.items() if isinstance(number, int)}
    if not problems and not changed(before, numbers):
        problems = (Problem("", "These are the numbers as they are. Change one, or leave it."),)
    return numbers, str(answers.get("reason", "")), problems


def decision_form(*, own: bool) -> tuple[Question, ...]:
    """`own`: who proposed the numbers may drop them; confirming is for somebody else."""
    confirm = Choice(
        value=CONFIRM, label="Confirm them", hint="They count from the next working day, for later requests."
    )
    drop = Choice(value=DROP, label="Drop them", hint="The numbers stay as they are.")
    return (
        Question(
            id="decision",
            label="Your decision",
            ask="Select what you decide",
            kind="choice",
            choices=(drop,) if own else (confirm, drop),
        ),
    )


def check_what_if(raw: Mapping[str, Any]) -> tuple[dict[str, int], tuple[Problem, ...]]:
    """The numbers somebody asks about; a box that is empty asks about nothing."""
    asked = tuple(
        replace(each, required=False)
        for each in questions_about(LENGTHS)
        if raw.get(each.id) not in (None, "")
    )
    answers, problems = check(asked, raw)
    return {field: number for field, number in answers.items() if isinstance(number, int)}, problems


# --- why not ---------------------------------------------------------------------------------------------------------


class PolicyBoardOnly(Refusal):
    status = 403
    sentence = "Only a member of a cluster board can change these numbers. Ask a board member, or read what they are."


class PolicyProposalOpen(Refusal):
    sentence = (
        "A change to these numbers is already proposed. Confirm it or drop it before you propose another one."
    )


class NoPolicyProposed(Refusal):
    sentence = "Nothing is proposed now. Somebody may have decided: go to the numbers to see what counts."


class OwnPolicy(Refusal):
    sentence = "You proposed these numbers, so another board member must confirm them. Ask a colleague on any cluster board."


class PolicyMovedOn(Refusal):
    sentence = "The numbers have changed since you opened this page. Read them as they are now, then propose again if you still want to."
