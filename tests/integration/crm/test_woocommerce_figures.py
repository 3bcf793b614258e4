"""The contract's table for WooCommerce: what each kind of order comes to in a person's figures."""

from typing import Any

import pytest

from platforms.woocommerce.rest import is_draft, order_record
from tests.factories.mirror import Mirror
from tests.factories.records import told

PAID_AT = "2026-11-21T21:36:00"
Figures = tuple[int, int, int, int]
# The order's total is 20.00; figures are orders, spent, unpaid, refunded.
UNCOUNTED: list[tuple[Any, ...]] = []
PLACED: Figures = (1, 0, 2000, 0)
SPENT: Figures = (1, 2000, 0, 0)


def body(status: str, *, paid: bool, refunds: tuple[str, ...] = ()) -> dict[str, Any]:
    """An order as wc/v3 tells it."""
    return {
        "id": 57,
        "number": "57",
        "status": status,
        "currency": "EUR",
        "total": "20.00",
        "prices_include_tax": False,
        "customer_id": 0,
        "created_via": "checkout",
        "customer_note": "",
        "date_created_gmt": "2026-11-21T21:35:59",
        "date_modified_gmt": "2026-11-21T21:36:00",
        "date_paid_gmt": PAID_AT if paid else None,
        "billing": {"email": "ada@example.com"},
        "shipping": {},
        "line_items": [],
        "refunds": [
            {"id": 60 + number, "reason": "", "total": f"-{total}"}
            for number, total in enumerate(refunds)
        ],
        "meta_data": [],
    }


@pytest.mark.parametrize(
    ("status", "paid", "refunds", "financial", "figures"),
    [
        ("pending", False, (), "pending", UNCOUNTED),
        ("pending", True, (), "pending", UNCOUNTED),
        ("on-hold", False, (), "pending", [PLACED]),
        ("on-hold", True, (), "paid", [SPENT]),
        ("processing", True, (), "paid", [SPENT]),
        # Cash on delivery: placed, not yet paid.
        ("processing", False, (), "pending", [PLACED]),
        ("completed", True, (), "paid", [SPENT]),
        ("completed", False, (), "paid", [SPENT]),
        ("packed-by-plugin", True, (), "paid", [SPENT]),
        ("packed-by-plugin", False, (), "pending", [PLACED]),
        ("wc-packed-by-plugin", True, (), "paid", [SPENT]),
        # Refunds in part, in full, and set by hand, which makes a row for all of it.
        ("processing", True, ("5.00",), "partially_refunded", [(1, 2000, 0, 500)]),
        ("completed", False, ("5.00", "2.50"), "partially_refunded", [(1, 2000, 0, 750)]),
        ("completed", True, ("20.00",), "refunded", [(1, 2000, 0, 2000)]),
        ("refunded", True, ("20.00",), "refunded", [(1, 2000, 0, 2000)]),
        ("refunded", False, ("20.00",), "refunded", [(1, 2000, 0, 2000)]),
        # What was never paid stays unpaid, whatever was given back.
        ("processing", False, ("5.00",), "pending", [(1, 0, 2000, 500)]),
        ("on-hold", False, ("20.00",), "pending", [(1, 0, 2000, 2000)]),
        # A cancelled order can carry refunds; it counts nowhere.
        ("cancelled", True, ("20.00",), "voided", UNCOUNTED),
        ("cancelled", False, (), "voided", UNCOUNTED),
        ("failed", False, (), "voided", UNCOUNTED),
        ("trash", True, (), "paid", UNCOUNTED),
    ],
)
def test_an_order_comes_to_what_the_contract_says(
    mirror: Mirror,
    status: str,
    paid: bool,
    refunds: tuple[str, ...],
    financial: str,
    figures: list[tuple[Any, ...]],
) -> None:
    mirror.take(told(order_record(body(status, paid=paid, refunds=refunds))))
    held = mirror.order("57")
    assert held.financial_status == financial
    assert held.platform_status == status.removeprefix("wc-")
    assert held.fulfillment_status == ("fulfilled" if status == "completed" else "unfulfilled")
    assert mirror.totals() == [("EUR", *row) for row in figures]
    assert held.counts is bool(figures)
    assert held.refunded_minor == sum(int(refund.replace(".", "")) for refund in refunds)


@pytest.mark.parametrize("status", ["checkout-draft", "auto-draft"])
def test_a_checkout_that_is_no_order_yet_is_not_mirrored(mirror: Mirror, status: str) -> None:
    draft = body(status, paid=False)
    assert is_draft(draft)
    applied = mirror.take(told(order_record(draft)))
    assert (applied.written, mirror.totals()) == (0, [])
    # Placed later under the same id, it is one.
    placed = body("on-hold", paid=False) | {"date_modified_gmt": "2026-11-21T21:40:00"}
    mirror.take(told(order_record(placed)))
    assert mirror.totals() == [("EUR", *PLACED)]


def test_trashing_and_restoring_an_order_takes_its_figures_and_gives_them_back(
    mirror: Mirror,
) -> None:
    mirror.take(told(order_record(body("processing", paid=True))))
    trashed = body("trash", paid=True) | {"date_modified_gmt": "2026-11-21T21:40:00"}
    mirror.take(told(order_record(trashed)))
    assert mirror.order("57").deleted_at == mirror.order("57").source_updated_at
    assert mirror.totals() == []
    restored = body("processing", paid=True) | {"date_modified_gmt": "2026-11-21T21:41:00"}
    mirror.take(told(order_record(restored)))
    assert mirror.order("57").deleted_at is None
    assert mirror.totals() == [("EUR", *SPENT)]


@pytest.mark.parametrize(
    ("currency", "total", "minor"), [("JPY", "12.50", 13), ("KWD", "1.2345", 1235)]
)
def test_amounts_are_rounded_half_up_to_the_currencys_own_decimals(
    mirror: Mirror, currency: str, total: str, minor: int
) -> None:
    odd = body("completed", paid=True) | {"currency": currency, "total": total}
    mirror.take(told(order_record(odd)))
    assert mirror.totals() == [(currency, 1, minor, 0, 0)]
