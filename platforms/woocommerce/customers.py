"""Accounts by REST: all of them, those that may have changed, and one by its id.

WooCommerce lists accounts by nothing that tells a change (`modified_after` is silently ignored), so
what may have changed are the accounts that are new and those that ordered.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from platforms.errors import DeliveryUnreadable, StoreAnsweredNonsense
from platforms.records import CustomerRecord, Mark, Page, Unreadable
from platforms.woocommerce.answers import ObjectGone
from platforms.woocommerce.marks import ACCOUNT_MARK_FIELDS, customer_mark
from platforms.woocommerce.paging import WINDOW, Listing, Place
from platforms.woocommerce.rest import (
    CUSTOMER_FIELDS,
    customer_record,
    is_mirrored_customer,
)
from platforms.woocommerce.transport import StoreTransport
from platforms.woocommerce.unreadable import unreadable_alone, unreadable_or_raise
from platforms.woocommerce.values import id_or_none, moment_if_any

CUSTOMERS = "wc/v3/customers"

_FIELDS = {"_fields": CUSTOMER_FIELDS, "role": "all"}
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
# Two hundred thousand new accounts: an import is read whole, a list in a circle ends.
_MOST_WINDOWS = 4000


class CustomerQueries:
    """Reads the accounts of one store."""

    def __init__(self, transport: StoreTransport) -> None:
        self._transport = transport

    def all(self, cursor: str | None) -> Iterator[Page[CustomerRecord]]:
        """Every buyer's account, in the order of ids."""
        return Listing(self._transport, CUSTOMERS, _FIELDS, listed, kind="customer").pages(
            Place.read(cursor)
        )

    def registered(self, since: datetime) -> Iterator[Page[CustomerRecord]]:
        """Accounts registered since then, newest first, and some older ones."""
        for bodies in self._registered(since):
            yield _page(bodies, Place().cursor())

    def marks(self, cursor: str | None) -> Iterator[Page[Mark]]:
        """The mark of every buyer's account, in the order of ids."""
        params = {"_fields": ACCOUNT_MARK_FIELDS, "role": "all"}
        return Listing(self._transport, CUSTOMERS, params, customer_mark, kind="customer").pages(
            Place.read(cursor)
        )

    def by_id(self, numbers: list[int]) -> Iterator[Page[CustomerRecord]]:
        """These accounts as they are now, without those that are gone or no buyers'."""
        for start in range(0, len(numbers), WINDOW):
            yield _page(self._included(numbers[start : start + WINDOW]), None)

    def proved(self, numbers: list[int]) -> Iterator[Page[CustomerRecord]]:
        """As `by_id`; what the list doesn't show is asked for by itself before it counts as gone.

        A plugin may keep accounts out of all lists, a cache may answer with another list.
        """
        for start in range(0, len(numbers), WINDOW):
            missing = set(numbers[start : start + WINDOW])
            page = _page(self._included(sorted(missing)), None)
            yield page
            missing -= {int(each.external_id) for each in page.records}
            missing -= {int(each.external_id) for each in page.unreadable}
            yield from map(self._alone, sorted(missing))

    def _alone(self, number: int) -> Page[CustomerRecord]:
        try:
            params = {"_fields": CUSTOMER_FIELDS}
            body = self._transport.get(f"{CUSTOMERS}/{number}", params).value
        except ObjectGone:
            return Page((), None)
        if not _has_id(body):
            raise StoreAnsweredNonsense("the store answers no account")
        return _page([body], None)

    def one(self, external_id: str) -> CustomerRecord | None:
        """The account as it is now; None for none, and for one that is no buyer's."""
        try:
            body = self._transport.get(
                f"{CUSTOMERS}/{external_id}", {"_fields": CUSTOMER_FIELDS}
            ).value
        except ObjectGone:
            return None
        try:
            return listed(body)
        except (DeliveryUnreadable, AttributeError) as error:
            raise unreadable_alone(body, "customer", error) from error

    def _registered(self, since: datetime) -> Iterator[list[Mapping[str, Any]]]:
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
            yield bodies
            if len(bodies) < WINDOW or edge.oldest < since:
                return
            offset, before = offset + WINDOW // 2, edge
        raise StoreAnsweredNonsense("the store's list of new accounts doesn't end")

    def _included(self, numbers: list[int]) -> Iterator[Mapping[str, Any]]:
        for start in range(0, len(numbers), WINDOW):
            include = ",".join(map(str, numbers[start : start + WINDOW]))
            yield from self._list({**_FIELDS, "include": include, "per_page": WINDOW})

    def _list(self, params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        value = self._transport.get(CUSTOMERS, params).value
        if not isinstance(value, list) or not all(map(_has_id, value)):
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


def _has_id(body: Any) -> bool:
    return isinstance(body, dict) and id_or_none(body.get("id")) is not None


def _edge(bodies: list[Mapping[str, Any]]) -> _Edge:
    if not bodies:
        return _NOTHING
    days = [day for body in bodies if (day := moment_if_any(body.get("date_created_gmt")))]
    numbers = frozenset(id_or_none(body.get("id")) for body in bodies)
    # Accounts whose day nobody can read neither end the list nor leave a gap in it.
    return _Edge(days[0] if days else _LATEST, days[-1] if days else _LATEST, numbers - {None})


def listed(body: Mapping[str, Any]) -> CustomerRecord | None:
    """The account of a list, None for one that is no buyer's. Raises DeliveryUnreadable."""
    return customer_record(body) if is_mirrored_customer(body) else None


def account_id(body: Mapping[str, Any]) -> int | None:
    """The account of an order's body, None for a guest's, as the order itself is read."""
    number = id_or_none(body.get("customer_id"))
    return int(number) if number else None


def _page(bodies: Iterable[Mapping[str, Any]], cursor: str | None) -> Page[CustomerRecord]:
    records: list[CustomerRecord] = []
    left_out: list[Unreadable] = []
    for body in bodies:
        try:
            record = listed(body)
        except DeliveryUnreadable as error:
            left_out.append(unreadable_or_raise(body, "customer", error))
        else:
            records += [record] if record is not None else []
    return Page(tuple(records), cursor, unreadable=tuple(left_out))
