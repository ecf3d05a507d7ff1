"""Is it alive, and can it do its work? For the supervisor of the process and for the proxy in front of it."""

import asyncio
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from api.problems import ProblemRoute
from api.services import Services, ServicesIn
from store.tables import organisations

PATIENCE = 1.0  # seconds; whoever asks has a time limit of their own

NO_DATABASE = "The database does not answer within a second."
NO_ENGINE = "The workflow engine does not answer within a second. What people send is kept and applied later."

router = APIRouter(route_class=ProblemRoute, prefix="/health", include_in_schema=False)


class Health(BaseModel):
    status: Literal["ok", "not ready"]
    reasons: list[str] = []


@router.get("/live")
async def live() -> Health:
    """The process answers. Nothing else is touched: a slow database is no reason to restart it."""
    return Health(status="ok")


@router.get("/ready")
async def ready(own: ServicesIn, response: Response) -> Health:
    """The database and the engine answer; else 503 with what is wrong, in plain words."""
    has_database, has_engine = await asyncio.gather(_database_answers(own), own.desk.is_reachable())
    reasons = [
        sentence for fine, sentence in ((has_database, NO_DATABASE), (has_engine, NO_ENGINE)) if not fine
    ]
    response.headers["Cache-Control"] = "no-store"
    response.status_code = 503 if reasons else 200
    return Health(status="not ready" if reasons else "ok", reasons=reasons)


async def _database_answers(own: Services) -> bool:
    try:
        async with asyncio.timeout(PATIENCE), own.database.read() as connection:
            await connection.execute(select(organisations.c.id).limit(1))
    except (SQLAlchemyError, TimeoutError, OSError):
        return False
    return True
