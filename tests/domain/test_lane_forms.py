"""What the acts of the lanes ask, and what counts as an answer (§3, P6): pages, the API and Slack share it."""

from dataclasses import replace
from typing import Any

import pytest

from domain import commands as c
from domain.act_form import About
from domain.act_in_case import ABOUT_AN_ITEM, SOMETIMES, check_act, form_for
from domain.acts import FORMS
from domain.acts_of_lanes import LANE_CHOICES, LANE_FORMS
from domain.case import Lane
from domain.commands import Element, ObjectionGround
from domain.guards import RULES
from domain.permissions import TABLE
from domain.questions import Choice
from domain.refusals import MostWithheld

ITEMS = ("Name", "Address", "Income", "Health")
HARM = "A violent former partner could read the new address of the person from the file and come to the door."
ASSERTION = "Not proportionate. Data protection. Our policy."
ABOUT = About(items=ITEMS)


def said(name: str, about: About = ABOUT, **answers: Any) -> dict[str, str]:
    """The fields with a problem, and their sentences."""
    _, problems = check_act(form_for(name, about), answers)
    return {problem.field: problem.sentence for problem in problems}


def built(name: str, about: About = ABOUT, **answers: Any) -> c.Act:
    form = form_for(name, about)
    clean, problems = check_act(form, answers)
    assert not problems and form.build
    return form.build(clean)


def asked(name: str, about: About) -> list[str]:
    return [question.id for question in form_for(name, about).questions]


# --- approval in part ---------------------------------------------------------------------------------


def test_each_item_withheld_is_asked_about_three_times() -> None:
    """P6: specific harm, mitigation tried, what is lost."""
    about = About(items=ITEMS, withheld=("Address", "Health"))
    assert asked("approve_part", ABOUT) == ["withheld"]
    assert asked("approve_part", about) == [
        "withheld", "harm_2", "tried_2", "lost_2", "harm_4", "tried_4", "lost_4",
    ]  # fmt: skip
    labels = [question.label for question in form_for("approve_part", about).questions]
    assert "The harm of sharing: Address" in labels


def test_every_part_missing_is_named_with_its_item() -> None:
    found = said("approve_part", About(items=ITEMS, withheld=("Income",)), withheld=["Income"])
    assert set(found) == {f"{key}_3" for key, _, _ in ABOUT_AN_ITEM}
    assert all("'Income'" in sentence for sentence in found.values())


def test_a_harm_that_only_asserts_does_not_pass_and_says_which_item() -> None:
    answers = {"withheld": ["Income"], "harm_3": ASSERTION, "tried_3": HARM, "lost_3": HARM}
    found = said("approve_part", About(items=ITEMS, withheld=("Income",)), **answers)
    assert list(found) == ["harm_3"] and "Income" in found["harm_3"] and "how" in found["harm_3"]
    assert not said("approve_part", About(items=ITEMS, withheld=("Income",)), **{**answers, "harm_3": HARM})


def test_nothing_selected_points_to_the_approval() -> None:
    assert "approve the whole request" in said("approve_part")["withheld"]


def test_more_than_half_is_said_before_and_refused_after() -> None:
    assert "more than half" in FORMS["approve_part"].warning and MostWithheld.status == 422


def test_the_questions_about_fifty_items_are_known() -> None:
    """A page may send what only some cases ask."""
    many = tuple(f"Item {number}" for number in range(50))
    about = About(items=many, withheld=many)
    assert set(asked("approve_part", about)) - {"withheld"} == set(SOMETIMES["approve_part"])


# --- objections and distinctions ----------------------------------------------------------------------


def objection(**changes: Any) -> dict[str, Any]:
    return {
        "ground": "safety_harm", "items": ["Address"], "harm_of_sharing": HARM, "answer_to_harm": HARM, **changes,
    }  # fmt: skip


@pytest.mark.parametrize("ground", ObjectionGround)
def test_only_a_ground_of_the_list_is_an_objection(ground: ObjectionGround) -> None:
    """C5: and a statutory bar names its provision."""
    answers = objection(ground=ground.value)
    if ground is ObjectionGround.STATUTORY_BAR:
        assert list(said("object", **answers)) == ["citation"]
        answers["citation"] = "Adoption and Children Act 2002, section 57"
    act = built("object", **answers)
    assert isinstance(act, c.Object) and act.ground is ground and act.items == 1


@pytest.mark.parametrize("ground", ["not_proportionate", "harm_outweighs", "", "policy", ["safety_harm"]])
def test_any_other_ground_is_no_objection(ground: Any) -> None:
    """C5: 422."""
    assert "ground" in said("object", **objection(ground=ground))


@pytest.mark.parametrize("part", ["items", "harm_of_sharing", "answer_to_harm"])
def test_an_objection_answers_each_part(part: str) -> None:
    """§3."""
    assert list(said("object", **objection(**{part: ""}))) == [part]


@pytest.mark.parametrize("part", ["harm_of_sharing", "answer_to_harm"])
def test_an_objection_that_only_asserts_does_not_pass(part: str) -> None:
    found = said("object", **objection(**{part: ASSERTION}))
    assert list(found) == [part] and "not a reason" in found[part]


@pytest.mark.parametrize("element", Element)
def test_one_element_differs_and_it_is_said_how(element: Element) -> None:
    """C7."""
    assert isinstance(built("distinguish", element=element.value, reason=HARM), c.Distinguish)
    assert list(said("distinguish", element=element.value, reason=ASSERTION)) == ["reason"]
    assert list(said("distinguish", element="something", reason=HARM)) == ["element"]


# --- approving ----------------------------------------------------------------------------------------


def test_health_records_in_bulk_ask_for_the_caldicott_guardians_advice() -> None:
    """§4: advice, not a veto. What was said is in the case, so only what was done with it is asked, or that none came."""
    about = About(items=ITEMS, conditions=("health_in_bulk",))
    assert "caldicott" not in asked("approve", ABOUT)
    assert list(said("approve", about, delivered="no")) == ["caldicott"]
    assert list(said("approve", about, delivered="no", caldicott="No objection.")) == ["caldicott"]
    assert built("approve", about, delivered="no", caldicott="yes") == c.Approve()
    given = replace(about, advice_given=True)
    assert list(said("approve", given, delivered="no")) == ["caldicott"]
    assert built("approve", given, delivered="no", caldicott="Followed: the list is narrow.") == c.Approve()


@pytest.mark.parametrize(
    ("lane", "button"),
    [(Lane.CLUSTER, "Let it pass"), (Lane.RELIANCE, "Confirm"), (Lane.STANDARD, "Approve")],
)
def test_approving_is_called_what_it_is(lane: Lane, button: str) -> None:
    assert form_for("approve", About(lane=lane)).button == button


# --- triage, passing on, the register -----------------------------------------------------------------


@pytest.mark.parametrize("lanes", [(Lane.STANDARD,), (Lane.CLUSTER, Lane.STANDARD), tuple(LANE_CHOICES)])
def test_only_the_lanes_that_something_carries_are_offered(lanes: tuple[Lane, ...]) -> None:
    """C1a."""
    about = About(lanes=lanes)
    for lane in LANE_CHOICES:
        if lane in lanes:
            assert built("choose_lane", about, lane=lane.value, reason="x") == c.ChooseLane(lane=lane)
        else:
            assert list(said("choose_lane", about, lane=lane.value, reason="x")) == ["lane"]


def test_out_of_scope_names_a_guard_that_blocks() -> None:
    blocking = [rule.id for rule in RULES if rule.effect == "block"]
    (question,) = [each for each in form_for("rule_out", ABOUT).questions if each.id == "rule"]
    assert [choice.value for choice in question.choices] == blocking
    assert built("rule_out", rule=blocking[0], reason="x") == c.RuleOut(rule=blocking[0])
    asks = next(rule.id for rule in RULES if rule.effect == "ask")
    assert "rule" in said("rule_out", rule=asks, reason="x")


def test_a_request_is_passed_on_to_a_team_of_the_directory() -> None:
    """C16."""
    about = About(teams=(Choice(value="hmrc-records", label="HMRC, records"),))
    assert not said("transfer", about, to_team="hmrc-records", reason="x")
    assert list(said("transfer", about, to_team="nobody", reason="x")) == ["to_team"]


@pytest.mark.parametrize("until", ["", "soon", "2027-02-30", "26/02/2027", 5, None])
def test_an_exemption_names_a_day(until: Any) -> None:
    """P2r."""
    assert "exempt_until" in said("exempt_entry", because="risk_to_life", exempt_until=until, reason="x")


@pytest.mark.parametrize("because", ["national_security", "live_operation", "risk_to_life"])
def test_and_one_of_three_reasons(because: str) -> None:
    act = built("exempt_entry", because=because, exempt_until="2027-02-26", reason="x")
    assert act == c.ExemptEntry(until="2027-02-26")
    assert "because" in said("exempt_entry", because="embarrassing", exempt_until="2027-02-26", reason="x")


@pytest.mark.parametrize("justified", ["yes", "no"])
@pytest.mark.parametrize("end", ["yes", "no"])
def test_the_look_back_at_urgency(justified: str, end: str) -> None:
    """C21."""
    act = built("conclude_urgent_use", justified=justified, end=end, reason="x")
    assert act == c.ConcludeUrgentUse(justified=justified == "yes", end=end == "yes")
    assert set(said("conclude_urgent_use")) == {"justified", "end", "reason"}


# --- the whole world ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", LANE_FORMS, ids=lambda form: form.name)
def test_every_act_of_the_lanes_has_a_permission_and_says_what_is_missing(form: Any) -> None:
    """E4."""
    assert form.name in TABLE and form.title and form.button
    for question in form_for(form.name, ABOUT).questions:
        assert not question.required or question.ask.split()[0] in ("Enter", "Select"), question.id
    assert said(form.name), "an empty form is never a decision"


@pytest.mark.parametrize(
    "raw", [{"reason": 7}, {"reason": "\ud800"}, {"items": {"a": 1}}, {"withheld": 3, "lane": []}]
)
@pytest.mark.parametrize("form", LANE_FORMS, ids=lambda form: form.name)
def test_hostile_answers_are_problems_and_no_fault(form: Any, raw: dict[str, Any]) -> None:
    assert said(form.name, **raw)


# --- what a leader is asked besides (C14, P8) -----------------------------------------------------------


def test_time_is_given_in_the_unit_in_which_the_clock_runs() -> None:
    """C14, C21."""
    (days, *_) = form_for("extend_time", About(extension=12)).questions
    assert (days.label, days.most) == ("Working days", 12)
    (hours, *_) = form_for("extend_time", About(hours=True, extension=24)).questions
    assert (hours.label, hours.most) == ("Hours", 24) and "how many hours, from 1 to 24" in hours.ask
    assert said("extend_time", About(hours=True, extension=24), days="25", reason="The family is away.")
    assert not said("extend_time", About(hours=True, extension=24), days="24", reason="The family is away.")


def test_a_signature_that_needs_a_leader_says_so_before_it_is_given() -> None:
    """P8."""
    assert "as soon as you sign" in form_for("sign_risk", About()).warning
    assert "Leader 2 of your body has to stand behind" in form_for("sign_risk", About(back_level=2)).warning
    assert "Leader 1 of your body has to sign it off" in form_for("approve", About(sign_level=1)).warning
    assert form_for("decline_risk", About(backs=True)).title.startswith("Do not stand behind it")
    assert form_for("decline_risk", About()).title == "Do not sign, return to the author"
