"""A shop with everything in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from .access import AuthorizationCode, Installation, Subscription
from .catalog import Location, Product, Variant
from .order import Order
from .people import Customer, Staff

_FIRST_IDS = {
    # Orders and customers straddle 2**53, where a double can no longer hold every integer.
    "Order": 9_007_199_254_740_600,
    "Customer": 9_007_199_254_740_800,
    "Product": 8_714_203_400_000,
    "ProductVariant": 46_512_009_000_000,
}


@dataclass(slots=True)
class Switches:
    """How the shop misbehaves on purpose; all off by default. Probabilities are 0.0 to 1.0."""

    duplicate: float = 0.0
    late: float = 0.0
    reorder: float = 0.0
    drop: float = 0.0
    late_seconds: float = 1.0
    paused: bool = False
    seed: int = 0
    protected: list[str] = field(default_factory=list)
    """`Customer`, `Order` (whole objects), or `Customer.email`, `Order.phone` and the like."""
    linear_costs: bool = False
    bulk_limit: int = 5
    bulk_delay_seconds: float = 0.0
    bulk_fail: bool = False
    bulk_truncate: bool = False
    bulk_expired_url: bool = False


@dataclass
class Shop:
    id: int
    domain: str
    name: str
    currency: str
    iana_timezone: str
    country_code: str
    email: str
    created_at: datetime
    updated_at: datetime
    locale: str = "en"
    plan_name: str = "Basic"
    restore_rate: float = 100.0
    bucket_size: float = 2000.0
    primary_host: str = ""
    taxes_included: bool = True
    tax_title: str = "VAT"
    tax_rate: Decimal = Decimal("0.24")
    rates: dict[str, Decimal] = field(default_factory=dict)
    """Units of each further presentment currency for one unit of the shop's."""
    order_number: int = 1000
    staff: dict[int, Staff] = field(default_factory=dict)
    locations: list[Location] = field(default_factory=list)
    customers: dict[int, Customer] = field(default_factory=dict)
    products: dict[int, Product] = field(default_factory=dict)
    variants: dict[int, Variant] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    deleted_orders: dict[int, Order] = field(default_factory=dict)
    orders_of: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    installations: dict[str, Installation] = field(default_factory=dict)
    codes: dict[str, AuthorizationCode] = field(default_factory=dict)
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    bulk_operations: dict[int, Any] = field(default_factory=dict)
    idempotency: dict[str, Any] = field(default_factory=dict)
    jobs: dict[str, bool] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    chat: dict[str, str] = field(default_factory=dict)
    """The app embed of the theme: `address` of the app and `channel`; empty where it is off."""
    version: int = 0
    """Grows with every change; caches compare it."""
    random: Random = field(default_factory=lambda: Random(0))
    id_base: int = 0
    """Keeps the ids of several shops apart: on the platform they are unique everywhere."""
    _next: dict[str, int] = field(default_factory=dict)

    def next_id(self, kind: str) -> int:
        """A new id; each kind has its own growing sequence, as on the platform."""
        value = self._next.get(kind)
        if value is None:
            value = _FIRST_IDS.get(kind, 13_840_000_000_000) + self.id_base
        self._next[kind] = value + 32
        return value

    def live_product(self, product_id: int | None) -> Product | None:
        return self.products.get(product_id) if product_id is not None else None

    def live_variant(self, variant_id: int | None) -> Variant | None:
        return self.variants.get(variant_id) if variant_id is not None else None

    def orders_for(self, customer_id: int) -> list[Order]:
        """The customer's orders that still exist, oldest first."""
        found = (self.orders.get(order_id) for order_id in self.orders_of.get(customer_id, ()))
        return [order for order in found if order is not None]

    @property
    def name_prefix(self) -> str:
        return self.domain.removesuffix(".myshopify.com")
