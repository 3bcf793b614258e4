"""Which workspace a store comes to whose keys were proved: its own, its owner's, or its old one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from integration.directory import find_session
from integration.install.connecting import sign_in
from integration.install.joining import new_join_code
from integration.install.proving import prove
from integration.models import (
    Store,
    Workspace,
)
from integration.services import Services
from tests.factories.fake_handover import SLUG, FakeSite, services_of_sites
from tests.integration.install.conftest import SettableClock
from tests.integration.install.connecting_store import (
    BROWSER,
    DOMAIN,
    SECOND,
    Connecting,
    add_site,
    connect,
    count,
    set_status,
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


def test_the_beginners_browser_becomes_the_owner_once(services: Services) -> None:
    connecting = connect(services)
    store = store_of(services)
    for other in (None, "another browser"):
        assert sign_in(services, SLUG, connecting.way_back, other) is None
    opened = sign_in(services, SLUG, connecting.way_back, BROWSER)
    assert opened is not None
    assert opened.token.startswith("tss_")
    assert opened.expires_in_seconds == 30 * 24 * 3600
    found = find_session(services, opened.token)
    assert found is not None
    assert (found.kind, found.role, found.viewer) == (
        "browser",
        "owner",
        f"owner:{store.workspace_id}",
    )
    assert (found.place.workspace_id, found.place.store_id) == (store.workspace_id, store.id)
    assert sign_in(services, SLUG, connecting.way_back, BROWSER) is None
    assert not connecting.view.may_sign_in


def test_whoever_comes_back_to_an_erased_store_is_not_signed_in(services: Services) -> None:
    connecting = connect(services)
    with services.db.across_workspaces(write=True) as session:
        session.delete(session.get_one(Store, store_of(services).id))
    assert sign_in(services, SLUG, connecting.way_back, BROWSER) is None


def test_a_second_store_joins_by_a_code_which_is_used_up(services: Services) -> None:
    connect(services)
    first = store_of(services)
    code = new_join_code(services, first.workspace_id)
    connecting = connect(services, "ck_second", SECOND, join_code=code)
    assert store_of(services, SECOND).workspace_id == first.workspace_id
    assert count(services, Workspace) == 1
    assert not connecting.view.may_sign_in
    assert sign_in(services, SLUG, connecting.way_back, BROWSER) is None


def test_a_code_that_was_used_meanwhile_fails_the_connection(
    services: Services,
) -> None:
    connect(services)
    first = store_of(services)
    code = new_join_code(services, first.workspace_id)
    third = add_site(services, "third.example", "ck_third")
    late = Connecting(services, SECOND, join_code=code).give("ck_second")
    assert connect(services, "ck_third", third.domain, join_code=code).view.state == "proved"
    prove(services, connection_id=late.row.id)
    assert (late.view.state, late.view.error_code) == ("failed", "invalid_join_code")
    assert late.row.sealed_keys is None
    with services.db.across_workspaces() as session:
        domains = session.execute(select(Store.domain).order_by(Store.id)).scalars().all()
    assert domains == [DOMAIN, third.domain]


def test_a_store_joins_its_owners_workspace_unless_that_is_gone(
    services: Services, clock: SettableClock
) -> None:
    connect(services)
    first = store_of(services)
    connect(services, "ck_second", SECOND, owner_workspace_id=first.workspace_id)
    assert store_of(services, SECOND).workspace_id == first.workspace_id
    assert count(services, Workspace) == 1


def test_a_store_never_joins_an_erased_workspace(services: Services, clock: SettableClock) -> None:
    with services.db.across_workspaces(write=True) as session:
        workspace = Workspace(name="", created_at=clock.now, erased_at=clock.now)
        session.add(workspace)
    connecting = connect(services, owner_workspace_id=workspace.id)
    assert connecting.view.state == "failed"
    assert count(services, Store) == 0


def test_a_known_store_stays_in_its_workspace_whatever_it_brings(services: Services) -> None:
    connect(services)
    connect(services, "ck_second", SECOND)
    mine, other = store_of(services), store_of(services, SECOND)
    code = new_join_code(services, other.workspace_id)
    assert connect(services, join_code=code).view.workspace_id == mine.workspace_id
    again = connect(services, owner_workspace_id=other.workspace_id)
    assert again.view.workspace_id == mine.workspace_id
    set_status(services, "disconnected")
    connect(services)
    assert store_of(services).workspace_id == mine.workspace_id
    # The code wasn't needed, so it still serves.
    third = add_site(services, "third.example", "ck_third")
    connect(services, "ck_third", third.domain, join_code=code)
    assert store_of(services, third.domain).workspace_id == other.workspace_id
