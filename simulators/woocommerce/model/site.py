"""One WordPress site with WooCommerce."""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from zoneinfo import ZoneInfo

from simulators.woocommerce.model.access import ApiKey, ApplicationPassword, Webhook
from simulators.woocommerce.model.catalog import Product
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.switches import Switches

CORE_STATUSES = {
    "pending": "Pending payment",
    "processing": "Processing",
    "on-hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "failed": "Failed",
    "checkout-draft": "Draft",
}
NAMESPACES = (
    "oembed/1.0", "wc/v3", "wc/v1", "wc-admin", "wc-analytics", "wc/store", "wc/store/v1",
    "wc/private", "wc/v2", "wc-admin-email", "wc-telemetry", "wccom-site/v3", "wp/v2",
    "wp-site-health/v1", "wp-block-editor/v1",
)  # fmt: skip


@dataclass
class Site:
    """`prefix` is its path below the server (`` or `/shop`); `home` overrides the own address."""

    name: str
    prefix: str = ""
    currency: str = "EUR"
    decimals: int = 2
    zone: str = "Europe/Athens"
    country: str = "GR"
    locale: str = "el"
    description: str = ""
    pretty_permalinks: bool = True
    keys_over_http: bool = True
    """Treat plain http as if it were https: Basic keys and application passwords work."""
    strict_addresses: bool = False
    """Deliver only to public hosts on ports 80, 443 and 8080, as the real one does."""
    https_callbacks_only: bool = False
    auto_consent: bool = False
    """wc-auth signs the first manager in and approves by itself."""
    tax_percent: Decimal = Decimal(0)
    """Included in prices."""
    latency_seconds: float = 0.0
    """Added to every answer of the REST API."""
    home: str = ""
    switches: Switches = field(default_factory=Switches)
    extra_statuses: dict[str, str] = field(default_factory=dict)
    namespaces: list[str] = field(default_factory=lambda: list(NAMESPACES))
    users: dict[int, User] = field(default_factory=dict)
    products: dict[int, Product] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    gone: dict[int, Order] = field(default_factory=dict)
    """Orders that were deleted for good."""
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    application_passwords: list[ApplicationPassword] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(1))
    version: int = 0
    """Counts changes of orders."""
    listings: dict[object, list[int]] = field(default_factory=dict)
    """Filtered and sorted ids as last asked for."""
    _counters: defaultdict[str, Iterator[int]] = field(
        default_factory=lambda: defaultdict(lambda: itertools.count(1))
    )

    def __post_init__(self) -> None:
        self._counters["post"] = itertools.count(11)

    def next_id(self, kind: str) -> int:
        """Ids of posts (orders, refunds, products), users, items, meta, comments, …"""
        return next(self._counters[kind])

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def store_id(self) -> str:
        digest = hashlib.sha256(f"store/{self.name}/{self.prefix}".encode()).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"

    @property
    def statuses(self) -> dict[str, str]:
        return {**CORE_STATUSES, **self.extra_statuses}

    def money(self, amount: Decimal) -> Decimal:
        """The amount in the store's decimals, rounded half up."""
        return amount.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)

    def touch(self, order: Order, at: datetime | None = None) -> None:
        """An order changed: cached answers go, and with `at` its date of change moves."""
        if at is not None:
            order.modified_at = at
        order.cache.clear()
        self.version += 1
        self.listings.clear()

    def manager(self) -> User:
        """The first who may manage the shop."""
        return next(user for user in self.users.values() if user.manages)

    def local(self, moment: datetime | None) -> str | None:
        """`2026-11-21T21:35:59` on the site's own clock."""
        return moment.astimezone(self.tz).strftime("%Y-%m-%dT%H:%M:%S") if moment else None


def gmt(moment: datetime | None) -> str | None:
    """`2026-11-22T02:35:59`, UTC without saying so."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S") if moment else None
