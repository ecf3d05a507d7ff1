"""P3, I4: what a token says, for how long, and of which grants there are none; when keys sign and are published."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import grant_claims as c
from domain.grants import State
from domain.refusals import Refusal
from domain.seals import seal_of
from domain.signing_keys import AFTER, BEFORE, EVERY, KeyState, SigningKey, needs_next

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
URL = "https://sharecase.example.gov.uk"
FACTS = c.Facts(
    grant="GR-AAAA-BBBB",
    version=2,
    number=100_001,
    ref="SC-AAAA-BBBB",
    state=State.ACTIVE,
    receiving_team="dwp-pension-credit",
    receiving_team_name="Pension Credit",
    sending_team="hmrc-paye-records",
    service="",
    use="proactive",
    items=("name", "address"),
    legal_basis="Digital Economy Act 2017 s.35",
    region="E92000001",
    mode="bulk",
    cap=10_000,
    register_version=3,
    ends_at=NOW + timedelta(hours=5),
)


def claims(**changes: Any) -> dict[str, Any]:
    facts = replace(FACTS, **changes)
    return c.claims(facts, URL, NOW, c.expires(facts, NOW), "0123456789abcdef")


def test_a_token_says_exactly_what_the_contract_says() -> None:
    issued = int(NOW.timestamp())
    assert claims() == {
        "iss": URL,
        "sub": "dwp-pension-credit",
        "aud": "hmrc-paye-records",
        "jti": "GR-AAAA-BBBB.2.0123456789abcdef",
        "iat": issued,
        "nbf": issued,
        "exp": issued + 5 * 3600,
        "grant": "GR-AAAA-BBBB",
        "version": 2,
        "case": "SC-AAAA-BBBB",
        "register": {"url": f"{URL}/register/SC-AAAA-BBBB/v/3", "version": 3},
        "agreement": f"{URL}/register/SC-AAAA-BBBB/v/3/agreement",
        "purpose": ["proactive"],
        "items": ["name", "address"],
        "legal_basis": "Digital Economy Act 2017 s.35",
        "region": "E92000001",
        "mode": "bulk",
        "max_subjects": 10_000,
        "status": {"status_list": {"idx": 0, "uri": f"{URL}/api/v1/grants/status/1"}},
        "rro_role": "Risk owner, Pension Credit",
    }


def test_what_is_not_there_is_null_or_left_out() -> None:
    kept_back = claims(register_version=0, service="sv-1", cap=0, ends_at=None)
    assert kept_back["register"] is None and kept_back["agreement"] is None
    assert kept_back["aud"] == "sv-1" and "max_subjects" not in kept_back
    assert kept_back["exp"] - kept_back["iat"] == 12 * 3600
    far = claims(ends_at=NOW + timedelta(days=300))
    assert far["exp"] - far["iat"] == 12 * 3600


@pytest.mark.parametrize(("number", "place"), [(1, (0, 0)), (100_000, (0, 99_999)), (100_001, (1, 0))])
def test_a_number_has_one_place(number: int, place: tuple[int, int]) -> None:
    assert c.place(number) == place


def test_each_state_but_active_has_a_sentence_of_its_own() -> None:
    """I4. That the agreed end has passed counts also while nobody has ended the case."""
    c.may_have_token(FACTS, NOW)
    said = set[str]()
    for state in set(State) - {State.ACTIVE}:
        with pytest.raises(Refusal) as refused:
            c.may_have_token(replace(FACTS, state=state), NOW)
        assert refused.value.status == 409
        said.add(refused.value.message)
    assert len(said) == 4
    with pytest.raises(c.GrantExpired):
        c.may_have_token(FACTS, NOW + timedelta(hours=5))


def test_a_key_is_published_before_and_after_it_signs() -> None:
    key = SigningKey(kid="k", state=KeyState.NEXT, made_at=NOW, signs_from=NOW + BEFORE)
    assert key.is_published(NOW) and not key.is_ripe(NOW + BEFORE - timedelta(seconds=1))
    assert key.is_ripe(NOW + BEFORE) and timedelta(days=1) <= BEFORE
    current = replace(key, state=KeyState.CURRENT, signs_from=NOW)
    assert not needs_next([current], NOW + EVERY - BEFORE - timedelta(seconds=1))
    assert needs_next([current], NOW + EVERY - BEFORE)
    assert not needs_next([current, key], NOW + EVERY)
    retired = replace(key, state=KeyState.RETIRED, retired_at=NOW, gone_at=NOW + AFTER)
    assert c.LONGEST < AFTER
    assert retired.is_published(NOW + c.LONGEST) and not retired.is_published(NOW + AFTER)
    assert not replace(key, state=KeyState.REVOKED).is_published(NOW)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("A" * 43, True),
        ("-_" + "A" * 41 + "=", True),
        ("A" * 42, False),
        ("A" * 44, False),
        ("+/" + "A" * 41, False),
        ("", False),
        ("é" * 43, False),
    ],
)
def test_a_seal_is_32_bytes_in_base64url(text: str, fits: bool) -> None:
    assert (seal_of(text) is not None) == fits
