"""P3, C17: two manifests are the same whatever the spacing and case, and whatever differs is named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.acts import FORMS
from domain.manifests import (
    ITEMS,
    Manifest,
    differences,
    headline,
    is_over,
    manifest_hash,
    manifest_of,
    moment,
    same_checksum,
    time_problems,
)
from domain.questions import Choice, check
from domain.working_days import end_of_day

HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SENT = Manifest(rows=1240, checksum=HEX, items=("Name", "Income band"))
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)

words = st.text(st.sampled_from("abcdefXYZ0123 -"), min_size=1, max_size=20).filter(str.strip)
manifests = st.builds(
    Manifest,
    rows=st.integers(0, 10_000_000_000),
    checksum=words | st.just(HEX),
    items=st.lists(words, max_size=4, unique_by=lambda each: " ".join(each.casefold().split())).map(tuple),
)


@st.composite
def retyped(draw: st.DrawFn) -> tuple[Manifest, Manifest]:
    """A manifest, and the same as somebody else types it."""
    told = draw(manifests)

    def again(text: str) -> str:
        spaces = draw(st.sampled_from((" ", "  ")))
        return f" {draw(st.sampled_from((str.upper, str.lower, str.title)))(text).replace(' ', spaces)}  "

    checksum = (
        told.checksum
        if told.checksum != HEX
        else draw(st.sampled_from((HEX, f"sha256:{HEX}", f"SHA-256: {HEX}")))
    )
    items = tuple(again(each) for each in draw(st.permutations(told.items)))
    return told, Manifest(rows=told.rows, checksum=again(checksum), items=items)


@given(retyped())
def test_the_same_is_the_same_however_it_is_typed(pair: tuple[Manifest, Manifest]) -> None:
    sent, arrived = pair
    assert differences(sent, arrived) == () and manifest_hash(sent) == manifest_hash(arrived)


@given(manifests, manifests)
def test_whatever_differs_is_named_and_nothing_else(sent: Manifest, arrived: Manifest) -> None:
    found = differences(sent, arrived)
    assert bool(found) == (manifest_hash(sent) != manifest_hash(arrived))
    for each in found:
        mended = replace(arrived, **{each.field: getattr(sent, each.field)})
        assert each.field not in {left.field for left in differences(sent, mended)}
        assert each.words.startswith(f"{each.field}: ")
    assert len(headline(found)) <= 200, "a notice holds no more"


def test_what_differs_in_words() -> None:
    arrived = Manifest(rows=1204, checksum="ref 7", items=("name", "Address"))
    rows, checksum, items = differences(SENT, arrived)
    assert rows.words == "rows: 1,204 arrived against 1,240 sent"
    assert checksum.words == f"checksum: 'ref 7' arrived against '{HEX}' sent"
    assert items.words == "items: 'Income band' sent and did not arrive; 'Address' arrived and was not sent"
    said = headline((rows, checksum, items))
    assert said.endswith(
        "not delivered: rows: 1,204 arrived against 1,240 sent, another checksum, other items"
    )
    for typed in ("Name", "Income", "ref 7", HEX):
        assert typed not in said, "no words of the case in a notice (S5)"
    [alone] = differences(replace(SENT, items=()), SENT)
    assert alone.words == "items: 'Name', 'Income band' arrived against all items sent"


def test_a_receipt_of_before_agrees_with_one_of_today() -> None:
    """Bodies that were kept before items were said hash as they did."""
    for act in ("record_delivery", "confirm_receipt"):
        build = FORMS[act].build
        assert build
        told: Any = build({"rows": 7, "checksum": "AB "})
        assert told.manifest_hash == sha256(b"7|ab").hexdigest()
    assert same_checksum(f"SHA256:{HEX.upper()}") == f"sha256:{HEX}"
    assert same_checksum("sha256:4be1") == "sha256:4be1", "what is no SHA-256 stays as it is"
    assert manifest_of({"note": "no delivery"}) is None


def test_all_items_are_meant_until_fewer_are_picked() -> None:
    picks = (
        replace(ITEMS, choices=(Choice(value="Name", label="Name"), Choice(value="Income", label="Income"))),
    )
    for given_ in (None, "", ["Income", "Name"]):
        assert check(picks, {"items": given_}) == ({}, ())
    assert check(picks, {"items": ["Name"]}) == ({"items": ("Name",)}, ())
    for wrong in ([], ["Address"], [5]):
        _, [problem] = check(picks, {"items": wrong})
        assert problem.field == "items", wrong


@pytest.mark.parametrize(
    ("given_", "wrong"),
    [
        ({"sent_on": "2026-11-23"}, ""),
        ({"sent_on": "2026-11-24"}, "future"),
        ({"arrived_on": "2026-11-15"}, "16 November 2026"),
        ({"arrived_on": "2026-11-16"}, ""),
        ({"sent_at": "2026-11-23T10:04:00Z"}, ""),
        ({"sent_at": "2026-11-23T10:06:00+00:00"}, "future"),
        ({"sent_at": "2026-11-23T09:00:00"}, "zone"),
        ({"arrived_at": "yesterday"}, "like 2026-11-23"),
        ({"arrived_at": "0001-01-01T00:00:00+14:00"}, "like 2026-11-23"),
        ({"arrived_at": "2026-11-20"}, ""),
    ],
)
def test_a_time_that_cannot_be_is_refused(given_: dict[str, str], wrong: str) -> None:
    since = datetime(2026, 11, 16, 15, tzinfo=UTC)
    found = time_problems(given_, NOW, since)
    assert [each.field for each in found] == (list(given_) if wrong else [])
    assert all(wrong in each.sentence for each in found)
    assert time_problems(given_, None, since) == ()


def test_when_it_was_is_an_instant_and_never_ahead() -> None:
    assert moment(None, NOW) == NOW == moment("2026-11-23", NOW)
    assert moment("2026-11-20", NOW) == end_of_day(date(2026, 11, 20))
    assert moment("2026-11-23T09:00:00+01:00", NOW) == NOW - timedelta(hours=2)
    assert moment("2026-11-23T10:04:00Z", NOW) == NOW
    assert not is_over(5, 0) and not is_over(100, 100) and is_over(101, 100)
