"""Requests for privacy as a test needs them, and who looks at them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from integration.models import PrivacyRequest
from integration.privacy.exports.data_requests import prepare_exports
from integration.privacy.receipts import Done, add_receipt
from integration.privacy.requests.asking import ask_for_data, ask_for_erasure
from tests.ui_embed.people_rows import EMAIL
from tests.ui_embed.world import NOW, World

ROOT = "/settings/privacy"


def ask_data(world: World, *, ready: bool = False) -> int:
    """A request for Dimitra's data, made ready where that is asked."""
    number = ask_for_data(
        world.services, world.workspace_id, email=EMAIL, by="agent:1", now=world.services.now()
    )
    if ready:
        assert prepare_exports(world.services) == 1
    return number


def ask_erasure(world: World) -> int:
    """A request to erase Dimitra."""
    return ask_for_erasure(world.services, world.workspace_id, email=EMAIL, by="agent:1")


def add_request(world: World, **changes: Any) -> int:
    """A request as stores and timers make them, which names nobody."""
    values = {
        "delivery_id": None,
        "workspace_id": world.workspace_id,
        "store_id": world.store_id,
        "store_hint": "aegean.myshopify.com",
        "kind": "shop_redact",
        "source": "timer",
        "state": "waiting",
        "received_at": NOW - timedelta(days=3),
        "not_before": None,
        "due_at": NOW + timedelta(days=27),
        "finished_at": None,
        "outcome": None,
        "sealed_subject": b"",
    } | changes
    with world.services.db.across_workspaces(write=True) as session:
        row = PrivacyRequest(**values)
        session.add(row)
        session.flush()
        return row.id


def change_request(world: World, number: int, **values: Any) -> None:
    """Change columns of a request."""
    with world.services.db.across_workspaces(write=True) as session:
        session.execute(update(PrivacyRequest).where(PrivacyRequest.id == number).values(**values))


def request_row(world: World, number: int) -> PrivacyRequest:
    """A request as it stands."""
    with world.services.db.across_workspaces() as session:
        found = select(PrivacyRequest).where(PrivacyRequest.id == number)
        return session.execute(found).scalar_one()


def add_receipts(world: World, count: int = 1, kind: Any = "person_erased") -> None:
    """Receipts without requests."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.lock_workspace()
        for number in range(count):
            done = Done(kind, {"orders": number + 1}, facts={"source": "merchant"})
            add_receipt(session, world.services.settings, done, now=NOW)
