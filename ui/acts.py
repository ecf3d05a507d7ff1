"""One page for every act: the form is data, so the page is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from api.desk import Answer
from api.invalid import Invalid
from api.known import Known
from api.services import Services, ServicesIn
from domain.act_form import ActForm
from domain.act_in_case import check_act
from domain.acts import FORMS
from domain.decide import why_not
from domain.people import Actor
from domain.permissions import may, task_for
from domain.questions import MOST_ITEMS, Problem
from domain.refusals import NoSuchCase, SameCommandOtherBody
from domain.words import LEGAL
from store import advice, reads
from store import names as names_of
from store.directory import Person
from store.review_evidence import evidence
from ui import case_view
from ui.advice_view import AdviceRow, advice_of
from ui.cases import bodies_of, keeps_directory_only, teams_of
from ui.cover_notes import cover_notes
from ui.forms import COMMAND, FORM_HASH, TASK, VERSION, FormView, Typed, read
from ui.heard_view import OF_MEDIATION, OF_RIGHTS, beside_act
from ui.improvement import about_it
from ui.review_evidence import evidence_rows
from ui.session import Me, Pages, PagesIn, Ref, new_command, to
from ui.views import stage_tag

router = APIRouter(include_in_schema=False)

# Whoever decides, or judges a decision, has both harms before their eyes (P4).
DECISIONS = frozenset(
    {"sign_risk", "back_risk", "own_risk", "decline_risk", "approve", "refuse", "countersign", "escalate_refusal", "uphold_refusal", "overturn_refusal",
     "approve_part", "object", "distinguish", "take_over", "direct_sender", "reinstate_share", "end_share", "conclude_review",
     "send_to_mediation", "start_mediation", "conclude_mediation", "answer_mediation"}
)  # fmt: skip
# What is read here is what is signed, so it is on the page and not behind a link.
READ_WHOLE = frozenset({"sign_risk", "back_risk", "own_risk"})


# What is picked first decides which questions follow, so it is picked on a page of its own, without a script.
IN_TWO_STEPS = {"approve_part": "withheld"}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a page sent beside the answers: hidden fields it was drawn with."""

    command: str
    seen: int | None
    task: str
    form_hash: str

    @classmethod
    def of(cls, typed: Typed) -> "Sent":
        seen = typed.matching("seen", VERSION)
        return cls(
            command=typed.matching("command", COMMAND),
            seen=int(seen) if seen else None,
            task=typed.matching("task", TASK),
            form_hash=typed.matching("form_hash", FORM_HASH),
        )


@router.get("/cases/{ref}/acts/{act}")
async def act_page(
    request: Request, ref: Ref, act: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    if act not in FORMS:
        raise NoSuchCase
    seen = await services.intake.known(me, ref, act)
    actor = Actor(person=me.id, seats=seen.seats, acting_for=seen.acting_for)
    if not may(seen.case, actor, act, services.clock()):
        raise why_not(seen.case, actor, act)
    hidden: dict[str, Any] = {
        "task": _task_meant(seen, actor, act, request.query_params.get("task", ""), services)
    }
    problems: tuple[Problem, ...] = ()
    if act in IN_TWO_STEPS:
        first = IN_TWO_STEPS[act]
        hidden[first] = request.query_params.getlist(first)[:MOST_ITEMS]
        if "step" in request.query_params and not hidden[first]:
            problems = check_act(seen.form(act), {})[1]
    status = 422 if problems else 200
    return await _draw(request, me, pages, services, seen, act, hidden, problems=problems, status=status)


@router.post("/cases/{ref}/acts/{act}")
async def do_act(
    request: Request, ref: Ref, act: str, me: Me, services: ServicesIn, pages: PagesIn
) -> Response:
    typed = await read(request)
    if act not in FORMS:
        raise NoSuchCase
    seen = await services.intake.known(me, ref, act)
    raw = typed.answers(_form(seen, act, {}).questions)
    raw = typed.answers(_form(seen, act, raw).questions)  # some questions follow from what was picked
    sent = Sent.of(typed)
    kept = raw | {"task": sent.task}
    if not sent.command or sent.seen is None:
        sentence = "This page was not complete. Check your answers below and send them again."
        wrong = (Problem("", sentence), *check_act(_form(seen, act, raw), raw)[1])
        return await _draw(request, me, pages, services, seen, act, kept, problems=wrong, status=422)
    try:
        answer = await _give(services, me, ref, act, raw, sent)
    except Invalid as invalid:
        return await _draw(
            request, me, pages, services, seen, act, kept, problems=invalid.problems, status=422, sent=sent
        )
    except SameCommandOtherBody as refusal:
        return await _refused(request, me, pages, services, act, kept, refusal.status, refusal.message)
    if answer.is_refused:
        return await _refused(request, me, pages, services, act, kept, answer.status, answer.sentence)
    return to(f"/cases/{ref}?command={answer.command}")


def _task_meant(seen: Known, actor: Actor, act: str, named: str, services: Services) -> str:
    """Where one seat can have several tasks of a kind, the link names one; else it is the one there is."""
    if TASK.fullmatch(named):
        return named
    mine = task_for(seen.case, actor, act, services.clock())
    return mine.id if mine else ""


async def _give(
    services: Services, me: Person, ref: str, act: str, raw: dict[str, Any], sent: Sent
) -> Answer:
    hidden = {key: value for key, value in (("task", sent.task), ("form_hash", sent.form_hash)) if value}
    return await services.intake.act(
        me, ref, act, raw | hidden, command=sent.command, seen=sent.seen, via="web"
    )


def _form(seen: Known, act: str, raw: Mapping[str, Any]) -> ActForm:
    return seen.form(act, raw)


async def _refused(
    request: Request,
    me: Person,
    pages: Pages,
    services: Services,
    act: str,
    kept: dict[str, Any],
    status: int,
    why: str,
) -> Response:
    """The same page with the reason, what was typed, and a fresh look at the case."""
    seen = await services.intake.known(me, request.path_params["ref"], act)
    return await _draw(
        request, me, pages, services, seen, act, kept, problems=(Problem("", why),), status=status
    )


async def _draw(
    request: Request,
    me: Person,
    pages: Pages,
    services: Services,
    seen: Known,
    act: str,
    typed: Mapping[str, Any],
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    sent: Sent | None = None,
) -> Response:
    """`sent`: nothing was kept, so the same command may come again; without it the form gets a new one."""
    form, case = _form(seen, act, typed), seen.case
    context: dict[str, Any] = {}
    if not keeps_directory_only(me, seen):
        context = await _reading(pages, services, seen, act)
        context["about_it"] = about_it(seen, act, str(typed.get("task", "")))
        context |= await _heard(services, seen, act, str(typed.get("task", "")))
        context["advice"] = await _advised(pages, services, me, seen, act)
    return pages.page(
        request,
        "act.html",
        me,
        status=status,
        act=form,
        first_step=act in IN_TWO_STEPS and not typed.get(IN_TWO_STEPS[act]),
        ref=case.ref,
        stage=stage_tag(case.stage),
        form=FormView(questions=form.questions, typed=typed, problems=problems),
        hidden={
            "command": sent.command if sent else new_command(),
            "seen": sent.seen if sent else case.version,
            "form_hash": (sent.form_hash if sent else "") or case.form_hash,
            "task": str(typed.get("task", "")),
        },
        **context,
    )


async def _heard(services: Services, seen: Known, act: str, task: str) -> dict[str, Any]:
    if act not in OF_MEDIATION | OF_RIGHTS:
        return {}
    async with services.database.read() as connection:
        answers = await reads.form_of(connection, seen.case.ref, seen.case.form_version)
        return await beside_act(connection, seen, act, task, answers, services.clock())


async def _advised(pages: Pages, services: Services, me: Person, seen: Known, act: str) -> list[AdviceRow]:
    """P5: what was advised so far, for whoever decides, and for whoever is asked to advise."""
    if not seen.case.advised or act not in DECISIONS | advice.ACTS:
        return []
    now = services.clock()
    async with services.database.read() as connection:
        told = advice.for_reader(await reads.timeline(connection, seen.case.ref), seen.seats, me.roles)
        teams, calendar = await teams_of(connection, seen), await pages.calendar(connection, now)
    return advice_of(seen, told, teams, calendar, now)


async def _reading(pages: Pages, services: Services, seen: Known, act: str) -> dict[str, Any]:
    """What somebody should have read before they act."""
    case, now = seen.case, services.clock()
    async with services.database.read() as connection:
        row = await reads.case_row(connection, case.ref)
        teams = await teams_of(connection, seen)
        answers = await reads.form_of(connection, case.ref, case.form_version)
        said = await reads.words_of(connection, case.ref, (*case_view.STATES_HARM, "ask", "ask_in_triage"))
        names = await names_of.people_names(connection, {each.actor for each in said})
        calendar = await pages.calendar(connection, now)
        decides = act in DECISIONS
        cover = await cover_notes(connection, case, answers, bodies_of(seen, teams)) if decides else []
        on_record = await evidence(connection, case.ref, now) if act == "conclude_review" else None
    assert row and case.receiving and case.sending
    stated = [each for each in said if each.act in case_view.STATES_HARM]
    return {
        "heading": row.title,
        "receiving": teams[case.receiving.team],
        "sending": teams[case.sending.team],
        "harms": case_view.harms(case, answers, stated, names, calendar, now) if act in DECISIONS else None,
        "cover": cover,
        "answers": case_view.request_answers(answers, seen.items),
        "evidence": evidence_rows(case, answers, seen.items, on_record) if on_record else [],
        "read_whole": act in READ_WHOLE,
        "statement": LEGAL[case.policy.legal_profile]["risk_statement"] if act in READ_WHOLE else "",
        "question": next((each.body.get("reason") for each in reversed(said) if each.act == "ask"), "")
        if act == "answer"
        else "",
    }
