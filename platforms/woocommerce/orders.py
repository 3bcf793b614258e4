"""Orders by REST: all of them, what changed, and one by its id with all that is told of it."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from platforms.errors import DeliveryUnreadable, StoreAnsweredNonsense
from platforms.records import OrderRecord, Page, RefundRecord
from platforms.woocommerce.answers import NotFound, RouteMissing
from platforms.woocommerce.paging import Listing, Place
from platforms.woocommerce.rest import ORDER_FIELDS, is_draft, order_record
from platforms.woocommerce.rest_parts import note_records
from platforms.woocommerce.statuses import TRASH
from platforms.woocommerce.tracking import META_KEYS
from platforms.woocommerce.transport import StoreTransport
from platforms.woocommerce.unreadable import unreadable_alone
from platforms.woocommerce.values import id_text, moment_or_none, naive_utc

ORDERS = "wc/v3/orders"

# `modified_after` is strictly greater, and knows seconds only.
_OVERLAP = timedelta(seconds=2)
# `include_meta` is newer than many stores: those send all of it.
_FIELDS = {"_fields": ORDER_FIELDS, "include_meta": ",".join(META_KEYS)}
_LISTED, _TRASHED = "", TRASH
_SHAPELESS = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)


class OrderQueries:
    """Reads the orders of one store."""

    def __init__(self, transport: StoreTransport) -> None:
        self._transport = transport

    def all(self, cursor: str | None) -> Iterator[Page[OrderRecord]]:
        """Every order that isn't in the trash, in the order of ids."""
        return Listing(self._transport, ORDERS, _FIELDS, listed).pages(Place.read(cursor))

    def changed(self, since: datetime, cursor: str | None) -> Iterator[Page[OrderRecord]]:
        """Orders modified since then, then those of them that are in the trash.

        In the order of ids: an order that is modified again stays where it is in such a list, while
        one by time would move under the reader. What joins it behind him is modified after the
        reading began, and so is the next one's.
        """
        place = Place.read(cursor)
        if place.part == _LISTED:
            listing = Listing(self._transport, ORDERS, _FIELDS | changed_since(since), listed)
            for page in listing.pages(place):
                yield replace(page, cursor=page.cursor or Place(_TRASHED).cursor())
            place = Place(_TRASHED)
        params = _FIELDS | changed_since(since) | {"status": TRASH}
        yield from Listing(self._transport, ORDERS, params, listed).pages(place)

    def one(self, external_id: str) -> OrderRecord | None:
        """The order as it is now, its notes and its refunds' times with it; None for none."""
        endpoint = f"{ORDERS}/{external_id}"
        with ThreadPoolExecutor(1) as beside:
            notes = beside.submit(self._listed_below, f"{endpoint}/notes", {})
            try:
                body = self._transport.get(endpoint, _FIELDS).value
            except RouteMissing:
                raise
            except NotFound:
                return None
            record = _read(body)
            if record.refunds:
                params = {"per_page": 100, "_fields": "id,date_created_gmt"}
                refunds = self._listed_below(f"{endpoint}/refunds", params)
                record = replace(record, refunds=_dated(record.refunds, refunds))
            return _with_notes(record, notes.result())

    def _listed_below(self, endpoint: str, params: Mapping[str, Any]) -> list[Any] | None:
        """What stands below an order, None where that is gone."""
        try:
            value = self._transport.get(endpoint, params).value
        except NotFound:
            return None
        if not isinstance(value, list):
            raise StoreAnsweredNonsense("the store answers no list where there should be one")
        return value


def changed_since(since: datetime) -> dict[str, str]:
    """The parameters that select what was modified at that second or after it."""
    return {"modified_after": naive_utc(since - _OVERLAP), "dates_are_gmt": "true"}


def listed(body: Mapping[str, Any]) -> OrderRecord | None:
    """The order of a list, None for one that isn't one yet. Raises DeliveryUnreadable."""
    return None if is_draft(body) else order_record(body)


def _read(body: Any) -> OrderRecord:
    try:
        return order_record(body)
    except DeliveryUnreadable as error:
        raise unreadable_alone(body, "order", error) from error


def _dated(refunds: tuple[RefundRecord, ...], told: list[Any] | None) -> tuple[RefundRecord, ...]:
    try:
        times = {
            id_text(body["id"]): moment_or_none(body.get("date_created_gmt")) for body in told or ()
        }
    except _SHAPELESS as error:
        raise StoreAnsweredNonsense("the store answers a refund that can't be read") from error
    return tuple(replace(refund, created_at=times.get(refund.external_id)) for refund in refunds)


def _with_notes(record: OrderRecord, told: list[Any] | None) -> OrderRecord:
    if told is None:
        return record
    try:
        notes = note_records(told)
    except _SHAPELESS as error:
        raise StoreAnsweredNonsense("the store answers a note that can't be read") from error
    return replace(record, notes=notes, withheld=record.withheld - {"notes"})
