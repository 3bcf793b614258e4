"""How many jobs that do nothing RQ's own SimpleWorker works off a second."""

import logging
import time
from pathlib import Path

from redis import Redis
from rq import Queue, SimpleWorker

from integration.processes.valkey import running_valkey


def nothing() -> None:
    """The job."""


def jobs_per_second(folder: Path, jobs: int) -> float:
    """Unmodified and on a Valkey of its own: one queue, one SimpleWorker in this process, burst."""
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    with running_valkey(folder) as server:
        connection = Redis.from_url(server.url)
        waiting = Queue("nothing", connection=connection)
        for _ in range(jobs):
            waiting.enqueue(nothing)
        began = time.perf_counter()
        SimpleWorker([waiting], connection=connection).work(burst=True, logging_level="WARNING")
        taken = time.perf_counter() - began
        assert waiting.is_empty()
        connection.close()
    return jobs / taken
