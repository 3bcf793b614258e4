"""What is wrong now with a person's orders: simple rules over what the store told, no guesses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from integration.crm.records import Context, ContextFulfillment, ContextOrder
from ui_embed.words import live_parcels

UNSENT_AFTER = timedelta(days=3)
PARCEL_SLOW_AFTER = timedelta(days=7)
UNPAID_AFTER = timedelta(days=2)
# What nobody mended for so long is history, not news.
FORGOTTEN_AFTER = timedelta(days=120)
REFUND_IS_NEWS_FOR = timedelta(days=14)
MOST_SHOWN = 4

Kind = Literal[
    "delivery_failed",
    "delivery_attempted",
    "cancelled_unrefunded",
    "other_address",
    "parcel_slow",
    "unsent",
    "oversold",
    "unpaid",
    "refunded",
]
_FAILED = frozenset({"failure", "not_delivered"})
_STILL_GOING = frozenset(
    {None, "confirmed", "carrier_picked_up", "in_transit", "out_for_delivery", "delayed"}
)
_UNSENT = frozenset({"unfulfilled", "partial", "partially_fulfilled"})
_PAID = frozenset({"paid", "partially_refunded"})


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing an agent should know before answering.

    `since` is when it began, `amount_minor` is in the order's currency, `text` is what it is about
    (an address, a product).
    """

    kind: Kind
    order: ContextOrder
    since: datetime | None = None
    amount_minor: int | None = None
    text: str | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether somebody has to act, rather than know."""
        return self.kind not in ("refunded", "unpaid")


def signals_of(context: Context, now: datetime) -> list[Signal]:
    """The worst first, at most a few; the newest order first among equals."""
    known = _known_addresses(context)
    found = [
        signal
        for order in context.orders
        if order.deleted_at is None
        and not order.is_test
        and now - order.placed_at < FORGOTTEN_AFTER
        for signal in _of_order(order, now, known)
    ]
    ranks = {kind: rank for rank, kind in enumerate(Kind.__args__)}  # type: ignore[attr-defined]
    return sorted(found, key=lambda signal: ranks[signal.kind])[:MOST_SHOWN]


def _of_order(order: ContextOrder, now: datetime, known: frozenset[str]) -> Iterator[Signal]:
    typed = (order.email or "").strip().casefold()
    if typed and known and typed not in known:
        yield Signal("other_address", order, text=order.email)
    if order.cancelled_at is not None:
        owed = order.total_minor - order.refunded_minor
        if order.financial_status in _PAID and owed > 0:
            yield Signal("cancelled_unrefunded", order, order.cancelled_at, owed)
        return
    for parcel in live_parcels(order):
        yield from _of_parcel(order, parcel, now)
    yield from _of_waiting(order, now)
    told = [refund.created_at for refund in order.refunds if refund.created_at is not None]
    newest = max(told, default=None)
    if newest is not None and now - newest < REFUND_IS_NEWS_FOR and order.refunded_minor > 0:
        yield Signal("refunded", order, newest, order.refunded_minor)


def _of_parcel(order: ContextOrder, parcel: ContextFulfillment, now: datetime) -> Iterator[Signal]:
    if parcel.shipment_status in _FAILED:
        yield Signal("delivery_failed", order, parcel.updated_at)
    elif parcel.shipment_status == "attempted_delivery":
        yield Signal("delivery_attempted", order, parcel.updated_at)
    elif parcel.shipment_status in _STILL_GOING and now - parcel.created_at > PARCEL_SLOW_AFTER:
        # Without a carrier's word the parcel may have arrived long ago: then say nothing.
        if parcel.shipment_status is not None:
            yield Signal("parcel_slow", order, parcel.created_at)


def _of_waiting(order: ContextOrder, now: datetime) -> Iterator[Signal]:
    if not order.counts or order.fulfillment_status not in _UNSENT:
        return
    if order.financial_status in _PAID:
        for line in order.lines:
            # A stock of 0 may be what this order took; below it more was sold than there is.
            if line.current_quantity > 0 and line.stock is not None and line.stock < 0:
                yield Signal("oversold", order, text=line.title)
                break
        if now - order.placed_at > UNSENT_AFTER:
            yield Signal("unsent", order, order.placed_at)
    elif order.financial_status == "pending" and now - order.placed_at > UNPAID_AFTER:
        yield Signal("unpaid", order, order.placed_at, order.current_total_minor)


def _known_addresses(context: Context) -> frozenset[str]:
    return frozenset(
        identity.value.strip().casefold()
        for identity in context.profile.identities
        if identity.kind == "email" and identity.evidence != "order"
    )
