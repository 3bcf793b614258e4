"""Orders by query: what changed, and one by its id, each with all of its lines."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from platforms.errors import RequestRefused, StoreAnsweredNonsense
from platforms.records import Differing, Mark, OrderRecord, Page, Unreadable, page_of
from platforms.shopify.answers import CostExceeded, GraphAnswer, Path
from platforms.shopify.by_id import NodesById
from platforms.shopify.graph import Node, order_record
from platforms.shopify.marks import order_mark
from platforms.shopify.paging import (
    Connection,
    PageSize,
    ask_affordably,
    connection_of,
    walk,
)
from platforms.shopify.prices import MARK_POINTS, MARKS_AT_FIRST, Prices, whole_points
from platforms.shopify.transport import GraphTransport
from platforms.shopify.unreadable import readable
from platforms.shopify.withholding import Withheld, below, order_withheld

_PROBED_ORDERS = 5


class OrderQueries:
    """Reads the orders of one shop by query."""

    def __init__(self, transport: GraphTransport, prices: Prices) -> None:
        self._transport = transport
        self._prices = prices
        self._marks_page = PageSize(MARKS_AT_FIRST)
        self._further_lines = PageSize(100)
        self._lines = 20
        self._page = PageSize(prices.whole_orders(self._lines))
        self._nodes = NodesById(transport, "orders_by_id", "Order", {"lines": self._lines})

    def differing(self, since: datetime, differing: Differing) -> Iterator[Page[OrderRecord]]:
        """Orders updated since then, in as few calls as the shop's prices allow.

        Where whole orders come on pages as large as those of marks, whole ones save the calls for
        those that differ; else marks tell which few have to be read whole.
        """
        query, after = f"updated_at:>='{zulu(since)}'", None
        if not self._prices.is_known:
            for answer, page in self._walk(query, None):
                yield page_of(self._records(answer, page), None)
                after = page.next_cursor
                break
            if after is None:
                return
        if not self._prices.are_whole_pages_large:
            after = yield from self._by_marks(query, after, differing)
            if after is None:
                return
        self._enlarge()
        for answer, page in self._walk(query, after):
            yield page_of(self._records(answer, page), None)

    def by_id(self, external_ids: Sequence[str]) -> Iterator[Page[OrderRecord]]:
        """These orders as they are now, without those that are gone."""
        for found in self._nodes.pages(external_ids):
            yield page_of((self._readable(node, paths) for node, paths in found), None)

    def one(self, external_id: str) -> OrderRecord | None:
        """The order as it is now. Raises RequestRefused when the shop withholds it."""
        gid = f"gid://shopify/Order/{external_id}"
        answer = self._transport.execute("order", {"id": gid, "lines": self._lines})
        node = answer.data.get("order")
        if node is None:
            if answer.errors:
                raise RequestRefused(f"the shop withholds the order: {answer.errors[0]}")
            return None
        return self._record(node, below(answer.withheld, "order"))

    def withheld(self) -> Withheld:
        """What the shop withholds of its orders: a bulk result tells no errors of its own."""
        found = [
            order_withheld(below(answer.withheld, "orders", "nodes", index))
            for answer, page in self._first_page()
            for index in range(len(page.nodes))
        ]
        return Withheld(
            frozenset().union(*(each.order for each in found)),
            frozenset().union(*(each.customer for each in found)),
        )

    def _first_page(self) -> Iterator[tuple[GraphAnswer, Connection]]:
        for found in walk(self._transport, "orders", {"lines": 1}, PageSize(_PROBED_ORDERS), None):
            yield found
            return

    def _by_marks(
        self, query: str, after: str | None, differing: Differing
    ) -> Generator[Page[OrderRecord], None, str | None]:
        """What differs by its mark; the cursor from where on most differs, None at the end."""
        variables, waiting = {"query": query}, list[str]()
        following: str | None = None
        for answer, page in walk(
            self._transport, "order_marks", variables, self._marks_page, after
        ):
            self._prices.learn(answer, self._marks_page.asked, MARK_POINTS)
            told = page_of((_mark(node) for node in page.nodes), None)
            wanted = differing(told.records)
            yield Page((), None, compared=len(told.records) - len(wanted))
            waiting += [mark.external_id for mark in told.records if mark.external_id in wanted]
            waiting += [one.external_id for one in told.unreadable]
            if 2 * len(wanted) > len(told.records):
                following = page.next_cursor
                break
            full = len(waiting) - len(waiting) % self._nodes.size
            yield from self.by_id(waiting[:full])
            waiting = waiting[full:]
        yield from self.by_id(waiting)
        return following

    def _walk(self, query: str, after: str | None) -> Iterator[tuple[GraphAnswer, Connection]]:
        while True:
            try:
                variables = {"query": query, "lines": self._lines}
                for answer, page in walk(self._transport, "orders", variables, self._page, after):
                    self._learn(answer)
                    after = page.next_cursor
                    yield answer, page
            except CostExceeded:
                # One order with this many lines is too much: the rest of the lines come after.
                if self._lines == 1:
                    raise
                self._lines //= 2
            else:
                return

    def _learn(self, answer: GraphAnswer) -> None:
        if not self._prices.is_known:
            self._prices.learn(answer, self._page.asked, whole_points(self._lines))
            self._enlarge()

    def _enlarge(self) -> None:
        if self._prices.are_whole_pages_large:
            self._page.size = self._prices.whole_orders(self._lines)

    def _records(self, answer: GraphAnswer, page: Connection) -> Iterator[OrderRecord | Unreadable]:
        for index, node in enumerate(page.nodes):
            yield self._readable(node, below(answer.withheld, "orders", "nodes", index))

    def _readable(self, node: Node, paths: Iterable[Path]) -> OrderRecord | Unreadable:
        return readable(node, "order", lambda: self._record(node, paths))

    def _record(self, node: Node, paths: Iterable[Path]) -> OrderRecord:
        withheld = order_withheld(paths)
        lines = [] if "lines" in withheld.order else self._all_lines(node)
        return order_record(node, lines, withheld.order, withheld.customer)

    def _all_lines(self, node: Node) -> list[Node]:
        page = connection_of(node.get("lineItems"))
        lines = page.nodes
        while page.next_cursor is not None:
            page = self._next_lines(node.get("id"), page.next_cursor)
            lines = lines + page.nodes
        return lines

    def _next_lines(self, gid: Any, after: str) -> Connection:
        def ask(size: int) -> GraphAnswer:
            variables = {"id": gid, "first": size, "after": after}
            return self._transport.execute("order_lines", variables)

        order = ask_affordably(ask, self._further_lines).data.get("order")
        if not isinstance(order, dict):
            raise StoreAnsweredNonsense("an order that is gone between two pages of its lines")
        return connection_of(order.get("lineItems"))


def _mark(node: Node) -> Mark | Unreadable:
    return readable(node, "order", lambda: order_mark(node))


def zulu(moment: datetime) -> str:
    """The time as Shopify's search writes it, cut to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
