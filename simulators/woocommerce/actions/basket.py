"""What somebody buys, and the lines that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from simulators.woocommerce.model.catalog import Product
from simulators.woocommerce.model.order import Extra, Line, Order
from simulators.woocommerce.model.people import (
    ORDER_BILLING,
    ORDER_SHIPPING,
    Address,
    Meta,
    address,
)
from simulators.woocommerce.model.site import Site

HUNDRED = Decimal(100)
METHODS = {
    "bacs": "Direct bank transfer",
    "cod": "Cash on delivery",
    "cheque": "Check payments",
    "stripe": "Credit / Debit Card",
}


@dataclass(slots=True)
class Wanted:
    """Pieces of a product or variation; `total` replaces its price."""

    product_id: int
    quantity: int = 1
    total: Decimal | None = None


@dataclass(slots=True)
class Basket:
    """`shipping_price` and totals are what the buyer pays, tax included."""

    lines: list[Wanted]
    customer_id: int = 0
    billing: Address = field(default_factory=dict)
    shipping: Address = field(default_factory=dict)
    payment_method: str = "stripe"
    payment_method_title: str = ""
    shipping_title: str = ""
    shipping_price: Decimal | None = None
    fees: list[tuple[str, Decimal]] = field(default_factory=list)
    currency: str = ""
    status: str = "pending"
    created_via: str = "checkout"
    customer_note: str = ""
    meta: list[tuple[str, str]] = field(default_factory=list)
    transaction_id: str = ""


class Refused(ValueError):
    """The store does not do that."""


def split_tax(site: Site, gross: Decimal) -> tuple[Decimal, Decimal]:
    """Net and tax of an amount that includes tax."""
    gross = site.money(gross)
    if not site.tax_percent:
        return gross, Decimal(0)
    net = site.money(gross * HUNDRED / (HUNDRED + site.tax_percent))
    return net, gross - net


def line(site: Site, wanted: Wanted) -> Line:
    """A new line; raises `Refused` for an unknown product."""
    product = site.products.get(wanted.product_id)
    if product is None:
        raise Refused(f"no product {wanted.product_id}")
    gross = wanted.total if wanted.total is not None else product.price * wanted.quantity
    net, tax = split_tax(site, gross)
    full, full_tax = split_tax(site, product.price * wanted.quantity)
    parent = site.products.get(product.parent_id) if product.parent_id else None
    made = Line(
        site.next_id("item"), product.name, parent.id if parent else product.id,
        product.id if parent else 0, wanted.quantity, full, net, product.sku, full_tax, tax,
        parent.name if parent else None, product.option,
    )  # fmt: skip
    if product.option:
        made.meta.append(Meta(site.next_id("item_meta"), "style", product.option))
    return made


def _extra(site: Site, title: str, method: str, gross: Decimal) -> Extra:
    net, tax = split_tax(site, gross)
    return Extra(site.next_id("item"), title, method, net, tax)


def order_key(site: Site) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"
    return "wc_order_" + "".join(site.random.choices(letters, k=13))


def build(site: Site, basket: Basket, at: datetime) -> Order:
    """The order in the site, without anybody being told."""
    known = METHODS.get(basket.payment_method, basket.payment_method)
    made = Order(
        site.next_id("post"), basket.status, basket.currency or site.currency, at, at,
        order_key(site), address(basket.billing, ORDER_BILLING),
        address(basket.shipping, ORDER_SHIPPING), basket.customer_id, basket.payment_method,
        basket.payment_method_title or known, basket.transaction_id, basket.created_via,
        basket.customer_note,
    )  # fmt: skip
    made.lines = [line(site, one) for one in basket.lines]
    made.fees = [_extra(site, title, "", gross) for title, gross in basket.fees]
    if basket.shipping_price is not None:
        title = basket.shipping_title or "Flat rate"
        made.shipping_lines = [_extra(site, title, "flat_rate", basket.shipping_price)]
    made.meta = [Meta(site.next_id("meta"), key, value) for key, value in basket.meta]
    if made.created_via in ("checkout", "store-api"):
        made.ip_address = "203.0.113.7"
        made.user_agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    site.orders[made.id] = made
    site.touch(made)
    return made


def style_of(product: Product) -> str:
    return f" ({product.option})" if product.option else ""
