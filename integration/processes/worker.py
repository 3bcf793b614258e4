"""A worker process: runs registered jobs from one or more queues.

Short jobs run one after another, long ones side by side. Valkey being away ends no worker: it
waits, and goes on by itself.
"""

import os
import secrets
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import DeserializationError, StopRequested
from rq.job import Job
from rq.timeouts import UnixSignalDeathPenalty

from integration.jobs import JobArgument, JobDefinition, QueueName
from integration.logs.told_errors import told_traceback
from integration.operations.measures import job_seconds
from integration.processes.ending import give_back_everything
from integration.processes.side_by_side import SideBySide
from integration.rq_jobs import queue_of, registered_job_class, waiting_key
from integration.services import Services

log = structlog.get_logger(__name__)

_PAUSE_SECONDS = 1.0
# Below what a supervisor gives us before it kills.
_ENDS_WITHIN_SECONDS = 5.0


class _Worker(SimpleWorker):
    """RQ's worker in our process: leases, not RQ, recover the work of one that is killed."""

    death_penalty_class = UnixSignalDeathPenalty
    # RQ's own is a minute: nobody who waits for a job knows that Valkey is back.
    max_connection_wait_time = 2.0
    beside: SideBySide
    is_asked_to_end = False
    _why_it_failed = ""

    def subscribe(self) -> None:
        """Listen to no commands of RQ's: nobody here gives any."""

    def dequeue_job_and_maintain_ttl(self, *given: Any, **named: Any) -> Any:
        """The next job. A long one is taken only when there is a place for it."""
        long_ones = queue_of("bulk", self.connection).name
        short = [queue for queue in self.queues if queue.name != long_ones]
        while not self.beside.await_place(at_most_seconds=0 if short else 30):
            if not short:
                self.heartbeat()
            elif (found := self._dequeued_from(short)) is not None:
                return found
        return super().dequeue_job_and_maintain_ttl(*given, **named)

    def _dequeued_from(self, queues: list[Queue]) -> Any:
        """The next job of these alone; None when there was none for a moment."""
        self._ordered_queues = queues
        try:
            return super().dequeue_job_and_maintain_ttl(timeout=1, max_idle_time=1)
        finally:
            self._ordered_queues = list(self.queues)

    def prepare_job_execution(self, job: Job, remove_from_intermediate_queue: bool = False) -> None:
        """As RQ has it, for a worker that listens now to one queue and now to several."""
        super().prepare_job_execution(job, remove_from_intermediate_queue=True)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Log a job's failure. RQ's own line would have the whole of the error's message."""
        kind, error, _ = exc_info
        self._why_it_failed = told_traceback(error)
        log.error("job.failed", job=_name(job), error=kind.__name__, exc_info=error)

    def handle_job_failure(self, *given: Any, **named: Any) -> None:
        """As RQ has it; what Valkey keeps of the failure is what the log has."""
        if self._why_it_failed:
            named["exc_string"], self._why_it_failed = self._why_it_failed, ""
        super().handle_job_failure(*given, **named)

    def request_stop(self, signum: Any, frame: Any) -> None:
        """End after the job under way, also while Valkey is away."""
        self.is_asked_to_end = True
        try:
            super().request_stop(signum, frame)  # type: ignore[no-untyped-call]
        except RedisError:
            self._stop_requested = True


def work(
    services: Services,
    connection: Redis,
    definitions: Mapping[str, JobDefinition],
    queues: Sequence[QueueName],
) -> None:
    """Run jobs until SIGTERM or SIGINT.

    The short job under way is finished first; long ones that take more than some seconds are left,
    and what they had claimed is given back for another process.
    """
    beside = SideBySide(services.settings.bulk_reads)

    def run(definition: JobDefinition, **arguments: JobArgument) -> None:
        key = arguments.pop("_key", None)
        if isinstance(key, str):
            # From here on, what happens needs another job: this one may not see it any more.
            connection.delete(waiting_key(key))
        if definition.queue == "bulk":
            beside.start(definition.name, lambda: _run(services, definition, arguments))
        else:
            _run(services, definition, arguments)

    job_class = registered_job_class(run, definitions)

    def prepared() -> _Worker:
        worker = _Worker(
            [queue_of(name, connection, job_class) for name in queues],
            connection=connection,
            serializer="json",
            job_class=job_class,
            log_job_description=False,
            # It waits for a job that long but 15 seconds: less than the connection's time-out.
            worker_ttl=35,
        )
        worker.beside = beside
        return worker

    _work_until_asked_to_end(prepared)
    _end(beside)


def _work_until_asked_to_end(prepared: Callable[[], _Worker]) -> None:
    """RQ's worker ends on some errors of its connection: then another takes its place."""
    worker: _Worker | None = None
    try:
        while worker is None or not worker.is_asked_to_end:
            if worker is not None:
                time.sleep(_PAUSE_SECONDS)
            worker = _worked(prepared, worker)
    except StopRequested:
        # It came while none was at work: the handler of the last one is still there.
        pass


def _worked(prepared: Callable[[], _Worker], last: _Worker | None) -> _Worker | None:
    """The worker that worked until it ended or was asked to; the last one where none could."""
    try:
        worker = prepared()
    except RedisError as error:
        log.warning("worker.valkey_unreachable", error=type(error).__name__)
        return last
    try:
        # RQ's own scheduler is a forked process that can outlive its worker: ours is scheduler.py.
        worker.work(with_scheduler=False, logging_level="WARNING")
    except RedisError as error:
        log.warning("worker.valkey_unreachable", error=type(error).__name__)
    return worker


def _end(beside: SideBySide) -> None:
    if beside.await_end(_ENDS_WITHIN_SECONDS):
        return
    log.info("worker.left_unfinished", jobs=beside.running, given_back=give_back_everything())
    # What its threads are doing they could only do wrong while the interpreter is taken down.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _run(
    services: Services, definition: JobDefinition, arguments: Mapping[str, JobArgument]
) -> None:
    """Run one; each line that it logs carries its name, an id of this run and its arguments."""
    bound = {**arguments, "job": definition.name, "job_run": secrets.token_hex(6)}
    started = time.monotonic()
    outcome = "failed"
    with structlog.contextvars.bound_contextvars(**bound):
        try:
            definition.function(services, **arguments)
            outcome = "done"
        finally:
            taken = time.monotonic() - started
            job_seconds.labels(definition.name, outcome).observe(taken)
            log.debug("job.ended", outcome=outcome, seconds=round(taken, 3))


def _name(job: Job) -> str | None:
    try:
        return job.func_name
    except DeserializationError:
        return None
