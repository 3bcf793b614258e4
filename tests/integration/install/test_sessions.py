"""Sessions: by a ticket that works once, ended by time, by hand and with the store's connection."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from integration.directory import find_session
from integration.errors import Unauthorized
from integration.install.companions import companion_of, service_request
from integration.install.sessions import (
    BROWSER_LIFETIME,
    close_session,
    exchange_ticket,
    open_session,
    sweep_sessions,
)
from integration.install.uninstall import disconnect
from integration.models import Session, Store
from integration.models.vocabulary import Role, SessionKind
from integration.services import Services
from platforms.port import Companion, Secret
from tests.factories.fake_handover import FakeSite, services_of_sites
from tests.factories.store_signed import ticket
from tests.integration.install.conftest import SettableClock
from tests.integration.install.connecting_store import DOMAIN, SECOND, connect, count, store_of


@pytest.fixture
def services(tmp_path: Path, clock: SettableClock) -> Iterator[Services]:
    sites = (
        FakeSite(DOMAIN, keys={"ck_1": "read_write"}),
        FakeSite(SECOND, keys={"ck_second": "read_write"}),
    )
    with services_of_sites(tmp_path, clock, *sites) as made:
        connect(made)
        yield made


@pytest.fixture
def companion(services: Services) -> Companion:
    return companion_at(services)


def companion_at(services: Services, domain: str = DOMAIN) -> Companion:
    store = store_of(services, domain)
    found = companion_of(services, workspace_id=store.workspace_id, store_id=store.id)
    assert found is not None
    return found


def test_a_ticket_gives_a_panels_session_for_an_hour(
    services: Services, companion: Companion, clock: SettableClock
) -> None:
    opened = exchange_ticket(services, ticket(companion, DOMAIN, clock.now))
    assert opened.token.startswith("tsb_")
    assert len(opened.token) >= 40
    assert opened.expires_in_seconds == 3600
    found = find_session(services, opened.token)
    assert found is not None
    store = store_of(services)
    assert (found.place.workspace_id, found.place.store_id) == (store.workspace_id, store.id)
    assert (found.kind, found.role, found.viewer) == ("panel", "agent", "woocommerce-staff:5")
    assert (found.locale, found.expires_at) == ("el", clock.now + timedelta(hours=1))
    with services.db.across_workspaces() as session:
        row = session.execute(select(Session)).scalar_one()
    assert opened.token.encode() not in (row.token_digest, row.ticket_digest)
    clock.now += timedelta(hours=1)
    assert find_session(services, opened.token) is None


def test_a_ticket_works_once_however_it_is_written(
    services: Services, companion: Companion, clock: SettableClock
) -> None:
    text = ticket(companion, DOMAIN, clock.now)
    opened = exchange_ticket(services, text)
    # The last character of the signature has two bits that say nothing.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    place = alphabet.index(text[-1])
    spellings = [text[:-1] + alphabet[place - place % 4 + step] for step in range(4)]
    assert text in spellings
    for spelling in spellings:
        with pytest.raises(Unauthorized):
            exchange_ticket(services, spelling)
    close_session(services, opened.token)
    with pytest.raises(Unauthorized) as refused:
        exchange_ticket(services, text)
    assert refused.value.code == "invalid_session"
    assert count(services, Session) == 1


def test_of_simultaneous_exchanges_one_wins(
    services: Services, companion: Companion, clock: SettableClock
) -> None:
    text = ticket(companion, DOMAIN, clock.now)
    gate = threading.Barrier(6)

    def exchange(_: int) -> str:
        gate.wait()
        try:
            return exchange_ticket(services, text).token
        except Unauthorized:
            return ""

    with ThreadPoolExecutor(6) as pool:
        tokens = [token for token in pool.map(exchange, range(6)) if token]
    assert len(tokens) == 1
    assert count(services, Session) == 1


@pytest.mark.parametrize(
    "case",
    ["late", "other secret", "other's id", "copy of the store", "other use", "no id", "junk"],
)
def test_a_ticket_that_does_not_hold_opens_nothing(
    services: Services, companion: Companion, clock: SettableClock, case: str
) -> None:
    connect(services, "ck_second", SECOND)
    other = companion_at(services, SECOND)
    text = ticket(companion, DOMAIN, clock.now)
    if case == "late":
        clock.now += timedelta(seconds=71)
    elif case == "other secret":
        forged = Companion(companion.installation_id, Secret("x" * 43), companion.app_url, "")
        text = ticket(forged, DOMAIN, clock.now)
    elif case == "other's id":
        # Signed by the one store in the name of the other.
        mixed = Companion(other.installation_id, companion.secret, companion.app_url, "")
        text = ticket(mixed, SECOND, clock.now)
    elif case == "copy of the store":
        text = ticket(companion, f"staging.{DOMAIN}", clock.now)
    elif case == "other use":
        text = ticket(companion, DOMAIN, clock.now, use="disconnect")
    elif case == "no id":
        text = ticket(companion, DOMAIN, clock.now, jti=None)
    else:
        text = "a.b.c" * 4000
    with pytest.raises(Unauthorized) as refused:
        exchange_ticket(services, text)
    assert refused.value.code == "invalid_session"
    assert count(services, Session) == 0


def test_panels_end_with_the_stores_connection_and_browsers_stay(
    services: Services, companion: Companion, clock: SettableClock
) -> None:
    store = store_of(services)
    panel = exchange_ticket(services, ticket(companion, DOMAIN, clock.now))
    browser = open_session(
        services,
        workspace_id=store.workspace_id,
        store_id=store.id,
        kind=SessionKind.BROWSER,
        role=Role.OWNER,
        viewer="owner:1",
        lifetime=BROWSER_LIFETIME,
    )
    disconnect(services, store.workspace_id, store.id)
    assert find_session(services, panel.token) is None
    assert find_session(services, browser.token) is not None
    with pytest.raises(Unauthorized):
        exchange_ticket(services, ticket(companion, DOMAIN, clock.now, jti="f" * 32))
    # A panel's row that was left behind opens nothing either.
    with services.db.across_workspaces(write=True) as session:
        session.execute(update(Session).values(kind="panel"))
    assert find_session(services, browser.token) is None


def test_a_store_to_be_authorized_again_still_shows_its_panel(
    services: Services, companion: Companion, clock: SettableClock
) -> None:
    with services.db.across_workspaces(write=True) as session:
        session.execute(update(Store).values(status="reauthorize"))
    opened = exchange_ticket(services, ticket(companion, DOMAIN, clock.now))
    found = find_session(services, opened.token)
    assert found is not None
    assert found.place.store.status == "reauthorize"


def test_closing_ends_one_session_at_once(
    services: Services, companion: Companion, clock: SettableClock
) -> None:
    first = exchange_ticket(services, ticket(companion, DOMAIN, clock.now))
    second = exchange_ticket(services, ticket(companion, DOMAIN, clock.now, jti="e" * 32))
    close_session(services, first.token)
    close_session(services, "unknown")
    assert find_session(services, first.token) is None
    assert find_session(services, second.token) is not None
    assert find_session(services, "\ud800") is None


def test_the_sweep_forgets_sessions_that_ended_long_ago(
    services: Services, companion: Companion, clock: SettableClock
) -> None:
    exchange_ticket(services, ticket(companion, DOMAIN, clock.now))
    clock.now += timedelta(hours=2)
    sweep_sessions(services)
    assert count(services, Session) == 1
    clock.now += timedelta(seconds=1)
    sweep_sessions(services)
    assert count(services, Session) == 0


def test_a_stores_server_asks_by_a_ticket_of_that_use_once(
    services: Services, companion: Companion, clock: SettableClock
) -> None:
    store = store_of(services)
    asked = {"sub": "wordpress", "use": "export", "email": "ada@example.com"}
    text = ticket(companion, DOMAIN, clock.now, **asked)
    with pytest.raises(Unauthorized):
        service_request(services, text, "erase")
    with pytest.raises(Unauthorized):
        exchange_ticket(services, text)
    request = service_request(services, text, "export")
    assert (request.workspace_id, request.store_id) == (store.workspace_id, store.id)
    assert (request.ticket.use, request.ticket.email) == ("export", "ada@example.com")
    with pytest.raises(Unauthorized) as refused:
        service_request(services, text, "export")
    assert refused.value.code == "invalid_session"
    panel = ticket(companion, DOMAIN, clock.now, jti="d" * 32)
    with pytest.raises(Unauthorized):
        service_request(services, panel, "panel")


def test_a_copy_of_a_store_cannot_disconnect_it(
    services: Services, companion: Companion, clock: SettableClock
) -> None:
    text = ticket(companion, f"staging.{DOMAIN}", clock.now, sub="wordpress", use="disconnect")
    with pytest.raises(Unauthorized):
        service_request(services, text, "disconnect")
    assert store_of(services).status == "active"
