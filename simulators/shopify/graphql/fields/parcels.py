"""Fulfilments, their lines, tracking and events."""

from __future__ import annotations

from datetime import datetime

from simulators.shopify.arithmetic import gross, net
from simulators.shopify.graphql.context import Context, Fields, Owned, gid, money
from simulators.shopify.graphql.fields.lines import LineOf
from simulators.shopify.graphql.listing import Listing
from simulators.shopify.model.catalog import Location
from simulators.shopify.written_dates import utc


class ParcelOf(Owned):
    __slots__ = ()


class ParcelLineOf(Owned):
    __slots__ = ()


class EventOf(Owned):
    __slots__ = ()


def _display(parcel: ParcelOf) -> str:
    if parcel.it.status == "cancelled":
        return "CANCELED"
    return str(parcel.it.shipment_status or "fulfilled").upper()


def _when(parcel: ParcelOf, status: str) -> datetime | None:
    return next((e.happened_at for e in parcel.it.events if e.status == status), None)


def _utc(moment: datetime | None) -> str | None:
    return utc(moment) if moment else None


def _place(c: Context, key: int) -> Location | None:
    return next((place for place in c.shop.locations if place.id == key), None)


PARCEL: Fields = {
    "id": lambda x, _, c: gid("Fulfillment", x.it.id),
    "legacyResourceId": lambda x, _, c: str(x.it.id),
    "name": lambda x, _, c: x.it.name,
    "status": lambda x, _, c: x.it.status.upper(),
    "displayStatus": lambda x, _, c: _display(x),
    "createdAt": lambda x, _, c: utc(x.it.created_at),
    "updatedAt": lambda x, _, c: utc(x.it.updated_at),
    "deliveredAt": lambda x, _, c: _utc(_when(x, "delivered")),
    "inTransitAt": lambda x, _, c: _utc(_when(x, "in_transit")),
    "totalQuantity": lambda x, _, c: sum(one.quantity for one in x.it.lines),
    "requiresShipping": lambda x, _, c: True,
    "order": lambda x, _, c: x.order,
    "location": lambda x, _, c: _place(c, x.it.location_id),
    "trackingInfo": lambda x, a, c: x.it.tracking,
    "events": lambda x, _, c: Listing([EventOf(x.order, e) for e in x.it.events]),
    "fulfillmentLineItems": lambda x, _, c: Listing(
        [ParcelLineOf(x.order, one) for one in x.it.lines]
    ),
}
PARCEL_LINE: Fields = {
    "id": lambda x, _, c: gid("FulfillmentLineItem", x.it.id),
    "quantity": lambda x, _, c: x.it.quantity,
    "lineItem": lambda x, _, c: LineOf(x.order, x.order.line(x.it.line_item_id)),
    "originalTotalSet": lambda x, _, c: money(
        x.order, gross(x.order.line(x.it.line_item_id), x.it.quantity)
    ),
    "discountedTotalSet": lambda x, _, c: money(
        x.order, net(x.order.line(x.it.line_item_id), x.it.quantity)
    ),
}
EVENT: Fields = {
    "id": lambda x, _, c: gid("FulfillmentEvent", x.it.id),
    "status": lambda x, _, c: x.it.status.upper(),
    "message": lambda x, _, c: x.it.message,
    "happenedAt": lambda x, _, c: utc(x.it.happened_at),
    "createdAt": lambda x, _, c: utc(x.it.created_at),
    "city": lambda x, _, c: x.it.city,
    "country": lambda x, _, c: x.it.country,
    "zip": lambda x, _, c: x.it.zip,
}
TRACKING: Fields = {
    "company": lambda t, _, c: t.company,
    "number": lambda t, _, c: t.number,
    "url": lambda t, _, c: t.url,
}
TABLES: dict[str, Fields] = {
    "Fulfillment": PARCEL,
    "FulfillmentLineItem": PARCEL_LINE,
    "FulfillmentEvent": EVENT,
    "FulfillmentTrackingInfo": TRACKING,
}
