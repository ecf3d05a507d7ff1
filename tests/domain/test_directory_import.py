"""Rows of a file against the directory: what is added, changed, left; every bad row told, and none because of another."""

import csv
import os
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import directory_import
from domain.directory_plan import ADD, CHANGE, SAME, Plan
from domain.directory_rows import ALL_COLUMNS, KINDS, Body, Contact, Held, Known, Someone, Team, rows_of
from domain.directory_table import MOST_ROWS, read_table, text_of
from domain.imports import CannotRead

TODAY = date(2026, 11, 23)
NATIONS = ("england-and-wales", "scotland", "northern-ireland")


def known() -> Known:
    return Known(
        bodies={
            "leeds": Body(
                id="leeds", name="Leeds City Council", type="council", nation=NATIONS[0], status="public",
                identifiers={"ons": "E08000035"},
            ),
            "fife": Body(id="fife", name="Fife Council", type="council", nation="scotland", status="public", tiny=True),
            "old": Body(id="old", name="Old Board", type="board", nation="scotland", status="public", closed_on="2026-01-01"),
        },
        teams={
            "leeds-benefits": Team(id="leeds-benefits", name="Benefits", body="leeds", slack_channel="#benefits"),
            "fife-care": Team(id="fife-care", name="Care", body="fife", cluster="care"),
        },
        people={
            "p-ann": Someone(id="p-ann", name="Ann Bell", email="ann@leeds.example", slack_user="U0ANN001"),
            "p-bo": Someone(id="p-bo", name="Bo Cox", email="bo@fife.example"),
            "p-gone": Someone(id="p-gone", name="Cy Dee", email="cy@fife.example", left_on="2026-02-01"),
        },
        posts=(
            Held(number=1, person="p-ann", role="risk_owner", body="leeds", team="leeds-benefits"),
            Held(number=2, person="p-bo", role="leader_1", body="fife", first="2026-01-05", last="2027-03-31"),
            Held(number=3, person="p-bo", role="leader_2", body="fife", first="2025-01-01", last="2025-12-31"),
        ),
        contacts=(Contact(number=7, team="fife-care", person="p-bo", first="2026-01-05"),),
        holidays={(nation, "2027-12-27"): "Christmas Day" for nation in NATIONS},
        former=(("Fife Region", "fife"),),
        clusters={"care": "Health and social care"},
        first_year=2026,
        last_year=2030,
    )  # fmt: skip


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    out = StringIO()
    csv.writer(out).writerows([ALL_COLUMNS, *rows])
    return out.getvalue()


def planned(*rows: str, header: str = ",".join(ALL_COLUMNS)) -> Plan:
    return directory_import.plan("\n".join((header, *rows)), known(), TODAY)


def row(**cells: str) -> str:
    return ",".join('"' + cells.get(column, "").replace('"', '""') + '"' for column in ALL_COLUMNS)


def told(plan: Plan) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.sentence) for each in plan.faults]


NEW_BODY = {
    "kind": "body",
    "name": "Hull City Council",
    "type": "council",
    "nation": "england-and-wales",
    "status": "public",
}
GOOD = (
    row(**NEW_BODY),
    row(kind="team", name="Housing", body="Hull City Council", slack_channel="#hull-housing"),
    row(kind="person", name="Di Eve", email="di@hull.example"),
    row(kind="post", email="di@hull.example", role="risk_owner", body="hull-city-council", team="Housing"),
    row(kind="contact", email="di@hull.example", body="Hull City Council", team="Housing"),
    row(kind="holiday", nation="scotland", date="24/11/2027", name="A proclaimed day"),
)


def test_what_a_file_adds_may_name_what_stands_below_it() -> None:
    plan = planned(*reversed(GOOD))
    assert not plan.faults and [each.verb for each in plan.lines] == [ADD] * 6
    assert plan.may_be_done and {each.kind for each in plan.lines} == set(KINDS)
    values = {each.kind: dict(each.values) for each in plan.lines}
    assert values["team"]["body"] == values["post"]["body"] == "hull-city-council"
    assert values["post"] == {
        "person": values["person"]["id"], "role": "risk_owner", "body": "hull-city-council",
        "team": values["team"]["id"], "from": "", "until": "",
    }  # fmt: skip


def test_what_is_there_is_left_and_an_empty_cell_changes_nothing() -> None:
    plan = planned(
        row(kind="body", id="leeds"),
        row(kind="body", name="the leeds city council", tiny="yes"),
        row(kind="team", id="leeds-benefits", name="Benefits and tax", cluster="health and social care"),
        row(kind="person", email="ANN@leeds.example", slack_user="U0ANN002"),
        row(kind="post", email="ann@leeds.example", role="Risk owner of a team", body="leeds", team="Benefits", until="1 March 2027"),
        row(kind="post", email="bo@fife.example", role="leader_1", body="Fife Region"),
        row(kind="contact", email="bo@fife.example", team="fife-care"),
        row(kind="holiday", nation="Scotland", date="2027-12-27", name="Christmas"),
    )  # fmt: skip
    assert told(plan) == [(3, "", "Line 2 is about the same body: take one of the two out.")]
    assert [each.verb for each in plan.lines] == [SAME, CHANGE, CHANGE, CHANGE, SAME, SAME, SAME]
    assert [each.changes for each in plan.of(CHANGE)] == [
        (("name", "Benefits", "Benefits and tax"), ("cluster", "", "care")),
        (("slack_user", "U0ANN001", "U0ANN002"),),
        (("until", "", "2027-03-01"),),
    ]


BAD = [
    (row(kind="planet", name="Mars"), "kind", "Write one of body"),
    (row(kind="body", name="Hull"), "type", "Fill in type"),
    (row(**{**NEW_BODY, "nation": "Narnia"}), "nation", "Write one of england-and-wales"),
    (row(**{**NEW_BODY, "status": "good"}), "status", "Write one of public"),
    (row(**{**NEW_BODY, "tiny": "perhaps"}), "tiny", "Write yes or no"),
    (row(**{**NEW_BODY, "id": "Hull!"}), "id", "small letters"),
    (row(**{**NEW_BODY, "identifiers": "E08"}), "identifiers", "system=value"),
    (row(**{**NEW_BODY, "name": "Fife Region"}), "name", "This body is called Fife Council"),
    (row(**{**NEW_BODY, "id": "hull", "name": "Leeds City Council"}), "name", "Another body has this name"),
    (row(kind="body", id="leeds", name="Leeds"), "name", "change of government"),
    (row(kind="body", id="leeds", test="yes"), "test", "said once"),
    (row(kind="body", id="old", tiny="yes"), "", "is closed since 2026-01-01"),
    (row(**{**NEW_BODY, "email": "a@b.example"}), "email", "A body has no email"),
    (row(**{**NEW_BODY, "name": "Hull\u202e"}), "name", "hidden or broken"),
    (row(**{**NEW_BODY, "name": "Hull\nCity"}), "name", "one line"),
    (row(**{**NEW_BODY, "name": "H" * 201}), "name", "200 characters"),
    (row(**NEW_BODY) + ",more", "", "more cells"),
    (row(kind="team", name="Tax", body="Atlantis"), "body", "No body is called 'Atlantis'"),
    (row(kind="team", name="Tax", body="old"), "body", "is closed"),
    (row(kind="team", id="leeds-benefits", body="fife"), "body", "change of government"),
    (row(kind="team", name="Tax", body="leeds", cluster="space"), "cluster", "Write the id of a cluster: care"),
    (row(kind="team", name="Tax", body="leeds", slack_channel="tax"), "slack_channel", "such as #leeds-benefits"),
    (row(kind="team", id="tax", name="Benefits", body="leeds"), "name", "leeds-benefits"),
    (row(kind="person", name="Flo", email="flo"), "email", "usual form"),
    (row(kind="person", email="flo@x.example"), "name", "Fill in name"),
    (row(kind="person", id="p-flo", name="Flo", email="ann@leeds.example"), "email", "Somebody else has this address"),
    (row(kind="person", email="bo@fife.example", slack_user="U0ANN001"), "slack_user", "Somebody else has"),
    (row(kind="person", email="bo@fife.example", slack_user="bo"), "slack_user", "member ID"),
    (row(kind="person", email="cy@fife.example", name="Cy Fox"), "", "left on 2026-02-01"),
    (row(kind="post", email="no@x.example", role="leader_1", body="fife"), "email", "Nobody has the address"),
    (row(kind="post", email="bo@fife.example", role="king", body="fife"), "role", "Write one of requester"),
    (row(kind="post", email="bo@fife.example", role="requester", body="fife"), "team", "is held in one"),
    (row(kind="post", email="bo@fife.example", role="leader_3", body="fife", team="Care"), "team", "whole body"),
    (row(kind="post", email="bo@fife.example", role="requester", body="fife", team="Benefits"), "team", "has no team called"),
    (row(kind="post", email="bo@fife.example", role="leader_3", body="fife", **{"from": "31/02/2027"}), "from", "real date"),
    (row(kind="post", email="bo@fife.example", role="leader_3", body="fife", **{"from": "2027-01-02", "until": "2027-01-01"}), "until", "on or after"),
    (row(kind="post", email="bo@fife.example", role="leader_1", body="fife", **{"from": "2027-01-02"}), "from", "It is held from 2026-01-05 until 2027-03-31"),
    (row(kind="post", email="bo@fife.example", role="leader_1", body="fife", until="2025-01-01"), "until", "2026-01-05"),
    (row(kind="post", email="bo@fife.example", role="leader_2", body="fife", **{"from": "2025-01-01", "until": "2027-01-01"}), "until", "what is over stays"),
    (row(kind="post", email="cy@fife.example", role="leader_3", body="fife"), "email", "has left"),
    (row(kind="post", email="bo@fife.example", role="leader_3", body="old"), "body", "closed"),
    (row(kind="contact", email="bo@fife.example", team="Care"), "team", "No team has the id"),
    (row(kind="contact", email="bo@fife.example"), "team", "Fill in team"),
    (row(kind="holiday", nation="scotland", date="2026-11-20", name="Gone"), "date", "today or a later day"),
    (row(kind="holiday", nation="scotland", date="2026-11-28", name="A Saturday"), "date", "Saturday"),
    (row(kind="holiday", nation="scotland", date="2031-01-01", name="Far"), "date", "up to the end of 2030"),
    (row(kind="holiday", nation="france", date="2027-07-14", name="Far"), "nation", "Write one of"),
    (row(kind="holiday", nation="scotland", date="someday", name="Far"), "date", "real date"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "column", "words"), BAD, ids=[each[2] for each in BAD])
def test_a_bad_row_is_told_with_its_line_its_column_and_what_to_do(bad: str, column: str, words: str) -> None:
    plan = planned(GOOD[0], bad) if "Hull City" not in bad else planned(bad)
    assert len(plan.bad_lines) == 1 and not plan.may_be_done, told(plan)
    fault = plan.faults[0]
    assert fault.column == column and words in fault.sentence and fault.sentence.endswith(".")
    assert fault.line == (3 if "Hull City" not in bad else 2)


@settings(max_examples=400 if os.environ.get("SHARECASE_FULL") else 60, deadline=None)
@given(st.data())
def test_a_file_with_k_bad_rows_reports_exactly_k(data: st.DataObject) -> None:
    alone = [each[0] for each in BAD if "Hull City" not in each[0]]
    bad = data.draw(st.lists(st.sampled_from(alone), unique=True, max_size=12))
    # Two rows about the same thing would be one more: each of these is about its own.
    kept: list[str] = []
    for each in bad:
        if len(planned(*kept, each).bad_lines) == len(kept) + 1:
            kept.append(each)
    rows = data.draw(st.permutations([*GOOD, *kept]))
    plan = planned(*rows)
    starts = [2 + "\n".join(rows[:place]).count("\n") + bool(place) for place in range(len(rows))]
    assert list(plan.bad_lines) == [line for line, each in zip(starts, rows, strict=True) if each in kept]
    assert plan.may_be_done == (not kept)


def test_a_row_is_not_bad_because_another_one_is() -> None:
    bad_body = row(**{**NEW_BODY, "nation": "Narnia"})
    bad_person = row(kind="person", name="Di Eve", email="di@hull.example", slack_user="di")
    plan = planned(bad_body, GOOD[1], bad_person, *GOOD[3:])
    assert plan.bad_lines == (2, 4)


def test_a_post_with_no_team_and_no_day_is_told_of_both() -> None:
    plan = planned(row(kind="post", email="bo@fife.example", role="reviewer", body="fife", until="soon"))
    assert [each.column for each in plan.faults] == ["until", "team"]


def test_one_row_can_have_many_faults_and_a_repeat_is_told() -> None:
    plan = planned(row(**{**NEW_BODY, "nation": "x", "status": "y", "tiny": "z"}), GOOD[2], GOOD[2])
    assert [(each.line, each.column) for each in plan.faults] == [
        (2, "nation"),
        (2, "status"),
        (2, "tiny"),
        (4, ""),
    ]
    assert "Line 3 is about the same person" in plan.faults[-1].sentence


def test_the_directory_as_a_file_changes_nothing() -> None:
    text = as_csv(rows_of(known(), TODAY))
    plan = directory_import.plan(text, known(), TODAY)
    assert not plan.faults and {each.verb for each in plan.lines} == {SAME} and not plan.does_something
    assert len(plan.lines) == 2 + 2 + 2 + 2 + 1 + 3, "without what is over"


def test_a_year_of_holidays_comes_whole_or_not_at_all() -> None:
    days = [f"2031-0{month}-0{3 + month % 3}" for month in range(1, 7)]
    rows = [row(kind="holiday", nation=nation, date=day, name="Day") for nation in NATIONS for day in days]
    assert not planned(*rows).faults
    assert len(planned(*rows[:-1]).bad_lines) == len(rows) - 1
    assert planned(*(each.replace("2031-", "2032-") for each in rows)).faults, "not over a gap"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_is_read_however_it_was_saved(delimiter: str, encoding: str, end: str) -> None:
    lines = [
        "kind;Name;E-mail".replace(";", delimiter),
        delimiter.join(("person", '"Zoë, O’Hara; Ms"', "zoe@x.example")),
    ]
    read = text_of((end.join(lines) + end).encode(encoding))
    (record,) = read_table(read.text)
    assert record.cells == {"kind": "person", "name": "Zoë, O’Hara; Ms", "email": "zoe@x.example"}
    assert bool(read.written) == (encoding in ("cp1252", "utf-16"))


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    found = read_table('\nkind,name\n"body","Two\nlines"\n\nteam,Next\n,\n')
    assert [each.line for each in found] == [3, 6]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\x81\x8d\x8f", "no text"),
        (b"kind\0", "no text"),
        (b"a" * 1_000_001, "larger than 1 MB"),
        (b"kind,colour\nbody,red", "Column 2, 'colour', is none of the columns"),
        (b"kind,name,name\nbody,a,b", "there twice"),
        (b"kind,,name\nbody,a,b", "Column 2 has no name"),
        (b"name\nx", "no column named kind"),
        (b"kind,name\n", "no rows"),
        (b'kind,name\nbody,"a"b\n', "From line 2 on"),
        (b'kind,name\nbody,"a\n', "From line 2 on"),
        (b"kind\n" + b"body\n" * (MOST_ROWS + 1), "5,001 rows"),
    ],
)
def test_what_nobody_could_mean_is_refused_whole(content: bytes, words: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read_table(text_of(content).text)
    assert words in " ".join(refused.value.sentences)


def test_an_apostrophe_that_keeps_a_formula_away_is_none_of_the_name() -> None:
    (record,) = read_table("kind,name,email\nperson,'=cmd(),'t-hart@x.example\n")
    assert record.cells == {"kind": "person", "name": "=cmd()", "email": "'t-hart@x.example"}


def test_five_thousand_rows_are_quick_enough_to_wait_for() -> None:
    many = MOST_ROWS if os.environ.get("SHARECASE_FULL") else 500
    rows = [row(kind="person", name=f"Person {n}", email=f"p{n}@x.example") for n in range(many)]
    plan = planned(*rows)
    assert len(plan.of(ADD)) == many and len({each.key for each in plan.lines}) == many


def test_the_digest_is_of_effects() -> None:
    assert planned(*GOOD).digest == planned(*GOOD).digest
    assert planned(*GOOD).digest != planned(*GOOD[:-1]).digest
    assert planned(row(kind="body", id="leeds")).digest == planned(row(kind="body", id="fife")).digest
