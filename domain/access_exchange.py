"""The light exchange (P3, D): services, grants and their keys, deliveries, the use log."""

from domain.access_rows import EVERYBODY, OWNER, PARTY, SIGNED_IN, Table
from domain.scopes import Scope
from domain.service_rules import NotYourService
from domain.signing_keys import NoKeysForYou
from domain.x_road_setup import NotTheOperator, NoXRoadForYou

KEYS: Table = {
    "GET /.well-known/jwks.json": EVERYBODY,
    "GET /exchange/keys": EVERYBODY,
    "GET POST /exchange/keys/rotate": SIGNED_IN.acting("rotate_key", NoKeysForYou),
    "GET POST /exchange/keys/{kid}/revoke": SIGNED_IN.acting("revoke_key", NoKeysForYou).and_then(
        "a key that is published"
    ),
    "GET /api/v1/grants/status/{which}": EVERYBODY,
    "POST /api/v1/grants/verify": EVERYBODY,
    "GET /api/v1/grants": SIGNED_IN.token(Scope.GRANTS),
    "GET /api/v1/grants/{grant}": SIGNED_IN.token(Scope.GRANTS).and_then("who may see its case"),
    "POST /api/v1/grants/{grant}/token": SIGNED_IN.token(Scope.GRANTS).and_then(
        "a requester or the risk owner of the receiving team"
    ),
}

# What a sending body checks grants with.
FILES: Table = {
    "GET /exchange/grant_verifier.py": EVERYBODY,
    "GET /exchange/grant-vectors.json": EVERYBODY,
}

TOLD = "a body of the grant, or a body that tells of a grant it does not know"

USE: Table = {
    "POST /api/v1/use-log": SIGNED_IN.token(Scope.USE).and_then(TOLD),
    "POST /api/v1/use-log/heartbeat": SIGNED_IN.token(Scope.USE).and_then("of grants of one's own body"),
    "GET /api/v1/use-log/heartbeat": SIGNED_IN.token(Scope.USE).and_then("of grants of one's own body"),
    "POST /api/v1/use-log/findUsage": SIGNED_IN.token(Scope.USE).and_then(
        "what one's own body told, or sends"
    ),
    "GET /api/v1/use-log/usagePeriod": SIGNED_IN.token(Scope.USE).and_then(
        "what one's own body told, or sends"
    ),
    "GET /api/v1/register/{ref}/use": EVERYBODY,
    "GET /register/{ref}/use.csv": EVERYBODY,
    "GET /cases/{ref}/use": PARTY.and_then("once there is a grant"),
}

DELIVERIES: Table = {
    "GET POST /cases/{ref}/grant/deliveries": PARTY.and_then(
        "to record one: who decides for the sending team"
    ),
    "GET POST /cases/{ref}/grant/deliveries/{number}": PARTY.and_then(
        "to confirm it: a requester or the risk owner of the receiving team"
    ),
    "GET /cases/{ref}/grant/deliveries.csv": PARTY,
    "GET /api/v1/grants/{grant}/deliveries": SIGNED_IN.token(Scope.GRANTS).and_then("who may see its case"),
    "GET /api/v1/grants/{grant}/deliveries/{number}": SIGNED_IN.token(Scope.GRANTS).and_then(
        "who may see its case"
    ),
    "POST /api/v1/grants/{grant}/deliveries": SIGNED_IN.token(Scope.GRANTS).and_then(
        "who decides for the sending team"
    ),
    "POST /api/v1/grants/{grant}/deliveries/{number}/receipt": SIGNED_IN.token(Scope.GRANTS).and_then(
        "a requester or the risk owner of the receiving team"
    ),
}

THAT_TEAM = "whoever decides for that team, or a leader of its body"

SERVICES: Table = {
    "GET /exchange": EVERYBODY,
    "GET /exchange/services": EVERYBODY,
    "GET /exchange/services/{service}": EVERYBODY.and_then(f"a draft: {THAT_TEAM}"),
    "GET POST /exchange/services/new": SIGNED_IN.acting("add_service", NotYourService),
    "GET POST /exchange/services/{service}/change": SIGNED_IN.acting(
        "change_service", NotYourService
    ).and_then(THAT_TEAM),
    "GET POST /exchange/services/{service}/open": SIGNED_IN.acting("open_service", NotYourService).and_then(
        THAT_TEAM
    ),
    "GET POST /exchange/services/{service}/pause": SIGNED_IN.acting("pause_service", NotYourService).and_then(
        THAT_TEAM
    ),
    "GET POST /exchange/services/{service}/withdraw": SIGNED_IN.acting(
        "withdraw_service", NotYourService
    ).and_then(THAT_TEAM),
    "GET POST /cases/{ref}/grant/service": PARTY.and_then("whoever decides for the team that sends"),
    "GET /exchange/who-holds": EVERYBODY,
    "GET /api/v1/services": EVERYBODY,
    "GET /api/v1/services/{service}": EVERYBODY,
    "GET /api/v1/who-holds": EVERYBODY,
}

# What two bodies agreed, and what a body has to do outside any case (C17a, C15).
AGREEMENTS: Table = {
    "GET /register/{ref}/agreement": EVERYBODY,
    "GET /register/{ref}/v/{version}/agreement": EVERYBODY,
    "GET /cases/{ref}/agreement": PARTY,
    "GET /api/v1/register/{ref}/agreement": EVERYBODY,
    "GET /api/v1/register/{ref}/versions/{version}/agreement": EVERYBODY,
    "GET /api/v1/cases/{ref}/agreement": PARTY.token(Scope.READ),
}
BODY_TASK = "whoever it was put to, and the leaders of their body"
BODY_TASKS: Table = {
    "GET POST /body-tasks/{task}": OWNER.acting("settle_body_task").and_then(BODY_TASK),
    "GET /api/v1/body-tasks/{task}": OWNER.acting("settle_body_task").token(Scope.READ).and_then(BODY_TASK),
    "POST /api/v1/body-tasks/{task}/settle": OWNER.acting("settle_body_task")
    .token(Scope.ACT)
    .and_then(BODY_TASK),
}

# How the grant of a case stands, and who was told of each change.
GRANT: Table = {"GET /cases/{ref}/grant": PARTY.and_then("once there is a grant")}

OF_X_ROAD = "leaders of that body, and the operator"
X_ROAD: Table = {
    "GET /cases/{ref}/grant/x-road.json": PARTY.and_then("once there is a grant"),
    "GET /api/v1/grants/{grant}/x-road": SIGNED_IN.token(Scope.GRANTS).and_then("who may see its case"),
    "GET /settings/x-road": SIGNED_IN.acting("switch_x_road", NoXRoadForYou),
    "GET /settings/x-road/{body}": SIGNED_IN.acting("switch_x_road", NoXRoadForYou).and_then(OF_X_ROAD),
    "GET POST /settings/x-road/{body}/server": SIGNED_IN.acting("set_x_road_server", NotTheOperator),
    "GET POST /settings/x-road/{body}/switch": SIGNED_IN.acting("switch_x_road", NoXRoadForYou).and_then(
        OF_X_ROAD
    ),
    "GET POST /settings/x-road/{body}/teams/{team}": SIGNED_IN.acting(
        "name_x_road_subject", NoXRoadForYou
    ).and_then(OF_X_ROAD),
}

TABLE: Table = {
    **X_ROAD,
    **GRANT,
    **AGREEMENTS,
    **BODY_TASKS,
    **SERVICES,
    **DELIVERIES,
    **KEYS,
    **FILES,
    **USE,
}
