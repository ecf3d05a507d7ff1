"""Records of real shares become facts of the form, and the answers in them are never read."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from domain.policy import in_force
from domain.records import USES, BadRecord, facts
from domain.request_form import USES as FORM_USES

RECORD: dict[str, Any] = {
    "id": "HS-001",
    "title": "Free school meals without a form",
    "requesting_org": "Leeds City Council",
    "receiving_team": "Benefits",
    "supplying_org": "Department for Work and Pensions",
    "supplying_orgs": ["Department for Work and Pensions"],
    "purpose": "Enrol children whose parents receive the benefit.",
    "use_type": "bulk",
    "category": "proactive",
    "legal_gateway": "Not stated",
    "data_items": ["name", "address", "name"],
    "data_subjects": "Families",
    "region": "England",
}
NEVER_READ = {
    *("expected_route", "expected_ex_post_reviews", "acceptable_routes", "route_reason"),
    *("out_of_scope_guard", "what_it_tests", "tags", "outcome"),
    *("source", "verified", "unverified_fields", "constructed"),
}


class Watched(Mapping[str, Any]):
    """Tells which keys were asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return RECORD[key]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a record is asked for what is needed, never read whole")

    def __len__(self) -> int:
        return len(RECORD)


def test_the_answers_are_never_read() -> None:
    record = Watched()
    assert facts(record).id == "HS-001"
    assert record.asked and not record.asked & NEVER_READ


def test_a_record_as_facts() -> None:
    found = facts(RECORD)
    assert (found.use, found.pattern, found.items) == ("proactive_help", "file_regular", ("name", "address"))
    assert found.holding == ("Department for Work and Pensions",)


def test_what_a_record_says_of_others_and_of_its_past() -> None:
    plain = facts(RECORD)
    assert (plain.relies_on, plain.dates, plain.special_category, plain.is_bulk) == ((), (), False, True)
    told = {
        "relies_on": ["FSM-1"],
        "known_dates": {"withdrawn": "2024-01", "rows": 7, "stages": ["a"]},
        "special_category": True,
        "use_type": "transactional",
    }
    found = facts({**RECORD, **told})
    assert (found.relies_on, found.dates) == (("FSM-1",), (("withdrawn", "2024-01"),))
    assert found.special_category and not found.is_bulk
    assert facts({**RECORD, "known_dates": "2024", "special_category": "yes"}).dates == ()


def test_every_use_of_the_form_can_come_of_a_record() -> None:
    assert {use for use in USES.values() if use} == {choice.value for choice in FORM_USES}
    assert set(in_force().reviewed_uses) <= set(USES.values())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", None), ("id", ""), ("id", 7), ("id", ["HS-001"]), ("title", "  "), ("title", {"en": "x"}),
        ("category", "spying"), ("use_type", "rarely"), ("data_items", []), ("data_items", "name"),
        ("data_items", ["name", 3]), ("data_items", [" "]), ("relies_on", "FSM-1"), ("supplying_orgs", "DWP"), ("supplying_orgs", [None]),
        ("purpose", "hidden \u202e text"), ("purpose", "broken \ud800 text"), ("purpose", True),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(key: str, value: Any) -> None:
    with pytest.raises(BadRecord) as why:
        facts({**RECORD, key: value})
    assert str(why.value).startswith(key) and str(why.value).endswith(".")
