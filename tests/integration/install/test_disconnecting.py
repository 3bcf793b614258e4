"""The end of an installation: what goes, what the store is asked, and how the operator names it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from integration.commands.context import find_store
from integration.crypto import keyring, new_key_text
from integration.errors import NotFound
from integration.install.access import store_access
from integration.install.companions import companion_of
from integration.install.endpoints import webhook_endpoint
from integration.install.jobs import mend_subscriptions
from integration.install.uninstall import disconnect, disconnect_by_store
from integration.models import CompanionKey, Credential, Installation, PrivacyRequest, WebhookKey
from integration.operations.data_keys import rewrap_data_keys
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from platforms.errors import AuthorizationLost, StoreUnreachable
from tests.factories.fake_handover import FakeSite, services_of_sites
from tests.factories.operator_keys import in_front
from tests.integration.install.conftest import SettableClock
from tests.integration.install.connecting_store import (
    DOMAIN,
    SECOND,
    connect,
    count,
    set_status,
    store_of,
)


@pytest.fixture
def site() -> FakeSite:
    return FakeSite(DOMAIN, keys={"ck_1": "read_write"}, has_plugin=True)


@pytest.fixture
def services(tmp_path: Path, clock: SettableClock, site: FakeSite) -> Iterator[Services]:
    with services_of_sites(tmp_path, clock, site) as made:
        connect(made)
        assert isinstance(made.jobs, RecordedJobs)
        made.jobs.run_all(made)
        yield made


def keys_left(services: Services) -> list[int]:
    return [count(services, model) for model in (Credential, WebhookKey, CompanionKey)]


def test_disconnecting_tidies_the_store_up_and_destroys_all_keys(
    services: Services, site: FakeSite
) -> None:
    assert len(site.endpoints) == 1
    assert keys_left(services) == [1, 1, 1]
    store = store_of(services)
    site.calls.clear()
    assert disconnect(services, store.workspace_id, store.id) == []
    assert site.calls == ["unsubscribe", "revoke"]
    assert (site.endpoints, site.keys) == ([], {})
    assert keys_left(services) == [0, 0, 0]
    after = store_of(services)
    assert (after.status, after.status_reason) == ("disconnected", "disconnected")
    assert disconnect(services, store.workspace_id, store.id) == []
    assert site.calls == ["unsubscribe", "revoke"]


@pytest.mark.parametrize("by_store", [True, False], ids=["removed in the store", "here"])
def test_its_copy_is_erased_after_48_hours_unless_it_is_connected_again(
    services: Services, site: FakeSite, clock: SettableClock, by_store: bool
) -> None:
    store = store_of(services)
    end = disconnect_by_store if by_store else disconnect
    end(services, store.workspace_id, store.id)
    with services.db.across_workspaces() as session:
        [timer] = session.execute(select(PrivacyRequest)).scalars()
    assert (timer.source, timer.kind, timer.store_id) == ("timer", "shop_redact", store.id)
    assert timer.not_before == clock.now + timedelta(hours=48)
    site.keys = {"ck_1": "read_write"}
    connect(services)
    assert isinstance(services.jobs, RecordedJobs)
    services.jobs.run_all(services)
    with services.db.across_workspaces() as session:
        [timer] = session.execute(select(PrivacyRequest)).scalars()
    assert (store_of(services).status, timer.state) == ("active", "refused")


def test_a_store_that_is_away_is_disconnected_all_the_same(
    services: Services, site: FakeSite
) -> None:
    def away(_: str) -> None:
        raise StoreUnreachable("kiosk.example can't be reached")

    site.on_call = away
    store = store_of(services)
    left = disconnect(services, store.workspace_id, store.id)
    assert left == ["kiosk.example can't be reached"]
    assert store_of(services).status == "disconnected"
    assert keys_left(services) == [0, 0, 0]


def test_a_subscription_that_stays_does_not_keep_the_authorization(
    services: Services, site: FakeSite
) -> None:
    def fail(what: str) -> None:
        if what == "unsubscribe":
            raise StoreUnreachable("cut off")

    site.on_call = fail
    store = store_of(services)
    assert disconnect(services, store.workspace_id, store.id) == ["cut off"]
    assert site.keys == {}


def test_a_store_to_be_authorized_again_can_be_disconnected(
    services: Services, site: FakeSite
) -> None:
    set_status(services, "reauthorize")
    store = store_of(services)
    assert disconnect(services, store.workspace_id, store.id) == ["the store isn't connected"]
    assert keys_left(services) == [0, 0, 0]


def test_a_store_that_ends_it_itself_is_not_called(services: Services, site: FakeSite) -> None:
    site.calls.clear()
    store = store_of(services)
    disconnect_by_store(services, store.workspace_id, store.id)
    assert site.calls == []
    after = store_of(services)
    assert (after.status, after.status_reason) == ("disconnected", "uninstalled")
    assert keys_left(services) == [0, 0, 0]


def test_late_jobs_of_a_disconnected_store_revive_nothing(
    services: Services, site: FakeSite
) -> None:
    store = store_of(services)
    disconnect_by_store(services, store.workspace_id, store.id)
    site.calls.clear()
    ids = {"workspace_id": store.workspace_id, "store_id": store.id}
    assert mend_subscriptions(services, **ids) is None
    assert companion_of(services, **ids) is None
    with pytest.raises(AuthorizationLost):
        webhook_endpoint(services, store)
    with pytest.raises(AuthorizationLost):
        store_access(services, **ids).token()
    assert isinstance(services.jobs, RecordedJobs)
    for job in ("install.subscribe", "install.greet", "sync.refresh", "sync.backfill"):
        services.jobs.enqueue(job, **ids)
    services.jobs.run_all(services)
    assert site.calls == []
    assert keys_left(services) == [0, 0, 0]
    assert count(services, Installation) == 1


def test_a_new_connection_has_new_keys_for_everything(services: Services, site: FakeSite) -> None:
    store = store_of(services)
    ids = {"workspace_id": store.workspace_id, "store_id": store.id}
    before = companion_of(services, **ids), webhook_endpoint(services, store)
    disconnect_by_store(services, store.workspace_id, store.id)
    connect(services)
    after = companion_of(services, **ids), webhook_endpoint(services, store)
    assert None not in (before[0], after[0])
    assert before[0].secret != after[0].secret  # type: ignore[union-attr]
    assert before[0].installation_id != after[0].installation_id  # type: ignore[union-attr]
    assert before[1].url != after[1].url
    assert before[1].secret != after[1].secret


def test_sealed_keys_open_after_the_operators_key_was_replaced(
    services: Services, tmp_path: Path
) -> None:
    store = store_of(services)
    ids = {"workspace_id": store.workspace_id, "store_id": store.id}
    before = (
        companion_of(services, **ids),
        webhook_endpoint(services, store),
        store_access(services, **ids).token(),
    )
    old, new = _key_texts(services)
    both = replace(services, keyring=keyring(f"{new},{old}"))
    assert rewrap_data_keys(both) == (1, 0, 0)
    alone = replace(services, keyring=keyring(new))
    after = (
        companion_of(alone, **ids),
        webhook_endpoint(alone, store_of(alone)),
        store_access(alone, **ids).token(),
    )
    assert after == before


def _key_texts(services: Services) -> tuple[str, str]:
    """The operator's key that wraps the data keys by now, and one to replace it."""
    old, new = new_key_text("old"), new_key_text("new")
    rewrap_data_keys(replace(services, keyring=in_front(old, services.keyring)))
    return old, new


@pytest.mark.parametrize(
    ("domain", "names"),
    [
        (
            "kiosk.example",
            ["kiosk.example", "https://kiosk.example", "https://KIOSK.example/", "Kiosk.Example"],
        ),
        (
            "kiosk.example/Shop",
            ["kiosk.example/Shop", "https://kiosk.example/Shop/", "KIOSK.example/Shop"],
        ),
        (
            "http://127.0.0.1:18080/shop",
            [
                "http://127.0.0.1:18080/shop",
                "http://127.0.0.1:18080/shop/",
                "127.0.0.1:18080/shop",
            ],
        ),
    ],
)
def test_an_operator_names_a_store_by_its_address_in_any_form(
    tmp_path: Path, clock: SettableClock, domain: str, names: list[str]
) -> None:
    sites = (
        FakeSite(domain, keys={"ck_1": "read_write"}),
        FakeSite(SECOND, keys={"ck_second": "read_write"}),
    )
    with services_of_sites(tmp_path, clock, *sites) as services:
        connect(services, domain=domain)
        connect(services, "ck_second", SECOND)
        store = store_of(services, domain)
        for name in [*names, str(store.id)]:
            assert find_store(services, name).id == store.id, name
        for other in ("kiosk.example/shop/2", "127.0.0.1:18080", "example", ""):
            with pytest.raises(NotFound):
                find_store(services, other)
