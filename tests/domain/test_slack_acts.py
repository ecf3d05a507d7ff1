"""§9: which acts finish on the web, over every act, seat and duty; and which buttons a task has."""

from dataclasses import replace
from itertools import product

import pytest

from domain.act_form import ActForm
from domain.acts import FORMS
from domain.case import Kind
from domain.people import Seat
from domain.permissions import SEATS_OF_KIND, TABLE
from domain.questions import Choice, Question
from domain.slack_accounts import CHECK_AFTER, TRUSTED_FOR, WHY_NOT, why_not
from domain.slack_acts import MOST_BUTTONS, NEED_THE_PAGE, REFUSALS, USUAL, fits, is_reserved, offered
from tests.builders import Life

DUTIES = (
    "none",
    "auto_enrolment",
    "safeguarding",
    "continuity_of_care",
    "correcting_an_error",
    "tell_us_once",
)


@pytest.mark.parametrize("act", FORMS)
def test_reserved_is_what_section_9_says_and_what_needs_the_page(act: str) -> None:
    for seat, duty in product(Seat, DUTIES):
        says = (
            act in ("sign_risk", "own_risk", "back_risk")
            or seat in (Seat.RECEIVING_LEADER_3, Seat.SENDING_LEADER_3)
            or (duty != "none" and act in REFUSALS)
            or act in NEED_THE_PAGE
        )
        assert is_reserved(act, seat, duty) is says, (act, seat, duty)


def test_whatever_ends_in_a_refusal_is_among_the_refusals() -> None:
    """A refusal, an objection, a countersignature, a refusal upheld, and 'we do not hold it' keep data back."""
    assert {"refuse", "object", "countersign", "uphold_refusal", "say_not_held"} == REFUSALS
    assert REFUSALS | NEED_THE_PAGE | set(USUAL) <= set(FORMS)


def test_two_step_forms_and_what_cannot_be_undone_need_the_page() -> None:
    assert {"approve_part", "rule_out", "conclude_review"} <= NEED_THE_PAGE


def test_a_form_fits_only_where_nothing_is_cut_short() -> None:
    def form(*questions: Question) -> ActForm:
        return ActForm(name="x", title="x", button="x", questions=questions)

    def choosing(*choices: Choice) -> Question:
        return Question(id="q", label="q", ask="q", kind="choice", choices=choices)

    line = Question(id="q", label="q", ask="q")
    assert fits(form(*[line] * 10)) and not fits(form(*[line] * 11))
    assert fits(form(choosing(Choice(value="v" * 150, label="l" * 75))))
    assert not fits(form(choosing(Choice(value="v", label="l" * 76))))
    assert not fits(form(choosing(Choice(value="v" * 151, label="l"))))
    assert not fits(form(choosing(*[Choice(value="v", label="l")] * 101)))


@pytest.mark.parametrize("kind", Kind)
def test_every_task_offers_what_its_table_lists_and_no_more_than_fit(kind: Kind) -> None:
    life = Life()
    life.submit()
    [task] = life.case.tasks.values()
    for seat, duty in product(SEATS_OF_KIND[kind], ("none", "safeguarding")):
        case = replace(life.case, duty=duty)
        found = offered(case, replace(task, kind=kind, seat=seat))
        assert len(found) <= MOST_BUTTONS
        for offer in found:
            assert kind in TABLE[offer.act].tasks and TABLE[offer.act].when(case)
            assert offer.on_the_web or not is_reserved(offer.act, seat, duty)
            assert len(offer.button) + len(": finish on the web") <= 75
            if seat.level == 3:
                assert offer.on_the_web


def test_the_usual_answer_comes_first() -> None:
    life = Life()
    life.submit()
    [task] = life.case.tasks.values()
    decide = replace(task, kind=Kind.DECIDE, seat=Seat.SENDER)
    found = [(offer.act, offer.on_the_web) for offer in offered(life.case, decide)]
    assert found[0] == ("approve", False)
    assert ("approve_part", True) in found


# --- whose account ---------------------------------------------------------------------------------------------


def test_only_full_members_of_the_workspace_may_act() -> None:
    assert why_not({"id": "U1", "team_id": "T1"}, "T1") == ""
    for flag, sentence in WHY_NOT.items():
        assert why_not({"id": "U1", "team_id": "T1", flag: True}, "T1") == sentence
    assert why_not({"id": "USLACKBOT", "team_id": "T1"}, "T1") == WHY_NOT["is_bot"]
    assert why_not({"id": "U1", "team_id": "T2"}, "T1") == WHY_NOT["is_stranger"]
    assert why_not({}, "T1") == WHY_NOT["is_stranger"]
    several = {"id": "U1", "team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}
    assert why_not(several, "T1") == ""
    assert CHECK_AFTER < TRUSTED_FOR
