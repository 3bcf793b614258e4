"""Our part inside a store: greeted until it answers, told its own secret, forgotten at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from integration.install.companions import companion_of, greet
from integration.install.jobs import check_subscriptions
from integration.models import CompanionKey
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from platforms.errors import StoreUnreachable
from tests.factories.fake_handover import FakeSite, services_of_sites
from tests.integration.install.conftest import SettableClock
from tests.integration.install.connecting_store import (
    SECOND,
    connect,
    jobs_of,
    set_status,
    store_of,
)

DOMAIN = "kiosk.example/a_b"


@pytest.fixture
def site() -> FakeSite:
    return FakeSite(DOMAIN, keys={"ck_1": "read_write"})


@pytest.fixture
def services(tmp_path: Path, clock: SettableClock, site: FakeSite) -> Iterator[Services]:
    second = FakeSite(SECOND, keys={"ck_second": "read_write"})
    with services_of_sites(tmp_path, clock, site, second) as made:
        connect(made, domain=DOMAIN)
        jobs_of(made)
        yield made


def key_row(services: Services) -> CompanionKey:
    with services.db.across_workspaces() as session:
        store_id = store_of(services, DOMAIN).id
        found = CompanionKey.store_id == store_id
        return session.execute(select(CompanionKey).where(found)).scalar_one()


def say_hello(services: Services) -> None:
    store = store_of(services, DOMAIN)
    greet(services, workspace_id=store.workspace_id, store_id=store.id)


def test_our_part_is_told_its_name_its_secret_and_where_we_are(
    services: Services, site: FakeSite, clock: SettableClock
) -> None:
    site.has_plugin = True
    say_hello(services)
    [told] = site.greeted
    row = key_row(services)
    assert told.installation_id == row.public_id
    assert len(told.secret.reveal()) >= 43
    assert told.secret.reveal().encode() not in row.sealed_secret
    assert told.app_url == "https://tillside.test"
    assert told.panel_url == "https://tillside.test/panel?store=kiosk.example%2Fa_b"
    assert row.greeted_at == clock.now


def test_each_store_has_a_secret_of_its_own_which_a_reconnection_keeps(services: Services) -> None:
    connect(services, "ck_second", SECOND)
    found = []
    for domain in (DOMAIN, SECOND):
        store = store_of(services, domain)
        found.append(companion_of(services, workspace_id=store.workspace_id, store_id=store.id))
    one, other = found
    assert one is not None
    assert other is not None
    assert one.secret != other.secret
    assert one.installation_id != other.installation_id
    connect(services, domain=DOMAIN)
    store = store_of(services, DOMAIN)
    assert companion_of(services, workspace_id=store.workspace_id, store_id=store.id) == one
    # Another workspace's store is none of ours.
    second = store_of(services, SECOND)
    assert companion_of(services, workspace_id=store.workspace_id, store_id=second.id) is None


def test_a_store_without_our_part_is_asked_again_by_the_schedule_until_it_answers(
    services: Services, site: FakeSite
) -> None:
    say_hello(services)
    assert key_row(services).greeted_at is None
    check_subscriptions(services)
    assert [name for name, _ in jobs_of(services)] == [
        "install.mend_subscriptions",
        "install.greet",
    ]
    site.has_plugin = True
    say_hello(services)
    check_subscriptions(services)
    assert [name for name, _ in jobs_of(services)] == ["install.mend_subscriptions"]


def test_a_store_that_is_away_is_asked_again_soon(services: Services, site: FakeSite) -> None:
    def away(_: str) -> None:
        raise StoreUnreachable("away")

    site.on_call = away
    say_hello(services)
    assert [name for name, _ in jobs_of(services)] == ["install.greet"]
    assert key_row(services).greeted_at is None


def test_a_store_that_is_not_connected_is_not_called(services: Services, site: FakeSite) -> None:
    site.calls.clear()
    for status in ("reauthorize", "disconnected"):
        set_status(services, status)
        say_hello(services)
        check_subscriptions(services)
    assert [call for call in site.calls if call != "greet"] == []
    assert isinstance(services.jobs, RecordedJobs)
    assert services.jobs.waiting == []
