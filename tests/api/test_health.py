"""Alive, and ready to work; when not, why not in plain words (§6.1 of the operations notes)."""

from pathlib import Path

from api.health import NO_DATABASE, NO_ENGINE
from tests.api.conftest import DeskWithoutEngine, World, is_problem, without_database


async def test_it_is_ready_when_database_and_engine_answer(world: World) -> None:
    ready = await world.client.get("/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "reasons": []})


async def test_it_says_that_the_engine_is_away(world: World, desk: DeskWithoutEngine) -> None:
    desk.away = True
    ready = await world.client.get("/health/ready")
    assert (ready.status_code, ready.json()["reasons"]) == (503, [NO_ENGINE])
    assert (await world.client.get("/health/live")).status_code == 200


async def test_it_says_that_the_database_is_away(tmp_path: Path) -> None:
    async with without_database(tmp_path) as client:
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["reasons"]) == (503, [NO_DATABASE])
        assert (await client.get("/health/live")).status_code == 200


async def test_nothing_else_lives_under_health(world: World) -> None:
    is_problem(await world.client.get("/health/nowhere"), 404)
