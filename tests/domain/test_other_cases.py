"""P2, C9, C18: what happens in one case reaches others as commands, and only what has to."""

import json
from typing import Any, get_args

import pytest

from domain import commands as c
from domain.case import Kind, Stage
from domain.events import Event
from domain.fold import evolve
from domain.other_cases import REACH, RELIERS, Told, told
from domain.people import OTHER_CASE, Seat
from domain.permissions import TABLE
from tests.builders import CHILD, Life, a_case, exploratory, urgent


def active(**settings: Any) -> Life:
    return a_case(**settings).submitted().risk_signed().approved().delivered().life()


def latest(life: Life) -> list[Told]:
    """What the last act told other cases; each event with the case just after it."""
    step = life.steps[-1]
    case, found = step.before, list[Told]()
    for event in step.events:
        case = evolve(case, event, life.case.last_at)
        found += told(case, event)
    return found


def moved(life: Life) -> list[tuple[str, str]]:
    """How the decision changed, and what stands in its place, as those who rely on it hear it."""
    found = latest(life)
    assert all(each.ref == RELIERS and each.act == "root_changed" for each in found)
    return [(each.body["how"], each.body["root"]) for each in found]


@pytest.mark.parametrize(
    ("act", "by", "how"),
    [
        (c.EndShare(), Seat.RISK_OWNER, "withdrawn"),
        (c.NarrowShare(items=2), Seat.RISK_OWNER, "amended"),
        (c.SuspendShare(), Seat.RISK_OWNER, None),
    ],
)
def test_what_the_receiving_body_does_to_a_share(act: Any, by: Seat, how: str | None) -> None:
    """P2: a pause is not the end of a decision."""
    life = active()
    life.act(act, by)
    assert moved(life) == ([(how, life.case.ref)] if how else [])


@pytest.mark.parametrize(
    ("outcome", "how"),
    [
        (c.Outcome.CONTINUE, []),
        (c.Outcome.CHANGE, ["amended"]),
        (c.Outcome.NARROW, ["amended"]),
        (c.Outcome.PAUSE, ["amended"]),
        (c.Outcome.END, ["overturned"]),
    ],
)
def test_what_a_review_concludes(outcome: c.Outcome, how: list[str]) -> None:
    """P2, §6: once each, whatever it caused."""
    life = a_case().submitted().risk_signed().approved().delivered().at_review().life()
    life.conclude(outcome, items=2)
    assert [each for each, _ in moved(life)] == how


def test_reaching_the_agreed_day_withdraws_nothing() -> None:
    life = active(use="deliver_service", until="2026-12-31")
    life.time_passes(life.task(Kind.EXPIRY).due_at)
    assert moved(life) == []


def test_an_amendment_names_itself_as_what_to_rely_on() -> None:
    life = active()
    life.act(c.ReplaceShare(by=CHILD), OTHER_CASE, seen=None)
    assert moved(life) == [("amended", CHILD)]


def test_an_urgent_use_ended_by_its_review_is_overturned() -> None:
    """C21."""
    life = active(**urgent())
    life.look_back_at_urgency(justified=False, end=True)
    assert [how for how, _ in moved(life)] == ["overturned"]


def test_a_trial_that_is_over_says_only_what_was_found_against_it() -> None:
    """C22."""
    for outcome, how in ((c.Outcome.PAUSE, []), (c.Outcome.END, ["overturned"])):
        life = active(**exploratory(), until="2027-02-26")
        while life.case.stage is not Stage.ENDED:
            life.next_deadline_passes()
        life.conclude(outcome)
        assert [each for each, _ in moved(life)] == how


@pytest.mark.parametrize(("complies", "how"), [(True, ["amended"]), (False, [])])
def test_what_the_lead_body_answers_to_a_mediation(complies: bool, how: list[str]) -> None:
    """E: what it does reaches who relies on it; an explanation changes nothing for them."""
    life = active()
    life.mediation_begins()
    life.mediator_concludes()
    life.answers_mediation(complies=complies)
    assert [each for each, _ in moved(life)] == how


def test_a_part_of_a_request_whose_owner_left_says_so() -> None:
    """P5, C9: it was signed, by somebody who is not there any more."""
    life = a_case(items=6).submitted().risk_signed().life()
    life.owner_leaves()
    life.approve_part(withheld=2)
    (part,) = latest(life)
    assert (part.body["risk_owner"], part.body["owner_left"]) == ("ruth", True)


def test_a_part_takes_with_it_what_it_needs_and_nothing_readable() -> None:
    """C9, S5: JSON-ready, and small."""
    life = a_case(items=6).submitted().risk_signed().life()
    life.exempt()
    life.approve_part(withheld=2)
    (part,) = latest(life)
    assert (part.ref, part.act) == (CHILD, "continue_part")
    assert json.loads(json.dumps(part.body)) == part.body
    assert part.body["items"] == 2 and part.body["exempt_until"] == "2027-02-26"


def test_whatever_is_told_is_an_act_that_other_cases_may_do() -> None:
    """House rules: both ways."""
    acts = {act for act, rule in TABLE.items() if Seat.OTHER_CASE in rule.seats}
    assert acts == {"continue_part", "replace_share", "root_changed", "start_mediation"}
    assert set(REACH) <= set(get_args(Event))


@pytest.mark.parametrize("kind", [each for each in get_args(Event) if each not in REACH])
def test_every_other_event_stays_in_its_case(kind: Any) -> None:
    assert told(active().case, object.__new__(kind)) == ()
