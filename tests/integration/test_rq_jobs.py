"""Jobs on a real Valkey: registered names only, one waiting per key."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import SimpleWorker

from integration.jobs import JobDefinition
from integration.processes.valkey import running_valkey
from integration.rq_jobs import RqJobs, queue_of, registered_job_class


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_valkey(Path(tmp_path_factory.mktemp("valkey"))) as server:
        yield server.url


@pytest.fixture
def connection(valkey: str) -> Iterator[Redis]:
    client = Redis.from_url(valkey)
    client.flushdb()
    yield client
    client.close()


def _burst(connection: Redis, definitions: dict[str, JobDefinition]) -> list[tuple[str, object]]:
    ran: list[tuple[str, object]] = []

    def run(definition: JobDefinition, **arguments: object) -> None:
        ran.append((definition.name, arguments))

    job_class = registered_job_class(run, definitions)
    worker = SimpleWorker(
        [queue_of("live", connection, job_class)],
        connection=connection,
        serializer="json",
        job_class=job_class,
    )
    worker.work(burst=True, logging_level="CRITICAL")
    return ran


def test_a_registered_job_runs_with_its_ids(connection: Redis) -> None:
    definitions = {"sync.refresh": JobDefinition("sync.refresh", lambda: None)}
    RqJobs(connection, definitions).enqueue("sync.refresh", store_id=7)
    assert _burst(connection, definitions) == [("sync.refresh", {"store_id": 7})]


def test_a_job_named_os_system_is_not_run(connection: Redis, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    queue_of("live", connection).enqueue("os.system", f"touch {canary}")
    queue_of("live", connection).enqueue("sync.unknown", 1)
    assert _burst(connection, {"sync.refresh": JobDefinition("sync.refresh", lambda: None)}) == []
    assert not canary.exists()
    failed = queue_of("live", connection).failed_job_registry
    assert failed.count == 2


def test_at_most_one_of_a_key_waits(connection: Redis) -> None:
    definitions = {"webhooks.drain": JobDefinition("webhooks.drain", lambda: None)}
    jobs = RqJobs(connection, definitions)
    for _ in range(5):
        jobs.enqueue("webhooks.drain", key="drain")
    jobs.enqueue("webhooks.drain", key="other")
    assert len(_burst(connection, definitions)) == 2


def test_valkey_being_away_is_no_error_for_the_caller() -> None:
    definitions = {"sync.refresh": JobDefinition("sync.refresh", lambda: None)}
    away = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    RqJobs(away, definitions).enqueue("sync.refresh", key="k", store_id=1)


def test_a_delayed_job_waits_and_then_runs(connection: Redis, valkey: str) -> None:
    definitions = {"sync.refresh": JobDefinition("sync.refresh", lambda: None)}
    RqJobs(connection, definitions).enqueue("sync.refresh", in_seconds=1, store_id=7)
    assert _burst(connection, definitions) == []
    program = (
        "from redis import Redis\n"
        "from integration.recorded_jobs import RecordedJobs\n"
        "from integration.processes.scheduler import schedule\n"
        f"schedule(Redis.from_url({valkey!r}), RecordedJobs(), [])\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as scheduler:
        deadline = time.monotonic() + 60
        ran: list[tuple[str, object]] = []
        while not ran and time.monotonic() < deadline:
            ran = _burst(connection, definitions)
        scheduler.terminate()
    assert ran == [("sync.refresh", {"store_id": 7})]
