"""Where people work once they are signed in: their lists, requests, cases, bodies and boards (§9)."""

from domain.access_rows import OWNER, PARTY, PARTY_OR_KEEPER, SIGNED_IN, Table
from domain.agreements import NotALeader, NotOnTheBoard
from domain.appetite import NotYourBody
from domain.canaries import NotYourCanary
from domain.concerns import NotTheModerator
from domain.cover import NotADirectoryKeeper
from domain.directory_forms import NotYourTeam
from domain.governance import LEADERS
from domain.government import NotAnOperator
from domain.people import Role
from domain.policy_versions import PolicyBoardOnly
from domain.programmes import ProgrammeBoardOnly
from domain.refusals import NotYours
from domain.rulebook import BoardOnly
from domain.webhook_rules import NoWebhooksForYou

ABSENT = "whoever is away, a leader of their body, an operator"
POSTS = "whoever holds the post, a leader of the body, an operator"
THAT_BODY = "a leader of that body, or an operator"
DRAFT = "a draft of one's own, or a request that came back to one's team"
CONTACTS = "whoever owns risks or decides in that team, a leader of its body, an operator"
DIRECTORY = {
    "GET": (
        *("", "/bodies", "/bodies/{body}", "/people", "/people/{person}", "/calendar"),
        *("/template.csv", "/export.csv"),
    ),
    "GET POST": (
        *("/bodies/new", "/bodies/{body}/change", "/bodies/{body}/teams/new", "/teams/{team}/change"),
        *("/people/{person}/change", "/calendar/new", "/import", "/import/{number}"),
    ),
}

TABLE: Table = {
    # my lists: each shows what its reader may see
    "GET /inbox": SIGNED_IN,
    "GET /cases": SIGNED_IN,
    "GET /reviews": SIGNED_IN,
    "GET /notifications": SIGNED_IN,
    "GET /leader": SIGNED_IN.only(LEADERS, NotYours),
    # requests (§8)
    "GET POST /requests/import": SIGNED_IN.only([Role.REQUESTER], NotYours),
    "POST /requests/import/keep": SIGNED_IN.only([Role.REQUESTER], NotYours),
    "GET POST /requests/new": SIGNED_IN.acting("prepare_request", NotYours),
    "POST /requests/copy": OWNER.acting("prepare_request", NotYours).and_then(
        "a draft of one's own, or a case of the receiving side"
    ),
    "GET POST /requests/{ref}/hand-over": OWNER.acting("prepare_request", NotYours),
    "GET POST /requests/claim/{code}": SIGNED_IN.only([Role.REQUESTER]).and_then("of the team it is for"),
    "GET /requests/{ref}": OWNER.and_then(DRAFT),
    "GET POST /requests/{ref}/check": OWNER.and_then(DRAFT),
    "GET /requests/{ref}/submitted": OWNER.and_then(DRAFT),
    "POST /requests/{ref}/path": OWNER.and_then(DRAFT),
    "GET POST /requests/{ref}/{section}": OWNER.and_then(DRAFT),
    # cases
    "GET /cases/{ref}": PARTY_OR_KEEPER.and_then("operators see the empty post and nothing else"),
    "GET POST /cases/{ref}/acts/{act}": PARTY_OR_KEEPER.and_then("the act's own row"),
    "GET POST /cases/{ref}/question": PARTY.and_then("only of a request that was out of scope"),
    "GET POST /cases/{ref}/friction": PARTY.and_then("to say something: who works on it"),
    # posts and cover (P5)
    "GET /posts": SIGNED_IN,
    "GET /posts/{body}": SIGNED_IN.and_then("people of the body, and operators"),
    "GET POST /posts/{body}/deputy": SIGNED_IN.and_then(POSTS),
    "GET POST /deputies/{number}/end": SIGNED_IN.and_then(f"{POSTS}, the deputy"),
    "GET POST /posts/{body}/appoint": SIGNED_IN.acting("appoint", NotADirectoryKeeper),
    "GET POST /held/{number}/end": SIGNED_IN.acting("end_post", NotADirectoryKeeper),
    "GET POST /people/new": SIGNED_IN.acting("add_person", NotADirectoryKeeper),
    "GET POST /people/{person}/leave": SIGNED_IN.acting("leave", NotADirectoryKeeper),
    "GET /my/cover": SIGNED_IN,
    "GET POST /my/cover/new": SIGNED_IN,
    "GET POST /people/{person}/cover": SIGNED_IN.and_then(ABSENT),
    # whose account is whose (S6)
    "GET /accounts": SIGNED_IN.acting("invite_person", NotADirectoryKeeper),
    "GET POST /people/{person}/invite": SIGNED_IN.acting("invite_person", NotADirectoryKeeper),
    "POST /people/{person}/forget-account": SIGNED_IN.acting("forget_account", NotADirectoryKeeper),
    "GET POST /cover/{number}/end": SIGNED_IN.and_then(ABSENT),
    # the directory (G1, G3, P3)
    **{
        f"{method} /directory{path}": SIGNED_IN.only({Role.OPERATOR}, NotADirectoryKeeper)
        for method, paths in DIRECTORY.items()
        for path in paths
    },
    "GET /directory/teams/{team}": SIGNED_IN.acting("name_contacts", NotYourTeam).and_then(CONTACTS),
    "GET POST /directory/teams/{team}/contacts": SIGNED_IN.acting("name_contacts", NotYourTeam).and_then(
        CONTACTS
    ),
    "GET POST /directory/contacts/{number}/end": SIGNED_IN.acting("name_contacts", NotYourTeam).and_then(
        CONTACTS
    ),
    # where one is signed in, and one's own programs (S6)
    "GET /settings": SIGNED_IN,
    "GET POST /settings/notifications": SIGNED_IN,
    "GET /settings/sessions": SIGNED_IN,
    "POST /settings/sessions/end-others": SIGNED_IN,
    "POST /settings/sessions/{session}/end": OWNER,
    "GET /settings/tokens": SIGNED_IN,
    "GET POST /settings/tokens/new": SIGNED_IN,
    "GET POST /settings/tokens/{token}/rotate": OWNER,
    "GET POST /settings/tokens/{token}/revoke": OWNER,
    "GET /people/{person}/access": SIGNED_IN.acting("end_sessions", NotADirectoryKeeper),
    "POST /people/{person}/end-sessions": SIGNED_IN.acting("end_sessions", NotADirectoryKeeper),
    "GET POST /people/{person}/tokens/{token}/revoke": SIGNED_IN.acting("revoke_token", NotADirectoryKeeper),
    # one's own Slack account (§9)
    "GET POST /slack-link/{code}": SIGNED_IN.and_then(
        "whoever has the code, which only that account was shown"
    ),
    "GET /settings/slack": OWNER,
    "POST /settings/slack/unlink": OWNER,
    # leaders (P1, P8)
    "GET POST /appetite/{ref}/state": SIGNED_IN.acting("state_appetite", NotYourBody).and_then(
        "of that body"
    ),
    "GET POST /canaries/name": SIGNED_IN.acting("name_canary", NotYourCanary).and_then(
        "of a body in the case"
    ),
    "GET POST /canaries/{number}/close": SIGNED_IN.acting("close_canary", NotYourCanary).and_then(
        "of the body that named it"
    ),
    "GET POST /clusters/{ref}/join": SIGNED_IN.acting("sign_accession", NotALeader).and_then(
        "of the body whose team joins"
    ),
    "GET POST /clusters/{ref}/members/{team}/leave": SIGNED_IN.acting("give_notice", NotALeader).and_then(
        "of the body whose team leaves"
    ),
    # boards (P1, P10, §4)
    "GET POST /clusters/{ref}/propose": SIGNED_IN.acting("propose_terms", NotOnTheBoard).and_then(
        "of that cluster"
    ),
    "GET POST /clusters/{ref}/v/{version}/confirm": SIGNED_IN.acting("confirm_terms", NotOnTheBoard).and_then(
        "of that cluster, and not who proposed"
    ),
    "GET /guards/questions": SIGNED_IN.acting("answer_question", BoardOnly),
    "GET POST /guards/questions/{key}": SIGNED_IN.acting("answer_question", BoardOnly),
    "GET POST /guards/{rule}/propose": SIGNED_IN.acting("propose_rule", BoardOnly),
    "GET POST /guards/{rule}/proposal": SIGNED_IN.acting("confirm_rule", BoardOnly).and_then(
        "and not who proposed"
    ),
    "GET /policy/what-if": SIGNED_IN,
    "GET POST /policy/propose": SIGNED_IN.acting("propose_policy", PolicyBoardOnly),
    "GET /policy/proposal": SIGNED_IN,
    "POST /policy/proposal": SIGNED_IN.acting("confirm_policy", PolicyBoardOnly).and_then(
        "and not who proposed"
    ),
    "GET POST /programmes/propose": SIGNED_IN.acting("propose_programme", ProgrammeBoardOnly),
    "GET POST /programmes/{programme}/propose": SIGNED_IN.acting("propose_programme", ProgrammeBoardOnly),
    "GET POST /programmes/{programme}/proposal": SIGNED_IN.acting(
        "confirm_programme", ProgrammeBoardOnly
    ).and_then("and not who proposed"),
    # changes of government
    "GET POST /government-changes/new": SIGNED_IN.acting("propose_change", NotAnOperator),
    "POST /government-changes/{number}/confirm": SIGNED_IN.and_then(
        "leader 2 or 3 of a body concerned, and not who proposed; whoever confirmed, to hear it again"
    ),
    # where machines are told (§9); of another body nothing is there
    "GET /settings/webhooks": SIGNED_IN.acting("add_webhook", NoWebhooksForYou),
    "GET POST /settings/webhooks/add/{body}": SIGNED_IN.acting("add_webhook", NoWebhooksForYou).and_then(
        THAT_BODY
    ),
    "GET /settings/webhooks/{endpoint}": SIGNED_IN.acting("add_webhook", NoWebhooksForYou).and_then(
        THAT_BODY
    ),
    "GET POST /settings/webhooks/{endpoint}/change": SIGNED_IN.acting(
        "change_webhook", NoWebhooksForYou
    ).and_then(THAT_BODY),
    "GET POST /settings/webhooks/{endpoint}/pause": SIGNED_IN.acting(
        "change_webhook", NoWebhooksForYou
    ).and_then(THAT_BODY),
    "GET POST /settings/webhooks/{endpoint}/resume": SIGNED_IN.acting(
        "change_webhook", NoWebhooksForYou
    ).and_then(THAT_BODY),
    "GET POST /settings/webhooks/{endpoint}/rotate": SIGNED_IN.acting(
        "rotate_secret", NoWebhooksForYou
    ).and_then(THAT_BODY),
    "GET POST /settings/webhooks/{endpoint}/close": SIGNED_IN.acting(
        "close_webhook", NoWebhooksForYou
    ).and_then(THAT_BODY),
    "GET POST /settings/webhooks/{endpoint}/test": SIGNED_IN.acting(
        "test_webhook", NoWebhooksForYou
    ).and_then(THAT_BODY),
    "GET /settings/webhooks/{endpoint}/messages": SIGNED_IN.acting(
        "replay_webhook", NoWebhooksForYou
    ).and_then(THAT_BODY),
    "GET POST /settings/webhooks/{endpoint}/replay": SIGNED_IN.acting(
        "replay_webhook", NoWebhooksForYou
    ).and_then(THAT_BODY),
    "GET POST /settings/webhooks/{endpoint}/messages/{message}/replay": SIGNED_IN.acting(
        "replay_webhook", NoWebhooksForYou
    ).and_then(THAT_BODY),
    # who looks after the whole (E, P7, P9)
    "GET POST /concerns/{ref}/settle": SIGNED_IN.acting("moderate_concern", NotTheModerator),
    "GET /regulator": SIGNED_IN.only([Role.REGULATOR]),
    "GET /audit": SIGNED_IN.only([Role.AUDITOR]),
    "GET /audit/{ref}": SIGNED_IN.only([Role.AUDITOR]),
    "GET /audit/{ref}.csv": SIGNED_IN.only([Role.AUDITOR]),
}
