"""Policy versions as rules: what may be changed and how far, which one a day gets, what a proposal must say."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from domain import policy_versions as rules
from domain.policy import LegalProfile, Policy
from domain.policy_versions import LENGTHS, SHIPPED, Version, policy_on

DAY = date(2026, 11, 24)


def version(number: int, begins: date = DAY, **numbers: int) -> Version:
    return Version(
        number=number, name=f"2026-{number + 1}", numbers=numbers, reason="Too short.", in_force_from=begins
    )


def typed(**changes: object) -> dict[str, object]:
    return {
        **{field: str(n) for field, n in rules.numbers_of(SHIPPED).items()},
        "reason": "Why not.",
        **changes,
    }


def test_each_number_is_one_of_the_policy_and_lies_in_its_range_as_shipped() -> None:
    for each in LENGTHS:
        shipped = getattr(Policy(), each.field)
        assert type(shipped) is int and each.least <= shipped <= each.most, each.field
    assert len({each.label for each in LENGTHS}) == len(LENGTHS)


def test_a_version_counts_from_its_day_and_the_last_of_a_day_wins() -> None:
    one, two = version(1, decide=15), version(2, date(2026, 12, 1), decide=12)
    assert policy_on([one, two], date(2026, 11, 23)) == SHIPPED
    assert policy_on([one, two], DAY).decide == 15
    later = policy_on([two, one], date(2026, 12, 1), LegalProfile.PLAN)
    assert (later.decide, later.version, later.legal_profile) == (12, "2026-3", LegalProfile.PLAN)
    again = version(3, date(2026, 12, 1), decide=11)
    assert policy_on([one, two, again], date(2026, 12, 5)).decide == 11


def test_what_is_not_a_length_is_never_changed() -> None:
    """G0: what the law lets pages say is no number of a board."""
    held = replace(version(1), numbers={"decide": 15, "review_opens": 3, "legal_profile": 1})
    assert held.policy() == replace(SHIPPED, version="2026-2", decide=15)


def test_only_what_differs_is_kept_and_said() -> None:
    numbers = {**rules.numbers_of(SHIPPED), "decide": 15, "rounds": 1}
    assert rules.from_shipped(numbers) == {"decide": 15, "rounds": 1}
    assert rules.differences(SHIPPED, version(1, decide=15, rounds=1).policy()) == (
        "Decide on a request in the standard lane: 15 working days instead of 10.",
        "Questions before a leader must allow one more: 1 round instead of 2.",
    )
    assert rules.name_for([version(1)], date(2027, 1, 4)) == "2027-3"


def test_a_proposal_says_each_number_and_why() -> None:
    numbers, reason, problems = rules.check_proposal(SHIPPED, typed(decide="15"))
    assert not problems and numbers["decide"] == 15 and reason == "Why not."
    same = rules.check_proposal(SHIPPED, typed())[2]
    assert [each.sentence for each in same] == ["These are the numbers as they are. Change one, or leave it."]
    wrong = {
        each.field for each in rules.check_proposal(SHIPPED, typed(decide="99", leader="x", reason=""))[2]
    }
    assert wrong == {"decide", "leader", "reason"}


@pytest.mark.parametrize(
    ("raw", "found"), [({"decide": "15"}, {"decide": 15}), ({"decide": ""}, {}), ({}, {})]
)
def test_what_is_asked_about_may_be_one_number(raw: dict[str, str], found: dict[str, int]) -> None:
    assert rules.check_what_if(raw) == (found, ())


def test_a_number_out_of_its_range_is_named() -> None:
    assert [each.field for each in rules.check_what_if({"decide": "400"})[1]] == ["decide"]


def test_the_page_about_it_has_every_number() -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    for each in LENGTHS:
        row = f"| {each.label} | {each.said(getattr(SHIPPED, each.field))} | {each.least} to {each.most} |"
        assert row in page, row
