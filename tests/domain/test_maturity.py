"""P9: five levels by one rule. Reporting an incident never lowers one, and what is on the page is enough to recompute it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.maturity import (
    FEWEST,
    MOST_REPORTS,
    RULES,
    WORDS,
    Counted,
    Duty,
    Facts,
    Level,
    judge,
    lacks,
    rule_in_words,
)

ORDER = (Level.UNKNOWN, *(rule.level for rule in reversed(RULES)))


def facts(in_time: int, due: int, *, stated: bool = True, duty: Duty = Duty.REVIEW, **more: int) -> Facts:
    return Facts(duties={duty: Counted(due=due, in_time=in_time)}, stated=stated, **more)


@pytest.mark.parametrize(
    ("in_time", "due", "level"),
    [
        (FEWEST - 1, FEWEST - 1, Level.UNKNOWN),
        (0, FEWEST, Level.STARTING),
        (49, 100, Level.STARTING),
        (50, 100, Level.DEVELOPING),
        (74, 100, Level.DEVELOPING),
        (75, 100, Level.ESTABLISHED),
        (89, 100, Level.ESTABLISHED),
        (90, 100, Level.STRONG),
        (95, 100, Level.EXEMPLARY),
        (100, 100, Level.EXEMPLARY),
    ],
)
def test_the_levels_begin_where_the_page_says(in_time: int, due: int, level: Level) -> None:
    assert judge(facts(in_time, due)).level is level


def test_rounding_is_down() -> None:
    """899 of 1,000 is 89.9 %, and that is not 90."""
    assert judge(facts(899, 1000)).level is Level.ESTABLISHED


def test_without_a_statement_of_appetite_nothing_above_developing() -> None:
    judged = judge(facts(100, 100, stated=False))
    assert judged.level is Level.DEVELOPING and judged.lacks == ("a statement of risk appetite in force",)


def test_one_kind_of_duty_cannot_hide_behind_another() -> None:
    many = {Duty.RECEIPT: Counted(due=95, in_time=95), Duty.RIGHTS: Counted(due=5, in_time=2)}
    judged = judge(Facts(duties=many, stated=True))
    assert judged.level is Level.ESTABLISHED
    assert judged.lacks == ("75% of answers to people whose data it is in time; there are 40%",)
    few = many | {Duty.RIGHTS: Counted(due=4, in_time=1)}
    assert judge(Facts(duties=few, stated=True)).level is Level.EXEMPLARY, "four say nothing by themselves"


counted = st.integers(0, 40).flatmap(
    lambda due: st.integers(0, due).map(lambda in_time: Counted(due=due, in_time=in_time))
)
bodies = st.builds(
    Facts,
    duties=st.fixed_dictionaries({duty: counted for duty in Duty}),
    reports=st.integers(0, 20),
    told=st.integers(0, 20),
    told_late=st.integers(0, 20),
    stated=st.booleans(),
)


@given(body=bodies, reports=st.integers(0, 20), told=st.integers(0, 20), late=st.integers(0, 20))
def test_reporting_an_incident_never_lowers_a_level(body: Facts, reports: int, told: int, late: int) -> None:
    """Whatever follows from it: also a breach of which the regulator was told late."""
    more = Facts(
        duties=body.duties,
        reports=body.reports + reports,
        told=body.told + told,
        told_late=body.told_late + late,
        stated=body.stated,
    )
    assert ORDER.index(judge(more).level) >= ORDER.index(judge(body).level)


@given(body=bodies)
def test_what_is_lacking_is_said_and_the_highest_lacks_nothing(body: Facts) -> None:
    judged = judge(body)
    if judged.level in (Level.UNKNOWN, Level.EXEMPLARY):
        assert not judged.lacks
    else:
        above = next(rule for rule in RULES if rule.level is ORDER[ORDER.index(judged.level) + 1])
        assert judged.lacks == lacks(above, body) != ()


def test_reports_help_and_only_so_far() -> None:
    assert judge(facts(44, 50)).level is Level.ESTABLISHED
    helped = facts(44, 50, reports=9, told=9)
    assert (helped.of, helped.in_time, helped.per_cent) == (50 + MOST_REPORTS, 44 + MOST_REPORTS, 89)
    assert judge(facts(45, 51, reports=4)).level is Level.ESTABLISHED, "49 of 55 are 89 %"
    assert judge(facts(46, 51)).level is Level.STRONG


def test_every_level_has_words_and_a_rule() -> None:
    assert set(WORDS) == set(Level) == {Level.UNKNOWN, *(rule.level for rule in RULES)}
    assert [rule.per_cent for rule in RULES] == sorted((rule.per_cent for rule in RULES), reverse=True)
    assert len({rule_in_words(rule) for rule in RULES}) == len(RULES)
