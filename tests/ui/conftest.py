"""A stage with the whole app on it, for every page test."""

from collections.abc import AsyncIterator

import pytest

from store.database import Database
from tests.ui.stage import Stage


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Stage]:
    yield Stage(database)
