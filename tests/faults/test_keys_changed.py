"""Keys and Shopify's secret are changed while stores send and panels read: nothing fails."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.rotation import SHORT, Plan, run
from tests.faults.lengths import SOAKS


def test_nothing_fails_while_keys_and_the_secret_are_changed(
    data_dir: Path, record_property: Callable[[str, object], None]
) -> None:
    found = run(data_dir, Plan() if SOAKS else replace(SHORT, quiet_seconds=0.0, seconds=6.0))
    sent, read = found.during
    record_property("webhooks", sent.asked)
    record_property("reads", read.asked)
    assert found.words() == ""
    assert found.failures == 0
    # And something was done indeed.
    assert found.done.rotated == found.done.retired >= 1
    assert found.done.refused == found.done.secrets >= 1
    assert found.opened == found.stored > sent.asked > 200
    assert read.asked > 80
