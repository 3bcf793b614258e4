"""The rows of fulfilments that a batch changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete

from integration.models import Fulfillment
from integration.statements.bulk import table_of, write_rows
from integration.sync.held import Mirror
from integration.sync.parcels import Parcel, Parcels
from integration.sync.tracking_rows import write_numbers

TABLE = table_of(Fulfillment)
COLUMNS = (
    "workspace_id",
    "store_id",
    "order_external_id",
    "external_id",
    "status",
    "shipment_status",
    "shipment_status_at",
    "tracking",
    "source_created_at",
    "source_updated_at",
)
_KEY = ("store_id", "order_external_id", "external_id")


def write_parcels(mirror: Mirror, orders: Mapping[str, Parcels]) -> None:
    """Write the parcels that are new or changed, remove those that are gone."""
    changed: list[tuple[Any, ...]] = []
    gone: list[dict[str, str]] = []
    for order_external_id, parcels in orders.items():
        for external_id, parcel in parcels.now.items():
            if parcels.held.get(external_id) != parcel:
                changed.append(_row(mirror, order_external_id, parcel))
        for external_id in parcels.held.keys() - parcels.now.keys():
            gone.append({"of_order": order_external_id, "parcel": external_id})
    if gone:
        mirror.connection.execute(
            delete(TABLE).where(
                TABLE.c.workspace_id == mirror.workspace_id,
                TABLE.c.store_id == mirror.store_id,
                TABLE.c.order_external_id == bindparam("of_order"),
                TABLE.c.external_id == bindparam("parcel"),
            ),
            gone,
        )
    write_rows(mirror.connection, TABLE, COLUMNS, changed, key=_KEY)
    write_numbers(mirror, orders)


def _row(mirror: Mirror, order_external_id: str, parcel: Parcel) -> tuple[Any, ...]:
    record = parcel.record
    return (
        mirror.workspace_id,
        mirror.store_id,
        order_external_id,
        record.external_id,
        record.status,
        record.shipment_status,
        parcel.moved_at,
        record.tracking,
        record.created_at,
        record.updated_at,
    )
