"""A worker process: runs registered jobs from one or more queues, one at a time."""

import time
from collections.abc import Mapping, Sequence

import structlog
from redis import Redis
from rq import SimpleWorker
from rq.timeouts import UnixSignalDeathPenalty

from integration.jobs import JobArgument, JobDefinition, QueueName
from integration.rq_jobs import queue_of, registered_job_class, waiting_key
from integration.services import Services

log = structlog.get_logger(__name__)


class _Worker(SimpleWorker):
    """RQ's worker in our process: leases, not RQ, recover the work of one that is killed."""

    death_penalty_class = UnixSignalDeathPenalty


def work(
    services: Services,
    connection: Redis,
    definitions: Mapping[str, JobDefinition],
    queues: Sequence[QueueName],
) -> None:
    """Run jobs until SIGTERM or SIGINT; the job under way is finished first."""

    def run(definition: JobDefinition, **arguments: JobArgument) -> None:
        key = arguments.pop("_key", None)
        if isinstance(key, str):
            # From here on, what happens needs another job: this one may not see it any more.
            connection.delete(waiting_key(key))
        started = time.monotonic()
        definition.function(services, **arguments)
        taken = time.monotonic() - started
        log.debug("job.done", job=definition.name, seconds=round(taken, 3), **arguments)

    job_class = registered_job_class(run, definitions)
    worker = _Worker(
        [queue_of(name, connection, job_class) for name in queues],
        connection=connection,
        serializer="json",
        job_class=job_class,
        log_job_description=False,
    )
    worker.push_exc_handler(_log_failure)  # type: ignore[no-untyped-call]
    # RQ's own scheduler is a forked process that can outlive its worker: ours is scheduler.py.
    worker.work(with_scheduler=False, logging_level="WARNING")


def _log_failure(
    job: object, kind: type[BaseException], error: BaseException, _trace: object
) -> bool:
    name = getattr(job, "func_name", None)
    log.error("job.failed", job=name, error=kind.__name__, exc_info=error)
    return True
