"""What happens in a store, and the figures that it vouches for."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
import requests

from simulators.woocommerce.money import minor
from simulators.woocommerce.seed.demo import HEROINE_EMAIL, seeded
from simulators.woocommerce.testing import Running, running
from tests.simulators.woocommerce.harness import Client

FIGURES = ("total_minor", "refunded_minor", "current_total_minor", "financial_status", "counts",
           "deleted")  # fmt: skip


def figures(stand_in: Running, order: str, site: str = "/shop") -> tuple[Any, ...]:
    """Those of the oracle, in the order of FIGURES."""
    row = next(one for one in stand_in.oracle(site)["orders"] if one["id"] == order)
    return tuple(row[name] for name in FIGURES)


def _do(stand_in: Running, path: str, site: str = "/shop", **asked: Any) -> dict[str, Any]:
    made: dict[str, Any] = stand_in.control(f"orders/{path}", site=site, **asked)
    return made


def test_an_order_paid_refunded_in_part_and_whole(stand_in: Running) -> None:
    lines = [{"sku": "MUG-1", "quantity": 2}]
    order = _do(stand_in, "place", lines=lines, email="a@example.com", shipping_price="5")["id"]
    assert figures(stand_in, order) == (3000, 0, 3000, "paid", True, False)
    _do(stand_in, "refund", order=order, amount="12.50")
    assert figures(stand_in, order) == (3000, 1250, 1750, "partially_refunded", True, False)
    _do(stand_in, "refund", order=order, amount="17.50")
    assert figures(stand_in, order) == (3000, 3000, 0, "refunded", True, False)
    assert stand_in.site("/shop").orders[int(order)].status == "refunded"
    with pytest.raises(requests.HTTPError, match="Invalid refund amount"):
        _do(stand_in, "refund", order=order, amount="0.01")


def test_cash_on_delivery_is_pending_until_completed(stand_in: Running) -> None:
    order = _do(stand_in, "place", payment_method="cod")["id"]
    assert stand_in.site("/shop").orders[int(order)].status == "processing"
    assert figures(stand_in, order) == (1250, 0, 1250, "pending", True, False)
    _do(stand_in, "complete", order=order)
    assert figures(stand_in, order) == (1250, 0, 1250, "paid", True, False)


@pytest.mark.parametrize(
    ("status", "financial", "counts"),
    [
        ("pending", "pending", False),
        ("on-hold", "pending", True),
        ("processing", "paid", True),
        ("completed", "paid", True),
        ("failed", "voided", False),
        ("cancelled", "voided", False),
        ("checkout-draft", "pending", False),
    ],
)
def test_statuses_in_the_contracts_words(
    stand_in: Running, status: str, financial: str, counts: bool
) -> None:
    order = _do(stand_in, "place", status=status)["id"]
    assert figures(stand_in, order) == (1250, 0, 1250, financial, counts, False)


def test_a_cancelled_order_keeps_its_refunds(stand_in: Running) -> None:
    order = _do(stand_in, "place")["id"]
    _do(stand_in, "refund", order=order, amount="2")
    _do(stand_in, "cancel", order=order)
    assert figures(stand_in, order) == (1250, 200, 1050, "voided", False, False)


def test_a_plugins_status(stand_in: Running) -> None:
    order = _do(stand_in, "place", site="", status="awaiting-lenses")["id"]
    assert figures(stand_in, order, "")[3:] == ("pending", True, False)
    with pytest.raises(requests.HTTPError, match="no status"):
        _do(stand_in, "place", site="/shop", status="awaiting-lenses")


def test_trash_and_back_and_gone(stand_in: Running) -> None:
    order = _do(stand_in, "place")["id"]
    _do(stand_in, "trash", order=order)
    assert figures(stand_in, order)[3:] == ("paid", False, True)
    _do(stand_in, "restore", order=order)
    assert figures(stand_in, order)[3:] == ("paid", True, False)
    _do(stand_in, "delete", order=order)
    assert figures(stand_in, order)[3:] == ("paid", False, True)


def test_yen_are_rounded_half_up_and_dinars_have_three_decimals(stand_in: Running) -> None:
    yen = _do(stand_in, "place", site="/kyoto", lines=[{"sku": "WSH-1"}])["id"]
    assert figures(stand_in, yen, "/kyoto")[0] == 1981
    client = Client(stand_in, "/kyoto")
    assert client.get(f"orders/{yen}")["total"] == "1980.50"
    dinar = _do(stand_in, "place", site="/gulf", lines=[{"sku": "OUD-1-1"}])["id"]
    assert figures(stand_in, dinar, "/gulf")[0] == 18750
    assert minor(Decimal("0.5"), "JPY") == 1
    assert minor(Decimal("-0.5"), "JPY") == -1
    client.close()


def test_tax_is_within_the_price(stand_in: Running) -> None:
    order = _do(stand_in, "place", site="", lines=[{"sku": "LEN-OF", "quantity": 1}])["id"]
    client = Client(stand_in)
    body = client.get(f"orders/{order}")
    assert (body["total"], body["total_tax"], body["prices_include_tax"]) == (
        "98.50",
        "19.06",
        True,
    )
    assert body["line_items"][0]["total"] == "79.44"
    assert body["tax_lines"][0]["rate_percent"] == 24
    client.close()


def test_a_customers_order_is_theirs(stand_in: Running) -> None:
    user = stand_in.control("customers/create", site="/shop", email="c@example.com",
                            first_name="Čeněk")  # fmt: skip
    order = _do(stand_in, "place", customer="c@example.com")
    assert order["customer_id"] == str(user["id"])
    assert order["email"] == "c@example.com"
    client = Client(stand_in, "/shop")
    assert client.get(f"customers/{user['id']}")["is_paying_customer"] is True
    links = client.get(f"orders/{order['id']}")["_links"]
    assert links["customer"] == [{"href": f"{client.base}/wp-json/wc/v3/customers/{user['id']}"}]
    client.close()


def test_editing_changes_what_is_served(stand_in: Running) -> None:
    order = _do(stand_in, "place", email="typo@exmaple.com")["id"]
    client = Client(stand_in, "/shop")
    assert client.get(f"orders/{order}")["billing"]["email"] == "typo@exmaple.com"
    _do(stand_in, "edit", order=order, billing={"email": "right@example.com"})
    assert client.get(f"orders/{order}")["billing"]["email"] == "right@example.com"
    assert client.get("orders", include=order)[0]["billing"]["email"] == "right@example.com"
    client.close()


def test_the_demos_heroine_has_bought_as_a_guest_and_with_an_account() -> None:
    site = seeded(orders=60).site()
    hers = [one for one in site.orders.values() if one.billing["email"] == HEROINE_EMAIL]
    account = next(one for one in site.users.values() if one.email == HEROINE_EMAIL)
    assert site.name == "Aegean Eyewear — atelier"
    assert [bool(one.customer_id) for one in hers] == [False, False, True, True, True]
    assert {one.customer_id for one in hers} == {0, account.id}
    assert [str(one.total) for one in hers] == ["15.00", "103.40", "94.80", "254.90", "37.40"]
    assert [str(one.refunded) for one in hers] == ["0", "0", "0", "25.00", "0"]
    assert (hers[-1].status, hers[-1].paid_at) == ("processing", None)
    assert len(site.orders) == 60


def test_seeds_are_the_same_for_the_same_number() -> None:
    now = seeded().clock.stamp()
    first, second, other = (
        [one.total for one in seeded(number, 50, now=now).site().orders.values()]
        for number in (3, 3, 4)
    )
    assert first == second
    assert first != other


def test_a_seed_has_every_kind_of_order_and_person() -> None:
    site = seeded(orders=400).site()
    statuses = {one.status for one in site.orders.values()}
    assert statuses >= {
        "completed", "processing", "on-hold", "pending", "cancelled", "refunded", "failed",
        "checkout-draft", "awaiting-lenses", "trash",
    }  # fmt: skip
    countries = {one.billing["country"] for one in site.orders.values()}
    assert countries >= {"GR", "IL", "CZ", "PL", "GB"}
    assert {one.role for one in site.users.values()} == {
        "administrator", "shop_manager", "customer", "subscriber",
    }  # fmt: skip
    modified = [one.modified_at for one in site.orders.values()]
    assert all(one.created_at <= at for one, at in zip(site.orders.values(), modified, strict=True))


def test_ten_thousand_orders_are_quickly_there() -> None:
    # The processor's time: others may hold this machine up.
    started = time.process_time()
    state = seeded(orders=10_000)
    with running(state=state) as stand_in:
        stand_in.warm()
        assert time.process_time() - started < 20
        client = Client(stand_in)
        started = time.process_time()
        for page in (1, 50, 97):
            answer = client.ask("GET", f"orders?per_page=100&page={page}&orderby=id&order=asc")
            assert len(answer.json()) == 100
        assert time.process_time() - started < 5
        client.close()


def test_wrong_questions_are_refused(stand_in: Running) -> None:
    for path, asked, status in (
        ("orders/pay", {"order": 99999}, 422),
        ("orders/place", {"site": "/nowhere"}, 422),
        ("nothing", {}, 404),
    ):
        with pytest.raises(requests.HTTPError) as failure:
            stand_in.control(path, **asked)
        assert failure.value.response.status_code == status
