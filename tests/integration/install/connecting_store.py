"""A store on its way to being connected by keys that it hands over: what several tests do."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select, update

from integration.crypto import token_digest
from integration.install.access import store_access
from integration.install.connecting import (
    ConnectionView,
    begin_connection,
    connection_view,
    receive_keys,
)
from integration.install.proving import prove
from integration.models import PendingConnection, Store
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from tests.factories.fake_handover import SLUG, FakeSite
from tests.factories.store_signed import handed_over

DOMAIN = "kiosk.example"
SECOND = "second.example"
BROWSER = "the browser that began"


class Connecting:
    """A connection on its way, as a merchant's browser and a store's server have it."""

    def __init__(self, services: Services, domain: str = DOMAIN, **more: Any) -> None:
        self._services = services
        begun = begin_connection(services, SLUG, domain, browser_token=BROWSER, **more)
        asked = parse_qs(urlsplit(begun.redirect_to).query)
        self.nonce = asked["user_id"][0]
        self.way_back = asked["return_url"][0].rpartition("/")[2]

    def give(self, key: str = "ck_1") -> "Connecting":
        """The store hands over this key."""
        receive_keys(self._services, SLUG, self.nonce, handed_over(self.nonce, key))
        return self

    @property
    def view(self) -> ConnectionView:
        """What its page shows to the browser that began."""
        return connection_view(self._services, SLUG, self.way_back, BROWSER)

    @property
    def row(self) -> PendingConnection:
        """Its row."""
        found = PendingConnection.nonce_digest == token_digest(self.nonce)
        with self._services.db.across_workspaces() as session:
            return session.execute(select(PendingConnection).where(found)).scalar_one()


def connect(services: Services, key: str = "ck_1", domain: str = DOMAIN, **more: Any) -> Connecting:
    """Begin, hand over, prove."""
    connecting = Connecting(services, domain, **more).give(key)
    prove(services, connection_id=connecting.row.id)
    return connecting


def jobs_of(services: Services) -> list[tuple[str, dict[str, Any]]]:
    """The jobs that wait, but for those that prove keys; they wait no more."""
    assert isinstance(services.jobs, RecordedJobs)
    taken = [job for job in services.jobs.waiting if job[0] != "install.prove"]
    services.jobs.waiting.clear()
    services.jobs._keys.clear()
    return taken


def store_of(services: Services, domain: str = DOMAIN) -> Store:
    """The store of that name."""
    with services.db.across_workspaces() as session:
        return session.execute(select(Store).where(Store.domain == domain)).scalar_one()


def key_of(services: Services, store: Store) -> str:
    """The key that the store is called with."""
    access = store_access(services, workspace_id=store.workspace_id, store_id=store.id)
    return access.token().reveal()


def count(services: Services, model: type) -> int:
    """How many rows a model has."""
    with services.db.across_workspaces() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def set_status(services: Services, status: str) -> None:
    """Have every store stand so."""
    with services.db.across_workspaces(write=True) as session:
        session.execute(update(Store).values(status=status))


def add_site(services: Services, domain: str, key: str) -> FakeSite:
    """One more store on the web, which that key opens."""
    site = FakeSite(domain, keys={key: "read_write"})
    services.platforms[SLUG]._sites[domain] = site  # type: ignore[attr-defined]
    return site
