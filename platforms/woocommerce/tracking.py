"""Parcels and languages that plugins write into an order's `meta_data`.

WooCommerce itself knows neither. "Shipment Tracking" and "Advanced Shipment Tracking", which most
stores use, write one list under one key; WPML and TranslatePress write the buyer's language.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from platforms.records import FulfillmentRecord, TrackingRecord
from platforms.woocommerce.values import objects, text

TRACKING_KEY = "_wc_shipment_tracking_items"
LANGUAGE_KEYS = ("wpml_language", "trp_language")
META_KEYS = (TRACKING_KEY, *LANGUAGE_KEYS)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
# Seconds from 1970 to the year 2100.
_LATEST = 4_102_444_800


def read_meta(entries: Any) -> dict[str, Any]:
    """The values of the keys that we know, from a body's `meta_data`."""
    found: dict[str, Any] = {}
    for entry in objects(entries):
        key = entry.get("key")
        if key in META_KEYS:
            found[key] = entry.get("value")
    return found


def language(meta: Mapping[str, Any]) -> str | None:
    """The language that the order was placed in, as a tag (`pt-BR`)."""
    for key in LANGUAGE_KEYS:
        value = meta.get(key)
        if isinstance(value, str) and _LANGUAGE.fullmatch(value.replace("_", "-")):
            return value.replace("_", "-")
    return None


def fulfillment_records(
    order_id: str, meta: Mapping[str, Any], otherwise_at: datetime
) -> tuple[FulfillmentRecord, ...]:
    """The parcels of an order, each once; `otherwise_at` is for one without a day of its own."""
    found: dict[str, FulfillmentRecord] = {}
    for item in objects(meta.get(TRACKING_KEY)):
        number = _written(item.get("tracking_number"))
        url = _link(item)
        name = _written(item.get("tracking_id")) or number
        if not name or not (number or url):
            continue
        at = _shipped_at(item.get("date_shipped")) or otherwise_at
        external_id = f"{order_id}-{name}"
        tracking = TrackingRecord(company=_carrier(item), number=number, url=url)
        found[external_id] = FulfillmentRecord(external_id, at, at, "success", None, (tracking,))
    return tuple(found[external_id] for external_id in sorted(found))


def _carrier(item: Mapping[str, Any]) -> str | None:
    return text(item.get("custom_tracking_provider")) or text(item.get("tracking_provider"))


def _link(item: Mapping[str, Any]) -> str | None:
    for key in ("custom_tracking_link", "ast_tracking_link", "tracking_link"):
        value = item.get(key)
        if isinstance(value, str) and value.startswith(("https://", "http://")):
            return value
    return None


def _written(value: Any) -> str | None:
    """A number that may come as one or as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(value)


def _shipped_at(value: Any) -> datetime | None:
    """The day of dispatch, which is written as seconds since 1970."""
    written = _written(value) or ""
    if written.isascii() and written.isdigit() and 0 < len(written) < 11:
        seconds = int(written)
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST else None
    return None
