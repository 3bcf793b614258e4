"""Jobs of the copy: the first read, refreshing, what both leave out, and who sees to them."""

from integration.doors import House
from integration.jobs import JobDefinition
from integration.sync.backfill import backfill
from integration.sync.parts import read_parts
from integration.sync.refresh import refresh, refresh_all, take_over
from integration.sync.shown import read_shown

_HOUR = 3600


def register(house: House) -> None:
    """The jobs of this package."""
    for definition in (
        JobDefinition("sync.backfill", backfill, queue="bulk", timeout_seconds=12 * _HOUR),
        JobDefinition("sync.refresh", refresh, queue="bulk", timeout_seconds=2 * _HOUR),
        JobDefinition("sync.parts", read_parts, queue="bulk"),
        JobDefinition("sync.shown", read_shown, queue="calls", timeout_seconds=60),
        JobDefinition("sync.refresh_all", refresh_all, every_seconds=900),
        JobDefinition("sync.take_over", take_over, every_seconds=15, timeout_seconds=60),
    ):
        house.add_job(definition)
