"""Requests out of a file: uploaded, looked at, and only then kept as drafts (§8). Works without a script.

What was uploaded travels back with the page that shows it, so that nothing has to be stored before somebody says so.
Sending that page twice keeps nothing twice: each draft is known by what its row says (`api.importing`).
"""

from fastapi import APIRouter, HTTPException, Request, Response

from api.importing import CSV, KINDS, MARKETPLACE, TOO_LARGE, Importing, text_of
from api.services import Services, ServicesIn
from domain.imports import MOST_ROWS, QUESTIONS, CannotRead, Fault, by_row
from domain.people import Role
from domain.questions import Problem, Question
from domain.refusals import NotYours
from store.directory import Person
from ui.forms import FormView
from ui.session import Me, Pages, PagesIn
from ui.uploads import read_upload

router = APIRouter(include_in_schema=False)

KIND = Question(
    id="kind", label="What is in the file?", kind="choice", choices=KINDS, ask="Select what is in the file"
)
FILE = Question(id="file", label="The file", ask="Choose a file")
FORM = (KIND, FILE)


@router.get("/requests/import")
async def choose(request: Request, me: Me, pages: PagesIn) -> Response:
    _must_ask(me)
    return _draw(request, me, pages)


@router.post("/requests/import")
async def look(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """Read the file and show what keeping it would do. Nothing is kept."""
    _must_ask(me)
    try:
        sent = await read_upload(request, TOO_LARGE)
    except CannotRead as why:
        return _draw(request, me, pages, why=why, status=413)
    kind = sent.boxes.get("kind", "")
    if kind not in (CSV, MARKETPLACE):
        return _draw(request, me, pages, problem=Problem("kind", KIND.ask), status=422)
    if not sent.name:
        return _draw(request, me, pages, kind=kind, problem=Problem("file", FILE.ask), status=422)
    try:
        text = text_of(sent.content)
        looked = await _importing(services).look(me, kind, text)
    except CannotRead as why:
        return _draw(request, me, pages, kind=kind, why=why, status=422)
    return pages.page(
        request, "import_look.html", me, looked=looked, kind=kind, text=text, name=sent.name,
        mend=[(number, [_in_words(each) for each in faults]) for number, faults in by_row(looked.faults)],
        is_list=kind == MARKETPLACE,
    )  # fmt: skip


@router.post("/requests/import/keep")
async def keep(request: Request, me: Me, services: ServicesIn, pages: PagesIn) -> Response:
    """Make the drafts. The answer says what was made and what was there before, also when it is sent again."""
    _must_ask(me)
    try:
        sent = await read_upload(request, TOO_LARGE)
        kind, text = sent.boxes.get("kind", ""), sent.boxes.get("text", "")
        if not text or kind not in (CSV, MARKETPLACE):
            raise HTTPException(422)
        text = text_of(text.encode("utf-8", "surrogatepass"))
        kept = await _importing(services).keep(me, kind, text, via="web")
    except CannotRead as why:
        return _draw(request, me, pages, why=why, status=422)
    return pages.page(request, "import_kept.html", me, kept=kept, is_list=kind == MARKETPLACE)


def _must_ask(me: Person) -> None:
    if not me.holds(Role.REQUESTER):
        raise NotYours


def _importing(services: Services) -> Importing:
    return Importing(services.database, services.clock)


def _in_words(fault: Fault) -> tuple[str, str]:
    """The column by its label, and the sentence."""
    question = QUESTIONS.get(fault.column)
    return (question.label if question else fault.column, fault.sentence)


def _draw(
    request: Request,
    me: Person,
    pages: Pages,
    *,
    kind: str = "",
    problem: Problem | None = None,
    why: CannotRead | None = None,
    status: int = 200,
) -> Response:
    problems = (
        tuple(Problem("file", each) for each in why.sentences) if why else (problem,) if problem else ()
    )
    form = FormView(questions=FORM, typed={"kind": kind}, problems=problems)
    return pages.page(
        request, "import.html", me, status=status, form=form, questions=QUESTIONS.values(), most=MOST_ROWS
    )
