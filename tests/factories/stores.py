"""Workspaces with a store."""

from datetime import UTC, datetime
from typing import Any

from integration.db import Database
from integration.models import Store, StoreSync, Workspace

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def make_workspace(db: Database, name: str = "Amber") -> int:
    """A workspace; returns its id."""
    with db.across_workspaces(write=True) as session:
        workspace = Workspace(name=name, created_at=NOW)
        session.add(workspace)
        session.flush()
        return workspace.id


def make_store(db: Database, workspace_id: int, domain: str, **values: Any) -> int:
    """An active store of that workspace; returns its id."""
    row: dict[str, Any] = {
        "platform": "shopify",
        "domain": domain,
        "external_id": "55",
        "name": "Amber Shop",
        "url": f"https://{domain}",
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "country_code": "DE",
        "status": "active",
        "data_key": b"sealed",
        "created_at": NOW,
        "connected_at": NOW,
    }
    with db.workspace(workspace_id, write=True) as session:
        store = Store(**(row | values))
        session.add(store)
        session.flush()
        session.add(StoreSync(store_id=store.id, backfill_state="waiting", backfill_done=0))
        session.flush()
        return store.id
