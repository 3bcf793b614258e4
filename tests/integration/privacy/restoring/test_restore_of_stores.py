"""What the journal tells of one store isn't hidden by what it tells of another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.crypto import new_key_text
from integration.models import Order, Store
from integration.operations.backup import back_up
from integration.operations.restoring import put_back
from integration.privacy.erasing.whole_store import erase_store
from integration.privacy.requests.asking import ask_for_erasure, run_now
from integration.privacy.requests.working_off import run_due
from integration.privacy.restoring.lost import is_behind
from integration.privacy.restoring.settling import settle
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.records import order as bought
from tests.integration.privacy.canary import OTHER
from tests.integration.privacy.everywhere import of_order, tell
from tests.webhooks.parts import add_store, make_services, rows

GUEST, PHONE = "guest@mail.example", "+306912345678"


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    folder = tmp_path / "runs"
    folder.mkdir()
    made = make_services(folder, clock, keys=new_key_text("k1"))
    yield made
    stop(made)


@pytest.fixture
def store(services: Services) -> Store:
    return add_store(services)


def stop(services: Services) -> None:
    services.db.dispose()
    services.inbox.dispose()


def erase(services: Services, store: Store, external_id: str) -> None:
    """As a merchant has it done: in every store of the workspace."""
    person, given = of_order(services, store, external_id), {"by": "owner:1"}
    request_id = ask_for_erasure(services, store.workspace_id, profile_id=person, **given)
    run_now(services, store.workspace_id, request_id, **given)
    assert run_due(services) == 1


def put_copy_back(services: Services, folder: Path, clock: StandingClock) -> None:
    stop(services)
    put_back(services.settings, folder, clock(), replace=True)
    assert {row.external_id for row in rows(services, Order)} == {"1"}


def test_a_store_that_came_after_the_copy_hides_no_erasure_of_another(
    services: Services, store: Store, tmp_path: Path, clock: StandingClock
) -> None:
    tell(services, store, bought("1", email=GUEST))
    back_up(services, tmp_path / "copy")
    clock.advance(hours=1)
    later = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    tell(services, later, bought("2", email=GUEST))
    erase(services, store, "1")
    assert not is_behind(services)
    put_copy_back(services, tmp_path / "copy", clock)
    assert is_behind(services)
    assert settle(services) == 1
    assert [row.email for row in rows(services, Order)] == [None]
    assert not is_behind(services)


def test_a_store_that_cannot_know_the_person_hides_no_erasure_of_another(
    services: Services, store: Store, tmp_path: Path, clock: StandingClock
) -> None:
    add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    tell(services, store, bought("1", phone=PHONE))
    back_up(services, tmp_path / "copy")
    clock.advance(hours=1)
    erase(services, store, "1")
    put_copy_back(services, tmp_path / "copy", clock)
    assert is_behind(services)
    assert settle(services) == 1
    assert [row.phone for row in rows(services, Order)] == [None]


def test_a_new_store_with_the_id_of_one_that_was_lost_and_erased_is_another(
    services: Services, store: Store, tmp_path: Path, clock: StandingClock
) -> None:
    tell(services, store, bought("1", email=GUEST))
    back_up(services, tmp_path / "copy")
    clock.advance(hours=1)
    lost = add_store(services, OTHER, number="2", status="disconnected", installed_at=clock())
    clock.advance(hours=1)
    erase_store(services, lost)
    put_copy_back(services, tmp_path / "copy", clock)
    clock.advance(hours=1)
    new = add_store(services, "new.myshopify.com", number="3", installed_at=clock())
    assert new.id == lost.id
    tell(services, new, bought("3", email=GUEST))
    assert not is_behind(services)
    assert settle(services) == 0
    assert [row.email for row in rows(services, Order)] == [GUEST, GUEST]
