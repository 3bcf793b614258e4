"""Whatever happens, each account and order is on one person, the one that the oracle says."""

import itertools

from hypothesis import HealthCheck, given, settings

from integration.db import Database
from tests.faults.lengths import how_many
from tests.integration.identity.state import assert_whole
from tests.integration.identity.worlds import ERASED, LATE, TOLD, Step, World, all_of

_NUMBERS = itertools.count(1)
_MANY = settings(
    max_examples=how_many(40, 2_000),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_MANY
@given(steps=all_of(TOLD, (LATE,), ERASED, most=14))
def test_whatever_stores_tell_everybody_is_where_the_oracle_says(
    db: Database, steps: list[Step]
) -> None:
    world = World(db, f"w{next(_NUMBERS)}")
    for step in steps:
        world.do(step)
        assert_whole(db, world.workspace_id)
