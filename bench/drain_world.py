"""Services on SQLite files with several connected shops, and deliveries put into their inbox."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.shop_deliveries import Told, shop_domain, shop_number
from integration.app import build_platforms
from integration.crypto import keyring
from integration.db import Database
from integration.events import RecordedEvents
from integration.http import GuardedHttp
from integration.install.keys import new_data_key, store_key
from integration.models import DeliveryWork, Installation, Store, StoreSync, Workspace
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from integration.upgrade import upgrade_database
from platforms.port import Envelope
from webhooks.arrival import Addressee, arrival
from webhooks.inbox import sink

SETTINGS = {
    "APP_URL": "https://tillside.test",
    "SECRET_KEY": "secret",
    "SHOPIFY_API_KEY": "key",
    "SHOPIFY_API_SECRET": "shpss_of_the_benchmark",
}
KEYS = "k1:" + "A" * 43
_INSTALLED_AT = datetime(2026, 11, 1, tzinfo=UTC)
_ROWS_A_COMMIT = 200


@dataclass(frozen=True, slots=True)
class World:
    """The services of one process, on a folder's files or on one database."""

    services: Services

    @classmethod
    def opened(cls, folder: Path, url: str | None = None) -> "World":
        """What `make_world` made."""
        settings = {**SETTINGS, "DATA_DIR": str(folder)}
        http = GuardedHttp()
        db = Database(url or f"sqlite:///{folder / 'tillside.db'}")
        return cls(
            Services(
                settings=load(settings),
                db=db,
                inbox=db if url else Database(f"sqlite:///{folder / 'inbox.db'}"),
                keyring=keyring(KEYS),
                http=http,
                platforms=build_platforms(http, settings),
                jobs=RecordedJobs(),
                events=RecordedEvents(),
            )
        )

    def put(self, told: Sequence[Told], received_at: datetime | None = None) -> None:
        """Store deliveries as the receiver does, without its HTTP."""
        services = self.services
        with services.db.across_workspaces() as session:
            stores = {row.domain: row for row in session.execute(select(Store)).scalars()}
        keys = {name: store_key(services.keyring, store) for name, store in stores.items()}
        inbox = sink(services.inbox.engine.url)
        rows = []
        for one in told:
            store = stores[shop_domain(one.shop)]
            to = Addressee(store.workspace_id, store.id, keys[store.domain])
            envelope = Envelope(
                topic=one.topic,
                store_hint=store.domain,
                delivery_id=one.delivery_id,
                triggered_at=one.triggered_at,
                api_version="2026-10",
            )
            at = received_at or services.now()
            rows.append(arrival("shopify", store.domain, envelope, one.body, to, at))
        for start in range(0, len(rows), _ROWS_A_COMMIT):
            inbox.commit(rows[start : start + _ROWS_A_COMMIT])
        inbox.close()

    def states(self) -> Counter[str]:
        """How many deliveries stand how."""
        statement = select(DeliveryWork.state, func.count()).group_by(DeliveryWork.state)
        with self.services.db.across_workspaces() as session:
            return Counter(dict(session.execute(statement).tuples().all()))

    def is_applied(self, shop: int, count: int) -> bool:
        """Whether so many of a shop's deliveries are applied."""
        statement = (
            select(func.count())
            .select_from(DeliveryWork)
            .join(Store, Store.id == DeliveryWork.store_id)
            .where(Store.domain == shop_domain(shop), DeliveryWork.state == "applied")
        )
        with self.services.db.across_workspaces() as session:
            return session.execute(statement).scalar_one() >= count

    def close(self) -> None:
        """Close the connections."""
        self.services.db.dispose()
        self.services.inbox.dispose()


def make_world(folder: Path, shops: int, url: str | None = None) -> World:
    """Fresh databases with so many connected shops, each its own workspace."""
    folder.mkdir(parents=True, exist_ok=True)
    world = World.opened(folder, url)
    services = world.services
    upgrade_database(services.db, "main")
    upgrade_database(services.inbox, "inbox")
    with services.db.across_workspaces(write=True) as session:
        for shop in range(shops):
            _add_shop(services, session, shop)
    return world


def _add_shop(services: Services, session: Session, shop: int) -> None:
    told = {"external_id": shop_number(shop), "country_code": "US"}
    add_connected(services, session, "shopify", shop_domain(shop), **told)


def add_connected(
    services: Services, session: Session, platform: str, domain: str, **told: str
) -> tuple[Store, Installation]:
    """A connected store that was read, in a workspace of its own, within the transaction."""
    workspace = Workspace(name=domain, created_at=_INSTALLED_AT)
    session.add(workspace)
    session.flush()
    store = Store(
        workspace_id=workspace.id,
        platform=platform,
        domain=domain,
        name=domain,
        currency="USD",
        status="active",
        data_key=new_data_key(services.keyring, platform, domain),
        created_at=_INSTALLED_AT,
        connected_at=_INSTALLED_AT,
        **told,
    )
    session.add(store)
    session.flush()
    ids = {"workspace_id": workspace.id, "store_id": store.id}
    installation = Installation(**ids, scopes=[], installed_at=_INSTALLED_AT)
    session.add_all([installation, StoreSync(**ids, backfill_state="done", backfill_done=0)])
    session.flush()
    return store, installation
