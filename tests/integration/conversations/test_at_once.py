"""Two who do something in the same conversation at one moment."""

from collections.abc import Callable

import pytest

from integration.db import Database
from tests.integration.conversations.at_once import EVERY


@pytest.mark.parametrize("meeting", EVERY)
def test_two_in_one_conversation_at_once(db: Database, meeting: Callable[[Database], None]) -> None:
    for _ in range(3):
        meeting(db)
