"""Moments as the platform writes them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


def utc(moment: datetime) -> str:
    """`2026-11-22T04:46:12Z`, as GraphQL's DateTime."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(moment: datetime, zone: str) -> str:
    """`2026-11-22T06:46:12+02:00` in the shop's own zone, as REST bodies write it."""
    return moment.astimezone(_zone(zone)).isoformat(timespec="seconds")
