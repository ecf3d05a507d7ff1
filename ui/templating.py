"""The pages' look. A page's own template is a fragment; the GOV.UK page around it is drawn once and kept.

The frame (header, navigation, footer) costs more than a page's content to draw and is the same for everybody with
the same navigation, so it is rendered with marks in place of what differs and cut at the marks (P9).

A fragment sets `title`, `back` when it has a way back, and `head` for links of its own; what it prints is the content.
When the page has a `form` with problems, or a `summary` of them, the error summary stands first and the title begins
with "Error:".
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from api.services import Site
from domain import words as domain_words
from domain.guards import RULES
from ui import forms, when, words
from ui.words import LOOKED_AT

ABOUT = {rule.id: rule.about for rule in RULES}

HERE = Path(__file__).parent
_MARK = re.compile("\x00([a-z]+)\x00")
MARKS = {
    name: Markup("\x00{}\x00").format(name)
    for name in ("title", "head", "nonce", "name", "before", "content")
}


@dataclass(frozen=True, kw_only=True)
class NavItem:
    text: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What is around the content: who is signed in ('' for nobody), where they can go, where they are."""

    name: str = ""
    navigation: tuple[NavItem, ...] = ()
    here: str = ""
    nonce: str = ""


class Templates:
    """Everything here follows from the site, so one is kept for each: compiling the templates takes seconds."""

    def __init__(self, site: Site) -> None:
        self.environment = Environment(
            autoescape=True,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            loader=ChoiceLoader(
                [
                    FileSystemLoader(HERE / "templates"),
                    PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
                ]
            ),
        )
        self.environment.filters |= {
            "day": when.day,
            "weekday": when.weekday,
            "moment": when.moment,
            "deadline": when.deadline,
            "rule": rule_words,
            "seat": domain_words.seat,
            "upper_first": upper_first,
            "lower_first": lambda text: text[:1].lower() + text[1:],
            "textarea": textarea,
            "number": lambda value: f"{value:,}",
        }
        self.environment.globals |= {
            "site": site,
            "asset": _asset_versions(),
            "is_radios": forms.is_radios,
            "words": words,
            "named": domain_words,
        }
        self._frames: dict[tuple[object, ...], list[str]] = {}

    @staticmethod
    @lru_cache(maxsize=4)
    def of(site: Site) -> "Templates":
        return Templates(site)

    def page(self, template: str, frame: Frame, context: dict[str, Any]) -> bytes:
        """A whole page as UTF-8. What cannot be encoded is shown as '?', never an error."""
        module = self.environment.get_template(template).make_module(context)
        form = context.get("form")
        problems = form.summary if isinstance(form, forms.FormView) else context.get("summary", [])
        title = escape(getattr(module, "title", "Sharecase"))
        before = ""
        if problems:
            title = Markup("Error: ") + title
            before = self.environment.get_template("parts/errors.html").render(problems=problems)
        parts = {
            "title": title,
            "head": getattr(module, "head", ""),
            "nonce": frame.nonce,
            "name": escape(frame.name),
            "before": _back_link(getattr(module, "back", "")),
            "content": before + str(module),
        }
        pieces = self._frame(frame)
        # odd pieces are the names of the marks the frame was cut at
        whole = [str(parts[piece]) if index % 2 else piece for index, piece in enumerate(pieces)]
        return "".join(whole).encode("utf-8", "replace")

    def _frame(self, frame: Frame) -> list[str]:
        # A page the navigation does not name looks the same around, whatever its address: kept once, not for each.
        here = frame.here if any(item.href == frame.here for item in frame.navigation) else ""
        key = (bool(frame.name), frame.navigation, here)
        if key not in self._frames:
            drawn = self.environment.get_template("base.html").render(
                marks=MARKS, frame=frame, signed_in=bool(frame.name), cspNonce=MARKS["nonce"]
            )
            self._frames[key] = _MARK.split(drawn)
        return self._frames[key]


def rule_words(told: str) -> str:
    """A rule of the guards as an event names it ('foi v1'), in plain words; what is no rule as it is."""
    rule, _, version = told.partition(" v")
    about = ABOUT.get(rule)
    words = LOOKED_AT.get(rule, rule.replace("_", " "))
    return f"{about} (version {version})" if about and version else about or words


def _back_link(href: str) -> Markup | str:
    return Markup('<a href="{}" class="govuk-back-link">Back</a>').format(href) if href else ""


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def textarea(text: str) -> Markup:
    """Typed text for a text box. The components indent their lines, so line ends travel as character references."""
    return Markup("&#10;").join(text.replace("\r\n", "\n").split("\n"))


def _asset_versions() -> dict[str, str]:
    """Addresses of the vendored files that change when their content does, so that browsers may keep them."""
    files = {"css": "vendor/app.css", "js": "vendor/govuk-frontend.min.js", "icon": "favicon.svg"}
    found: dict[str, str] = {}
    for name, path in files.items():
        digest = sha256((HERE / "static" / path).read_bytes()).hexdigest()[:12]
        found[name] = f"/static/{path}?v={digest}"
    return found
