"""Nodes to marks: which state of an object the shop holds."""

from platforms.money import to_minor
from platforms.records import Mark
from platforms.shopify.graph import MalformedNode, Node
from platforms.shopify.values import (
    financial_status,
    fulfillment_status,
    moment,
    moment_or_none,
    number_of,
    tags,
)


def order_mark(node: Node) -> Mark:
    """The mark of an order's node. Raises MalformedNode."""
    try:
        currency = node["currencyCode"]
        facts = (
            ("financial_status", financial_status(node["displayFinancialStatus"])),
            ("fulfillment_status", fulfillment_status(node["displayFulfillmentStatus"])),
            ("cancelled_at", moment_or_none(node["cancelledAt"])),
            ("current_total_minor", _minor(node["currentTotalPriceSet"], currency)),
            ("refunded_minor", _minor(node["totalRefundedSet"], currency)),
            *_tags(node),
        )
        return Mark(number_of(node["id"]), moment(node["updatedAt"]), facts)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedNode(f"an order's mark that can't be read: {error!r}") from error


def customer_mark(node: Node) -> Mark:
    """The mark of a customer's node. Raises MalformedNode."""
    try:
        return Mark(number_of(node["id"]), moment(node["updatedAt"]), _tags(node))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedNode(f"a customer's mark that can't be read: {error!r}") from error


def _tags(node: Node) -> tuple[tuple[str, object], ...]:
    """The tags, nothing where the shop withholds them."""
    listed = node["tags"]
    return () if listed is None else (("tags", tags(listed)),)


def _minor(bag: Node, currency: str) -> int:
    return to_minor(bag["shopMoney"]["amount"], currency)
