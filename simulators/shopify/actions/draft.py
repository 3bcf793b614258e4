"""Building an order from what somebody wants to buy, with the store's prices and taxes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from simulators.shopify.arithmetic import net, shipping_net, totals
from simulators.shopify.currency import Bag, convert, share
from simulators.shopify.model.catalog import Variant
from simulators.shopify.model.order import (
    Allocation,
    Discount,
    LineItem,
    Order,
    ShippingLine,
    TaxLine,
    Transaction,
)
from simulators.shopify.model.people import Address
from simulators.shopify.model.shop import Shop

from . import Refused

ONE = Decimal(1)


@dataclass(slots=True)
class Wanted:
    variant_id: int
    quantity: int = 1


@dataclass(slots=True)
class Basket:
    """What is bought, by whom and how. Amounts are minor units of the shop's currency."""

    lines: list[Wanted]
    customer_id: int | None = None
    email: str | None = None
    phone: str | None = None
    locale: str = "en"
    presentment_currency: str | None = None
    shipping_title: str = "Standard"
    shipping_price: int = 0
    free_shipping: bool = False
    discount_code: str | None = None
    discount_percent: int = 0
    discount_amount: int = 0
    payment: str = "paid"
    """paid, authorized or pending (cash on delivery and the like)."""
    gateway: str = "shopify_payments"
    shipping_address: Address | None = None
    billing_address: Address | None = None
    test: bool = False
    note: str | None = None
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    source_name: str = "web"


def bag(shop: Shop, minor: int, presentment: str, rate: Decimal) -> Bag:
    """`minor` of shop money, and what the buyer sees of it."""
    if presentment == shop.currency:
        return Bag(minor, minor)
    return Bag(minor, convert(minor, shop.currency, presentment, rate))


def taxes_on(shop: Shop, amount: Bag) -> list[TaxLine]:
    """The shop's tax within (or upon) an amount after discounts."""
    points = int(shop.tax_rate * 10_000)
    if not points:
        return []
    whole = 10_000 + points if shop.taxes_included else 10_000
    price = Bag(share(amount.shop, points, whole), share(amount.presentment, points, whole))
    return [TaxLine(shop.tax_title, shop.tax_rate, price)]


def line_of(
    shop: Shop, variant: Variant, quantity: int, presentment: str, rate: Decimal
) -> LineItem:
    product = shop.products[variant.product_id]
    single = variant.title == "Default Title"
    return LineItem(
        id=shop.next_id("LineItem"),
        variant_id=variant.id,
        product_id=product.id,
        title=product.title,
        variant_title=None if single else variant.title,
        sku=variant.sku,
        vendor=product.vendor,
        quantity=quantity,
        price=bag(shop, variant.price, presentment, rate),
        current_quantity=quantity,
        grams=variant.grams,
        requires_shipping=variant.requires_shipping,
    )


def _discounts(order: Order, basket: Basket) -> None:
    percent, fixed = basket.discount_percent, basket.discount_amount
    if not percent and not fixed:
        return
    index = len(order.discounts)
    kind = "discount_code" if basket.discount_code else "manual"
    label = basket.discount_code or "Courtesy"
    if percent:
        order.discounts.append(Discount(kind, label, "percentage", Decimal(percent)))
        for line in order.lines:
            worth = line.price.times(line.quantity)
            line.allocations.append(Allocation(index, worth.part(percent, 100)))
        return
    whole = sum(line.price.shop * line.quantity for line in order.lines)
    fixed = min(fixed, whole)
    off = Bag(fixed, _presentment(order, fixed))
    order.discounts.append(Discount(kind, label, "fixed_amount", Decimal(off.presentment)))
    given = Bag()
    for line in order.lines[:-1]:
        piece = off.part(line.price.shop * line.quantity, whole)
        line.allocations.append(Allocation(index, piece))
        given = given + piece
    order.lines[-1].allocations.append(Allocation(index, off - given))


def _presentment(order: Order, minor: int) -> int:
    return convert(minor, order.currency, order.presentment_currency, order.rate)


def _shipping(shop: Shop, order: Order, basket: Basket) -> None:
    if not any(line.requires_shipping for line in order.lines):
        return
    price = bag(shop, basket.shipping_price, order.presentment_currency, order.rate)
    line = ShippingLine(
        shop.next_id("ShippingLine"), basket.shipping_title, basket.shipping_title, price
    )
    if basket.free_shipping and price:
        index = len(order.discounts)
        order.discounts.append(
            Discount("automatic", "Free shipping", "percentage", Decimal(100), "shipping_line")
        )
        line.allocations.append(Allocation(index, price))
    else:
        line.taxes = taxes_on(shop, price)
    order.shipping_lines.append(line)


def _payment(shop: Shop, order: Order, basket: Basket, due: Bag) -> None:
    if not due:
        return
    kind = "authorization" if basket.payment == "authorized" else "sale"
    status = "pending" if basket.payment == "pending" else "success"
    order.transactions.append(
        Transaction(
            id=shop.next_id("OrderTransaction"),
            kind=kind,
            status=status,
            amount=due,
            gateway=basket.gateway,
            created_at=order.created_at,
            test=basket.test,
            payment_id=f"{order.name}.1",
        )
    )


def _blank(shop: Shop, basket: Basket, at: datetime, presentment: str, rate: Decimal) -> Order:
    """The order's head, with the next number and without lines."""
    shop.order_number += 1
    number = shop.order_number
    return Order(
        id=shop.next_id("Order"),
        number=number,
        name=f"#{number}",
        created_at=at,
        processed_at=at,
        updated_at=at,
        currency=shop.currency,
        presentment_currency=presentment,
        rate=rate,
        token=f"{shop.random.getrandbits(128):032x}",
        confirmation_number=f"{shop.random.getrandbits(40):010X}"[:9],
        customer_id=basket.customer_id,
        email=basket.email,
        phone=basket.phone,
        locale=basket.locale,
        taxes_included=shop.taxes_included,
        test=basket.test,
        note=basket.note,
        tags=list(basket.tags),
        attributes=list(basket.attributes),
        source_name=basket.source_name,
        gateway=basket.gateway,
        billing_address=basket.billing_address or basket.shipping_address,
        shipping_address=basket.shipping_address,
    )


def build(shop: Shop, basket: Basket, at: datetime) -> Order:
    """A new order that stands in the shop, without any topic fired; raises `Refused`."""
    presentment = basket.presentment_currency or shop.currency
    if presentment != shop.currency and presentment not in shop.rates:
        raise Refused(f"{presentment} is not enabled")
    if not basket.lines:
        raise Refused("An order needs a line")
    rate = shop.rates.get(presentment, ONE) if presentment != shop.currency else ONE
    order = _blank(shop, basket, at, presentment, rate)
    for wanted in basket.lines:
        variant = shop.variants.get(wanted.variant_id)
        if variant is None or wanted.quantity < 1:
            raise Refused(f"Variant {wanted.variant_id} cannot be bought")
        order.lines.append(line_of(shop, variant, wanted.quantity, presentment, rate))
        if variant.tracked and variant.stock:
            variant.stock[next(iter(variant.stock))] -= wanted.quantity
    _discounts(order, basket)
    for line in order.lines:
        line.taxes = taxes_on(shop, net(line, line.quantity))
    _shipping(shop, order, basket)
    for carriage in order.shipping_lines:
        if not shipping_net(carriage):
            carriage.taxes = []
    _payment(shop, order, basket, totals(order).total)
    shop.orders[order.id] = order
    if order.customer_id is not None:
        shop.orders_of[order.customer_id].append(order.id)
    return order
