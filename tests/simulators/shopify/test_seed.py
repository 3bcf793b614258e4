"""The seeded world: the same every time, rich and hard."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from simulators.shopify.arithmetic import financial_status, fulfillment_status, totals
from simulators.shopify.model.shop import Shop
from simulators.shopify.oracle import oracle
from simulators.shopify.seed.cases import HEROINE_EMAIL
from simulators.shopify.seed.demo import FIRST_SHOP, seeded

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return seeded(now=NOW).shop(FIRST_SHOP)


def test_the_same_seed_gives_the_same_world() -> None:
    first, second, other = (seeded(seed=seed, orders=60, now=NOW) for seed in (7, 7, 8))
    for domain in first.shops:
        assert oracle(first.shops[domain]) == oracle(second.shops[domain])
    assert oracle(first.shop(FIRST_SHOP)) != oracle(other.shop(FIRST_SHOP))


def test_sizes() -> None:
    assert len(seeded(orders=40, now=NOW).shop(FIRST_SHOP).orders) == 40
    big = seeded(orders=2000, now=NOW).shop(FIRST_SHOP)
    assert (len(big.orders), len(big.customers)) == (2000, 800)
    assert len({order.name for order in big.orders.values()}) == 2000


def test_the_demos_shop(shop: Shop) -> None:
    assert (len(shop.orders), len(shop.customers)) == (160, 60)
    by_date = sorted(shop.orders.values(), key=lambda order: order.created_at)
    assert [order.number for order in by_date] == sorted(o.number for o in shop.orders.values())
    assert (by_date[0].name, by_date[-1].name) == ("#901", "#1060")


def test_the_heroines_seven_orders(shop: Shop) -> None:
    her = next(c for c in shop.customers.values() if c.email == HEROINE_EMAIL)
    orders = {order.name: order for order in shop.orders_for(her.id)}
    assert sum(totals(order).total.shop for order in orders.values()) == 41_250
    assert len(orders) == 7
    way = orders["#1042"]
    assert (way.lines[0].title, way.lines[0].quantity) == ("Aviator sunglasses", 2)
    assert totals(way).total.shop == 8990
    assert way.fulfillments[0].shipment_status == "in_transit"
    part = orders["#987"]
    assert (totals(part).total.shop, totals(part).refunded.shop) == (12_000, 6000)
    assert part.fulfillments[0].shipment_status == "delivered"


def test_everything_hard_is_there(shop: Shop) -> None:
    orders = list(shop.orders.values())
    assert any(not o.customer_id and o.email for o in orders)
    assert any(not o.customer_id and o.phone and not o.email for o in orders)
    assert any(not o.customer_id and not o.phone and not o.email for o in orders)
    assert {"JPY", "KWD", "CZK", "EUR"} <= {o.presentment_currency for o in orders}
    assert any(len(o.fulfillments) > 1 for o in orders)
    assert any(o.edits for o in orders)
    assert any(o.cancelled_at for o in orders)
    assert any(o.test for o in orders)
    assert any(shop.live_product(o.lines[0].product_id) is None for o in orders)
    assert any(o.created_at < NOW - timedelta(days=60) for o in orders)
    assert any(
        o.customer_id and o.email and o.email != shop.customers[o.customer_id].email for o in orders
    )
    assert max(Counter(o.updated_at for o in orders).values()) >= 3
    assert {financial_status(o) for o in orders} >= {
        "paid", "pending", "authorized", "partially_refunded", "refunded", "voided",
    }  # fmt: skip
    assert {fulfillment_status(o) for o in orders} == {None, "partial", "fulfilled"}
    assert any(t.status == "failure" for o in orders for t in o.transactions)
    assert any(len(o.lines) > 20 for o in orders)
    companies = {t.company for o in orders for f in o.fulfillments for t in f.tracking}
    assert {"ACS Courier", "DHL Express", "Balíkovna", "InPost"} <= companies


def test_people_of_all_kinds(shop: Shop) -> None:
    people = list(shop.customers.values())
    assert {"el", "he", "cs", "pl", "en"} <= {c.locale for c in people}
    assert any(len(c.last_name or "") == 60 for c in people)
    assert any(not shop.orders_for(c.id) for c in people)
    assert any(c.email is None and c.phone for c in people)
    assert any(c.phone is None for c in people)


def test_ids_straddle_two_to_the_53_and_are_never_shared_between_shops() -> None:
    state = seeded(now=NOW)
    for kind in ("orders", "customers"):
        ids = [set(getattr(shop, kind)) for shop in state.shops.values()]
        assert min(ids[0]) < 2**53 < max(ids[0])
        assert sum(map(len, ids)) == len(set().union(*ids))


def test_no_order_lies_in_the_future(shop: Shop) -> None:
    for order in shop.orders.values():
        assert order.created_at <= order.updated_at <= NOW
        for made in order.fulfillments:
            assert made.created_at <= made.updated_at <= order.updated_at


def test_currencies_of_the_other_shops() -> None:
    shops = seeded(now=NOW).shops
    assert [s.currency for s in shops.values()] == ["EUR", "JPY", "KWD", "USD"]
    assert [s.taxes_included for s in shops.values()] == [True, True, True, False]
