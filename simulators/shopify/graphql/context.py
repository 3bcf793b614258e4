"""What a resolver knows about the request, and the shapes that money and owned things take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from simulators.shopify.arithmetic import Totals, totals
from simulators.shopify.currency import Bag
from simulators.shopify.graphql.schema import AdminSchema
from simulators.shopify.model.access import AccessToken, Installation
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

WINDOW = timedelta(days=60)
"""How far back orders are seen without `read_all_orders`."""


@dataclass
class Context:
    state: State
    shop: Shop
    installation: Installation
    token: AccessToken
    admin: AdminSchema
    now: datetime
    warnings: list[dict[str, Any]] = field(default_factory=list)
    idempotency_key: str | None = None
    _order: Order | None = None
    _totals: Totals | None = None
    _plans: dict[tuple[str, str], Any] = field(default_factory=dict)

    def granted(self, scopes: tuple[str, ...]) -> bool:
        """Whether one of the scopes is held (writing includes reading)."""
        if not scopes:
            return True
        held = self.token.scopes
        return any(
            scope in held
            or (scope.startswith("read_") and scope.replace("read_", "write_", 1) in held)
            for scope in scopes
        )

    def visible(self, order: Order) -> bool:
        """Whether the app may see an order of that age."""
        return "read_all_orders" in self.token.scopes or order.created_at >= self.now - WINDOW

    @property
    def sees_all(self) -> bool:
        return "read_all_orders" in self.token.scopes

    def totals(self, order: Order) -> Totals:
        """The order's sums, computed once while it is being written."""
        if self._order is not order or self._totals is None:
            self._order, self._totals = order, totals(order)
        return self._totals

    def forget(self) -> None:
        """After a mutation: nothing computed before holds."""
        self._order = self._totals = None


Resolver = Callable[[Any, dict[str, Any], Context], Any]
Fields = dict[str, Resolver]


@dataclass(slots=True)
class Amounts:
    """A MoneyBag."""

    bag: Bag
    currency: str
    presentment: str


@dataclass(slots=True)
class Coin:
    """A MoneyV2."""

    minor: int
    currency: str


@dataclass(slots=True)
class Owned:
    """Something that belongs to an order; a subclass for each GraphQL type."""

    order: Order
    it: Any


def gid(kind: str, number: int | str) -> str:
    return f"gid://shopify/{kind}/{number}"


def money(order: Order, bag: Bag) -> Amounts:
    return Amounts(bag, order.currency, order.presentment_currency)
