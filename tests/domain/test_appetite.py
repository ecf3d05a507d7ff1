"""Risk appetite as rules (P8): the scale, what a request needs, how a decision stands to a statement, the form."""

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest

from domain import appetite as rules
from domain.appetite import Level, Line, Standing, Statement, needed, stands
from domain.people import Role
from domain.permissions import Post
from domain.request_choices import PEOPLE_BANDS, USES

DAY = date(2026, 11, 23)
HELP = "proactive_help"


def stated(level: Level = Level.CAUTIOUS, *, version: int = 1, begins: date = DAY) -> Statement:
    return Statement(
        organisation="dwp",
        version=version,
        text="Some risk is expected.",
        lines={use.value: Line(level, "As little as does it.") for use in USES},
        signed_as=Role.LEADER_3,
        stated_on=begins,
        in_force_from=begins,
    )


@pytest.mark.parametrize(
    ("band", "severity", "pattern", "level"),
    [
        ("under_100", "low", "file_once", Level.MINIMAL),
        ("100_to_10k", "moderate", "file_once", Level.CAUTIOUS),
        ("10k_to_1m", "low", "file_regular", Level.OPEN),
        ("over_1m", "low", "file_regular", Level.OPEN),
        # lasting harm of withholding, or looking up one by one, is one step less each
        ("100_to_10k", "serious", "file_once", Level.MINIMAL),
        ("10k_to_1m", "severe", "file_regular", Level.CAUTIOUS),
        ("10k_to_1m", "low", "one_by_one", Level.CAUTIOUS),
        ("over_1m", "severe", "file_regular", Level.OPEN),
        ("over_1m", "severe", "one_by_one", Level.CAUTIOUS),
        ("under_100", "severe", "one_by_one", Level.MINIMAL),
    ],
)
def test_what_a_request_needs(band: str, severity: str, pattern: str, level: Level) -> None:
    assert needed({"people_band": band, "severity": severity, "pattern": pattern}) is level


def test_the_page_about_it_has_the_same_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "leaders.md").read_text(encoding="utf-8")
    lines = page.partition("| people the data is about")[2].splitlines()[2:6]
    ways = [("file_once", "low"), ("file_once", "serious"), ("one_by_one", "low"), ("one_by_one", "severe")]
    for band, line in zip(rules.STEPS, lines, strict=True):
        said = [cell.strip() for cell in line.strip("|").split("|")][1:]
        held = [needed({"people_band": band, "pattern": how, "severity": grave}) for how, grave in ways]
        assert said == held, line


def test_what_is_missing_counts_as_the_most() -> None:
    assert needed({}) is Level.OPEN
    assert needed({"people_band": ["?"]}) is Level.OPEN
    assert set(rules.STEPS) == {each.value for each in PEOPLE_BANDS}


@pytest.mark.parametrize(
    ("level", "within"),
    [
        (Level.AVERSE, ()),
        (Level.MINIMAL, (Level.MINIMAL,)),
        (Level.CAUTIOUS, (Level.MINIMAL, Level.CAUTIOUS)),
        (Level.OPEN, rules.NEEDED),
        (Level.EAGER, rules.NEEDED),
    ],
)
def test_how_a_decision_stands(level: Level, within: tuple[Level, ...]) -> None:
    for need in rules.NEEDED:
        expected = Standing.WITHIN if need in within else Standing.OUTSIDE
        assert stands(stated(level), HELP, need) is expected, need


def test_averse_covers_nothing_whatever_is_needed() -> None:
    assert stands(stated(Level.AVERSE), HELP, Level.AVERSE) is Standing.OUTSIDE


def test_without_a_statement_or_a_line_nothing_is_said() -> None:
    assert stands(None, HELP, Level.MINIMAL) is Standing.UNSTATED
    assert stands(stated(), "unheard_of", Level.MINIMAL) is Standing.UNSTATED


def test_the_version_of_the_day_counts() -> None:
    one, two = stated(), stated(version=2, begins=date(2026, 12, 1))
    assert rules.in_force([two, one], date(2026, 11, 22)) is None
    assert rules.in_force([two, one], date(2026, 11, 30)) is one
    assert rules.in_force([two, one], date(2026, 12, 1)) is two
    later = stated(version=3, begins=date(2026, 12, 1))  # stated twice on one day: the later counts
    assert rules.in_force([later, two, one], date(2026, 12, 1)) is later


def test_a_statement_survives_the_store() -> None:
    lines = dict(stated(Level.EAGER).lines)
    assert rules.from_json(rules.to_json(lines)) == lines


def test_the_form_asks_for_each_kind_of_use_and_keeps_nothing_unchanged() -> None:
    held = stated()
    typed = rules.as_typed(held)
    assert "agree" not in typed, "nobody's signature is filled in"
    text, lines, problems = rules.check_statement({**typed, "agree": "yes"}, None)
    assert not problems and text == held.text and lines == dict(held.lines)
    same = rules.check_statement({**typed, "agree": "yes"}, held)[2]
    assert [each.sentence for each in same] == [
        "This is the statement as it is. Change something, or leave it."
    ]
    missing = {each.field for each in rules.check_statement({}, None)[2]}
    assert missing == {question.id for question in rules.QUESTIONS}
    wrong = {**typed, "agree": "yes", rules.level_of(HELP): "reckless"}
    assert [each.field for each in rules.check_statement(wrong, None)[2]] == [rules.level_of(HELP)]


def test_only_a_leader_of_the_body_and_as_the_most_senior_post() -> None:
    one, three = (Post(role=role, organisation="dwp") for role in (Role.LEADER_1, Role.LEADER_3))
    assert rules.post_for((one, three), "state_appetite", "dwp") is Role.LEADER_3
    assert rules.post_for((one,), "state_appetite", "hmrc") is None
    owner = Post(role=Role.RISK_OWNER, organisation="dwp", team="dwp-pension-credit")
    assert rules.post_for((owner,), "state_appetite", "dwp") is None


# --- whose word it needs ------------------------------------------------------------------------------------------

BIG = {"use": HELP, "people_band": "over_1m", "severity": "low", "pattern": "file_regular"}


def test_within_nobody_outside_who_signed_and_unstated_leader_1() -> None:
    held = stated(Level.CAUTIOUS)
    assert rules.leader_asked(held, Standing.WITHIN) == 0
    for level, post in enumerate((Role.LEADER_1, Role.LEADER_2, Role.LEADER_3), start=1):
        assert rules.leader_asked(replace(held, signed_as=post), Standing.OUTSIDE) == level
    assert rules.leader_asked(None, Standing.UNSTATED) == 1
    assert rules.leader_asked(held, Standing.UNSTATED) == 1, "a use that no line is about"


def test_how_a_request_stood_is_kept_with_what_it_was_told_by() -> None:
    outside = rules.stance("dwp", stated(Level.CAUTIOUS, version=4), BIG)
    assert (outside.standing, outside.version, outside.stated, outside.asks) == (
        Standing.OUTSIDE,
        4,
        Level.CAUTIOUS,
        3,
    )
    within = rules.stance("dwp", stated(Level.OPEN), BIG)
    assert (within.standing, within.asks, within.needs) == (Standing.WITHIN, 0, Level.OPEN)
    unstated = rules.stance("dwp", None, BIG)
    assert (unstated.standing, unstated.asks, unstated.version, unstated.stated) == (
        Standing.UNSTATED,
        1,
        0,
        None,
    )
    kept = json.loads(json.dumps([asdict(each) for each in (outside, within, unstated)]))
    assert rules.stances_from(kept) == (outside, within, unstated)
