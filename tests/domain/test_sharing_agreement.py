"""C17a: an agreement says what the entry says, nothing else, and nothing of the law that is not so (G0, I10)."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agreement_changes import differences
from domain.policy import LegalProfile, in_force
from domain.sharing_agreement import TERMS, agreement, canonical, content_hash
from domain.words import LEGAL
from tests.domain.test_register import made

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PLAN = in_force(LegalProfile.PLAN)
MANY = 400 if os.environ.get("SHARECASE_FULL") else 40
FREE = ("purpose", "harm_of_withholding", "subjects", "power", "area", "learning_question", "until_said")
MARK = "§"


def of(entry: dict[str, Any], policy: Any = None, **more: Any) -> dict[str, Any]:
    return agreement(entry, policy or in_force(), made_at=NOW, **more)


def said(content: dict[str, Any]) -> list[str]:
    return [value for part in content["sections"] for each in part["clauses"] for value in each["values"]]


def clause(content: dict[str, Any], key: str) -> list[str]:
    return next(
        (each["values"] for part in content["sections"] for each in part["clauses"] if each["id"] == key), []
    )


marked = st.text(alphabet="abc é£'\"<&", min_size=1, max_size=12).map(lambda text: f"{MARK}{text}{MARK}")
extra = st.dictionaries(
    st.sampled_from(
        ["requester", "author", "risk_owner", "signed_by", "e-mail", "others_detail", "surprises"]
    ),
    marked,
)


@settings(max_examples=MANY, deadline=None)
@given(
    words=st.fixed_dictionaries({}, optional={key: marked for key in FREE}),
    items=st.lists(marked, max_size=5),
    beyond=extra,
    profile=st.sampled_from(list(LegalProfile)),
    state=st.sampled_from(["approved", "active", "suspended"]),
)
def test_it_holds_what_the_entry_holds_and_nothing_more(
    words: dict[str, str], items: list[str], beyond: dict[str, str], profile: LegalProfile, state: str
) -> None:
    """Whatever is not on the list stays out, wherever it stands; every marked word that is on it gets in."""
    entry = {**made(), "state": state, **words, "items": items, **beyond}
    content = of(entry, replace(in_force(), legal_profile=profile))
    allowed = {*(words[key] for key in words if key in TERMS), *items}
    found = said(content)
    assert allowed <= set(found)
    assert all(value in allowed for value in found if MARK in value)
    assert set(content["terms"]) <= set(TERMS) and not set(beyond) & set(content["terms"])
    assert not [
        text for text in beyond.values() if text not in allowed and text in canonical(content).decode()
    ]
    other = LegalProfile.PLAN if profile is LegalProfile.CURRENT_LAW else LegalProfile.CURRENT_LAW
    assert not set(LEGAL[other].values()) & set(found)


CLAIMS = ("becomes responsible in law", "has the effect the law", "have the effect the law", "presumed to be")


@pytest.mark.parametrize("lane", ["standard", "cluster", "reliance", "urgent", "exploratory"])
def test_under_todays_law_it_claims_nothing(lane: str) -> None:
    entry = {
        **made(),
        "lane": lane,
        "presumption": "rule v1",
        "cluster": {"id": "c", "name": "Human services", "version": 2},
    }
    text = " ".join(said(of(entry)))
    assert LEGAL[LegalProfile.CURRENT_LAW]["banner"] in text and "agreed beforehand, and signed" in text
    assert not [claim for claim in CLAIMS if claim in text]
    assert [claim for claim in CLAIMS if claim in " ".join(said(of(entry, PLAN)))]


def test_a_risk_has_an_owner_by_role_and_clocks_have_numbers() -> None:
    content = of({**made(), "active_from": NOW.isoformat(), "extended_until": "2030-05-01"})
    assert clause(content, "risk")[0] == "Risk owner, Team 1"
    assert clause(content, "end") == ["1 May 2030"]
    assert clause(content, "extension") == ["Its end was moved once, from 31 March 2030"]
    assert clause(content, "start") == ["23 November 2026"]
    assert f"Within {in_force().destroy} working days" in clause(content, "destruction")[0]
    kept_back = of(made(register_version=0))
    assert (kept_back["version"], kept_back["register"]) == (0, None)
    assert clause(kept_back, "extension")[0].startswith(
        "A leader of the receiving body may move its end once"
    )


def test_the_hash_is_of_what_it_says_in_whatever_order() -> None:
    content = of(made())
    turned = dict(reversed(list(content.items())))
    assert content_hash(content) == content_hash(turned)
    assert content_hash(content) != content_hash({**content, "title": "Another"})
    assert canonical({"b": "é", "a": [1]}) == '{"a":[1],"b":"é"}'.encode()


def test_differences_are_told_in_words() -> None:
    before = of(made(answers={"items": ["address", "NHS number"], "safeguards": ["Logs are read"]}))
    now = of(
        {
            **made(answers={"items": ["NHS number", "date of birth"], "purpose": "x" * 200}),
            "state": "suspended",
            "suspended": {"on": "2027-01-04", "because": "It is paused."},
        }
    )
    told = differences(before, now)
    assert "Items: 'address' taken out" in told and "Items: 'date of birth' added" in told
    assert "Purpose: written anew" in told and "Safeguards: 'Logs are read' taken out" in told
    assert "State: was 'Active', now 'Suspended: no data flows'" in told
    assert "Suspended: 'Since 4 January 2027. It is paused.' added" in told
    assert len(told) == 6 and differences(now, now) == ()
