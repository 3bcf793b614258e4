"""Jobs by name. A job carries ids only, and only names that are registered can run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

QueueName = Literal["live", "calls", "bulk"]
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

    def hold(self, key: str, *, for_seconds: float) -> None:
        """Let no job of that key wait meanwhile: its work is being done. Renew it to go on."""
        ...

    def release(self, key: str) -> None:
        """Let jobs of that key wait again."""
        ...

    def has_waiting(self, queue: QueueName) -> bool:
        """Whether a job waits there for a worker."""
        ...


@dataclass(frozen=True, slots=True)
class JobDefinition:
    """A job: its function takes `Services` and the enqueued keyword arguments.

    `live` jobs are short and call no store. `calls` are short calls to stores, whose servers may
    answer slowly; `bulk` jobs may take hours. `every_seconds` has the scheduler enqueue it without
    arguments.
    """

    name: str
    function: JobFunction
    queue: QueueName = "live"
    every_seconds: float | None = None
    timeout_seconds: int = 300
