"""The interface for machines: what the world may read, and what a token of somebody's may be used for."""

from domain.access_rows import EVERYBODY, OWNER, PARTY, PARTY_OR_KEEPER, SIGNED_IN, Table
from domain.scopes import Scope
from domain.webhook_rules import NoWebhooksForYou

REQUEST = "a draft of one's own, or the request of a case one may see"

TABLE: Table = {
    "GET /api/v1/openapi.json": EVERYBODY,
    "GET /api/v1/register": EVERYBODY,
    "GET /api/v1/register/{ref}": EVERYBODY,
    "GET /api/v1/register/{ref}/versions/{version}": EVERYBODY,
    "GET /api/v1/alarms": EVERYBODY,
    "GET /api/v1/exemptions": EVERYBODY,
    "GET /api/v1/overdue": EVERYBODY,
    "GET /api/v1/counted": EVERYBODY,
    "GET /api/v1/retired-questions": EVERYBODY,
    "GET /api/v1/guards": EVERYBODY,
    "GET /api/v1/guards/counts": EVERYBODY,
    "GET /api/v1/clusters": EVERYBODY,
    "GET /api/v1/clusters/{ref}": EVERYBODY,
    "GET /api/v1/government-changes": EVERYBODY,
    "GET /api/v1/appetite": EVERYBODY,
    "GET /api/v1/appetite/{ref}": EVERYBODY,
    "GET /api/v1/appetite/{ref}/versions/{version}": EVERYBODY,
    "GET /api/v1/scorecards": EVERYBODY,
    "GET /api/v1/scorecards/{ref}": EVERYBODY,
    "GET /api/v1/canaries": EVERYBODY,
    "GET /api/v1/maturity": EVERYBODY,
    "GET /api/v1/maturity/{ref}": EVERYBODY,
    "GET /api/v1/figures": EVERYBODY,
    "GET /api/v1/figures/restatements": EVERYBODY,
    "GET /api/v1/figures/rates": EVERYBODY,
    "GET /api/v1/programmes": EVERYBODY,
    "GET /api/v1/programmes/{programme}": EVERYBODY,
    "GET /api/v1/friction": EVERYBODY,
    "GET /api/v1/packs": EVERYBODY,
    "GET /api/v1/packs/dictionary": EVERYBODY,
    "GET /api/v1/packs/{quarter}": EVERYBODY,
    "GET /api/v1/policies": EVERYBODY,
    # with a token
    "POST /api/v1/requests": SIGNED_IN.token(Scope.REQUEST),
    "GET /api/v1/requests/{ref}": OWNER.token(Scope.READ).and_then(REQUEST),
    "PUT /api/v1/requests/{ref}": OWNER.token(Scope.REQUEST).and_then(REQUEST),
    "POST /api/v1/requests/{ref}/submit": OWNER.token(Scope.REQUEST).and_then(REQUEST),
    "GET /api/v1/cases": SIGNED_IN.token(Scope.READ),
    "GET /api/v1/cases/{ref}": PARTY_OR_KEEPER.token(Scope.READ),
    "POST /api/v1/cases/{ref}/acts/{act}": PARTY_OR_KEEPER.token(Scope.ACT).and_then("the act's own row"),
    "GET /api/v1/cases/{ref}/friction": PARTY.token(Scope.READ),
    "POST /api/v1/cases/{ref}/friction": PARTY.token(Scope.ACT).and_then("who works on it"),
    "GET /api/v1/tasks": SIGNED_IN.token(Scope.READ),
    "GET /api/v1/commands/{command}": OWNER.token(Scope.READ),
    "GET /api/v1/policy/what-if": SIGNED_IN.token(Scope.READ),
    "GET /api/v1/webhooks": SIGNED_IN.acting("add_webhook", NoWebhooksForYou).token(Scope.WEBHOOKS),
    "GET /api/v1/webhooks/{endpoint}/messages": SIGNED_IN.acting("replay_webhook", NoWebhooksForYou)
    .token(Scope.WEBHOOKS)
    .and_then("a leader of that body, or an operator"),
    "POST /api/v1/webhooks/{endpoint}/replay": SIGNED_IN.acting("replay_webhook", NoWebhooksForYou)
    .token(Scope.WEBHOOKS)
    .and_then("a leader of that body, or an operator"),
}
