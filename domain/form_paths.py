"""Which questions are asked on which path (E3), and what the rest is taken from.

Twelve questions for a request of one's own, six inside a cluster, four when somebody has already decided the same.
What is not asked is filled in before, and stays in sight: where it comes from is said, and all twelve can be asked.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from textwrap import shorten
from typing import Any, cast

from domain.questions import LINE, Question
from domain.request_beside import AMENDMENT, DIFFERENCES
from domain.request_form import QUESTIONS, Section
from domain.request_sections import SECTIONS

STANDARD, CLUSTER, RELIANCE = "standard", "cluster", "reliance"
FAST = (CLUSTER, RELIANCE)  # G2: here a risk owner may author and sign in one go
MINUTES: Mapping[str, int] = {STANDARD: 20, CLUSTER: 5, RELIANCE: 3}

# Kept in a draft beside its answers, and no part of the form.
ASK_ALL = "ask_all"  # "yes": all twelve are asked although the path is short
TAKEN = "taken"  # {question: where its answer comes from}, for what was filled in and not typed

# A decision that is relied on brings these along; they are what the public register says of it (P2).
FROM_ROOT = (
    "title", "purpose", "harm_of_withholding", "use", "subjects", "people_band", "region", "area", "items", "pattern",
    "until", "power", "duty", "severity", "learning_question", "subject_cap",
)  # fmt: skip
# Signatures, dates of another day and what was said about one case only are never copied.
NOT_COPIED = ("amends", "amend_why", "evidence", "already_held", "already_held_why", "urgent", "urgent_why")
DATES = ("until", "needed_by")

_SECTION = {section.id: section for section in SECTIONS}
_QUESTION: Mapping[str, Question] = {question.id: question for question in QUESTIONS}


def _with(section: str, *more: Question, title: str = "", first: bool = False) -> Section:
    """A section of the twelve with boxes that another of them holds on the long path."""
    found = _SECTION[section]
    asked = (*more, *found.questions) if first else (*found.questions, *more)
    return replace(found, questions=asked, title=title or found.title)


_PLACE = (_QUESTION["region"], _QUESTION["area"])
_TASK = replace(
    _QUESTION["task"],
    kind="choice",
    required=True,
    hint="Its purpose, its legal basis and its safeguards come from the cluster's agreement.",
)
_OWN_NAME = replace(
    _QUESTION["title"],
    required=False,
    hint="Leave it empty and the name of the shared task is used.",
)

_PATHS: Mapping[str, tuple[Section, ...]] = {
    STANDARD: SECTIONS,
    CLUSTER: (
        _SECTION["team"],
        _with("use", _TASK, _OWN_NAME, first=True, title="Which shared task is it for?"),
        _with("holder", *_PLACE, title="Who holds it, and where do the people live?"),
        _SECTION["items"],
        _with(
            "pattern",
            _QUESTION["people_band"],
            replace(_QUESTION["people_per_day"], required=False),
            title="One person at a time, or a file? For how many, and until when?",
        ),
        _SECTION["timing"],
    ),
    RELIANCE: (
        _SECTION["team"],
        _with("holder", *_PLACE, title="Who holds it, and where do the people live?"),
        _SECTION["timing"],
        DIFFERENCES,
    ),
}


def sections(path: str) -> tuple[Section, ...]:
    """The questions of a path: twelve, six or four."""
    return _PATHS.get(path, SECTIONS)


def path_of(answers: Mapping[str, Any]) -> str:
    path = answers.get("path")
    return path if isinstance(path, str) and path in _PATHS else STANDARD


def asks_all(answers: Mapping[str, Any]) -> bool:
    return path_of(answers) == STANDARD or answers.get(ASK_ALL) == "yes"


def asked(answers: Mapping[str, Any]) -> tuple[Section, ...]:
    """The sections that a draft shows: those of its path or all twelve, and what only an amendment is asked."""
    path = path_of(answers)
    found = sections(path)
    if path != STANDARD and asks_all(answers):
        found = (*SECTIONS, DIFFERENCES) if path == RELIANCE else SECTIONS
    return (*found, AMENDMENT) if answers.get("amends") else found


def asking_all(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The draft with all twelve asked. Who relies no longer does so: the answers stay, and are judged on their own (P2)."""
    if path_of(answers) == RELIANCE:
        return {**answers, "path": STANDARD}
    return {**answers, ASK_ALL: "yes"}


def asking_few(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The draft with only the questions of its path asked, or on the path of the decision it began from."""
    if path_of(answers) == STANDARD and answers.get("root"):
        return {**answers, "path": RELIANCE}
    return {**answers, ASK_ALL: ""}


def may_sign_at_once(answers: Mapping[str, Any], person: str) -> bool:
    """The one-person fast path (G2): the author named themself as risk owner on a short path."""
    return path_of(answers) in FAST and answers.get("risk_owner") == person


# --- what is filled in -------------------------------------------------------------------------------------------


def from_task(sentence: str, cluster: str, gateway: str) -> dict[str, Any]:
    """What a shared task answers: `sentence` and `gateway` are the words of the cluster's agreement (P1)."""
    task = sentence.rstrip(".")
    return {
        "title": shorten(task, 120, placeholder=" …"),
        "purpose": f"{task}. This is a shared task of the cluster '{cluster}'.",
        "harm_of_withholding": f"The shared task is not done for people who count on it: {lower_first(task)}.",
        "people_per_day": "0",
        "severity": "moderate",
        "subjects": shorten(f"People for whom this is done: {lower_first(task)}", LINE, placeholder=" …"),
        "others_see": "no",
        "power": shorten(gateway, LINE, placeholder=" …")
        or f"As the agreement of the cluster '{cluster}' says",
        "duty": "none",
    }


def from_root(entry: Mapping[str, Any], *, has_place: bool = False) -> dict[str, Any]:
    """What a decision answers for who relies on it, its end included, which is the latest possible.

    `entry`: its entry on the register. `has_place`: the asker's own area is known and stands.
    """
    keys = [key for key in FROM_ROOT if not (has_place and key in ("region", "area"))]
    found = {key: entry[key] for key in keys if entry.get(key) not in (None, "", [], ())}
    return {"people_per_day": "0", "severity": "moderate", "others_see": "no", "duty": "none", **found}


def copied(answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answers of an earlier request that hold for a new one: no signature, and no date that has passed."""
    found = {key: value for key, value in answers.items() if key in _QUESTION and key not in NOT_COPIED}
    for key in DATES:
        try:
            is_past = date.fromisoformat(str(found.get(key, ""))) <= today
        except ValueError:
            is_past = True
        if is_past:
            found.pop(key, None)
    return found


def filled(
    answers: Mapping[str, Any], more: Mapping[str, Any], origin: str, *, again: bool = False
) -> dict[str, Any]:
    """The draft with `more` filled in where nobody typed anything. `again`: and where the same origin filled it before."""
    taken = dict(taken_from(answers))
    found = dict(answers)
    for key, value in more.items():
        if not found.get(key) or (again and taken.get(key) == origin):
            found[key] = value
            taken[key] = origin
    return {**found, TAKEN: taken}


def typed_over(before: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The draft after somebody typed: an answer that changed is theirs from then on."""
    now = {**before, **typed}
    taken = {
        key: origin for key, origin in taken_from(before).items() if _said(before, key) == _said(now, key)
    }
    return {**now, TAKEN: taken} if TAKEN in before else now


def taken_from(answers: Mapping[str, Any]) -> Mapping[str, str]:
    found = answers.get(TAKEN)
    return cast(Mapping[str, str], found) if isinstance(found, dict) else {}


def _said(answers: Mapping[str, Any], key: str) -> str:
    """An answer for comparing: the same whether a list came from a box of lines or as a list."""
    given = answers.get(key)
    text = (
        "\n".join(map(str, cast(list[object], given)))
        if isinstance(given, list | tuple)
        else str(given or "")
    )
    return text.replace("\r\n", "\n").strip()


def lower_first(text: str) -> str:
    """A text in the middle of another one; what begins with two capitals is a name and stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
