"""Jobs on RQ: JSON payloads, a static registry, at most one waiting per key."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.job import Job

from integration.jobs import JobArgument, JobDefinition, QueueName

log = structlog.get_logger(__name__)

SERIALIZER = "json"
# A job that is lost with its worker, or with Valkey's last second, leaves its key behind.
_KEY_LASTS_SECONDS = 15
_FAILURE_LASTS_SECONDS = 24 * 3600
_WAITS_AT_MOST_SECONDS = 24 * 3600


class UnknownJob(Exception):
    """A job in the queue whose name isn't registered: it is never run."""


class RqJobs:
    """The product's jobs, put on RQ queues. A lost job is no loss: sweeps find the work again."""

    def __init__(self, connection: Redis, definitions: Mapping[str, JobDefinition]) -> None:
        self._connection = connection
        self._definitions = definitions

    def enqueue(
        self,
        name: str,
        *,
        key: str | None = None,
        in_seconds: float = 0,
        **arguments: JobArgument,
    ) -> None:
        """Have a job run. Valkey being away is logged, not raised: see the class."""
        definition = self._definitions[name]
        try:
            if key is not None and not self._take(key, in_seconds):
                return
            self._put(definition, {**arguments, "_key": key} if key else arguments, in_seconds)
        except RedisError as error:
            log.warning("jobs.not_enqueued", job=name, error=type(error).__name__)

    def hold(self, key: str, *, for_seconds: float) -> None:
        """See `Jobs`. Valkey being away is no matter: then nobody enqueues either."""
        try:
            self._connection.set(waiting_key(key), 1, px=int(for_seconds * 1000))
        except RedisError as error:
            log.warning("jobs.not_held", key=key, error=type(error).__name__)

    def release(self, key: str) -> None:
        """See `Jobs`."""
        try:
            self._connection.delete(waiting_key(key))
        except RedisError as error:
            log.warning("jobs.not_released", key=key, error=type(error).__name__)

    def has_waiting(self, queue: QueueName) -> bool:
        """See `Jobs`. While Valkey is away somebody may always wait."""
        try:
            return bool(self._connection.llen(queue_of(queue, self._connection).key))
        except RedisError:
            return True

    def _take(self, key: str, in_seconds: float) -> bool:
        lasts = _KEY_LASTS_SECONDS + int(in_seconds)
        return bool(self._connection.set(waiting_key(key), 1, nx=True, ex=lasts))

    def _put(
        self, definition: JobDefinition, arguments: Mapping[str, object], in_seconds: float
    ) -> None:
        queue = queue_of(definition.queue, self._connection)
        options: dict[str, Any] = {
            "kwargs": dict(arguments),
            "job_timeout": definition.timeout_seconds,
            "result_ttl": 0,
            "ttl": _WAITS_AT_MOST_SECONDS,
            "failure_ttl": _FAILURE_LASTS_SECONDS,
            "description": definition.name,
        }
        if in_seconds > 0:
            queue.enqueue_in(timedelta(seconds=in_seconds), definition.name, **options)
        else:
            queue.enqueue(definition.name, **options)


def queue_of(name: QueueName, connection: Redis, job_class: type[Job] | None = None) -> Queue:
    """The queue of that name."""
    return Queue(
        f"tillside-{name}", connection=connection, serializer=SERIALIZER, job_class=job_class
    )


def waiting_key(key: str) -> str:
    """Where it is noted that a job of this key waits."""
    return f"tillside:waiting:{key}"


def registered_job_class(
    run: Callable[..., object], definitions: Mapping[str, JobDefinition]
) -> type[Job]:
    """A job class that runs registered names only, whatever stands in the queue.

    RQ imports whatever dotted path a payload names; ours never does.
    """

    class RegisteredJob(Job):
        @property
        def func(self) -> Callable[..., object]:
            definition = definitions.get(str(self.func_name))
            if definition is None or self.instance is not None:
                raise UnknownJob("a job that isn't registered was in the queue; it was not run")
            return lambda **arguments: run(definition, **arguments)

    return RegisteredJob
