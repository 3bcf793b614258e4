"""F5: a store's token ends while eight workers, each with services of its own, read the store."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from integration.app import build_platforms
from integration.crypto import keyring, new_key_text
from integration.db import Database
from integration.events import RecordedEvents
from integration.http import GuardedHttp
from integration.install.access import store_access
from integration.install.granting import StoreRef, keep_grant
from integration.models import Credential, Store
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from simulators.shopify.config import AppConfig
from simulators.shopify.testing import Running, running

ROOT = Path(__file__).parents[3]
WORKERS = 8
APP = AppConfig(client_id="the-client-id", secrets=["shpss_of_the_tests"])
# Longer than an access token lives.
_AN_HOUR_AND_MORE = 61 * 60
_LONGER_THAN_A_CLAIM = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many reads there were and how many failed; refreshes that the store was asked for, how
    many pairs it gave out since the first; where the store stands with us at the end.
    """

    reads: int
    failed: int
    asked: int
    pairs: int
    status: str


@dataclass
class Connected:
    """A connected store, and how each worker gets services of its own."""

    stand: Running
    environment: dict[str, str]
    url: str
    keys: str
    ref: StoreRef
    order: str
    ahead: timedelta = timedelta()
    made: list[Services] = field(default_factory=list)

    def services(self) -> Services:
        """Of one more worker."""
        made = services_of(self.environment, self.url, self.keys, lambda: self.ahead)
        self.made.append(made)
        return made

    def expire(self, *, known_to_us: bool = False) -> None:
        """Let the access token's hour pass at the store, and have us know that it is due."""
        self.stand.state.clock.advance(_AN_HOUR_AND_MORE)
        if known_to_us:
            past = {"refresh_at": datetime.now(UTC), "expires_at": datetime.now(UTC)}
            with self.made[0].db.workspace(self.ref.workspace_id, write=True) as session:
                session.execute(update(Credential).values(**past))

    def end_claims(self) -> None:
        """Let so much time pass that a dead holder's claim ends."""
        self.ahead += _LONGER_THAN_A_CLAIM

    def read_by_eight(self, reads: int, between: Callable[[], None]) -> Counts:
        """Eight workers read; `between` happens when each of them has done a half."""
        half, barrier = max(1, reads // WORKERS // 2), threading.Barrier(WORKERS + 1)

        def read(_number: int) -> int:
            services = self.services()
            access = store_access(services, **self._ids())
            reader = services.platforms["shopify"].reader(access)
            done = sum(reader.order(self.order) is not None for _ in range(half))
            barrier.wait(60)
            barrier.wait(60)
            return done + sum(reader.order(self.order) is not None for _ in range(half))

        with ThreadPoolExecutor(WORKERS) as pool:
            futures = [pool.submit(read, number) for number in range(WORKERS)]
            barrier.wait(60)
            between()
            barrier.wait(60)
            done = sum(future.result(120) for future in futures if future.exception(120) is None)
        return self.counts(2 * half * WORKERS, done)

    def counts(self, reads: int, done: int) -> Counts:
        """As the store and our database tell them."""
        installation = self.stand.shop().installations[APP.client_id]
        services = self.made[0] if self.made else self.services()
        with services.db.workspace(self.ref.workspace_id) as session:
            status = session.execute(select(Store.status)).scalar_one()
        return Counts(
            reads,
            reads - done,
            self._asked().count("refresh_token"),
            len(installation.refresh_tokens) - 1,
            str(status),
        )

    def kill_while_refreshing(self) -> None:
        """A worker that holds the claim is killed while the store makes its answer."""
        self.stand.control("faults", kind="slow", door="oauth", seconds=1.5)
        given = {"environment": self.environment, "url": self.url, "keys": self.keys}
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.scenarios.dies_refreshing"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({**given, "store": self._ids()}) + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == "claimed\n"
            # The store has its request, and makes a pair that nobody will hear of.
            self._await(lambda: self.stand.control("faults", "GET") == [])
            process.kill()
        assert process.returncode == -9
        self._await(lambda: "refresh_token" in self._asked())

    def _asked(self) -> list[str]:
        return [call.operation for call in list(self.stand.state.resources["calls"])]

    def _await(self, condition: Callable[[], bool]) -> None:
        ends = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < ends
            time.sleep(0.01)

    def _ids(self) -> dict[str, int]:
        return {"workspace_id": self.ref.workspace_id, "store_id": self.ref.store_id}


def services_of(
    environment: dict[str, str], url: str, keys: str, ahead: Callable[[], timedelta] = timedelta
) -> Services:
    """A worker's own services on that database; its clock is `ahead`."""
    http, database = GuardedHttp(allow_private_addresses=True), Database(url, pool_size=2)
    return Services(
        settings=load(environment),
        db=database,
        inbox=database,
        keyring=keyring(keys),
        http=http,
        platforms=build_platforms(http, environment),
        jobs=RecordedJobs(),
        events=RecordedEvents(),
        now=lambda: datetime.now(UTC) + ahead(),
    )


@contextmanager
def connected(url: str) -> Iterator[Connected]:
    """A stand-in shop whose tokens end, connected in that database, which holds only the schema."""
    keys = new_key_text("k1")
    with running(APP, orders=10, customers=5) as stand:
        shop = stand.shop()
        # What a bucket does is tested elsewhere.
        shop.bucket_size = shop.restore_rate = 1_000_000.0
        environment = {
            "APP_URL": "https://app.example",
            "SECRET_KEY": "only-for-this-test-of-tokens-and-faults",
            "ALLOW_PRIVATE_ADDRESSES": "on",
            "SHOPIFY_API_KEY": APP.client_id,
            "SHOPIFY_API_SECRET": APP.secrets[0],
            "SHOPIFY_URL_TEMPLATE": stand.url_template,
        }
        stand.control("app/install")
        token = stand.control("app/session-token")["token"]
        services = services_of(environment, url, keys)
        grant = services.platforms["shopify"].installer.exchange(token)
        ref = keep_grant(services, "shopify", grant).ref
        made = Connected(stand, environment, url, keys, ref, str(next(iter(shop.orders))))
        made.made.append(services)
        try:
            yield made
        finally:
            for each in made.made:
                each.db.dispose()
