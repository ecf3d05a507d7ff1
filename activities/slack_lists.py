"""Lists as Slack blocks: several news in one message, the morning digest, App Home, and what a search found.

Pure, and as careful as `activities.slack_blocks`: bodies, stages and dates; no person, and no words of a case (S5, I10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from activities.slack_blocks import (
    HEADER,
    SECTION,
    TEXT,
    Block,
    by_the_end_of,
    clean,
    escape,
    in_words,
    plain,
)
from domain.time_left import ends_with_the_day
from domain.working_days import LONDON

MOST_LINES = 20  # of a digest
MOST_TASKS = 45  # on App Home: two blocks each at the most, of the hundred that a view may have


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing in a list. `about`: facts beside it, already in words. `link`: an http(s) address without a bar."""

    what: str
    ref: str
    link: str
    about: tuple[str, ...] = ()
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A heading of a digest with its lines, and how many it has in all."""

    heading: str
    lines: tuple[Line, ...]
    total: int


def by_when(at: datetime) -> str:
    """'by the end of Friday 4 December 2026', or with the time of day where clock hours run (C21)."""
    if ends_with_the_day(at):
        return f"by {by_the_end_of(at)}"
    here = at.astimezone(LONDON)
    clock = f"{here.hour % 12 or 12}:{here.minute:02}{'am' if here.hour < 12 else 'pm'}"
    return f"by {clock} on {here:%A} {in_words(here.date())}"


# --- several news in one message -----------------------------------------------------------------------------------


def gathered(lines: Sequence[Line]) -> tuple[str, list[Block]]:
    """(fallback text, blocks): '4 things happened in 3 cases', and each with its reference."""
    cases = len({line.ref for line in lines})
    title = f"{len(lines)} things happened in {cases} case{'' if cases == 1 else 's'}"
    return _said(title, lines), [_header(title), *map(_section, lines)]


# --- the morning digest --------------------------------------------------------------------------------------------


def digest(
    day: date, parts: Sequence[Part], more: str, settings: str, most: int = MOST_LINES
) -> tuple[str, list[Block]]:
    """(fallback text, blocks) of a working morning. `more`: where the rest is; `settings`: where to switch it off."""
    title = f"Your morning digest, {day:%A} {in_words(day)}"
    blocks, shown = [_header(title)], list[Line]()
    total = sum(part.total for part in parts)
    for part in parts:
        lines = part.lines[: max(0, most - len(shown))]
        if lines:
            blocks.append(_markup(f"*{escape(part.heading)}*"))
            blocks += map(_section, lines)
            shown += lines
    if total > len(shown):
        rest = f"and {total - len(shown):,} more"
        blocks.append(_markup(f"{rest}: <{escape(more)}|see them all in Sharecase>"))
    blocks.append(_context(f"<{escape(settings)}|Change what you are sent>"))
    said = _said(title, shown)
    return said if total == len(shown) else f"{said}. And {total - len(shown):,} more", blocks


# --- App Home and /sharecase ---------------------------------------------------------------------------------------


def home(lines: Sequence[Line], *, is_more: bool, public_url: str) -> dict[str, Any]:
    """The view of App Home: my tasks, soonest first."""
    blocks: list[Block] = [_header("Your tasks")]
    if not lines:
        blocks.append(_markup("Nothing is waiting for you now."))
    for line in lines[:MOST_TASKS]:
        blocks.append(_section(line) | {"accessory": _opens(line)})
    if is_more or len(lines) > MOST_TASKS:
        blocks.append(
            _markup(f"There are more: <{escape(public_url)}/inbox|see all your tasks in Sharecase>")
        )
    links = (
        ("inbox", "Your tasks"),
        ("cases", "Your cases"),
        ("settings/notifications", "What you are sent"),
    )
    blocks.append(_context(" · ".join(f"<{escape(public_url)}/{path}|{words}>" for path, words in links)))
    return {"type": "home", "blocks": blocks}


def listed(title: str, lines: Sequence[Line], note: str = "") -> tuple[str, list[Block]]:
    """(fallback text, blocks) of a short list that answers a command."""
    blocks = [_header(title), *(_section(line) | {"accessory": _opens(line)} for line in lines)]
    return _said(title, lines), [*blocks, _context(escape(note))] if note else blocks


def facts(title: str, told: Sequence[tuple[str, str]], link: str) -> tuple[str, list[Block]]:
    """(fallback text, blocks) of one case in short: what is told of it, a line each, and where it is."""
    blocks: list[Block] = [_header(title)]
    blocks += [{"type": "section", "text": plain(f"{name}: {value}", SECTION)} for name, value in told]
    blocks.append(_markup(f"<{escape(link)}|Open the case>"))
    text = ". ".join([title, *(f"{name}: {value}".rstrip(".") for name, value in told)])
    return escape(clean(text, TEXT)), blocks


def sentences(*said: str) -> tuple[str, list[Block]]:
    text = "\n".join(said)
    return escape(clean(text, TEXT)), [{"type": "section", "text": plain(text, SECTION)}]


# --- pieces ----------------------------------------------------------------------------------------------------------


def _header(title: str) -> Block:
    return {"type": "header", "text": plain(title, HEADER)}


def _section(line: Line) -> Block:
    beside = " · ".join((*line.about, by_when(line.due_at)) if line.due_at else line.about)
    what = f"*{_quiet(line.what)}*\n<{escape(line.link)}|{_quiet(line.ref)}>"
    return _markup(f"{what} · {_quiet(beside)}" if beside else what)


def _opens(line: Line) -> Block:
    return {
        "type": "button",
        "text": plain("Open", HEADER),
        "action_id": "link:case",
        "url": line.link,
        "accessibility_label": clean(f"Open case {line.ref}: {line.what}", 75),
    }


def _markup(text: str) -> Block:
    # `verbatim`: whatever looks like an address, a channel or a person in a name stays the text it is.
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION], "verbatim": True}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _quiet(text: str) -> str:
    """Plain words within markup: nothing in them is bold, a link or a mention."""
    return escape(clean(text.translate({ord(mark): " " for mark in "*_~`|\n"}), 300))


def _said(title: str, lines: Sequence[Line]) -> str:
    """Screen readers and phone notifications read the text alone, so it says everything too."""
    each = (
        ", ".join([line.what, line.ref, *line.about, *([by_when(line.due_at)] if line.due_at else [])])
        for line in lines
    )
    return escape(clean(f"{title}. {'. '.join(each)}", TEXT))
