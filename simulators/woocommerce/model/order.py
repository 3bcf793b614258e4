"""Orders as the store keeps them. Amounts have the store's decimals, whatever the currency."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from simulators.woocommerce.model.people import Address, Meta

ZERO = Decimal(0)


@dataclass(slots=True)
class Line:
    """One product line; `total` is without tax, after discounts."""

    id: int
    name: str
    product_id: int
    variation_id: int
    quantity: int
    subtotal: Decimal
    total: Decimal
    sku: str = ""
    subtotal_tax: Decimal = ZERO
    tax: Decimal = ZERO
    parent_name: str | None = None
    option: str = ""
    meta: list[Meta] = field(default_factory=list)


@dataclass(slots=True)
class Extra:
    """A shipping line or a fee."""

    id: int
    title: str
    method: str
    total: Decimal
    tax: Decimal = ZERO


@dataclass(slots=True)
class Note:
    id: int
    author: str
    created_at: datetime
    text: str
    for_customer: bool = False


@dataclass(slots=True)
class Refund:
    """`amount` is positive; `lines` are (line of the order, pieces, amount) that came back."""

    id: int
    created_at: datetime
    amount: Decimal
    reason: str
    refunded_by: int
    lines: list[tuple[Line, int, Decimal]] = field(default_factory=list)
    meta: list[Meta] = field(default_factory=list)
    line_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Order:
    id: int
    status: str
    currency: str
    created_at: datetime
    modified_at: datetime
    order_key: str
    billing: Address
    shipping: Address
    customer_id: int = 0
    """0 for a guest."""
    payment_method: str = ""
    payment_method_title: str = ""
    transaction_id: str = ""
    created_via: str = "checkout"
    customer_note: str = ""
    ip_address: str = ""
    user_agent: str = ""
    cart_hash: str = ""
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    lines: list[Line] = field(default_factory=list)
    shipping_lines: list[Extra] = field(default_factory=list)
    fees: list[Extra] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    meta: list[Meta] = field(default_factory=list)
    trashed_from: str | None = None
    """The status that restoring gives back."""
    stock_reduced: bool = False
    cache: dict[tuple[str, ...], bytes] = field(default_factory=dict)
    """JSON as last served, by fields; empty after a change."""

    @property
    def total(self) -> Decimal:
        whole = ZERO
        for line in self.lines:
            whole += line.total + line.tax
        for extra in (*self.shipping_lines, *self.fees):
            whole += extra.total + extra.tax
        return whole

    @property
    def refunded(self) -> Decimal:
        return sum((refund.amount for refund in self.refunds), ZERO)
