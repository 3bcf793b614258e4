"""The world of B6: a stand-in with many shops, a database that knows them, Valkey, a worker."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis import Redis
from sqlalchemy import select, update

from integration.app import build_house, build_services
from integration.crypto import new_key_text
from integration.install.granting import StoreRef, keep_grant
from integration.models import StoreSync
from integration.models.vocabulary import BackfillState
from integration.processes.supervisor import tillside_command
from integration.rq_jobs import RqJobs
from integration.services import Services
from integration.settings import load
from integration.upgrade import upgrade
from platforms.port import Grant, Secret

_SCOPES = ("read_orders", "read_all_orders", "read_customers", "read_products", "read_inventory")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_ENDS_WITHIN_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """How much each shop's holds, and how much of it comes back in a second."""

    size: float
    rate: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a shop's bucket was asked: what each query asked for and spent, and its refusals."""

    queries: Sequence[tuple[float, float]]
    throttled: int

    def least_seconds(self, bucket: Bucket) -> float:
        """How long these queries take at least from a full bucket.

        Shopify takes a query when all that it asks for is there, and charges what it spent.
        """
        spent, longest = 0.0, 0.0
        for asked, took in self.queries:
            longest = max(longest, (spent + asked - bucket.size) / bucket.rate)
            spent += took
        if longest <= 0:
            raise RuntimeError("the bucket held all that was asked for: more orders are needed")
        return longest

    def plain_seconds(self, bucket: Bucket) -> float:
        """The same if a query needed no more than it spends."""
        return (sum(took for _, took in self.queries) - bucket.size) / bucket.rate


class Stand:
    """The stand-in's process, and the buckets of its shops."""

    def __init__(self, shops: int, orders: int, bucket: Bucket) -> None:
        self.bucket = bucket
        command = [sys.executable, "-m", "bench.quota_stand", f"--shops={shops}"]
        command += [f"--orders={orders}", f"--size={bucket.size}", f"--rate={bucket.rate}"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        begun = self._read()
        self.url: str = begun["url"]
        self.tokens: dict[str, str] = begun["tokens"]

    def begin(self) -> None:
        """Fill all buckets anew, and forget what was asked."""
        self._say("begin")

    def hasten(self) -> None:
        """The same, and let them fill faster than anybody asks."""
        self._say("hasten")

    def asked(self) -> dict[str, Asked]:
        """What each shop was asked since."""
        told = self._say("tell")
        return {
            domain: Asked([(one[0], one[1]) for one in each["queries"]], each["throttled"])
            for domain, each in told.items()
        }

    def close(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)

    def _say(self, word: str) -> Any:
        assert self.process.stdin is not None
        print(word, file=self.process.stdin, flush=True)
        return self._read()

    def _read(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())


@dataclass
class World:
    """Stores that were read once, long ago, and hold nothing: all of theirs is new."""

    services: Services
    environment: dict[str, str]
    stand: Stand
    valkey: Redis
    stores: dict[str, StoreRef]
    worker_id: int

    def worker_megabytes(self) -> float:
        """The most memory that the worker had so far."""
        for line in Path(f"/proc/{self.worker_id}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def read_all(self, stores: Sequence[str]) -> dict[str, float]:
        """Have the worker read these at once; seconds until each one's copy was proved."""
        jobs = RqJobs(self.valkey, build_house().jobs)
        began = time.monotonic()
        for domain in stores:
            ref = self.stores[domain]
            jobs.enqueue("sync.refresh", workspace_id=ref.workspace_id, store_id=ref.store_id)
        ended: dict[str, float] = {}
        while len(ended) < len(stores):
            done = self._proved()
            now = time.monotonic()
            for domain in stores:
                if self.stores[domain].store_id in done:
                    ended.setdefault(domain, now - began)
            if now - began > _ENDS_WITHIN_SECONDS:
                raise RuntimeError(f"{len(stores) - len(ended)} stores weren't read in time")
            time.sleep(0.02)
        return ended

    def read_twice(self, domain: str) -> float:
        """Have two processes read the same store whole; seconds until both are done."""
        ref = self.stores[domain]
        command = [sys.executable, "-m", "bench.quota_reader", str(ref.workspace_id)]
        readers = [
            subprocess.Popen(
                [*command, str(ref.store_id)],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for reader in readers:
            assert reader.stdout is not None
            reader.stdout.readline()
        began = time.monotonic()
        for reader in readers:
            reader.stdin.write("\n")  # type: ignore[union-attr]
            reader.stdin.flush()  # type: ignore[union-attr]
        told = [reader.stdout.readline() for reader in readers]  # type: ignore[union-attr]
        seconds = time.monotonic() - began
        for reader in readers:
            reader.communicate(timeout=60)
        if len(set(told)) != 1 or not int(told[0]):
            raise RuntimeError(f"two processes read {told} orders of the same store")
        return seconds

    def _proved(self) -> set[int]:
        with self.services.db.across_workspaces() as session:
            rows = session.execute(
                select(StoreSync.store_id).where(StoreSync.orders_synced_until > _LONG_AGO)
            )
            return set(rows.scalars())


@contextmanager
def world(stand: Stand, stores: int, valkey: str) -> Iterator[World]:
    """A database with so many of the stand-in's shops, and a worker, while it runs.

    Prices that were learned in that Valkey before are known, as on any day but the first.
    """
    with tempfile.TemporaryDirectory(prefix="tillside-bench-") as folder:
        settings = {
            "APP_URL": "http://127.0.0.1:1",
            "DATA_DIR": folder,
            "SECRET_KEY": "only-for-the-benchmark-on-this-machine",
            "ENCRYPTION_KEYS": new_key_text("bench"),
            "REDIS_URL": valkey,
            "ALLOW_PRIVATE_ADDRESSES": "on",
            "LOG_LEVEL": "ERROR",
            "BULK_READS": str(stores),
            "SHOPIFY_API_KEY": "the-client-id",
            "SHOPIFY_API_SECRET": "shpss_of_the_benchmark",
            "SHOPIFY_URL_TEMPLATE": f"{stand.url}/{{shop}}",
        }
        upgrade(load(settings))
        services = build_services(load(settings), settings)
        environment = {**os.environ, **settings}
        client = Redis.from_url(valkey)
        connected = {
            domain: _connected(services, domain, token)
            for domain, token in list(stand.tokens.items())[:stores]
        }
        _forget_but_prices(client)
        worker = subprocess.Popen(
            tillside_command("worker", "--queue", "bulk"), env=environment, stdout=sys.stderr
        )
        try:
            while not client.scard("rq:workers"):
                time.sleep(0.05)
            yield World(services, environment, stand, client, connected, worker.pid)
        finally:
            worker.terminate()
            worker.wait(30)
            client.close()
            services.db.dispose()


def _forget_but_prices(client: Redis) -> None:
    for key in client.scan_iter():
        if not key.startswith(b"tillside:pace:prices:"):
            client.delete(key)


def _connected(services: Services, domain: str, token: str) -> StoreRef:
    ref = keep_grant(services, "shopify", Grant(domain, Secret(token), _SCOPES)).ref
    read = {
        "backfill_state": BackfillState.DONE,
        "backfill_started_at": _LONG_AGO,
        "orders_synced_until": _LONG_AGO,
        "customers_synced_until": _LONG_AGO,
        "complete_until": _LONG_AGO,
    }
    with services.db.workspace(ref.workspace_id, write=True) as session:
        session.execute(update(StoreSync).where(StoreSync.store_id == ref.store_id).values(**read))
    return ref
