"""The OpenAPI document is true: what it says can happen does happen, and nothing else does."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select

from api import auth
from api.app import document
from domain.acts import FORMS
from domain.body_tasks import BodyKind
from domain.people import Role
from store import body_tasks, webhook_endpoints
from store.database import Database
from store.seeding import load_world, seed_services
from store.tables import body_tasks as body_tasks_table
from store.tables import metadata, webhook_messages
from tests.api.conftest import (
    NOW,
    SENDING_TEAM,
    SIGNING,
    TEAM,
    DeskWithoutEngine,
    World,
    app_of,
    client_of,
    without_database,
)
from tests.api.grant_answers import VERIFY, grant_answers
from tests.api.use_answers import KEYLESS, use_answers
from tests.engine import cast

V1 = "/api/v1"
ENDPOINT: dict[str, Any] = {
    "id": "ep_1",
    "organisation": "dwp",
    "team": "",
    "url": "https://hooks.dwp.example/x",
    "secret": "",
    "groups": [],
}
AUDITOR = "p-leopold-achterberg"
PUBLIC = (
    f"{V1}/register",
    f"{V1}/alarms",
    f"{V1}/exemptions",
    f"{V1}/overdue",
    f"{V1}/clusters",
    f"{V1}/guards",
    f"{V1}/counted",
    f"{V1}/government-changes",
    f"{V1}/figures",
    f"{V1}/figures/restatements",
    f"{V1}/figures/rates",
    f"{V1}/programmes",
    f"{V1}/retired-questions",
    f"{V1}/appetite",
    f"{V1}/scorecards",
    f"{V1}/canaries",
    f"{V1}/friction",
    f"{V1}/packs",
    f"{V1}/policies",
    f"{V1}/maturity",
    f"{V1}/grants/status",
    f"{V1}/grants/verify",
    "/.well-known/",
    f"{V1}/services",
    f"{V1}/who-holds",
)
EXAMPLES = 400 if os.environ.get("SHARECASE_FULL") == "1" else 25  # for each operation
OPERATIONS = [(method.upper(), path) for path, found in document()["paths"].items() for method in found]
DOCUMENTED = {
    (method.upper(), path, int(status))
    for path, found in document()["paths"].items()
    for method, operation in found.items()
    for status in operation["responses"]
}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_the_document_is_openapi_3_1_and_says_how_to_sign_in() -> None:
    found = document()
    assert found["openapi"].startswith("3.1")
    assert found["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for method, path in OPERATIONS:
        operation = found["paths"][path][method.lower()]
        assert bool(operation.get("security")) == (not path.startswith(PUBLIC)), path
        keys = [each["name"] for each in operation.get("parameters", []) if each["in"] == "header"]
        is_an_act = method != "GET" and (method, path) not in (VERIFY, *KEYLESS)
        assert keys == (["Idempotency-Key"] if is_an_act else [])
    assert all("HTTPValidationError" not in str(each) for each in found["paths"].values())


async def test_the_document_is_served_to_anybody(world: World) -> None:
    assert (await world.client.get(f"{V1}/openapi.json")).json() == document()


async def test_each_documented_answer_really_occurs(
    world: World, desk: DeskWithoutEngine, tmp_path: Path
) -> None:
    occurred = {
        (*operation, status)
        for operation, status in [each async for each in every_answer(world, desk, tmp_path)]
    }
    assert occurred == DOCUMENTED


async def every_answer(world: World, desk: DeskWithoutEngine, tmp_path: Path) -> Any:
    """((method, path of the document), status), each from a real call. Bodies are checked against the document."""
    schema = schemathesis.openapi.from_dict(document())
    people, me = world.people, world.people.requester

    def seen(operation: tuple[str, str], answer: httpx2.Response) -> tuple[tuple[str, str], int]:
        if answer.status_code != 304:
            schema[operation[1]][operation[0]].validate_response(answer)
        return operation, answer.status_code

    draft = (await world.post(me, f"{V1}/requests?submit=false", {"answers": {}})).json()["ref"]
    waiting, signed, approved = await world.submitted(), await world.signed(), await world.approved()
    hidden = "SC-2222-2222"
    full = {"answers": world.answers()}

    create, read = ("POST", f"{V1}/requests"), ("GET", f"{V1}/requests/{{ref}}")
    replace, submit = ("PUT", f"{V1}/requests/{{ref}}"), ("POST", f"{V1}/requests/{{ref}}/submit")
    act, case = ("POST", f"{V1}/cases/{{ref}}/acts/{{act}}"), ("GET", f"{V1}/cases/{{ref}}")
    cases, tasks, command = (
        ("GET", f"{V1}/cases"),
        ("GET", f"{V1}/tasks"),
        ("GET", f"{V1}/commands/{{command}}"),
    )
    register, entry = ("GET", f"{V1}/register"), ("GET", f"{V1}/register/{{ref}}")
    version = ("GET", f"{V1}/register/{{ref}}/versions/{{version}}")

    # What goes well, and what the rules refuse.
    made = await world.post(me, create[1], full, key="made")
    yield seen(create, made)
    yield seen(create, await world.post(me, create[1], {"answers": world.answers(title="Other")}, key="made"))
    yield seen(read, await world.get(me, f"{V1}/requests/{draft}"))
    yield seen(read, await world.get(me, f"{V1}/requests/{hidden}"))
    yield seen(replace, await world.send(me, "PUT", f"{V1}/requests/{draft}", full))
    yield seen(replace, await world.send(me, "PUT", f"{V1}/requests/{hidden}", full))
    yield seen(replace, await world.send(me, "PUT", f"{V1}/requests/{waiting}", full))
    yield seen(submit, await world.post(me, f"{V1}/requests/{hidden}/submit"))
    yield seen(submit, await world.post(me, f"{V1}/requests/{waiting}/submit"))
    yield seen(submit, await world.post(people.sender, f"{V1}/requests/{signed}/submit", full))
    yield seen(submit, await world.post(me, f"{V1}/requests/{draft}/submit"))
    yield seen(case, await world.get(me, f"{V1}/cases/{signed}"))
    yield seen(case, await world.get(me, f"{V1}/cases/{hidden}"))
    yield seen(cases, await world.get(me, cases[1]))
    yield seen(tasks, await world.get(people.sender, tasks[1]))
    yield seen(command, await world.get(me, f"{V1}/commands/{made.json()['command']}"))
    yield seen(command, await world.get(me, f"{V1}/commands/0"))
    yield seen(act, await world.act(people.sender, hidden, "approve", {"delivered": "no"}))
    yield seen(act, await world.act(me, signed, "approve", {"delivered": "no"}))
    yield seen(act, await world.act(people.sender, signed, "ask", {"reason": "Which pensioners?"}, version=1))
    yield seen(act, await world.act(people.sender, signed, "ask", {"reason": "Which pensioners?"}))

    # The public register.
    for operation, path in (
        (register, "register"),
        (entry, f"register/{approved}"),
        (version, f"register/{approved}/versions/1"),
        (("GET", f"{V1}/register/{{ref}}/agreement"), f"register/{approved}/agreement"),
        (
            ("GET", f"{V1}/register/{{ref}}/versions/{{version}}/agreement"),
            f"register/{approved}/versions/1/agreement",
        ),
        (("GET", f"{V1}/alarms"), "alarms"),
        (("GET", f"{V1}/exemptions"), "exemptions"),
        (("GET", f"{V1}/figures"), "figures"),
    ):
        found = await world.client.get(f"{V1}/{path}")
        yield seen(operation, found)
        kept = {"If-None-Match": found.headers["etag"]}
        yield seen(operation, await world.client.get(f"{V1}/{path}", headers=kept))
    yield seen(entry, await world.client.get(f"{V1}/register/{signed}"))
    yield seen(version, await world.client.get(f"{V1}/register/{signed}/versions/1"))
    yield seen(version, await world.client.get(f"{V1}/register/{signed}/versions/one"))
    agreement, of_version = (
        f"{V1}/register/{{ref}}/agreement",
        f"{V1}/register/{{ref}}/versions/{{version}}/agreement",
    )
    yield seen(("GET", agreement), await world.client.get(f"{V1}/register/{signed}/agreement"))
    for number in ("1", "one"):
        path = f"{V1}/register/{signed}/versions/{number}/agreement"
        yield seen(("GET", of_version), await world.client.get(path))
    of_case = f"{V1}/cases/{{ref}}/agreement"
    for query in ("", "?version=x"):
        yield seen(("GET", of_case), await world.get(me, f"{of_case.format(ref=approved)}{query}"))
    yield seen(("GET", of_case), await world.get(me, of_case.format(ref=signed)))
    for operation in (register, cases, tasks):
        yield seen(operation, await world.get(me, f"{operation[1]}?after=x"))
    yield seen(("GET", f"{V1}/figures"), await world.client.get(f"{V1}/figures?from=x"))
    for part in ("restatements", "rates"):
        yield seen(("GET", f"{V1}/figures/{part}"), await world.client.get(f"{V1}/figures/{part}"))
    log = ("GET", f"{V1}/figures/restatements")
    yield seen(log, await world.client.get(f"{V1}/figures/restatements?lane=fast"))
    yield seen(("GET", f"{V1}/programmes"), await world.client.get(f"{V1}/programmes"))
    programme = ("GET", f"{V1}/programmes/{{programme}}")
    for which in ("multi-agency-child-protection", "nothing"):
        yield seen(programme, await world.client.get(f"{V1}/programmes/{which}"))

    # The public agreements (P1).
    agreed, cluster = ("GET", f"{V1}/clusters"), ("GET", f"{V1}/clusters/{{ref}}")
    for operation, path in ((agreed, agreed[1]), (cluster, f"{V1}/clusters/human-services")):
        found = await world.client.get(path)
        yield seen(operation, found)
        yield seen(operation, await world.client.get(path, headers={"If-None-Match": found.headers["etag"]}))
    yield seen(cluster, await world.client.get(f"{V1}/clusters/{hidden}"))

    # What leaders answer for (P8), the quarterly packs (P7), and what teams offer (P3).
    async with world.database.write() as connection:
        await seed_services(connection)
    for path in ("services?item=%3F", "who-holds"):
        yield seen(("GET", f"{V1}/{path.partition('?')[0]}"), await world.client.get(f"{V1}/{path}"))
    running = (await world.client.get(f"{V1}/packs")).json()["packs"][0]["href"]
    stated, statement = f"{V1}/appetite/{{ref}}", f"{V1}/appetite/{{ref}}/versions/{{version}}"
    for path, there in (
        (f"{V1}/appetite", f"{V1}/appetite"),
        (stated, f"{V1}/appetite/hmrc"),
        (statement, f"{V1}/appetite/hmrc/versions/1"),
        (f"{V1}/scorecards", f"{V1}/scorecards"),
        (f"{V1}/scorecards/{{ref}}", f"{V1}/scorecards/hmrc"),
        (f"{V1}/canaries", f"{V1}/canaries"),
        (f"{V1}/friction", f"{V1}/friction"),
        (f"{V1}/packs", f"{V1}/packs"),
        (f"{V1}/packs/dictionary", f"{V1}/packs/dictionary"),
        (f"{V1}/packs/{{quarter}}", running),
        (f"{V1}/maturity", f"{V1}/maturity"),
        (f"{V1}/maturity/{{ref}}", f"{V1}/maturity/dwp"),
        (f"{V1}/services", f"{V1}/services"),
        (f"{V1}/services/{{service}}", f"{V1}/services/dwp-benefit-records-entitled-today"),
        (f"{V1}/who-holds", f"{V1}/who-holds?item=name"),
    ):
        found = await world.client.get(there)
        yield seen(("GET", path), found)
        kept = {"If-None-Match": found.headers["etag"]}
        yield seen(("GET", path), await world.client.get(there, headers=kept))
    yield seen(("GET", statement), await world.client.get(f"{V1}/appetite/hmrc/versions/one"))
    for query in ("1999-q1", "2026-q4?edition=x"):
        yield seen(("GET", f"{V1}/packs/{{quarter}}"), await world.client.get(f"{V1}/packs/{query}"))

    # What a rule cost (P7).
    costs = f"{V1}/cases/{{ref}}/friction"
    said = {"answers": {"rule": "dpia", "made_do": "Fill in a form.", "hours": "2", "protected": "no"}}
    for key in ("first", "again"):
        yield seen(("POST", costs), await world.post(me, costs.format(ref=waiting), said, key=key))
    for who, where in ((AUDITOR, waiting), (me, hidden)):
        yield seen(("POST", costs), await world.post(who, costs.format(ref=where), said))
        yield seen(("GET", costs), await world.get(who, costs.format(ref=where)))
    yield seen(("POST", costs), await world.post(me, costs.format(ref=waiting), {"answers": {}}))

    # What machines were sent (§9).
    leader, machines = people.receiving_leaders[1], f"{V1}/webhooks"
    listed, again = f"{machines}/{{endpoint}}/messages", f"{machines}/{{endpoint}}/replay"
    async with world.database.write() as connection:
        await webhook_endpoints.add(connection, NOW, **ENDPOINT, made_by=leader)
        await webhook_endpoints.add_test(connection, "ep_1", "0" * 32, NOW, {})
        await connection.execute(webhook_messages.update().values(state="parked"))
    for who in (leader, me):
        yield seen(("GET", machines), await world.get(who, machines))
    for who, end in ((leader, "ep_1"), (leader, "ep_2"), (leader, "ep_1?state=x"), (me, "ep_1")):
        end, _, query = end.partition("?")
        yield seen(("GET", listed), await world.get(who, f"{listed.format(endpoint=end)}?{query}"))
    one: dict[str, Any] = {"answers": {"message": f"msg_{'0' * 32}"}}
    for who, end, body in (
        (leader, "ep_1", one),
        (leader, "ep_1", one),
        (leader, "ep_1", {"answers": {}}),
        (leader, "ep_2", one),
        (me, "ep_1", one),
    ):
        yield seen(("POST", again), await world.post(who, again.format(endpoint=end), body))

    # What a body has to do outside any case.
    tasked, settled = f"{V1}/body-tasks/{{task}}", f"{V1}/body-tasks/{{task}}/settle"
    async with world.database.write() as connection:
        await body_tasks.open_task(
            connection,
            NOW,
            BodyKind.SERVICE_CONTACTS,
            "s1",
            organisation="dwp",
            role=Role.LEADER_1,
            due_at=NOW,
        )
        mine = await connection.scalar(select(body_tasks_table.c.id))
    for which in (str(mine), "none"):
        yield seen(("GET", tasked), await world.get(leader, tasked.format(task=which)))
    what: dict[str, Any] = {"answers": {"said": "We named two people."}}
    for which, body in ((mine, {"answers": {}}), (mine, what), (mine, what), ("none", what)):
        yield seen(("POST", settled), await world.post(leader, settled.format(task=which), body))

    # Deliveries of a file (P3).
    delivered, manifest = await world.approved(), {"rows": 5, "checksum": "abc"}
    await world.act(people.sender, delivered, "record_delivery", manifest)
    await world.act(me, delivered, "confirm_receipt", manifest)
    sent_in, one_of = f"{V1}/grants/{{grant}}/deliveries", f"{V1}/grants/{{grant}}/deliveries/{{number}}"
    arrived_in, files = f"{one_of}/receipt", sent_in.format(grant=f"GR{delivered[2:]}")
    for who, body in ((people.sender, manifest), (people.sender, {}), (me, manifest)):
        yield seen(("POST", sent_in), await world.post(who, files, body))
    for which in (files, sent_in.format(grant="GR-2222-2222"), f"{files}?before=x"):
        yield seen(("GET", sent_in), await world.get(me, which))
    for number in ("2", "x"):
        yield seen(("GET", one_of), await world.get(me, f"{files}/{number}"))
    yield seen(
        ("POST", sent_in), await world.post(people.sender, sent_in.format(grant="GR-2222-2222"), manifest)
    )
    for who, number, body in (
        (me, "2", {}),
        (people.sender, "2", manifest),
        (me, "2", manifest),
        (me, "2", manifest),
        (me, "3", manifest),
    ):
        yield seen(("POST", arrived_in), await world.post(who, f"{files}/{number}/receipt", body))
    await world.act(people.risk_owner, delivered, "suspend_share", {"reason": "We look at who reads it."})
    yield seen(("POST", sent_in), await world.post(people.sender, files, manifest))

    # What other numbers would have meant.
    for query in ("?decide=15", "?decide=400"):
        there = f"{V1}/policy/what-if"
        yield seen(("GET", there), await world.get(me, f"{there}{query}"))

    # Grants, their tokens and keys (P3).
    async for each in grant_answers(world, seen, approved, tmp_path):
        yield each

    # The use log (D).
    async for each in use_answers(world, seen, approved):
        yield each

    # What no write takes.
    case_form_hash = (await world.get(me, f"{V1}/cases/{waiting}")).json()["form_hash"]
    writes = [
        (create, create[1], full),
        (replace, f"{V1}/requests/{draft}", None),
        (submit, f"{V1}/requests/{draft}/submit", full),
        (("POST", costs), f"{V1}/cases/{waiting}/friction", said),
        (("POST", again), again.format(endpoint="ep_1"), one),
        (("POST", settled), settled.format(task=mine), what),
        (("POST", sent_in), files, manifest),
        (("POST", arrived_in), f"{files}/2/receipt", manifest),
        (act, f"{V1}/cases/{waiting}/acts/sign_risk", {"answers": SIGNING, "form_hash": case_form_hash}),
    ]
    for operation, path, _ in writes:
        headers = await world.headers(people.risk_owner if operation == act else me)
        for kind, content in (
            ("application/json", b"{"),
            ("application/json", b"[]"),
            ("text/plain", b"{}"),
            ("application/json", b" " * 1_000_001),
        ):
            sent = {**headers, "Content-Type": kind}
            yield seen(
                operation, await world.client.request(operation[0], path, content=content, headers=sent)
            )

    # While the engine is away.
    desk.away = True
    other = (await world.post(me, f"{V1}/requests?submit=false", full)).json()["ref"]
    yield seen(create, await world.post(me, create[1], full))
    yield seen(submit, await world.post(me, f"{V1}/requests/{other}/submit"))
    yield seen(
        act, await world.act(people.risk_owner, waiting, "sign_risk", SIGNING, form_hash=case_form_hash)
    )

    # Without a token, with one that is for nothing, and without a database.
    async with world.database.write() as connection:
        useless = await auth.issue_token(connection, me, "useless", NOW, scopes=())
    nothing = {"Authorization": f"Bearer {useless}", "Idempotency-Key": "nothing"}
    async with without_database(tmp_path) as broken:
        for method, path in OPERATIONS:
            real = (
                path.format(
                    ref=draft,
                    act="approve",
                    command="0",
                    version="1",
                    quarter="2026-q4",
                    programme="none",
                    endpoint="ep_1",
                    grant="GR-2222-2222",
                    which="0",
                    service="none",
                    task="none",
                    number="1",
                )
                if "{" in path
                else path
            )
            yield seen((method, path), await broken.request(method, real))
            if "/register" not in path:
                yield seen((method, path), await world.client.request(method, real))
                yield seen((method, path), await world.client.request(method, real, headers=nothing))


# --- examples nobody thought of ------------------------------------------------------------------------------------


class Site:
    """A site of its own for generated calls: a database with a case at each step, and a token for each role."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'sharecase.db'}")
        self.app = app_of(self.database, DeskWithoutEngine(self.database), lifespan=self.lifespan)
        self.refs: list[str] = []
        self.tokens: list[str] = []

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """Connections are closed by the loop that made them."""
        yield
        await self.database.close()

    async def fill(self) -> None:
        async with self.database.write() as connection:
            await connection.run_sync(metadata.create_all)
        await load_world(self.database)
        desk = self.app.state.services.desk
        async with client_of(self.app) as client:
            people = await cast(self.database, TEAM, SENDING_TEAM)
            world = World(app=self.app, client=client, database=self.database, desk=desk, people=people)
            draft = await world.post(
                people.requester, f"{V1}/requests?submit=false", {"answers": world.answers()}
            )
            self.refs = [
                draft.json()["ref"],
                await world.submitted(),
                await world.signed(),
                await world.approved(),
            ]
            self.tokens = [
                await world.token(each) for each in (people.requester, people.risk_owner, people.sender)
            ]
        await self.database.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("generated"))
    asyncio.run(made.fill())
    yield made
    asgi.shutdown_lifespans()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_generated_calls_never_fail_and_always_match_the_document(site: Site, method: str, path: str) -> None:
    operation = schemathesis.openapi.from_dict(document())[path][method]
    with asgi.get_client(site.app) as client:

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES < 100,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(
            case=operation.as_strategy() | operation.as_strategy(schemathesis.GenerationMode.NEGATIVE),
            choice=st.randoms(),
        )
        def call(case: schemathesis.Case, choice: random.Random) -> None:
            if "ref" in (case.path_parameters or {}) and choice.random() < 0.7:
                case.path_parameters["ref"] = choice.choice(site.refs)
            if "act" in (case.path_parameters or {}) and choice.random() < 0.7:
                case.path_parameters["act"] = choice.choice(sorted(FORMS))
            headers = (
                {"Authorization": f"Bearer {choice.choice(site.tokens)}"} if choice.random() < 0.9 else {}
            )
            case.call_and_validate(
                base_url="http://sharecase.test", session=client, app=site.app, headers=headers, checks=CHECKS
            )

        call()
