"""What each door should answer, worked out naively from the tables and the seed: no code of the gate or of a handler.

`expected` gives the outcomes a request may have; a handler may tell somebody who sees a case that an act is not theirs.
"""

from collections.abc import Callable, Iterable

from domain.access_rows import Row, Who
from domain.case import Case, Stage
from domain.people import Role
from domain.permissions import Post
from tests.access_world import AMY, JUDITH, NOBODY, RHODRI, Answer, World

IN, TOLD, GONE, SIGN_IN = "in", "told", "gone", "sign in"
LEADERS = (Role.LEADER_1, Role.LEADER_2, Role.LEADER_3)


def outcome(answer: Answer, as_unknown: bytes) -> str:
    """What an answer says. `as_unknown`: what the same person gets for what does not exist."""
    if answer.status == 401 or (answer.status == 303 and answer.location.startswith("/sign-in")):
        return SIGN_IN
    if answer.status == 404 and answer.plain == as_unknown:
        return GONE
    return TOLD if answer.status == 403 else IN


def sees(case: Case, posts: Iterable[Post]) -> bool:
    """C2, G1: word for word as the specification has it."""
    assert case.receiving and case.sending
    for post in posts:
        asks = post.organisation == case.receiving.organisation
        holds = post.organisation == case.sending.organisation and case.sender_may_see
        if post.role is Role.AUDITOR:
            return True
        if post.role in (Role.REQUESTER, Role.RISK_OWNER) and post.team == case.receiving.team:
            return True
        if post.role in (*LEADERS, Role.ADVISER) and (asks or holds):
            return True
        if post.role is Role.REVIEWER and asks and post.team != case.receiving.team:
            return True
        if post.role is Role.SENDER_DECIDER and post.team == case.sending.team and case.sender_may_see:
            return True
        if post.role is Role.REGULATOR and (case.register_version or case.mediated):
            return True
        if post.role is Role.BOARD and post.organisation == case.board and case.stage is Stage.TRIAGE:
            return True
    return False


def is_there(case: Case, path: str) -> bool:
    """`path`: with '{ref}' for the reference. Some pages are there once a share is approved (P3)."""
    return path not in WITH_A_GRANT or bool(case.register_version or case.active_from)


def expected(row: Row, world: World, person: str, path: str, thing: str) -> set[str]:
    if row.who in (Who.EVERYBODY, Who.SLACK):
        return {IN, GONE}
    if person == NOBODY:
        return {SIGN_IN}
    posts, roles = world.posts(person), world.roles(person)
    if row.roles and not row.roles & roles:
        return {TOLD} if row.say else {GONE}
    if row.who in (Who.PARTY, Who.PARTY_OR_KEEPER):
        case = world.cases[thing]
        return {IN, TOLD} if sees(case, posts) and is_there(case, path) else {GONE}
    if row.who is Who.OWNER:
        return _owned(world, person, path, thing, posts)
    if asks := FINER.get(path):
        return {IN} if asks(world, person, posts) else {GONE if path in HIDDEN else TOLD}
    if row.then or path in EMPTY:
        return {IN, TOLD, GONE}  # what it asks further has tests of its own
    return {IN}


def _owned(world: World, person: str, path: str, thing: str, posts: list[Post]) -> set[str]:
    if thing in world.commands:
        return {IN} if world.commands[thing] == person else {GONE}
    if thing == world.draft and person == AMY and path.endswith("/submitted"):
        return {GONE}  # not yet
    if thing == world.draft:
        return {IN} if person == AMY else {GONE}
    if not thing:
        return {IN, TOLD, GONE}  # what nobody has in this world: tests of its own say whose it is
    case = world.cases.get(thing)
    if case is None or not sees(case, posts):
        return {GONE}
    assert case.receiving
    # Whoever sent it still sees that it was sent; nobody hands over or copies what became a case of others.
    mine = person == AMY and case.receiving.team == "dwp-pension-credit"
    if path.endswith("/hand-over"):
        return {IN, GONE}
    if path.endswith("/submitted"):
        return {IN} if mine else {IN, GONE}
    return {IN, TOLD}


# --- what a handler asks further: of which body, of which cluster, by whom --------------------------------------

Asks = Callable[[World, str, list[Post]], bool]


def _has(posts: list[Post], roles: Iterable[Role], body: str = "", team: str = "") -> bool:
    wanted = set(roles)
    return any(
        post.role in wanted and (not body or post.organisation == body) and (not team or post.team == team)
        for post in posts
    )


def _leads(body: str = "") -> Asks:
    return lambda world, person, posts: _has(posts, LEADERS, body)


def _operates(posts: list[Post]) -> bool:
    return _has(posts, [Role.OPERATOR])


def _says(body: str, *people: str) -> Asks:
    """One of these people, a leader of the body, an operator (P5)."""
    return lambda world, person, posts: person in people or _has(posts, LEADERS, body) or _operates(posts)


HOLDS_LEADER_1 = "p-marcus-adeyinka"  # at DWP
FINER: dict[str, Asks] = {
    "/requests/claim/{code}": lambda world, person, posts: _has(
        posts, [Role.REQUESTER], team="dwp-pension-credit"
    ),
    "/posts/{body}": lambda world, person, posts: (
        _operates(posts) or any(p.organisation == "dwp" for p in posts)
    ),
    "/posts/{body}/deputy": _says("dwp", HOLDS_LEADER_1),
    "/deputies/{number}/end": _says("dwp", HOLDS_LEADER_1, RHODRI),
    "/people/{person}/cover": _says("dwp", JUDITH),
    "/cover/{number}/end": _says("dwp", JUDITH),
    "/appetite/{ref}/state": _leads("dwp"),
    "/canaries/{number}/close": _leads("dwp"),
    "/clusters/{ref}/members/{team}/leave": _leads("dwp"),
    "/clusters/{ref}/propose": lambda world, person, posts: _has(posts, [Role.BOARD], "human-services-board"),
    "/clusters/{ref}/v/{version}/confirm": lambda world, person, posts: _has(
        posts, [Role.BOARD], "human-services-board"
    ),
}
# Nothing in this world is behind these.
EMPTY = {"/directory/import/{number}", "/directory/contacts/{number}/end", "/directory/template.csv"}
HIDDEN = {"/requests/claim/{code}"}
WITH_A_GRANT = {"/cases/{ref}/grant", "/cases/{ref}/grant/x-road.json", "/cases/{ref}/use"}
