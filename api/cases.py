"""Cases, tasks, acts and commands over the API: what a person may see, and what they may do about it."""

import re
from typing import Any

from fastapi import APIRouter, Response

from api.body_tasks import body_tasks_out
from api.callers import Caller, CommandId, Ref, TokenRoute, require_known
from api.case_json import case_out, summaries_out, tasks_out
from api.invalid import Invalid
from api.known import known
from api.paging import After, cursor, read_place
from api.problems import Missing, documented
from api.receipts import V1, receipt
from api.services import ServicesIn
from api.views import PENDING, ActIn, CaseList, CaseOut, CommandOut, Receipt, TaskList
from domain.act_in_case import SOMETIMES
from domain.acts import FORMS
from domain.questions import Problem
from domain.refusals import NoSuchCase
from store import body_tasks, commands, reads

router = APIRouter(route_class=TokenRoute)

IDS = re.compile(r"[A-Za-z0-9.-]{1,80}")
NO_COMMAND = "There is no such command, or it is not yours. Check its id."
# What goes beside the answers: it says what was read, or what was meant, and nobody types it.
ALSO_SEND: dict[str, tuple[str, str]] = {
    "sign_risk": ("form_hash", "Send the form_hash that the case shows: what was read is what is signed."),
    "fill_post": ("task", "Send the id of the task that the case shows: it says which vacancy is meant."),
    "complete_action": (
        "task",
        "Send the id of the task that the case shows: it says which action is meant.",
    ),
    "record_report": ("task", "Send the id of the task that the case shows: it says which breach is meant."),
    "answer_rights": ("task", "Send the id of the task that the case shows: it says whom you answer."),
    "pass_on_correction": (
        "task",
        "Send the id of the task that the case shows: it says which correction is meant.",
    ),
}


@router.get("/cases", tags=["cases"], responses=documented(401, 422, 503))
async def list_cases(caller: Caller, own: ServicesIn, after: After = None) -> CaseList:
    """Cases you may see, last changed first."""
    begin = read_place(after)
    async with own.database.read() as connection:
        rows = await reads.my_cases(connection, caller, after=begin)
        found = await summaries_out(connection, rows[: reads.PAGE])
    last = rows[reads.PAGE - 1] if len(rows) > reads.PAGE else None
    return CaseList(
        cases=found, next=f"{V1}/cases?after={cursor(last.updated_at, last.ref)}" if last else None
    )


@router.get("/cases/{ref}", tags=["cases"], responses=documented(401, 404, 503))
async def read_case(ref: Ref, caller: Caller, own: ServicesIn) -> CaseOut:
    """One case: where it stands, who must act by when, what happens next, and what you may do now."""
    async with own.database.read() as connection:
        seen = await known(connection, caller, ref)
        return await case_out(connection, caller, seen, own.clock(), ALSO_SEND)


@router.get("/tasks", tags=["tasks"], responses=documented(401, 422, 503))
async def list_tasks(caller: Caller, own: ServicesIn, after: After = None) -> TaskList:
    """Your open tasks, soonest due first."""
    begin, now = read_place(after), own.clock()
    async with own.database.read() as connection:
        rows = await reads.inbox(connection, caller, now, after=begin)
        found = await tasks_out(connection, rows[: reads.PAGE], now)
        until = rows[reads.PAGE - 1].due_at if len(rows) > reads.PAGE else None
        outside = await body_tasks.mine(connection, caller, after=begin[0] if begin else None, until=until)
    last = rows[reads.PAGE - 1] if len(rows) > reads.PAGE else None
    return TaskList(
        tasks=found,
        body_tasks=body_tasks_out(outside),
        next=f"{V1}/tasks?after={cursor(last.due_at, reads.task_place(last))}" if last else None,
    )


@router.post(
    "/cases/{ref}/acts/{act}",
    tags=["cases"],
    responses={202: {"model": Receipt}, **documented(400, 401, 403, 404, 409, 413, 415, 422, 503)},
)
async def act(
    ref: Ref, act: str, body: ActIn, caller: Caller, command: CommandId, own: ServicesIn, response: Response
) -> Receipt:
    """Do one of the acts the case offers you. 409 with the present state when the case has moved on."""
    if act not in FORMS:
        raise NoSuchCase
    require_known(body.answers, FORMS[act].questions, *SOMETIMES.get(act, ()))
    carried = {"form_hash": body.form_hash, "task": body.task}
    field, sentence = ALSO_SEND.get(act, ("", ""))
    if field and not carried[field]:
        raise Invalid((Problem(field, sentence),))
    raw: dict[str, Any] = {**body.answers, **{key: value for key, value in carried.items() if value}}
    answer = await own.intake.act(caller, ref, act, raw, command=command, seen=body.version, via="api")
    return await receipt(own, answer, response, href=f"{V1}/cases/{ref}")


@router.get("/commands/{command}", tags=["commands"], responses=documented(401, 404, 503))
async def read_command(command: str, caller: Caller, own: ServicesIn) -> CommandOut:
    """What became of one of your commands: pending, applied, or refused with its sentence."""
    async with own.database.read() as connection:
        row = await commands.get(connection, command) if IDS.fullmatch(command) else None
    if row is None or row.actor != caller.id:
        raise Missing("NoSuchCommand", NO_COMMAND)
    told: dict[str, Any] = row.refusal or {}
    place_of = "requests" if row.act == "save_draft" or row.state == commands.REFUSED else "cases"
    return CommandOut(
        command=row.id,
        ref=row.ref,
        act=row.act,
        state=row.state,
        received_at=row.received_at,
        sentence=told.get("sentence", PENDING if row.state == commands.PENDING else ""),
        refusal=told.get("type"),
        status=told.get("status"),
        href=f"{V1}/{place_of}/{row.ref}",
    )
