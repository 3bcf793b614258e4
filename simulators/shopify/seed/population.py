"""Customers and their everyday orders, in any number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from simulators.shopify.actions.draft import Basket, Wanted, build
from simulators.shopify.actions.fulfilment import Parcel, apply_event, apply_fulfilment
from simulators.shopify.actions.orders import apply_edit
from simulators.shopify.actions.refunds import RefundWanted, apply_cancel, apply_refund
from simulators.shopify.arithmetic import received
from simulators.shopify.model.order import Order
from simulators.shopify.model.people import Address, Customer
from simulators.shopify.model.shop import Shop
from simulators.shopify.seed.names import Region
from simulators.shopify.seed.stores import Blueprint

_JOURNEY = ("confirmed", "in_transit", "out_for_delivery", "delivered")
_NUMBERS = {
    "ACS Courier": "47{:010d}", "Balíkovna": "NB{:010d}B", "Zásilkovna": "Z {:010d}",
    "InPost": "6{:023d}", "Israel Post": "RR{:09d}IL", "Royal Mail": "JD{:012d}GB",
}  # fmt: skip


@dataclass(slots=True)
class Town:
    """A shop that is being peopled."""

    shop: Shop
    plan: Blueprint
    rng: Random
    now: datetime

    def ago(self, days: float) -> datetime:
        return (self.now - timedelta(days=days)).replace(microsecond=0)

    def region(self) -> Region:
        regions = self.plan.regions
        return self.rng.choices([r for r, _ in regions], [w for _, w in regions])[0]


def address(town: Town, region: Region, first: str | None, last: str | None, phone: str | None) -> (
    Address
):  # fmt: skip
    """A postal address of that region, with its own id."""
    city, postcode, province, code = town.rng.choice(region.places)
    return Address(
        town.shop.next_id("MailingAddress"), first, last, None, town.rng.choice(region.streets),
        None, city, province, code, region.country, region.country_code, postcode, phone,
    )  # fmt: skip


def phone_number(town: Town, region: Region) -> str:
    return region.dial + f"{town.rng.randrange(10_000_000):07d}"[: 12 - len(region.dial)]


def customer(town: Town, region: Region | None = None) -> Customer:
    """A new customer with an account; one in seven without a phone, one in ten without a mail."""
    rng, shop = town.rng, town.shop
    region = region or town.region()
    (first, first_slug), (last, last_slug) = rng.choice(region.first), rng.choice(region.last)
    number = len(shop.customers) + 1
    phone = phone_number(town, region) if rng.random() > 0.15 else None
    has_mail = rng.random() > 0.1 or phone is None
    created = town.ago(rng.uniform(1, 900))
    made = Customer(
        shop.next_id("Customer"), first, last,
        f"{first_slug}.{last_slug}{number}@example.com" if has_mail else None,
        phone, region.locale, created, created,
        tags=rng.choice(([], [], ["newsletter"], ["vip", "newsletter"], ["wholesale"])),
        verified_email=rng.random() > 0.2,
        email_marketing=rng.choice(("not_subscribed", "subscribed", "unsubscribed")),
    )  # fmt: skip
    if rng.random() > 0.05:
        made.addresses.append(address(town, region, first, last, phone))
    shop.customers[made.id] = made
    return made


def basket(town: Town, buyer: Customer | None, region: Region) -> Basket:
    """What somebody of the region buys today."""
    rng, shop = town.rng, town.shop
    variants = list(shop.variants)
    picks = rng.sample(variants, k=min(len(variants), rng.choice((1, 1, 1, 2, 2, 3, 5))))
    lines = [Wanted(v, rng.choice((1, 1, 1, 2, 3))) for v in picks]
    title, price = rng.choice(town.plan.shipping)
    cheap = Basket(lines, shipping_title=title, shipping_price=price, locale=region.locale)
    if shop.rates and rng.random() < 0.25:
        cheap.presentment_currency = rng.choice(list(shop.rates))
    roll = rng.random()
    if roll < 0.12:
        cheap.discount_code, cheap.discount_percent = "WELCOME10", 10
    elif roll < 0.18:
        cheap.discount_code, cheap.discount_amount = "TENOFF", price * 2 + 1
    elif roll < 0.25:
        cheap.free_shipping = True
    if buyer is not None:
        cheap.customer_id, cheap.email, cheap.phone = buyer.id, buyer.email, buyer.phone
        if buyer.addresses:
            cheap.shipping_address = replace(buyer.addresses[0])
    else:
        (first, slug), (last, tail) = rng.choice(region.first), rng.choice(region.last)
        phone = phone_number(town, region)
        cheap.email = f"{slug}.{tail}.guest{rng.randrange(10**6)}@example.net"
        cheap.shipping_address = address(town, region, first, last, phone)
    pay = rng.random()
    if pay < 0.10:
        cheap.payment, cheap.gateway = "pending", "Cash on Delivery (COD)"
    elif pay < 0.15:
        cheap.payment = "authorized"
    cheap.test = rng.random() < 0.02
    if rng.random() < 0.1:
        cheap.note = rng.choice(("Παρακαλώ χτυπήστε το κουδούνι", "Gift wrap, please", "שקט בבקשה"))
    return cheap


def parcel(town: Town, region: Region, lines: list[tuple[int, int]] | None = None) -> Parcel:
    company = town.rng.choice(region.carriers)
    pattern = _NUMBERS.get(company, "{:010d}")
    return Parcel(lines, company, pattern.format(town.rng.randrange(10**9)))


def _ship(town: Town, order: Order, region: Region, at: datetime) -> None:
    rng, shop = town.rng, town.shop
    halves: list[list[tuple[int, int]] | None] = [None]
    first = order.lines[0]
    ships = [line for line in order.lines if line.fulfillable_quantity]
    if first in ships and len(ships) > 1 and rng.random() < 0.3:
        halves = [[(first.id, first.fulfillable_quantity)], None]
        if rng.random() < 0.3:
            halves.pop()
    for index, half in enumerate(halves):
        sent = min(at + timedelta(hours=20 * (index + 1)), town.now)
        made = apply_fulfilment(shop, order, parcel(town, region, half), sent)
        for step, status in enumerate(_JOURNEY[: rng.randrange(5)]):
            moment = min(sent + timedelta(hours=9 * step + 1), town.now)
            apply_event(shop, made, status, moment.replace(microsecond=0))
        order.updated_at = max(order.updated_at, made.updated_at)


def _afterwards(town: Town, order: Order, at: datetime) -> None:
    rng, shop = town.rng, town.shop
    roll = rng.random()
    later = min(at + timedelta(days=rng.uniform(1, 12)), town.now).replace(microsecond=0)
    if not received(order):
        return
    line = order.lines[0]
    if roll < 0.08:
        wanted = RefundWanted([(line.id, 1)], note="Does not fit")
        apply_refund(shop, order, wanted, later)
    elif roll < 0.11:
        apply_refund(shop, order, RefundWanted(amount=received(order).shop // 7), later)
    elif roll < 0.13:
        pieces = [(one.id, one.current_quantity) for one in order.lines]
        wanted = RefundWanted(pieces, full_shipping=True, restock=False)
        apply_refund(shop, order, wanted, later)


def live(town: Town, order: Order, region: Region) -> None:
    """Let an order go its way: edited, cancelled, sent, delivered, refunded."""
    rng, shop = town.rng, town.shop
    at = order.created_at
    soon = min(at + timedelta(hours=rng.uniform(0.2, 6)), town.now).replace(microsecond=0)
    roll = rng.random()
    if roll < 0.05:
        apply_cancel(shop, order, soon, reason=rng.choice(("customer", "inventory", "fraud")),
                     refund=True, restock=True)  # fmt: skip
        return
    if roll < 0.09:
        extra = [Wanted(rng.choice(list(shop.variants)))]
        gone = [(order.lines[0].id, 1)] if order.lines[0].quantity > 1 else []
        apply_edit(shop, order, soon, extra, gone)
    waits = town.now - at < timedelta(days=2) or rng.random() < 0.08
    if not waits:
        _ship(town, order, region, soon)
    _afterwards(town, order, soon)


def people(town: Town, customers: int) -> list[Customer]:
    return [customer(town) for _ in range(customers)]


def trade(town: Town, buyers: list[Customer], moments: list[datetime]) -> None:
    """One everyday order at each moment; a seventh of them by guests, some by one heavy buyer."""
    rng = town.rng
    regions = {region.locale: region for region, _ in town.plan.regions}
    for at in moments:
        roll = rng.random()
        buyer = None if roll < 0.15 else buyers[0] if roll < 0.22 else rng.choice(buyers)
        region = regions.get(buyer.locale) if buyer else town.region()
        region = region or town.region()
        order = build(town.shop, basket(town, buyer, region), at)
        live(town, order, region)
