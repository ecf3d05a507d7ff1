"""Services of the directory in words, and the forms of what can be done with them (P3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain import service_forms as forms
from domain.questions import Question
from domain.service_forms import Filters
from domain.service_rules import FEWEST_CONTACTS, Environment, State, why_not_opened
from ui.exchange_act import Act
from ui.register_view import address
from ui.views import Tag

HERE = "/exchange/services"
STATES = {
    State.DRAFT: Tag(text="Draft", colour="grey"),
    State.OPEN: Tag(text="Open", colour="green"),
    State.PAUSED: Tag(text="Paused", colour="yellow"),
    State.WITHDRAWN: Tag(text="Withdrawn", colour="red"),
}
ENVIRONMENTS = {
    Environment.LIVE: Tag(text="Live", colour="blue"),
    Environment.SANDBOX: Tag(text="Sandbox", colour="purple"),
}
DEMO = Tag(text="Demonstration", colour="yellow")
ACTS = {
    "added": "Described",
    "changed": "Changed",
    "opened": "Opened",
    "paused": "Paused",
    "withdrawn": "Withdrawn",
}
MOST_ITEMS = 6  # of a service in a list


def service_row(row: Any) -> dict[str, Any]:
    """A service in a list."""
    more = len(row.items) - MOST_ITEMS
    environment = ENVIRONMENTS[Environment(row.environment)]
    return {
        "href": f"{HERE}/{row.id}",
        "title": row.title,
        "team": row.team_name,
        "body": row.body,
        "environment": environment.text,
        "tags": [environment, STATES[State(row.state)], *([DEMO] if row.demo else [])],
        "items_text": "; ".join(row.items[:MOST_ITEMS]) + (f" and {more} more" if more > 0 else ""),
    }


def is_short(row: Any, reached: int) -> bool:
    """Whether a service that is called has too few people to reach (G5)."""
    return row.environment == Environment.LIVE and row.state == State.OPEN and reached < FEWEST_CONTACTS


def service_view(row: Any, versions: Sequence[Any], reached: int) -> dict[str, Any]:
    """A service on its page. `versions`: newest first."""
    newest = versions[0].content if versions else {}
    return {
        **service_row(row),
        "id": row.id,
        "row": row,
        "is_short": is_short(row, reached),
        "why": newest.get("why", "") if row.state == State.WITHDRAWN else "",
    }


def version_view(row: Any, before: Any | None, names: Mapping[str, str]) -> dict[str, Any]:
    """A line of the history. `before`: the version before it; `names`: of people, for whoever is signed in."""
    changed = [
        question.label
        for question in forms.CHANGE
        if before is not None and row.content.get(question.id) != before.content.get(question.id)
    ]
    return {
        "at": row.at,
        "act": ACTS[row.act],
        "changed": changed,
        "by": names.get(row.by, ""),
        "why": row.content.get("why", ""),
    }


# --- looking for one -------------------------------------------------------------------------------------------


def picks(typed: Mapping[str, str], bodies: Sequence[Any]) -> list[dict[str, Any]]:
    """What can be chosen by: (name, label, choices, chosen)."""
    found = (
        ("body", "Body", [(each.id, each.name) for each in bodies], "All"),
        (
            "environment",
            "Sandbox or live",
            [(each.value, ENVIRONMENTS[each].text) for each in Environment],
            "Both",
        ),
        (
            "state",
            "State",
            [(each, STATES[State(each)].text) for each in forms.CHOICES["state"]],
            "Open and paused",
        ),
    )
    return [
        {"name": name, "label": label, "choices": choices, "none": none, "chosen": typed.get(name, "")}
        for name, label, choices, none in found
    ]


def base(filters: Filters) -> str:
    return address(HERE, filters.asked)


# --- forms -----------------------------------------------------------------------------------------------------


def adding(questions: tuple[Question, ...]) -> Act:
    teams = questions[0].choices
    now = {"team": teams[0].value} if len(teams) == 1 else {}
    return Act(
        title="Describe a service",
        button="Keep as a draft",
        here=f"{HERE}/new",
        back=HERE,
        caption="Service directory",
        questions=questions,
        lead="What a team offers to other public bodies. Nobody else sees it until you open it. Sharecase never calls it, "
        "and no data pass through here.",
        now=now,
    )


def form_of(act: str, row: Any, *, reached: int = 0, bound: int = 0) -> Act:
    """The form of one act on a service. `reached`: its live contacts; `bound`: grants that open it."""
    live = row.environment == Environment.LIVE
    short = why_not_opened(row.environment, reached, row.team_name)
    told: dict[str, Any] = {
        "change": {
            "title": "Change what it says",
            "button": "Save",
            "questions": forms.CHANGE,
            "lead": "Its id stays, and so do its team and whether it is live. What it said before stays to be read.",
            "now": forms.of_service(row),
            "seen": row.version,
            "warning": _used(bound) if bound else "",
        },
        "open": {
            "title": "Open this service",
            "button": "Open it",
            "lead": short + (". A contact counts while they hold a post." if short else "")
            or "Everybody finds it in the directory, and grants for its items can open it.",
            "links": ((f"Name contacts of {row.team_name}", f"/directory/teams/{row.team}/contacts"),)
            if short
            else (),
        },
        "pause": {
            "title": "Pause this service",
            "button": "Pause it",
            "lead": "It stays in the directory and says that it is paused. No new grant opens it by itself."
            + (f" {_used(bound)}" if bound and live else ""),
        },
        "withdraw": {
            "title": "Withdraw this service",
            "button": "Withdraw it for good",
            "questions": forms.WHY_WITHDRAWN,
            "lead": "Its page stays, and says that it was withdrawn, when and why."
            + (
                f" {_used(bound)} Their tokens go on naming it until you choose another service for each."
                if bound
                else ""
            ),
            "warning": "It cannot be opened again.",
        },
    }[act]
    here = f"{HERE}/{row.id}"
    return Act(here=f"{here}/{act}", back=here, caption=f"{row.title}, {row.team_name}", **told)


def _used(bound: int) -> str:
    return "1 grant opens it now." if bound == 1 else f"{bound:,} grants open it now."


def binding(ref: str, grant: Any, questions: tuple[Question, ...], caption: str) -> Act:
    return Act(
        title="Which service does this grant open?",
        button="Save",
        here=f"/cases/{ref}/grant/service",
        back=f"/cases/{ref}/grant/service",
        caption=caption,
        questions=questions,
        lead=f"Tokens of {grant.id} name the service they are for, so that no other service takes them. A token that was "
        "given out before goes on naming the one before, for 12 hours at most.",
        now={"service": grant.service or "none"},
        up=f"/cases/{ref}/grant",
    )
