"""P9: what the forms of improvement ask in one case, what a plan and a time mean, what is published, who is reminded when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain import events as e
from domain.act_form import About
from domain.act_in_case import check_act, form_for
from domain.case import Kind
from domain.improvement import (
    Improving,
    Planned,
    action_key,
    improving,
    known_at,
    last_day,
    next_step,
    plan_of,
    time_left,
)
from domain.improvement_published import published, why_ended
from domain.nudges import reminder
from domain.people import Seat
from domain.policy import Policy
from domain.refusals import ActionsStillRun, LadderNotSkipped
from domain.register import Fact
from tests.builders import Life, a_case

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
DUE = datetime(2026, 11, 26, 10, tzinfo=UTC)


def about(step: c.Step | None = None, **more: object) -> About:
    return About(items=("name", "income"), improving=Improving(step=step, at=NOW, **more))  # type: ignore[arg-type]


def in_use(items: int = 5) -> Life:
    return a_case(items=items).submitted().risk_signed().approved().delivered().life()


def takes(life: Life, step: c.Step, **more: object) -> tuple[e.Event, ...]:
    return life.act(c.TakeStep(step=step, **more), Seat.REVIEWER)  # type: ignore[arg-type]


# --- the ladder -------------------------------------------------------------------------------------------------


def test_each_step_is_offered_after_the_one_before() -> None:
    life = in_use()
    assert next_step(life.case) is c.Step.ADVISE
    takes(life, c.Step.ADVISE)
    assert next_step(life.case) is c.Step.PLAN
    life.refuses(LadderNotSkipped, c.TakeStep(step=c.Step.NARROW, items=1), Seat.REVIEWER)


def test_a_share_of_one_item_cannot_be_narrowed_so_that_step_falls_away() -> None:
    life = in_use(items=1)
    takes(life, c.Step.ADVISE)
    takes(life, c.Step.PLAN, due_on=("2026-11-24",))
    life.working_days_pass(1)
    assert next_step(life.case) is c.Step.SUSPEND
    takes(life, c.Step.SUSPEND)
    assert life.case.step == 4


def test_every_step_is_published_and_so_is_an_action_that_is_done() -> None:
    life = in_use()
    assert e.EntryPublished in {type(each) for each in takes(life, c.Step.ADVISE)}
    takes(life, c.Step.PLAN, due_on=("2026-12-10", "2026-12-20"))
    one, two = life.case.open(Kind.DO_ACTION)
    agreed = next(
        n for n, each in enumerate(life.events, start=1) if each == e.StepTaken(step=c.Step.PLAN, by="rhys")
    )
    assert (one.about, two.about) == (action_key(agreed, 1), action_key(agreed, 2))
    done = life.act(c.CompleteAction(task=two.id), Seat.RISK_OWNER)
    assert e.ActionDone(action=two.about) in done and any(isinstance(each, e.EntryPublished) for each in done)


# --- forms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        (c.Step.ADVISE, ["failure"]),
        (c.Step.PLAN, ["failure", "action_1", "due_1", "action_2", "due_2", "action_3", "due_3"]),
        (c.Step.NARROW, ["failure", "items"]),
        (c.Step.SUSPEND, ["failure"]),
        (c.Step.REVOKE, ["failure"]),
    ],
)
def test_a_step_asks_only_what_it_needs(step: c.Step, asked: list[str]) -> None:
    form = form_for("take_step", about(step))
    assert [question.id for question in form.questions] == asked
    assert form.title == form.button and form.title != "Take the next step of improvement"
    assert ("step before" in form.questions[0].label) is (step is not c.Step.ADVISE)
    assert bool(form.warning) is (step is c.Step.REVOKE)


def test_a_plan_may_end_in_a_year_and_not_a_day_later() -> None:
    form = form_for("take_step", about(c.Step.PLAN))
    plan = {"failure": "x", "action_1": "x"}
    assert not check_act(form, {**plan, "due_1": "2027-11-23"})[1]
    (problem,) = check_act(form, {**plan, "due_1": "2027-11-24"})[1]
    assert problem.field == "due_1" and "not after 23 November 2027" in problem.sentence
    assert last_day(Policy(), date(2028, 2, 29)) == date(2029, 2, 28)


def test_a_row_left_empty_in_the_middle_is_left_out() -> None:
    answers = {"action_1": "One", "due_1": "2026-12-01", "action_3": "Three", "due_3": "2026-12-03"}
    assert plan_of(answers) == (
        Planned(title="One", due_on="2026-12-01"),
        Planned(title="Three", due_on="2026-12-03"),
    )


def test_the_form_knows_which_action_is_meant_and_how_long_there_is() -> None:
    life = in_use()
    takes(life, c.Step.ADVISE)
    takes(life, c.Step.PLAN, due_on=("2026-12-10",))
    (task,) = life.case.open(Kind.DO_ACTION)
    here = improving(life.case, {"task": task.id}, {task.about: "Train the clerks."}, NOW)
    form = form_for("complete_action", About(improving=here))
    assert form.lead == "The action: “Train the clerks.”. It is to be done by the end of 10 December 2026."
    nobody = improving(life.case, {"task": "t999"}, {}, NOW)
    assert form_for("complete_action", About(improving=nobody)).lead == ""
    told = form_for("record_report", about(due_at=DUE))
    assert "by 26 November 2026 at 10:00am: 72 hours are left" in told.lead


# --- times ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "time", "known"),
    [
        ("2026-11-23", "14:30", "2026-11-23T14:30:00+00:00"),
        ("2026-11-23", "9.05", "2026-11-23T09:05:00+00:00"),
        ("2026-11-23", "2:30 pm", "2026-11-23T14:30:00+00:00"),
        ("2026-11-23", "12am", "2026-11-23T00:00:00+00:00"),
        ("2026-11-23", "", "2026-11-23T00:00:00+00:00"),
        ("2026-07-01", "14:30", "2026-07-01T13:30:00+00:00"),
        ("2026-10-25", "01:30", "2026-10-25T00:30:00+00:00"),  # the hour comes twice: the first of the two
    ],
)
def test_a_time_is_londons(day: str, time: str, known: str) -> None:
    found = known_at({"known_on": day, "known_time": time})
    assert found and found.isoformat() == known


@given(st.text(max_size=12))
def test_what_is_no_time_is_said_to_be_none(text: str) -> None:
    try:
        found = known_at({"known_on": "2026-11-23", "known_time": text})
    except ValueError:
        return
    assert found and found < datetime(2026, 11, 24, tzinfo=UTC)


def test_a_day_is_asked_for_only_where_it_is_a_breach() -> None:
    form = form_for("report_incident", about())
    told = {"what": "x", "done": "y", "breach": "no", "known_time": "nonsense"}
    answers, problems = check_act(form, told)
    assert not problems and "known_time" not in answers
    assert [each.field for each in check_act(form, {**told, "breach": "yes"})[1]] == ["known_on"]


def test_hours_are_told_in_words() -> None:
    assert time_left(DUE, NOW) == "72 hours are left"
    assert time_left(DUE, DUE - timedelta(hours=1)) == "1 hour is left"
    assert time_left(DUE, DUE - timedelta(minutes=5)) == "5 minutes are left"
    assert time_left(DUE, DUE + timedelta(hours=30)) == "the time was over 30 hours ago"


# --- published --------------------------------------------------------------------------------------------------


def fact(event: e.Event, at: datetime = NOW) -> Fact[e.Event]:
    return Fact(at=at, actor="p-x", event=event)


def test_what_is_published_has_numbers_and_days_and_no_words() -> None:
    facts = [
        fact(e.StepTaken(step=c.Step.PLAN, by="p-secret")),
        fact(e.IncidentReported(incident="i1", breach=True)),
        fact(e.IncidentReported(incident="i2", breach=True)),
        fact(e.IncidentReported(incident="i3", breach=False)),
        fact(e.RegulatorTold(incident="i1"), DUE),
        fact(e.RegulatorTold(incident="i2"), DUE + timedelta(seconds=1)),
        fact(e.ActionDone(action="a1.1")),
    ]
    dues = {"i1": DUE, "i2": DUE, "a1.1": DUE, "a1.2": DUE + timedelta(days=1)}
    found = published(facts, dues, over=False)
    assert found == {
        "improvement": [{"what": "plan", "on": "2026-11-23"}],
        "actions": [
            {"due": "2026-11-26", "done_on": "2026-11-23", "state": "done"},
            {"due": "2026-11-27", "done_on": None, "state": "open"},
        ],
        "incidents": {"reported": 3, "breaches": 2, "told_in_time": 1, "told_late": 1},
    }
    assert "p-secret" not in str(found)
    assert published(facts, dues, over=True)["actions"][1]["state"] == "dropped"
    assert published([], {}, over=False) == {"improvement": [], "actions": [], "incidents": None}


def test_why_a_share_ended_is_told_by_what_ended_it_in_that_moment() -> None:
    revoked = fact(e.StepTaken(step=c.Step.REVOKE, by="p-x"))
    assert why_ended([revoked], NOW) == "improvement" and why_ended([revoked], DUE) == ""
    settled = e.JumpSettled(step=c.Step.REVOKE, confirmed=True)
    assert why_ended([fact(settled)], NOW) == "live_harm"
    assert why_ended([fact(replace(settled, confirmed=False))], NOW) == ""


# --- reminders --------------------------------------------------------------------------------------------------


def mornings(life: Life, kind: Kind) -> list[date]:
    (task,), found, last = life.case.open(kind), list[date](), None
    day = date(2026, 11, 23)
    while day < task.due_at.date():
        day += timedelta(days=1)
        if reminder(life.case, task, day, reminded_on=last):
            found.append(day)
            last = day
    return found


def test_an_action_is_reminded_of_before_its_day_however_far_off_it_is() -> None:
    life = in_use()
    takes(life, c.Step.ADVISE)
    takes(life, c.Step.PLAN, due_on=("2027-03-31",))
    said = mornings(life, Kind.DO_ACTION)
    assert len(said) == 3 and said[0] > date(2027, 3, 1) and said[-1] < date(2027, 3, 31)


def test_a_breach_is_reminded_of_every_morning_of_its_72_hours() -> None:
    life = in_use()
    life.act(c.ReportIncident(incident="i1", breach=True, known_at=life.now), Seat.REQUESTER)
    (task,) = life.case.open(Kind.TELL_REGULATOR)
    said = mornings(life, Kind.TELL_REGULATOR)
    assert said and said[-1] == task.due_at.date()


def test_while_actions_run_the_form_says_until_when() -> None:
    life = in_use()
    takes(life, c.Step.ADVISE)
    takes(life, c.Step.PLAN, due_on=("2026-12-10", "2026-12-20"))
    form = form_for("take_step", About(improving=improving(life.case, {}, {}, NOW)))
    assert form.title == "Narrow the share" and "until the end of 20 December 2026" in form.lead
    refused = life.refuses(ActionsStillRun, c.TakeStep(step=c.Step.NARROW, items=1), Seat.REVIEWER)
    assert "20 December 2026" in refused.message
    for task in life.case.open(Kind.DO_ACTION):
        life.act(c.CompleteAction(task=task.id), Seat.RISK_OWNER)
    form = form_for("take_step", About(improving=improving(life.case, {}, {}, NOW)))
    assert "have until" not in form.lead
