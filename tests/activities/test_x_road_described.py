"""The X-Road client against a mock made from the published description of the management API (P3).

Collected only where `SHARECASE_X_ROAD_OPENAPI` names the folder of that description (docs/x-road.md). The contract that
the other tests use is held against it here, so that what they prove is of the API and not of our idea of it.
"""

import os
from pathlib import Path

import pytest

from activities.x_road_client import ManagementApi, Trouble
from domain.x_road import WHOLE, Endpoint, Step
from tests.security_server import CLIENT, KEY, SERVICE, SUBJECT, security_server
from tests.x_road_description import Description, NotAsDescribed, described

FOLDER = os.environ.get("SHARECASE_X_ROAD_OPENAPI", "")
READ, SEARCH = Endpoint("GET", "/people/*"), Endpoint("POST", "/searches")


def step(
    add: tuple[Endpoint, ...] = (),
    remove: tuple[Endpoint, ...] = (),
    *,
    client: str = CLIENT,
    subject: str = SUBJECT,
) -> Step:
    return Step(
        organisation="hmrc",
        client=client,
        service=SERVICE,
        subject=subject,
        add=frozenset(add),
        remove=frozenset(remove),
    )


if FOLDER:

    @pytest.fixture(scope="module")
    def description() -> Description:
        return Description(Path(FOLDER))

    async def test_every_request_is_as_described_and_every_described_answer_is_understood(
        description: Description,
    ) -> None:
        seen: list[str] = []
        async with (
            security_server(described(description, seen)) as server,
            ManagementApi(server.url, KEY) as api,
        ):
            everything = (READ, SEARCH, WHOLE)
            assert await api.bring(step(add=everything)) == (3, 0)
            assert server.rights == {("2", SUBJECT), ("3", SUBJECT), (CLIENT, SERVICE, SUBJECT)}
            assert await api.bring(step(add=everything)) == (0, 0)
            assert await api.bring(step(add=(READ,), remove=(SEARCH, WHOLE))) == (0, 2)
            assert await api.bring(step(remove=everything)) == (0, 1)
            assert server.rights == set()

            def quicker() -> None:
                server.rights |= {("2", SUBJECT), (CLIENT, SERVICE, SUBJECT)}

            server.before_change = quicker
            assert await api.bring(step(add=(READ, WHOLE))) == (2, 0)
            server.before_change = None
            assert await api.bring(step(remove=everything, client="GB:GOV:0:NONE")) == (0, 0)
            with pytest.raises(Trouble, match="knows no client"):
                await api.bring(step(add=everything, client="GB:GOV:0:NONE"))
            with pytest.raises(Trouble, match="does not know the subject"):
                await api.bring(step(add=(READ,), subject="GB:GOV:0:NONE"))
            for status in (400, 401, 403, 406, 500):
                server.answers = status
                with pytest.raises(Trouble) as trouble:
                    await api.bring(step(add=everything))
                assert trouble.value.status == status
        assert not [each for each in seen if each.startswith("NOT")], seen
        by = sorted(set(seen))
        print(f"\nX-Road Security Server Admin API {description.version}: {len(seen)} requests as described")
        print("\n".join(f"  {each}" for each in by))
        assert {each.partition(" ")[0] for each in by} == {
            "getClient",
            "getClientServiceDescriptions",
            "getServiceClientAccessRights",
            "addServiceClientAccessRights",
            "deleteServiceClientAccessRights",
            "getEndpointServiceClients",
            "addEndpointServiceClients",
            "deleteEndpointServiceClients",
        }

    @pytest.mark.parametrize(
        ("method", "path", "body", "says"),
        [
            ("GET", "/clients/A/rights", b"", "not in the description"),
            ("PUT", "/endpoints/2/service-clients", b"{}", "not in the description"),
            ("POST", "/endpoints/2/service-clients", b'{"items": ["GB:GOV:1:A"]}', "is no object"),
            ("POST", "/endpoints/2/service-clients", b'{"items": [{}]}', "id is missing"),
            ("POST", "/endpoints/2/service-clients", b'{"items": [{"id": "x", "name": "y"}]}', "read-only"),
            ("POST", "/endpoints/2/service-clients", b'{"things": []}', "not described"),
            ("GET", "/clients/A", b"{}", "takes no body"),
        ],
    )
    def test_the_mock_refuses_what_is_not_described(
        description: Description, method: str, path: str, body: bytes, says: str
    ) -> None:
        headers = {"Authorization": f"X-Road-ApiKey token={KEY}", "content-type": "application/json"}
        with pytest.raises(NotAsDescribed, match=says):
            operation, _ = description.operation(method, path)
            description.check_request(operation, body, headers)
