"""A merchant's office hours."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When somebody is there."""


def seconds_between(hours: OfficeHours, begun: datetime, ended: datetime) -> int:
    """How many seconds of office hours lie between two times."""
    return max(0, int((ended - begun).total_seconds()))
