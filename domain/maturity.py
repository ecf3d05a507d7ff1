"""P9: how well a receiving body keeps what it owes for its shares, in one of five levels, by a rule anybody can recompute.

Counted are duties of the last 24 months: each was done in time or was not. Reporting an incident can only help: a report
counts as a duty done in time and never as one that was missed, and neither does what follows from it. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MONTHS = 24
FEWEST = 5  # duties: with fewer there is nothing to judge by
MOST_REPORTS = 5  # as many reports of incidents count, so that nobody is helped by reporting trifles


class Duty(StrEnum):
    """What a receiving body owes for a share that runs."""

    REVIEW = "review"
    RECEIPT = "receipt"
    ACTION = "action"
    RIGHTS = "rights"


class Level(StrEnum):
    UNKNOWN = "unknown"
    STARTING = "starting"
    DEVELOPING = "developing"
    ESTABLISHED = "established"
    STRONG = "strong"
    EXEMPLARY = "exemplary"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Of one duty: how many came due and were settled, one way or the other, and how many of them in time."""

    due: int = 0
    in_time: int = 0


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is counted of one body. `reports`: incidents it reported itself. `told`: breaches it told of in time."""

    duties: Mapping[Duty, Counted] = field(default_factory=dict[Duty, Counted])
    reports: int = 0
    told: int = 0
    told_late: int = 0
    stated: bool = False  # its risk appetite, in force today

    @property
    def due(self) -> int:
        return sum(each.due for each in self.duties.values())

    @property
    def helps(self) -> int:
        """What reporting adds, to both sides of the share of duties done in time."""
        return min(self.reports + self.told, MOST_REPORTS)

    @property
    def of(self) -> int:
        return self.due + self.helps

    @property
    def in_time(self) -> int:
        return sum(each.in_time for each in self.duties.values()) + self.helps

    @property
    def per_cent(self) -> int:
        """Whole per cent, rounded down: 89.9 is not 90."""
        return 100 * self.in_time // self.of if self.of else 0


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a level asks for. `each`: the same for every duty of which there were `FEWEST`. `stated`: a risk appetite."""

    level: Level
    per_cent: int
    each: int = 0
    stated: bool = False


# From the highest down: the first that holds is the level.
RULES = (
    Rule(level=Level.EXEMPLARY, per_cent=95, each=90, stated=True),
    Rule(level=Level.STRONG, per_cent=90, each=75, stated=True),
    Rule(level=Level.ESTABLISHED, per_cent=75, stated=True),
    Rule(level=Level.DEVELOPING, per_cent=50),
    Rule(level=Level.STARTING, per_cent=0),
)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """`lacks`: of the next level, what is not there yet; empty at the highest and where there is nothing to judge by."""

    level: Level
    lacks: tuple[str, ...] = ()


def judge(facts: Facts) -> Judged:
    """The level, and what the next one would ask for. Fewer duties than `FEWEST` say nothing; reports are no part of that."""
    if facts.due < FEWEST:
        return Judged(level=Level.UNKNOWN)
    lacking = {rule.level: lacks(rule, facts) for rule in RULES}
    reached = next(rule.level for rule in RULES if not lacking[rule.level])
    levels = [rule.level for rule in RULES]
    above = levels.index(reached) - 1
    return Judged(level=reached, lacks=lacking[levels[above]] if above >= 0 else ())


def lacks(rule: Rule, facts: Facts) -> tuple[str, ...]:
    """What of a rule does not hold, as sentences; empty when it holds."""
    found: list[str] = []
    if facts.per_cent < rule.per_cent:
        found.append(f"{rule.per_cent}% of all duties in time; there are {facts.per_cent}%")
    for duty, counted in facts.duties.items():
        share = 100 * counted.in_time // counted.due if counted.due else 0
        if counted.due >= FEWEST and share < rule.each:
            found.append(f"{rule.each}% of {DUTIES[duty]} in time; there are {share}%")
    if rule.stated and not facts.stated:
        found.append("a statement of risk appetite in force")
    return tuple(found)


DUTIES: dict[Duty, str] = {
    Duty.REVIEW: "reviews",
    Duty.RECEIPT: "receipts of deliveries",
    Duty.ACTION: "actions of a plan",
    Duty.RIGHTS: "answers to people whose data it is",
}
WORDS: dict[Level, str] = {
    Level.UNKNOWN: "Nothing to judge by yet",
    Level.STARTING: "Starting",
    Level.DEVELOPING: "Developing",
    Level.ESTABLISHED: "Established",
    Level.STRONG: "Strong",
    Level.EXEMPLARY: "Exemplary",
}


def rule_in_words(rule: Rule) -> str:
    """The exact rule of a level, for people."""
    parts = [f"at least {rule.per_cent}% of all duties in time"] if rule.per_cent else ["less than that"]
    if rule.each:
        parts.append(f"at least {rule.each}% of each kind of duty of which there were {FEWEST} or more")
    if rule.stated:
        parts.append("a statement of risk appetite in force")
    return "; ".join(parts)
