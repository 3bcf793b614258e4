"""A job in Valkey named `os.system`, pickled, or of another tenant: a dead letter, not run."""

import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.job import Job
from sqlalchemy import update

from integration.install.granting import keep_grant
from integration.jobs import JobDefinition
from integration.models import StoreSync
from integration.processes.valkey import running_valkey
from integration.rq_jobs import RqJobs, queue_of, registered_job_class
from platforms.port import Grant, Secret
from tests.security.patience import without_pauses
from tests.security.untouched import nothing_done, packets
from tests.ui_embed.world import DOMAIN, OTHER_DOMAIN, World


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey of the module's own."""
    with running_valkey(Path(tmp_path_factory.mktemp("valkey"))) as server:
        yield server.url


@pytest.fixture
def connection(valkey: str) -> Iterator[Redis]:
    """What an attacker has who can write to Valkey."""
    client = Redis.from_url(valkey)
    client.flushdb()
    yield client
    client.close()


def _work_off(world: World, connection: Redis) -> list[str]:
    """Run whatever waits by the house's own jobs; the names of those that began."""
    began: list[str] = []

    def run(definition: JobDefinition, **arguments: Any) -> None:
        began.append(definition.name)
        definition.function(world.services, **arguments)

    job_class = registered_job_class(run, world.house.jobs)
    queues = [queue_of(name, connection, job_class) for name in ("live", "calls", "bulk")]
    worker = SimpleWorker(queues, connection=connection, serializer="json", job_class=job_class)
    worker.work(burst=True, logging_level="CRITICAL")
    return began


def _dead_letters(connection: Redis) -> int:
    return sum(
        queue_of(name, connection).failed_job_registry.count for name in ("live", "calls", "bulk")
    )


class _Touch:
    """What a pickle does when it is opened."""

    def __init__(self, canary: Path) -> None:
        self._canary = canary

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self._canary}",)


@pytest.mark.parametrize(
    "name", ["os.system", "subprocess.run", "builtins.eval", "integration.app.create_app"]
)
def test_foreign_job(world: World, connection: Redis, tmp_path: Path, name: str) -> None:
    canary = tmp_path / "canary"
    queue_of("live", connection).enqueue(name, f"touch {canary}")
    with nothing_done(world.services, may_send={_address(connection)}):
        assert _work_off(world, connection) == []
    assert not canary.exists()
    assert _dead_letters(connection) == 1


def test_a_pickled_job(world: World, connection: Redis, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    queue = queue_of("live", connection)
    job = queue.enqueue("sync.refresh", workspace_id=1, store_id=1)
    connection.hset(f"rq:job:{job.id}", "data", pickle.dumps(_Touch(canary)))
    with nothing_done(world.services, may_send={_address(connection)}):
        assert _work_off(world, connection) == []
    assert not canary.exists()
    assert Job.exists(job.id, connection) is False or _dead_letters(connection) == 1


def _connected(world: World) -> None:
    """Both stores with a token of their own, to be read, as after an install."""
    without_pauses(world)
    for domain in (DOMAIN, OTHER_DOMAIN):
        keep_grant(world.services, "shopify", Grant(domain, Secret("shpat_1"), ("read_orders",)))
    with world.services.db.across_workspaces(write=True) as session:
        session.execute(update(StoreSync).values(backfill_state="waiting"))


JOBS = ("sync.backfill", "install.subscribe", "install.mend_subscriptions")


@pytest.mark.parametrize("name", JOBS)
def test_a_job_of_another_tenant(world: World, connection: Redis, name: str) -> None:
    """One workspace's id with another's store: the job looks again whose the store is."""
    _connected(world)
    jobs = RqJobs(connection, world.house.jobs)
    jobs.enqueue(name, workspace_id=world.workspace_id, store_id=world.other_store_id)
    with nothing_done(world.services, may_send={_address(connection)}):
        assert _work_off(world, connection) == [name]


def test_one_of_its_own_tenant_is_run(world: World, connection: Redis) -> None:
    _connected(world)
    jobs, name = RqJobs(connection, world.house.jobs), "install.subscribe"
    jobs.enqueue(name, workspace_id=world.workspace_id, store_id=world.store_id)
    with packets() as sent:
        assert _work_off(world, connection) == [name]
    assert f"look-up of {DOMAIN}" in sent


def _address(connection: Redis) -> str:
    told = connection.connection_pool.connection_kwargs
    return f"connection to {told.get('path') or (told.get('host'), told.get('port'))}"
