"""A request by link: an address may fill in answers, and somebody presses a button before anything is kept.

Names that no question has are passed over, and so is what its question could not take; nobody is asked to mend an address. What a
page sets by itself (what is amended, what is already held) is never taken from one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from domain.form_paths import RELIANCE, STANDARD, sections
from domain.questions import Question, check
from domain.request_sections import SECTIONS
from store import drafts
from ui.views import Answered, answered

MOST = 8_000  # characters; an address that holds more is cut short by some programs on its way
TOO_LONG = "This link holds more than a link can carry, so nothing was filled in. Start below, and ask for a shorter link."

# Who asks, who signs and who holds the data is chosen on the form, from the directory.
_CHOSEN = ("team", "risk_owner", "sending_team", "also_teams")
FILLABLE: Mapping[str, Question] = {
    question.id: replace(question, required=False, needed_when=None)
    for section in SECTIONS
    for question in section.questions
    if question.id not in _CHOSEN and question.kind != "tick"
}
_PATHS = frozenset({STANDARD, "cluster", RELIANCE})


class TooMuch(Exception):
    """A sentence: the address holds more than one may."""


@dataclass(frozen=True, kw_only=True)
class Link:
    path: str = ""
    root: str = ""
    template: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    passed_over: int = 0  # answers that their questions could not take


def from_pairs(pairs: Iterable[tuple[str, str]]) -> Link:
    """What an address or a form would fill in. Raises `TooMuch`."""
    given: dict[str, list[str]] = {}
    size = 0
    for name, value in pairs:
        size += len(name) + len(value)
        if size > MOST:
            raise TooMuch(TOO_LONG)
        given.setdefault(name, []).append(value)
    found: dict[str, Any] = {}
    passed_over = 0
    for name, question in FILLABLE.items():
        values = [each for each in given.get(name, []) if each.strip()]
        if not values:
            continue
        many = question.kind in ("lines", "pick")
        clean, problems = check([question], {name: values if many else values[-1]})
        passed_over += bool(problems)
        found |= {key: list(value) if isinstance(value, tuple) else value for key, value in clean.items()}
    last = {name: values[-1].strip() for name, values in given.items()}
    path, root, key = last.get("path", ""), last.get("root", "")[:40].upper(), last.get("template", "")
    return Link(
        path=path if path in _PATHS else "",
        root=root if root.isascii() and root.isprintable() else "",
        template=key if template(key) else "",
        answers={key: str(value) if isinstance(value, int) else value for key, value in found.items()},
        passed_over=passed_over,
    )


def template(key: str) -> drafts.Template | None:
    return next((each for each in drafts.templates() if each.key == key), None)


def rows(link: Link, chosen: drafts.Template | None) -> tuple[Answered, ...]:
    """What pressing the button would fill in, in the order of the form; the link's own answers before the template's."""
    filled: dict[str, Any] = {**(chosen.answers if chosen else {}), **link.answers}
    return tuple(
        answered(question, filled[question.id])
        for section in sections(STANDARD)
        for question in section.questions
        if filled.get(question.id) not in (None, "", [], ())
    )


def hidden(link: Link) -> tuple[tuple[str, str], ...]:
    """The answers as hidden fields of the form that keeps them."""
    found: list[tuple[str, str]] = []
    for name, value in link.answers.items():
        found += [(name, str(each)) for each in (value if isinstance(value, list) else [value])]
    return tuple(found)
