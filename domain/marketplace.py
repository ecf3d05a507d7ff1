"""A request of the UK Data Marketplace, read into the answers of our form, by one table.

What is used, what is left out and why is told for each step that somebody filled in: nothing disappears in silence.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import shorten
from typing import Any, cast

from domain.imports import (
    MOST_ROWS,
    QUESTIONS,
    Answers,
    Around,
    CannotRead,
    Fault,
    Read,
    Row,
    checked,
    key_of,
    named,
    on,
    pieces,
)
from domain.questions import LINE, LONG_TEXT

Said = Mapping[str, Any]  # step -> its value


@dataclass(frozen=True, kw_only=True)
class Step:
    """`into`: our questions, and how; or `why` it is left out."""

    name: str
    into: tuple[str, ...] = ()
    why: str = ""


LAWYERS = "Sharecase asks for no legal analysis: it follows from the power, the items and the agreement."
ELSEWHERE = "This is about the way through the Marketplace, and Sharecase has its own."
STEPS: Mapping[str, Step] = {
    "data-type": Step(name="Data type", why="Sharecase tells the kind of data from the items."),
    "data-subjects": Step(name="Data subjects", into=("subjects",)),
    "project-aims": Step(name="Project aims", into=("purpose",)),
    "data-required": Step(name="Data required", into=("items",)),
    "benefits": Step(name="Benefit to public", into=("purpose",)),
    "data-access": Step(name="Other organisations accessing data", into=("others_see",)),
    "other-orgs": Step(name="Other organisations", into=("others_see", "onward")),
    "impact": Step(name="Impact if data not given", into=("harm_of_withholding",)),
    "date": Step(name="Date required", into=("needed_by",)),
    "legal-power": Step(name="Legal power", into=("power",)),
    "legal-power-advice": Step(name="Legal power advice", why=LAWYERS),
    "legal-gateway": Step(name="Legal gateway", into=("power",)),
    "legal-gateway-advice": Step(name="Legal gateway advice", why=LAWYERS),
    "legal-review": Step(name="Legal review", why=LAWYERS),
    "lawful-basis-personal": Step(name="Lawful basis for personal data", why=LAWYERS),
    "lawful-basis-special": Step(name="Lawful basis for special category data", why=LAWYERS),
    "lawful-basis-special-public-interest": Step(name="Lawful basis", why=LAWYERS),
    "data-travel": Step(name="Data travel outside UK", into=("others_see",)),
    "data-travel-location": Step(name="Data travel location", into=("others_see", "onward")),
    "role": Step(name="Role of organisation", why=LAWYERS),
    "protection-review": Step(name="Data protection review", why=ELSEWHERE),
    "delivery": Step(name="Data delivery", into=("pattern",)),
    "format": Step(name="Data format", into=("pattern",)),
    "disposal": Step(
        name="Disposal of data",
        why="Sharecase asks for the day on which the share ends, and for a certificate of disposal after it.",
    ),
    "security-review": Step(name="Data security review", why=ELSEWHERE),
    "check": Step(name="Check answers", why=ELSEWHERE),
    "declaration": Step(name="Declaration", why=ELSEWHERE),
    "confirmation": Step(name="Confirmation", why=ELSEWHERE),
    # beside the steps
    "assetTitle": Step(name="Title of the data asset", into=("title",)),
    "ownedBy": Step(name="Owned by", into=("sending_team",)),
}

PLAIN_YES_OR_NO = frozenset({"data-access", "data-travel"})  # said again by the names that follow
NO, YES = frozenset({"no", "none", "false"}), frozenset({"yes", "true"})
UNSURE = frozenset(
    {"not sure", "dont know", "don't know", "unsure", "we dont know", "we don't know", "other"}
)
PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "one_by_one",
        r"\bapi\b|real[- ]?time|look[- ]?up|one (person|record) at a time|individual|on demand|per case",
    ),
    (
        "file_regular",
        r"regular|daily|weekly|monthly|quarterly|yearly|annual|ongoing|recurring|continuous|every",
    ),
    ("file_once", r"one[- ]?off|once|single|one[- ]?time|ad[- ]?hoc"),
)
NOT_UNDERSTOOD = (
    "It adds nothing to the other answers, or cannot be read as one: look whether something is missing."
)
NOBODY = "No team in the directory holds data under exactly this name: choose it on the form."


def read_marketplace(text: str, around: Around) -> Read:
    """One request, or a list of them, in the Marketplace's JSON. Raises `CannotRead`."""
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, request in enumerate(_requests(text), start=1):
        if not isinstance(request, dict) or not isinstance(cast(Said, request).get("steps"), dict):
            sentence = "This is no request of the Marketplace: it has no 'steps'. Take it out."
            faults.append(Fault(row=number, column="steps", sentence=sentence))
            continue
        rows.append(_row(number, cast(Said, request), key_of(cast(Said, request), seen), around))
    return Read(rows=tuple(rows), faults=tuple(faults))


def _requests(text: str) -> list[Any]:
    try:
        found = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constants)
    except (ValueError, RecursionError) as why:
        raise CannotRead("The file is not JSON: download it from the Marketplace again.") from why
    listed: list[Any] = cast(list[Any], found) if isinstance(found, list) else [found]
    if not listed:
        raise CannotRead("The file has no requests in it.")
    if len(listed) > MOST_ROWS:
        raise CannotRead(f"The file has {len(listed):,} requests: put {MOST_ROWS} or fewer in one file.")
    return listed


def _no_constants(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _row(number: int, request: Said, key: str, around: Around) -> Row:
    said = _said(request)
    answers = _answers(said, around)
    used: list[tuple[str, str]] = []
    left_out: list[tuple[str, str]] = []
    for step in said:
        into = [each for each in _into(step) if each in answers]
        if into and (step in PLAIN_YES_OR_NO or _counts(step, said, answers, around)):
            used.append((_name(step), ", ".join(QUESTIONS[each].label for each in into)))
        else:
            left_out.append((_name(step), _why(step)))
    if len({team for _, team in around.teams}) == 1:
        answers["team"] = around.teams[0][1]
    return Row(number=number, key=key, answers=answers, used=tuple(used), left_out=tuple(left_out))


def _answers(said: Said, around: Around) -> Answers:
    answers: Answers = {}
    for make in MAKERS:
        for question, value in make(said, around).items():
            if taken := value if question == "sending_team" else checked(question, value):
                answers[question] = taken
    return answers


def _counts(step: str, said: Said, answers: Answers, around: Around) -> bool:
    """Whether the answers would be others without this step."""
    return answers != _answers({key: value for key, value in said.items() if key != step}, around)


def _into(step: str) -> tuple[str, ...]:
    return STEPS[step].into if step in STEPS else ()


def _said(request: Said) -> Said:
    """Each step that somebody filled in, with what they filled in."""
    found: dict[str, Any] = {key: request.get(key) for key in ("assetTitle", "ownedBy")}
    for key, step in cast(Mapping[str, Any], request["steps"]).items():
        found[key] = cast(Said, step).get("value") if isinstance(step, dict) else None
    return {key: value for key, value in found.items() if in_words(value)}


def _name(step: str) -> str:
    return STEPS[step].name if step in STEPS else step[:60]


def _why(step: str) -> str:
    if step not in STEPS:
        return "Sharecase does not know this step."
    return STEPS[step].why or (NOBODY if step == "ownedBy" else NOT_UNDERSTOOD)


def in_words(value: Any) -> str:
    """Whatever the Marketplace keeps in a step, as text, one thing on each line; '' for nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "\n".join(text for each in cast(list[Any], value) if (text := in_words(each)))
    if isinstance(value, dict):
        return "\n".join(text for each in cast(Said, value).values() if (text := in_words(each)))
    return ""


def _text(said: Said, step: str) -> str:
    return in_words(said.get(step))


def _line(text: str, most: int = LINE) -> str:
    return shorten(" ".join(text.split()), most, placeholder=" …")


def _items(text: str) -> list[str]:
    listed = [re.sub(r"^[-*•]\s*|^\d+[.)]\s+", "", each) for each in pieces(text)]
    if len(listed) == 1:
        listed = [each.strip().removesuffix(".") for each in re.split(r",\s+(?:and\s+)?", listed[0])]
    return [_line(each) for each in listed if each]


# --- one small function for each of our answers ------------------------------------------------------------------


def _title(said: Said, around: Around) -> Answers:
    return {"title": _line(_text(said, "assetTitle"), 120)}


def _purpose(said: Said, around: Around) -> Answers:
    benefits = _text(said, "benefits").replace("\n", "; ")
    parts = (_text(said, "project-aims"), f"What the public gains: {benefits}" if benefits else "")
    return {"purpose": "\n".join(part for part in parts if part)[:LONG_TEXT]}


def _people(said: Said, around: Around) -> Answers:
    return {"subjects": _line(_text(said, "data-subjects"))}


def _data(said: Said, around: Around) -> Answers:
    return {"items": _items(_text(said, "data-required"))}


def _harm(said: Said, around: Around) -> Answers:
    return {"harm_of_withholding": _text(said, "impact")[:LONG_TEXT]}


def _needed(said: Said, around: Around) -> Answers:
    day = said.get("date")
    return {"needed_by": on(cast(Said, day)) if isinstance(day, dict) else ""}


def _power(said: Said, around: Around) -> Answers:
    found = [_text(said, step) for step in ("legal-power", "legal-gateway")]
    named_ones = [each for each in found if each and each.casefold() not in YES | NO | UNSURE]
    if named_ones:
        return {"power": _line("; ".join(dict.fromkeys(named_ones)))}
    return {"power": "Not sure"} if any(each.casefold() in NO | UNSURE for each in found if each) else {}


def _pattern(said: Said, around: Around) -> Answers:
    """How often it is delivered, else what it comes as."""
    for step in ("delivery", "format"):
        words = _text(said, step).casefold()
        for value, pattern in PATTERNS:
            if re.search(pattern, words):
                return {"pattern": value}
    return {}


def _others(said: Said, around: Around) -> Answers:
    """Who else sees it; a place abroad is named as a receiver there, so that nobody overlooks it (§4)."""
    bodies = [_line(each) for each in pieces(_text(said, "other-orgs"))]
    places = pieces(_text(said, "data-travel-location"))
    leaves = _text(said, "data-travel").casefold() in YES
    abroad = [_line(f"A receiver in {place}") for place in places] or (
        ["A receiver abroad"] if leaves else []
    )
    if bodies or abroad:
        return {"others_see": "organisation", "onward": [*bodies, *abroad]}
    return {"others_see": "no"} if _text(said, "data-access").casefold() in NO else {}


def _holder(said: Said, around: Around) -> Answers:
    return {"sending_team": named(_text(said, "ownedBy"), around.senders)}


MAKERS: tuple[Callable[[Said, Around], Answers], ...] = (
    _title, _purpose, _people, _data, _harm, _needed, _power, _pattern, _others, _holder,
)  # fmt: skip
