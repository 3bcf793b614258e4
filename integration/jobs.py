"""Jobs by name. A job carries ids only, and only names that are registered can run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from integration.services import Services

QueueName = Literal["live", "bulk"]
JobArgument: TypeAlias = int | str | bool | None
JobFunction: TypeAlias = Callable[..., object]


class Jobs(Protocol):
    """Where jobs are put. Call it after the commit that the job relies on."""

    def enqueue(
        self,
        name: str,
        *,
        key: str | None = None,
        in_seconds: float = 0,
        **arguments: JobArgument,
    ) -> None:
        """Have a job run. With `key`, at most one of that key waits at any time."""
        ...


@dataclass(frozen=True, slots=True)
class JobDefinition:
    """A job: its function takes `Services` and the enqueued keyword arguments.

    `live` jobs are short and wait for nobody; `bulk` jobs may take minutes.
    `every_seconds` has the scheduler enqueue it without arguments.
    """

    name: str
    function: JobFunction
    queue: QueueName = "live"
    every_seconds: float | None = None
    timeout_seconds: int = 300


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

    def run_all(self, services: "Services", *, at_most: int = 1000) -> int:
        """Run what waits, and what that enqueues, until nothing waits. Returns how many ran."""
        ran = 0
        while self.waiting and ran < at_most:
            name, arguments = self.waiting.pop(0)
            self._keys.clear()
            self.definitions[name].function(services, **arguments)
            ran += 1
        return ran
