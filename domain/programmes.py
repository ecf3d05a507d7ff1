"""P10: programmes, the rollout of named priorities: which bodies are to receive a share of a kind, and which do.

A programme is a rule and a list of bodies, in versions that two board members agree on. It counts a case by what the
case itself says: the body that receives, the duty to share and the kind of use. Nobody tags anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.figure_counts import rollout
from domain.questions import Choice, Problem, Question, check
from domain.refusals import Refusal
from domain.request_choices import DUTIES, USES

STANDS = ("delivered", "under_way", "ended", "not_asked")


class ProgrammeBoardOnly(Refusal):
    status = 403
    sentence = "Only a member of a cluster's board can propose or confirm a programme. Ask your board."


class NoSuchProgramme(Refusal):
    status = 404
    sentence = "There is no such programme. Go to the list of programmes to find it."


class ProgrammeProposed(Refusal):
    sentence = "A version of this programme is already waiting for another board member. Confirm or drop that one first."


class ProgrammeMoved(Refusal):
    sentence = "This programme has changed since you opened the page. Read what is new, then send again."


class OwnProgramme(Refusal):
    sentence = (
        "You proposed this version, so another board member must confirm it. Ask one of them, or drop it."
    )


class NothingToConfirm(Refusal):
    sentence = "This proposal is no longer waiting: it was confirmed or dropped. Go to the programme to see how it stands."


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One version. `cluster` '' counts shares of every cluster and of none. In force from `in_force_from`, for good."""

    id: str
    version: int
    name: str
    purpose: str
    citation: str
    duties: tuple[str, ...]
    uses: tuple[str, ...]
    bodies: tuple[str, ...]
    cluster: str = ""
    demo: bool = False
    in_force_from: date = date.min

    def finds(self) -> dict[str, str]:
        """Name in the counts -> how a case under it stands."""
        stands = ("delivered", "under_way", "ended")
        return {rollout(s, duty, use): s for s in stands for duty in self.duties for use in self.uses}

    @property
    def rule(self) -> str:
        """Which shares count, in words."""
        duties = _either(choice.label for choice in DUTIES if choice.value in self.duties)
        uses = _either(choice.label for choice in USES if choice.value in self.uses)
        within = f", in the cluster {self.cluster}" if self.cluster else ""
        return f"A share counts when one of the bodies receives it, its duty to share is {duties}, and it is for: {uses}{within}."


def _either(labels: Iterable[str]) -> str:
    return " or ".join(f"“{label}”" for label in labels)


def in_force(versions: Sequence[Programme], today: date) -> Programme | None:
    begun = [each for each in versions if each.in_force_from <= today]
    return max(begun, key=lambda each: each.version, default=None)


# --- how it stands -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How one programme stands. `bodies`: each target body with its stand and the day of its first delivery, or ''."""

    bodies: tuple[tuple[str, str, str], ...]

    def count(self, stand: str) -> int:
        return sum(each == stand for _, each, _ in self.bodies)

    def months(self) -> list[tuple[str, int]]:
        """By the end of each month from the first delivery to the last: how many bodies had been delivered to."""
        days = sorted(day[:7] for _, _, day in self.bodies if day)
        found: list[tuple[str, int]] = []
        month = days[0] if days else ""
        while days and month <= days[-1]:
            found.append((month, sum(day <= month for day in days)))
            year, number = map(int, month.split("-"))
            month = f"{year + number // 12}-{number % 12 + 1:02}"
        return found


def rollout_of(programme: Programme, counted: Iterable[tuple[str, str, str, int]]) -> Rollout:
    """counted: (organisation, name in the counts, day, n). Delivered once is delivered, whatever came after."""
    finds = programme.finds()
    days: dict[tuple[str, str], str] = {}
    for body, name, day, n in counted:
        if n and name in finds:
            key = (body, finds[name])
            days[key] = min(day, days.get(key, day))
    found = [
        (body, next((stand for stand in STANDS[:3] if (body, stand) in days), "not_asked"))
        for body in programme.bodies
    ]
    return Rollout(bodies=tuple((body, stand, days.get((body, "delivered"), "")) for body, stand in found))


# --- the form ----------------------------------------------------------------------------------------------------


def questions(clusters: Mapping[str, str]) -> tuple[Question, ...]:
    """What a board member is asked. `clusters`: names by id."""
    return (
        Question(id="name", label="Name", ask="Enter the name of the programme"),
        Question(
            id="purpose",
            label="What it is for",
            ask="Enter what it is for",
            kind="text",
            hint="What changes for people once every body has its share. Do not name anybody.",
            most=1000,
        ),
        Question(
            id="citation",
            label="Where this priority is set out",
            ask="Enter where this priority is set out",
            hint="The act, plan or white paper that somebody can look up.",
        ),
        Question(
            id="duties",
            label="Which duty to share a request must name",
            ask="Select at least one duty to share",
            kind="pick",
            choices=tuple(Choice(value=each.value, label=each.label) for each in DUTIES),
        ),
        Question(
            id="uses",
            label="Which kinds of use count",
            ask="Select at least one kind of use",
            kind="pick",
            choices=tuple(Choice(value=each.value, label=each.label) for each in USES),
        ),
        Question(
            id="cluster",
            label="Only shares of one cluster",
            ask="Select a cluster, or any",
            kind="choice",
            choices=(Choice(value="any", label="Any cluster, or none"), *(Choice(value=k, label=v) for k, v in sorted(clusters.items()))),
        ),
        Question(
            id="bodies",
            label="Bodies that are to receive such a share",
            ask="Enter the bodies that are to receive such a share",
            kind="lines",
            hint="One name on each line, up to 50, as the directory has it.",
        ),
        Question(
            id="reason",
            label="Why it is proposed, or changed",
            ask="Enter the reason",
            kind="text",
            hint="Published with the version. Do not name anybody.",
            most=1000,
        ),
    )  # fmt: skip


DECISION = (
    Question(
        id="decision",
        label="What do you decide?",
        ask="Select whether to confirm or drop it",
        kind="choice",
        choices=(
            Choice(value="confirm", label="Confirm it", hint="It counts from the next working day"),
            Choice(value="drop", label="Drop it", hint="Nothing changes"),
        ),
    ),
)


def check_proposal(
    raw: Mapping[str, object], clusters: Mapping[str, str], bodies: Mapping[str, tuple[str, bool]]
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The version as it would be kept, and what is wrong. `bodies`: id -> (name, whether it is made up)."""
    answers, found = check(questions(clusters), raw)
    problems = list(found)
    by_name = {name.casefold(): body for body, (name, _) in bodies.items()} | {body: body for body in bodies}
    given = answers.get("bodies", ())
    named = [str(each) for each in given] if isinstance(given, tuple) else []
    unknown = [each for each in named if each.casefold() not in by_name]
    if unknown:
        problems.append(
            Problem(
                "bodies",
                f"Bodies that are to receive such a share: {unknown[0]} is not in the directory. Write each name as the directory has it",
            )
        )
    ids = list(dict.fromkeys(by_name[each.casefold()] for each in named if each.casefold() in by_name))
    if len({bodies[each][1] for each in ids}) > 1:
        sentence = "Bodies that are to receive such a share: name real bodies or made-up ones, not both"
        problems.append(Problem("bodies", sentence))
    cluster = answers.get("cluster", "")
    kept = {**answers, "cluster": "" if cluster == "any" else cluster, "bodies": ids}
    return kept | {"demo": any(bodies[each][1] for each in ids)}, tuple(problems)
