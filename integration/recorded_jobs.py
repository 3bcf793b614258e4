"""Jobs that nobody works off by himself: for tests, and for commands without a Valkey."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from integration.jobs import JobArgument, JobDefinition, QueueName
from integration.services import Services


@dataclass(slots=True)
class RecordedJobs:
    """Jobs that are written down and run when the caller says so: for tests and `--once`."""

    definitions: Mapping[str, JobDefinition] = field(default_factory=dict)
    waiting: list[tuple[str, dict[str, JobArgument]]] = field(default_factory=list)
    _keys: set[str] = field(default_factory=set)

    def enqueue(
        self,
        name: str,
        *,
        key: str | None = None,
        in_seconds: float = 0,
        **arguments: JobArgument,
    ) -> None:
        """Write the job down, unless one of that key waits already."""
        if key is not None and key in self._keys:
            return
        if key is not None:
            self._keys.add(key)
        self.waiting.append((name, arguments))

    def hold(self, key: str, *, for_seconds: float) -> None:
        """Nobody else runs jobs here."""

    def release(self, key: str) -> None:
        """As `hold`."""

    def has_waiting(self, queue: QueueName) -> bool:
        """True: who runs these jobs waits for each of them to end."""
        return True

    def run_all(self, services: Services, *, at_most: int = 1000) -> int:
        """Run what waits, and what that enqueues, until nothing waits. Returns how many ran."""
        ran = 0
        while self.waiting and ran < at_most:
            name, arguments = self.waiting.pop(0)
            self._keys.clear()
            self.definitions[name].function(services, **arguments)
            ran += 1
        return ran
