"""Scopes: to write implies to read."""

from datetime import timedelta

import pytest

from platforms.errors import StoreAnsweredNonsense
from platforms.shopify.scopes import complete_from, missing_scopes
from tests.platforms.shopify.example import NOW


def test_to_write_implies_to_read() -> None:
    assert missing_scopes(["write_orders"], ["read_orders"]) == ()
    assert missing_scopes(["read_orders"], ["write_orders"]) == ("write_orders",)


def test_missing_scopes_keep_the_order_wanted() -> None:
    wanted = ["read_products", "read_customers", "read_orders"]
    assert missing_scopes(["read_customers"], wanted) == ("read_products", "read_orders")
    assert missing_scopes([], wanted) == tuple(wanted)


def test_what_is_no_scope_is_nonsense() -> None:
    with pytest.raises(StoreAnsweredNonsense):
        missing_scopes(["everything"], ["read_orders"])


def test_sixty_days_without_read_all_orders() -> None:
    assert complete_from(["read_orders"], NOW) == NOW - timedelta(days=60)
    assert complete_from(["read_orders", "read_all_orders"], NOW) is None
