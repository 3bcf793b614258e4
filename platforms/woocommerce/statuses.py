"""WooCommerce's words for an order in ours (the contract's Figures).

A plugin may add statuses of its own: they count by whether the order is paid.
"""

TRASH = "trash"
# Orders that aren't yet: a checkout that somebody left, an order page that staff opened.
DRAFTS = frozenset({"checkout-draft", "auto-draft"})

_VOIDED = frozenset({"cancelled", "failed"})
_PAID = frozenset({"completed", "refunded"})


def platform_status(value: str) -> str:
    """WooCommerce's own word, without the prefix that some storages keep."""
    return value.removeprefix("wc-")


def financial_status(status: str, *, has_paid_at: bool, total: int, refunded: int) -> str:
    """One of pending, paid, partially_refunded, refunded, voided. Amounts are minor units.

    What is not paid stays pending whatever was given back; cash on delivery is `processing` and
    not paid until it is completed.
    """
    if status in _VOIDED:
        return "voided"
    if status == "pending" or not (has_paid_at or status in _PAID):
        return "pending"
    if status == "refunded" or refunded >= total > 0:
        return "refunded"
    return "partially_refunded" if refunded > 0 else "paid"


def fulfillment_status(status: str) -> str:
    """`fulfilled` for a completed order, else `unfulfilled`: WooCommerce knows no parts."""
    return "fulfilled" if status == "completed" else "unfulfilled"
