"""The machines' door on a real PostgreSQL: group commit, intake in order, leases, drains."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from integration.db import Database
from integration.models import Customer, Order, Profile, Store
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from tests.conftest import StandingClock
from tests.real.postgres import as_administrator
from tests.webhooks.bodies import customer, order, order_id, redact_customer, redact_shop, shop
from tests.webhooks.parts import (
    Sender,
    add_store,
    alarms,
    headers,
    make_services,
    post,
    rows,
    stored,
    works,
)
from tests.webhooks.test_group_commit import row
from webhooks.batch import Batch
from webhooks.drain import Drain, drain, sweep
from webhooks.expired import release_expired
from webhooks.group_commit import GroupCommit, InboxUnavailable
from webhooks.inbox import open_inbox, sink
from webhooks.inbox_postgresql import PostgresqlSink
from webhooks.intake import take_in
from webhooks.leases import lease
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

pytestmark = pytest.mark.real


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock, schema_url: str) -> Iterator[Services]:
    made = make_services(tmp_path, clock, url=schema_url)
    yield made
    made.db.dispose()


@pytest.fixture
def store(services: Services) -> Store:
    return add_store(services)


@pytest.fixture
def send(services: Services) -> Iterator[Sender]:
    inbox = open_inbox(services)
    yield Sender(Receiver(services, inbox, StoreDirectory(services, ttl_seconds=-1)))
    inbox.close()


def test_a_batch_tells_new_rows_from_repeats(services: Services) -> None:
    made = sink(services.inbox.engine.url)
    assert made.commit([row(1), row(2), row(1)]) == [True, True, False]
    assert made.commit([row(3), row(2)]) == [True, False]
    assert [delivery.delivery_external_id for delivery in stored(services)] == ["d1", "d2", "d3"]
    made.close()


def test_a_setting_that_could_lose_what_was_acknowledged_is_overruled(services: Services) -> None:
    made = sink(services.inbox.engine.url)
    assert isinstance(made, PostgresqlSink)
    made.commit([row(1)])
    assert made._connection is not None
    [setting] = made._connection.execute("SHOW synchronous_commit").fetchone() or [None]
    assert setting == "on"
    made.close()


def test_an_insert_only_role_is_enough(services: Services, schema_url: str) -> None:
    administrator = Database(as_administrator(schema_url), pool_size=1)
    with administrator.engine.begin() as connection:
        for statement in (
            "DROP ROLE IF EXISTS receiver",
            "CREATE ROLE receiver LOGIN",
            "GRANT INSERT, SELECT (dedupe_key) ON deliveries TO receiver",
            "GRANT USAGE ON SEQUENCE deliveries_id_seq TO receiver",
        ):
            connection.execute(text(statement))
    url = services.inbox.engine.url.set(username="receiver")
    made = sink(url)
    try:
        assert made.commit([row(1), row(1)]) == [True, False]
        assert isinstance(made, PostgresqlSink)
        assert made._connection is not None
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            made._connection.execute("SELECT sealed_body FROM deliveries")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            made._connection.execute("DELETE FROM deliveries")
    finally:
        made.close()
        with administrator.engine.begin() as connection:
            connection.execute(text("DROP OWNED BY receiver"))
            connection.execute(text("DROP ROLE receiver"))
        administrator.dispose()


def test_intake_misses_nothing_while_several_receivers_write(services: Services) -> None:
    writers = [GroupCommit(sink(services.inbox.engine.url), batch_rows=3) for _ in range(3)]
    writing = threading.Event()
    writing.set()
    taken: list[int] = []

    def take() -> None:
        while writing.is_set():
            taken.append(take_in(services))

    taker = threading.Thread(target=take)
    taker.start()
    with ThreadPoolExecutor(12) as pool:
        new = list(pool.map(lambda n: writers[n % 3].add_blocking(row(n)), range(600)))
    writing.clear()
    taker.join()
    take_in(services)
    for writer in writers:
        writer.close()
    assert all(new)
    assert [work.delivery_id for work in works(services)] == [one.id for one in stored(services)]
    assert len(works(services)) == 600
    assert len([count for count in taken if count]) > 1


def test_a_server_that_is_gone_is_503_and_comes_back(services: Services, store: Store) -> None:
    inbox = open_inbox(services)
    receiver = Receiver(services, inbox, StoreDirectory(services))
    assert post(receiver, b"1", headers(b"1")).status == 200
    with services.db.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    assert post(receiver, b"2", headers(b"2")).status == 503
    assert post(receiver, b"2", headers(b"2")).status == 200
    assert len(stored(services)) == 2
    inbox.close()
    with pytest.raises(InboxUnavailable):
        inbox.add_blocking(row(9))


def test_several_drains_at_once_apply_everything_once(
    services: Services, store: Store, send: Sender
) -> None:
    others = [add_store(services, f"shop{n}.myshopify.com", number=str(n)) for n in range(1, 4)]
    for number in range(60):
        shop_of = others[number % 3]
        send("orders/create", order(number, shop=shop_of.external_id or ""), shop=shop_of.domain)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: drain(services), range(4)))
    drain(services)
    assert len(rows(services, Order)) == 60
    assert {(work.state, work.fence, work.attempts) for work in works(services)} == {
        ("applied", 1, 0)
    }


def test_who_waits_for_another_writer_keeps_no_other_store_waiting(
    services: Services, store: Store, send: Sender
) -> None:
    quiet = add_store(services, "shop2.myshopify.com", number="2")
    send("orders/create", order(1))
    send("orders/create", order(2, shop="2"), shop=quiet.domain)
    worker = Drain(services)
    with services.db.workspace(store.workspace_id, write=True) as held:
        held.lock_workspace()
        round_of_both = threading.Thread(target=worker.step)
        round_of_both.start()
        await_that(lambda: {row.store_id for row in rows(services, Order)} == {quiet.id})
        assert round_of_both.is_alive()
    round_of_both.join(30)
    worker.close()
    assert {row.store_id for row in rows(services, Order)} == {store.id, quiet.id}
    assert [(work.state, work.attempts) for work in works(services)] == [("applied", 0)] * 2


def await_that(is_so: Callable[[], bool]) -> None:
    """Wait until it is."""
    until = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_stale_holder_commits_nothing(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    for number in range(3):
        send("orders/create", order(number))
    take_in(services)
    stale = lease(services, store.id, clock())
    assert stale is not None
    assert lease(services, store.id, clock()) is None
    clock.advance(seconds=61)
    assert release_expired(services, clock()) == 3
    Batch(services, stale, store).apply_told()
    assert rows(services, Order) == []
    assert sweep(services) == 0
    drain(services)
    assert [(work.state, work.fence) for work in works(services)] == [("applied", 2)] * 3
    assert len(rows(services, Order)) == 3


def test_parks_refuses_and_erases_alike(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("customers/create", customer(7))
    send("orders/create", order(1, email="person7@example.com", customer=customer(7)))
    send("orders/create", b"not json")
    send("shop/redact", redact_shop())
    drain(services)
    assert [work.state for work in works(services)] == ["applied", "applied", "parked", "refused"]
    assert alarms(services) == ["erasure_not_believable"]
    send("customers/redact", redact_customer(7, orders=(1,)))
    drain(services)
    assert run_due(services) == 1
    [held] = rows(services, Order)
    assert (held.external_id, held.email, held.profile_id) == (order_id(1), None, None)
    assert rows(services, Profile) == []
    clock.advance(hours=1)
    send("app/uninstalled", shop(), triggered_at=clock().isoformat())
    drain(services)
    send("shop/redact", redact_shop())
    drain(services)
    assert run_due(services) == 1
    assert rows(services, Order) == rows(services, Customer) == rows(services, Store) == []
