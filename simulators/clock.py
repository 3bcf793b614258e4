"""A stand-in's time: real time plus an offset that tests may move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Gives the present moment; `advance` makes what expires age without waiting."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """This moment, UTC with microseconds."""
        return datetime.now(UTC) + self.offset

    def stamp(self) -> datetime:
        """This moment in whole seconds, as both platforms keep an object's dates."""
        return self.now().replace(microsecond=0)

    def advance(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)
