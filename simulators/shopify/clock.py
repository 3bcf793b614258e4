"""The stand-in's time: real time plus an offset that tests may move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


class Clock:
    """Gives the present moment; `advance` makes tokens and files age without waiting."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """This moment with microseconds (for `X-Shopify-Triggered-At` and token lives)."""
        return datetime.now(UTC) + self.offset

    def stamp(self) -> datetime:
        """This moment in whole seconds, as the platform keeps `created_at` and `updated_at`."""
        return self.now().replace(microsecond=0)

    def advance(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)


def utc(moment: datetime) -> str:
    """`2026-11-22T04:46:12Z`, as GraphQL's DateTime."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(moment: datetime, zone: str) -> str:
    """`2026-11-22T06:46:12+02:00` in the shop's own zone, as REST bodies write it."""
    return moment.astimezone(_zone(zone)).isoformat(timespec="seconds")
