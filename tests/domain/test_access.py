"""S2: the table of addresses, and the flips: whichever cell of the three tables is turned, a test of this file is red.

How: docs/permissions.md is the agreed answer. A narrow check reads the line of one act or one address there and asks
the code for it: `permissions.could_ever` for each seat, the roles of an act outside a case, `access.enter` for nobody,
for somebody without a post and for each role. Each cell is then flipped in memory, and its own check must fail; the
same checks run unflipped first. Nothing else runs, so that thousands of flips take seconds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

from domain import governance, permissions
from domain.access import TABLE, Entry, Row, Who, enter, row_of
from domain.access_rows import SIGNED_IN
from domain.case import Kind, Stage
from domain.people import Actor, Role, Seat
from domain.permissions import SEATS_OF_KIND, Rule, could_ever
from domain.refusals import NotYours
from domain.scopes import Scope
from tests.domain import access_page
from tests.domain.test_permissions import plainly, roles_in_words, seats_in_words, stages_in_words

T = TypeVar("T")
PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


@cache
def agreed() -> dict[str, list[str]]:
    """Each line of the agreed page by its first cell, within its part: 'Acts outside a case|appoint' -> cells."""
    found: dict[str, list[str]] = {}
    part = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            part = line.lstrip("# ")
        elif line.startswith("| "):
            cells = [each.strip() for each in line.strip("|").split("|")]
            found[f"{part}|{cells[0]}"] = cells[1:]
        elif line.startswith("* "):
            found[f"{part}|{line[2:]}"] = ["everybody"]
    return found


# --- acts in a case: act × seat, act × task, act × stage, task × seat ---------------------------------------------


def act_is_right(act: str, rule: Rule) -> bool:
    """Whether the rule is what the page says: which tasks, who, when."""
    tasks, who, when = agreed()[f"Who may do what|{plainly(act)}"]
    held = {*rule.seats, *(seat for kind in rule.tasks for seat in SEATS_OF_KIND[kind])}
    return (
        tasks == (", ".join(plainly(kind) for kind in rule.tasks) or "none needed")
        and who == seats_in_words(held)
        and when
        == (stages_in_words(rule.stages) if rule.stages else "while such a task is open on their seat")
    )


def act_flips(rule: Rule) -> Iterator[Rule]:
    for seat in Seat:
        granted = {*rule.seats, *(each for kind in rule.tasks for each in SEATS_OF_KIND[kind])}
        if seat in rule.seats or seat not in granted:
            yield replace(rule, seats=_turned(rule.seats, seat))
    for kind in Kind:
        yield replace(rule, tasks=_turned(rule.tasks, kind))
    for stage in Stage:
        if rule.stages:
            yield replace(rule, stages=_turned(rule.stages, stage))


def _turned(held: Iterable[T], cell: T) -> tuple[T, ...]:
    kept = tuple(held)
    return tuple(each for each in kept if each != cell) if cell in kept else (*kept, cell)


def test_each_cell_of_acts_in_a_case_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    flipped = 0
    for act, rule in permissions.TABLE.items():
        assert act_is_right(act, rule), act
        for turned in act_flips(rule):
            lost = set(rule.seats) - set(turned.seats)
            still = {seat for kind in rule.tasks for seat in SEATS_OF_KIND[kind]}
            if lost and lost <= still:
                continue  # the seat has the act by its task all the same
            assert not act_is_right(act, turned), (act, turned)
            flipped += 1
    for act in permissions.TABLE:
        for seat in Seat:
            before = could_ever(Actor(person="p", seats=(seat,)), act)
            with monkeypatch.context() as turned:
                turned.setitem(permissions.TABLE, act, _without(act, seat) if before else _with(act, seat))
                assert could_ever(Actor(person="p", seats=(seat,)), act) is not before, (act, seat)
            flipped += 1
    assert flipped > 3_000, flipped


def _with(act: str, seat: Seat) -> Rule:
    rule = permissions.TABLE[act]
    return replace(rule, seats=(*rule.seats, seat))


def _without(act: str, seat: Seat) -> Rule:
    rule = permissions.TABLE[act]
    tasks = tuple(kind for kind in rule.tasks if seat not in SEATS_OF_KIND[kind])
    return replace(rule, seats=tuple(each for each in rule.seats if each is not seat), tasks=tasks)


def test_each_cell_of_whose_tasks_they_are_is_held() -> None:
    for kind, seats in SEATS_OF_KIND.items():
        said = agreed()[f"Whose tasks they are|{plainly(kind)}"][0]
        assert said == seats_in_words(seats), kind
        for seat in Seat:
            assert said != seats_in_words(_turned(seats, seat)), (kind, seat)


# --- acts outside a case: act × role --------------------------------------------------------------------------------


def test_each_cell_of_acts_outside_a_case_is_held() -> None:
    flipped = 0
    for act, roles in governance.TABLE.items():
        [said] = agreed()[f"Acts outside a case|{plainly(act)}"]
        assert said == roles_in_words(roles), act
        for role in Role:
            assert said != roles_in_words(_turned(roles, role)), (act, role)
            flipped += 1
    assert flipped >= 300, flipped


# --- addresses: row × who × role × scope ----------------------------------------------------------------------------


def _line(row: Row) -> str:
    if row.who is Who.EVERYBODY:
        return "everybody"
    return "|".join(
        (access_page.who_in_words(row), access_page.otherwise(row), row.then or "–", row.scope or "")
    )


@cache
def agreed_address(method: str, path: str) -> str:
    for key, cells in agreed().items():
        part, _, first = key.partition("|")
        methods, _, address = first.partition("`")
        listed = part == "Who may open what" and address.rstrip("`") == path and method in methods.split()
        if listed:
            return cells[0] if cells == ["everybody"] else "|".join((*cells[:3], cells[3].strip("–")))
    return "no line"


def row_flips(row: Row) -> Iterator[Row]:
    yield from (replace(row, who=who) for who in Who if who is not row.who)
    if row.who is not Who.EVERYBODY:
        yield from (replace(row, roles=row.roles ^ {role}) for role in Role)
    if row.scope:
        yield from (replace(row, scope=scope) for scope in (*Scope, None) if scope is not row.scope)
    if row.roles:
        yield replace(row, say=None if row.say else NotYours)


def test_each_cell_of_each_address_is_held() -> None:
    flipped = 0
    for (method, path), row in TABLE.items():
        said = agreed_address(method, path)
        assert said == _line(row), f"{method} {path}: run again with SHARECASE_WRITE_DOCS=1"
        for turned in row_flips(row):
            assert said != _line(turned), (method, path, turned)
            flipped += 1
    assert flipped >= 2_000, flipped


@pytest.mark.parametrize(
    ("row", "roles", "entry"),
    [
        (None, {Role.OPERATOR}, Entry.NOT_THERE),
        (Row(who=Who.EVERYBODY), None, Entry.COMES_IN),
        (SIGNED_IN, None, Entry.SIGNS_IN_FIRST),
        (SIGNED_IN, set[Role](), Entry.COMES_IN),
        (SIGNED_IN.only([Role.AUDITOR]), {Role.OPERATOR}, Entry.NOT_THERE),
        (SIGNED_IN.only([Role.AUDITOR]), None, Entry.SIGNS_IN_FIRST),
        (SIGNED_IN.only([Role.AUDITOR], NotYours), {Role.OPERATOR}, Entry.IS_TOLD),
        (SIGNED_IN.only([Role.AUDITOR]), {Role.AUDITOR, Role.REVIEWER}, Entry.COMES_IN),
    ],
)
def test_the_door(row: Row | None, roles: set[Role] | None, entry: Entry) -> None:
    assert enter(row, roles) is entry


def test_deny_by_default() -> None:
    """An address nobody decided about is not there, for anybody; HEAD is GET."""
    assert row_of("DELETE", "/register") is None and row_of("HEAD", "/register") is row_of("GET", "/register")
    for roles in (None, set[Role](), set(Role)):
        assert enter(row_of("GET", "/nobody/decided"), roles) is Entry.NOT_THERE
