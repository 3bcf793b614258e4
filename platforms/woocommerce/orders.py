"""Orders by REST: all of them, what changed, and one by its id with all that is told of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from platforms.errors import DeliveryUnreadable, RequestRefused, StoreAnsweredNonsense
from platforms.records import Mark, OrderRecord, Page, RefundRecord, page_of
from platforms.woocommerce.answers import NotFound, ObjectGone, PageTooHeavy
from platforms.woocommerce.listed import bodies_with_ids, read_listed
from platforms.woocommerce.marks import MARK_FIELDS, order_mark
from platforms.woocommerce.newest import NewestFirst, NotProved
from platforms.woocommerce.paging import WINDOW, Listing, Place
from platforms.woocommerce.rest import ORDER_FIELDS, is_draft, order_record
from platforms.woocommerce.rest_parts import note_records
from platforms.woocommerce.statuses import TRASH
from platforms.woocommerce.tracking import META_KEYS
from platforms.woocommerce.transport import StoreTransport
from platforms.woocommerce.unreadable import unreadable_alone, unreadable_or_raise
from platforms.woocommerce.values import id_text, moment_or_none, naive_utc

R = TypeVar("R")

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

    def changed(
        self,
        since: datetime,
        cursor: str | None,
        note: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> Iterator[Page[OrderRecord]]:
        """Orders modified since then, then those of them that are in the trash.

        `note` hears every body that is listed, some twice, those of drafts and unreadable ones too.

        The newest change first, in the fewest pages, where the store's list proves itself whole
        that way; else in the order of ids, where an order that is modified again stays in its
        place. What joins the list behind the reader was modified after the reading began: that is
        the next one's.
        """
        params = _FIELDS | changed_since(since)

        def noted(body: Mapping[str, Any]) -> OrderRecord | None:
            if note is not None:
                note(body)
            return listed(body)

        if not cursor:
            try:
                yield from NewestFirst(self._transport, ORDERS, params, noted).pages()
            except (NotProved, PageTooHeavy, RequestRefused):
                # An old WooCommerce knows no such order of its list and refuses it.
                pass
            else:
                cursor = Place(_TRASHED).cursor()
        yield from self._both_parts(params, noted, cursor)

    def marks(self, cursor: str | None) -> Iterator[Page[Mark]]:
        """The mark of every order, those in the trash after the others."""
        return self._both_parts({"_fields": MARK_FIELDS}, order_mark, cursor)

    def by_id(self, numbers: Sequence[int]) -> Iterator[Page[OrderRecord]]:
        """These orders, those in the trash too, as they are now; the gone are left out.

        What neither list has is asked for by itself: a plugin may keep a status out of all lists.
        """
        for start in range(0, len(numbers), WINDOW):
            missing = set(numbers[start : start + WINDOW])
            for params in (_FIELDS, _FIELDS | {"status": TRASH}):
                for page in self._included(sorted(missing), params):
                    yield page
                    missing -= {int(each.external_id) for each in page.records}
                    missing -= {int(each.external_id) for each in page.unreadable}
            yield from map(self._alone, sorted(missing))

    def _alone(self, number: int) -> Page[OrderRecord]:
        try:
            body = self._transport.get(f"{ORDERS}/{number}", _FIELDS).value
        except ObjectGone:
            return Page((), None)
        try:
            return Page((order_record(body),), None)
        except DeliveryUnreadable as error:
            return Page((), None, unreadable=(unreadable_or_raise(body, "order", error),))

    def _included(
        self, numbers: Sequence[int], params: Mapping[str, Any]
    ) -> list[Page[OrderRecord]]:
        if not numbers:
            return []
        asked = {**params, "include": ",".join(map(str, numbers)), "per_page": WINDOW}
        found = bodies_with_ids(self._transport.get(ORDERS, asked).value)
        return [page_of([read_listed(body, listed, "order") for _, body in found], None)]

    def _both_parts(
        self,
        params: Mapping[str, Any],
        to_record: Callable[[Mapping[str, Any]], R | None],
        cursor: str | None,
    ) -> Iterator[Page[R]]:
        """What the list holds, then what is in the trash, which no list has beside the others."""
        place = Place.read(cursor)
        if place.part == _LISTED:
            for page in Listing(self._transport, ORDERS, params, to_record).pages(place):
                yield replace(page, cursor=page.cursor or Place(_TRASHED).cursor())
            place = Place(_TRASHED)
        trashed = {**params, "status": TRASH}
        yield from Listing(self._transport, ORDERS, trashed, to_record).pages(place)

    def one(self, external_id: str) -> OrderRecord | None:
        """The order as it is now, its notes and its refunds' times with it; None for none."""
        endpoint = f"{ORDERS}/{external_id}"
        with ThreadPoolExecutor(1) as beside:
            notes = beside.submit(self._listed_below, f"{endpoint}/notes", {})
            try:
                body = self._transport.get(endpoint, _FIELDS).value
            except ObjectGone:
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
