"""§9, S5, I10: what a message says, and what it can never say."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.slack_blocks import HEADER, TEXT, Block, by_the_end_of, compose, escape
from domain.harm import Harm
from store.notices import Message
from tests.fixtures.calendar import full_table

TODAY = date(2026, 11, 30)
HARM = Harm(days=5, people_per_day=120)
LINK = "https://sharecase.test/cases/SC-2026-0001"

ASK = Message(
    id="SC-2026-0001.3.0",
    ref="SC-2026-0001",
    headline="Sign for the risk, or return the request",
    due_at=datetime(2026, 12, 4, 23, 59, 59, tzinfo=UTC),
    created_at=datetime(2026, 11, 27, 10, tzinfo=UTC),
    asks=True,
    how="",
    role="risk_owner",
    team="Pension Credit take-up",
    organisation="Department for Work and Pensions",
    receiving="Department for Work and Pensions",
    sending="HM Revenue and Customs",
    people_per_day=120,
    submitted_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
    waited_until=None,
    calendar=full_table(),
    destination="#dwp-pension-credit",
    wanted=1,
    sent=0,
    channel=None,
    ts=None,
    tried_at=None,
)


def test_an_ask_says_what_who_by_when_the_harm_and_where() -> None:
    text, blocks = compose(ASK, HARM, TODAY, LINK)
    assert blocks == [
        {"type": "header", "text": plain("Sign for the risk, or return the request")},
        {
            "type": "section",
            "fields": [
                plain("Case\nSC-2026-0001"),
                plain("Data\nfrom HM Revenue and Customs to Department for Work and Pensions"),
                plain("Who must act\nRisk owner, Pension Credit take-up, Department for Work and Pensions"),
                plain("By\nthe end of Friday 4 December 2026"),
            ],
        },
        {
            "type": "context",
            "elements": [
                plain(
                    "Harm of waiting, as of 30 November 2026: "
                    "5 working days open × 120 people a day = 600 person-days without it"
                )
            ],
        },
        {"type": "section", "text": {"type": "mrkdwn", "text": f"<{LINK}|Open the case>"}},
    ]
    # what a screen reader reads
    assert text == (
        "Sign for the risk, or return the request. Case: SC-2026-0001. "
        "Data: from HM Revenue and Customs to Department for Work and Pensions. "
        "Who must act: Risk owner, Pension Credit take-up, Department for Work and Pensions. "
        "By: the end of Friday 4 December 2026. Harm of waiting, as of 30 November 2026: "
        "5 working days open × 120 people a day = 600 person-days without it"
    )


def test_news_asks_nobody_and_has_no_date() -> None:
    text, _ = compose(
        replace(ASK, asks=False, due_at=None, headline="The request is approved"), HARM, TODAY, LINK
    )
    assert "For information: Risk owner, Pension Credit take-up" in text
    assert "Who must act" not in text and "By:" not in text


@pytest.mark.parametrize(
    ("how", "headline", "sentence"),
    [
        ("done", "Done: Sign for the risk, or return the request", "It was done. No action is needed."),
        (
            "overtaken",
            "Overtaken: Sign for the risk, or return the request",
            "Another step in the case has settled it. No action is needed.",
        ),
        (
            "expired",
            "No longer needed: Sign for the risk, or return the request",
            "Its time is over. No action is needed.",
        ),
    ],
)
def test_after_the_act_it_says_that_nothing_is_to_be_done(how: str, headline: str, sentence: str) -> None:
    text, blocks = compose(replace(ASK, wanted=2, how=how), HARM, TODAY, LINK)
    assert blocks[0]["text"]["text"] == headline
    assert blocks[2]["elements"][0]["text"] == sentence
    assert "Who must act" not in text and "By:" not in text and "Harm" not in text
    assert LINK in json.dumps(blocks)


@pytest.mark.parametrize(
    ("role", "team", "organisation", "words"),
    [
        ("leader_2", "", "HM Revenue and Customs", "Leader 2, HM Revenue and Customs"),
        ("reviewer", "", "Leeds City Council", "Reviewer, Leeds City Council"),
        ("sender_decider", "PAYE", "HM Revenue and Customs", "Sending team, PAYE, HM Revenue and Customs"),
        ("operator", "", "", "Operator of Sharecase"),
    ],
)
def test_who_must_act_is_a_seat_and_never_a_person(
    role: str, team: str, organisation: str, words: str
) -> None:
    text, _ = compose(replace(ASK, role=role, team=team, organisation=organisation), HARM, TODAY, LINK)
    assert f"Who must act: {words}." in text


def test_the_day_is_londons() -> None:
    assert by_the_end_of(datetime(2026, 7, 3, 22, 59, 59, tzinfo=UTC)) == "the end of Friday 3 July 2026"
    assert by_the_end_of(datetime(2026, 12, 4, 23, 59, 59, tzinfo=UTC)) == "the end of Friday 4 December 2026"


def test_the_meter_stops_when_the_waiting_did_and_is_silent_when_unknown() -> None:
    ended = replace(ASK, waited_until=datetime(2026, 11, 30, 10, tzinfo=UTC))
    assert "Harm of waiting, while it lasted: 5 working days" in compose(ended, HARM, TODAY, LINK)[0]
    assert "Harm" not in compose(ASK, None, TODAY, LINK)[0]


HOSTILE = st.text(max_size=400) | st.sampled_from(
    [
        "<!channel> & <@U012345>",
        "a\u202eevil\u202c",
        "*bold* _it_ `code`",
        "<https://evil.test|Open>",
        "x" * 5000,
    ]
)


@given(headline=HOSTILE, team=HOSTILE, organisation=HOSTILE, wanted=st.sampled_from([1, 2]))
def test_nothing_in_a_name_becomes_markup(headline: str, team: str, organisation: str, wanted: int) -> None:
    """F71: whatever stands in the directory, there is one link, it is ours, and nothing is longer than Slack allows."""
    message = replace(ASK, headline=headline, team=team, organisation=organisation, wanted=wanted)
    text, blocks = compose(message, HARM, TODAY, LINK)
    assert "<" not in text and ">" not in text
    assert len(text) <= TEXT * 5  # an escaped sign counts as one for Slack
    marked = [block for block in texts(blocks) if block["type"] == "mrkdwn"]
    assert [each["text"] for each in marked] == [f"<{LINK}|Open the case>"]
    for each in texts(blocks):
        assert not set(each["text"]) & set(
            "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f\x00\x1b"
        )
    assert len(blocks[0]["text"]["text"]) <= HEADER
    assert all(len(each["text"]) <= 2000 for each in blocks[1]["fields"])
    assert len(blocks) <= 50


def test_the_escape_is_slacks_three() -> None:
    assert escape("<!channel> & co") == "&lt;!channel&gt; &amp; co"


def test_the_blocks_are_what_slacks_own_models_accept() -> None:
    from slack_sdk.models.blocks import Block as Model

    for wanted in (1, 2):
        _, blocks = compose(replace(ASK, wanted=wanted), HARM, TODAY, LINK)
        for block in blocks:
            model = Model.parse(block)
            assert model is not None
            model.validate_json()


def test_a_message_is_long_enough_ago_only_for_news() -> None:
    later = ASK.created_at + timedelta(days=15)
    assert not ASK.is_stale(later)
    assert replace(ASK, asks=False).is_stale(later)


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def texts(blocks: list[Block]) -> list[dict[str, Any]]:
    found = [block["text"] for block in blocks if "text" in block]
    return found + [
        each for block in blocks for each in (*block.get("fields", ()), *block.get("elements", ()))
    ]
