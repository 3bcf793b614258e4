"""Keys, tickets and stores on a real PostgreSQL, where two at the same time really are two."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from integration.db import Database
from integration.errors import NotFound, Unauthorized
from integration.install.companions import companion_of
from integration.install.proving import prove
from integration.install.sessions import exchange_ticket
from integration.models import Credential, Session, Store, Workspace
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.fake_handover import FakeSite, services_of_sites
from tests.factories.store_signed import ticket
from tests.integration.install.connecting_store import (
    DOMAIN,
    Connecting,
    connect,
    count,
    key_of,
    store_of,
)

pytestmark = pytest.mark.real

AT_ONCE = 6


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock, db: Database) -> Iterator[Services]:
    site = FakeSite(DOMAIN, keys={f"ck_{number}": "read_write" for number in range(AT_ONCE)})
    with services_of_sites(tmp_path, clock, site, db=db) as made:
        yield made


def at_once(act: Callable[[int], object]) -> list[object]:
    """What each of them got; a refusal is None."""
    gate = threading.Barrier(AT_ONCE)

    def one(number: int) -> object:
        gate.wait()
        try:
            return act(number)
        except (NotFound, Unauthorized):
            return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [got for got in pool.map(one, range(AT_ONCE)) if got is not None]


def test_of_simultaneous_callbacks_one_wins_and_its_keys_are_kept(services: Services) -> None:
    connecting = Connecting(services)

    def hand_over(number: int) -> str:
        connecting.give(f"ck_{number}")
        return f"ck_{number}"

    [winner] = at_once(hand_over)
    prove(services, connection_id=connecting.row.id)
    assert key_of(services, store_of(services)) == winner


def test_simultaneous_proofs_of_one_connection_have_one_effect(services: Services) -> None:
    connecting = Connecting(services).give()
    at_once(lambda _: prove(services, connection_id=connecting.row.id))
    assert connecting.view.state == "proved"
    assert (count(services, Store), count(services, Workspace)) == (1, 1)
    with services.db.across_workspaces() as session:
        assert session.execute(select(Credential.generation)).scalar_one() == 1


def test_simultaneous_connections_of_one_new_store_end_in_one_store(services: Services) -> None:
    all_of_them = [Connecting(services).give(f"ck_{number}") for number in range(AT_ONCE)]
    ids = [connecting.row.id for connecting in all_of_them]
    at_once(lambda number: prove(services, connection_id=ids[number]))
    assert isinstance(services.jobs, RecordedJobs)
    for job, arguments in list(services.jobs.waiting):
        if job == "install.prove":
            prove(services, **arguments)  # type: ignore[arg-type]
    assert {connecting.view.state for connecting in all_of_them} == {"proved"}
    assert (count(services, Store), count(services, Workspace)) == (1, 1)
    # Whose keys were proved first owns the new workspace.
    assert [connecting.view.may_sign_in for connecting in all_of_them].count(True) == 1


def test_of_simultaneous_exchanges_of_one_ticket_one_wins(
    services: Services, clock: StandingClock
) -> None:
    connect(services)
    store = store_of(services)
    companion = companion_of(services, workspace_id=store.workspace_id, store_id=store.id)
    assert companion is not None
    text = ticket(companion, DOMAIN, clock())
    assert len(at_once(lambda _: exchange_ticket(services, text).token)) == 1
    assert count(services, Session) == 1
