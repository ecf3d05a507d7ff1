"""What a share cost (P10): words, minutes and what they are worth; and what a move restates (G7)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import events as e
from domain.figure_asked import Asked
from domain.figure_cost import Rate, cost, pounds
from domain.figure_counts import additions, counts, difference
from domain.figure_restated import DEFINED, WHY, changes, narrowed, why
from domain.figure_rows import SOURCES, Kept, behind, days_of, place_of, reckoned
from domain.figure_spread import Counted
from domain.figure_tally import DEFINITIONS, Dims, Tally
from domain.figure_words import rounded, words_typed
from domain.questions import Question
from store.rates import rates
from tests.fixtures.calendar import full_table

OLD, NEW = Rate(since="2005-01-01", pence_an_hour=2500, source="s"), Rate(since="2027-01-01", pence_an_hour=3000, source="s")  # fmt: skip
BOXES = (
    Question(id="why", label="w", ask="", kind="text"),
    Question(id="items", label="i", ask="", kind="lines"),
    Question(id="ground", label="g", ask="", kind="choice"),
    Question(id="rows", label="r", ask="", kind="number"),
)


def test_words_are_what_was_typed_and_nothing_else() -> None:
    answers = {
        "why": "It  saves\nfour words",
        "items": ("date of birth", "name"),
        "ground": "harm",
        "rows": 7,
    }
    assert words_typed(BOXES, {**answers, "form_hash": "added by us"}) == 8
    assert words_typed(BOXES, {}) == 0


@given(st.integers(0, 100_000))
def test_words_are_compared_to_the_nearest_ten(words: int) -> None:
    assert rounded(words) % 10 == 0 and -5 < rounded(words) - words <= 5


def test_minutes_are_worth_the_rate_of_their_month() -> None:
    assert pounds({"2026-12": 90}, (OLD, NEW)) == 38  # 37.50, half up
    assert pounds({"2026-12": 60, "2027-01": 60}, (OLD, NEW)) == 55
    assert pounds({}, ()) == 0
    assert pounds({"1999-01": 5}, (OLD,)) is None


def test_no_median_of_fewer_than_ten_who_said_how_long() -> None:
    rows = [Counted("cost", "minutes", "2026-12", n, "", 1) for n in range(9)]
    rows += [Counted("cost", "touches", "2026-12", 4, "", 12)]
    told = cost(rows, (OLD,))
    assert (told["declared"], told["minutes"]["total"], told["minutes"]["median"]) == (9, 36, None)
    assert told["touches"] == {"total": 48, "median": 4, "p90": 4} and told["shares"] == 12


def test_the_published_rates_begin_with_months_and_say_where_they_are_from() -> None:
    found = rates()
    assert found and all(date.fromisoformat(each.since).day == 1 and each.source for each in found)
    assert [each.since for each in found] == sorted({each.since for each in found})


# --- rows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "of, place", [("median", 4), ("p90", 8), ("longest", 9), ("n", None), ("total", None)]
)
def test_the_place_of_a_percentile_is_its_nearest_rank(of: str, place: int | None) -> None:
    assert place_of(of, 10) == place
    assert place_of("median", 9) is None and place_of("longest", 0) is None


def test_few_people_behind_one_row_hide_all_of_them_whatever_they_are_multiplied_by() -> None:
    rows = [Kept("a", "people", "2026-01-05", 0, 3), Kept("b", "people", "2026-01-05", 0, 50)]
    for name in ("affected", "harm"):
        found = behind(SOURCES[name], rows, full_table(), date(2026, 3, 2))
        assert [each.number for each in found] == [None, None] and reckoned("total", found) is None
        assert reckoned("n", found) == 2
    alone = behind(SOURCES["affected"], rows[1:], full_table(), date(2026, 3, 2))
    assert reckoned("total", alone) == 50


def test_which_days_a_number_counts() -> None:
    asked = Asked(since=date(2026, 3, 1), until=date(2026, 3, 31))
    assert days_of(SOURCES["received"], asked) == ("2026-03-01", "2026-03-31")
    assert days_of(SOURCES["open_at_start"], asked) == ("", "2026-02-28")
    assert days_of(SOURCES["open_at_end"], asked) == ("", "2026-03-31")


# --- restatements ------------------------------------------------------------------------------------------------

HMRC = Dims(receiving="dwp", sending="hmrc", lane="standard")
MOVED = Tally(
    dims=HMRC, received_on="2026-03-02", flows=(("2026-03-02", "received"), ("2026-04-01", "declined"))
)


def test_a_move_takes_its_numbers_along() -> None:
    after = replace(MOVED, dims=replace(HMRC, sending="home-office"))
    found = {(each.organisation, each.figure, each.month): each.change for each in changes(MOVED, after)}
    assert found == {
        ("hmrc", "received", "2026-03"): -1,
        ("home-office", "received", "2026-03"): 1,
        ("hmrc", "declined", "2026-04"): -1,
        ("home-office", "declined", "2026-04"): 1,
    }
    assert changes(MOVED, MOVED) == []


def test_a_lane_chosen_later_and_a_made_up_body() -> None:
    waited = replace(MOVED, dims=replace(HMRC, lane=""))
    lanes = {(each.lane, each.cluster, each.change) for each in changes(waited, MOVED)}
    assert lanes == {("none", "", -1), ("standard", "", 1)}
    made_up = changes(MOVED, replace(MOVED, dims=replace(HMRC, demo=True)))
    assert {(each.demo, each.change) for each in made_up} == {(False, -1), (True, 1)}
    assert {each.organisation or each.lane for each in made_up} == {"dwp", "hmrc", "standard"}


PLACES = st.builds(
    Dims,
    receiving=st.sampled_from("ab"),
    sending=st.sampled_from("bc"),
    cluster=st.sampled_from(["", "x"]),
    lane=st.sampled_from(["", "standard"]),
    demo=st.booleans(),
)


@given(PLACES, PLACES)
def test_any_move_changes_what_the_counts_change(before: Dims, after: Dims) -> None:
    """Of a body, a cluster and a lane: the log says what the sums do."""
    was, now = replace(MOVED, dims=before), replace(MOVED, dims=after)
    sums = difference(counts(was), counts(now))
    for change in changes(was, now):
        moved = sum(
            n
            for key, n in sums.items()
            if (key.family, key.name, key.day[:7]) == ("flow", change.figure, change.month)
            and key.organisation == change.organisation
            and key.demo == change.demo
            and change.cluster in ("", key.cluster)
            and change.lane in ("", key.lane or "none")
        )
        assert moved == change.change
    assert bool(changes(was, now)) == (
        {before.receiving, before.sending} != {after.receiving, after.sending}
        or (before.cluster, before.lane, before.demo) != (after.cluster, after.lane, after.demo)
    )
    assert additions(was) == additions(now)  # the rows of a case stay its own


def test_why_it_moved_is_told_in_words() -> None:
    chosen = e.LaneChosen(lane="standard")  # type: ignore[arg-type]
    assert why([chosen], HMRC, HMRC) == "lane_chosen"
    assert why([], HMRC, replace(HMRC, demo=True)) == "made_up"
    assert why([], HMRC, replace(HMRC, sending="x")) == "moved"
    assert all(sentence.endswith(".") for sentence in WHY.values())


def test_a_change_leads_to_its_number() -> None:
    (first, *_) = changes(MOVED, replace(MOVED, dims=replace(HMRC, sending="home-office")))
    asked = narrowed(replace(first, month="2026-12"))
    assert (asked.since, asked.until) == (date(2026, 12, 1), date(2026, 12, 31))
    assert narrowed(replace(first, month="2026-02")).until == date(2026, 3, 1) - timedelta(days=1)


def test_every_version_of_the_definitions_says_what_it_changed() -> None:
    assert DEFINED[-1].version == DEFINITIONS
    assert [each.since for each in DEFINED] == sorted(each.since for each in DEFINED)
