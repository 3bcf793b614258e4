"""The whole stand-in world: the atelier, as large as one likes, and small sites of other kinds."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from random import Random

from simulators.woocommerce.actions.basket import Basket, Wanted, build
from simulators.woocommerce.model.order import Note, Order
from simulators.woocommerce.model.people import CUSTOMER_BILLING, CUSTOMER_SHIPPING, User, address
from simulators.woocommerce.seed.population import Town, customer, give_back, settle, trade
from simulators.woocommerce.seed.stores import ATELIER, BLUEPRINTS, Blueprint, open_site
from simulators.woocommerce.state import State

DEFAULT_ORDERS = 60
HEROINE_EMAIL = "dimitra.papadopoulou@example.com"
HEROINE_PHONE = "+306941234567"
_HERS = (
    # days ago, SKU, pieces, shipping, status, payment, with her account
    (702.0, "REP-01", 1, "0.00", "completed", "stripe", False),
    (365.0, "LEN-OF", 1, "4.90", "completed", "bacs", False),
    (120.0, "SUN-AIG-2", 1, "4.90", "completed", "stripe", True),
    (30.0, "LEN-PR-2", 1, "4.90", "completed", "stripe", True),
    (2.0, "CAS-LEA", 1, "2.50", "processing", "cod", True),
)


def _address(town: Town) -> dict[str, str]:
    return {
        "first_name": "Δήμητρα", "last_name": "Παπαδοπούλου", "company": "",
        "address_1": "Σόλωνος 84", "address_2": "3ος όροφος", "city": "Αθήνα", "state": "I",
        "postcode": "10680", "country": "GR", "email": HEROINE_EMAIL, "phone": HEROINE_PHONE,
    }  # fmt: skip


def heroine(town: Town) -> User:
    """Δήμητρα Παπαδοπούλου: two orders as a guest, then an account and three more."""
    site, since = town.site, town.ago(120.01)
    whole = _address(town)
    made = User(
        site.next_id("user"), HEROINE_EMAIL, "dimitra", since, since, "Δήμητρα", "Παπαδοπούλου",
        "customer", address(whole, CUSTOMER_BILLING), address(whole, CUSTOMER_SHIPPING), True,
    )  # fmt: skip
    site.users[made.id] = made
    return made


def heroine_order(town: Town, her: User, index: int) -> Order:
    """One of her five orders; the fourth is partly refunded, the last is cash on delivery."""
    days, sku, pieces, shipping, status, method, with_account = _HERS[index]
    product = next(one.id for one in town.site.products.values() if one.sku == sku)
    wanted = Basket(
        [Wanted(product, pieces)], her.id if with_account else 0, _address(town), {}, method,
        shipping_title="ACS Courier", shipping_price=Decimal(shipping),
    )  # fmt: skip
    at = town.ago(days)
    order = build(town.site, wanted, at)
    settle(town, order, status)
    if index == 3:
        give_back(town, order, Decimal("25.00"), "Έκπτωση για καθυστέρηση", town.ago(days - 9))
    if index == 4:
        text = "Προτιμά παράδοση μετά τις 17:00"
        order.notes.append(Note(town.site.next_id("comment"), "Alex Agent", at, text))
    return order


def _moments(town: Town, count: int, days: float) -> list[datetime]:
    return sorted(town.ago(town.rng.uniform(0.05, days)) for _ in range(count))


def _people(town: Town, count: int) -> None:
    town.buyers = [customer(town) for _ in range(count)]
    town.shelf = [one.id for one in town.site.products.values() if not one.variations]


def _atelier(town: Town, orders: int, customers: int) -> None:
    her = heroine(town)
    _people(town, customers)
    moments = _moments(town, max(0, orders - len(_HERS)), 760)
    for index, (days, *_) in enumerate(_HERS):
        before = [at for at in moments if at < town.ago(days)]
        moments = moments[len(before) :]
        trade(town, before)
        heroine_order(town, her, index)
    trade(town, moments)


def seed_site(
    state: State, plan: Blueprint, now: datetime, seed: int, orders: int, customers: int
) -> None:
    """Add one site with that many orders and customers."""
    site = state.add(open_site(plan, now, seed))
    town = Town(state, site, plan, Random(f"{seed}/{plan.prefix}"), now)
    if plan is ATELIER:
        _atelier(town, orders, customers)
        return
    _people(town, customers)
    trade(town, _moments(town, orders, 300))


def seeded(
    seed: int = 1,
    orders: int = DEFAULT_ORDERS,
    customers: int | None = None,
    plans: Sequence[Blueprint] = BLUEPRINTS,
    now: datetime | None = None,
) -> State:
    """A state with the sites; `orders` and `customers` size the first, the others stay small."""
    state = State()
    now = now or state.clock.stamp()
    if customers is None:
        customers = max(2, orders * 2 // 5)
    gc.disable()
    try:
        for index, plan in enumerate(plans):
            if index == 0:
                seed_site(state, plan, now, seed, orders, customers)
            else:
                seed_site(state, plan, now, seed, 14, 6)
    finally:
        gc.enable()
    return state
