"""Ordinary GraphQL paging with a page size that the shop's own costs decide."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from platforms.errors import RequestRefused, StoreAnsweredNonsense
from platforms.shopify.answers import CostExceeded, GraphAnswer
from platforms.shopify.transport import GraphTransport

# A single query may cost 1,000 points (Shopify, API limits); the rest is room for rounding.
_TARGET_COST = 990.0
LARGEST_PAGE = 250


@dataclass(slots=True)
class PageSize:
    """How many objects the next page asks for; it learns from what the last one cost.

    `asked` is how many the last answered page asked for.
    """

    size: int
    largest: int = LARGEST_PAGE
    asked: int = 0

    def shrink(self) -> bool:
        """Halve it. False when it can't get smaller."""
        if self.size <= 1:
            return False
        self.size //= 2
        return True

    def learn(self, answer: GraphAnswer) -> None:
        """Move towards the target cost, at most doubling, and never above the shop's bucket."""
        cost = answer.cost
        if cost is None or cost.requested <= 0:
            return
        target = min(_TARGET_COST, cost.maximum * 0.8) if cost.maximum > 0 else _TARGET_COST
        affordable = int(self.size * target / cost.requested)
        self.size = max(1, min(affordable, self.size * 2, self.largest))


def ask_affordably(
    ask: Callable[[int], GraphAnswer],
    page_size: PageSize,
) -> GraphAnswer:
    """The answer for as large a page as the shop allows. Raises CostExceeded when one is too much.

    The page size learns only from answers to the size that it suggested.
    """
    while True:
        try:
            answer = ask(page_size.size)
        except CostExceeded:
            if not page_size.shrink():
                raise
            continue
        page_size.asked = page_size.size
        page_size.learn(answer)
        return answer


@dataclass(frozen=True, slots=True)
class Connection:
    """One page of a connection: its nodes and the cursor of the next page, None at the end."""

    nodes: list[dict[str, Any]]
    next_cursor: str | None


def connection(answer: GraphAnswer, *path: str) -> Connection:
    """The connection at that path of an answer.

    Raises RequestRefused when the shop withholds it, StoreAnsweredNonsense when it is malformed.
    """
    value: Any = answer.data
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    if value is None and answer.errors:
        raise RequestRefused(f"the shop withholds {path[-1]}: {answer.errors[0]}")
    return connection_of(value)


def connection_of(value: Any) -> Connection:
    """A connection's nodes and next cursor. Raises StoreAnsweredNonsense for anything else."""
    try:
        info = value["pageInfo"]
        nodes = value["nodes"]
        following = info["endCursor"] if info["hasNextPage"] else None
    except (KeyError, TypeError) as error:
        raise StoreAnsweredNonsense("a page without its nodes or its end") from error
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        raise StoreAnsweredNonsense("a page with nodes that aren't objects")
    if following is not None and not nodes:
        raise StoreAnsweredNonsense("an empty page that says there is more")
    return Connection(nodes, following)


def walk(
    transport: GraphTransport,
    name: str,
    variables: Mapping[str, Any],
    page_size: PageSize,
    after: str | None,
) -> Iterator[tuple[GraphAnswer, Connection]]:
    """Each page's answer with its connection (the root field has the document's name)."""
    while True:
        at = after

        def ask(size: int, at: str | None = at) -> GraphAnswer:
            return transport.execute(name, {**variables, "first": size, "after": at})

        answer = ask_affordably(ask, page_size)
        page = connection(answer, name)
        yield answer, page
        after = page.next_cursor
        if after is None:
            return
