"""§4: a guard rule changes by two people, from the next working day, and never backwards. docs/guards.md says it too."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.governance import TABLE
from domain.guards import RULES, Rule, hits
from domain.people import Role
from domain.records import facts
from domain.rulebook import (
    EFFECTS,
    Change,
    Confirmed,
    NoSuchRule,
    differences,
    history,
    in_force_from,
    may,
    months_up_to,
    rule_of,
    rules_on,
    version_of,
    with_change,
)
from domain.rulebook_forms import as_typed, check_proposal, decision_form, proposal_form, question_form
from domain.screened import look_up
from tests.domain.test_guards import DIRECTORY, ORDINARY
from tests.fixtures.calendar import EW, calendar_for

PAGE = Path(__file__).parents[2] / "docs" / "guards.md"
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
SURVEILLANCE = rule_of("surveillance")


def confirmed(number: int = 1, rule: str = "surveillance", on: date = WEDNESDAY, **change: Any) -> Confirmed:
    return Confirmed(number=number, rule=rule, change=Change(**change), in_force_from=on)


def found(rules: tuple[Rule, ...], **changes: Any) -> dict[str, str]:
    screened = look_up(facts({**ORDINARY, **changes}), DIRECTORY)
    return {hit.rule: hit.why for hit in hits(screened, rules)}


def on(day: date, *changes: Confirmed) -> dict[str, Rule]:
    return {rule.id: rule for rule in rules_on(changes, day)}


def test_without_changes_it_is_the_rulebook_as_written() -> None:
    assert rules_on([], WEDNESDAY) == RULES


def test_a_change_counts_from_its_day_and_never_before() -> None:
    change = confirmed(sentence="Ask the commissioner.")
    assert on(TUESDAY, change)["surveillance"] == SURVEILLANCE
    after = on(WEDNESDAY, change)["surveillance"]
    assert (after.sentence, after.version) == ("Ask the commissioner.", 2)
    others = {name: rule for name, rule in on(WEDNESDAY, change).items() if name != "surveillance"}
    assert others == {rule.id: rule for rule in RULES if rule.id != "surveillance"}


def test_the_newest_change_is_the_rule_and_every_change_is_a_version() -> None:
    first = confirmed(1, on=TUESDAY, sentence="One.", more_words=("drone watch",))
    second = confirmed(2, sentence="Two.")
    third = confirmed(3, sentence="Three.")  # of the same day: the later one holds
    for order in ((first, second, third), (third, first, second)):
        rule = on(WEDNESDAY, *order)["surveillance"]
        assert (rule.sentence, rule.more_words, rule.version) == ("Three.", (), 4)
        assert [each.version for each in history(order, "surveillance")] == [1, 2, 3, 4]
        assert [each.sentence for each in history(order, "surveillance")][1:] == ["One.", "Two.", "Three."]
    assert on(TUESDAY, first, second)["surveillance"].version == 2


def test_a_rule_that_is_no_longer_written_is_passed_over() -> None:
    assert rules_on([confirmed(rule="gone", sentence="Gone.")], WEDNESDAY) == RULES
    assert version_of([], "gone", 1) is None
    with pytest.raises(NoSuchRule):
        rule_of("gone")


def test_a_version_can_be_looked_up_as_it_was() -> None:
    change = confirmed(sentence="Ask the commissioner.")
    before, after = (version_of([change], "surveillance", number) for number in (1, 2))
    assert before == SURVEILLANCE and after and after.sentence == "Ask the commissioner."
    later = version_of([], "surveillance", 9)
    assert later and later.version == 9, "sharpened in code since then: still named as it was told"


def test_a_board_makes_a_rule_harder_or_softer_and_a_condition_stays_one() -> None:
    assert with_change(SURVEILLANCE, Change(effect="ask")).effect == "ask"
    assert with_change(rule_of("no_place"), Change(effect="block")).effect == "block"
    condition = rule_of("health_in_bulk")
    for effect in ("block", "ask", "condition", "none", ""):
        assert with_change(condition, Change(effect=effect)).effect == "condition"
    for effect in ("condition", "none", ""):
        assert with_change(SURVEILLANCE, Change(effect=effect)).effect == "block"


def test_phrases_are_looked_for_whole_and_whatever_the_case() -> None:
    rules = rules_on([confirmed(more_words=("drone watch",))], WEDNESDAY)
    assert found(rules, purpose="A Drone  Watch over the bus stops.") == {
        "surveillance": "it says 'Drone  Watch'"
    }
    assert found(rules, title="Drone watches for sale") == {}
    assert found(RULES, purpose="A drone watch over the bus stops.") == {}


def test_a_phrase_is_never_read_as_a_pattern() -> None:
    rules = rules_on([confirmed(more_words=("b.s stops",))], WEDNESDAY)
    assert found(rules, purpose="Count bus stops.") == {}


def test_an_exception_is_passed_over_and_the_rest_is_still_read() -> None:
    rules = rules_on([confirmed(fewer_words=("wildlife surveillance",))], WEDNESDAY)
    assert "surveillance" in found(RULES, purpose="Wildlife surveillance near schools.")
    assert found(rules, purpose="Wildlife surveillance near schools.") == {}
    assert "surveillance" in found(rules, purpose="Wildlife surveillance, and surveillance of parents.")


def test_an_exception_does_not_join_the_words_beside_it() -> None:
    rules = rules_on([confirmed(rule="open_data", fewer_words=("government", "travel"))], WEDNESDAY)
    assert found(rules, purpose="Open travel data for passes.") == {}


def test_only_a_rule_that_reads_words_takes_phrases() -> None:
    rules = rules_on([confirmed(rule="commercial_recipient", more_words=("bus stops",))], WEDNESDAY)
    assert found(rules, purpose="Count bus stops.") == {}
    asked = {rule.id: {question.id for question in proposal_form(rule)} for rule in RULES}
    assert "more_words" in asked["surveillance"] and "more_words" not in asked["commercial_recipient"]
    assert "effect" in asked["no_place"] and "effect" not in asked["health_in_bulk"]


def test_a_change_survives_being_kept_and_what_is_unknown_is_passed_over() -> None:
    change = Change(sentence="Go there.", effect="ask", more_words=("one two",), fewer_words=("three",))
    assert Change.from_json(change.to_json()) == change
    assert Change.from_json({"sentence": "Go there.", "later": 1}) == Change(sentence="Go there.")


@pytest.mark.parametrize(
    ("confirmed_at", "first_day"),
    [
        (datetime(2026, 11, 24, 10, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 27, 10, tzinfo=UTC), date(2026, 11, 30)),  # Friday: the weekend is over first
        (datetime(2026, 11, 28, 10, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 12, 24, 23, 59, tzinfo=UTC), date(2026, 12, 29)),  # Christmas, and a substitute day
        (datetime(2026, 6, 24, 23, 30, tzinfo=UTC), date(2026, 6, 26)),  # half past midnight in London
    ],
)
def test_it_counts_from_the_next_working_day(confirmed_at: datetime, first_day: date) -> None:
    assert in_force_from(calendar_for(EW), confirmed_at) == first_day


# --- the form -------------------------------------------------------------------------------------------------------


def propose(rule: Rule = SURVEILLANCE, **changes: Any) -> dict[str, str]:
    typed = {**as_typed(rule), "reason": "It stops what it should not.", **changes}
    _, _, problems = check_proposal(rule, typed)
    return {problem.field: problem.sentence for problem in problems}


def test_a_good_proposal_has_no_problems() -> None:
    changed: dict[str, Any] = {
        "sentence": "Ask the commissioner.",
        "fewer_words": "wildlife surveillance\nroad-side bird's nests",
    }
    assert propose(**changed) == {}
    change, reason, _ = check_proposal(
        SURVEILLANCE, {**as_typed(SURVEILLANCE), "reason": " Why. ", **changed}
    )
    assert change.fewer_words == ("wildlife surveillance", "road-side bird's nests")
    assert (change.effect, reason) == ("block", "Why.")


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"reason": ""}, "reason", "Enter the reason"),
        ({"sentence": ""}, "sentence", "Enter a sentence"),
        ({"sentence": "Go elsewhere"}, "sentence", "full stop"),
        ({"sentence": "This is unlawful."}, "sentence", "do not say 'unlawful'"),
        ({"sentence": "x" * 160 + "."}, "sentence", "shorten"),
        ({"effect": "condition"}, "effect", "Select what happens"),
        ({"more_words": r"bus.*stops"}, "more_words", "plain words only"),
        ({"more_words": "(a+)+ b"}, "more_words", "plain words only"),
        ({"more_words": "bus"}, "more_words", "at least 4 letters"),
        ({"fewer_words": "long words " * 9}, "fewer_words", "60 characters"),
        ({"fewer_words": "\n".join(f"phrase {n}" for n in range(21))}, "fewer_words", "20 or fewer"),
        ({"more_words": "Bus stops", "fewer_words": "bus stops"}, "fewer_words", "leave out"),
        ({}, "sentence", "Change something"),
    ],
)
def test_what_cannot_be_proposed_is_named(changes: dict[str, Any], field: str, says: str) -> None:
    problems = propose(**changes)
    assert list(problems) == [field] and says in problems[field]


def test_every_rule_can_be_proposed_a_new_sentence() -> None:
    for rule in RULES:
        assert propose(rule, sentence="Ask the board.") == {}


def test_a_change_is_told_in_plain_words() -> None:
    before = replace(SURVEILLANCE, more_words=("old phrase",))
    after = with_change(
        SURVEILLANCE,
        Change(sentence="Go there.", effect="ask", more_words=("drone watch",), fewer_words=("bird watch",)),
    )
    assert differences(before, after) == (
        "What happens: “people look first” instead of “out of scope”.",
        f"Where to go instead: “Go there.” It said: “{SURVEILLANCE.sentence}”",
        "It also looks for “drone watch”.",
        "It no longer looks for “old phrase”.",
        "It now passes over “bird watch”.",
    )
    assert differences(before, before) == ()


def test_who_proposed_is_only_offered_to_drop_it() -> None:
    assert [choice.value for choice in decision_form(own=True)[0].choices] == ["drop"]
    assert [choice.value for choice in decision_form(own=False)[0].choices] == ["confirm", "drop"]
    assert question_form([SURVEILLANCE])[0].choices[0].value == "surveillance"


def test_only_boards_change_rules_and_answer() -> None:
    acts = ("propose_rule", "confirm_rule", "answer_question")
    for act in acts:
        assert [role for role in Role if may(act, [role])] == [Role.BOARD]
    assert set(TABLE["question_block"]) == {Role.REQUESTER, Role.RISK_OWNER}


def test_twelve_months_end_with_this_one() -> None:
    months = months_up_to(date(2026, 2, 28))
    assert (months[0], months[-1], len(months)) == (date(2025, 3, 1), date(2026, 2, 1), 12)


# --- docs/guards.md ---------------------------------------------------------------------------------------------------


def rules_table() -> str:
    lines = ["| rule | what it is about | what happens | what it tells the team |", "|---|---|---|---|"]
    lines += [
        f"| `{rule.id}` v{rule.version} | {rule.about} | {EFFECTS[rule.effect]} | {rule.sentence} |"
        for rule in RULES
    ]
    return "\n".join(lines) + "\n"


def test_the_page_has_every_rule_as_it_is() -> None:
    """SHARECASE_WRITE_DOCS=1 writes the table anew."""
    page = PAGE.read_text(encoding="utf-8")
    begins, ends = page.index("| rule |"), page.index("\n## How a rule changes")
    if os.environ.get("SHARECASE_WRITE_DOCS") == "1":
        PAGE.write_text(page[:begins] + rules_table() + page[ends:], encoding="utf-8")
    assert page[begins:ends] == rules_table()
