"""A store that is connected again: new keys, and what it missed meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from integration.install.connecting import sign_in
from integration.models import (
    Installation,
    StoreSync,
)
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from tests.factories import records
from tests.factories.fake_handover import SLUG, FakeSite, services_of_sites
from tests.integration.install.conftest import SettableClock
from tests.integration.install.connecting_store import (
    BROWSER,
    DOMAIN,
    SECOND,
    connect,
    count,
    jobs_of,
    key_of,
    store_of,
)


@pytest.fixture
def site() -> FakeSite:
    return FakeSite(DOMAIN, keys={"ck_1": "read_write"})


@pytest.fixture
def services(tmp_path: Path, clock: SettableClock, site: FakeSite) -> Iterator[Services]:
    second = FakeSite(SECOND, keys={"ck_second": "read_write"})
    with services_of_sites(tmp_path, clock, site, second) as made:
        yield made


def test_a_forged_hand_over_leaves_a_stores_working_keys_alone(
    services: Services, site: FakeSite
) -> None:
    connect(services)
    jobs_of(services)
    connecting = connect(services, "ck_forged")
    assert connecting.view.state == "failed"
    store = store_of(services)
    assert (store.status, key_of(services, store)) == ("active", "ck_1")
    assert jobs_of(services) == []


def test_new_keys_of_a_connected_store_replace_the_old_ones_and_nothing_else(
    services: Services, site: FakeSite, clock: SettableClock
) -> None:
    connect(services)
    before = store_of(services)
    jobs_of(services)
    clock.now += timedelta(hours=1)
    site.keys["ck_2"] = "read_write"
    connecting = connect(services, "ck_2")
    store = store_of(services)
    assert key_of(services, store) == "ck_2"
    assert (store.id, store.connected_at) == (before.id, before.connected_at)
    assert count(services, Installation) == 1
    assert [name for name, _ in jobs_of(services)] == ["install.subscribe", "install.greet"]
    assert not connecting.view.may_sign_in
    assert sign_in(services, SLUG, connecting.way_back, BROWSER) is None


def test_a_reconnected_store_reads_what_it_missed_and_not_all_anew(
    services: Services, site: FakeSite, clock: SettableClock
) -> None:
    site.held.put(records.order("100"))
    connect(services)
    assert isinstance(services.jobs, RecordedJobs)
    services.jobs.run_all(services)
    site.keys.clear()
    store = store_of(services)
    services.jobs.enqueue("sync.refresh", workspace_id=store.workspace_id, store_id=store.id)
    services.jobs.run_all(services)
    assert store_of(services).status == "reauthorize"
    site.held.asked.clear()
    site.keys["ck_2"] = "read_write"
    clock.now += timedelta(days=2)
    later = (clock.now - records.at(0)).total_seconds()
    site.held.put(records.order("101", seconds=later))
    connect(services, "ck_2")
    taken = [name for name, _ in services.jobs.waiting if name != "install.prove"]
    assert taken == [
        "install.subscribe",
        "install.greet",
        "install.mend_subscriptions",
        "sync.refresh",
    ]
    services.jobs.run_all(services)
    with services.db.across_workspaces() as session:
        sync = session.get_one(StoreSync, store.id)
        assert (sync.backfill_state, sync.complete_until) == ("done", clock.now)
    orders = [since for kind, since in site.held.asked if kind == "orders"]
    assert orders
    assert None not in orders


def test_a_first_read_that_was_under_way_goes_on_after_the_reconnection(
    services: Services, site: FakeSite
) -> None:
    for number in range(1, 8):
        site.held.put(records.order(str(number)))
    connect(services)
    store = store_of(services)
    assert isinstance(services.jobs, RecordedJobs)

    def lose(what: str) -> None:
        if what == "orders" and site.calls.count("orders") == 3:
            site.keys.clear()

    site.on_call = lose
    services.jobs.run_all(services)
    assert store_of(services).status == "reauthorize"
    with services.db.across_workspaces() as session:
        sync = session.get_one(StoreSync, store.id)
        assert (sync.backfill_state, sync.backfill_done) == ("waiting", 4)
    site.on_call = lambda _what: None
    site.keys["ck_2"] = "read_write"
    site.calls.clear()
    connect(services, "ck_2")
    services.jobs.run_all(services)
    with services.db.across_workspaces() as session:
        sync = session.get_one(StoreSync, store.id)
        assert (sync.backfill_state, sync.backfill_done) == ("done", 7)
