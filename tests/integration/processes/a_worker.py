"""A worker or scheduler of its own process, with jobs that tell Valkey what happens to them.

`python -m tests.integration.processes.a_worker worker URL PLACES QUEUE…` or `… scheduler URL`.
"""

import sys
import time
from types import SimpleNamespace
from typing import Any, cast

import psycopg
from redis import Redis

from integration.jobs import JobDefinition, QueueName
from integration.logs import structured as logs
from integration.processes.ending import given_back_at_end
from integration.processes.scheduler import schedule
from integration.processes.worker import work
from integration.rq_jobs import RqJobs
from integration.services import Services


def note(services: Any, *, word: str) -> None:
    """Say a word."""
    services.valkey.rpush("said", word)


def fail(services: Any, *, word: str) -> None:
    """Say a word, and fail."""
    note(services, word=word)
    raise RuntimeError("as was asked")


def write_twice(services: Any, *, url: str, email: str) -> None:
    """Write an address into a table of PostgreSQL's where it stands already."""
    with psycopg.connect(url) as connection:
        for _ in range(2):
            connection.execute("INSERT INTO people (email) VALUES (%s)", [email])


def wait_for(services: Any, *, word: str, gate: str) -> None:
    """Say a word, wait until a key is there, and say `done` with the word."""
    with given_back_at_end(lambda: note(services, word=f"gave back {word}")):
        note(services, word=word)
        while not services.valkey.exists(gate):
            time.sleep(0.02)
        note(services, word=f"done {word}")


def tick(services: Any) -> None:
    """Say that a scheduled job ran."""
    services.valkey.incr("ticks")


DEFINITIONS = {
    definition.name: definition
    for definition in (
        JobDefinition("live.note", note),
        JobDefinition("live.wait_for", wait_for),
        JobDefinition("live.write_twice", write_twice),
        JobDefinition("bulk.write_twice", write_twice, queue="bulk"),
        JobDefinition("bulk.note", note, queue="bulk"),
        JobDefinition("bulk.fail", fail, queue="bulk"),
        JobDefinition("bulk.wait_for", wait_for, queue="bulk"),
        JobDefinition("live.tick", tick, every_seconds=1),
    )
}


def main(kind: str, url: str, *more: str) -> None:
    """Work, or schedule, until asked to end."""
    connection = Redis.from_url(url, socket_timeout=30)
    if kind == "scheduler":
        schedule(connection, RqJobs(connection, DEFINITIONS), DEFINITIONS.values())
        return
    logs.configure()
    places, *queues = more
    settings = SimpleNamespace(bulk_reads=int(places))
    services = SimpleNamespace(settings=settings, valkey=Redis.from_url(url))
    chosen = cast("list[QueueName]", queues)
    work(cast(Services, services), connection, DEFINITIONS, chosen)


if __name__ == "__main__":
    main(*sys.argv[1:])
