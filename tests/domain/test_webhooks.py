"""Which machines are told what: every event has a decision, and no message says more than its reader may see (§9, C2, P9)."""

import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from domain import commands as c
from domain import events
from domain import webhook_rules as rules
from domain.case import Kind
from domain.fold import evolve
from domain.people import Party, Role, Seat, Side
from domain.permissions import Post
from domain.webhook_rules import State
from domain.webhooks import CHOSEN_BY_NOBODY, GROUPS, Group, Message, is_wanted, messages
from tests.builders import MONDAY, PEOPLE, Life, a_case

CARE, DATA = "care", "data"  # the receiving and the sending team of a built case


def told(life: Life, *, since: int = 0) -> list[Message]:
    """Every message of a life, in order."""
    found: list[Message] = []
    for step in life.steps[since:]:
        case = step.before
        for event in step.events:
            after = evolve(case, event, max(case.last_at, step.now))
            found.extend(messages(case, after, event))
            case = after
    return found


def kinds(found: list[Message], team: str) -> list[str]:
    return [each.kind.removeprefix("case.") for each in found if each.team == team]


def urgent(found: list[Message], team: str) -> list[str]:
    return [each.kind for each in found if each.team == team and each.group is Group.REVOCATIONS]


def test_every_event_has_a_decision() -> None:
    assert set(GROUPS) == set(get_args(events.Event))


def test_every_group_can_be_chosen_but_those_that_are_no_choice() -> None:
    assert {each.value for each in rules.CHOICES} | CHOSEN_BY_NOBODY == set(Group)


def test_the_sending_body_hears_nothing_before_the_risk_is_signed_and_then_what_happens() -> None:
    """C2."""
    life = a_case().submitted().life()
    assert kinds(told(life), CARE)[:2] == ["request_submitted", "lane_chosen"]
    assert kinds(told(life), DATA) == []
    life.sign_risk()
    assert kinds(told(life), DATA)[0] == "risk_signed"
    before = len(life.steps)
    life.approve()
    news = told(life, since=before)
    assert "request_approved" in kinds(news, DATA)
    assert kinds(news, CARE) == kinds(news, DATA)


def test_a_message_holds_identifiers_and_times_and_nobody() -> None:
    """S5, I10. Whatever a case went through, no person is in what machines are told."""
    life = (
        a_case(duty="safeguarding").submitted().risk_signed().asked().answered().approved().delivered().life()
    )
    life.reports_incident()
    life.takes_step(c.Step.ADVISE)
    found = told(life)
    assert len(found) > 30
    for message in found:
        text = json.dumps(message.data)
        assert set(message.data) <= {
            "ref", "version", "stage", "lane", "level", "your_side", "receiving", "sending", "register_version",
            "tasks", "task",
        }  # fmt: skip
        assert message.data["version"] == message.seq
        for person in PEOPLE.values():
            assert f'"{person}"' not in text, message.kind


def test_what_is_due_is_told_with_its_time() -> None:
    life = a_case().submitted().life()
    (opened,) = [each for each in told(life) if each.kind == "case.task_opened"]
    assert opened.data["task"] == {
        "id": life.task(Kind.SIGN_RISK).id,
        "kind": "sign_risk",
        "side": "receiving",
        "role": "risk_owner",
        "level": 0,
        "due_at": "2026-11-30T23:59:59Z",
    }
    assert opened.data["tasks"] == [opened.data["task"]]


def test_senders_hear_nothing_of_incidents_improvement_and_advice() -> None:
    """P9, least disclosure; what passes between a body and its advisers is nobody else's."""
    life = a_case().submitted().risk_signed().approved().delivered().life()
    before = len(life.steps)
    life.reports_incident(breach=True)
    life.takes_step(c.Step.ADVISE)
    life.owner_leaves()
    news = told(life, since=before)
    assert {"incident_reported", "step_taken", "risk_owner_left"} <= set(kinds(news, CARE))
    assert set(kinds(news, DATA)) <= {"entry_published"}, "what is public is no secret"
    assert not any("tell_regulator" in json.dumps(each.data) for each in told(life) if each.team == DATA)


def test_advice_is_for_its_own_side() -> None:
    life = a_case().submitted().risk_signed().life()
    before = len(life.steps)
    life.asks_advice()
    life.advises()
    news = told(life, since=before)
    assert kinds(news, CARE) == []
    assert set(kinds(news, DATA)) == {"task_opened", "task_closed"}
    assert "advise" not in json.dumps([each.data["tasks"] for each in news if each.team == CARE])


@pytest.mark.parametrize("team", [CARE, DATA])
def test_suspending_reinstating_and_ending_are_revocations_for_both_sides(team: str) -> None:
    life = a_case().submitted().risk_signed().approved().delivered().paused().life()
    assert urgent(told(life), team) == ["case.share_suspended"]
    life.act(c.ReinstateShare(), Seat.RECEIVING_LEADER_1)
    life.act(c.EndShare(), Seat.RISK_OWNER)
    assert urgent(told(life), team) == ["case.share_suspended", "case.share_reinstated", "case.share_ended"]


def test_a_share_that_runs_again_is_told_as_that_whatever_made_it_so() -> None:
    """A suspension for want of a review ends with the review; who listens for revocations need know one kind only."""
    life = a_case(use="prevent_harm").submitted().risk_signed().approved().delivered().at_review().life()
    while life.case.stage != "suspended":
        life.next_deadline_passes()
    before = len(life.steps)
    life.conclude(c.Outcome.CONTINUE)
    news = told(life, since=before)
    assert life.case.stage == "active"
    assert "review_concluded" in kinds(news, DATA)
    assert urgent(news, DATA) == ["case.share_reinstated"] == urgent(news, CARE)


def test_what_was_approved_and_is_withdrawn_cannot_be_missed() -> None:
    life = a_case().submitted().risk_signed().approved().withdrawn().life()
    assert urgent(told(life), DATA) == ["case.case_withdrawn"]
    early = a_case().submitted().risk_signed().withdrawn().life()
    assert urgent(told(early), DATA) == []


def test_whoever_stops_being_a_party_is_told_that_and_no_more() -> None:
    """C16 and changes of government: both the team before and the one after."""
    life = a_case().submitted().risk_signed().life()
    before = len(life.steps)
    life.transfer()
    news = told(life, since=before)
    assert kinds(news, DATA) == ["task_closed", "request_transferred"]
    assert "request_transferred" in kinds(news, "records")
    moved = a_case().submitted().life()
    before = len(moved.steps)
    moved.moves(Side.RECEIVING, Party(organisation="new-council", team=CARE, nation=moved.receiving.nation))
    assert {each.organisation for each in told(moved, since=before)} == {"council", "new-council"}


def test_revocations_cannot_be_left_out() -> None:
    assert is_wanted(Group.REVOCATIONS, [])
    assert is_wanted(Group.REVIEWS, ["reviews"])
    assert not is_wanted(Group.REVIEWS, ["decisions"])


# --- trying again -------------------------------------------------------------------------------------------------


def test_waits_double_from_five_seconds_to_an_hour() -> None:
    waits = [int(rules.wait_after(n).total_seconds()) for n in range(1, 14)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]
    assert rules.wait_after(10**9) == timedelta(hours=1)


def test_three_days_are_enough_but_never_for_a_revocation() -> None:
    three = MONDAY + timedelta(days=3)
    assert not rules.is_parked(Group.DECISIONS, MONDAY, three - timedelta(seconds=1))
    assert rules.is_parked(Group.DECISIONS, MONDAY, three)
    assert not rules.is_parked(Group.REVOCATIONS, MONDAY, MONDAY + timedelta(days=3650))
    assert rules.is_parked(Group.TEST, MONDAY, MONDAY)


@pytest.mark.parametrize(
    ("state", "sent"),
    [
        (State.ON, set(Group)),
        (State.PAUSED, {Group.REVOCATIONS, Group.TEST}),
        (State.CLOSED, set()),
    ],
)
def test_what_an_endpoint_is_sent(state: State, sent: set[Group]) -> None:
    assert {group for group in Group if rules.is_sent_while(state, group)} == sent


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        (429, "30", 30),
        (503, " 120 ", 120),
        (429, "999999999999999999", 3600),
        (429, "Mon, 23 Nov 2026 10:01:00 GMT", 60),
        (429, "Mon, 23 Nov 2020 10:01:00 GMT", 0),
        (429, "Mon, 23 Nov 2099 10:01:00 GMT", 3600),
        (429, "Mon, 23 Nov 2026 10:01:00", None),
        (429, "soon", None),
        (429, "-5", None),
        (429, "٣", None),
        (429, "", None),
        (429, None, None),
        (500, "30", None),
    ],
)
def test_retry_after_is_listened_to_within_reason(
    status: int, header: str | None, seconds: int | None
) -> None:
    asked = rules.asked_to_wait(status, header, datetime(2026, 11, 23, 10, tzinfo=UTC))
    assert asked == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(("role", "body", "can"), [
    (Role.LEADER_1, "dwp", True), (Role.LEADER_3, "dwp", True), (Role.LEADER_1, "hmrc", False),
    (Role.OPERATOR, "sharecase", True), (Role.REQUESTER, "dwp", False), (Role.AUDITOR, "dwp", False),
])  # fmt: skip
def test_leaders_of_the_body_and_the_operator_keep_its_endpoints(role: Role, body: str, can: bool) -> None:
    acts = (
        "add_webhook",
        "change_webhook",
        "close_webhook",
        "rotate_secret",
        "replay_webhook",
        "test_webhook",
    )
    post = Post(role=role, organisation=body, team="")
    assert {rules.may((post,), act, "dwp") for act in acts} == {can}
