"""The store's arithmetic: exact, and consistent after any sequence of actions."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.shopify.actions import Refused
from simulators.shopify.actions.draft import Basket, Wanted, build
from simulators.shopify.actions.fulfilment import Parcel, apply_fulfilment
from simulators.shopify.actions.orders import apply_edit
from simulators.shopify.actions.refunds import RefundWanted, apply_cancel, apply_refund
from simulators.shopify.arithmetic import financial_status, fulfillment_status, net, totals
from simulators.shopify.currency import Bag, decimal, plain, share, to_minor
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.seed.stores import AEGEAN, BLUEPRINTS, Blueprint, open_shop

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def shop_of(plan: Blueprint = AEGEAN) -> Shop:
    return open_shop(plan, NOW, 1)


def buy(shop: Shop, *skus: str, **how: object) -> Order:
    lines = [Wanted(next(v.id for v in shop.variants.values() if v.sku == sku)) for sku in skus]
    basket = Basket(lines, shipping_price=490)
    for name, value in how.items():
        setattr(basket, name, value)
    return build(shop, basket, NOW)


@pytest.mark.parametrize(
    ("minor", "currency", "rest", "graphql"),
    [
        (1200, "EUR", "12.00", "12.0"),
        (1225, "EUR", "12.25", "12.25"),
        (-5, "EUR", "-0.05", "-0.05"),
        (1200, "JPY", "1200", "1200.0"),
        (1234, "KWD", "1.234", "1.234"),
        (1200, "KWD", "1.200", "1.2"),
    ],
)
def test_amounts_are_written_as_the_platform_does(
    minor: int, currency: str, rest: str, graphql: str
) -> None:
    assert (plain(minor, currency), decimal(minor, currency)) == (rest, graphql)
    assert to_minor(rest, currency) == to_minor(graphql, currency) == minor


@given(st.integers(-(10**9), 10**9), st.integers(1, 50))
def test_shares_telescope(amount: int, whole: int) -> None:
    pieces = [share(amount, k + 1, whole) - share(amount, k, whole) for k in range(whole)]
    assert sum(pieces) == amount
    assert max(pieces) - min(pieces) <= 1


def test_an_order_by_hand() -> None:
    """2 x 42.50 with tax within, 10 % off, 4.90 carriage: 81.40, of it 15.75 tax."""
    shop = shop_of()
    order = buy(shop, "AVI-01", "AVI-01", discount_code="WELCOME10", discount_percent=10)
    sums = totals(order)
    assert sums.line_items == Bag(8500, 8500)
    assert sums.discounts == Bag(850, 850)
    assert sums.total == Bag(8140, 8140)
    assert sums.tax.shop == 740 + 740 + 95
    apply_refund(shop, order, RefundWanted([(order.lines[0].id, 1)]), NOW)
    sums = totals(order)
    assert (sums.refunded.shop, sums.current_total.shop, sums.total.shop) == (3825, 4315, 8140)
    assert (sums.outstanding.shop, financial_status(order)) == (0, "partially_refunded")


def test_tax_on_top() -> None:
    shop = shop_of(BLUEPRINTS[3])
    order = buy(shop, "MUG-01")
    sums = totals(order)
    assert sums.total.shop == 1499 + 490 + share(1499, 650, 10_000) + share(490, 650, 10_000)
    apply_refund(shop, order, RefundWanted([(order.lines[0].id, 1)], full_shipping=True), NOW)
    assert totals(order).current_total == Bag()
    assert financial_status(order) == "refunded"


def test_goodwill_lowers_neither_total_nor_current_total() -> None:
    shop = shop_of()
    order = buy(shop, "AVI-01")
    apply_refund(shop, order, RefundWanted(amount=500), NOW)
    sums = totals(order)
    assert (sums.total.shop, sums.current_total.shop, sums.refunded.shop) == (4740, 4740, 500)
    assert sums.discrepancy.shop == -500
    assert sums.outstanding.shop == 0


def test_a_failed_refund_gives_nothing_back() -> None:
    shop = shop_of()
    order = buy(shop, "AVI-01")
    apply_refund(shop, order, RefundWanted(amount=500, transaction_status="failure"), NOW)
    assert totals(order).refunded == Bag()
    assert financial_status(order) == "paid"


def test_edits_leave_the_total_of_what_was_taken_off() -> None:
    shop = shop_of()
    order = buy(shop, "AVI-01", "CSE-01")
    kit = next(v for v in shop.variants.values() if v.sku == "KIT-01")
    apply_edit(shop, order, NOW, [Wanted(kit.id, 2)], [(order.lines[1].id, 1)])
    sums = totals(order)
    assert sums.total.shop == 4250 + 2490 + 490 + 1980
    assert sums.current_total.shop == 4250 + 490 + 1980
    assert sums.outstanding.shop == 1980 - 2490
    assert financial_status(order) == "paid"


def test_refusals_change_nothing() -> None:
    shop = shop_of()
    order = buy(shop, "AVI-01")
    before = repr(order)
    line = order.lines[0].id
    for wanted in (
        RefundWanted([(line, 2)]),
        RefundWanted([(1, 1)]),
        RefundWanted(amount=100_000),
        RefundWanted(amount=-1),
    ):
        with pytest.raises(Refused):
            apply_refund(shop, order, wanted, NOW)
        assert repr(order) == before
    with pytest.raises(Refused):
        apply_fulfilment(shop, order, Parcel([(line, 2)]), NOW)
    assert repr(order) == before


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["refund", "goodwill", "shipping", "fulfil", "edit", "cancel"]),
        st.integers(0, 6),
        st.integers(1, 3),
    ),
    max_size=8,
)


def _step(shop: Shop, order: Order, kind: str, which: int, pieces: int) -> None:
    line = order.lines[which % len(order.lines)]
    variant = list(shop.variants)[which]
    match kind:
        case "refund":
            apply_refund(shop, order, RefundWanted([(line.id, pieces)]), NOW)
        case "goodwill":
            apply_refund(shop, order, RefundWanted(amount=137 * pieces), NOW)
        case "shipping":
            apply_refund(shop, order, RefundWanted(shipping=100 * pieces), NOW)
        case "fulfil":
            apply_fulfilment(shop, order, Parcel([(line.id, pieces)]), NOW)
        case "edit":
            apply_edit(shop, order, NOW, [Wanted(variant)], [(line.id, pieces)])
        case _:
            apply_cancel(shop, order, NOW, reason="other", refund=True, restock=True)


@given(
    st.sampled_from(["EUR", "JPY", "KWD", "CZK"]),
    st.sampled_from(["paid", "authorized", "pending"]),
    st.integers(0, 100),
    STEPS,
)
def test_invariants_hold_after_any_sequence(
    currency: str, payment: str, percent: int, steps: list[tuple[str, int, int]]
) -> None:
    shop = shop_of()
    order = buy(shop, "AVI-01", "CRD-03", "KID-02", presentment_currency=currency,
                payment=payment, discount_percent=percent)  # fmt: skip
    for kind, which, pieces in steps:
        try:
            _step(shop, order, kind, which, pieces)
        except Refused:
            continue
    sums = totals(order)
    for side in ("shop", "presentment"):
        total, current = getattr(sums.total, side), getattr(sums.current_total, side)
        assert 0 <= current <= total
        assert 0 <= getattr(sums.refunded, side) <= getattr(sums.received, side)
        parts = sum(getattr(net(line, line.current_quantity), side) for line in order.lines)
        assert current == parts + getattr(sums.current_shipping, side)
    for line in order.lines:
        assert 0 <= line.fulfilled_quantity + line.withdrawn_quantity <= line.quantity
        assert 0 <= line.current_quantity <= line.quantity
    assert financial_status(order) in {
        "paid", "authorized", "pending", "partially_paid", "partially_refunded", "refunded",
        "voided",
    }  # fmt: skip
    assert fulfillment_status(order) in {None, "partial", "fulfilled"}
    assert order.rate == (shop.rates[currency] if currency != "EUR" else Decimal(1))
