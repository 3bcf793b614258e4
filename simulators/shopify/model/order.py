"""An order and everything that hangs on it. Amounts are `Bag`s of minor units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from simulators.shopify.currency import ZERO, Bag

from .people import Address


@dataclass(slots=True)
class TaxLine:
    title: str
    rate: Decimal
    price: Bag
    """Of the whole ordered quantity."""


@dataclass(slots=True)
class Allocation:
    index: int
    amount: Bag
    """Of the whole ordered quantity."""


@dataclass(slots=True)
class LineItem:
    id: int
    variant_id: int | None
    product_id: int | None
    title: str
    variant_title: str | None
    sku: str | None
    vendor: str | None
    quantity: int
    price: Bag
    taxes: list[TaxLine] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    current_quantity: int = 0
    fulfilled_quantity: int = 0
    withdrawn_quantity: int = 0
    """Pieces that will never ship: taken off by an edit, or refunded before they were sent."""
    requires_shipping: bool = True
    taxable: bool = True
    grams: int = 200
    added_by_edit: bool = False
    attributes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title

    @property
    def fulfillable_quantity(self) -> int:
        return max(0, self.quantity - self.withdrawn_quantity - self.fulfilled_quantity)


@dataclass(slots=True)
class ShippingLine:
    id: int
    title: str
    code: str
    price: Bag
    source: str = "shopify"
    taxes: list[TaxLine] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    refunded: Bag = ZERO
    refunded_tax: Bag = ZERO


@dataclass(slots=True)
class Discount:
    """A discount application. `value` is a percentage, or minor units of presentment money."""

    kind: str
    label: str
    value_type: str
    value: Decimal
    target_type: str = "line_item"
    target_selection: str = "all"
    allocation_method: str = "across"


@dataclass(slots=True)
class Transaction:
    id: int
    kind: str
    status: str
    amount: Bag
    gateway: str
    created_at: datetime
    parent_id: int | None = None
    test: bool = False
    payment_id: str = ""
    error_code: str | None = None
    message: str | None = None
    user_id: int | None = None


@dataclass(slots=True)
class RefundLine:
    id: int
    line_item_id: int
    quantity: int
    restock_type: str
    location_id: int | None
    subtotal: Bag
    total_tax: Bag


@dataclass(slots=True)
class RefundShipping:
    id: int
    shipping_line_id: int
    subtotal: Bag
    tax: Bag


@dataclass(slots=True)
class Adjustment:
    """What a refund paid beyond (negative) or below (positive) the worth of what came back."""

    id: int
    amount: Bag
    kind: str = "refund_discrepancy"
    reason: str = "Refund discrepancy"


@dataclass(slots=True)
class Refund:
    id: int
    created_at: datetime
    note: str | None = None
    user_id: int | None = None
    lines: list[RefundLine] = field(default_factory=list)
    shipping: list[RefundShipping] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    restock: bool = False


@dataclass(slots=True)
class Tracking:
    company: str | None
    number: str | None
    url: str | None


@dataclass(slots=True)
class FulfillmentEvent:
    id: int
    status: str
    happened_at: datetime
    created_at: datetime
    message: str | None = None
    city: str | None = None
    country: str | None = None
    zip: str | None = None


@dataclass(slots=True)
class FulfillmentLine:
    id: int
    line_item_id: int
    quantity: int


@dataclass(slots=True)
class Fulfillment:
    id: int
    name: str
    created_at: datetime
    updated_at: datetime
    location_id: int
    lines: list[FulfillmentLine]
    tracking: list[Tracking] = field(default_factory=list)
    events: list[FulfillmentEvent] = field(default_factory=list)
    status: str = "success"
    service: str = "manual"

    @property
    def shipment_status(self) -> str | None:
        return self.events[-1].status if self.events else None


@dataclass(slots=True)
class OrderEdit:
    id: int
    at: datetime
    additions: list[tuple[int, int]]
    """Pairs of line id and pieces added."""
    removals: list[tuple[int, int]]
    note: str | None = None
    notify_customer: bool = False
    user_id: int | None = None


@dataclass(slots=True)
class Order:
    id: int
    number: int
    name: str
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    currency: str
    presentment_currency: str
    rate: Decimal
    """Presentment units for one unit of shop money."""
    token: str
    confirmation_number: str
    customer_id: int | None = None
    email: str | None = None
    phone: str | None = None
    locale: str = "en"
    taxes_included: bool = False
    test: bool = False
    note: str | None = None
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    source_name: str = "web"
    gateway: str = "shopify_payments"
    billing_address: Address | None = None
    shipping_address: Address | None = None
    lines: list[LineItem] = field(default_factory=list)
    shipping_lines: list[ShippingLine] = field(default_factory=list)
    discounts: list[Discount] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    fulfillments: list[Fulfillment] = field(default_factory=list)
    edits: list[OrderEdit] = field(default_factory=list)
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    staff_note: str | None = None
    closed_at: datetime | None = None
    deleted_at: datetime | None = None

    def line(self, line_id: int) -> LineItem:
        """The line of that id; raises `KeyError`."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise KeyError(line_id)
