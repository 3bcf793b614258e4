"""The bodies of fulfillments/* and fulfillment_events/create."""

from __future__ import annotations

from simulators.shopify.model.order import Fulfillment, FulfillmentEvent, Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.webhooks.parts import Json, address, gid, line_item
from simulators.shopify.written_dates import local


def fulfilment(shop: Shop, order: Order, one: Fulfillment) -> Json:
    """A parcel. A line's `quantity` is what this parcel holds."""
    zone = shop.iana_timezone
    lines = []
    for sent in one.lines:
        line = line_item(shop, order, order.line(sent.line_item_id))
        line["quantity"] = sent.quantity
        lines.append(line)
    numbers = [t.number for t in one.tracking if t.number]
    urls = [t.url for t in one.tracking if t.url]
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("Fulfillment", one.id),
        "created_at": local(one.created_at, zone),
        "location_id": one.location_id,
        "name": one.name.replace("-F", "."),
        "order_id": order.id,
        "origin_address": {},
        "receipt": {},
        "service": one.service,
        "shipment_status": one.shipment_status,
        "status": one.status,
        "tracking_company": one.tracking[0].company if one.tracking else None,
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
        "updated_at": local(one.updated_at, zone),
        "line_items": lines,
    }


def fulfilment_body(shop: Shop, order: Order, one: Fulfillment) -> Json:
    """The body of fulfillments/create and update: with the destination and the address."""
    body = fulfilment(shop, order, one)
    body["email"] = order.email
    body["destination"] = address(order.shipping_address)
    return body


def event_body(shop: Shop, order: Order, made: Fulfillment, event: FulfillmentEvent) -> Json:
    """The body of fulfillment_events/create."""
    zone = shop.iana_timezone
    return {
        "id": event.id,
        "admin_graphql_api_id": gid("FulfillmentEvent", event.id),
        "fulfillment_id": made.id,
        "order_id": order.id,
        "shop_id": shop.id,
        "status": event.status,
        "message": event.message,
        "happened_at": local(event.happened_at, zone),
        "created_at": local(event.created_at, zone),
        "updated_at": local(event.created_at, zone),
        "estimated_delivery_at": None,
        "address1": None,
        "city": event.city,
        "province": None,
        "country": event.country,
        "zip": event.zip,
        "latitude": None,
        "longitude": None,
    }
