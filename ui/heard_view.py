"""Mediation, people's requests and concerns beside a case, beside an act and in an entry of the register (A, E)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from api.known import Known
from domain import concerns as concern_rules
from domain.case import Case
from domain.commands import Right, RightsOutcome
from domain.rights_desk import Counts, receives
from store import concerns, mediations, rights
from store.directory import Person
from ui.concerns import ConcernRow, concern_row
from ui.mediation_view import MediationRow, mediation_rows
from ui.rights import state_of
from ui.views import Tag
from ui.words import MET, RIGHTS

OF_MEDIATION = frozenset({"start_mediation", "extend_mediation", "conclude_mediation", "answer_mediation"})
# Acts that reach a case without anybody in it: what a page calls them while they are on their way.
BY_NOBODY_HERE = (
    *("receive_rights_request", "root_changed", "replace_share", "posts_changed", "move_party"),
    *("find_fault", "clear_fault"),
)
OF_RIGHTS = rights.ACTS


@dataclass(frozen=True, kw_only=True)
class RightsRow:
    """`text` and `answer` are for the receiving side alone; '' for everybody else."""

    right: str
    state: Tag
    received_at: datetime
    due_at: datetime
    answered_at: datetime | None
    outcome: str
    is_correction: bool
    told_at: datetime | None
    receipts: int
    text: str = ""
    reference: str = ""
    answer: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What stands beside a case; all empty for most."""

    mediations: Sequence[MediationRow] = ()
    requests: Sequence[RightsRow] = ()
    concerns: Sequence[ConcernRow] = ()
    reads_requests: bool = False


async def beside_case(connection: AsyncConnection, seen: Known, now: datetime) -> Heard:
    ref, whole = seen.case.ref, receives(seen.seats)
    said, _ = await concerns.of(connection, ref)
    return Heard(
        mediations=mediation_rows(await mediations.of(connection, ref), now),
        requests=[rights_row(row, now, whole=whole) for row in await rights.of(connection, ref)],
        concerns=[concern_row(row, now) for row in said],
        reads_requests=whole,
    )


async def beside_act(
    connection: AsyncConnection, seen: Known, act: str, task: str, answers: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """What somebody should have read before an act of mediation or of rights; empty for any other act."""
    ref = seen.case.ref
    if act in OF_MEDIATION:
        heard = await beside_case(connection, seen, now)
        return {
            "mediation": next(iter(heard.mediations), None),
            "concerns": heard.concerns,
            "entry_of": _entry(seen.case),
        }
    if act not in OF_RIGHTS:
        return {}
    found = seen.case.tasks.get(task)
    row = await rights.one(connection, ref, found.about.partition(":")[2]) if found else None
    if row is None or not receives(seen.seats):
        return {}
    return {
        "asked": rights_row(row, now, whole=True),
        "spreads": act == "pass_on_correction",
        "to_tell": [*_lines(answers.get("processors")), *_lines(answers.get("onward"))],
    }


def _entry(case: Case) -> str:
    return f"/register/{case.ref}" if case.register_version else ""


def _lines(given: Any) -> list[str]:
    lines: Any = given.splitlines() if isinstance(given, str) else given or ()
    return [str(each).strip() for each in lines if str(each).strip()]


def rights_row(row: Row[Any], now: datetime, *, whole: bool) -> RightsRow:
    shown = RightsRow(
        right=RIGHTS[Right(row.right)],
        state=state_of(row, now),
        received_at=row.received_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        outcome=MET[RightsOutcome(row.outcome)] if row.outcome else "",
        is_correction=row.right == Right.RECTIFICATION and row.outcome not in ("", RightsOutcome.NOT_MET),
        told_at=row.told_at,
        receipts=len(row.receipts),
    )
    if not whole:
        return shown
    return replace(shown, text=row.text, reference=row.reference, answer=row.answer, told=tuple(row.receipts))


async def in_entry(
    connection: AsyncConnection, entry: Row[Any], me: Person | None, now: datetime
) -> dict[str, Any]:
    """Of the newest version of an entry: as it stands now and not as it was published."""
    ref = entry.ref
    said, heard = await concerns.of(connection, ref)
    mediated = await mediations.of(connection, ref, public=True) if entry.entry.get("mediations") else []
    return {
        "heard": heard,
        "concerns": [concern_row(row, now) for row in said],
        "mediated": mediation_rows(mediated, now),
        "rights": (await rights.counts(connection, [ref])).get(ref, Counts()),
        "may_open_case": me is not None and concern_rules.may_settle(me.roles),
    }
