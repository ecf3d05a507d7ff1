"""The events of every case walked through as they are stored, for the second count of the figures (`figures_again`).

It shares no code with `domain.fold` or `domain.figure_*`; of the forms it knows which boxes there are.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.acts import FORMS
from domain.request_form import QUESTIONS
from store import tables

LONDON = ZoneInfo("Europe/London")
ENDS = {
    "risk_passed": "delivered",
    "request_refused": "declined",
    "case_withdrawn": "withdrawn",
    "case_lapsed": "lapsed",
    "request_blocked": "blocked",
    "risk_declined": "returned_by_own_side",
}
KINDS = ("received", "reopened", *ENDS.values())
NOBODY = ("clock", "system", "other-case", "directory", "public", "exchange")
TURNS = [
    "revise",
    "triage",
    "sign_risk",
    "find_owner",
    "decide",
    "object",
    "confirm",
    "sign_off",
    "leader_decide",
    "answer",
    "countersign",
    "back_risk",
    "mediate",
    "provide",
    "confirm_receipt",
    "late_delivery",
]
# Whose turn it is while every seat is empty, by what happened last.
TURN_AFTER = {
    "request_submitted": "receiving_team",
    "risk_signature_voided": "receiving_team",
    "risk_signed": "sending_team",
    "information_asked": "receiving_team",
    "information_answered": "sending_team",
    "sender_directed": "sending_team",
    "decision_taken_over": "sending_team",
    "request_approved": "sending_team",
    "delivery_recorded": "receiving_team",
    "delivery_mismatched": "sending_team",
    "approval_proposed": "sending_leaders",
    "refusal_proposed": "sending_leaders",
    "objection_raised": "joint_leaders",
    "refusal_escalated": "joint_leaders",
}
HOLDERS = [
    "receiving_team",
    "receiving_leaders",
    "sending_team",
    "sending_leaders",
    "joint_leaders",
    "board",
    "mediator",
    "whole",
]
# What people type into, of each act and of the form: lines and longer texts.
BOXES = {
    act: [each.id for each in form.questions if each.kind in ("line", "text", "lines")]
    for act, form in FORMS.items()
}
FORM = [each.id for each in QUESTIONS if each.kind in ("line", "text", "lines")]
LANES = ["cluster", "reliance", "standard", "urgent", "exploratory", "none"]


@dataclass
class Found:
    """One case, walked through."""

    ref: str
    receiving: str = ""
    sending: str = ""
    cluster: str = ""
    lane: str = "none"
    demo: bool = False
    people_per_day: int = 0
    relation: str = ""
    began: date = date.min
    received: date = date.min
    is_open: bool = False
    ended: date | None = None
    decided: date | None = None
    delivered: date | None = None
    told: list[tuple[date, str, str]] = field(default_factory=list[tuple[date, str, str]])
    turns: list[tuple[date, str]] = field(default_factory=list[tuple[date, str]])  # after each event
    touches: int = 0
    rounds: int = 0
    people: set[str] = field(default_factory=set[str])
    form_words: int = 0
    act_words: int = 0
    minutes: dict[str, int] = field(default_factory=dict[str, int])
    rows: int = 0
    retired: int = 0
    duty: str = "none"
    use: str = ""
    is_active: bool = False
    looked: list[tuple[date, bool]] = field(default_factory=list[tuple[date, bool]])
    review: date | None = None
    at_top: str = ""

    def times(self, name: str, asked: Any) -> int:
        days = (each for each in self.told if each[1] == name and asked.since <= each[0] <= asked.until)
        return sum(not asked.organisation or self._answers(side, asked.organisation) for _, _, side in days)

    def _answers(self, side: str, body: str) -> bool:
        return body in {"receiving": (self.receiving,), "sending": (self.sending,)}.get(
            side, (self.receiving, self.sending)
        )

    def top_counts(self, asked: Any) -> bool:
        return bool(self.at_top) and (
            not asked.organisation or self._answers(self.at_top, asked.organisation)
        )


async def walked(connection: AsyncConnection) -> tuple[list[Found], Callable[[date], bool]]:
    """Every case from its events, and what a working day is by the union of the bank holidays."""
    b, ev, c, o, f, k = (
        table.c
        for table in (
            tables.bank_holidays,
            tables.events,
            tables.cases,
            tables.organisations,
            tables.forms,
            tables.commands,
        )
    )
    closed = {date.fromisoformat(each) for each in await connection.scalars(select(b.date))}
    demo = {row.id: row.demo for row in await connection.execute(select(o.id, o.demo))}
    stands = {
        row.ref: (row.at_top, row.stage) for row in await connection.execute(select(c.ref, c.at_top, c.stage))
    }
    promises = Counter((await connection.scalars(select(tables.retired_questions.c.ref))).all())
    forms = {
        (row.ref, row.version): row.answers
        for row in await connection.execute(select(f.ref, f.version, f.answers))
    }
    rows = (
        await connection.execute(
            select(ev.ref, ev.at, ev.actor, ev.command, ev.data, k.act, k.body)
            .outerjoin(tables.commands, k.id == ev.command)
            .order_by(ev.ref, ev.seq)
        )
    ).all()
    by_ref: dict[str, list[Any]] = {}
    for row in rows:
        by_ref.setdefault(row.ref, []).append(row)
    found: list[Found] = []
    for ref, mine in by_ref.items():
        case, form = _walk(ref, mine)
        case.demo = bool(demo.get(case.receiving) or demo.get(case.sending))
        case.people_per_day = int(forms[ref, form].get("people_per_day") or 0)
        overdue, stage = stands[ref]
        case.at_top = case.at_top if overdue else ""
        case.is_active = stage == "active"
        case.form_words = _words(FORM, forms[ref, form])
        case.retired = promises[ref] if case.delivered else 0
        found.append(case)
    return found, lambda day: day.weekday() < 5 and day not in closed


def _words(boxes: Iterable[str], answers: dict[str, Any]) -> int:
    """How many words stand in these boxes."""
    typed = [answers.get(box) or "" for box in boxes]
    text = " ".join(" ".join(each) if isinstance(each, list) else str(each) for each in typed)
    return len(re.findall(r"\S+", text))


def _walk(ref: str, rows: list[Any]) -> tuple[Found, int]:
    case, tasks, form = Found(ref), dict[str, dict[str, Any]](), 0
    turn, board, duty, commands = "receiving_team", "", False, set[str]()
    stood: tuple[str, ...] | None = None
    due: date | None = None
    command = ""
    for index, row in enumerate(rows):
        day = row.at.astimezone(LONDON).date()
        data, kind = row.data, row.data["kind"]
        if row.command != command:
            command, due = row.command, case.review
        if not case.delivered and row.actor not in NOBODY and row.command not in commands:
            commands.add(row.command)
            case.touches += 1
            case.people.add(row.actor)
            case.act_words += _words(BOXES.get(row.act, ()), row.body or {})
            if row.act in ("record_delivery", "confirm_receipt") and "minutes" in (row.body or {}):
                case.minutes[row.act] = row.body["minutes"]
        if kind == "request_submitted":
            case.receiving = data["receiving"]["organisation"]
            case.sending = data["sending"]["organisation"]
            case.relation, form, duty = data["relation"], data["form_version"], data["duty"] != "none"
            case.duty, case.use = data["duty"], data["use"]
            board = ""
        elif kind == "request_transferred":
            case.sending = data["sending"]["organisation"]
        elif kind == "party_moved" and data["side"] == "sending":
            case.sending = data["now"]["organisation"]
        elif kind == "party_moved":
            case.receiving = data["now"]["organisation"]
        elif kind == "lane_chosen":
            case.lane, case.cluster = data["lane"], data["cluster"]
            turn = "receiving_team" if turn == "triage" else turn
        elif kind == "sent_to_triage":
            turn, board = "triage", data["board"]
        elif kind == "information_answered" and data["material"]:
            form = data["form_version"]
        elif kind == "task_opened":
            tasks[data["task"]["id"]] = dict(data["task"])
        elif kind == "task_closed":
            tasks.pop(data["task"], None)
        elif kind == "due_moved" and data["task"] in tasks:
            tasks[data["task"]]["due_at"] = data["now"]
        elif kind == "review_concluded" and due:
            case.looked.append((due, day <= due))
            case.told.append((due, "review_on_time" if day <= due else "review_late", ""))
        elif kind == "overdue_at_top":
            case.at_top = data["side"] if data["side"] in ("receiving", "sending") else "both"
            case.told.append((day, kind, "" if case.at_top == "both" else case.at_top))
        elif kind == "case_reopened":
            turn = {"info_requested": "receiving_team", "triage": "triage"}.get(
                data["stage"], "receiving_team"
            )
        elif kind == "risk_passed" and not case.delivered:
            case.rows = int((row.body or {}).get("rows") or 0)
        turn = TURN_AFTER.get(kind, turn)
        _flow(case, kind, data, day)
        _mark(case, kind, data, day, duty)
        reviews = [each for each in tasks.values() if each["kind"] == "review"]
        case.review = (
            datetime.fromisoformat(str(reviews[0]["due_at"])).astimezone(LONDON).date() if reviews else None
        )
        case.turns.append((day, _turn(case, list(tasks.values()), turn, board)))
        if index + 1 == len(rows) or rows[index + 1].command != row.command:
            stands = (case.receiving, case.sending, case.cluster, case.lane)
            if stood not in (None, stands):
                case.told.append((day, "restated", ""))
            stood = stands
    return case, form


def _flow(case: Found, kind: str, data: dict[str, Any], day: date) -> None:
    begun = any(name == "received" for _, name, _ in case.told)
    taken_up = kind in ("request_submitted", "refusal_escalated") or (
        kind == "case_reopened" and data["stage"] != "draft"
    )
    if case.delivered:
        return
    if not begun and kind == "request_submitted":
        first = data.get("first_submitted_at")
        asked = datetime.fromisoformat(first).astimezone(LONDON).date() if first else day
        case.is_open, case.received, case.began = True, day, min(asked, day)
        case.told.append((day, "received", ""))
        if case.relation:
            name = "part_received" if case.relation == "part" else "amendment_received"
            case.told.append((day, name, ""))
    elif not case.is_open and taken_up:
        case.is_open = True
        case.told.append((day, "reopened", ""))
    elif case.is_open and kind in ENDS:
        case.is_open, case.ended = False, day
        case.told.append((day, ENDS[kind], ""))
        case.delivered = day if kind == "risk_passed" else None


def _mark(case: Found, kind: str, data: dict[str, Any], day: date, duty: bool) -> None:
    if kind in ("request_approved", "request_refused"):
        case.decided = case.decided or day
    told = {
        "approved": kind == "request_approved",
        "presumed": kind == "request_approved" and bool(data["presumption"]),
        "relied": kind == "request_approved" and case.lane == "reliance",
        "refused_under_duty": kind == "request_refused" and duty,
        "objected": kind == "objection_raised",
        "review_suspended": kind == "share_suspended" and data["cause"] == "review_overdue",
        "review_ended": kind == "share_ended" and data["by_review"],
    }
    case.told += [(day, name, "") for name, yes in told.items() if yes]
    case.rounds += kind == "information_asked"


def _turn(case: Found, tasks: list[dict[str, Any]], turn: str, board: str) -> str:
    if not case.is_open:
        return "receiving_team"  # nobody's, unless it is taken up again: then it was theirs to take up
    if any(task["kind"] == "judge_refusal" for task in tasks):
        return "joint_leaders"
    asked = [task for task in tasks if task["kind"] in TURNS]
    if not asked:
        return ("board" if board else "receiving_team") if turn == "triage" else turn
    seats = [task["seat"] for task in asked]
    highest = max(int(seat[-1]) if "leader_" in seat else 0 for seat in seats)
    seat = next(each for each in seats if each.endswith(f"leader_{highest}") or not highest)
    if seat in ("system.board", "system.regulator"):
        return "board" if seat == "system.board" else "mediator"
    return f"{seat.partition('.')[0]}_{'leaders' if highest else 'team'}"
