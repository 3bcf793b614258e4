"""What a store's health is read from, as rows: comparisons, hours of deliveries, alarms, work."""

from datetime import datetime, timedelta
from typing import Any

from integration.models import Alarm, Delivery, DeliveryWork, Reconciliation, StoreHour
from integration.services import Services


def add_comparison(
    services: Services, workspace_id: int, store_id: int, started_at: datetime, **values: Any
) -> int:
    """A comparison that found nothing unless `values` say so; its id."""
    row: dict[str, Any] = {
        "kind": "changes",
        "asked_by": "schedule",
        "state": "done",
        "finished_at": started_at + timedelta(seconds=2),
        "window_from": started_at - timedelta(minutes=20),
        "window_until": started_at,
        "compared": 40,
        "calls": 2,
    }
    with services.db.workspace(workspace_id, write=True) as session:
        made = Reconciliation(store_id=store_id, started_at=started_at, **(row | values))
        session.add(made)
        session.flush()
        return made.id


def add_hour(
    services: Services, workspace_id: int, store_id: int, hour: datetime, **values: Any
) -> None:
    """An hour of deliveries."""
    with services.db.workspace(workspace_id, write=True) as session:
        session.add(StoreHour(store_id=store_id, hour=hour, **values))


def add_alarm(
    services: Services, workspace_id: int, store_id: int, raised_at: datetime, **values: Any
) -> None:
    """An alarm."""
    row = {"code": "deliveries_stopped", "message": "no delivery came", "details": {}, **values}
    with services.db.workspace(workspace_id, write=True) as session:
        session.add(Alarm(workspace_id=workspace_id, store_id=store_id, raised_at=raised_at, **row))


def add_work(
    services: Services, workspace_id: int, store_id: int, received_at: datetime, **values: Any
) -> None:
    """A delivery that was taken in."""
    row = {"delivery_id": 1, "topic": "orders/updated", "state": "waiting", **values}
    with services.db.workspace(workspace_id, write=True) as session:
        session.add(
            DeliveryWork(
                workspace_id=workspace_id, store_id=store_id, received_at=received_at, **row
            )
        )


def add_untaken(
    services: Services, workspace_id: int, store_id: int, received_at: datetime, name: str
) -> None:
    """A delivery in the inbox that nobody has taken in."""
    with services.inbox.workspace(workspace_id, write=True) as session:
        session.add(
            Delivery(
                dedupe_key=name.encode(),
                platform="shopify",
                workspace_id=workspace_id,
                store_id=store_id,
                store_hint="aegean",
                topic="orders/updated",
                delivery_external_id=name,
                received_at=received_at,
                is_compliance=False,
                sealed_body=b"",
            )
        )
