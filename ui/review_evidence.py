"""§6: the evidence a reviewer finds on the page, in words: the aim beside what is on record about it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domain import events as e
from domain.case import Case
from domain.words import CAUSES
from store.review_evidence import Evidence, Happened
from ui.views import Answered
from ui.when import day
from ui.words import MEDIATED, MET, OUTCOMES, RIGHTS, STEPS

NOTHING = "Nothing on record"


def evidence_rows(
    case: Case, answers: Mapping[str, Any], items: Sequence[str], found: Evidence
) -> list[Answered]:
    """One row for each thing §6 asks a reviewer to look at."""
    told = [
        ("aim", "What it was for", _texts(answers.get("learning_question"), answers.get("purpose"))),
        ("withheld", "The harm of withholding, as stated", _texts(answers.get("harm_of_withholding"))),
        ("delivered", "Delivered", _delivered(case, found.happened)),
        ("used", "Used", _used(found)),
        ("items", "Items shared", [f"{len(items)}: {', '.join(items)}"]),
        ("left_out", "Items left out", _left_out(answers, items)),
        ("retired", "Questions people are no longer asked", _promised(found.promised)),
        ("stopped", "Stopped, narrowed or stepped in on", _stopped(found.happened)),
        ("incidents", "Incidents reported", _incidents(found.happened)),
        ("rights", "People's objections and corrections", _rights(found.happened)),
        ("mediation", "Mediation", _mediation(found.happened)),
        ("reviews", "Earlier reviews", _reviews(found.happened)),
        ("reliers", "Live shares that rely on it", [str(found.reliers)]),
    ]
    return [Answered(id=key, label=label, values=tuple(values) or (NOTHING,)) for key, label, values in told]


def _texts(*given: object) -> list[str]:
    return [str(each) for each in given if each]


def _delivered(case: Case, happened: Iterable[Happened]) -> list[str]:
    """Every delivery that the sending team recorded; how much is in the words of the act."""
    found = [
        f"{each.said['rows']:,} rows or records, recorded on {day(each.at)}"
        for each in happened
        if isinstance(each.event, e.DeliveryRecorded) and isinstance(each.said.get("rows"), int)
    ]
    return ([f"In use since {day(case.active_from)}"] if case.active_from else []) + found


def _used(found: Evidence) -> list[str]:
    """Calls that machines told of (D), the newest month first; nothing when none told."""
    calls, flagged = found.calls
    if not calls or not found.used:
        return []
    stray = f", of these {flagged:,} not covered by a live grant" if flagged else ""
    months = [f"{each.month}: {each.calls:,}" for each in reversed(found.used.months) if each.calls]
    last = [f"Last used on {day(found.used.last_use)}"] if found.used.last_use else []
    return [f"{calls:,} calls in all{stray}", *last, *([f"By month: {'; '.join(months)}"] if months else [])]


def _left_out(answers: Mapping[str, Any], items: Sequence[str]) -> list[str]:
    return [item for item in answers.get("items", ()) if item not in items]


def _promised(rows: Iterable[Any]) -> list[str]:
    def state(row: Any) -> str:
        if row.checked_at is None:
            return "not looked at yet"
        return "kept at the last review" if row.kept else "still asked at the last review"

    return [f"{row.question}: {state(row)}" for row in rows]


def _stopped(happened: Iterable[Happened]) -> list[str]:
    found: list[str] = []
    for each in happened:
        match each.event:
            case e.ShareSuspended(cause=cause):
                found.append(f"Suspended on {day(each.at)}: {CAUSES[cause]}")
            case e.ShareReinstated():
                found.append(f"Reinstated on {day(each.at)}")
            case e.ShareNarrowed(items=items):
                found.append(f"Narrowed to {items} items on {day(each.at)}")
            case e.StepTaken(step=step):
                found.append(f"Step of improvement on {day(each.at)}: {STEPS[step]}")
            case _:
                pass
    return found


def _incidents(happened: Iterable[Happened]) -> list[str]:
    return [
        f"{day(each.at)}{', a breach of personal data' if each.event.breach else ''}: {each.said.get('what', '')}"
        for each in happened
        if isinstance(each.event, e.IncidentReported)
    ]


def _rights(happened: Sequence[Happened]) -> list[str]:
    asked = Counter(each.event.right for each in happened if isinstance(each.event, e.RightsRequestReceived))
    answered = Counter(
        (each.event.right, each.event.outcome)
        for each in happened
        if isinstance(each.event, e.RightsRequestAnswered)
    )
    return [
        "; ".join(
            [f"{RIGHTS[right]}: {number}"]
            + [f"{MET[how]}: {times}" for (which, how), times in sorted(answered.items()) if which is right]
        )
        for right, number in sorted(asked.items())
    ]


def _mediation(happened: Iterable[Happened]) -> list[str]:
    found: list[str] = []
    for each in happened:
        match each.event:
            case e.MediationConcluded(outcome=outcome):
                found.append(f"{day(each.at)}: {MEDIATED[outcome]}")
            case e.MediationAnswered(complies=complies):
                found.append(
                    f"{day(each.at)}: {'the team complied' if complies else 'the team explained why not'}"
                )
            case _:
                pass
    return found


def _reviews(happened: Iterable[Happened]) -> list[str]:
    return [
        f"After {each.event.month} {'weeks' if each.event.weeks else 'months'}, on {day(each.at)}: "
        f"{OUTCOMES[each.event.outcome]}. {each.said.get('helped', '')}"
        for each in happened
        if isinstance(each.event, e.ReviewConcluded)
    ]
