"""X-Road identifiers, rights and documents (P3): strict, and each refusal says what to do."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.grants import State
from domain.x_road import (
    WHOLE,
    AccessRight,
    BadIdentifier,
    Endpoint,
    Placed,
    Wanted,
    as_row,
    endpoint,
    endpoints,
    export,
    from_row,
    service_code,
    steps,
    subsystem,
    wanted,
)
from domain.x_road_setup import certificate_problem, hosts, key_problem, url_problem

READ, SEARCH = Endpoint("GET", "/people/*"), Endpoint("POST", "/searches")


def right(*parts: Endpoint, subject: str = "GB:GOV:2:B", service: str = "incomes") -> AccessRight:
    return AccessRight(subject=subject, client="GB:GOV:1:A", service=service, endpoints=parts)


def at(told: AccessRight, organisation: str = "hmrc") -> Placed:
    return Placed(organisation=organisation, right=told)


def test_only_an_active_grant_has_its_right() -> None:
    assert {each for each in State if wanted(each) is Wanted.PRESENT} == {State.ACTIVE}


@pytest.mark.parametrize("text", ["GB:GOV:1001:Benefits", "GB/GOV/1001/Benefits", "  GB:GOV:1001:Benefits "])
def test_a_subsystem_is_written_as_the_api_writes_it(text: str) -> None:
    assert subsystem(text) == "GB:GOV:1001:Benefits"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "write the instance"),
        ("GB:GOV:1001", "write the instance"),
        ("GB:GOV:1001:A:B", "write the instance"),
        ("GB:GOV/1001:A", "write the instance"),
        ("GB::1001:A", "the member class is missing"),
        ("GB:GOV:10 01 :A", "spaces around the member code"),
        ("GB:GOV:..:A", "the member code cannot be"),
        ("GB:GOV:1%2F:A", "from the member code"),
        ("GB:GOV:1;2:A", "from the member code"),
        ("GB:GOV:1\u200b:A", "from the member code"),
        ("GB:GOV:1:A\nB", "from the subsystem code"),
        ("GB:GOV:1:" + "A" * 256, "the subsystem code is longer"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(BadIdentifier, match=says):
        subsystem(text)


@given(st.text(max_size=40))
def test_whatever_is_taken_stays_what_it_is(text: str) -> None:
    try:
        found = subsystem(text)
    except BadIdentifier as refused:
        assert str(refused)
    else:
        assert subsystem(found) == found and found.count(":") == 3 and "/" not in found


def test_a_service_code_names_one_service() -> None:
    assert service_code(" incomes ") == "incomes"
    for text in ("", "a/b", "a:b", "."):
        with pytest.raises(BadIdentifier):
            service_code(text)


def test_endpoints_come_from_operations_that_name_a_method_and_a_path() -> None:
    assert endpoint("GET /people/{id}/incomes/{year}") == Endpoint("GET", "/people/*/incomes/*")
    assert endpoint("GET /people?from=1") == Endpoint("GET", "/people")
    for line in ("A file by night", "get /people", "GET people", "FETCH /x", "GET /a b", "GET /" + "a" * 255):
        assert endpoint(line) is None
    told = [
        {"name": "Search", "line": "POST /searches"},
        {"name": "One", "line": "GET /people/{id}"},
        {"line": "x"},
    ]
    assert endpoints(told) == (READ, SEARCH)
    assert right().parts == {WHOLE}


def test_a_grant_adds_its_own_right_and_removes_only_what_no_other_grant_needs() -> None:
    mine, wide = at(right(READ)), at(right(READ, SEARCH))
    (added,) = steps(mine, [], [])
    assert (added.add, added.remove) == ({READ}, set())
    (gone,) = steps(None, [wide], [mine])
    assert (gone.add, gone.remove) == (set(), {SEARCH}), "another active grant still needs the other one"
    (gone,) = steps(None, [wide], [at(right(READ, subject="GB:GOV:9:X")), at(right(), "dwp")])
    assert gone.remove == {READ, SEARCH}, "of another subject, or at another server"
    (narrowed,) = steps(mine, [wide], [])
    assert (narrowed.add, narrowed.remove) == ({READ}, {SEARCH})
    assert steps(None, [], [wide]) == ()


def test_a_right_that_moves_is_removed_where_it_was_first() -> None:
    told = steps(at(right(service="new")), [at(right(service="old"))], [])
    assert [(each.service, bool(each.add), bool(each.remove)) for each in told] == [
        ("old", False, True),
        ("new", True, False),
    ]
    assert from_row(as_row(at(right(READ)))) == at(right(READ))


def test_the_document_says_what_must_be_there() -> None:
    since, ends = datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2027, 11, 23, 23, 59, tzinfo=UTC)
    told = export(
        right(READ),
        grant="GR-A",
        state=State.ACTIVE,
        since=since,
        ends_at=ends,
        register="https://s.test/register/SC-A",
    )
    assert told["access_right"] == "present" and told["whole_service"] is False
    assert told["endpoints"] == [{"method": "GET", "path": "/people/*"}]
    assert told["granted_since"] == "2026-11-23T10:00:00Z"
    told = export(right(), grant="GR-A", state=State.SUSPENDED, since=None, ends_at=None, register=None)
    assert told["access_right"] == "absent" and told["whole_service"] and told["endpoints"] == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://ss1.example.gov.uk:4000", "https://"),
        ("https://me:pw@ss1.example.gov.uk", "user name"),
        ("https://ss1.example.gov.uk/api/v1", "only https://"),
        ("https://ss1.example.gov.uk/?x=1", "only https://"),
        ("https://other.example.gov.uk:4000", "not among those"),
        ("https://ss1.example.gov.uk:99999", "cannot be read"),
        ("https://-x.gov.uk", "check the host"),
        ("https://127.0.0.1:4000", "not among those"),
        ("http://127.0.0.1:4000", "https://"),
        ("https://ss1.example.gov.uk\\@x", "backslashes"),
        ("https://" + "a" * 200, "characters or fewer"),
    ],
)
def test_only_named_hosts_are_called_and_only_over_tls(url: str, says: str) -> None:
    problem = url_problem(url, hosts(" SS1.example.gov.uk , 10.0.0.5,"), here=False)
    assert problem and says in problem


def test_a_private_address_may_be_named_and_without_names_nothing_is_called() -> None:
    named = hosts("ss1.example.gov.uk,10.0.0.5")
    assert url_problem("https://ss1.example.gov.uk:4000", named, here=False) is None
    assert url_problem("https://10.0.0.5:4000/", named, here=False) is None
    told = url_problem("https://ss1.example.gov.uk:4000", hosts(""), here=False)
    assert told and "SHARECASE_X_ROAD_HOSTS" in told


def test_a_key_and_a_certificate_look_like_one() -> None:
    assert key_problem("5f1c7e0a-44d2-4c39-9be0-1d7a9f4c0b52") is None
    assert key_problem("short") and key_problem("has a space in it") and key_problem("a" * 201)
    assert certificate_problem("") is None
    assert certificate_problem("hello")
    assert certificate_problem(
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----"
    )
