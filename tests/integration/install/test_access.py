"""The one token gate: one refresh among many, a lost answer survived, a refusal said."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from integration.install.access import store_access
from integration.install.granting import StoreRef, keep_grant
from integration.install.uninstall import end_installation
from integration.models import Credential, Installation, Store
from integration.services import Services
from platforms.errors import AuthorizationLost, StoreUnreachable
from platforms.port import Secret, StoreAccess
from tests.integration.install.conftest import ScriptedInstaller, SettableClock


@pytest.fixture
def ref(services: Services, installer: ScriptedInstaller) -> StoreRef:
    return keep_grant(services, "shopify", installer.grant()).ref


def _access(services: Services, ref: StoreRef) -> StoreAccess:
    return store_access(services, workspace_id=ref.workspace_id, store_id=ref.store_id)


def _status(services: Services, ref: StoreRef) -> tuple[str, str | None]:
    with services.db.workspace(ref.workspace_id) as session:
        store = session.execute(select(Store)).scalar_one()
        return store.status, store.status_reason


def test_a_token_with_life_left_is_given_as_it_is(
    services: Services, ref: StoreRef, installer: ScriptedInstaller, clock: SettableClock
) -> None:
    clock.now += timedelta(minutes=54)
    assert _access(services, ref).token() == Secret("access-1")
    assert installer.refreshes == []


def test_a_short_lived_token_is_refreshed_when_a_tenth_of_its_life_is_left(
    services: Services, installer: ScriptedInstaller, clock: SettableClock
) -> None:
    grant = replace(installer.grant(), expires_at=clock.now + timedelta(seconds=100))
    ref = keep_grant(services, "shopify", grant).ref
    clock.now += timedelta(seconds=89)
    assert _access(services, ref).token() == Secret("access-1")
    assert installer.refreshes == []
    clock.now += timedelta(seconds=1)
    assert _access(services, ref).token() == Secret("access-2")
    assert installer.refreshes == ["refresh-1"]


def test_a_token_near_its_end_is_refreshed_once_by_eight_workers(
    services: Services, ref: StoreRef, installer: ScriptedInstaller, clock: SettableClock
) -> None:
    clock.now += timedelta(minutes=55)
    installer.on_refresh = lambda: time.sleep(0.2)
    gate = threading.Barrier(8)

    def ask(_: int) -> Secret:
        gate.wait()
        return _access(services, ref).token()

    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(ask, range(8)))
    assert tokens == {Secret("access-2")}
    assert installer.refreshes == ["refresh-1"]


def test_a_lost_answer_is_asked_for_again_with_the_same_refresh_token(
    services: Services, ref: StoreRef, installer: ScriptedInstaller, clock: SettableClock
) -> None:
    clock.now += timedelta(minutes=61)

    def lose() -> None:
        raise StoreUnreachable("the answer was lost")

    installer.on_refresh = lose
    with pytest.raises(StoreUnreachable):
        _access(services, ref).token()
    installer.on_refresh = lambda: None
    assert _access(services, ref).token().reveal().startswith("access-")
    assert installer.refreshes == ["refresh-1", "refresh-1"]


def test_threads_of_one_access_have_claims_of_their_own(
    services: Services,
    ref: StoreRef,
    installer: ScriptedInstaller,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock.now += timedelta(minutes=61)
    is_refreshing, is_refused_the_claim = threading.Event(), threading.Event()

    def wait_for_the_other(seconds: float) -> None:
        is_refused_the_claim.set()
        time.sleep(seconds)

    def lose() -> None:
        installer.on_refresh = lambda: None
        is_refreshing.set()
        assert is_refused_the_claim.wait(30)
        raise StoreUnreachable("the answer was lost")

    installer.on_refresh = lose
    clocks = SimpleNamespace(monotonic=time.monotonic, sleep=wait_for_the_other)
    monkeypatch.setattr("integration.install.access.time", clocks)
    access = _access(services, ref)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(access.token)
        assert is_refreshing.wait(30)
        second = pool.submit(access.token)
        with pytest.raises(StoreUnreachable, match="the answer was lost"):
            first.result(60)
        # What the first had claimed is free again.
        assert second.result(60) == Secret("access-2")
    assert installer.refreshes == ["refresh-1", "refresh-1"]


def test_an_unreachable_store_lets_the_old_token_serve_while_it_lives(
    services: Services, ref: StoreRef, installer: ScriptedInstaller, clock: SettableClock
) -> None:
    clock.now += timedelta(minutes=57)

    def lose() -> None:
        raise StoreUnreachable("away")

    installer.on_refresh = lose
    assert _access(services, ref).token() == Secret("access-1")


def test_a_claim_of_a_killed_process_is_taken_over(
    services: Services, ref: StoreRef, installer: ScriptedInstaller, clock: SettableClock
) -> None:
    with services.db.workspace(ref.workspace_id, write=True) as session:
        credential = session.execute(select(Credential)).scalar_one()
        credential.claim = "killed"
        credential.claimed_until = clock.now + timedelta(minutes=55, seconds=30)
    clock.now += timedelta(minutes=56)
    assert _access(services, ref).token() == Secret("access-2")


@pytest.mark.parametrize("is_refused", [False, True])
def test_one_whose_claim_ran_out_gives_way_to_who_was_quicker(
    services: Services,
    ref: StoreRef,
    installer: ScriptedInstaller,
    clock: SettableClock,
    is_refused: bool,
) -> None:
    clock.now += timedelta(minutes=55)
    quicker: list[Secret] = []

    def stall() -> None:
        installer.on_refresh = lambda: None
        clock.now += timedelta(seconds=46)
        quicker.append(_access(services, ref).token())
        if is_refused:
            raise AuthorizationLost("the refresh token was replaced, and its replacement used")

    installer.on_refresh = stall
    assert _access(services, ref).token() == quicker[0]
    assert installer.refreshes == ["refresh-1", "refresh-1"]
    assert _access(services, ref).token() == quicker[0]
    assert _status(services, ref) == ("active", None)


def test_a_401_renews_once_and_a_refused_refresh_asks_the_merchant(
    services: Services, ref: StoreRef, installer: ScriptedInstaller
) -> None:
    access = _access(services, ref)
    assert access.renew(Secret("access-1")) == Secret("access-2")
    # Somebody who still holds the first one gets the second, without another refresh.
    assert access.renew(Secret("access-1")) == Secret("access-2")
    assert installer.refreshes == ["refresh-1"]

    def refuse() -> None:
        raise AuthorizationLost("the shop refuses the refresh token")

    installer.on_refresh = refuse
    with pytest.raises(AuthorizationLost):
        access.renew(Secret("access-2"))
    assert _status(services, ref) == ("reauthorize", "the shop refuses the refresh token")
    with pytest.raises(AuthorizationLost):
        access.token()


def test_an_uninstall_destroys_the_credential_and_an_older_one_changes_nothing(
    services: Services, ref: StoreRef, clock: SettableClock
) -> None:
    with services.db.across_workspaces(write=True) as session:
        store = session.execute(select(Store)).scalar_one()
        assert not end_installation(session, store, clock.now - timedelta(seconds=1))
    assert _access(services, ref).token() == Secret("access-1")
    with services.db.across_workspaces(write=True) as session:
        store = session.execute(select(Store)).scalar_one()
        assert end_installation(session, store, clock.now + timedelta(seconds=1))
        assert session.execute(select(Credential)).all() == []
    assert _status(services, ref) == ("disconnected", "uninstalled")
    with pytest.raises(AuthorizationLost):
        _access(services, ref).token()


def test_an_uninstall_that_comes_after_the_next_grant_ends_only_what_was_before_it(
    services: Services, ref: StoreRef, installer: ScriptedInstaller, clock: SettableClock
) -> None:
    uninstalled_at = clock.now + timedelta(minutes=1)
    clock.now += timedelta(minutes=2)
    assert keep_grant(services, "shopify", installer.grant()).ref == ref
    for _ in range(2):
        with services.db.across_workspaces(write=True) as session:
            store = session.execute(select(Store)).scalar_one()
            assert not end_installation(session, store, uninstalled_at)
    assert _status(services, ref) == ("active", None)
    assert _access(services, ref).token() == Secret("access-2")
    with services.db.workspace(ref.workspace_id) as session:
        ends = select(Installation.ended_at).where(Installation.ended_at.is_not(None))
        # What shop/redact may erase later is what is older than this.
        assert session.execute(ends).scalars().all() == [uninstalled_at]


def test_an_uninstall_from_before_our_time_is_not_noted(
    services: Services, ref: StoreRef, clock: SettableClock
) -> None:
    with services.db.across_workspaces(write=True) as session:
        store = session.execute(select(Store)).scalar_one()
        assert not end_installation(session, store, clock.now - timedelta(seconds=1))
        assert len(session.execute(select(Installation)).all()) == 1


def test_no_token_stands_in_the_database_in_plain(services: Services, ref: StoreRef) -> None:
    path = services.db.engine.url.database
    assert path is not None
    services.db.dispose()
    with open(path, "rb") as file:
        held = file.read()
    assert b"access-1" not in held
    assert b"refresh-1" not in held
