"""Accounts by REST: all of them, those that may have changed, and one by its id.

WooCommerce lists accounts by nothing that tells a change (`modified_after` is silently ignored), so
what may have changed are the accounts that are new and those that ordered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from platforms.errors import DeliveryUnreadable, StoreAnsweredNonsense
from platforms.records import CustomerRecord, Page
from platforms.woocommerce.answers import NotFound, RouteMissing
from platforms.woocommerce.orders import ORDERS, changed_since
from platforms.woocommerce.paging import WINDOW, Listing, Place
from platforms.woocommerce.rest import CUSTOMER_FIELDS, customer_record, is_mirrored_customer
from platforms.woocommerce.transport import StoreTransport
from platforms.woocommerce.values import moment

CUSTOMERS = "wc/v3/customers"

_FIELDS = {"_fields": CUSTOMER_FIELDS, "role": "all"}
_NEW, _ORDERED = "", "ordered"
_EARLIEST = datetime.min.replace(tzinfo=UTC)
# Two hundred thousand new accounts: an import is read whole, a list in a circle ends.
_MOST_WINDOWS = 4000


class CustomerQueries:
    """Reads the accounts of one store."""

    def __init__(self, transport: StoreTransport) -> None:
        self._transport = transport

    def all(self, cursor: str | None) -> Iterator[Page[CustomerRecord]]:
        """Every buyer's account, in the order of ids."""
        return Listing(self._transport, CUSTOMERS, _FIELDS, listed).pages(Place.read(cursor))

    def changed(self, since: datetime, cursor: str | None) -> Iterator[Page[CustomerRecord]]:
        """Accounts registered since then, newest first, then those of orders modified since."""
        place = Place.read(cursor)
        if place.part == _NEW:
            ordered = Place(_ORDERED).cursor()
            for records in self._registered(since):
                yield Page(records, Place().cursor())
            yield Page((), ordered)
            place = Place(_ORDERED)
        yield from self._ordered(since, place)

    def one(self, external_id: str) -> CustomerRecord | None:
        """The account as it is now; None for none, and for one that is no buyer's."""
        try:
            body = self._transport.get(
                f"{CUSTOMERS}/{external_id}", {"_fields": CUSTOMER_FIELDS}
            ).value
        except RouteMissing:
            raise
        except NotFound:
            return None
        return _read(body)

    def _registered(self, since: datetime) -> Iterator[tuple[CustomerRecord, ...]]:
        """Windows of the newest accounts, each overlapping the one before by half.

        Many may have registered in one second, and their order in it isn't told.
        """
        params = _FIELDS | {"orderby": "registered_date", "order": "desc", "per_page": WINDOW}
        offset, before = 0, _NOTHING
        for _ in range(_MOST_WINDOWS):
            bodies = self._list({**params, "offset": offset})
            edge = _edge(bodies)
            if offset and not edge.joins(before):
                offset = max(0, offset - WINDOW)
                continue
            yield tuple(record for body in bodies if (record := _read(body)) is not None)
            if len(bodies) < WINDOW or edge.oldest < since:
                return
            offset, before = offset + WINDOW // 2, edge
        raise StoreAnsweredNonsense("the store's list of new accounts doesn't end")

    def _ordered(self, since: datetime, place: Place) -> Iterator[Page[CustomerRecord]]:
        params = {"_fields": "id,customer_id", **changed_since(since)}
        seen: set[int] = set()
        listing = Listing(self._transport, ORDERS, params, _account_id)
        for page in listing.pages(place):
            wanted = sorted(set(page.records) - seen)
            seen.update(wanted)
            yield Page(tuple(self._included(wanted)), page.cursor)

    def _included(self, numbers: list[int]) -> Iterator[CustomerRecord]:
        for start in range(0, len(numbers), WINDOW):
            include = ",".join(map(str, numbers[start : start + WINDOW]))
            for body in self._list({**_FIELDS, "include": include, "per_page": WINDOW}):
                record = _read(body)
                if record is not None:
                    yield record

    def _list(self, params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        value = self._transport.get(CUSTOMERS, params).value
        if not isinstance(value, list) or not all(isinstance(body, dict) for body in value):
            raise StoreAnsweredNonsense("the store answers no list of accounts")
        return value


@dataclass(frozen=True, slots=True)
class _Edge:
    """What a window of the newest accounts reaches from and to."""

    newest: datetime
    oldest: datetime
    ids: frozenset[Any]

    def joins(self, before: "_Edge") -> bool:
        """Whether nobody can stand between that window's end and this one's beginning."""
        return self.newest > before.oldest or bool(self.ids & before.ids)


_NOTHING = _Edge(_EARLIEST, _EARLIEST, frozenset())


def _edge(bodies: list[Mapping[str, Any]]) -> _Edge:
    if not bodies:
        return _NOTHING
    try:
        newest = moment(bodies[0]["date_created_gmt"])
        oldest = moment(bodies[-1]["date_created_gmt"])
        return _Edge(newest, oldest, frozenset(body["id"] for body in bodies))
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise StoreAnsweredNonsense("the store lists an account without its day") from error


def listed(body: Mapping[str, Any]) -> CustomerRecord | None:
    """The account of a list, None for one that is no buyer's. Raises DeliveryUnreadable."""
    return customer_record(body) if is_mirrored_customer(body) else None


def _account_id(body: Mapping[str, Any]) -> int | None:
    number = body.get("customer_id")
    if type(number) is not int or number < 0:
        raise DeliveryUnreadable("an order whose account isn't told")
    return number or None


def _read(body: Any) -> CustomerRecord | None:
    try:
        return listed(body)
    except (DeliveryUnreadable, AttributeError) as error:
        raise StoreAnsweredNonsense(f"the store answers {error}") from error
