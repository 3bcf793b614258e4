"""Keys become the store's own only when they are proved; whatever goes wrong, old ones go on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from integration.errors import NotFound
from integration.install.proving import prove, sweep_connections
from integration.jobs import Jobs
from integration.models import (
    Credential,
    PendingConnection,
    Store,
    StoreSync,
    Workspace,
)
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from platforms.errors import StoreUnreachable
from tests.factories import records
from tests.factories.fake_handover import SETTINGS, SLUG, FakeSite, services_of_sites
from tests.integration.install.conftest import SettableClock
from tests.integration.install.connecting_store import (
    DOMAIN,
    SECOND,
    Connecting,
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


def test_proved_keys_make_a_workspace_a_store_and_what_follows(services: Services) -> None:
    connecting = Connecting(services).give()
    assert count(services, Store) == 0
    prove(services, connection_id=connecting.row.id)
    store = store_of(services)
    assert (store.status, store.platform) == ("active", SLUG)
    assert key_of(services, store) == "ck_1"
    ids = {"workspace_id": store.workspace_id, "store_id": store.id}
    assert jobs_of(services) == [
        ("install.subscribe", ids),
        ("install.greet", ids),
        ("sync.backfill", ids),
    ]
    row = connecting.row
    assert (row.state, row.sealed_keys, row.error) == ("proved", None, None)
    view = connecting.view
    assert (view.workspace_id, view.store_id) == (store.workspace_id, store.id)
    assert (view.is_own_browser, view.may_sign_in) == (True, True)


@pytest.mark.parametrize(
    ("key", "code", "says"),
    [
        ("ck_forged", "authorization_lost", "The store doesn't know these keys."),
        ("ck_narrow", "install_refused", "These keys permit too little"),
    ],
)
def test_keys_that_fail_are_destroyed_and_the_page_says_why(
    services: Services, site: FakeSite, key: str, code: str, says: str
) -> None:
    site.keys["ck_narrow"] = "read"
    connecting = connect(services, key)
    assert (connecting.row.state, connecting.row.sealed_keys) == ("failed", None)
    view = connecting.view
    assert (view.state, view.error_code, view.may_sign_in) == ("failed", code, False)
    assert (view.error or "").startswith(says)
    assert [count(services, model) for model in (Workspace, Store, Credential)] == [0, 0, 0]
    assert jobs_of(services) == []
    with pytest.raises(NotFound):
        connecting.give()


def test_a_store_that_does_not_answer_is_asked_again_until_its_time_is_over(
    services: Services, site: FakeSite, clock: SettableClock
) -> None:
    noting = NotingJobs(services.jobs)
    services = replace(services, jobs=noting)
    waits = noting.waits
    connecting = Connecting(services).give()

    def away(_: str) -> None:
        raise StoreUnreachable("kiosk.example didn't answer in time")

    site.on_call = away
    began = clock.now
    while connecting.view.state == "given":
        prove(services, connection_id=connecting.row.id)
        clock.now += timedelta(seconds=waits[-1])
    assert clock.now - began == timedelta(minutes=30) + timedelta(seconds=waits[-1])
    assert waits[0] == 5
    assert max(waits) == 120
    view = connecting.view
    assert (view.state, view.error_code) == ("failed", "store_unreachable")
    assert view.error == "kiosk.example didn't answer in time"
    assert connecting.row.sealed_keys is None
    site.on_call = lambda _what: None
    prove(services, connection_id=connecting.row.id)
    assert count(services, Store) == 0


class NotingJobs:
    """Jobs with a note of how long each is to wait."""

    def __init__(self, inner: Jobs) -> None:
        self._inner = inner
        self.waits: list[float] = []

    def enqueue(self, name: str, *, in_seconds: float = 0, **more: Any) -> None:
        if in_seconds:
            self.waits.append(in_seconds)
        self._inner.enqueue(name, in_seconds=in_seconds, **more)


def test_a_store_that_was_away_for_a_while_is_connected_then(
    services: Services, site: FakeSite
) -> None:
    connecting = Connecting(services).give()

    def away(_: str) -> None:
        raise StoreUnreachable("away", retry_after_seconds=7)

    site.on_call = away
    prove(services, connection_id=connecting.row.id)
    assert (connecting.view.state, connecting.view.error) == ("given", "away")
    site.on_call = lambda _what: None
    prove(services, connection_id=connecting.row.id)
    assert (connecting.view.state, connecting.view.error) == ("proved", None)


@pytest.mark.parametrize("when", ["before the call", "in the call", "after the commit"])
def test_a_killed_job_is_picked_up_and_has_one_effect(
    services: Services, site: FakeSite, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    class Killed(BaseException):
        """As much of a kill as a process can show itself."""

    def die(*_: object) -> None:
        raise Killed

    connecting = Connecting(services).give()
    assert isinstance(services.jobs, RecordedJobs)
    services.jobs.waiting.clear()
    services.jobs._keys.clear()
    if when == "in the call":
        site.on_call = die
    elif when == "after the commit":
        monkeypatch.setattr("integration.install.proving.follow_up", die)
    if when != "before the call":
        with pytest.raises(Killed):
            prove(services, connection_id=connecting.row.id)
    site.on_call = lambda _what: None
    monkeypatch.undo()
    sweep_connections(services)
    services.jobs.run_all(services)
    assert connecting.view.state == "proved"
    assert (count(services, Store), count(services, Credential)) == (1, 1)


def test_no_job_that_calls_a_store_stands_in_the_way_of_deliveries(services: Services) -> None:
    assert isinstance(services.jobs, RecordedJobs)
    calling = ("prove", "greet", "subscribe", "mend_subscriptions", "check_scopes")
    queues = {services.jobs.definitions[f"install.{name}"].queue for name in calling}
    assert queues == {"calls"}


def test_what_a_killed_follow_up_left_out_is_made_up_for_by_the_schedules(
    services: Services, site: FakeSite
) -> None:
    site.has_plugin = True
    site.held.put(records.order("100"))
    connect(services)
    jobs_of(services)
    assert isinstance(services.jobs, RecordedJobs)
    services.jobs.enqueue("install.check_subscriptions")
    services.jobs.enqueue("sync.refresh_all")
    services.jobs.run_all(services)
    store = store_of(services)
    assert (store.name, store.currency) == ("Kiosk", "EUR")
    assert len(site.endpoints) == len(site.greeted) == 1
    with services.db.across_workspaces() as session:
        assert session.get_one(StoreSync, store.id).backfill_state == "done"


def test_proving_twice_at_once_has_one_effect(services: Services, site: FakeSite) -> None:
    connecting = Connecting(services).give()
    inner = connecting.row.id

    def again(_: str) -> None:
        site.on_call = lambda _what: None
        prove(services, connection_id=inner)

    site.on_call = again
    prove(services, connection_id=inner)
    assert site.calls.count("prove") == 2
    with services.db.across_workspaces() as session:
        assert session.execute(select(Credential.generation)).scalar_one() == 1
    assert [name for name, _ in jobs_of(services)].count("sync.backfill") == 1


def test_keys_that_another_secret_key_sealed_fail_in_words(
    services: Services, tmp_path: Path
) -> None:
    connecting = Connecting(services).give()
    moved = replace(services, settings=load({**SETTINGS, "SECRET_KEY": "another one"}))
    prove(moved, connection_id=connecting.row.id)
    assert connecting.view.error_code == "keys_unreadable"


def test_a_store_that_answers_for_another_is_refused(
    services: Services, site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    connecting = Connecting(services).give()

    def move(_: str) -> None:
        site.domain = "elsewhere.example"

    site.on_call = move
    prove(services, connection_id=connecting.row.id)
    assert connecting.view.error_code == "install_refused"
    assert count(services, Store) == 0


def test_the_sweep_forgets_what_is_over_and_only_that(
    services: Services, site: FakeSite, clock: SettableClock
) -> None:
    done, failed = connect(services), connect(services, "ck_forged")
    begun, given = Connecting(services), Connecting(services).give()
    clock.now += timedelta(minutes=29)
    fresh = Connecting(services)
    sweep_connections(services)
    assert count(services, PendingConnection) == 5
    clock.now += timedelta(minutes=1)
    jobs_of(services)
    sweep_connections(services)
    assert count(services, PendingConnection) == 2
    for over in (done, failed, begun):
        with pytest.raises(NotFound):
            _ = over.view
    assert fresh.view.state == "begun"
    assert isinstance(services.jobs, RecordedJobs)
    services.jobs.run_all(services)
    assert (given.view.state, given.view.error_code) == ("failed", "too_late")
    assert given.row.sealed_keys is None


def test_no_key_stands_in_the_database_in_plain(services: Services, site: FakeSite) -> None:
    site.keys["ck_of_the_second_time"] = "read_write"
    connect(services)
    Connecting(services).give("ck_of_the_second_time")
    assert key_of(services, store_of(services)) == "ck_1"
    path = services.db.engine.url.database
    assert path is not None
    services.db.dispose()
    held = Path(path).read_bytes()
    assert b"ck_1" not in held
    assert b"ck_of_the" not in held
