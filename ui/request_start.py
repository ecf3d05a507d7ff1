"""Before a request: how long it takes, which way it goes, and what it may be filled from (§8, E3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.known import known
from api.services import Services, ServicesIn
from domain import form_paths
from domain.case import Lane
from domain.form_paths import CLUSTER, MINUTES, RELIANCE, STANDARD
from domain.people import Role, Side
from domain.questions import Choice, Problem, Question
from domain.refusals import NoSuchCase
from domain.request_form import SECTIONS
from domain.working_days import london_date
from store import drafts, held, policies, reads
from store.directory import Person
from ui import prefill
from ui.forms import COMMAND, FormView, Typed, read
from ui.open_draft import PREPARERS, must_prepare
from ui.session import REF, Me, Pages, PagesIn, new_command, to

router = APIRouter(include_in_schema=False)

LANE_OF = {STANDARD: Lane.STANDARD, CLUSTER: Lane.CLUSTER, RELIANCE: Lane.RELIANCE}
NO_CLUSTER = (
    "No team of yours is in a cluster. Choose another way, or ask a leader of your body to sign for one"
)
ROOT = Question(
    id="root",
    label="Its reference on the register",
    ask="Enter the reference of the decision you rely on, for example SC-7K3M-P2QX",
    hint="For example SC-7K3M-P2QX. It stands on the entry's page.",
    needed_when=("path", (RELIANCE,)),
)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What the page before the first question knows of the one who asks."""

    clusters: Sequence[str]
    past: Sequence[Any]
    running: Sequence[Any]
    unsent: Sequence[Any]
    median: Mapping[Lane, int]
    calendar_days: Mapping[str, int]


@router.get("/requests/new")
async def before_you_start(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    must_prepare(me)
    try:
        link = prefill.from_pairs(request.query_params.multi_items())
    except prefill.TooMuch as why:
        return await _draw(request, me, services, pages, {}, (Problem("", str(why)),), status=422)
    if link.answers or link.template:
        return await _draw_link(request, me, services, pages, link)
    typed = {"path": RELIANCE if link.root else link.path, "root": link.root}
    return await _draw(request, me, services, pages, typed)


@router.post("/requests/new")
async def begin(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """Start a draft: empty, or filled from a template, a link or a decision. What a form hides is never trusted."""
    must_prepare(me)
    typed = await read(request)
    try:
        link = prefill.from_pairs(typed.pairs())
    except prefill.TooMuch as why:
        return await _draw(request, me, services, pages, {}, (Problem("", str(why)),), status=422)
    async with services.database.read() as connection:
        answers, problem = await _first_answers(connection, me, services, link)
    if problem:
        kept = {"path": link.path, "root": link.root, "template": link.template}
        return await _draw(request, me, services, pages, kept, (problem,), status=422)
    return await _start(me, services, answers, typed)


async def _first_answers(
    connection: AsyncConnection, me: Person, services: Services, link: prefill.Link
) -> tuple[dict[str, Any], Problem | None]:
    """The answers of a new draft, or what is wrong with the way it was to start."""
    today = london_date(services.clock())
    teams = sorted(me.teams(Role.REQUESTER))
    answers: dict[str, Any] = (
        {"path": link.path, "team": teams[0]} if len(teams) == 1 else {"path": link.path}
    )
    answers = form_paths.filled(answers, await held.asked_before(connection, me), held.FROM_BEFORE)
    if area := await held.area_of(connection, answers.get("team")):
        answers = form_paths.filled(answers, {"region": area}, held.FROM_TEAM)
    if not link.path:
        return answers, Problem("path", "Select how your request starts")
    if link.path == CLUSTER and teams and not await held.clusters_of(connection, teams, today):
        return answers, Problem("path", NO_CLUSTER)
    if link.path == RELIANCE:
        if not link.root:
            return answers, Problem("root", ROOT.ask)
        decision = await held.decision(connection, link.root, today)
        if decision.why_not:
            return answers, Problem("root", decision.why_not)
        answers = {**answers, "root": decision.ref}
        found = form_paths.from_root(decision.entry, has_place=bool(answers.get("region")))
        answers = form_paths.filled(answers, found, f"decision {decision.ref}")
    answers |= link.answers
    template = prefill.template(link.template) if link.path == STANDARD else None
    if template:
        answers = form_paths.filled(answers, template.answers, f"the template “{template.name}”")
    return answers, None


@router.post("/requests/copy")
async def copy(request: Request, me: Me, services: ServicesIn) -> Response:
    """A new draft with the answers of a request this person may see on the receiving side. `amend`: to change it."""
    must_prepare(me)
    typed = await read(request)
    ref = typed.one("ref")
    if not REF.fullmatch(ref):
        raise NoSuchCase
    async with services.database.read() as connection:
        before = await _to_copy(connection, me, ref)
    answers = form_paths.copied(before, london_date(services.clock()))
    if answers.get("team") not in me.teams(Role.REQUESTER):
        answers = {key: value for key, value in answers.items() if key not in ("team", "risk_owner")}
    if typed.one("amend") == "yes":
        answers["amends"] = ref
    return await _start(me, services, answers, typed)


async def _to_copy(connection: AsyncConnection, me: Person, ref: str) -> Mapping[str, Any]:
    """Raises `NoSuchCase` alike for what is not there, what is not theirs, and what they see as the sender."""
    draft = await drafts.get(connection, ref, me.id)
    if await reads.case_row(connection, ref) is None:
        if draft is None:
            raise NoSuchCase
        return draft.answers
    seen = await known(connection, me, ref)
    if not any(seat.side is Side.RECEIVING for seat in seen.seats):
        raise NoSuchCase
    return await reads.form_of(connection, ref, seen.case.form_version)


async def _start(me: Person, services: Services, answers: Mapping[str, Any], typed: Typed) -> Response:
    command = typed.matching("command", COMMAND) or new_command()
    answer = await services.intake.save_draft(me, answers, command=command, via="web")
    return to(f"/requests/{answer.ref}")


async def _sight(connection: AsyncConnection, me: Person, services: Services, pages: Pages) -> Sight:
    now = services.clock()
    clusters = await held.clusters_of(connection, me.teams(Role.REQUESTER), london_date(now))
    policy = await policies.in_force(connection, london_date(now), services.site.legal_profile)
    past = await held.mine_to_copy(connection, me)
    return Sight(
        clusters=sorted({shared.name for shared in clusters.values()}),
        past=past,
        running=[
            row
            for row in past
            if row.stage in held.RUNNING and row.receiving_team in me.teams(Role.REQUESTER)
        ],
        unsent=await drafts.unsubmitted(connection, me.id),
        median=await held.typical_days(connection, await pages.calendar(connection, now)),
        calendar_days={
            CLUSTER: policy.sign_risk + policy.object,
            RELIANCE: policy.sign_risk + policy.confirm,
            STANDARD: policy.sign_risk + policy.decide,
        },
    )


async def _draw(
    request: Request,
    me: Person,
    services: Services,
    pages: Pages,
    typed: Mapping[str, Any],
    problems: tuple[Problem, ...] = (),
    *,
    status: int = 200,
) -> Response:
    async with services.database.read() as connection:
        sight = await _sight(connection, me, services, pages)
    form = FormView(questions=_ways(sight), typed=typed, problems=problems)
    return pages.page(
        request, "request_new.html", me, status=status, form=form, sight=sight, sections=SECTIONS,
        command=new_command(), copying=new_command(), amending=new_command(),
        only_prepares=not me.holds(Role.REQUESTER), preparers=PREPARERS,
    )  # fmt: skip


def _ways(sight: Sight) -> tuple[Question, ...]:
    where = f"Your teams are in: {', '.join(sight.clusters)}. " if sight.clusters else ""
    path = Question(
        id="path",
        label="How does your request start?",
        kind="choice",
        ask="Select how your request starts",
        choices=(
            Choice(
                value=CLUSTER,
                label="My team and the holder are in the same cluster",
                hint=f"{where}{_how_long(CLUSTER, sight)}",
            ),
            Choice(
                value=RELIANCE,
                label="Somebody has already approved the same share",
                hint=_how_long(RELIANCE, sight),
            ),
            Choice(value=STANDARD, label="Something else", hint=_how_long(STANDARD, sight)),
        ),
    )
    templates = tuple(Choice(value=each.key, label=each.name, hint=each.about) for each in drafts.templates())
    template = Question(
        id="template",
        label="Start from a template",
        kind="choice",
        ask="Select a template, or none",
        required=False,
        hint="Typical answers that you look over and change.",
        needed_when=("path", (STANDARD,)),
        choices=(Choice(value="", label="No template"), *templates),
    )
    return path, ROOT, template


def _how_long(path: str, sight: Sight) -> str:
    """The minutes for the form, and the days for the decision: as it was of late, else as the rules have it."""
    minutes = f"{len(form_paths.sections(path))} questions, about {MINUTES[path]} minutes."
    if (median := sight.median.get(LANE_OF[path])) is not None:
        return f"{minutes} Half of such requests were decided within {median} working days."
    days = sight.calendar_days[path]
    return f"{minutes} Decided within {days} working days, or leaders are asked."


async def _draw_link(
    request: Request, me: Person, services: Services, pages: Pages, link: prefill.Link
) -> Response:
    template = prefill.template(link.template)
    return pages.page(
        request, "request_link.html", me, link=link, begins_with=template, command=new_command(),
        rows=prefill.rows(link, template), hidden=prefill.hidden(link), path=link.path or (RELIANCE if link.root else STANDARD),
    )  # fmt: skip
