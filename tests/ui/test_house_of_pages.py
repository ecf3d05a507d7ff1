"""What must be true of every page, whatever it says."""

import dataclasses
import typing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from api.services import Site
from domain import events as e
from domain.act_form import About
from domain.act_in_case import check_act, form_for
from domain.acts import FORMS
from domain.case import Kind, Task
from domain.people import Party, Seat
from domain.permissions import TABLE
from domain.policy import LegalProfile, Policy
from domain.questions import Choice
from domain.request_form import SECTIONS
from domain.working_days import Calendar, Nation
from store import tables
from tests.ui.gallery import Shot, build
from tests.ui.stage import Page, Stage
from ui.forms import FormView
from ui.templating import Frame, Templates
from ui.timeline import Moment
from ui.views import stage_tag
from ui.words import DONE, HAPPENED

PARTIALS = Path(__file__).parents[2] / "ui" / "templates" / "parts" / "timeline"
EVENTS: tuple[type[Any], ...] = typing.get_args(e.Event)
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
TASK = Task(id="t1", kind=Kind.DECIDE, seat=Seat.SENDER, opened_at=AT, due_at=AT, counts_from=AT)
TEAM = Choice(value="dwp-benefit-records", label="Department for Work and Pensions: Benefit records")
SAMPLES: dict[Any, Any] = {
    str: "no_answer",
    int: 2,
    bool: True,
    datetime: AT,
    Task: TASK,
    Party: Party(organisation="dwp", team="dwp-pension-credit", nation=Nation.ENGLAND_AND_WALES),
    Calendar: Calendar(version="1", first_year=2026, last_year=2032, holidays={}),
}


# Texts that are shown: a reference, a rule, a day. Other texts stand for a cause.
NAMED = {
    "by": "SC-7K3M-P2QX",
    "child": "SC-7K3M-P2QX",
    "root": "SC-7K3M-P2QX",
    "cluster": "human-services",
    "presumption": "rule 2026-1",
    "until": "2027-03-31",
}


def sample(kind: type[Any]) -> Any:
    """An event of this kind with something in every field."""
    hints = typing.get_type_hints(kind)
    values = {
        field.name: NAMED[field.name]
        if field.name in NAMED and hints[field.name] is str
        else _value(hints[field.name])
        for field in dataclasses.fields(kind)
        if field.name != "kind"
    }
    return kind(**values)


def _value(hint: Any) -> Any:
    if hint in SAMPLES:
        return SAMPLES[hint]
    if typing.get_origin(hint) is typing.Literal:
        return typing.get_args(hint)[0]
    if typing.get_origin(hint) is tuple:
        return ()
    if isinstance(hint, type):  # an enum: its last member is rarely the default
        return list(hint)[-1]  # type: ignore[call-overload]
    return _value(next(each for each in typing.get_args(hint) if each is not type(None)))


@pytest.fixture(scope="module", params=list(LegalProfile))
def templates(request: pytest.FixtureRequest) -> Templates:
    return Templates(Site(legal_profile=request.param))


def test_every_event_has_a_partial_and_no_partial_is_left_over() -> None:
    assert {path.stem for path in PARTIALS.glob("*.html")} == {kind.kind for kind in EVENTS}


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_partial_says_a_sentence(templates: Templates, kind: type[Any]) -> None:
    moment = Moment(event=sample(kind), task=TASK)
    for task in (TASK, None):
        shown = templates.environment.get_template(moment.partial).render(
            event=moment.event, task=task, ref="SC-1"
        )
        if kind is not e.TaskClosed:  # what was done is said by its act
            assert shown.strip().endswith("."), shown
        assert "None" not in shown and "_" not in shown, shown


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("sent_empty", [False, True], ids=["fresh", "sent empty"])
def test_every_act_has_a_page(templates: Templates, name: str, sent_empty: bool) -> None:
    form = form_for(name, About(items=("Name", "Address"), last_review=True, teams=(TEAM,)))
    problems = (
        check_act(form, {"outcome": "narrow", "ground": "statutory_bar", "delivered": "yes"})[1]
        if sent_empty
        else ()
    )
    body = templates.page(
        "act.html",
        Frame(name="Amara Okafor"),
        {
            "act": form,
            "ref": "SC-1",
            "stage": stage_tag("with_sender"),
            "hidden": {"command": "c", "seen": 1},
            "form": FormView(questions=form.questions, problems=problems),
        },
    ).decode()
    assert form.title in body and f">{form.button}</button>" in body
    for question in form.questions:
        assert f'name="{question.id}' in body, question.id
    for problem in problems:
        assert body.count(problem.sentence.replace("'", "&#39;")) >= 2, "in the summary and beside its box"


def test_every_act_has_its_words() -> None:
    assert set(HAPPENED) == set(TABLE)
    assert set(DONE) == set(FORMS) | {"submit"}


async def test_every_page_is_well_made_and_no_reading_writes(stage: Stage) -> None:
    shots = await build(stage)
    browsers = {
        person: await stage.signs_in(person) for person in {shot.person for shot in shots if shot.person}
    }
    before = await counted(stage)
    for shot in shots:
        browser = browsers.get(shot.person) or stage.stranger()
        page = await browser.get(shot.path)
        inspect(shot, page)
    assert await counted(stage) == before
    for shot in [each for each in shots if each.press and "/acts/" in each.path]:
        if not FORMS[shot.path.partition("?")[0].rpartition("/")[2]].questions:
            continue  # an act without a question cannot be sent wrong
        page = await browsers[shot.person].fills(shot.path)
        assert page.status == 422
        inspect(shot, page)
        assert page.title.startswith("Error: ")
        assert page.summary_links and all(link[1:] in page.ids for link in page.summary_links)


def inspect(shot: Shot, page: Page) -> None:
    assert page.status < 500, shot
    assert len(page.h1) == 1 and page.h1[0], (shot, page.h1)
    assert page.title.strip() not in ("", "– Sharecase"), shot
    assert page.lang == "en"
    assert len(page.ids) == len(set(page.ids)), (
        shot,
        sorted(each for each in page.ids if page.ids.count(each) > 1),
    )
    assert "main-content" in page.ids
    told = page.text.replace("None of them", "")
    assert not any(word in told for word in ("Undefined", "None", "datetime", "{{")), (shot, told)


async def counted(stage: Stage) -> dict[str, int]:
    async with stage.database.read() as connection:
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.metadata.sorted_tables
        }


def test_a_request_is_one_page_a_question() -> None:
    assert len(SECTIONS) == 12


def test_no_page_of_current_law_claims_an_effect_in_law() -> None:
    """G0."""
    shown = Templates(Site()).page("about.html", Frame(), {"policy": Policy(), "legal": ""}).decode()
    assert "effect the law gives" not in shown and "responsible in law" not in shown
