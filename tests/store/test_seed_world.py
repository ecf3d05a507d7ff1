"""The seeded world hangs together: a demonstration must not trip over its own data (G1, G2, G5, P1)."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.request_choices import REGIONS
from domain.working_days import Nation

SEED = Path(__file__).parents[2] / "store" / "seed"

Row = dict[str, Any]
WORLD: dict[str, list[Any]] = json.loads((SEED / "world.json").read_text(encoding="utf-8"))
REQUESTS: list[Row] = json.loads((SEED / "requests.json").read_text(encoding="utf-8"))

ORGANISATIONS: dict[str, Row] = {row["id"]: row for row in WORLD["organisations"]}
TEAMS: dict[str, Row] = {row["id"]: row for row in WORLD["teams"]}
PEOPLE: dict[str, Row] = {row["id"]: row for row in WORLD["people"]}
POSTS: list[Row] = WORLD["posts"]

LEADERS = {"leader_1", "leader_2", "leader_3"}
CASE_ROLES = {"requester", "risk_owner", "sender_decider", "reviewer"}
ROLES = CASE_ROLES | LEADERS | {"adviser", "board", "regulator", "auditor", "operator"}
CLUSTERS = {"crime-justice", "health-social-care", "human-services"}
BOARDS = {f"{cluster}-board" for cluster in CLUSTERS}
KEYS = {
    "organisations": {"id", "name", "kind", "nation", "status", "identifiers", "demo", "tiny", "waiver"},
    "teams": {"id", "organisation", "name", "cluster", "slack_channel"},
    "people": {"id", "name", "email", "slack_user"},
    "posts": {"person", "role", "organisation", "team"},
    "memberships": {"cluster", "team", "signed_version", "signed_by", "signed_at"},
}


def holders(role: str, **where: str | None) -> set[str]:
    """The people in this role, in the organisation or team named."""
    return {
        post["person"]
        for post in POSTS
        if post["role"] == role and all(post[key] == value for key, value in where.items())
    }


def reviewers_for(team: str) -> set[str]:
    """Reviewers of the same organisation who sit in another team, and in no way in this one (§6)."""
    home = TEAMS[team]["organisation"]
    members = {post["person"] for post in POSTS if post["team"] == team}
    return {
        post["person"]
        for post in POSTS
        if post["role"] == "reviewer" and post["organisation"] == home and post["team"] != team
    } - members


ASKING = sorted({post["team"] for post in POSTS if post["role"] == "requester"})
ORDINARY = [team for team in ASKING if not ORGANISATIONS[TEAMS[team]["organisation"]]["tiny"]]
SENDING = sorted({post["team"] for post in POSTS if post["role"] == "sender_decider"})


# --- shape and references -------------------------------------------------------------------------


@pytest.mark.parametrize("table", KEYS)
def test_every_row_has_the_same_keys(table: str) -> None:
    assert all(set(row) == KEYS[table] for row in WORLD[table])


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("organisations", "id"),
        ("organisations", "name"),
        ("teams", "id"),
        ("teams", "slack_channel"),
        ("people", "id"),
        ("people", "name"),
        ("people", "email"),
        ("people", "slack_user"),
    ],
)
def test_nothing_that_identifies_is_told_twice(table: str, key: str) -> None:
    assert [value for value, count in Counter(row[key] for row in WORLD[table]).items() if count > 1] == []


def test_every_reference_resolves() -> None:
    assert {team["organisation"] for team in TEAMS.values()} <= set(ORGANISATIONS)
    assert {post["person"] for post in POSTS} == set(PEOPLE)  # and nobody is without a post
    for post in POSTS:
        assert post["organisation"] in ORGANISATIONS
        assert post["team"] is None or TEAMS[post["team"]]["organisation"] == post["organisation"]
    assert {post["organisation"] for post in POSTS} == set(ORGANISATIONS)
    assert set(WORLD["featured"]) <= set(PEOPLE)


def test_no_post_is_told_twice() -> None:
    assert max(Counter(tuple(post.values()) for post in POSTS).values()) == 1


def test_roles_nations_and_clusters_are_known() -> None:
    assert {post["role"] for post in POSTS} == ROLES
    assert {row["nation"] for row in ORGANISATIONS.values()} == set(Nation) - {Nation.UNION}
    assert {team["cluster"] for team in TEAMS.values()} == CLUSTERS | {None}
    assert all(row["demo"] is True and row["status"] == "public" for row in ORGANISATIONS.values())


def test_addresses_and_channels_are_well_formed_and_lead_nowhere_real() -> None:
    assert all(re.fullmatch(r"[a-z.-]+@[a-z-]+\.example", row["email"]) for row in PEOPLE.values())
    assert all(re.fullmatch(r"U[A-Z0-9]{6,10}", row["slack_user"]) for row in PEOPLE.values())
    assert all(re.fullmatch(r"#[a-z0-9_-]{1,79}", team["slack_channel"]) for team in TEAMS.values())


def test_a_person_works_for_one_organisation() -> None:
    assert all(
        count == 1
        for count in Counter(p for p, _ in {(x["person"], x["organisation"]) for x in POSTS}).values()
    )


# --- roles ----------------------------------------------------------------------------------------


def test_leaders_and_advisers_are_of_the_organisation_and_others_of_a_team() -> None:
    for post in POSTS:
        assert (post["team"] is None) == (post["role"] in LEADERS | {"adviser", "board"}), post


@pytest.mark.parametrize("team", ORDINARY)
def test_who_asks_has_a_risk_owner_and_a_reviewer_who_are_other_people(team: str) -> None:
    requesters, owners = holders("requester", team=team), holders("risk_owner", team=team)
    assert owners and not owners & requesters
    assert reviewers_for(team) - requesters - owners


@pytest.mark.parametrize("team", ASKING + SENDING)
def test_no_risk_or_refusal_lands_on_the_same_desk_when_it_moves_up(team: str) -> None:
    organisation = TEAMS[team]["organisation"]
    if ORGANISATIONS[organisation]["tiny"]:
        return
    below = {post["person"] for post in POSTS if post["team"] == team}
    assert not below & {post["person"] for post in POSTS if post["role"] in LEADERS}


def test_there_is_exactly_one_vacancy_and_the_featured_story_meets_it() -> None:
    vacant = [
        (organisation, level)
        for organisation in ORGANISATIONS
        if organisation not in BOARDS  # a board has members, no leaders
        for level in sorted(LEADERS)
        if not holders(level, organisation=organisation)
    ]
    assert vacant == [("hmrc", "leader_2")]
    assert any(
        TEAMS[request["sending_team"]]["organisation"] == "hmrc"
        and request["bring_to"] == "sender_escalated"
        and request["risk_owner"] in WORLD["featured"]
        for request in REQUESTS
    )


def test_one_tiny_body_works_under_a_waiver() -> None:
    [tiny] = [row for row in ORGANISATIONS.values() if row["tiny"]]
    assert [row["id"] for row in ORGANISATIONS.values() if row["waiver"]] == [tiny["id"]]
    waiver = tiny["waiver"]

    assert set(waiver) == {"given_by", "given_on", "person", "roles", "reason"}
    assert waiver["given_by"] in holders("leader_2", organisation=tiny["id"])
    assert waiver["given_by"] != waiver["person"]
    assert date.fromisoformat(waiver["given_on"])
    assert set(waiver["roles"]) <= CASE_ROLES
    for role in waiver["roles"]:
        assert waiver["person"] in holders(role, organisation=tiny["id"])


def test_one_operator_one_auditor_one_regulator_and_none_has_a_part_in_a_case() -> None:
    for role in ("operator", "auditor", "regulator"):
        [person] = holders(role)
        assert {post["role"] for post in POSTS if post["person"] == person} == {role}


def test_every_cluster_has_a_board_of_its_own_and_members() -> None:
    """Two members of a board must agree before terms or a rule change (§4, P1)."""
    assert {row["id"] for row in ORGANISATIONS.values() if row["kind"] == "cluster board"} == BOARDS
    assert {post["organisation"] for post in POSTS if post["role"] == "board"} == BOARDS
    assert {post["role"] for post in POSTS if post["organisation"] in BOARDS} == {"board"}
    for cluster in CLUSTERS:
        assert len(holders("board", organisation=f"{cluster}-board")) >= 2
        assert sum(row["cluster"] == cluster for row in TEAMS.values()) >= 6


def test_every_team_with_a_place_in_a_cluster_was_signed_in_by_its_leader() -> None:
    """P1: in early 2026, once, for the first version."""
    signed = {row["team"]: row["cluster"] for row in WORLD["memberships"]}
    assert len(signed) == len(WORLD["memberships"])
    assert signed == {team: row["cluster"] for team, row in TEAMS.items() if row["cluster"]}
    for row in WORLD["memberships"]:
        assert row["signed_by"] in holders("leader_1", organisation=TEAMS[row["team"]]["organisation"])
        assert "2026-01-05" <= row["signed_at"] < "2026-04" and row["signed_version"] == 1


def test_two_members_of_each_board_agreed_to_the_first_terms() -> None:
    agreed: list[Row] = json.loads((SEED / "clusters.json").read_text(encoding="utf-8"))
    assert {row["id"] for row in agreed} == CLUSTERS
    for row in agreed:
        members = holders("board", organisation=row["board"])
        assert {row["proposed_by"], row["confirmed_by"]} <= members
        assert row["proposed_by"] != row["confirmed_by"] and row["created_at"] < row["in_force_from"]


def test_one_council_s_teams_sit_in_three_clusters() -> None:
    assert {team["cluster"] for team in TEAMS.values() if team["organisation"] == "leeds"} >= CLUSTERS


def test_the_featured_people_can_walk_one_story() -> None:
    featured = WORLD["featured"]
    assert 8 <= len(featured) <= 10 and len(set(featured)) == len(featured)
    posts = [post for post in POSTS if post["person"] in featured]
    assert {post["role"] for post in posts} >= CASE_ROLES | LEADERS | {"operator", "auditor"}

    [story] = [r for r in REQUESTS if r["key"] == "pension-credit-take-up"]
    assert holders("requester", team=story["team"]) & set(featured)
    assert story["risk_owner"] in featured
    assert holders("sender_decider", team=story["sending_team"]) & set(featured)
    assert reviewers_for(story["team"]) & set(featured)
    sender = TEAMS[story["sending_team"]]["organisation"]
    for level in ("leader_1", "leader_3"):  # leader 2 is the vacancy, skipped at once
        assert holders(level, organisation=sender) & set(featured)


# --- requests -------------------------------------------------------------------------------------

STAGES = [
    "draft",
    "risk_acceptance",
    "risk_escalated",
    "with_sender",
    "sender_escalated",
    "info_requested",
    "refused",
    "refusal_escalated",
    "approved",
    "active",
    "review_open",
    "suspended",
    "lapsed",
    "withdrawn",
    "objection_window",
    "objected",
    "relied_on",
    "to_confirm",
    "triage",
    "blocked",
    "approved_in_part",
    "urgent",
    "exploratory",
    "amendment",
    "relied_on_by_hospitals",
    "outside_appetite",
    "to_sign_off",
]
CHOICES = {
    "severity": {"low", "moderate", "serious", "severe"},
    "use": {
        "deliver_service",
        "protect_someone",
        "prevent_harm",
        "proactive_help",
        "test_new",
        "fraud_error_debt",
        "law_enforcement",
    },
    "people_band": {"under_100", "100_to_10k", "10k_to_1m", "over_1m"},
    "pattern": {"one_by_one", "file_once", "file_regular"},
    "others_see": {"no", "contractor", "organisation", "both"},
    "region": {choice.value for choice in REGIONS},
    "duty": {
        "none",
        "auto_enrolment",
        "safeguarding",
        "continuity_of_care",
        "correcting_error",
        "tell_us_once",
    },
}
TEXTS = {"key", "team", "risk_owner", "sending_team", "title", "purpose", "harm_of_withholding", "subjects"}
TEXTS |= {"needed_why", "power", "surprises"}
OTHERS = {"people_per_day", "items", "until", "needed_by", "others_detail", "area", "bring_to"}
TEST = {"learning_question", "subject_cap", "no_adverse"}
MORE_AT: dict[str, set[str]] = {
    "to_confirm": {"relies_on"},
    "amendment": {"amends", "amend_why"},
    "urgent": {"urgent", "urgent_why"},
}

each_request = pytest.mark.parametrize("request_", REQUESTS, ids=[row["key"] for row in REQUESTS])


def test_there_is_one_request_for_each_stage() -> None:
    assert [row["bring_to"] for row in REQUESTS] == STAGES
    assert len({row["key"] for row in REQUESTS}) == len(REQUESTS)


@each_request
def test_a_request_is_complete(request_: Row) -> None:
    more = TEST if request_["use"] == "test_new" else set[str]()
    more = more | ({"onward"} if request_["others_see"] == "organisation" else set[str]())
    more |= MORE_AT.get(request_["bring_to"], set())
    assert set(request_) == TEXTS | OTHERS | set(CHOICES) | more
    assert all(isinstance(request_[key], str) and request_[key].strip() for key in TEXTS)
    for key, allowed in CHOICES.items():
        assert request_[key] in allowed, key
    assert type(request_["people_per_day"]) is int and request_["people_per_day"] > 0
    assert request_["items"] and len(set(request_["items"])) == len(request_["items"])
    assert date.fromisoformat(request_["needed_by"]) < date.fromisoformat(request_["until"])
    assert (request_["others_see"] != "no") == bool(request_["others_detail"])


@each_request
def test_a_request_can_be_decided_by_four_people(request_: Row) -> None:
    """G2: author, risk owner, sender decider and reviewer can be four different people."""
    asking, sending = request_["team"], request_["sending_team"]
    assert TEAMS[asking]["organisation"] != TEAMS[sending]["organisation"]

    owner = request_["risk_owner"]
    assert owner in holders("risk_owner", team=asking)
    authors = holders("requester", team=asking) - {owner}
    deciders = holders("sender_decider", team=sending) - {owner} - authors
    assert authors and deciders
    assert reviewers_for(asking) - {owner} - authors - deciders


def test_the_requests_are_of_every_kind() -> None:
    """Uses of all kinds, every duty, and shares that cross clusters as well as stay within one (P1, P4, P6)."""
    assert {row["use"] for row in REQUESTS} == CHOICES["use"]
    assert {row["duty"] for row in REQUESTS} == CHOICES["duty"]
    pairs = [(TEAMS[row["team"]]["cluster"], TEAMS[row["sending_team"]]["cluster"]) for row in REQUESTS]
    within = [pair for pair in pairs if pair[0] == pair[1] is not None]
    assert {cluster for cluster, _ in within} == CLUSTERS
    assert len(within) < len(pairs) - 5


def test_no_stage_contradicts_its_lane_or_its_use() -> None:
    at = {row["bring_to"]: row for row in REQUESTS}
    for stage in ("refused", "refusal_escalated", "info_requested", "sender_escalated"):
        # only a sender who decides can refuse or be late; in a cluster silence approves (C5, C8)
        row = at[stage]
        asking, sending = TEAMS[row["team"]]["cluster"], TEAMS[row["sending_team"]]["cluster"]
        assert asking is None or asking != sending
    assert at["review_open"]["use"] in {"prevent_harm", "proactive_help", "test_new"}
    assert at["refused"]["duty"] == "none"  # under a duty it would wait for a countersignature (C11)
