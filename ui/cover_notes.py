"""Cover notes (P8): how a decision to share stands to both bodies' appetite, whose word it needs, and whether it has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.appetite import Level, Stance, Standing, stance
from domain.case import Case, Kind, Lane, Stage
from domain.decide.risk import BY_APPETITE
from domain.screening import Finding
from domain.working_days import london_date
from store import appetite, government, screening
from ui.appetite import LEVEL_LABELS, NO_STATEMENT, USE_LABELS
from ui.views import Tag

NEEDS = {Level.MINIMAL: "a minimal", Level.CAUTIOUS: "a cautious", Level.OPEN: "an open"}
SHARED = frozenset({Stage.APPROVED, Stage.ACTIVE, Stage.SUSPENDED, Stage.ENDED})
UNDECIDED = frozenset({Stage.BLOCKED, Stage.WITHDRAWN, Stage.LAPSED})  # over, and nobody decided
UNSIGNED = frozenset({Stage.DRAFT, Stage.TRIAGE, Stage.RISK_ACCEPTANCE})
# Why no leader is asked first in the other lanes.
NOBODY_FIRST = {
    Lane.CLUSTER: "The terms of the cluster carry it, and leaders signed those, so no leader is asked first.",
    Lane.RELIANCE: "An earlier decision carries it, so no leader is asked first.",
    Lane.URGENT: "It is urgent, so no leader is asked first.",
}


@dataclass(frozen=True, kw_only=True)
class CoverNote:
    """One body's line about one request: `before`, the link to the version (if there is one), `after`, and `who`: the
    leader whose word it needs, and whether they gave it. `badge`: None within the appetite."""

    standing: Standing
    body: str
    before: str
    link: str = ""
    href: str = ""
    after: str = ""
    who: str = ""
    badge: Tag | None = None


async def cover_notes(
    connection: AsyncConnection, case: Case, answers: Mapping[str, Any], names: Mapping[str, str]
) -> list[CoverNote]:
    """The receiving body's line first, as the request was looked at when it came in; `names`: body -> name."""
    if case.submitted_at is None or case.stage in UNDECIDED or not (case.receiving and case.sending):
        return []
    held = await screening.kept_stances(connection, case.ref, case.form_version)
    if not held:  # recorded without being looked at
        bodies = (case.receiving.organisation, case.sending.organisation)
        stated = await appetite.in_force(connection, london_date(case.submitted_at), frozenset(bodies))
        held = tuple(stance(each, stated.get(each), {**answers, "use": case.use}) for each in bodies)
    # A team may belong to another body by now: what was stated is the old one's, and the new one's leaders answer.
    called = await government.names_of(connection, {each.body for each in held})
    day = london_date(case.submitted_at)
    sides = ((case.receiving, _receiving), (case.sending, _sending))
    return [
        cover_note(each, called.on(each.body, day), case, words, now=names.get(party.organisation, ""))
        for each, (party, words) in zip(held, sides, strict=True)
    ]


Words = Callable[[Case, int, str], tuple[str, bool]]


def cover_note(held: Stance, name: str, case: Case, words: Words, *, now: str = "") -> CoverNote:
    """`name`: of the body that stated it, on that day. `now`: of the one whose leaders have to say so, where it is another."""
    who, said = _word_needed(held, now or name, case, words)
    if held.standing is Standing.UNSTATED:
        return CoverNote(
            standing=held.standing,
            body=name,
            before=f"{NO_STATEMENT}: {name} had none when this was submitted, so there is no cover note.",
            who=who,
            badge=_badge(f"{NO_STATEMENT}: {name}", "grey", case, held, said),
        )
    assert held.stated
    about = f'"{USE_LABELS.get(case.use, case.use)}"'
    needs = f"This request needs {NEEDS[held.needs]} appetite at least."
    level, outside = LEVEL_LABELS[held.stated].lower(), held.standing is Standing.OUTSIDE
    return CoverNote(
        standing=held.standing,
        body=name,
        before=f"Outside the risk appetite of {name}. In"
        if outside
        else f"Cover note: {_decision(case.stage)}",
        link=f"version {held.version} of {_of(name)} appetite",
        href=f"/appetite/{held.body}/v/{held.version}",
        after=f"it is {level} for {about}. {needs}" if outside else f"for {about}, which is {level}. {needs}",
        who=who,
        badge=_badge(f"Outside the appetite: {name}", "orange", case, held, said) if outside else None,
    )


def _word_needed(held: Stance, name: str, case: Case, words: Words) -> tuple[str, bool]:
    """Whose word it needs, in a sentence, and whether they gave it."""
    if not held.asks:
        return "", False
    if case.stage is Stage.TRIAGE and case.lane in BY_APPETITE:
        return f"If it travels by the standard lane, leader {held.asks} of {name} has to say so too.", False
    if case.lane not in BY_APPETITE:
        return NOBODY_FIRST[case.lane], False
    return words(case, held.asks, name)


def _receiving(case: Case, level: int, name: str) -> tuple[str, bool]:
    if case.backed:
        return f"Leader {case.backed} of {name} stands behind it.", True
    if asked := case.open(Kind.BACK_RISK):
        highest = max(task.level for task in asked)
        return (
            f"Leader {highest} of {name} is asked to stand behind it before the sending team sees it.",
            False,
        )
    if case.stage in UNSIGNED:
        return f"Leader {level} of {name} has to stand behind it too, once the risk owner has signed.", False
    return "It was signed for in a lane in which no leader is asked first.", False


def _sending(case: Case, level: int, name: str) -> tuple[str, bool]:
    if case.stage in SHARED:
        return f"A leader of {name} said so too.", True
    if asked := case.open(Kind.SIGN_OFF):
        return f"Leader {max(task.level for task in asked)} of {name} is asked to sign it off.", False
    if case.stage is Stage.REFUSED:
        return "", False
    return f"If the sending team would share, leader {level} of {name} has to sign it off.", False


def _badge(text: str, colour: str, case: Case, held: Stance, said: bool) -> Tag:
    if said:
        return Tag(text=f"{text}, a leader said so", colour=colour)
    needs = case.lane in BY_APPETITE and case.stage not in (*SHARED, Stage.REFUSED, Stage.TRIAGE)
    return Tag(
        text=f"{text}, leader {held.asks} has to say so" if needs and held.asks else text, colour=colour
    )


async def foreseen_notes(connection: AsyncConnection, found: Finding) -> tuple[str, ...]:
    """Before it is submitted: whose word the request would need beside the risk owner's and the sending team's."""
    way = found.screening
    if way.route == "blocked" or not found.stances:
        return ()
    if way.lane not in BY_APPETITE:
        return ()
    told: list[str] = []
    for held, what in zip(
        found.stances, ("stand behind it too", "sign off a decision to share"), strict=True
    ):
        body = await appetite.body(connection, held.body)
        name = body.name if body else held.body
        if held.asks:
            why = (
                f"{name} has no risk-appetite statement"
                if held.standing is Standing.UNSTATED
                else f"Outside the risk appetite of {name}"
            )
            told.append(f"{why}: leader {held.asks} of {name} has to {what}.")
    return tuple(told) or ("It is within the risk appetite of both bodies.",)


def _decision(stage: Stage) -> str:
    if stage in SHARED:
        return "this decision is within"
    if stage is Stage.REFUSED:
        return "a decision to share would have been within"
    return "a decision to share is within"


def _of(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"
