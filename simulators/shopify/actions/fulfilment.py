"""Parcels: fulfilments, their tracking and the carrier's events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simulators.shopify.arithmetic import fulfillment_status, touched
from simulators.shopify.model.order import (
    Fulfillment,
    FulfillmentEvent,
    FulfillmentLine,
    Order,
    Tracking,
)
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from . import Refused
from .orders import emit_updated

TRACKING_URLS = {
    "ACS Courier": "https://www.acscourier.net/el/track-and-trace?p_p_id=ACS&trackingNo={}",
    "DHL Express": "https://www.dhl.com/en/express/tracking.html?AWB={}",
    "Balíkovna": "https://www.balikovna.cz/cs/sledovat-balik?parcelNumbers={}",
    "InPost": "https://inpost.pl/sledzenie-przesylek?number={}",
    "Zásilkovna": "https://tracking.packeta.com/cs/?id={}",
    "Israel Post": "https://mypost.israelpost.co.il/itemtrace?itemcode={}",
    "Royal Mail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "Yamato": "https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={}",
}
EVENTS = (
    "label_printed", "confirmed", "in_transit", "out_for_delivery", "attempted_delivery",
    "delivered", "ready_for_pickup", "delayed", "failure",
)  # fmt: skip


@dataclass(slots=True)
class Parcel:
    """Pieces to send, as (line id, pieces); without any, everything that is left."""

    lines: list[tuple[int, int]] | None = None
    company: str | None = None
    number: str | None = None
    url: str | None = None

    def tracking(self) -> list[Tracking]:
        if not self.number and not self.company:
            return []
        url = self.url
        if url is None and self.company in TRACKING_URLS:
            url = TRACKING_URLS[self.company].format(self.number or "")
        return [Tracking(self.company, self.number, url)]


def apply_fulfilment(shop: Shop, order: Order, parcel: Parcel, at: datetime) -> Fulfillment:
    """Send a parcel, without topics; raises `Refused` and then changes nothing."""
    wanted = parcel.lines
    if wanted is None:
        wanted = [(ln.id, ln.fulfillable_quantity) for ln in order.lines if ln.fulfillable_quantity]
    if not wanted or order.cancelled_at:
        raise Refused("Nothing is left to fulfil")
    for line_id, quantity in wanted:
        if not any(
            ln.id == line_id and 0 < quantity <= ln.fulfillable_quantity for ln in order.lines
        ):
            raise Refused(f"{quantity} of line {line_id} cannot be fulfilled")
    for line_id, quantity in wanted:
        order.line(line_id).fulfilled_quantity += quantity
    made = Fulfillment(
        id=shop.next_id("Fulfillment"),
        name=f"{order.name}-F{len(order.fulfillments) + 1}",
        created_at=at,
        updated_at=at,
        location_id=shop.locations[0].id,
        lines=[FulfillmentLine(shop.next_id("FulfillmentLineItem"), *pair) for pair in wanted],
        tracking=parcel.tracking(),
    )
    order.fulfillments.append(made)
    touched(order, at)
    return made


def fulfil(state: State, shop: Shop, order: Order, parcel: Parcel) -> Fulfillment:
    """Send a parcel; fires fulfillments/create, orders/(partially_)fulfilled, orders/updated."""
    with state.action():
        at = state.clock.stamp()
        made = apply_fulfilment(shop, order, parcel, at)
        state.emit(shop, "fulfillments/create", (order, made))
        whole = fulfillment_status(order) == "fulfilled"
        state.emit(shop, "orders/fulfilled" if whole else "orders/partially_fulfilled", order)
        emit_updated(state, shop, order, at)
        return made


def _find(order: Order, fulfillment_id: int | None) -> Fulfillment:
    for made in order.fulfillments:
        if fulfillment_id is None or made.id == fulfillment_id:
            return made
    raise Refused("No such fulfilment")


def apply_event(
    shop: Shop, made: Fulfillment, status: str, at: datetime, *, message: str | None = None
) -> FulfillmentEvent:
    if status not in EVENTS:
        raise Refused(f"Unknown event {status}")
    event = FulfillmentEvent(shop.next_id("FulfillmentEvent"), status, at, at, message)
    made.events.append(event)
    made.updated_at = max(made.updated_at, at)
    return event


def add_event(
    state: State,
    shop: Shop,
    order: Order,
    status: str,
    *,
    fulfillment_id: int | None = None,
    message: str | None = None,
) -> FulfillmentEvent:
    """The carrier reports; fires fulfillment_events/create, fulfillments/update, orders/updated."""
    with state.action():
        at = state.clock.stamp()
        made = _find(order, fulfillment_id)
        event = apply_event(shop, made, status, at, message=message)
        state.emit(shop, "fulfillment_events/create", (order, made, event))
        state.emit(shop, "fulfillments/update", (order, made))
        emit_updated(state, shop, order, at)
        return event


def change_tracking(
    state: State, shop: Shop, order: Order, parcel: Parcel, *, fulfillment_id: int | None = None
) -> Fulfillment:
    """Replace the tracking; fires fulfillments/update and orders/updated."""
    with state.action():
        at = state.clock.stamp()
        made = _find(order, fulfillment_id)
        made.tracking, made.updated_at = parcel.tracking(), at
        state.emit(shop, "fulfillments/update", (order, made))
        emit_updated(state, shop, order, at)
        return made


def cancel_fulfilment(
    state: State, shop: Shop, order: Order, fulfillment_id: int | None = None
) -> Fulfillment:
    """Take a parcel back before it left; fires fulfillments/update and orders/updated."""
    with state.action():
        at = state.clock.stamp()
        made = _find(order, fulfillment_id)
        if made.status == "cancelled":
            raise Refused("Already cancelled")
        made.status, made.updated_at = "cancelled", at
        for sent in made.lines:
            order.line(sent.line_item_id).fulfilled_quantity -= sent.quantity
        state.emit(shop, "fulfillments/update", (order, made))
        emit_updated(state, shop, order, at)
        return made
