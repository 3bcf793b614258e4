"""Customers and their everyday orders, in any number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from simulators.shopify.seed.names import Region
from simulators.woocommerce.actions.basket import Basket, Wanted, build
from simulators.woocommerce.actions.refund_rows import add_row
from simulators.woocommerce.model.order import Note, Order
from simulators.woocommerce.model.people import CUSTOMER_BILLING, CUSTOMER_SHIPPING, User, address
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.seed.stores import Blueprint
from simulators.woocommerce.state import State

_FATES = (
    ("completed", 58), ("processing", 14), ("on-hold", 5), ("pending", 3), ("cancelled", 6),
    ("refunded", 4), ("failed", 2), ("checkout-draft", 2), ("plugin", 4), ("trash", 2),
)  # fmt: skip
_METHODS = (("stripe", 50), ("cod", 28), ("bacs", 22))


@dataclass(slots=True)
class Town:
    """A site that is being peopled."""

    state: State
    site: Site
    plan: Blueprint
    rng: Random
    now: datetime
    buyers: list[User] = field(default_factory=list)
    shelf: list[int] = field(default_factory=list)

    def ago(self, days: float) -> datetime:
        return (self.now - timedelta(days=days)).replace(microsecond=0)

    def pick(self, weighted: tuple[tuple[str, int], ...]) -> str:
        names, weights = zip(*weighted, strict=True)
        return str(self.rng.choices(names, weights)[0])

    def region(self) -> Region:
        regions = self.plan.regions
        return self.rng.choices([r for r, _ in regions], [w for _, w in regions])[0]


def billing(town: Town, region: Region, email: str, first: str, last: str) -> dict[str, str]:
    """A postal address of that region with a phone number."""
    city, postcode, _, code = town.rng.choice(region.places)
    phone = region.dial + f"{town.rng.randrange(10_000_000):07d}"[: 12 - len(region.dial)]
    return {
        "first_name": first, "last_name": last, "company": "",
        "address_1": town.rng.choice(region.streets), "address_2": "", "city": city,
        "state": code or "", "postcode": postcode, "country": region.country_code,
        "email": email, "phone": phone if town.rng.random() > 0.12 else "",
    }  # fmt: skip


def customer(town: Town) -> User:
    """An account; one in twelve is a plain subscriber."""
    rng, site, region = town.rng, town.site, town.region()
    (first, slug), (last, tail) = rng.choice(region.first), rng.choice(region.last)
    number = site.next_id("user")
    email = f"{slug}.{tail}{number}@example.com"
    at = town.ago(rng.uniform(1, 900))
    whole = billing(town, region, email, first, last)
    made = User(
        number, email, f"{slug}{number}", at, at, first, last,
        "subscriber" if rng.random() < 0.08 else "customer",
        address(whole, CUSTOMER_BILLING), address(whole, CUSTOMER_SHIPPING),
    )  # fmt: skip
    site.users[made.id] = made
    return made


def basket(town: Town, buyer: User | None) -> Basket:
    """What somebody buys today."""
    rng = town.rng
    picks = rng.sample(town.shelf, k=min(len(town.shelf), rng.choice((1, 1, 1, 2, 2, 3))))
    if buyer is not None:
        whole = dict(buyer.billing)
    else:
        region = town.region()
        (first, slug), (last, tail) = rng.choice(region.first), rng.choice(region.last)
        email = f"{slug}.{tail}.guest{rng.randrange(10**6)}@example.net"
        whole = billing(town, region, email, first, last)
    title, price = rng.choice(town.plan.shipping)
    return Basket(
        [Wanted(one, rng.choice((1, 1, 1, 2, 3))) for one in picks], buyer.id if buyer else 0,
        whole, dict(whole) if rng.random() < 0.4 else {}, town.pick(_METHODS),
        shipping_title=title, shipping_price=Decimal(price),
        created_via="store-api" if rng.random() < 0.5 else "checkout",
        customer_note=rng.choice(("Χτυπήστε το κουδούνι", "Gift wrap, please", "שקט בבקשה"))
        if rng.random() < 0.08 else "",
    )  # fmt: skip


def settle(town: Town, order: Order, status: str) -> None:
    """Bring a fresh order to a status, with the dates that go with it."""
    at, site = order.created_at, town.site
    soon = min(at + timedelta(minutes=town.rng.uniform(1, 300)), town.now).replace(microsecond=0)
    later = min(soon + timedelta(days=town.rng.uniform(0.5, 6)), town.now).replace(microsecond=0)
    order.status = status
    paid = status in ("completed", "processing", "refunded", "awaiting-lenses", "trash")
    if paid and (order.payment_method != "cod" or status in ("completed", "refunded")):
        order.paid_at = soon
        if order.customer_id:
            site.users[order.customer_id].is_paying = True
    if status == "completed":
        order.completed_at = later
    order.modified_at = later if status in ("completed", "refunded", "cancelled", "trash") else soon
    if status == "trash":
        order.trashed_from = "processing"
    if order.paid_at is not None:
        order.notes.append(Note(site.next_id("comment"), "WooCommerce", soon, "Payment complete."))


def give_back(town: Town, order: Order, amount: Decimal, reason: str, at: datetime) -> None:
    made = add_row(town.state, town.site, order, town.site.money(amount), reason, [])
    made.created_at = order.modified_at = max(at.replace(microsecond=0), order.modified_at)


def live(town: Town, order: Order) -> None:
    """Let an order go its way."""
    fate = town.pick(_FATES)
    statuses = town.plan.statuses
    status = fate if fate != "plugin" else (statuses[0][0] if statuses else "processing")
    settle(town, order, status)
    then = min(order.modified_at + timedelta(days=2), town.now)
    if status == "refunded":
        give_back(town, order, order.total, "Order fully refunded.", then)
    elif status in ("completed", "processing", "cancelled") and town.rng.random() < 0.07:
        if order.total > 0:
            why = town.rng.choice(("damaged", "Λάθος μέγεθος"))
            give_back(town, order, order.total / 4, why, then)
    if status == "checkout-draft":
        for name in order.billing:
            order.billing[name] = ""


def trade(town: Town, moments: list[datetime]) -> None:
    """One everyday order at each moment; a third of them by guests."""
    rng = town.rng
    for at in moments:
        buyer = None if rng.random() < 0.33 or not town.buyers else rng.choice(town.buyers)
        live(town, build(town.site, basket(town, buyer), at))
