"""§4: every guard, both ways: what it stops and the nearest thing it lets pass."""

from typing import Any

import pytest

from domain.guards import RULES, hits
from domain.records import facts
from domain.screened import look_up
from store.bodies import shipped

DIRECTORY = shipped()
ORDINARY: dict[str, Any] = {
    "id": "T-1",
    "title": "School travel passes",
    "requesting_org": "Barset County Council",
    "receiving_team": "School transport",
    "supplying_orgs": ["Department for Work and Pensions"],
    "purpose": "Give a pass to children whose parents get a benefit.",
    "use_type": "bulk",
    "category": "service_delivery",
    "legal_gateway": "Not sure",
    "data_items": ["name", "address", "benefit in payment"],
    "data_subjects": "Parents on a benefit",
    "region": "South West England",
}
# An enforcement request that no rule minds.
WARRANT = {
    "requesting_org": "Barset Constabulary",
    "receiving_team": "Warrants",
    "supplying_orgs": ["Driver and Vehicle Licensing Agency"],
    "purpose": "Find somebody wanted for robbery.",
    "category": "law_enforcement",
    "use_type": "transactional",
    "data_items": ["keeper name", "address"],
    "data_subjects": "Wanted people",
}
UNNAMED = {"purpose": "Find people.", "receiving_team": "Tracing", "data_subjects": "Drivers"}
HEALTH: dict[str, Any] = {
    "requesting_org": "Barset Integrated Care Board",
    "supplying_orgs": ["GP practices in Barset"],
    "purpose": "Plan clinics.",
    "data_items": ["diagnoses", "prescriptions"],
    "data_subjects": "People with diabetes",
    "special_category": True,
}
CENTRE: dict[str, Any] = {
    **HEALTH,
    "requesting_org": "NHS England",
    "supplying_orgs": ["GP practices"],
    "data_subjects": "Everyone registered with a GP",
    "region": "England",
}


def rules(*changes: dict[str, Any]) -> set[str]:
    record = dict(ORDINARY)
    for change in changes:
        record.update(change)
    return {hit.rule for hit in hits(look_up(facts(record), DIRECTORY))}


def asked_by(name: str) -> dict[str, Any]:
    return {"requesting_org": name}


def held_by(*names: str) -> dict[str, Any]:
    return {"supplying_orgs": list(names)}


def test_an_ordinary_request_meets_no_guard() -> None:
    assert rules() == set() == rules(WARRANT) == rules(HEALTH)


CASES: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]]]] = [
    (
        "foi",
        [{"legal_gateway": "Freedom of Information Act 2000"}, {"title": "FOI about buses"}],
        [{"purpose": "Give information freely to parents."}],
    ),
    (
        "subject_access",
        [{"title": "Subject access request"}],
        [{"purpose": "Give access to a subject library."}],
    ),
    (
        "individual_recipient",
        [asked_by("Member of the public")],
        [asked_by("Members' services, Barset Council")],
    ),
    ("open_data", [{"purpose": "Publish the list as open data."}], [{"purpose": "Open a data desk."}]),
    ("smart_data", [{"title": "Smart data for pensions"}], [{"title": "Smart travel data"}]),
    (
        "commercial_recipient",
        [
            asked_by("Barset Parking Commission Ltd"),
            asked_by("Energy suppliers"),
            asked_by("Barset Council; Tesco"),
            {"purpose": "Find the homes, then shared with energy suppliers."},
            {"onward_recipients": ["Experian"]},
        ],
        [
            asked_by("Network Rail Ltd"),
            {"purpose": "Work with energy suppliers in mind."},
            {"processors": ["Capita"]},
        ],
    ),
    ("commercial_use", [{"category": "commercial"}], [{"purpose": "Help commercial tenants."}]),
    (
        "academic_recipient",
        [asked_by("University of Barset")],
        [asked_by("Barset University Hospital NHS Trust")],
    ),
    ("research_use", [{"category": "research"}], [{"purpose": "Research which routes are used."}]),
    ("foreign_recipient", [asked_by("Government of Norway")], [asked_by("Northern Ireland Water")]),
    ("journalistic_recipient", [asked_by("BBC News")], [asked_by("BBC")]),
    ("political_recipient", [asked_by("Labour Party")], [asked_by("House of Commons")]),
    ("charity_recipient", [asked_by("Barnardo's")], [asked_by("Charity Commission")]),
    ("data_gathering_power", [held_by("Banks")], [held_by("Bank of England"), held_by("DWP", "Barnardo's")]),
    (
        "surveillance",
        [{"purpose": "General intelligence about parents."}, {"title": "Surveillance of bus stops"}],
        [{"title": "Disease surveillance in schools"}, {"purpose": "Intelligent timetables."}],
    ),
    (
        "everybody_watched",
        [{**WARRANT, "use_type": "bulk", "data_subjects": "Every driver"}],
        [
            {**WARRANT, "data_subjects": "Every driver"},
            {**WARRANT, "use_type": "bulk", "data_subjects": "All named suspects"},
            {"data_subjects": "All pupils"},
        ],
    ),
    (
        "faces_searched",
        [{**WARRANT, "purpose": "Match a face from a camera.", "data_items": ["photograph"]}],
        [
            {**WARRANT, "data_items": ["photograph"]},
            {**WARRANT, **held_by("Kent Police"), "purpose": "Match a face.", "data_items": ["photograph"]},
            {"purpose": "Match a face to a pass.", "data_items": ["photograph"]},
        ],
    ),
    ("intelligence", [asked_by("GCHQ")], [{**asked_by("GCHQ"), "use_type": "transactional"}]),
    (
        "population_register",
        [
            {"purpose": "Keep a population register."},
            {"title": "One unique identifier", "data_subjects": "Everyone", "region": "UK-wide"},
            {"title": "A digital ID for adults", "region": "UK-wide"},
        ],
        [
            {"title": "A unique identifier for pupils"},
            {"purpose": "Register pupils."},
            {"purpose": "Take a digital ID as proof of age."},
        ],
    ),
    (
        "national_health_pool",
        [
            CENTRE,
            {**CENTRE, "data_subjects": "Patients in England"},
            {**CENTRE, "use_type": "transactional", "title": "One national record"},
        ],
        [
            {**CENTRE, "region": "London"},
            {**CENTRE, "use_type": "transactional"},
            {**CENTRE, "data_subjects": "People with a rare cancer"},
            {**CENTRE, "data_subjects": "Patients in a crisis"},
            {**CENTRE, "data_items": ["name", "address"]},
            {**CENTRE, "requesting_org": "Integrated care boards"},
        ],
    ),
    ("no_place", [{"region": ""}], [{"region": "Barset"}]),
    ("recipient_in_no_directory", [asked_by("Barset Collective")], [asked_by("Barset Council")]),
    ("holder_in_no_directory", [held_by("Barset Collective")], [held_by("Barset Collective", "DWP")]),
    (
        "recipient_of_two_kinds",
        [asked_by("Care homes"), asked_by("Waterways Ireland")],
        [asked_by("Hospitals")],
    ),
    ("charity_among_recipients", [asked_by("Barset Council; Shelter")], [asked_by("Shelter")]),
    (
        "business_among_holders",
        [held_by("DWP", "Experian")],
        [held_by("DWP", "Shelter"), held_by("Experian")],
    ),
    ("partly_abroad", [{"region": "UK; Kenya"}], [{"region": "Northern Ireland"}]),
    ("processed_abroad", [{"processors": ["Government of Norway"]}], [{"processors": ["Capita"]}]),
    (
        "no_personal_data",
        [{"data_items": ["counts by ward"]}, {"data_subjects": "None"}],
        [{"data_items": ["name", "number of children"]}],
    ),
    (
        "doubtful_power",
        [
            {"legal_gateway": "Passes Act 1990 (repealed)"},
            {"legal_gateway": "School Passes Bill clause 2"},
            {"legal_gateway": "Data Protection Act 1998"},
        ],
        [
            {"legal_gateway": "Passes Act 1990 (repealed); Education Act 1996 s.508"},
            {"legal_gateway": "Not stated"},
            {"legal_gateway": ""},
        ],
    ),
    (
        "identifier",
        [{"title": "A unique identifier for pupils"}],
        [{"title": "A unique property identifier for bus stops"}],
    ),
    (
        "turned_against_users",
        [
            {**WARRANT, **held_by("Hospitals"), **UNNAMED},
            {
                **WARRANT,
                **asked_by("Home Office"),
                **held_by("Schools"),
                "purpose": "Find immigration offenders.",
            },
            {
                **WARRANT,
                **held_by("Kent Police"),
                "receiving_team": "Immigration Enforcement",
                "data_subjects": "Victims of crime",
            },
        ],
        [
            {**WARRANT, **held_by("Hospitals"), "purpose": "Look into a stabbing."},
            {**WARRANT, **UNNAMED},
            {**held_by("Hospitals"), **UNNAMED},
        ],
    ),
    (
        "two_purposes",
        [{"purpose": "Give passes, and prosecute parents who lie."}],
        [
            {"purpose": "Give passes, and correct errors."},
            {**WARRANT, "purpose": "Prosecute parents for robbery."},
        ],
    ),
    (
        "health_with_a_company",
        [
            {**HEALTH, "processors": ["Palantir"]},
            {**HEALTH, "purpose": "Plan on a platform supplied by Palantir."},
        ],
        [{**HEALTH, "processors": ["NHS England"]}, {"processors": ["Palantir"]}],
    ),
    (
        "health_in_bulk",
        [{**HEALTH, **asked_by("Barset Fire and Rescue Service")}],
        [HEALTH, {**HEALTH, **asked_by("Barset Fire and Rescue Service"), "use_type": "transactional"}],
    ),
    (
        "service_data_for_enforcement",
        [{**WARRANT, **held_by("Schools"), "use_type": "bulk"}],
        [{**WARRANT, **held_by("Schools")}, {**WARRANT, "use_type": "bulk"}],
    ),
]


def test_every_rule_is_tried() -> None:
    assert [name for name, _, _ in CASES] == [rule.id for rule in RULES]


@pytest.mark.parametrize(
    ("rule", "changes"), [(name, each) for name, stopped, _ in CASES for each in stopped]
)
def test_it_applies(rule: str, changes: dict[str, Any]) -> None:
    assert rule in rules(changes)


@pytest.mark.parametrize(("rule", "changes"), [(name, each) for name, _, passed in CASES for each in passed])
def test_it_lets_its_neighbour_pass(rule: str, changes: dict[str, Any]) -> None:
    assert rule not in rules(changes)


def test_a_rule_redirects_in_plain_words() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.version >= 1 and rule.sentence.endswith(".") and len(rule.sentence) < 160
        assert not {"illegal", "unlawful", "forbidden", "error"} & set(rule.sentence.lower().split())
