"""P3, I4: keys, tokens, status lists and their check over the API, on cases that went the whole way."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import update

from activities.grant_keys import go_round
from api import auth
from api.grant_verifier import verify
from api.key_acts import KeyActs
from domain.grant_claims import (
    GrantExpired,
    GrantNotOpen,
    GrantRevoked,
    GrantSuspended,
    GrantTokenIsOver,
    NoSuchGrant,
    NotYourGrant,
)
from domain.grants import grant_id
from domain.refusals import SameCommandOtherBody
from domain.scopes import Scope
from domain.signing_keys import AFTER, BEFORE
from store import tables
from store.database import Database
from tests.api.conftest import is_problem
from tests.ui.stage import Stage

KEY = "pension-credit-take-up"
AMY, JUDITH, OPERATOR = "p-amara-okafor", "p-judith-marchbanks", "p-tom-ferrante-boateng"
STRANGER = "p-winnie-obuasi"
TEAM, SENDER = "dwp-pension-credit", "hmrc-paye-records"


class Machines:
    """Calls of machines, each with its person's token."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        transport = httpx2.ASGITransport(app=stage.app)
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://sharecase.test")
        self.tokens: dict[str, str] = {}

    async def calls(
        self, person: str, method: str, path: str, *, key: str = "", scope: Scope = Scope.GRANTS
    ) -> httpx2.Response:
        if (shown := self.tokens.get(f"{person} {scope}")) is None:
            async with self.stage.database.write() as connection:
                shown = await auth.issue_token(
                    connection, person, "m", self.stage.now, timedelta(days=300), (scope,)
                )
            self.tokens[f"{person} {scope}"] = shown
        headers = {"Authorization": f"Bearer {shown}", "Idempotency-Key": key or uuid4().hex}
        return await self.client.request(method, path, headers=headers)

    async def token(self, ref: str, person: str = AMY, *, key: str = "") -> httpx2.Response:
        return await self.calls(person, "POST", f"/api/v1/grants/{grant_id(ref)}/token", key=key)

    async def got(self, ref: str) -> str:
        answer = await self.token(ref)
        assert answer.status_code == 200, answer.text
        return answer.json()["token"]

    async def keys(self) -> dict[str, Any]:
        return (await self.client.get("/.well-known/jwks.json")).json()

    async def list_of(self, token: str) -> str:
        uri = claims_of(token)["status"]["status_list"]["uri"]
        return (await self.client.get(uri.removeprefix(self.stage.site.public_url))).text

    async def says(self, token: str, audience: str = SENDER, **more: Any) -> dict[str, Any]:
        """What the verify endpoint says, and the verifier on what anybody can fetch: the same."""
        body = {"token": token, "audience": audience, **more}
        answer = await self.client.post("/api/v1/grants/verify", json=body)
        assert answer.status_code == 200, answer.text
        alone = verify(
            token,
            await self.keys(),
            issuer=self.stage.site.public_url,
            audience=audience,
            now=self.stage.now.timestamp(),
            status_list=await self.list_of(token),
            **more,
        )
        assert (answer.json()["valid"], answer.json()["reason"]) == (alone.valid, alone.reason)
        return answer.json()


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


@pytest.fixture
def machines(stage: Stage) -> Machines:
    return Machines(stage)


def claims_of(token: str) -> dict[str, Any]:
    return json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))


async def acts(stage: Stage) -> KeyActs:
    return KeyActs(stage.database, lambda: stage.now, stage.services.keyring)


async def test_a_grant_goes_with_its_case_and_only_an_active_one_has_tokens(
    stage: Stage, machines: Machines
) -> None:
    """I4: issued, active, suspended, given back, narrowed, over: the token, the list and the check say the same."""
    ref = await stage.approved(KEY)
    assert is_problem(await machines.token(ref), 409)["detail"] == GrantNotOpen.sentence
    ref = await stage.active(KEY)
    first = await machines.got(ref)
    claims = claims_of(first)
    assert (claims["sub"], claims["aud"], claims["version"]) == (TEAM, SENDER, 1)
    assert 0 < claims["exp"] - claims["iat"] <= 12 * 3600
    said = await machines.says(first, item=claims["items"][0], purpose=claims["purpose"][0])
    assert said["valid"] and said["claims"] == claims
    assert (await machines.says(first, audience="another"))["reason"] == "wrong_audience"
    assert (await machines.says(first, item="shoe size"))["reason"] == "item_not_covered"
    bad = await machines.says(first[:-4] + "AAAA")
    assert (bad["reason"], bad["claims"]) == ("bad_signature", None)

    owner = stage.requests[KEY]["risk_owner"]
    await stage.did(owner, ref, "suspend_share", reason="Letters came to the wrong homes.")
    assert is_problem(await machines.token(ref), 409)["detail"] == GrantSuspended.sentence
    assert (await machines.says(first))["reason"] == "suspended"
    leader = stage.holder("leader_1", organisation="dwp")
    await stage.did(leader, ref, "reinstate_share", reason="The list of homes was mended.")
    assert (await machines.says(first))["reason"] == "valid"

    fewer = claims["items"][:-1]
    await stage.did(owner, ref, "narrow_share", items=fewer, reason="The last one is not needed.")
    assert (await machines.says(first))["reason"] == "narrowed"
    second = await machines.got(ref)
    assert claims_of(second)["items"] == fewer and (await machines.says(second))["valid"]
    shown = (await machines.calls(AMY, "GET", f"/api/v1/grants/{grant_id(ref)}")).json()
    assert [each["status"] for each in shown["versions"]] == ["narrowed", "valid"]

    await stage.did(owner, ref, "end_share", reason="The data is not needed any more.")
    assert is_problem(await machines.token(ref), 409)["detail"] == GrantRevoked.sentence
    assert {(await machines.says(each))["reason"] for each in (first, second)} == {"revoked"}


async def test_a_token_never_outlives_its_share(stage: Stage, machines: Machines) -> None:
    ref = await stage.active(KEY)
    async with stage.database.write() as connection:
        soon = tables.grants.update().values(ends_at=stage.now + timedelta(hours=2))
        await connection.execute(soon)
    answer = await machines.token(ref)
    assert claims_of(answer.json()["token"])["exp"] == int((stage.now + timedelta(hours=2)).timestamp())
    stage.now += timedelta(hours=2)  # and nobody came by to end the case yet
    assert is_problem(await machines.token(ref), 409)["detail"] == GrantExpired.sentence


async def test_who_may_read_a_grant_and_who_gets_tokens(stage: Stage, machines: Machines) -> None:
    """Parties as of the case; others 404, the same as for what is not there; the sending side reads only."""
    ref, other = await stage.active(KEY), await stage.active("empty-homes-cornwall")
    one = f"/api/v1/grants/{grant_id(ref)}"
    nowhere = is_problem(await machines.calls(AMY, "GET", "/api/v1/grants/GR-ZZZZ-ZZZZ"), 404)
    assert nowhere["detail"] == NoSuchGrant.sentence
    for path in (one, f"/api/v1/grants/{grant_id(ref).replace('GR', 'SC')}", "/api/v1/grants/%00"):
        assert is_problem(await machines.calls(STRANGER, "GET", path), 404) == nowhere
    assert is_problem(await machines.token(ref, STRANGER), 404) == nowhere
    sender = stage.sender(ref, KEY)
    assert (await machines.calls(sender, "GET", one)).status_code == 200
    assert is_problem(await machines.token(ref, sender), 403)["detail"] == NotYourGrant.sentence
    assert (await machines.token(ref, JUDITH)).status_code == 200
    for scope in (Scope.READ, Scope.USE):
        for method, path in (("GET", "/api/v1/grants"), ("GET", one), ("POST", f"{one}/token")):
            refused = await machines.calls(AMY, method, path, scope=scope)
            assert "the scope grants" in is_problem(refused, 403)["detail"]
    mine = (await machines.calls(AMY, "GET", "/api/v1/grants")).json()["grants"]
    assert [each["ref"] for each in mine] == [ref] and mine[0]["state"] == "active"
    assert (await machines.calls(AMY, "GET", f"/api/v1/grants/{grant_id(other)}")).status_code == 404


async def test_the_same_key_gets_the_same_token(stage: Stage, machines: Machines) -> None:
    """G6: a repeat is the same token while it holds; for another grant, or after it, the key is spent."""
    ref, second = await stage.active(KEY), await stage.active(KEY)
    first = (await machines.token(ref, key="nightly")).json()
    stage.now += timedelta(hours=1)
    assert (await machines.token(ref, key="nightly")).json() == first
    assert is_problem(await machines.token(second, key="nightly"), 409)["detail"] == SameCommandOtherBody.sentence  # fmt: skip
    stage.now += timedelta(hours=12)
    assert is_problem(await machines.token(ref, key="nightly"), 409)["detail"] == GrantTokenIsOver.sentence
    assert (await machines.says(first["token"]))["reason"] == "expired"


async def test_no_person_and_no_words_of_the_case_are_in_what_is_signed(
    stage: Stage, machines: Machines
) -> None:
    """I10, S5: canaries in every name and in the words of the form."""
    async with stage.database.write() as connection:
        canary = tables.people.c.id.label("x")
        await connection.execute(update(tables.people).values(name="Zebedee " + canary))
    ref = await stage.active(KEY, purpose="So that quokkas are told of what they may claim.")
    token = await machines.got(ref)
    shown = await machines.calls(AMY, "GET", f"/api/v1/grants/{grant_id(ref)}")
    for text in (json.dumps(claims_of(token)), shown.text, json.dumps(await machines.says(token))):
        assert not any(word in text for word in ("Zebedee", "p-amara", "p-judith", "quokka", "@"))


async def test_tokens_hold_while_keys_are_exchanged_and_not_after_one_is_revoked(
    stage: Stage, machines: Machines
) -> None:
    """P3.3: the next key is published a day ahead, the old one stays while its tokens live; revoked is gone at once."""
    ref, keeper, keys = await stage.active(KEY), await stage.person(OPERATOR), await acts(stage)
    await machines.keys()
    following = await keys.rotate(keeper, command=uuid4().hex, via="web")
    old = await machines.got(ref)
    fetched = await machines.keys()  # as a service keeps it, from before the exchange
    assert [header(old)["kid"] != following.kid, len(fetched["keys"])] == [True, 2]
    stage.now += BEFORE - timedelta(hours=1)
    old = await machines.got(ref)
    stage.now += timedelta(hours=1)
    await keys.rotate(keeper, command=uuid4().hex, via="web")
    new = await machines.got(ref)
    assert header(new)["kid"] == following.kid
    assert (await machines.says(old))["valid"] and (await machines.says(new))["valid"]
    listed = await machines.list_of(new)
    by_kept = verify(
        new,
        fetched,
        issuer=stage.site.public_url,
        audience=SENDER,
        now=stage.now.timestamp(),
        status_list=listed,
    )
    assert by_kept.valid, by_kept.reason

    done = await keys.revoke(keeper, header(new)["kid"], command=uuid4().hex, via="web")
    assert done.lost == 1 and done.kid != header(new)["kid"]
    assert (await machines.says(new))["reason"] == "unknown_key"
    assert (await machines.says(old))["valid"]  # of the key before, which nobody else has
    third = await machines.got(ref)
    assert header(third)["kid"] == done.kid and (await machines.says(third))["valid"]
    stage.now += AFTER
    assert {each["kid"] for each in (await machines.keys())["keys"]} == {done.kid}
    assert await go_round(stage.services.keyring, stage.database, stage.now) == 0


def header(token: str) -> dict[str, Any]:
    return json.loads(urlsafe_b64decode(token.split(".")[0] + "=="))


async def test_what_is_public_may_be_kept_and_asked_for_cheaply(stage: Stage, machines: Machines) -> None:
    ref = await stage.active(KEY)
    keys = await machines.client.get("/.well-known/jwks.json")
    assert keys.headers["content-type"] == "application/jwk-set+json"
    assert keys.headers["cache-control"] == "public, max-age=300"
    assert all(set(each) == {"kty", "crv", "x", "kid", "use", "alg"} for each in keys.json()["keys"])
    path = "/api/v1/grants/status/0"
    listed = await machines.client.get(path)
    assert listed.headers["content-type"] == "application/statuslist+jwt"
    assert listed.headers["cache-control"] == "public, max-age=60"
    again = {"If-None-Match": listed.headers["etag"]}
    assert (await machines.client.get(path, headers=again)).status_code == 304
    await stage.did(stage.requests[KEY]["risk_owner"], ref, "suspend_share", reason="A fault was found.")
    assert (await machines.client.get(path, headers=again)).status_code == 200
    for nowhere in ("1", "00", "-1", "x", "20001", "999999999999"):
        is_problem(await machines.client.get(f"/api/v1/grants/status/{nowhere}"), 404)
    is_problem(await machines.client.get("/.well-known/openid-configuration"), 404)


async def test_any_question_gets_an_answer_and_a_malformed_one_names_its_field(machines: Machines) -> None:
    async def asked(body: dict[str, Any]) -> httpx2.Response:
        return await machines.client.post("/api/v1/grants/verify", json=body)

    deep = "eyJhbGciOiJub25lIn0." + "W1tb" * 2000 + ".AA"
    for token in ("", "x", "a.b.c", "." * 500, "é.é.é", "e30.e30.e30", deep):
        answer = await asked({"token": token, "audience": SENDER})
        assert (answer.status_code, answer.json()["valid"], answer.json()["claims"]) == (200, False, None)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"audience": SENDER}, "token"),
        ({"token": "x"}, "audience"),
        ({"token": 1, "audience": SENDER}, "token"),
        ({"token": "x", "audience": SENDER, "when": "now"}, "when"),
        ({"token": "x" * 10_001, "audience": SENDER}, "token"),
    ]
    for body, field in wrong:
        assert field in {each["field"] for each in is_problem(await asked(body), 422)["errors"]}
