"""Which orders count, and which are paid: the contract's words."""

from typing import Any

import pytest

from integration.crm.figures import counts, is_paid
from tests.factories.records import at

STANDING: dict[str, Any] = {
    "is_test": False,
    "cancelled_at": None,
    "deleted_at": None,
    "platform_status": "open",
}


@pytest.mark.parametrize(
    "status", ["open", "closed", "processing", "on-hold", "completed", "refunded", "made-by-plugin"]
)
def test_a_standing_order_counts(status: str) -> None:
    assert counts(**(STANDING | {"platform_status": status}))


@pytest.mark.parametrize(
    "change",
    [
        {"is_test": True},
        {"cancelled_at": at(0)},
        {"deleted_at": at(0)},
        *(
            {"platform_status": word}
            for word in ("pending", "failed", "cancelled", "checkout-draft", "trash")
        ),
    ],
)
def test_what_was_not_placed_in_earnest_does_not(change: dict[str, Any]) -> None:
    assert not counts(**(STANDING | change))


@pytest.mark.parametrize(
    ("status", "paid"),
    [
        ("paid", True),
        ("partially_refunded", True),
        ("refunded", True),
        ("pending", False),
        ("authorized", False),
        ("partially_paid", False),
        ("voided", False),
        ("expired", False),
    ],
)
def test_payment_is_done(status: str, paid: bool) -> None:
    assert is_paid(status) is paid
