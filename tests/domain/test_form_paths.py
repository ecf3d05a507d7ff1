"""Twelve, six or four questions (E3), what the rest is taken from, and what each answer changes (§8)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain import form_paths
from domain.consequences import consequences
from domain.form_paths import TAKEN, asked, copied, filled, from_root, from_task, sections, typed_over
from domain.policy import LegalProfile, Policy
from domain.request_choices import REGIONS, URGENCIES, region_code
from domain.request_form import QUESTIONS, SECTIONS, check_request
from tests.engine import FORM

TODAY = date(2026, 11, 23)
TEAMS, OWNERS, SENDERS = {"asking"}, {"olga"}, {"holding", "other"}
WHOLE: dict[str, Any] = {**FORM, "team": "asking", "risk_owner": "olga", "sending_team": "holding"}


def problems(*, promotes: bool = False, **changes: Any) -> dict[str, str]:
    _, found = check_request({**WHOLE, **changes}, TEAMS, OWNERS, SENDERS, today=TODAY, promotes=promotes)
    return {each.field: each.sentence for each in found}


def clean(**changes: Any) -> dict[str, Any]:
    answers, found = check_request({**WHOLE, **changes}, TEAMS, OWNERS, SENDERS, today=TODAY)
    assert not found, found
    return answers


# --- which questions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "number"), [("standard", 12), ("cluster", 6), ("reliance", 4), ("no such", 12)]
)
def test_each_path_asks_no_more_than_it_promises(path: str, number: int) -> None:
    assert len(sections(path)) == number
    boxes = [question.id for part in sections(path) for question in part.questions]
    assert len(boxes) == len(set(boxes)), "nothing is asked twice"
    assert set(boxes) <= {question.id for question in QUESTIONS}


def test_a_short_path_asks_what_nobody_can_know_before() -> None:
    for path in ("cluster", "reliance"):
        boxes = {question.id for part in sections(path) for question in part.questions}
        assert {"team", "risk_owner", "sending_team", "region", "needed_by"} <= boxes
    assert {"task", "items", "until", "people_band"} <= {
        question.id for part in sections("cluster") for question in part.questions
    }


def test_all_twelve_can_be_asked_on_every_path_and_an_amendment_says_what_changes() -> None:
    assert len(asked({"path": "cluster"})) == 6
    assert asked({"path": "cluster", "ask_all": "yes"}) == SECTIONS
    assert [part.id for part in asked({"path": "reliance", "ask_all": "yes"})][-1] == "differences"
    assert asked({"amends": "SC-AAAA-BBBB"})[-1].id == "amendment"


def test_only_on_a_short_path_may_the_author_be_the_risk_owner() -> None:
    """G2, the one-person fast path."""
    for path, may in (("standard", False), ("cluster", True), ("reliance", True), ([], False)):
        assert form_paths.may_sign_at_once({"path": path, "risk_owner": "amy"}, "amy") is may
    assert not form_paths.may_sign_at_once({"path": "cluster", "risk_owner": "olga"}, "amy")


# --- the contract of the answers ---------------------------------------------------------------------------------


def test_what_a_machine_need_not_send_is_said_for_it() -> None:
    answers = clean()
    assert {key: answers[key] for key in ("path", "root", "amends", "urgent")} == {
        "path": "standard",
        "root": "",
        "amends": "",
        "urgent": "no",
    }


def test_a_region_is_required_and_an_ons_code() -> None:
    """Protection C."""
    assert "region" in problems(region="") and "region" in problems(region="Yorkshire")
    assert all(clean(region=each.value)["region"] == each.value for each in REGIONS)
    assert [
        region_code(each) for each in ("Leeds, Yorkshire & the Humber", "North West", "UK-wide", "Wales")
    ] == [
        "E12000003",
        "E12000002",
        "K02000001",
        "W92000004",
    ]


@pytest.mark.parametrize(
    ("who", "asked_for"),
    [
        ("no", set[str]()),
        ("contractor", {"processors", "others_detail"}),
        ("organisation", {"onward", "others_detail"}),
        ("both", {"processors", "onward", "others_detail"}),
        ("yes", {"others_see"}),
    ],
)
def test_who_else_sees_it_is_named(who: str, asked_for: set[str]) -> None:
    assert set(problems(others_see=who)) == asked_for


def test_an_emergency_says_why() -> None:
    """C21."""
    for choice in URGENCIES:
        assert ("urgent_why" in problems(urgent=choice.value)) is (choice.value != "no")
    assert "urgent" in problems(urgent="very")
    assert clean(urgent="risk_to_life", urgent_why="A child is missing.")["urgent"] == "risk_to_life"


def test_a_test_has_a_question_a_limit_and_an_end_within_26_weeks() -> None:
    """C22."""
    assert set(problems(use="test_new")) == {"learning_question", "subject_cap", "no_adverse", "until"}
    whole = {
        "use": "test_new",
        "learning_question": "Does it help?",
        "subject_cap": "400",
        "no_adverse": "yes",
    }
    assert clean(**whole, until="2027-05-24")["subject_cap"] == 400
    assert "up to 24 May 2027" in problems(**whole, until="2027-05-25")["until"]
    assert "subject_cap" in problems(**{**whole, "subject_cap": "0"}, until="2027-05-24")
    answers, _ = check_request({**WHOLE, **whole}, TEAMS, OWNERS, SENDERS)
    assert "until" in answers, "without a day to count from, nothing is too late"


def test_a_decision_that_is_relied_on_is_named_and_only_there() -> None:
    assert "root" in problems(path="reliance") and "root" in problems(path="reliance", root="the one before")
    assert clean(path="reliance", root=" sc-7k3m-p2qx ", differences="Monthly")["root"] == "SC-7K3M-P2QX"
    answers = clean(root="SC-7K3M-P2QX", differences="Monthly")
    assert answers["root"] == "" and "differences" not in answers
    assert "path" in problems(path="by carrier pigeon")


def test_an_amendment_says_why_and_a_test_becomes_everyday_only_with_evidence() -> None:
    assert set(problems(amends="SC-AAAA-BBBB")) == {"amend_why"}
    assert set(problems(amends="the old one", amend_why="More.")) == {"amends"}
    assert set(problems(amends="SC-AAAA-BBBB", amend_why="More.", promotes=True)) == {"evidence"}
    assert not problems(amends="SC-AAAA-BBBB", amend_why="More.", evidence="It helped.", promotes=True)


def test_what_is_already_held_needs_a_why() -> None:
    assert "already_held_why" in problems(already_held="not_enough", already_held_why="")
    assert "already_held" in problems(already_held="perhaps")


# --- what is filled in -------------------------------------------------------------------------------------------


def test_a_shared_task_and_six_answers_make_a_whole_request() -> None:
    """E3: what is not asked in a cluster is answered by its agreement."""
    typed = {question.id for part in sections("cluster") for question in part.questions}
    answers = {key: value for key, value in WHOLE.items() if key in typed and key != "people_per_day"}
    answers |= {"path": "cluster", "task": "HS1", "title": ""}
    more = from_task(
        "Help people get what they are entitled to.", "human services", "Care Act 2014, section 3"
    )
    whole = filled(answers, more, "the cluster agreement")
    found, wrong = check_request(whole, TEAMS, OWNERS, SENDERS, today=TODAY)
    assert not wrong and found["path"] == "cluster" and found["task"] == "HS1"
    assert found["title"] == "Help people get what they are entitled to" and found["people_per_day"] == 0
    assert "help people get what they are entitled to" in str(found["harm_of_withholding"])


def test_a_decision_and_four_answers_make_a_whole_request() -> None:
    entry = {key: WHOLE[key] for key in form_paths.FROM_ROOT if key in WHOLE}
    typed = {question.id for part in sections("reliance") for question in part.questions} - {"area", "urgent"}
    answers = {key: value for key, value in WHOLE.items() if key in typed}
    answers |= {"path": "reliance", "root": "SC-7K3M-P2QX", "region": "E12000003"}
    whole = filled(answers, from_root(entry), "decision SC-7K3M-P2QX")
    found, wrong = check_request(whole, TEAMS, OWNERS, SENDERS, today=TODAY)
    assert not wrong and found["until"] == entry["until"] and found["items"] == tuple(entry["items"])
    assert found["region"] == "E12000003", "what was typed stands"
    assert "region" not in from_root(entry, has_place=True)


def test_what_is_filled_in_says_where_from_until_somebody_changes_it() -> None:
    draft = filled({"title": "Mine"}, {"title": "Theirs", "power": "An Act"}, "the template")
    assert draft["title"] == "Mine" and draft[TAKEN] == {"power": "the template"}
    same = typed_over(draft, {"power": "An Act ", "items": "a\r\nb"})
    assert same[TAKEN] == {"power": "the template"}
    assert typed_over(same, {"power": "Another Act"})[TAKEN] == {}
    again = filled(draft, {"power": "A newer Act", "title": "Theirs"}, "the template", again=True)
    assert (again["power"], again["title"]) == ("A newer Act", "Mine")
    listed = filled({}, {"items": ["a", "b"]}, "x")
    assert typed_over(listed, {"items": "a\r\nb"})[TAKEN] == {"items": "x"}


def test_a_copy_has_no_signature_no_past_date_and_nothing_of_the_old_case() -> None:
    before = {
        **WHOLE,
        "needed_by": "2026-11-23",
        "urgent": "risk_to_life",
        "amends": "SC-AAAA-BBBB",
        "addenda": ["x"],
        "bundle": "SC-AAAA-BBBB",
        "residual": "Signed",
        "until-day": "31",
    }
    found = copied(before, TODAY)
    assert "needed_by" not in found and found["until"] == WHOLE["until"]
    assert not set(found) & {"urgent", "amends", "addenda", "bundle", "residual", "until-day", "already_held"}


# --- what each answer changes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"use": "prevent_harm"}, "Reviewed 12 and 24 months after the first delivery, because it is to prevent harm."),
        ({"use": "fraud_error_debt", "pattern": "file_once", "title": "A pilot"}, "Reviewed 12 and 24 months"),
        ({"sending_team": "a", "also_teams": ["b", "c"]}, "Goes to 3 teams: 3 cases, one signature."),
        ({"others_see": "contractor"}, "Because a contractor sees it, the directory decides"),
        ({"duty": "safeguarding"}, "A refusal will need leader 1's signature as well, because of the duty you chose: safeguard"),
        ({"until": "2029-11-30"}, "The share ends by itself on 30 November 2029."),
        ({"urgent": "public_health"}, "the risk owner has 4, the holder 24, each leader 12"),
        ({"use": "test_new", "subject_cap": "400"}, "26 weeks at most, for 400 people"),
        ({"retired_questions": "What is your income?\n"}, "Your 1 question that is no longer asked"),
        ({"path": "cluster"}, "the holder has 5 working days to object"),
        ({"path": "reliance", "root": "SC-7K3M-P2QX"}, "Silence moves up to its leaders."),
        ({"region": "E92000001", "pattern": "file_once", "path": "cluster"}, "A file for England is more than one area"),
    ],
)  # fmt: skip
def test_an_answer_says_what_it_changes(answers: dict[str, Any], sentence: str) -> None:
    assert any(sentence in each for each in consequences(answers)), consequences(answers)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"use": "deliver_service", "others_see": "no", "duty": "none", "urgent": "no", "also_teams": []},
        {"use": "fraud_error_debt", "pattern": "one_by_one", "until": "31-2-2027", "also_teams": "b"},
        {"path": "reliance", "root": ""},
        {
            key: None
            for key in ("use", "others_see", "duty", "urgent", "until", "retired_questions", "region")
        },
        {key: ["?"] for key in ("use", "others_see", "duty", "urgent", "until", "region", "path", "pattern")},
    ],
)
def test_nothing_is_said_of_what_nobody_answered_and_nothing_breaks(answers: dict[str, Any]) -> None:
    assert [each for each in consequences(answers) if "clock hours" not in each] == []


def test_silence_is_told_as_the_law_has_it() -> None:
    """G0."""
    plan = replace(Policy(), legal_profile=LegalProfile.PLAN)
    answers = {"path": "reliance", "root": "SC-7K3M-P2QX"}
    assert consequences(answers, plan)[0].endswith("Silence confirms it.")


def test_asking_all_twelve_keeps_the_answers_and_stops_relying() -> None:
    """P2: what is wider than the decision becomes a prefilled request of its own."""
    draft = filled({"path": "reliance", "root": "SC-7K3M-P2QX"}, {"items": ["a"]}, "decision SC-7K3M-P2QX")
    alone = form_paths.asking_all(draft)
    assert alone["path"] == "standard" and alone["items"] == ["a"] and asked(alone) == SECTIONS
    assert form_paths.asking_few(alone) == draft
    short = form_paths.asking_all({"path": "cluster"})
    assert short["path"] == "cluster" and asked(short) == SECTIONS
    assert len(asked(form_paths.asking_few(short))) == 6
