"""P2r: what an entry says, what the register can be asked, and what may never be in it (I10, G7)."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import events as e
from domain.case import Case, Cause, Lane, Stage
from domain.commands import Outcome
from domain.people import CLOCK, Party, Seat
from domain.policy import Policy
from domain.register import PUBLIC_ANSWERS, Beside, Fact, State, entry, may_be_root
from domain.register_search import (
    LONGEST_WORD,
    MOST_WORDS,
    Filters,
    asked_words,
    check_filters,
    entry_words,
)
from domain.working_days import Nation
from tests.fixtures.calendar import calendar_for

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
NAMES = {
    "dwp": "Department for Work and Pensions",
    "hmrc": "HM Revenue and Customs",
    "t1": "Team 1",
    "t2": "Team 2",
}
CASE = Case(
    ref="SC-AAAA-BBBB",
    policy=Policy(),
    calendar=calendar_for(Nation.ENGLAND_AND_WALES),
    stage=Stage.ACTIVE,
    receiving=Party(organisation="dwp", team="t1", nation=Nation.ENGLAND_AND_WALES),
    sending=Party(organisation="hmrc", team="t2", nation=Nation.ENGLAND_AND_WALES),
    author="p-author",
    risk_owner="p-owner",
    decider="p-decider",
    reviewer="p-reviewer",
    register_version=2,
    submitted_at=NOW,
)
ANSWERS: dict[str, Any] = {
    "title": "Pension Credit take-up",
    "purpose": "Find pensioners who do not claim it.",
    "items": ["NHS number", "date of birth"],
    "subjects": "people over State Pension age",
    "until": "2030-03-31",
    "risk_owner": "p-owner",
    "others_detail": "Ask Jane Doe",
}


def facts(*happened: e.Event, actor: str = "p-author") -> Beside:
    return Beside(
        facts=tuple(
            Fact(at=NOW + timedelta(days=day), actor=actor, event=event) for day, event in enumerate(happened)
        )
    )


def made(
    beside: Beside | None = None, answers: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    return entry(replace(CASE, **changes), {**ANSWERS, **(answers or {})}, NAMES, NOW, beside)


def test_no_person_can_get_in() -> None:
    """Whatever the case and the form know of people: not one id, not one answer that is not on the list."""
    everybody = facts(
        e.RequestApproved(decider="p-decider", seat=Seat.SENDER),
        e.ReviewConcluded(month=12, outcome=Outcome.CONTINUE, reviewer="p-reviewer"),
    )
    everything = {
        each: f"answer-{each}" for each in ("risk_owner", "surprises", "needed_why", "team", "others_detail")
    }
    text = str(made(everybody, answers=everything))
    assert "p-" not in text and "answer-" not in text and "Jane" not in text
    assert not {"risk_owner", "others_detail", "surprises", "evidence"} & set(PUBLIC_ANSWERS)


def test_older_forms_have_no_region_and_no_safeguards() -> None:
    assert not {"region", "area", "safeguards", "urgent"} & set(made())
    newer = made(answers={"region": "E12000003", "area": "Leeds", "harm_money": 1200, "urgent": "no"})
    assert (newer["region"], newer["area"], newer["harm_money"]) == ("E12000003", "Leeds", 1200)
    assert "urgent" not in newer


def test_what_it_relies_on_is_pinned_and_has_an_address() -> None:
    relying = made(lane=Lane.RELIANCE, root="SC-CCCC-DDDD", root_version=3)
    assert relying["root"] == {"id": "SC-CCCC-DDDD", "version": 3, "address": "/register/SC-CCCC-DDDD/v/3"}
    assert made()["root"] is None and "relied_on_by" not in made()


def test_the_cluster_is_named_with_the_version_of_its_terms() -> None:
    chosen = facts(e.LaneChosen(lane=Lane.CLUSTER, cluster="human-services", cluster_version=2))
    assert made(chosen, lane=Lane.CLUSTER, cluster="human-services")["cluster"] == {
        "id": "human-services",
        "name": "human services",
        "version": 2,
    }


def test_reviews_decision_and_silence_are_told_by_date() -> None:
    told = made(
        facts(
            e.RequestApproved(decider="", seat=Seat.CLOCK, presumption="object v1"),
            e.ReviewConcluded(month=12, outcome=Outcome.CHANGE, reviewer="p-reviewer"),
            e.ReviewConcluded(month=24, outcome=Outcome.NARROW, reviewer="p-reviewer"),
        )
    )
    assert (told["decided_on"], told["presumption"]) == ("2026-11-23", "object v1")
    assert told["reviews"] == [
        {"month": 12, "outcome": "change", "concluded_on": "2026-11-24"},
        {"month": 24, "outcome": "narrow", "concluded_on": "2026-11-25"},
    ]


@pytest.mark.parametrize(
    ("stage", "event", "actor", "state", "why"),
    [
        (Stage.WITHDRAWN, e.CaseWithdrawn(seat=Seat.RISK_OWNER), "p-owner", "withdrawn", "withdrawn"),
        (Stage.ENDED, e.ShareEnded(), "p-owner", "ended", "ended_early"),
        (Stage.ENDED, e.ShareEnded(by_date=True), CLOCK.person, "ended", "agreed_end"),
        (Stage.ENDED, e.ShareEnded(), CLOCK.person, "ended", "agreed_end"),  # as it was told before
        (Stage.ENDED, e.ShareEnded(by_review=True), "p-reviewer", "ended", "review"),
        (Stage.ENDED, e.ShareReplaced(by="SC-EEEE-FFFF"), "other-case", "replaced", "replaced"),
    ],
)
def test_a_tombstone_says_when_and_why(
    stage: Stage, event: e.Event, actor: str, state: str, why: str
) -> None:
    over = made(facts(event, actor=actor), stage=stage)
    assert (over["state"], over["over"]["on"], over["over"]["why"]) == (state, "2026-11-23", why)
    assert over["over"]["because"].endswith(".")
    assert ("replaced_by" in over["over"]) == (why == "replaced")


@pytest.mark.parametrize("stage", Stage)
def test_only_what_is_approved_reads_approved(stage: Stage) -> None:
    assert (made(stage=stage)["state"] == State.APPROVED) == (stage is Stage.APPROVED)


def test_a_suspended_share_says_since_when_and_why() -> None:
    paused = made(
        facts(e.ShareSuspended(cause=Cause.PAUSED), e.ShareSuspended(cause=Cause.REVIEW_OVERDUE)),
        stage=Stage.SUSPENDED,
    )
    assert paused["suspended"] == {
        "on": "2026-11-24",
        "because": "The review was not concluded in time.",
    }
    assert made()["suspended"] is None


def test_who_may_be_relied_on() -> None:
    """P2's hard stops, as far as the register knows them."""
    assert may_be_root(made(), "2026-12-01")
    assert may_be_root(made(), "2030-03-31") and not may_be_root(made(), "2030-04-01")
    assert not may_be_root(made(stage=Stage.APPROVED), "2026-12-01")
    assert not may_be_root(made(stage=Stage.SUSPENDED), "2026-12-01")
    assert not may_be_root(made(root="SC-CCCC-DDDD", root_version=1), "2026-12-01")
    adverse = made(facts(e.ReviewConcluded(month=12, outcome=Outcome.PAUSE, reviewer="x")))
    assert not may_be_root(adverse, "2026-12-01")
    old = {key: value for key, value in made().items() if key not in ("reviews", "root")}
    assert may_be_root(old, "2026-12-01")


# --- searching -------------------------------------------------------------------------------------------------


def test_an_entry_is_found_by_what_it_is_about() -> None:
    words = entry_words(made(answers={"title": "Café (SEND) pupils’ meals"}))
    assert {"sc", "aaaa", "bbbb", "cafe", "send", "pupils", "pensions", "nhs", "birth", "pensioners"} <= set(
        words
    )
    assert "of" not in words and "for" not in words


def test_the_index_of_an_entry_stays_small() -> None:
    long = made(answers={"items": [f"item{number} {'x' * 80}{number}" for number in range(50)]})
    words = entry_words(long)
    assert len(words) == MOST_WORDS and max(map(len, words)) <= LONGEST_WORD
    assert "pension" in words  # the title goes before the items


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("The Pension CREDIT", ("pension", "credit")),
        ("the", ("the",)),  # nothing else is asked: "theft" begins with it
        ("pension pension", ("pension",)),
        ("SC-AAAA-BBBB", ("sc", "aaaa", "bbbb")),
        ("'; DROP TABLE register; --", ("drop", "table", "register")),
        ("!!! … \x00", ()),
    ],
)
def test_what_is_typed_becomes_words(typed: str, words: tuple[str, ...]) -> None:
    assert asked_words(typed) == words


def test_filters_that_can_be_used_are_kept_and_others_are_told() -> None:
    raw = {
        "q": " pension ",
        "lane": "standard",
        "state": "ready",
        "region": "e12000003",
        "after": "x",
        "use": "",
    }
    filters, problems = check_filters(raw)
    assert filters == Filters(q="pension", lane="standard", region="E12000003")
    assert filters.asked == {"q": "pension", "lane": "standard", "region": "E12000003"}
    assert [(each.field, each.sentence) for each in problems] == [
        (
            "state",
            "Send one of these: 'approved', 'active', 'suspended', 'ended', 'replaced' or 'withdrawn'.",
        )
    ]


def test_every_filter_has_a_sentence_for_what_it_cannot_take() -> None:
    for each in fields(Filters):
        filters, [problem] = check_filters({each.name: "<<>>"})
        assert filters == Filters() and problem.field == each.name
        assert problem.sentence.endswith(".") and "<" not in problem.sentence
    assert check_filters({"q": "x" * 201})[1] and not check_filters({"q": "x" * 200})[1]
