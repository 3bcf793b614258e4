"""The whole stand-in world: several shops, of which the first may be as large as one likes."""

from __future__ import annotations

import gc
from datetime import datetime
from random import Random

from simulators.shopify.config import AppConfig
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.seed.cases import (
    guests,
    heroine,
    heroine_days,
    heroine_order,
    life_cases,
    money_cases,
    rename,
)
from simulators.shopify.seed.population import Town, people, trade
from simulators.shopify.seed.stores import AEGEAN, BLUEPRINTS, Blueprint, open_shop
from simulators.shopify.state import State

DEFAULT_ORDERS = 160
DEFAULT_CUSTOMERS = 60
FIRST_SHOP = AEGEAN.domain


def _settle(town: Town) -> None:
    """Customers were last updated by their newest order; products by nothing."""
    for customer_id, order_ids in town.shop.orders_of.items():
        newest = max(town.shop.orders[one].created_at for one in order_ids)
        customer = town.shop.customers[customer_id]
        customer.created_at = min(
            customer.created_at, *(town.shop.orders[one].created_at for one in order_ids)
        )
        customer.updated_at = max(customer.updated_at, newest)


def _moments(town: Town, count: int, days: float) -> list[datetime]:
    return sorted(town.ago(town.rng.uniform(0.05, days)) for _ in range(count))


_EXTRA_FROM = 2000
"""Orders beyond the demo's are numbered from here, so that hers keep their numbers."""


def _between(town: Town, count: int) -> list[datetime]:
    """Moments of `count` orders that leave hers the numbers #912 … #1042 among them."""
    days = [town.ago(day) for day in heroine_days().values()]
    gaps = [11, 18, 18, 17, 17, 19, 14, 14]
    edges = [town.ago(1300), *days, town.ago(0.02)]
    scale = min(1.0, count / sum(gaps))
    moments: list[datetime] = []
    for start, end, room in zip(edges, edges[1:], gaps, strict=False):
        span = (end - start) * 0.96
        for _ in range(round(room * scale)):
            at = start + span * town.rng.random() + (end - start) * 0.02
            moments.append(at.replace(microsecond=0))
    return sorted(moments)


def _number(orders: list[Order], hers: dict[int, Order]) -> None:
    """Number the others by date around hers."""
    numbers = sorted(hers)
    others = sorted(
        (order for order in orders if order.customer_id != hers[numbers[0]].customer_id),
        key=lambda order: order.created_at,
    )
    for number in numbers:
        older = [order for order in others if order.created_at < hers[number].created_at]
        others = others[len(older) :]
        for step, order in enumerate(reversed(older), start=1):
            rename(order, number - step)
    for step, order in enumerate(others, start=1):
        rename(order, numbers[-1] + step)


def _aegean(town: Town, orders: int, customers: int) -> None:
    shop = town.shop
    her = heroine(town)
    buyers = people(town, max(2, customers - 5))
    guests(town)
    money_cases(town)
    life_cases(town)
    hers = {number: heroine_order(town, her, number) for number in heroine_days()}
    trade(town, buyers, _between(town, min(orders, DEFAULT_ORDERS) - len(shop.orders)))
    _number(list(shop.orders.values()), hers)
    shop.order_number = _EXTRA_FROM
    trade(town, buyers, _moments(town, max(0, orders - len(shop.orders)), 420))
    shop.order_number = max(order.number for order in shop.orders.values())


def seed_shop(plan: Blueprint, now: datetime, seed: int, orders: int, customers: int) -> Shop:
    """One shop with about that many orders and customers."""
    town = Town(open_shop(plan, now, seed), plan, Random(f"{seed}/{plan.domain}"), now)
    if plan is AEGEAN:
        _aegean(town, orders, customers)
    else:
        buyers = people(town, max(2, customers))
        trade(town, buyers, _moments(town, orders, 300))
    _settle(town)
    return town.shop


def seeded(
    app: AppConfig | None = None,
    seed: int = 1,
    orders: int = DEFAULT_ORDERS,
    customers: int | None = None,
    now: datetime | None = None,
) -> State:
    """A state with four shops; `orders` and `customers` size the first, the others stay small."""
    state = State(app or AppConfig())
    now = now or state.clock.stamp()
    if customers is None:
        customers = DEFAULT_CUSTOMERS if orders <= DEFAULT_ORDERS else orders * 2 // 5
    gc.disable()
    try:
        for plan in BLUEPRINTS:
            if plan is AEGEAN:
                state.add(seed_shop(plan, now, seed, orders, customers))
            else:
                state.add(seed_shop(plan, now, seed, 24, 10))
    finally:
        gc.enable()
    return state


def reseed(state: State, seed: int = 1, orders: int = DEFAULT_ORDERS) -> None:
    """Replace the shops of a state by freshly seeded ones."""
    fresh = seeded(state.app, seed, orders, now=state.clock.stamp())
    with state.lock:
        state.shops.clear()
        state.shops.update(fresh.shops)
        state.alarms.clear()
        for name in ("lists", "buckets"):
            state.resources.pop(name, None)
