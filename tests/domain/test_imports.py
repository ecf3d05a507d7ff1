"""Requests out of a file: each row an answer sheet or a sentence; a file that nobody could mean is refused whole (§8)."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.imports import MOST_ROWS, Around, CannotRead, Read, by_row, read_csv
from domain.marketplace import STEPS, read_marketplace

FIXTURES = Path(__file__).parents[1] / "fixtures" / "imports"
AROUND = Around(
    teams=[("Work: Pensions", "pensions")],
    owners={"pensions": [("Judith March", "p-judith")]},
    senders=[("Tax: Pay", "pay"), ("Tax", "pay"), ("Homes: Titles", "titles"), ("Homes: Sales", "sales"), ("Homes", "titles"),
             ("Homes", "sales")],
)  # fmt: skip


def csv_(*lines: str) -> Read:
    return read_csv("\n".join(lines), AROUND)


def market(**steps: Any) -> dict[str, Any]:
    return {"steps": {key.replace("_", "-"): {"value": value} for key, value in steps.items()}}


def one(request: dict[str, Any]) -> Any:
    [row] = read_marketplace(json.dumps(request), AROUND).rows
    return row


def test_a_column_is_named_by_its_question_or_its_label() -> None:
    [row] = csv_('title,Whose data,WHERE THEY LIVE\n"A, B",Tenants,london').rows
    assert row.answers == {"team": "pensions", "title": "A, B", "subjects": "Tenants", "region": "E12000007"}
    assert "Items" in row.to_answer and "Whose data" not in row.to_answer


def test_unknown_columns_are_all_named_and_nothing_is_read() -> None:
    with pytest.raises(CannotRead) as refused:
        csv_("title,colour,,title,Shoe size", "A,b,c,d,e")
    told = " ".join(refused.value.sentences)
    assert "Column 2, 'colour'" in told and "Column 5, 'Shoe size'" in told
    assert "Column 3 has no name" in told and "Column 4, 'title', is there twice" in told


@pytest.mark.parametrize("key", ["amends", "already_held", "root", "sign_now"])
def test_what_a_page_sets_by_itself_is_no_column(key: str) -> None:
    with pytest.raises(CannotRead, match=key):
        csv_(f"title,{key}", "A,yes")


@pytest.mark.parametrize(
    ("column", "typed", "kept"),
    [
        ("items", "Name; Date of birth;;Name", ["Name", "Date of birth"]),
        ("needed_by", "1/2/2027", "2027-02-01"),
        ("needed_by", "31 March 2027", "2027-03-31"),
        ("needed_by", "2027-03-31", "2027-03-31"),
        ("people_per_day", '"1,200"', "1200"),
        ("pattern", '"A file, regularly"', "file_regular"),
        ("no_adverse", "TRUE", "yes"),
        ("sending_team", "tax", "pay"),
        ("risk_owner", "Judith March", "p-judith"),
        ("also_teams", "Homes: Titles; sales", ["titles", "sales"]),
    ],
)
def test_a_cell_is_read_as_people_write_it(column: str, typed: str, kept: object) -> None:
    [row] = csv_(column, typed).rows
    assert row.answers[column] == kept


@pytest.mark.parametrize(
    ("column", "typed", "told"),
    [
        ("region", "Narnia", "'Narnia' is none of its choices"),
        ("needed_by", "30/02/2027", "real date"),
        ("people_per_day", "many", "whole number"),
        ("team", "Homes: Titles", "no team that you ask for"),
        ("sending_team", "Homes", "or several"),
        ("sending_team", "Nobody", "no team that holds data"),
        ("risk_owner", "p-somebody", "no risk owner of that team"),
        ("title", "x" * 121, "120 characters"),
        ("title", "a\u202eb", "hidden or broken"),
        ("no_adverse", "perhaps", "Tick"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_told_with_row_and_column(column: str, typed: str, told: str) -> None:
    read = csv_(
        f"title,{column}" if column != "title" else column, f"Good,{typed}" if column != "title" else typed
    )
    assert not read.rows
    [fault] = read.faults
    assert (fault.row, fault.column) == (2, column) and told in fault.sentence


def test_every_bad_cell_is_told_and_good_rows_stay() -> None:
    read = csv_(
        "title,region,needed_by", "A,Narnia,never", "", "B,London,1/2/2027", "C,London,2027-02-01,more"
    )
    assert [row.number for row in read.rows] == [4]
    assert [(number, len(faults)) for number, faults in by_row(read.faults)] == [(2, 2), (5, 1)]
    assert "more cells than the 3 columns" in read.faults[-1].sentence


@pytest.mark.parametrize(
    "text", ["", "\n\n", 'title\n"open', "title\n", "title\n" + "A\n" * (MOST_ROWS + 1), "title\n\0"]
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(text: str) -> None:
    try:
        read = read_csv(text, AROUND)
    except CannotRead as refused:
        assert all(each.endswith(".") for each in refused.sentences)
    else:
        assert read.faults, "a broken character belongs to its cell"


def test_a_row_is_known_by_what_it_says() -> None:
    first = csv_("title,subjects", "A,Tenants", "A,Tenants", "B,").rows
    assert len({row.key for row in first}) == 3, "the same row twice is two requests"
    again = csv_("title,subjects", "C,", "B,", "A,Tenants").rows
    assert again[1].key == first[2].key and again[2].key == first[0].key
    assert csv_("title,subjects", "A,Owners").rows[0].key not in {row.key for row in first}


def test_tabs_and_a_mark_at_the_start_are_no_trouble() -> None:
    [row] = csv_("\ufefftitle\tsubjects\t\t", "A\tTenants, all\t\t").rows
    assert row.answers["subjects"] == "Tenants, all"


# --- the Marketplace ---------------------------------------------------------------------------------------------


def test_the_example_is_read_and_nothing_disappears() -> None:
    text = (FIXTURES / "marketplace.json").read_text(encoding="utf-8")
    around = Around(teams=AROUND.teams, owners={}, senders=[("HM Revenue and Customs", "pay")])
    [row] = read_marketplace(text, around).rows
    answers = row.answers
    assert answers["purpose"].startswith("Find people who may be missing Pension Credit.")
    assert "Fewer home visits" in answers["purpose"]
    assert answers["items"][0] == "National Insurance number" and len(answers["items"]) == 2
    assert (answers["needed_by"], answers["pattern"]) == ("2027-03-01", "file_regular")
    assert (answers["others_see"], answers["onward"]) == ("organisation", ["Leeds City Council"])
    assert answers["power"] == "Welfare Reform Act 2012 section 127" and answers["sending_team"] == "pay"
    filled = [key for key, step in json.loads(text)["steps"].items() if step["value"]]
    told = {name for name, _ in (*row.used, *row.left_out)}
    assert {STEPS[key].name if key in STEPS else key for key in filled} <= told
    assert "Kind of use" in row.to_answer and "Needed by" not in row.to_answer


def test_every_step_is_used_or_left_out_with_a_reason() -> None:
    assert all(bool(step.into) != bool(step.why) for step in STEPS.values())


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ({"data_access": "no"}, {"others_see": "no"}),
        ({"data_access": "yes"}, {}),
        ({"data_travel": "yes"}, {"others_see": "organisation", "onward": ["A receiver abroad"]}),
        (
            {"data_travel": "yes", "data_travel_location": ["France"], "data_access": "no"},
            {"others_see": "organisation", "onward": ["A receiver in France"]},
        ),
        ({"legal_power": "yes"}, {}),
        ({"legal_power": "we don't know"}, {"power": "Not sure"}),
        ({"legal_power": "Children Act 2004", "legal_gateway": "yes"}, {"power": "Children Act 2004"}),
        ({"delivery": "through an API"}, {"pattern": "one_by_one"}),
        ({"delivery": "as agreed", "format": "one-off CSV"}, {"pattern": "file_once"}),
        ({"date": {"day": 31, "month": 2, "year": 2027}}, {}),
        ({"date": {"day": "1", "month": "2", "year": "2027"}}, {"needed_by": "2027-02-01"}),
        ({"data_required": "- Name\n- Address"}, {"items": ["Name", "Address"]}),
        ({"data_subjects": {"deep": [{"er": "Tenants"}]}}, {"subjects": "Tenants"}),
    ],
)
def test_steps_become_answers(steps: dict[str, Any], expected: dict[str, Any]) -> None:
    assert one(market(**steps)).answers == {"team": "pensions", **expected}


def test_a_holder_is_matched_only_when_there_is_exactly_one() -> None:
    assert one({**market(), "ownedBy": "TAX"}).answers["sending_team"] == "pay"
    several = one({**market(), "ownedBy": "Homes"})
    assert "sending_team" not in several.answers
    assert dict(several.left_out)["Owned by"].startswith("No team in the directory holds data under exactly")


@pytest.mark.parametrize(
    "text", ["", "no", "[]", "{", "NaN", "[" * 100_000, json.dumps([{"steps": {}}] * (MOST_ROWS + 1))]
)
def test_what_is_no_list_of_requests_is_refused(text: str) -> None:
    with pytest.raises(CannotRead):
        read_marketplace(text, AROUND)


def test_what_is_no_request_in_a_list_is_told_of() -> None:
    hostile = [7, {"steps": []}, {"steps": {"impact": 7}}, {"steps": {"impact": {"value": True}}}]
    read = read_marketplace(json.dumps(hostile), AROUND)
    assert [fault.row for fault in read.faults] == [1, 2] and [row.number for row in read.rows] == [3, 4]
