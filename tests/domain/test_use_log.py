"""D: what a row of the use log may say, and what was no authorised use. Nothing typed is ever said back (S5)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.grants import State
from domain.use_log import Flag, Known, flag_of, months_shown, told_as
from domain.use_rows import FIELDS, check, check_grants

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
NHS, NI, MAIL = "943 476 5919", "QQ123456C", "amara@example.org"
ROW: dict[str, Any] = {
    "id": "0f8e2c1a-7e55-4b0e-9f5a-6f2d2f9c1b7e",
    "logtime": "2026-11-23T09:59:00Z",
    "action": "Looked whether somebody may get Pension Credit",
    "receiverCode": "dwp",
    "receiverName": "Department for Work and Pensions",
    "receiverSystem": "take-up",
    "grant": "GR-2222-2222.1.00ff00ff00ff00ff",
    "case": "SC-2222-2222",
    "purpose": "proactive_help",
    "basis": "Welfare Reform Act 2012, section 130",
    "items": ["date of birth"],
    "subject": "kd8-Zq0",
}


def test_a_row_is_read_with_its_grant_out_of_the_jti_and_its_instant_in_utc() -> None:
    (use,), troubles = check([ROW | {"logtime": "2026-11-23T10:59:00+01:00"}], NOW)
    assert not troubles
    assert (use.grant, use.logtime) == ("GR-2222-2222", NOW - timedelta(minutes=1))
    least = {name: ROW[name] for name in ("id", "logtime", "action", "receiverCode", "receiverName", "grant")}
    (bare,), _ = check([least], NOW)
    assert (bare.subject, bare.items) == ("", ()) and bare.hash != use.hash
    (same,), _ = check([ROW | {"grant": "GR-2222-2222", "logtime": "2026-11-23T09:59:00.000+00:00"}], NOW)
    assert same.hash == use.hash  # the same use, however its instant is written


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "", "Send 1 to 80"),
        ("id", None, "every row needs it"),
        ("id", 7, "Send 1 to 80"),
        ("logtime", "2026-11-23T10:05:01Z", "more than 5 minutes in the future"),
        ("logtime", "2026-11-23T10:00:00", "date, time and zone"),
        ("logtime", "yesterday", "date, time and zone"),
        ("logtime", "9999-12-31T23:59:59-12:00", "date, time and zone"),
        ("logtime", "0001-01-01T00:00:00+12:00", "date, time and zone"),
        ("logtime", 1764000000, "date, time and zone"),
        ("action", "x" * 201, "at most 200"),
        ("action", "   ", "says something"),
        ("action", "two\nlines", "one line"),
        ("action", f"Looked up {NHS}", "an NHS number"),
        ("receiverName", MAIL, "an e-mail address"),
        ("receiverCode", NI.replace("QQ", "AB"), "a National Insurance number"),
        ("receiverSystem", ["x"], "Send text"),
        ("purpose", f"for {NHS.replace(' ', '')}", "an NHS number"),
        ("basis", "b" * 201, "at most 200"),
        ("grant", "2222", "Send a grant"),
        ("grant", None, "every row needs it"),
        ("case", "SC-3333-3333", "not the case of the grant"),
        ("case", 5, "the reference of a case"),
        ("items", "address", "a list"),
        ("items", ["x"] * 51, "at most 50"),
        ("items", [NHS], "an NHS number"),
        ("items", [{"address": "1 High Street"}], "Send text"),
        ("subject", "9434765919", "an NHS number"),
        ("subject", "nhs-943-476-5919", "an NHS number"),
        ("subject", "AB123456C", "a National Insurance number"),
        ("subject", MAIL, "a pseudonym"),
        ("subject", "s" * 129, "a pseudonym"),
        ("payload", {"dob": "1950-01-01"}, "no payload"),
        ("nhs_number", "1", "no payload"),
    ],
)
def test_what_cannot_be_taken_is_named_and_never_said_back(field: str, value: Any, said: str) -> None:
    uses, (trouble, *more) = check([ROW, {**ROW, "id": "second", field: value}], NOW)
    assert len(uses) == 1 and not more
    assert (trouble.row, trouble.field) == (2, field) and said in trouble.sentence
    assert trouble.named == ("Row 2" if field == "id" else "Row 2 (second)")
    for secret in (NHS, NHS.replace(" ", ""), "AB123456C", MAIL, "High Street", "1950-01-01"):
        assert secret not in f"{trouble.named} {trouble.field} {trouble.sentence}"


def test_hex_and_uuids_are_no_numbers_of_people_by_chance() -> None:
    """A keyed hash of 64 digits holds ten digits in a row often enough to refuse every batch."""
    by_chance = f"c0ffee{NHS.replace(' ', '')}deadbeef"
    for field in ("id", "subject"):
        assert check([ROW | {field: by_chance}], NOW)[1] == []
        assert check([ROW | {field: f"a-{NHS.replace(' ', '')}-b"}], NOW)[1] != []


def test_a_grant_is_judged_by_the_time_of_the_use() -> None:
    def at(hour: int) -> datetime:
        return NOW.replace(hour=hour)

    states = [
        (6, State.ISSUED),
        (8, State.ACTIVE),
        (10, State.SUSPENDED),
        (12, State.ACTIVE),
        (14, State.EXPIRED),
    ]
    grant = Known(
        id="GR-2222-2222",
        ref="SC-2222-2222",
        closed=True,
        sending="hmrc",
        receiving="dwp",
        states=tuple((at(hour), state) for hour, state in states),
    )
    told = {hour: flag_of(grant, "dwp", at(hour)) for hour in (5, 7, 8, 9, 10, 11, 12, 13, 14, 20)}
    assert told == {5: Flag.BEFORE, 7: Flag.BEFORE, 8: None, 9: None, 10: Flag.SUSPENDED, 11: Flag.SUSPENDED, 12: None, 13: None, 14: Flag.OVER, 20: Flag.OVER}  # fmt: skip
    assert flag_of(grant, "york", at(9)) is Flag.NOT_YOURS and flag_of(None, "dwp", at(9)) is Flag.UNKNOWN
    assert told_as(Flag.NOT_YOURS) is Flag.UNKNOWN  # nobody learns whether a grant of others exists


def test_the_months_of_a_page_are_thirteen_with_this_one() -> None:
    shown = months_shown(date(2026, 1, 31))
    assert (shown[0], shown[-1], len(shown)) == ("2025-01", "2026-01", 13)


def test_grants_of_a_heartbeat_are_each_taken_once() -> None:
    assert check_grants(["GR-2-2", "GR-2-2.1.ff", "GR-1-1"]) == (["GR-1-1", "GR-2-2"], [])
    assert [each.row for each in check_grants(["GR-2-2", 5, "x"])[1]] == [2, 3]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)
NEARLY = st.dictionaries(st.sampled_from(FIELDS), ANY, max_size=4).map(lambda changed: ROW | changed)


@settings(max_examples=150, deadline=None)
@given(st.lists(ANY | NEARLY, max_size=4))
def test_whatever_is_sent_is_a_row_or_a_sentence(rows: list[Any]) -> None:
    uses, troubles = check(rows, NOW)
    wrong = {each.row for each in troubles}
    assert len(uses) + len(wrong) == len(rows)
    assert all(each.sentence.endswith(".") for each in troubles)
