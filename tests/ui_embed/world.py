"""The whole application on a SQLite file, with the real Shopify adapter and tokens minted here."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey

from integration.app import build_channels, build_house, create_flask
from integration.crypto import keyring, new_key_text, token_digest
from integration.db import Database
from integration.doors import House
from integration.events import RecordedEvents
from integration.http import GuardedHttp
from integration.models import ApiKey, InboxModel, Model, Store, StoreSync, Workspace
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from platforms import registry
from tests.factories.databases import lay_out

API_KEY = "tillside-client-id"
API_SECRET = "hush-hush-of-the-app"
APP_URL = "https://tillside.example"
DOMAIN = "aegean.myshopify.com"
OTHER_DOMAIN = "baltic.myshopify.com"
BRIDGE = "https://cdn.shopify.com/shopifycloud/app-bridge.js"
KEY = "key-of-the-aegean-store"
NOW = datetime(2026, 11, 22, 12, 4, tzinfo=UTC)


@dataclass(slots=True)
class World:
    """A running application and what a test needs to speak to it."""

    app: Flask
    services: Services
    house: House
    workspace_id: int
    store_id: int
    other_workspace_id: int
    other_store_id: int

    def token(self, domain: str = DOMAIN, **changes: Any) -> str:
        """A session token as Shopify's admin makes it; a change of None leaves a claim out."""
        return mint(domain, **changes)

    def bearer(self, domain: str = DOMAIN) -> dict[str, str]:
        """The header of a staff member of that shop."""
        return {"Authorization": f"Bearer {mint(domain)}"}


def mint(domain: str, *, secret: str = API_SECRET, alg: str = "HS256", **changes: Any) -> str:
    """A session token for that shop, valid around NOW."""
    now = int(NOW.timestamp())
    claims: dict[str, Any] = {
        "iss": f"https://{domain}/admin",
        "dest": f"https://{domain}",
        "aud": API_KEY,
        "sub": "42",
        "exp": now + 60,
        "nbf": now - 5,
        "iat": now - 5,
        "jti": "f8912129-1af6-4cad-9ca3-76b0f7621087",
        "sid": "aaea182f2732d44c23057c0fea584021a4485b2bd25d3eb7fd349313ad24c685",
        **changes,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    key = OctKey.import_key(secret)
    return str(jwt.encode({"alg": alg, "typ": "JWT"}, kept, key, algorithms=[alg]))


def build_world(folder: Path, *, app_url: str = APP_URL, **settings: str) -> World:
    """Two workspaces with a store each; the first has an API key."""
    environment = {
        "APP_URL": app_url,
        "DATA_DIR": str(folder),
        "SECRET_KEY": "a-secret-of-the-tests",
        "ENCRYPTION_KEYS": new_key_text("k1"),
        "SHOPIFY_API_KEY": API_KEY,
        "SHOPIFY_API_SECRET": API_SECRET,
        **settings,
    }
    loaded = load(environment)
    if not loaded.database_url:
        lay_out(folder)
    http = GuardedHttp(allow_private_addresses=loaded.allow_private_addresses)
    house = build_house()
    services = Services(
        settings=loaded,
        db=Database(loaded.effective_database_url),
        inbox=Database(loaded.effective_inbox_url),
        keyring=keyring(environment["ENCRYPTION_KEYS"]),
        http=http,
        platforms={slug: registry.factory(slug)(http, environment) for slug in registry.slugs()},
        jobs=RecordedJobs(house.jobs),
        events=RecordedEvents(),
        channels=build_channels(loaded),
        now=lambda: NOW,
    )
    if loaded.database_url:
        Model.metadata.create_all(services.db.engine)
        InboxModel.metadata.create_all(services.inbox.engine)
    first = add_store(services, DOMAIN, "Aegean Goods", "Europe/Athens")
    other = add_store(services, OTHER_DOMAIN, "Baltic Goods", "Europe/Warsaw")
    add_key(services, first, KEY)
    app = create_flask(services, house)
    app.testing = True
    return World(app, services, house, *first, *other)


def add_store(
    services: Services, domain: str, name: str, timezone: str, **changes: Any
) -> tuple[int, int]:
    """A connected store in a workspace of its own, read to its end: workspace and store id."""
    with services.db.across_workspaces(write=True) as session:
        workspace = Workspace(name=name, created_at=NOW - timedelta(days=400))
        session.add(workspace)
        session.flush()
        store = Store(
            workspace_id=workspace.id,
            platform="shopify",
            domain=domain,
            name=name,
            currency="EUR",
            timezone=timezone,
            status="active",
            data_key=b"",
            created_at=NOW - timedelta(days=400),
            connected_at=NOW - timedelta(days=400),
        )
        session.add(store)
        session.flush()
        sync = {
            "backfill_state": "done",
            "backfill_done": 4512,
            "backfill_total": 4512,
            "as_of": NOW - timedelta(seconds=12),
            "source": "webhook",
            "complete_until": NOW - timedelta(minutes=9),
            **changes,
        }
        session.add(StoreSync(workspace_id=workspace.id, store_id=store.id, **sync))
        return workspace.id, store.id


def add_key(services: Services, place: tuple[int, int], key: str) -> None:
    """An API key of that store."""
    with services.db.across_workspaces(write=True) as session:
        session.add(
            ApiKey(
                workspace_id=place[0],
                store_id=place[1],
                key_digest=token_digest(key),
                hint=key[:4],
                created_at=NOW,
            )
        )


def change_store(services: Services, store_id: int, **changes: Any) -> None:
    """Change columns of a store or of its sync."""
    with services.db.across_workspaces(write=True) as session:
        store, sync = session.get(Store, store_id), session.get(StoreSync, store_id)
        for name, value in changes.items():
            setattr(store if hasattr(Store, name) else sync, name, value)
