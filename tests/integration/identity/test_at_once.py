"""Two who decide about the same persons at one moment."""

from collections.abc import Callable

import pytest

from integration.db import Database
from tests.integration.identity.at_once import EVERY, ROUNDS


@pytest.mark.parametrize("meeting", EVERY)
def test_two_act_on_the_same_persons_at_once(
    db: Database, meeting: Callable[[Database], None]
) -> None:
    for _ in range(ROUNDS):
        meeting(db)
