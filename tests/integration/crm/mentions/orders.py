"""Two stores of one workspace with the orders that the labelled texts are about."""

from typing import TypeAlias

from integration.crm.mentions.records import Resolution
from integration.crm.mentions.resolving import resolve_mentions
from integration.models import Order
from integration.sync.sourced import Sourced
from platforms.records import TrackingRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, order, parcel, told
from tests.factories.stores import make_store

ANNA, BENO = "anna@example.gr", "beno@example.gr"

# External id, name, e-mail, tracking numbers.
Row: TypeAlias = tuple[str, str, str | None, tuple[str, ...]]
FIRST: dict[str, Row] = {
    "1042": ("5512345678901", "#1042", ANNA, ("4711000123",)),
    "1043": ("5512345678902", "#1043", BENO, ("1Z999AA10123456784",)),
    "1044a": ("5512345678903", "#1044", ANNA, ("RR123456789GR",)),
    "987": ("5512345678904", "#987", BENO, ("Z123456",)),
    "12": ("5512345678905", "#12", BENO, ()),
    "2025": ("5512345678906", "#2025", BENO, ()),
    "GR1050": ("5512345678907", "#GR1050", BENO, ()),
    "EN-1060-A": ("5512345678908", "EN-1060-A", None, ()),
    "20500": ("5512345678909", "#20500", BENO, ()),
}
SECOND: dict[str, Row] = {
    "3071": ("3071", "#3071", ANNA, ("5200 1234 5678 9012 3456 7890",)),
    "WC-77": ("3080", "#WC-77", BENO, ()),
    "1044b": ("3090", "#1044", BENO, ()),
}


def fill(mirror: Mirror) -> dict[str, str]:
    """Tell the mirror all of them; our ids by their keys."""
    second = make_store(mirror.db, mirror.workspace_id, f"second-{mirror.store_id}.example")
    told_of = {mirror.store_id: FIRST, second: SECOND}
    for store_id, orders in told_of.items():
        rows = enumerate(orders.values())
        mirror.take(*(_sourced(number, row) for number, row in rows), store_id=store_id)
    held = {(row.store_id, row.external_id): str(row.id) for row in mirror.all(Order)}
    return {
        key: held[store_id, row[0]]
        for store_id, orders in told_of.items()
        for key, row in orders.items()
    }


def _sourced(number: int, row: Row) -> Sourced:
    external_id, name, email, numbers = row
    tracking = tuple(TrackingRecord("ACS", each, None) for each in numbers)
    parcels = (parcel(f"f{external_id}", tracking=tracking),) if tracking else ()
    return told(
        order(external_id, name=name, email=email, placed_at=at(number), fulfillments=parcels)
    )


def resolve(mirror: Mirror, text: str, writer: str | None = None) -> Resolution:
    """What a text means in the mirror's workspace."""
    with mirror.db.workspace(mirror.workspace_id) as session:
        return resolve_mentions(session, text, writer=writer)
