"""Single values as Shopify writes them, in REST bodies and GraphQL alike, made ours.

Both sources go through these functions, so that one order reads the same whichever told it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from platforms.records import TrackingRecord

_FULFILMENT_STATUSES = {
    "fulfilled": "fulfilled",
    "partial": "partially_fulfilled",
    "partially_fulfilled": "partially_fulfilled",
    "restocked": "restocked",
}

# Shopify's FulfillmentEventStatus: what a carrier tells. GraphQL's display status has more words,
# which only repeat the dispatch's own status (SUBMITTED, FULFILLED, CANCELED …).
_SHIPMENT_STATUSES = frozenset(
    "attempted_delivery carrier_picked_up confirmed delayed delivered failure in_transit "
    "label_printed label_purchased out_for_delivery ready_for_pickup".split()
)


def number_of(gid: str) -> str:
    """The number at the end of a GID: `gid://shopify/Order/1` gives `1`."""
    return gid[gid.rfind("/") + 1 :]


def text(value: Any) -> str | None:
    """The text, None for an empty one and for what is no text."""
    return value if value and isinstance(value, str) else None


def moment(value: str) -> datetime:
    """An ISO 8601 time in UTC, cut to microseconds. Raises ValueError or TypeError."""
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is UTC:
        return parsed
    if parsed.tzinfo is None:
        raise ValueError("a time without a zone")
    return parsed.astimezone(UTC)


def moment_or_none(value: str | None) -> datetime | None:
    """The time, None for none."""
    return moment(value) if value else None


def financial_status(value: str | None) -> str:
    """Shopify's word in lower case; an order that has none yet is pending."""
    return value.lower() if value else "pending"


def fulfillment_status(value: str | None) -> str:
    """One of fulfilled, partially_fulfilled, restocked, unfulfilled.

    The REST bodies know no others, so GraphQL's finer ones (ON_HOLD, SCHEDULED …) fold into these.
    """
    return _FULFILMENT_STATUSES.get(value.lower(), "unfulfilled") if value else "unfulfilled"


def platform_status(cancelled_at: str | None, closed_at: str | None) -> str:
    """Shopify's own state of an order: cancelled, closed (archived) or open."""
    if cancelled_at:
        return "cancelled"
    return "closed" if closed_at else "open"


def shipment_status(value: str | None, dispatch: str) -> str | None:
    """The carrier's word, None where the value only repeats the dispatch's status."""
    word = value.lower() if value else ""
    # A failed dispatch shows as FAILURE too, though no carrier has seen it.
    if word not in _SHIPMENT_STATUSES or (word == "failure" and dispatch != "success"):
        return None
    return word


def variant_title(value: Any) -> str | None:
    """The variant's title; Shopify's name for the only variant is no title."""
    return None if value == "Default Title" else text(value)


def tracking(company: Any, number: Any, url: Any) -> TrackingRecord | None:
    """A parcel's tracking, None where neither number nor address is told."""
    address = text(url)
    if address and not address.startswith(("https://", "http://")):
        address = None
    if not text(number) and not address:
        return None
    return TrackingRecord(company=text(company), number=text(number), url=address)


def tags(values: Iterable[str]) -> tuple[str, ...]:
    """Tags in one order, whatever the source's."""
    return tuple(sorted(tag for tag in values if tag))


def by_number(external_id: str) -> tuple[int, str]:
    """A sort key that orders ids as numbers, past 2^53 too."""
    return len(external_id), external_id
