"""F1 on PostgreSQL: the server itself is killed too, with all its processes."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.faults.house import settings_of
from tests.faults.lengths import how_many
from tests.faults.scenarios.comparing import flawless
from tests.faults.scenarios.killed import kill_in_a_burst
from tests.real.postgres import OUTLIVES_A_KILL, running_server

pytestmark = pytest.mark.real


def test_nothing_acknowledged_is_lost_doubled_or_stuck(
    data_dir: Path, record_property: Callable[[str, object], None]
) -> None:
    count, kills_of_each = how_many(600, 10_000), how_many(1, 4)
    with running_server(OUTLIVES_A_KILL) as server:
        settings = settings_of(data_dir, server.url)
        counts = kill_in_a_burst(
            data_dir, settings, count=count, kills_of_each=kills_of_each, server=server
        )
    for name, value in asdict(counts).items():
        record_property(name, value)
    assert counts == flawless(counts, sent=count, kills=5 * kills_of_each)
