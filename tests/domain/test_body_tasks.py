"""Tasks of a body outside any case: whose they are, and to whom silence moves them (C15, G5)."""

import pytest

from domain.body_tasks import (
    DAYS,
    WHY,
    WORDS,
    BodyKind,
    check_said,
    is_mine,
    may_settle,
    next_leader,
    what_next,
)
from domain.people import Role
from domain.permissions import Post

ONE, TWO, THREE = Role.LEADER_1, Role.LEADER_2, Role.LEADER_3
ALL = {ONE, TWO, THREE}


@pytest.mark.parametrize(
    ("role", "level", "appointed", "following"),
    [
        (Role.SENDER_DECIDER, 0, ALL, (1, ONE)),
        (Role.BOARD, 0, {TWO, THREE}, (2, TWO)),  # an empty level is skipped
        (Role.SENDER_DECIDER, 0, {THREE}, (3, THREE)),
        (ONE, 1, {ONE, THREE}, (3, THREE)),
        (ONE, 0, ALL, (2, TWO)),  # the first to be asked was leader 1
        (TWO, 2, ALL, (3, THREE)),
        (THREE, 3, ALL, None),
        (THREE, 0, ALL, None),
        (TWO, 2, {ONE, TWO}, None),
        (Role.SENDER_DECIDER, 0, set[Role](), None),
    ],
)
def test_silence_moves_up_past_empty_levels_to_the_top(
    role: Role, level: int, appointed: set[Role], following: tuple[int, Role] | None
) -> None:
    assert next_leader(role, level, appointed) == following


def test_whose_it_is_and_who_may_settle_it() -> None:
    decider = Post(role=Role.SENDER_DECIDER, organisation="hmrc", team="paye")
    other_team = Post(role=Role.SENDER_DECIDER, organisation="hmrc", team="vat")
    leader = Post(role=TWO, organisation="hmrc")
    elsewhere = Post(role=TWO, organisation="dwp")
    task = ("hmrc", "paye", Role.SENDER_DECIDER)
    assert [is_mine([each], *task) for each in (decider, other_team, leader)] == [True, False, False]
    everybody = (decider, other_team, leader, elsewhere)
    assert [may_settle([each], *task) for each in everybody] == [True, False, True, False]
    assert is_mine([other_team], "hmrc", "", Role.SENDER_DECIDER)


def test_every_kind_has_words_days_and_a_reason() -> None:
    assert set(WORDS) == set(DAYS) == set(WHY) == set(BodyKind)


def test_what_is_said_holds_nobody() -> None:
    assert check_said({"said": "We named two people."}) == ({"said": "We named two people."}, ())
    for text in ("", "x" * 4001, "Ask jo@example.org", "It was about 943 476 5919"):
        assert [each.field for each in check_said({"said": text})[1]] == ["said"]


def test_what_happens_next() -> None:
    assert "leader 1 of this body is asked as well" in what_next(Role.SENDER_DECIDER, 0, missed=False)
    assert "leader 1 of the receiving body" in what_next(Role.BOARD, 0, missed=False)
    assert "leader 3" in what_next(TWO, 2, missed=False)
    assert "Its time is over" in what_next(ONE, 1, missed=True)
    assert "no higher leader" in what_next(THREE, 3, missed=False)
