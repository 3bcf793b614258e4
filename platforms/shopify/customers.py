"""Customers by query: what changed, and one by its id."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from platforms.errors import RequestRefused
from platforms.records import CustomerRecord, Page, Unreadable, page_of
from platforms.shopify.answers import GraphAnswer, Path
from platforms.shopify.by_id import NodesById
from platforms.shopify.graph import Node, customer_record
from platforms.shopify.orders import zulu
from platforms.shopify.paging import Connection, PageSize, walk
from platforms.shopify.prices import CUSTOMER_POINTS, CUSTOMERS_AT_FIRST, Prices
from platforms.shopify.transport import GraphTransport
from platforms.shopify.unreadable import readable
from platforms.shopify.withholding import below, customer_withheld

# Shopify documents the customers' updated_at filter as matching whole days; a day more covers
# every time zone that the day may be counted in.
_OVERLAP = timedelta(days=1)
_PROBED_CUSTOMERS = 5


class CustomerQueries:
    """Reads the customers of one shop by query."""

    def __init__(self, transport: GraphTransport, prices: Prices) -> None:
        self._transport = transport
        self._prices = prices
        self._newest = PageSize(CUSTOMERS_AT_FIRST)
        self._nodes = NodesById(transport, "customers_by_id", "Customer", {})

    def newest(self, since: datetime) -> Iterator[Page[CustomerRecord]]:
        """Customers updated since then, newest first, in as few calls as the filter allows.

        The filter matches whole days, so the list is left at the first that is older; one whose
        order isn't what we asked for is read to its end. Who is updated meanwhile comes to its
        front, behind us: after the reading began, which is the next one's.
        """
        variables = {"query": f"updated_at:>='{zulu(since - _OVERLAP)}'"}
        for answer, page in walk(
            self._transport, "newest_customers", variables, self._newest, None
        ):
            self._prices.learn(answer, self._newest.asked, CUSTOMER_POINTS)
            read = page_of(_records(answer, page, "newest_customers"), None)
            records = read.records
            yield replace(read, records=tuple(one for one in records if one.updated_at >= since))
            falls = all(one.updated_at >= other.updated_at for one, other in pairwise(records))
            if records and falls and records[-1].updated_at < since:
                return

    def by_id(self, external_ids: Sequence[str]) -> Iterator[Page[CustomerRecord]]:
        """These customers as they are now, without those that are gone."""
        for found in self._nodes.pages(external_ids):
            yield page_of((_record(node, paths) for node, paths in found), None)

    def one(self, external_id: str) -> CustomerRecord | None:
        """The customer as it is now. Raises RequestRefused when the shop withholds it."""
        gid = f"gid://shopify/Customer/{external_id}"
        answer = self._transport.execute("customer", {"id": gid})
        node = answer.data.get("customer")
        if node is None:
            if answer.errors:
                raise RequestRefused(f"the shop withholds the customer: {answer.errors[0]}")
            return None
        return customer_record(node, customer_withheld(below(answer.withheld, "customer")))

    def withheld(self) -> frozenset[str]:
        """What the shop withholds of its customers: a bulk result tells no errors of its own."""
        size = PageSize(_PROBED_CUSTOMERS)
        for answer, page in walk(self._transport, "customers", {"query": None}, size, None):
            return frozenset().union(
                *(
                    customer_withheld(below(answer.withheld, "customers", "nodes", index))
                    for index in range(len(page.nodes))
                )
            )
        return frozenset()


def _records(
    answer: GraphAnswer, page: Connection, field: str
) -> Iterator[CustomerRecord | Unreadable]:
    for index, node in enumerate(page.nodes):
        yield _record(node, below(answer.withheld, field, "nodes", index))


def _record(node: Node, paths: Iterable[Path]) -> CustomerRecord | Unreadable:
    return readable(node, "customer", lambda: customer_record(node, customer_withheld(paths)))
