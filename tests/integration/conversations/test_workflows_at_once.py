"""Two who work in one inbox at once, on SQLite."""

from collections.abc import Callable

import pytest

from integration.db import Database
from tests.integration.conversations.workflows_at_once import EVERY


@pytest.mark.parametrize("meeting", EVERY)
def test_two_at_once(db: Database, meeting: Callable[[Database], None]) -> None:
    for _ in range(2):
        meeting(db)
