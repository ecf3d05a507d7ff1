"""P3: what makes a description of a service complete, what it is called, and what it covers."""

from domain import service_rules as rules
from domain.people import Role
from domain.permissions import Post
from domain.service_forms import check_filters


def test_an_id_is_minted_once_and_numbered_where_it_is_taken() -> None:
    live = rules.minted("hmrc-paye-records", "Earnings, by month", "live", ())
    assert live == "hmrc-paye-records-earnings-by-month"
    again = rules.minted("hmrc-paye-records", "Earnings, by month", "live", {live})
    assert again == f"{live}-2"
    sandbox = rules.minted("hmrc-paye-records", "Earnings, by month", "sandbox", {live})
    assert sandbox == f"{live}-sandbox"
    long = rules.minted("a" * 50, "Ω " + "b" * 100, "sandbox", ())
    assert len(long) <= rules.LONGEST_ID and rules.ID.fullmatch(long)
    assert rules.minted("new", "", "live", ()) == "new-2"  # an address of its own


def test_operations_are_a_name_and_a_line() -> None:
    lines = ["Look up one person: GET /people/{id}", "All changes: file, monthly"]
    kept = rules.operations(lines)
    assert kept[0] == {"name": "Look up one person", "line": "GET /people/{id}"}
    assert rules.operation_lines(kept) == lines
    assert "operations" in wrong(operations=("GET /people",))
    assert not wrong(operations=tuple(lines))


def wrong(**answers: object) -> set[str]:
    return {each.field for each in rules.problems({"operations": (), **answers}, here=False)}


def test_addresses_and_identifiers_of_x_road_have_a_form() -> None:
    assert not wrong(
        address="https://api.example.gov.uk/v1", openapi="https://api.example.gov.uk/openapi.json"
    )
    assert not wrong()  # files have no address
    assert wrong(address="http://api.example.gov.uk", openapi="https://10.0.0.1/x") == {"address", "openapi"}
    good = {"x_road_client": "UK/GOV/0042/RECORDS", "x_road_service": "getRecord.v1"}
    assert not wrong(**good)
    assert wrong(x_road_client="UK/GOV/0042", x_road_service="get/record") == set(good)
    assert wrong(x_road_client=good["x_road_client"]) == {"x_road_service"}
    assert wrong(x_road_service=good["x_road_service"]) == {"x_road_client"}


def test_who_may_and_which_body_and_with_how_many_people() -> None:
    decider = Post(role=Role.SENDER_DECIDER, organisation="hmrc", team="paye")
    leader = Post(role=Role.LEADER_1, organisation="hmrc", team=None)
    assert rules.may([decider], "paye", "hmrc") and rules.may([leader], "paye", "hmrc")
    assert not rules.may([decider], "vat", "hmrc") and not rules.may([leader], "paye", "dwp")
    assert rules.decides([decider], "paye") and not rules.decides([leader], "paye")
    assert rules.why_not_offered("HMRC", "public", None) == ""
    assert "not a public body" in rules.why_not_offered("Wibble Ltd", "company", None)
    assert "closed" in rules.why_not_offered("HMRC", "public", "2026-04-01")
    assert [bool(rules.why_not_opened("live", n, "PAYE")) for n in (0, 1, 2)] == [True, True, False]
    assert rules.why_not_opened("sandbox", 0, "PAYE") == ""


def test_items_are_the_same_in_whoevers_words() -> None:
    assert rules.covers(
        ["National Insurance number", "Earnings of the month"], ["NINO", "the earnings of months"]
    )
    assert not rules.covers(["Name"], ["Name", "Date of birth"])
    found = rules.names_of(["Household income band", "DOB"])
    assert ("income band", "household income band") in found and ("date birth", "date birth") in found


def test_filters_that_cannot_be_used_are_named() -> None:
    filters, problems = check_filters(
        {"q": "??", "item": "...", "body": "a b", "environment": "prod", "state": "draft"}
    )
    assert {each.field for each in problems} == {"q", "item", "body", "environment", "state"}
    assert not filters.asked
    assert check_filters({"item": "date of birth", "page": "7"})[1] == ()
