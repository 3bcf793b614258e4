"""Records and changes as an adapter would make them, with plain defaults."""

from datetime import UTC, datetime, timedelta
from typing import Any

from integration.sync.sourced import Sourced
from platforms.changes import Change, CustomerChanged, OrderChanged
from platforms.records import CustomerRecord, FulfillmentRecord, LineRecord, OrderRecord

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A moment, seconds after the start of the tests' time."""
    return START + timedelta(seconds=seconds)


def customer(external_id: str = "7", seconds: float = 0, **values: Any) -> CustomerRecord:
    """An account as it stood at that second."""
    row: dict[str, Any] = {
        "external_id": external_id,
        "updated_at": at(seconds),
        "created_at": at(-1000),
        "email": f"c{external_id}@example.com",
        "phone": None,
        "first_name": "Ada",
        "last_name": "Lovelace",
    }
    return CustomerRecord(**(row | values))


def line(external_id: str = "1", **values: Any) -> LineRecord:
    """One line."""
    row: dict[str, Any] = {
        "external_id": external_id,
        "position": 0,
        "title": "Mug",
        "variant_title": "Blue",
        "sku": "MUG-B",
        "quantity": 1,
        "current_quantity": 1,
        "unit_price_minor": 1250,
        "total_minor": 1250,
        "variant_external_id": "900",
        "product_external_id": "90",
    }
    return LineRecord(**(row | values))


def parcel(external_id: str = "f1", seconds: float = 0, **values: Any) -> FulfillmentRecord:
    """One fulfilment as it stood at that second."""
    row: dict[str, Any] = {
        "external_id": external_id,
        "created_at": at(0),
        "updated_at": at(seconds),
        "status": "success",
        "shipment_status": None,
    }
    return FulfillmentRecord(**(row | values))


def order(external_id: str = "100", seconds: float = 0, **values: Any) -> OrderRecord:
    """A paid order of a guest as it stood at that second."""
    row: dict[str, Any] = {
        "external_id": external_id,
        "name": f"#{external_id}",
        "placed_at": at(0),
        "updated_at": at(seconds),
        "currency": "EUR",
        "total_minor": 1250,
        "current_total_minor": 1250,
        "refunded_minor": 0,
        "financial_status": "paid",
        "fulfillment_status": "unfulfilled",
        "platform_status": "open",
        "customer_external_id": None,
        "email": None,
        "phone": None,
        "lines": (line(),),
    }
    return OrderRecord(**(row | values))


def told(
    change: Change | OrderRecord | CustomerRecord,
    *,
    triggered: float | None = None,
    fresh: bool = False,
    read: float | None = None,
) -> Sourced:
    """A change as a delivery would tell it, triggered, and read or received, at those seconds."""
    if isinstance(change, OrderRecord):
        change = OrderChanged(change)
    elif isinstance(change, CustomerRecord):
        change = CustomerChanged(change)
    moments = (None if one is None else at(one) for one in (triggered, read))
    triggered_at, read_at = moments
    return Sourced(change, "webhook", triggered_at, fresh, read_at)
