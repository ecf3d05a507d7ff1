"""What the register's pages show, in the words of the public. Older versions lack what was added since: never an error."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from domain.case import Lane
from domain.commands import Outcome
from domain.national import same_item
from domain.questions import Problem
from domain.register_search import CHOICES, NAMES, Filters
from domain.request_choices import REGIONS, USES
from domain.request_form import QUESTIONS
from ui.templating import upper_first
from ui.views import Answered, Tag, as_read
from ui.when import day, moment
from ui.words import LANES, OUTCOMES, STATES

BY_ID = {question.id: question for question in QUESTIONS}
PURPOSE = (
    "purpose", "use", "learning_question", "duty", "urgent", "subjects", "subject_cap", "people_band", "region", "area",
    "items", "pattern", "until", "power", "safeguards", "others_see", "processors", "onward", "retired_questions",
)  # fmt: skip
HARM = ("harm_of_withholding", "people_per_day", "severity", "harm_reversible", "harm_money", "harm_source")
REGION_NAMES = {each.value: each.label for each in REGIONS}
USE_NAMES = {each.value: each.label for each in USES}
KINDS_SHOWN = 10

LABELS: dict[str, str] = {
    "q": "Search",
    "receiving": "Receiving body",
    "sending": "Sending body",
    "lane": "How it was decided",
    "use": "Kind of use",
    "state": "State",
    "region": "Region",
    "root": "Relies on",
    "demo": "Demonstration entries",
}


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    ref: str
    title: str
    receiving: str
    sending: str
    state: Tag
    published_at: datetime
    demo: bool
    relied_on_by: int
    relies_on: str


def entry_row(row: Any, relied: Mapping[str, int]) -> EntryRow:
    entry = row.entry
    return EntryRow(
        ref=row.ref,
        title=entry["title"],
        receiving=entry["receiving"]["organisation"],
        sending=entry["sending"]["organisation"],
        state=state_tag(row.state),
        published_at=row.published_at,
        demo=row.demo,
        relied_on_by=relied.get(row.ref, 0),
        relies_on=row.root,
    )


def state_tag(state: str) -> Tag:
    text, colour = STATES.get(state, (upper_first(state), "grey"))
    return Tag(text=text, colour=colour)


# --- filters ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A filter in force, in words, with the address of the same list without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A filter to choose: (value, words) of each choice, and the one chosen."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    chosen: str


def lane_words(lane: str) -> str:
    return LANES.get(Lane(lane), upper_first(lane)) if lane in set(Lane) else upper_first(lane)


def picks(typed: Mapping[str, str], bodies: Iterable[Any]) -> list[Pick]:
    """The boxes below the search, with what is chosen in them; what was chosen and is no choice is shown too."""
    named = [(row.id, row.name) for row in bodies]
    choices: dict[str, Sequence[tuple[str, str]]] = {
        "receiving": named,
        "sending": named,
        "state": [(each, STATES.get(each, (upper_first(each), ""))[0]) for each in CHOICES["state"]],
        "lane": [(each, lane_words(each)) for each in CHOICES["lane"]],
        "use": list(USE_NAMES.items()),
        "region": list(REGION_NAMES.items()),
        "demo": [("no", "Leave them out"), ("yes", "Show only them")],
    }
    return [
        Pick(name=name, label=LABELS[name], choices=_with_typed(known, typed[name]), chosen=typed[name])
        for name, known in choices.items()
    ]


def _with_typed(known: Sequence[tuple[str, str]], typed: str) -> Sequence[tuple[str, str]]:
    return known if not typed or typed in dict(known) else [*known, (typed, typed[:80])]


def chosen(filters: Filters, shown: Sequence[Pick]) -> list[Chosen]:
    words = {pick.name: dict(pick.choices) for pick in shown}
    return [
        Chosen(
            label=LABELS[name],
            value=words.get(name, {}).get(value, value),
            without=address("/register", {key: each for key, each in filters.asked.items() if key != name}),
        )
        for name, value in filters.asked.items()
    ]


def address(path: str, asked: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


def as_typed(query: Mapping[str, str]) -> dict[str, str]:
    return {name: query.get(name, "").strip() for name in NAMES}


def sentences(problems: Iterable[Problem]) -> dict[str, str]:
    """By field, for people: a page has lists to choose from where a machine sends codes."""
    asked = {
        "q": "Search: enter letters or numbers, 200 characters or fewer",
        "root": "Relies on: enter the reference of an entry, such as SC-2222-2222",
    }
    return {
        each.field: asked.get(each.field, f"{LABELS[each.field]}: choose one from the list")
        for each in problems
    }


# --- one entry -------------------------------------------------------------------------------------------------


def public_answers(entry: Mapping[str, Any], keys: Iterable[str] = (*PURPOSE, *HARM)) -> list[Answered]:
    found = [as_read(BY_ID[key], entry.get(key)) for key in keys if key in BY_ID]
    return [each for each in found if each.values]


def facts(entry: Mapping[str, Any]) -> list[Answered]:
    """What the service knows about the share."""
    receiving, sending = entry["receiving"], entry["sending"]
    told = {
        "Receives the data": f"{receiving['team']}, {receiving['organisation']}",
        "Sends the data": f"{sending['team']}, {sending['organisation']}",
        "Who answers for the risk": entry["risk_owned_by"],
        "How it was decided": lane_words(entry["lane"]),
        "Cluster": _cluster(entry.get("cluster")),
        "Approved by silence": f"Yes, {entry['presumption']}" if entry.get("presumption") else "",
        "Asked for on": day(entry["submitted_at"]),
        "Decided on": day(entry.get("decided_on")),
        "First delivered on": day(entry["active_from"]) or "Not delivered",
        "Items shared": str(entry["items_shared"]),
        "Items not shared": str(entry["items_withheld"]) if entry.get("items_withheld") else "",
        "Next review": _next_review(entry),
        "Given more time": _more_time(entry.get("share_extended")),
        "Urgent use": _urgent(entry.get("urgent_use_justified")),
        "Kept out of the register until": day(entry.get("kept_back_until")),
        "Overdue": "Every level was silent when its time was over" if entry["overdue_at_top"] else "",
        "Separation of roles": "Waived: one person may hold several roles"
        if entry["separation_waived"]
        else "",
        "Data destroyed or returned": day(entry.get("destroyed_on")),
        "Published": moment(entry["published_at"]),
    }
    return [Answered(id=key, label=key, values=(value,)) for key, value in told.items() if value]


def _cluster(cluster: Mapping[str, Any] | None) -> str:
    if not cluster:
        return ""
    version = f", version {cluster['version']} of its terms" if cluster.get("version") else ""
    return upper_first(cluster["name"]) + version


def _more_time(extended: Mapping[str, Any] | None) -> str:
    """P3: once, by a leader."""
    if not extended:
        return ""
    days = f"{extended['days']} working day{'' if extended['days'] == 1 else 's'}"
    return f"{days}, by a leader on {day(extended['on'])}: it ends on {day(extended['until'])}"


def _urgent(justified: bool | None) -> str:
    if justified is None:
        return ""
    return "The review says that it was urgent" if justified else "The review says that it was not urgent"


def _next_review(entry: Mapping[str, Any]) -> str:
    unit = entry.get("reviews_counted_in", "months")
    if not entry["time_limited"]:
        return "This kind of use is not reviewed"
    month = entry["next_review_month"]
    if not month:
        steps = "13 and 26 weeks" if unit == "weeks" else "12 and 24 months"
        return f"{steps} after the first delivery" if not entry["active_from"] else "No review lies ahead"
    return f"{month} {unit} after the first delivery" + (
        ", with more time given" if entry["review_extended"] else ""
    )


def reviews(entry: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(which, what it said, when) of each review."""
    unit = entry.get("reviews_counted_in", "months")
    return [
        (
            f"After {each['month']} {unit}",
            upper_first(OUTCOMES[Outcome(each["outcome"])]),
            day(each["concluded_on"]),
        )
        for each in entry.get("reviews") or ()
    ]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a review counted: people helped, and (nation or group, picked out, wrongly) as the register has them."""

    which: str
    helped: str
    alarms: Sequence[tuple[str, str, str]]
    alarms_unknown: bool


def measured(entry: Mapping[str, Any]) -> list[Measured]:
    """Of the reviews that counted anything; entries published before this was asked have none."""
    unit = entry.get("reviews_counted_in", "months")
    return [
        Measured(
            which=f"After {each['month']} {unit}",
            helped=_counted(each.get("people_helped")),
            alarms=[
                (line["who"], _counted(line["flagged"]), _counted(line["wrong"]))
                for line in each.get("false_alarms") or ()
            ],
            alarms_unknown=each.get("false_alarms_known") is False,
        )
        for each in entry.get("reviews") or ()
        if each.get("people_helped") is not None or each.get("false_alarms_known") is not None
    ]


def _counted(value: int | str | None) -> str:
    return f"{value:,}" if isinstance(value, int) else value or ""


@dataclass(frozen=True, kw_only=True)
class Reliers:
    """How many live entries rely on one, and (kind of receiving body, number), the most first, the rest as one."""

    total: int
    kinds: Sequence[tuple[str, int]]


def reliers(rows: Iterable[Any]) -> Reliers:
    by_kind: dict[str, int] = {}
    for row in rows:
        by_kind[row.kind] = by_kind.get(row.kind, 0) + row.number
    most = sorted(by_kind.items(), key=lambda each: (-each[1], each[0]))
    shown = [(upper_first(kind), number) for kind, number in most[:KINDS_SHOWN]]
    rest = sum(number for _, number in most[KINDS_SHOWN:])
    return Reliers(
        total=sum(by_kind.values()), kinds=[*shown, *([("Other kinds of body", rest)] if rest else [])]
    )


# --- alarms ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AlarmRow:
    body: str
    demo: bool
    item: str
    regions: Sequence[str]
    entries: Sequence[tuple[str, str]]
    raised_at: datetime


@dataclass(frozen=True, kw_only=True)
class Named:
    ref: str
    title: str
    items_: Sequence[str]


def alarm_row(row: Any, entries: Mapping[str, Any]) -> AlarmRow:
    """With the item as one of the entries writes it, and the entries by title."""
    held = [entries[ref] for ref in row.entries if ref in entries]
    written = (item for entry in held for item in entry.items_ or () if same_item(item) == row.item)
    return AlarmRow(
        body=row.body,
        demo=row.demo,
        item=next(written, upper_first(row.item)),
        regions=[REGION_NAMES.get(str(code), str(code)) for code in row.regions],
        entries=[(entry.ref, entry.title) for entry in held],
        raised_at=row.raised_at,
    )
