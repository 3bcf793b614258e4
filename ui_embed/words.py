"""The platform-neutral statuses in the merchant's words, each with its tone and icon."""

from dataclasses import dataclass
from typing import Literal

from flask_babel import lazy_gettext

from integration.crm.records import ContextFulfillment, ContextOrder
from integration.crm.timeline_records import TimelineEvent
from ui_embed.texts import gettext

Tone = Literal["good", "info", "warn", "bad", "plain"]


@dataclass(frozen=True, slots=True)
class Status:
    """A status as it is shown: always a word and an icon, the tone only besides."""

    word: str
    tone: Tone
    icon: str


_PAYMENT: dict[str, tuple[object, Tone, str]] = {
    "pending": (lazy_gettext("payment pending"), "warn", "clock"),
    "authorized": (lazy_gettext("authorized"), "info", "clock"),
    "partially_paid": (lazy_gettext("part paid"), "warn", "half"),
    "paid": (lazy_gettext("paid"), "good", "check"),
    "partially_refunded": (lazy_gettext("part refunded"), "info", "back"),
    "refunded": (lazy_gettext("refunded"), "info", "back"),
    "voided": (lazy_gettext("payment voided"), "plain", "cross"),
    "expired": (lazy_gettext("payment expired"), "bad", "cross"),
}
_DISPATCH: dict[str, tuple[object, Tone, str]] = {
    "unfulfilled": (lazy_gettext("not sent yet"), "warn", "box"),
    "partial": (lazy_gettext("partly sent"), "info", "half"),
    "partially_fulfilled": (lazy_gettext("partly sent"), "info", "half"),
    "fulfilled": (lazy_gettext("sent"), "good", "truck"),
    "restocked": (lazy_gettext("restocked"), "plain", "back"),
    "on_hold": (lazy_gettext("on hold"), "warn", "pause"),
    "scheduled": (lazy_gettext("scheduled"), "info", "clock"),
    "in_progress": (lazy_gettext("being packed"), "info", "box"),
    "open": (lazy_gettext("being packed"), "info", "box"),
    "request_declined": (lazy_gettext("dispatch declined"), "bad", "cross"),
}
_PARCEL: dict[str, tuple[object, Tone, str]] = {
    "label_printed": (lazy_gettext("label printed"), "info", "box"),
    "label_purchased": (lazy_gettext("label bought"), "info", "box"),
    "label_voided": (lazy_gettext("label voided"), "warn", "cross"),
    "confirmed": (lazy_gettext("handed to the carrier"), "info", "truck"),
    "carrier_picked_up": (lazy_gettext("picked up by the carrier"), "info", "truck"),
    "ready_for_pickup": (lazy_gettext("ready for pick-up"), "info", "box"),
    "picked_up": (lazy_gettext("picked up"), "good", "check"),
    "in_transit": (lazy_gettext("on its way"), "info", "truck"),
    "delayed": (lazy_gettext("delayed"), "warn", "clock"),
    "out_for_delivery": (lazy_gettext("out for delivery"), "info", "truck"),
    "attempted_delivery": (lazy_gettext("delivery attempted"), "warn", "alert"),
    "delivered": (lazy_gettext("delivered"), "good", "check"),
    "failure": (lazy_gettext("delivery failed"), "bad", "alert"),
    "not_delivered": (lazy_gettext("not delivered"), "bad", "alert"),
}
_DEAD_DISPATCH = frozenset({"cancelled", "error", "failure"})
_HAPPENINGS: dict[str, tuple[Tone, str]] = {
    "order_placed": ("info", "receipt"),
    "order_cancelled": ("bad", "cross"),
    "order_deleted": ("plain", "cross"),
    "refunded": ("info", "back"),
    "parcel_sent": ("info", "truck"),
    "store_note": ("plain", "note"),
    "agent_note": ("good", "note"),
    "account_made": ("plain", "person"),
    "identity_changed": ("plain", "people"),
    "conversation": ("info", "chat"),
    "message": ("plain", "chat"),
}
# From the one furthest from the buyer: an order is where its slowest parcel is.
_WAY = (
    "failure not_delivered attempted_delivery delayed label_voided label_purchased label_printed "
    "confirmed carrier_picked_up in_transit out_for_delivery ready_for_pickup picked_up delivered"
).split()


def payment(order: ContextOrder) -> Status:
    """How the order's payment stands."""
    return _status(_PAYMENT, order.financial_status)


def dispatch(order: ContextOrder) -> Status:
    """Where the order is: cancelled, not sent, or as far as its slowest parcel."""
    if order.deleted_at is not None:
        return Status(gettext("deleted in the store"), "plain", "cross")
    if order.cancelled_at is not None:
        return Status(gettext("cancelled"), "bad", "cross")
    moving = [f.shipment_status for f in live_parcels(order) if f.shipment_status in _WAY]
    if order.fulfillment_status == "fulfilled" and moving:
        return _status(_PARCEL, min(moving, key=lambda word: _WAY.index(str(word))) or "")
    return _status(_DISPATCH, order.fulfillment_status)


def parcel(fulfillment: ContextFulfillment) -> Status:
    """How one parcel stands."""
    if fulfillment.status == "cancelled":
        return Status(gettext("dispatch cancelled"), "plain", "cross")
    if fulfillment.status in _DEAD_DISPATCH:
        return Status(gettext("dispatch failed"), "bad", "alert")
    if fulfillment.shipment_status is None:
        return Status(gettext("sent"), "info", "truck")
    return _status(_PARCEL, fulfillment.shipment_status)


def shipment(shipment_status: str) -> Status:
    """The carrier's word of a parcel."""
    return _status(_PARCEL, shipment_status)


def happening(event: TimelineEvent) -> Status:
    """How an event of the timeline is marked; its words are the sentence beside it."""
    if event.kind == "parcel_moved":
        return shipment(event.shipment_status)
    if event.kind == "parcel_sent" and event.status in _DEAD_DISPATCH:
        return Status("", "bad", "alert")
    tone, icon = _HAPPENINGS.get(event.kind, ("plain", "dot"))
    return Status("", tone, icon)


def live_parcels(order: ContextOrder) -> list[ContextFulfillment]:
    """The order's parcels that were really sent."""
    return [f for f in order.fulfillments if f.status not in _DEAD_DISPATCH]


def _status(words: dict[str, tuple[object, Tone, str]], status: str) -> Status:
    known = words.get(status)
    if known is None:
        # A word that the platform invented later: readable, not translated.
        return Status(status.replace("_", " ") or gettext("unknown"), "plain", "dot")
    return Status(str(known[0]), known[1], known[2])
