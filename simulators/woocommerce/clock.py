"""The stand-in's time: real time plus an offset that tests may move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """This moment, UTC with microseconds."""
        return datetime.now(UTC) + self.offset

    def stamp(self) -> datetime:
        """This moment in whole seconds, as WordPress keeps all dates."""
        return self.now().replace(microsecond=0)

    def advance(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)
