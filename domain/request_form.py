"""The request form (spec §8): twelve questions, none of which needs a lawyer, and one way to check them.

The sections themselves are in `domain.request_sections`; which of them are asked on which path, in `domain.form_paths`.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from json import dumps

from domain.policy import in_force
from domain.questions import Answers, Choice, Problem, Question, check, is_asked
from domain.request_beside import AMENDMENT, BESIDE, DIFFERENCES
from domain.request_choices import DUTIES, REGIONS, USES
from domain.request_sections import SECTIONS, Section

__all__ = ("DUTIES", "QUESTIONS", "REGIONS", "SECTIONS", "USES", "Section", "check_request", "form_hash")

QUESTIONS: tuple[Question, ...] = (
    *(question for section in (*SECTIONS, DIFFERENCES, AMENDMENT) for question in section.questions),
    *BESIDE,
)

# What a machine need not send, and nobody else types: how a request starts when nothing special was asked for.
UNLESS_SAID: Answers = {"path": "standard", "root": "", "amends": "", "urgent": "no"}
TEST_WEEKS = in_force().exploratory_weeks  # C22: the longest a test of something new may run
REF = re.compile(r"SC-[0-9A-Z]{4}-[0-9A-Z]{4}")


def check_request(
    raw: Mapping[str, object],
    teams: set[str],
    owners: set[str],
    senders: set[str],
    *,
    today: date | None = None,
    promotes: bool = False,
) -> tuple[Answers, tuple[Problem, ...]]:
    """Check a whole form against the directory: the asker's teams, their risk owners, the teams that hold data.

    `today`: the London date of the submission, by which the end of a test is measured (C22). `promotes`: the form
    amends a test, which becomes an everyday share only with evidence.
    """
    others = senders - {str(raw.get("sending_team"))}
    allowed = {"team": teams, "risk_owner": owners, "sending_team": senders, "also_teams": others}
    asked = [with_choices(_as_needed(each, raw, promotes), allowed.get(each.id)) for each in QUESTIONS]
    answers, problems = check(asked, raw)
    more = _beyond_one_box(answers, today)
    return {**UNLESS_SAID, **answers}, (*problems, *more)


def _as_needed(question: Question, raw: Mapping[str, object], promotes: bool) -> Question:
    """What is changed, and the evidence, are asked of an amendment only."""
    if question.id == "amend_why":
        return replace(question, required=bool(raw.get("amends")))
    if question.id == "evidence":
        is_everyday = raw.get("use") != "test_new"
        return replace(question, required=bool(raw.get("amends")) and promotes and is_everyday)
    return question


def _beyond_one_box(answers: Answers, today: date | None) -> tuple[Problem, ...]:
    """What can be told only by more than one answer, or is no matter of length and letters. Mends what it can."""
    found: list[Problem] = []
    for key in ("root", "amends"):
        if key in answers:
            answers[key] = str(answers[key]).upper()
            if not REF.fullmatch(str(answers[key])):
                ask = next(each.ask for each in BESIDE if each.id == key)
                found.append(Problem(key, ask))
    if today and answers.get("use") == "test_new" and "until" in answers:
        last = today + timedelta(weeks=TEST_WEEKS)
        if date.fromisoformat(str(answers["until"])) > last:
            when = f"{last.day} {last:%B %Y}"
            sentence = f"The share ends on: a test of something new runs {TEST_WEEKS} weeks at most. Enter a date up to {when}"
            found.append(Problem("until", sentence))
    return tuple(found)


def with_choices(question: Question, values: set[str] | None) -> Question:
    if values is None:
        return question
    return replace(question, choices=tuple(Choice(value=each, label=each) for each in sorted(values)))


def answered(section: Section, raw: Mapping[str, object]) -> bool:
    """Whether everything required in a section has something in it; says nothing about whether it is right."""
    return all(raw.get(q.id) for q in section.questions if q.required and is_asked(q, raw))


def form_hash(answers: Mapping[str, object]) -> str:
    """What a signature is for: SHA-256 of the answers in canonical JSON (C2)."""
    return sha256(
        dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()
