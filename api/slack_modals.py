"""The form of an act as a Slack modal, and what was typed there as answers. The questions are the web's (§8).

No words of the case and no person are in it: the reference, the two bodies, the day and the meter, and the questions.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from activities.slack_blocks import Block, by_the_end_of, escape
from domain.act_form import ActForm
from domain.acts import FORMS
from domain.harm import harm_meter
from domain.questions import LINE, LONG_TEXT, Problem, Question
from domain.working_days import CalendarTooShort
from store.notices import Message

CALLBACK = "sharecase_act"
TITLE, SUBMIT, LABEL, HINT, SECTION = 24, 24, 2000, 2000, 3000  # Slack's limits, in characters
TYPED = 3000  # the most that one box of Slack takes
FEW = 10  # more choices than this are a list to open

_FIELDS = {
    "ref": re.compile(r"[A-Za-z0-9-]{1,40}"),
    "act": re.compile(r"[a-z_]{1,40}"),
    "task": re.compile(r"(t[0-9]{1,6})?"),
    "form_hash": re.compile(r"[0-9A-Za-z-]{0,64}"),
    "command": re.compile(r"[0-9a-f]{32}"),
}


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What a modal was drawn with, as a page's hidden fields. `command` is minted then: sending it twice is one act."""

    ref: str
    act: str
    task: str
    seen: int
    form_hash: str
    command: str

    def as_json(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, text: object) -> "Carried | None":
        """None for what no modal of ours carries."""
        try:
            told = json.loads(text) if isinstance(text, str) and len(text) <= TYPED else None
        except (ValueError, RecursionError):
            return None
        if not isinstance(told, dict):
            return None
        given = cast(dict[str, Any], told)
        words = {key: str(given.get(key, "?")) for key in _FIELDS}
        seen = given.get("seen")
        if type(seen) is not int or not 0 <= seen < 10**9:
            return None
        if not all(pattern.fullmatch(words[key]) for key, pattern in _FIELDS.items()):
            return None
        return cls(seen=seen, **words) if words["act"] in FORMS else None


def modal(form: ActForm, message: Message, carried: Carried, link: str, now: datetime) -> dict[str, Any]:
    """The view. `link`: the case page, an address without a bar."""
    blocks: list[Block] = [_text(f"{form.title}\n{_about(message, now)}")]
    blocks.append(_markup(f"<{escape(link)}|Read the case first>: what was written is only there."))
    blocks += [_text(each) for each in (form.lead, form.warning) if each]
    blocks += [_input(question, form) for question in form.questions]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain("Sharecase", TITLE),
        "submit": _plain(form.button, SUBMIT),
        "close": _plain("Cancel", TITLE),
        "private_metadata": carried.as_json(),
        "blocks": blocks,
    }


def saying(title: str, blocks: list[Block]) -> dict[str, Any]:
    """A view that only says something."""
    return {
        "type": "modal",
        "title": _plain(title, TITLE),
        "close": _plain("Close", TITLE),
        "blocks": blocks,
    }


def sentence(text: str, link: str = "", words: str = "Open the case") -> list[Block]:
    return [_text(text), *([_markup(f"<{escape(link)}|{words}>")] if link else [])]


def answers(form: ActForm, state: object) -> dict[str, Any]:
    """What was typed, raw, as `domain.questions.check` takes it. Whatever is not as we drew it counts as left empty."""
    values = _dict(_dict(state).get("values"))
    raw: dict[str, Any] = {}
    for question in form.questions:
        box = _dict(_dict(values.get(_block(question.id))).get("answer"))
        raw[question.id] = _typed(question, box)
    return raw


def errors(form: ActForm, problems: tuple[Problem, ...]) -> dict[str, str]:
    """Each sentence under its box; what is about no box under the first. Empty where there is no box at all."""
    known = {question.id for question in form.questions}
    found: dict[str, str] = {}
    for problem in problems if known else ():
        field = problem.field if problem.field in known else form.questions[0].id
        found.setdefault(_block(field), problem.sentence[:LABEL])
    return found


# --- drawing ---------------------------------------------------------------------------------------------------


def _about(message: Message, now: datetime) -> str:
    lines = [f"Case {message.ref}", f"Data from {message.sending} to {message.receiving}"]
    if message.due_at:
        lines.append(f"By {by_the_end_of(message.due_at)}")
    try:
        until = message.waited_until or now
        meter = harm_meter(message.calendar, message.people_per_day, message.submitted_at, until)
        lines.append(f"Harm of waiting: {meter.sentence()}")
    except CalendarTooShort:  # never guessed
        pass
    return "\n".join(lines)


def _input(question: Question, form: ActForm) -> Block:
    required = question.required and question.needed_when is None
    block: Block = {
        "type": "input",
        "block_id": _block(question.id),
        "label": _plain(question.label, LABEL),
        "optional": not required,
        "element": {**_element(question), "action_id": "answer"},
    }
    hints = [question.hint, _only_when(question, form)]
    if question.kind == "lines":
        hints.append("One on each line.")
    if question.kind == "text" and (question.most or LONG_TEXT) > TYPED:
        hints.append(f"Up to {TYPED:,} characters here; write longer answers on the web.")
    if hint := " ".join(each if each.endswith((".", "?", "!")) else f"{each}." for each in hints if each):
        block["hint"] = _plain(hint, HINT)
    return block


def _only_when(question: Question, form: ActForm) -> str:
    """A modal cannot open a box below a choice, so it says when the box is needed."""
    if question.needed_when is None:
        return ""
    other, values = question.needed_when
    asked = next((each for each in form.questions if each.id == other), None)
    labels = [each.label for each in asked.choices if each.value in values] if asked else []
    return f"Only if you answer '{' or '.join(labels)}' to '{asked.label}'" if asked else ""


def _element(question: Question) -> Block:
    options = [
        {"text": _plain(each.label, LABEL), "value": each.value}
        | ({"description": _plain(each.hint, 75)} if 0 < len(each.hint) <= 75 else {})
        for each in question.choices
    ]
    match question.kind:
        case "choice":
            return {"type": "radio_buttons" if len(options) <= FEW else "static_select", "options": options}
        case "pick":
            return {
                "type": "checkboxes" if len(options) <= FEW else "multi_static_select",
                "options": options,
                **({"initial_options": options} if question.whole and options else {}),
            }
        case "tick":
            return {"type": "checkboxes", "options": [{"text": _plain("Yes", TITLE), "value": "yes"}]}
        case "date":
            return {"type": "datepicker"}
        case "number":
            most = {"max_value": str(question.most)} if question.most else {}
            return {
                "type": "number_input",
                "is_decimal_allowed": False,
                "min_value": str(question.least),
                **most,
            }
        case _:
            most_letters = min(question.most or (LINE if question.kind == "line" else LONG_TEXT), TYPED)
            return {
                "type": "plain_text_input",
                "multiline": question.kind in ("text", "lines"),
                "max_length": most_letters,
            }


def _block(question: str) -> str:
    return f"q_{question}"


def _plain(text: str, most: int) -> Block:
    kept = text if len(text) <= most else f"{text[: most - 1]}…"
    return {"type": "plain_text", "text": kept, "emoji": False}


def _text(text: str) -> Block:
    return {"type": "section", "text": _plain(text, SECTION)}


def _markup(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


# --- reading ---------------------------------------------------------------------------------------------------


def _typed(question: Question, box: dict[str, Any]) -> Any:
    match question.kind:
        case "pick":
            chosen = box.get("selected_options")
            if question.whole and not isinstance(chosen, list):
                return None  # never touched, so all of it
            each: list[Any] = cast(list[Any], chosen) if isinstance(chosen, list) else []
            return [_dict(one).get("value") for one in each]
        case "tick":
            chosen = box.get("selected_options")
            return "yes" if isinstance(chosen, list) and chosen else ""
        case "choice":
            return _dict(box.get("selected_option")).get("value") or ""
        case "date":
            return box.get("selected_date") or ""
        case _:
            return box.get("value") or ""


def _dict(given: object) -> dict[str, Any]:
    return cast(dict[str, Any], given) if isinstance(given, dict) else {}
