"""The rules by which an order counts; docs/figures.md states them for people."""

from datetime import datetime

# WooCommerce's own words for orders that aren't (or are no longer) orders. Shopify's platform
# status knows open, closed and cancelled.
NEVER_COUNT = frozenset({"pending", "failed", "cancelled", "checkout-draft", "trash"})
PAID = frozenset({"paid", "partially_refunded", "refunded"})


def counts(
    *,
    is_test: bool,
    cancelled_at: datetime | None,
    deleted_at: datetime | None,
    platform_status: str,
) -> bool:
    """Whether an order counts in a person's figures: placed in earnest and still standing."""
    return (
        not is_test
        and cancelled_at is None
        and deleted_at is None
        and platform_status not in NEVER_COUNT
    )


def is_paid(financial_status: str) -> bool:
    """Whether an order's payment is done; what was given back later doesn't undo it."""
    return financial_status in PAID
