"""News for open panels: which profile changed. A hint, never the truth; the panel reads again."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Event:
    """That something changed. `kind` is profile, store or backfill; `subject_id` is ours."""

    workspace_id: int
    kind: str
    subject_id: int


class Events(Protocol):
    """Where news is told, after the commit."""

    def publish(self, *events: Event) -> None:
        """Tell. Never raises: whoever misses it reads again later."""
        ...


@dataclass(slots=True)
class RecordedEvents:
    """News that is only written down: for tests and processes that nobody listens to."""

    told: list[Event] = field(default_factory=list)

    def publish(self, *events: Event) -> None:
        """Write them down."""
        self.told.extend(events)
