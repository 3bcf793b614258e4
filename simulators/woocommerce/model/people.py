"""WordPress users: customers, subscribers and the shop's own staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ORDER_BILLING = (
    "first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode",
    "country", "email", "phone",
)  # fmt: skip
"""In the order of an order's body; a customer's has the state after the country."""
CUSTOMER_BILLING = (*ORDER_BILLING[:6], "postcode", "country", "state", "email", "phone")
ORDER_SHIPPING = (*ORDER_BILLING[:9], "phone")
CUSTOMER_SHIPPING = (*CUSTOMER_BILLING[:9], "phone")
MANAGERS = frozenset({"administrator", "shop_manager"})
"""Roles with the capability manage_woocommerce."""

Address = dict[str, str]


def address(given: dict[str, Any] | None, fields: tuple[str, ...]) -> Address:
    """The given fields of an address, the others empty."""
    given = given or {}
    return {name: str(given.get(name) or "") for name in fields}


@dataclass(slots=True)
class Meta:
    id: int
    key: str
    value: Any


@dataclass(slots=True)
class User:
    id: int
    email: str
    username: str
    created_at: datetime
    modified_at: datetime | None = None
    first_name: str = ""
    last_name: str = ""
    role: str = "customer"
    billing: Address = field(default_factory=lambda: address(None, CUSTOMER_BILLING))
    shipping: Address = field(default_factory=lambda: address(None, CUSTOMER_SHIPPING))
    is_paying: bool = False
    locale: str = ""
    password: str = ""
    """For signing in at this site's own pages; empty for those who never do."""
    meta: list[Meta] = field(default_factory=list)

    @property
    def manages(self) -> bool:
        """May see and change orders, and hand out keys."""
        return self.role in MANAGERS

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.username
