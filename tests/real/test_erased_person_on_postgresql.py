"""An erased person is in no place of a PostgreSQL database: tables, sealed bytes, samples."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis

from integration.db import Database
from integration.models import Store
from integration.privacy.erasing.remains import clear_remains
from integration.privacy.restoring.gate import RestoreGate
from integration.privacy.restoring.settling import settle
from integration.services import Services
from tests.conftest import StandingClock
from tests.integration.privacy.restoring.test_restore import sending
from tests.real.postgres import as_administrator, own_database
from tests.security import test_erasure
from tests.security.erased_person import WORDS, erase, fill, places
from tests.security.test_erasure import live_services, send, store
from tests.webhooks.parts import Sender, make_services

__all__ = ["send", "services", "store"]

pytestmark = pytest.mark.real

globals().update(
    {name: value for name, value in vars(test_erasure).items() if name.startswith("test_")}
)


@pytest.fixture
def services(
    db: Database, tmp_path: Path, clock: StandingClock, valkey_url: str
) -> Iterator[Services]:
    """Services on a PostgreSQL database of their own, and a real Valkey."""
    client = Redis.from_url(valkey_url)
    made = replace(make_services(tmp_path, clock), db=db, inbox=db)
    yield live_services(made, tmp_path, clock, client, valkey_url)
    client.close()


def test_the_planners_samples_are_made_anew(
    services: Services, store: Store, send: Sender, schema_url: str
) -> None:
    whole = Database(as_administrator(schema_url), pool_size=1)

    def sampled() -> set[str]:
        samples = (
            "SELECT tablename || '.' || attname, concat(most_common_vals, histogram_bounds)"
            " FROM pg_stats WHERE schemaname = 'public'"
        )
        with whole.engine.connect() as connection:
            rows = connection.exec_driver_sql(samples).all()
        return {column for column, kept in rows if any(word in kept.lower() for word in WORDS)}

    fill(services, store, send)
    clear_remains(services)
    assert {"identities.value", "search_terms.term"} <= sampled()
    erase(services, store)
    assert sampled() == set()
    whole.dispose()


def test_a_copy_from_before_is_settled_by_the_journal(
    services: Services, store: Store, postgres_server: str, schema_url: str
) -> None:
    with sending(services) as send:
        fill(services, store, send)
    services.db.dispose()
    name = urlsplit(schema_url).path.removeprefix("/")
    with own_database(postgres_server, name) as url:
        erase(services, store)
        copy = Database(url, pool_size=4)
        restored = replace(services, db=copy, inbox=copy)
        assert RestoreGate(services).reason() is None
        assert "older than erasures" in (RestoreGate(restored).reason() or "")
        assert "orders.email" in places(restored)
        assert settle(restored) == 1
        assert places(restored) == set()
        assert RestoreGate(restored).reason() is None
        copy.dispose()
