"""C1, P1, P2: the lane of a request, and every predicate it rests on, both ways."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.clusters import CATEGORIES, NAMES, TASKS
from domain.geography import is_nationwide, is_one_instance, nations
from domain.guards import hits
from domain.lanes import LaneDecision, choose, is_pilot
from domain.records import Facts, facts
from domain.reliance import Precedent, Standing
from domain.screened import look_up
from store.bodies import shipped

DIRECTORY = shipped()
TODAY = date(2026, 11, 23)
REQUEST: dict[str, Any] = {
    "id": "T-1",
    "title": "Winter grants",
    "requesting_org": "Barset Borough Council",
    "receiving_team": "Hardship grants",
    "supplying_orgs": ["Department for Work and Pensions"],
    "purpose": "Pay a winter grant to households on a low income.",
    "use_type": "bulk",
    "category": "proactive",
    "legal_gateway": "Welfare Reform Act 2012 s.131",
    "data_items": ["name", "address", "benefit in payment"],
    "data_subjects": "Households on a benefit",
    "region": "North East England",
}
# Outside every cluster, so that only reliance or the sender can carry it.
TAX: dict[str, Any] = {
    "requesting_org": "Barset Borough Council",
    "receiving_team": "Council tax",
    "supplying_orgs": ["HM Revenue and Customs"],
    "purpose": "Compare council tax discounts with earnings.",
    "category": "fraud_error_debt",
    "legal_gateway": "Digital Economy Act 2017 s.56",
    "data_items": ["name", "address", "earnings"],
    "data_subjects": "Residents with a discount",
    "region": "England",
}
CARE: dict[str, Any] = {
    "requesting_org": "Barset NHS Foundation Trust",
    "receiving_team": "Discharge",
    "supplying_orgs": ["Barset County Council adult social care"],
    "purpose": "Plan a patient's return home.",
    "use_type": "transactional",
    "category": "service_delivery",
    "legal_gateway": "Care Act 2014 s.74",
    "data_items": ["care package", "key worker"],
    "data_subjects": "Patients",
    "special_category": True,
    "region": "South West England",
}
JUSTICE: dict[str, Any] = {
    "requesting_org": "Crown Prosecution Service",
    "receiving_team": "Charging",
    "supplying_orgs": ["Barset Constabulary"],
    "purpose": "Decide on a charge.",
    "use_type": "transactional",
    "category": "law_enforcement",
    "legal_gateway": "Not sure",
    "data_items": ["witness statement"],
    "data_subjects": "Suspects and witnesses",
    "region": "England and Wales",
}


def made(*changes: dict[str, Any]) -> Facts:
    record = dict(REQUEST)
    for change in changes:
        record.update(change)
    return facts(record)


def lane(*changes: dict[str, Any], root: Precedent | None = None) -> LaneDecision:
    precedents = {root.id: root} if root else {}
    return choose(made(*changes), DIRECTORY, precedents, TODAY)


def decided(*changes: dict[str, Any], standing: Standing = "live") -> Precedent:
    return Precedent(asked=look_up(made(TAX, {"id": "ROOT"}, *changes), DIRECTORY), standing=standing)


def value_of(decision: LaneDecision, predicate: str) -> bool | None:
    return next(value for name, value, _ in decision.predicates if name == predicate)


# --- P1: the cluster ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [REQUEST, CARE, JUSTICE])
def test_in_one_cluster(request_: dict[str, Any]) -> None:
    found = lane(request_)
    assert found.route == "in_cluster"
    assert {name: value for name, value, _ in found.predicates} == {
        "teams_in_one_cluster": True,
        "purpose_is_shared_task": True,
        "items_in_terms": True,
        "inside_one_instance": True,
    }


@pytest.mark.parametrize(
    ("asking", "team", "holding", "together"),
    [
        # Footnote 1: a council's team decides, not the council.
        ("Barset Council", "Benefits", "Department for Work and Pensions", True),
        ("Barset Council", "Adult social care", "Department for Work and Pensions", False),
        ("Barset Council", "Adult social care", "Barset NHS Trust", True),
        ("Barset Council", "Benefits", "Barset NHS Trust", False),
        ("Barset Council", "Youth offending team", "Barset Constabulary", True),
        ("Barset Council", "Benefits", "Barset Constabulary", False),
        (
            "Barset Council",
            "Financial assessments, adult social care",
            "Department for Work and Pensions",
            True,
        ),
        ("Barset Council", "Parking", "Department for Work and Pensions", False),
        ("Barset Council", "", "Department for Work and Pensions", True),
        ("Barset Council", "Admissions", "Schools in Barset", True),
        ("Barset Council", "Benefits", "Barset Council", True),
        # In none of the three.
        ("HM Revenue and Customs", "", "Department for Work and Pensions", False),
        ("Barset Fire and Rescue Service", "", "Barset Council", False),
        ("Barset Council", "Benefits", "Home Office", False),
        ("Barset Council", "Benefits", "DVLA", False),
        ("Barset Council; Cabinet Office", "Benefits", "Department for Work and Pensions", False),
    ],
)
def test_every_team_sits_in_one_cluster(asking: str, team: str, holding: str, together: bool) -> None:
    request_ = {
        "requesting_org": asking,
        "receiving_team": team,
        "supplying_orgs": [holding],
        "title": "Help",
        "purpose": "Help families.",
        "use_type": "transactional",
        "category": "safeguarding",
    }
    assert value_of(lane(request_), "teams_in_one_cluster") is together


def test_the_strictest_holder_decides() -> None:
    assert lane({"supplying_orgs": ["Department for Work and Pensions", "HMRC"]}).route == "standard"
    beside = lane({"supplying_orgs": ["Department for Work and Pensions", "Barset Collective"]})
    assert beside.route == "in_cluster"
    assert "Barset Collective is in no directory: the case with it waits until it is" in beside.reasons


def test_a_council_team_that_nobody_names_is_told_by_what_it_holds() -> None:
    assert lane(CARE, {"supplying_orgs": ["Barset County Council"]}).route == "in_cluster"
    housing = {"supplying_orgs": ["Barset County Council"], "data_items": ["rent account", "housing benefit"]}
    assert lane(CARE, housing).route == "standard"


@pytest.mark.parametrize(
    ("change", "shared"),
    [
        ({}, True),
        ({"purpose": "Keep the register of electors right."}, False),
        ({"purpose": "Send adverts: a marketing campaign."}, False),
        ({"purpose": "Decide on a criminal charge.", "title": "Charging", "receiving_team": "Team"}, False),
        ({"category": "emergent"}, False),
        ({"category": "other"}, False),
        ({"category": "fraud_error_debt"}, True),
    ],
)
def test_the_purpose_is_a_shared_task(change: dict[str, Any], shared: bool) -> None:
    assert value_of(lane(change), "purpose_is_shared_task") is shared


@pytest.mark.parametrize(
    ("item", "pattern", "allowed"),
    [
        ("address", "bulk", True),
        ("risk score", "bulk", False),
        ("risk score", "transactional", True),
        ("sexual health clinic visits", "transactional", False),
        ("alleged gang", "bulk", False),
        ("school", "bulk", True),
    ],
)
def test_what_the_terms_leave_out(item: str, pattern: str, allowed: bool) -> None:
    found = lane({"data_items": ["name", item], "use_type": pattern})
    assert value_of(found, "items_in_terms") is allowed
    assert (found.route == "in_cluster") is allowed


NATIONAL = {
    "requesting_org": "Department for Education",
    "receiving_team": "School meals",
    "region": "England",
}


@pytest.mark.parametrize(
    ("changes", "inside"),
    [
        ([{"region": "England"}], True),  # each council gets its own residents
        ([NATIONAL], False),
        ([NATIONAL, {"use_type": "transactional"}], True),
        ([NATIONAL, {"region": "North East England"}], True),
        ([NATIONAL, {"region": "Scotland"}], True),
        ([NATIONAL, {"supplying_orgs": ["Local authorities"]}], True),
        ([CARE, {"use_type": "bulk", "region": "England", "data_items": ["diagnoses"]}], True),
        (
            [CARE, {"use_type": "bulk", "region": "England", "data_items": ["diagnoses"],
                    "requesting_org": "NHS England", "data_subjects": "People with diabetes"}],
            False,
        ),
    ],
)  # fmt: skip
def test_inside_one_instance(changes: list[dict[str, Any]], inside: bool) -> None:
    assert value_of(lane(*changes), "inside_one_instance") is inside


# --- P2: reliance ------------------------------------------------------------------------------------------------

RELIES = {**TAX, "requesting_org": "Mortshire Council", "relies_on": ["ROOT"], "region": "North West England"}


def test_a_decision_that_covers_it() -> None:
    found = lane(RELIES, root=decided())
    assert (found.route, found.root) == ("reliance", "ROOT")
    narrower = {**RELIES, "data_items": ["name"], "use_type": "transactional", "legal_gateway": "Not sure"}
    assert lane(narrower, root=decided()).route == "reliance"
    assert lane(TAX, root=decided()).route == "standard"  # nobody cites it


def test_the_cluster_is_looked_at_first() -> None:
    assert lane({"relies_on": ["ROOT"]}, root=decided()).route == "in_cluster"


@pytest.mark.parametrize(
    ("wider", "difference"),
    [
        ({"data_items": ["name", "bank interest"]}, "the item 'bank interest'"),
        ({"supplying_orgs": ["HM Revenue and Customs", "Companies House"]}, "Companies House as a holder"),
        ({"requesting_org": "Homes England"}, "Homes England as a receiver"),
        ({"region": "England and Wales"}, "Wales"),
        ({"category": "service_delivery"}, "a use for 'service_delivery'"),
        ({"special_category": True}, "special category data"),
        ({"purpose": "Choose whom to offer a garden waste bin."}, "this purpose"),
        ({"data_subjects": "Shopkeepers"}, "these people: Shopkeepers"),
        ({"legal_gateway": "Local Government Act 1972 s.111"}, "this power: Local Government Act 1972 s.111"),
    ],
)
def test_what_is_wider_is_named(wider: dict[str, Any], difference: str) -> None:
    found = lane(RELIES, wider, root=decided())
    assert found.route == "standard" and f"ROOT does not cover {difference}" in found.reasons
    assert value_of(found, "decision_covers_it") is False


def test_data_in_bulk_is_wider_than_one_by_one() -> None:
    found = lane(RELIES, root=decided({"use_type": "transactional"}))
    assert "ROOT does not cover data in bulk" in found.reasons


@pytest.mark.parametrize(
    ("dates", "stops"),
    [
        ({}, ""),
        ({"agreed": "2019", "published": "2020-01-02", "criticised": "2021"}, ""),
        ({"end_date": "2027-01"}, ""),
        ({"expires": "2026-11-23"}, ""),
        ({"expires": "2026-11-22"}, "is out of date"),
        ({"review_due": "2019 (missed)"}, "is out of date"),
        ({"withdrawn": "2022"}, "is no longer live"),
        ({"enforcement_notice": "2018-11"}, "has an adverse finding"),
    ],
)  # fmt: skip
def test_hard_stops(dates: dict[str, str], stops: str) -> None:
    found = lane(RELIES, root=decided({"known_dates": dates}))
    assert found.route == ("standard" if stops else "reliance"), found.reasons
    assert not stops or any(stops in each for each in found.reasons)


def test_how_the_cited_decision_stands() -> None:
    assert lane(RELIES, root=decided(standing="in_dispute")).route == "needs_review"
    assert lane(RELIES, root=decided(standing="out_of_scope")).route == "standard"
    missing = lane(RELIES)
    assert missing.route == "standard" and "ROOT is not on the register" in missing.reasons


def test_reliance_resolves_to_the_root() -> None:
    root = decided()
    middle = decided({"id": "MIDDLE", "relies_on": ["ROOT"], "data_items": ["name", "bank interest"]})
    known = {each.id: each for each in (root, middle)}
    cites_middle = made(RELIES, {"relies_on": ["MIDDLE"]})
    assert choose(cites_middle, DIRECTORY, known, TODAY).root == "ROOT"
    circle = {**known, "ROOT": decided({"relies_on": ["MIDDLE"]})}
    assert choose(cites_middle, DIRECTORY, circle, TODAY).route == "standard"
    itself = {"T-1": decided({"id": "T-1"})}
    assert choose(made(RELIES, {"relies_on": ["T-1"]}), DIRECTORY, itself, TODAY).route == "standard"


# --- guards come first, conditions go along -------------------------------------------------------------------------


def test_a_guard_comes_before_any_lane() -> None:
    assert lane({"requesting_org": "Acme Ltd"}).route == "out_of_scope"
    unknown = lane({"requesting_org": "Barset Collective"})
    assert unknown.route == "needs_review" and "Barset Collective" in unknown.reasons[0]
    both = lane({"requesting_org": "Acme Ltd; Barset Collective"})
    assert both.route == "out_of_scope" and len(both.predicates) == 2


def test_conditions_go_along_with_the_lane() -> None:
    bulk = {**CARE, "supplying_orgs": ["Barset NHS Trust"], "use_type": "bulk", "data_items": ["diagnoses"]}
    found = lane(bulk, {"requesting_org": "Barset Fire and Rescue Service", "category": "prevention"})
    assert found.route == "standard" and "Caldicott" in found.conditions[0]
    assert not lane(bulk).conditions


def test_a_closed_body_is_told_of() -> None:
    found = lane({"supplying_orgs": ["Public Health England"]})
    assert "Public Health England closed in 2021-10; now UK Health Security Agency" in found.reasons


def test_the_same_facts_give_the_same_answer() -> None:
    request_ = made(TAX)
    assert choose(request_, DIRECTORY, {}, TODAY) == choose(replace(request_), DIRECTORY, {}, TODAY)
    assert hits(look_up(request_, DIRECTORY)) == ()


def test_pilots() -> None:
    assert is_pilot(made(TAX)) and is_pilot(made({"title": "A pilot"}))
    assert not is_pilot(made()) and not is_pilot(
        made(TAX, {"legal_gateway": "Digital Economy Act 2017 s.35"})
    )


def test_the_clusters_hold_together() -> None:
    assert set(NAMES) == set(TASKS) == set(CATEGORIES)


@pytest.mark.parametrize(
    ("region", "where", "nationwide", "one_instance"),
    [
        ("England", {"England"}, True, False),
        ("North West England", {"England"}, False, True),
        ("London", {"England"}, False, True),
        ("Barset", set(), False, True),
        ("England and Wales", {"England", "Wales"}, True, False),
        ("Great Britain", {"England", "Wales", "Scotland"}, True, False),
        ("UK-wide", {"England", "Wales", "Scotland", "Northern Ireland"}, True, False),
        ("Wales", {"Wales"}, True, True),
        ("North Wales", {"Wales"}, False, True),
        ("Northern Ireland", {"Northern Ireland"}, True, True),
        ("", set(), False, False),
    ],
)
def test_regions(region: str, where: set[str], nationwide: bool, one_instance: bool) -> None:
    assert nations(region) >= where if region == "North Wales" else nations(region) == where
    assert (is_nationwide(region), is_one_instance(region)) == (nationwide, one_instance)
