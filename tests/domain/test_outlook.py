"""G5: what the page says about silence is what silence does. Every sentence is tried by letting it happen."""

from collections.abc import Callable
from typing import Any

import pytest

from domain import events as e
from domain.case import Kind, Stage
from domain.commands import Fault, Reopen, Screening, Step
from domain.outlook import what_next
from domain.people import Seat
from domain.policy import LegalProfile
from tests.builders import (
    Building,
    Life,
    a_case,
    exploratory,
    in_cluster,
    in_doubt,
    needing,
    relying,
    under,
    urgent,
)

Made = Callable[..., Building]


def in_use(**settings: Any) -> Building:
    return a_case(use="deliver_service", **settings).submitted().risk_signed().approved().delivered()


WAITING: dict[str, Made] = {
    "triage": lambda **s: a_case(**in_doubt(), **s).submitted(),
    "sign": lambda **s: a_case(**s).submitted(),
    "revise": lambda **s: a_case(**s).submitted().risk_declined(),
    "decide": lambda **s: a_case(**s).submitted().risk_signed(),
    "urgent": lambda **s: a_case(**urgent(), **s).submitted().risk_signed(),
    "object": lambda **s: a_case(**in_cluster(), **s).submitted().risk_signed(),
    "object, to be signed off": lambda **s: (
        a_case(**in_cluster(conditions=("health_in_bulk",)), **s).submitted().risk_signed()
    ),
    "confirm": lambda **s: a_case(**relying(), **s).submitted().risk_signed(),
    "objected": lambda **s: a_case(**in_cluster(), **s).submitted().risk_signed().objected(),
    "sign off": lambda **s: a_case(**needing("health_in_bulk"), **s).submitted().risk_signed().approved(),
    "ask": lambda **s: a_case(**s).submitted().risk_signed().asked(),
    "countersign": lambda **s: a_case(duty="safeguarding", **s).submitted().risk_signed().refused(),
    "refused": lambda **s: a_case(**s).submitted().risk_signed().refused(),
    "escalated": lambda **s: a_case(**s).submitted().risk_signed().refused().escalated(),
    "provide": lambda **s: a_case(**s).submitted().risk_signed().approved(),
    "receipt": lambda **s: a_case(**s).submitted().risk_signed().approved().sent(),
    "kept back": lambda **s: a_case(**s).submitted().risk_signed().exempted().approved(),
    "active": lambda **s: a_case(**s).submitted().risk_signed().approved().delivered(),
    "paused": lambda **s: (
        a_case(use="deliver_service", **s).submitted().risk_signed().approved().delivered().paused()
    ),
    "urgent use": lambda **s: a_case(**urgent(), **s).submitted().risk_signed().approved().delivered(),
    "trial": lambda **s: a_case(**exploratory(), **s).submitted().risk_signed().approved().delivered(),
    "root changed": lambda **s: (
        a_case(**relying(), use="deliver_service", **s)
        .submitted()
        .risk_signed()
        .approved()
        .delivered()
        .root_changed()
    ),
    "root gone": lambda **s: (
        a_case(**relying(), use="deliver_service", **s)
        .submitted()
        .risk_signed()
        .approved()
        .delivered()
        .root_changed("withdrawn")
    ),
    "ended": lambda **s: a_case(**s).submitted().risk_signed().approved().delivered().ended(),
    "to be backed": lambda **s: a_case(screening=Screening(back_level=2), **s).submitted().risk_signed(),
    "advice": lambda **s: a_case(**s).submitted().risk_signed().then(lambda life: life.asks_advice()),
    "something is wrong": lambda **s: in_use(**s).then(lambda life: life.fault_is_found(Fault.UNDELIVERED)),
    "mediation": lambda **s: (
        a_case(**s)
        .submitted()
        .risk_signed()
        .after_deadlines(2)
        .then(lambda life: life.sends_to_mediation(Seat.SENDING_LEADER_2))
    ),
    "mediation of a refusal": lambda **s: (
        a_case(**s)
        .submitted()
        .risk_signed()
        .refused()
        .escalated()
        .then(lambda life: life.sends_to_mediation(Seat.RECEIVING_LEADER_1))
    ),
    "owner left before delivery": lambda **s: (
        a_case(**s).submitted().risk_signed().approved().then(lambda life: life.owner_leaves())
    ),
    "owner left": lambda **s: in_use(**s).then(lambda life: life.owner_leaves()),
    "mediation of a share": lambda **s: in_use(**s).then(lambda life: life.mediation_begins()),
    "comply or explain": lambda **s: (
        in_use(**s).then(lambda life: life.mediation_begins()).then(lambda life: life.mediator_concludes())
    ),
    "a citizen's request": lambda **s: in_use(**s).then(lambda life: life.is_asked_by_a_citizen()),
    "a correction": lambda **s: (
        in_use(**s).then(lambda life: life.is_asked_by_a_citizen()).then(lambda life: life.answers_rights())
    ),
    "a breach": lambda **s: in_use(**s).then(lambda life: life.reports_incident(breach=True)),
    "a plan": lambda **s: (
        in_use(**s)
        .then(lambda life: life.takes_step(Step.ADVISE))
        .then(lambda life: life.takes_step(Step.PLAN, due_on=("2027-01-29",)))
    ),
    "live harm": lambda **s: in_use(**s).then(lambda life: life.jumps()),
}


def came_true(sentence: str, life: Life, stage: Stage) -> bool:
    """Whether what has just happened is what was said."""
    after, told = life.case, {type(event) for event in life.latest}
    asked = [event.task.seat for event in life.latest if isinstance(event, e.TaskOpened)]
    checks: dict[str, Callable[[], bool]] = {
        "the case lapses": lambda: after.stage is Stage.LAPSED,
        "refusal stands": lambda: after.stage is Stage.REFUSED and after.is_closed,
        "a new request is needed": lambda: after.stage is Stage.LAPSED,
        "ends by itself": lambda: after.stage is Stage.ENDED,
        "approved by presumption": lambda: after.stage is Stage.APPROVED and after.presumed,
        "counts as confirmed": lambda: after.stage is Stage.APPROVED and after.presumed,
        "to sign off": lambda: bool(after.open(Kind.SIGN_OFF)),
        "appears in the public register": lambda: e.EntryPublished in told,
        "overdue at the top": lambda: after.at_top,
        "leader 3 is told": lambda: Seat.RECEIVING_LEADER_3 in asked,
        "share is suspended 30": lambda: after.stage is Stage.SUSPENDED,
        "share is suspended 60": lambda: after.stage in (stage, Stage.SUSPENDED),
        "of both bodies decides": lambda: e.JointDecisionMovedUp in told,
        "has the case too": lambda: True,
        "does not wait for the post": lambda: True,
        "is asked too": lambda: Seat.RECEIVING_LEADER_1 in asked,
        "share is suspended 20": lambda: after.stage is Stage.SUSPENDED,
        "until somebody has signed": lambda: after.stage is stage,
        "no advice was received": lambda: e.AdviceNotReceived in told and after.stage is stage,
        "ends with no outcome": lambda: e.MediationConcluded in told and after.stage is stage,
        "leaders of both bodies have the case again": lambda: len(after.open(Kind.JUDGE_REFUSAL)) == 2,
        "stays open until": lambda: after.stage is stage,
    }
    for words, check in checks.items():
        if words in sentence:
            return check()
    for side in ("sending", "receiving"):
        for level in (1, 2, 3):
            if f"leader {level} of the {side} body" in sentence:
                return Seat(f"{side}.leader_{level}") in asked
    for level in (1, 2, 3):
        if f"leader {level} is told" in sentence:  # a review's reminder on the day comes before its steps
            return Seat(f"receiving.leader_{level}") in asked or after.open(Kind.REVIEW)[0].passes == 1
    raise AssertionError(f"nobody checks this sentence: {sentence}")


@pytest.mark.parametrize("profile", LegalProfile)
@pytest.mark.parametrize("name", WAITING)
def test_what_is_said_about_silence_is_what_silence_does(name: str, profile: LegalProfile) -> None:
    """Every deadline of a silent life, one after the other: every kind, every level, both profiles."""
    life = WAITING[name](policy=under(profile)).life()
    for _ in range(14):
        task = life.case.next_due()
        if task is None:
            break
        sentence, stage = what_next(life.case, task), life.case.stage
        life.next_deadline_passes()
        if not task.missed or (task.kind in (Kind.REVIEW, Kind.OWN_RISK) and not task.level):
            assert came_true(sentence, life, stage), (name, task.kind, task.level, sentence)


@pytest.mark.parametrize("name", WAITING)
def test_every_open_task_has_a_sentence_at_every_moment(name: str) -> None:
    """G5."""
    life = WAITING[name]().life()
    for _ in range(10):
        for task in life.case.tasks.values():
            sentence = what_next(life.case, task)
            assert sentence.endswith(".") and "_" not in sentence and "refused" not in sentence
        if not life.case.next_due():
            break
        life.next_deadline_passes()


def test_every_kind_of_task_was_looked_at() -> None:
    """So that no sentence is left untried."""
    seen = set[Any]()
    for made in WAITING.values():
        life = made().life()
        for _ in range(14):
            seen |= {task.kind for task in life.case.tasks.values()}
            if not life.case.next_due():
                break
            life.next_deadline_passes()
    assert set(Kind) - seen == {Kind.FILL_POST}


def test_a_case_that_was_taken_up_again_is_not_promised_a_second_time() -> None:
    """C20: once."""
    life = a_case().submitted().risk_signed().asked().after_deadlines(1).life()
    life.act(Reopen(), Seat.REQUESTER)
    assert "new request" in what_next(life.case, life.task(Kind.ANSWER))
