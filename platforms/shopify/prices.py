"""How the shop prices lists, which decides what is read in the fewest calls.

Shopify documents connections as "sized by first and last" without a formula (API limits, Cost
calculation). Read literally a page costs its nodes times its size; what shops answer grows far more
slowly. So nothing is assumed: the first answer tells, and until then pages fit the literal rule.
"""

from platforms.shopify.answers import GraphAnswer
from platforms.shopify.paging import LARGEST_PAGE

# Objects of one node in our documents, by Shopify's rule of 1 point an object and 2 a connection.
CUSTOMER_POINTS = 4
MARK_POINTS = 5
LINE_POINTS = 8
ORDER_POINTS = 21

# What a single query may cost (Shopify, API limits): a bucket that holds less bounds it further.
_MOST_POINTS = 1000

# Pages that cost no more than 1,000 points if every node counts whole.
CUSTOMERS_AT_FIRST = 249
MARKS_AT_FIRST = 190


class Prices:
    """What a reader has seen of a shop's prices."""

    def __init__(self) -> None:
        self._are_large_pages_cheap: bool | None = None

    def learn(self, answer: GraphAnswer, size: int, node_points: int) -> None:
        """Compare what a page of that size cost with what its nodes cost one by one."""
        cost = answer.cost
        if cost is not None and cost.requested > 0:
            literal = 2 + size * node_points
            has_room = cost.maximum >= _MOST_POINTS
            self._are_large_pages_cheap = has_room and cost.requested * 2 < literal

    @property
    def is_known(self) -> bool:
        """Whether any page has told them yet."""
        return self._are_large_pages_cheap is not None

    @property
    def are_whole_pages_large(self) -> bool:
        """Whether whole orders come on pages as large as those of their marks alone."""
        return self._are_large_pages_cheap is True

    def whole_orders(self, lines: int) -> int:
        """How many whole orders with that many lines to ask for at first."""
        if self.are_whole_pages_large:
            return LARGEST_PAGE
        return max(1, (_MOST_POINTS - 2) // whole_points(lines))


def whole_points(lines: int) -> int:
    """What a whole order with that many lines costs if every node counts whole."""
    return ORDER_POINTS + lines * LINE_POINTS
