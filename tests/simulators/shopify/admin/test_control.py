"""The control page: what it does to the shop, and the log it shows."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from simulators.shopify.actions.app import declare_app_subscriptions
from simulators.shopify.admin.control_actions import QUICK
from simulators.shopify.arithmetic import financial_status, fulfillment_status, totals
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State
from simulators.shopify.webhooks.outbox import Outbox


def press(visitor: FlaskClient, shop: Shop, act: str, **form: str) -> str:
    answer = visitor.post(f"/_control/page/{act}", data={"shop": shop.domain, **form})
    assert answer.status_code == 303
    return answer.location


def newest(shop: Shop) -> Order:
    return max(shop.orders.values(), key=lambda order: order.number)


@pytest.fixture
def order(visitor: FlaskClient, shop: Shop) -> Order:
    variant = next(v for v in shop.variants.values() if v.sku == "AVI-01")
    press(visitor, shop, "place", variant=str(variant.id), quantity="2", email="g@example.com")
    return newest(shop)


@pytest.fixture
def outbox(state: State) -> Iterator[Outbox]:
    """A queue that is not started: deliveries wait in its log."""
    made = Outbox(state)
    state.resources["outbox"] = made
    state.app.webhook_uri = "http://127.0.0.1:9/webhooks/shopify"
    yield made
    made.stop()


def test_the_page_needs_no_signing_in(visitor: FlaskClient, state: State, shop: Shop) -> None:
    page = visitor.get("/_control/")
    assert page.status_code == 200
    assert all(one.domain in page.text for one in state.shops.values())
    assert visitor.get("/").location == "/_control/"
    assert visitor.get(f"/_control/?shop={shop.domain}").status_code == 200
    assert visitor.get("/_control/?shop=nobody").status_code == 404


def test_a_guest_buys(visitor: FlaskClient, shop: Shop, fired: list[str]) -> None:
    variant = next(v for v in shop.variants.values() if v.sku == "AVI-01")
    form = {"name": "Νίκος Αλεξίου", "email": "n@example.com", "quantity": "2"}
    said = press(visitor, shop, "place", variant=str(variant.id), **form)
    order = newest(shop)
    assert order.name.replace("#", "%23") in said
    assert (order.customer_id, order.email) == (None, "n@example.com")
    assert totals(order).total.shop == 2 * 4250 + 490
    assert fired[:2] == ["orders/create", "orders/paid"]


def test_a_known_customer_buys_in_yen_on_delivery(visitor: FlaskClient, shop: Shop) -> None:
    buyer = next(iter(shop.customers.values()))
    variant = str(next(iter(shop.variants)))
    form = {"variant": variant, "currency": "JPY", "payment": "pending"}
    press(visitor, shop, "place", customer=str(buyer.id), **form)
    order = newest(shop)
    assert (order.customer_id, order.email) == (buyer.id, buyer.email)
    assert (order.presentment_currency, financial_status(order)) == ("JPY", "pending")


def test_what_cannot_be_bought_is_refused(
    visitor: FlaskClient, shop: Shop, fired: list[str]
) -> None:
    before = len(shop.orders)
    for form in ({"variant": "1"}, {"variant": "x"}, {"customer": "1"}, {}):
        assert "Not+done" in press(visitor, shop, "place", **form)
    assert (len(shop.orders), fired) == (before, [])


def test_a_customer_is_added_once(visitor: FlaskClient, shop: Shop, fired: list[str]) -> None:
    form = {"name": "Zofia Wiśniewska", "email": "zofia@example.com"}
    press(visitor, shop, "customer", **form)
    assert "Not+done" in press(visitor, shop, "customer", **form)
    assert fired == ["customers/create"]
    assert [c.display_name for c in shop.customers.values() if c.email == form["email"]] == [
        "Zofia Wiśniewska"
    ]


def test_the_quick_buttons_walk_an_order_to_its_end(
    visitor: FlaskClient, shop: Shop, order: Order
) -> None:
    def do(what: str) -> str:
        return press(visitor, shop, "quick", order=str(order.id), do=what)

    do("edit")
    assert len(order.lines) == 2
    do("pay")
    assert financial_status(order) == "paid"
    do("refund")
    assert totals(order).refunded.shop == 4250
    do("send")
    assert fulfillment_status(order) == "fulfilled"
    assert order.fulfillments[0].tracking[0].company == "ACS Courier"
    do("deliver")
    assert order.fulfillments[0].shipment_status == "delivered"
    do("refund_all")
    assert financial_status(order) == "refunded"
    assert "Not+done" in do("refund_all")
    assert "Not+done" in do("cancel")
    assert "Not+done" in do("nothing")
    assert set(QUICK) == {"refund", "send", "deliver", "edit", "pay", "refund_all", "cancel"}


def test_an_order_is_cancelled(visitor: FlaskClient, shop: Shop, order: Order) -> None:
    press(visitor, shop, "quick", order=order.name, do="cancel")
    assert order.cancelled_at is not None


def test_the_switches_disturb_the_webhooks(
    visitor: FlaskClient, shop: Shop, outbox: Outbox
) -> None:
    form = {"duplicate": "50", "late": "25", "reorder": "5", "drop": "400", "late_seconds": "9"}
    press(visitor, shop, "switches", **form, paused="1")
    switches = shop.switches
    assert (switches.duplicate, switches.late, switches.reorder) == (0.5, 0.25, 0.05)
    assert (switches.drop, switches.late_seconds, switches.paused) == (1.0, 9.0, True)
    press(visitor, shop, "switches")
    assert (switches.duplicate, switches.drop, switches.paused) == (0.0, 0.0, False)


def test_the_log_shows_what_was_sent_and_sends_it_again(
    visitor: FlaskClient, state: State, shop: Shop, outbox: Outbox
) -> None:
    state.app.webhook_topics = ["customers/create"]
    declare_app_subscriptions(state, shop)
    press(visitor, shop, "customer", name="A B", email="ab@example.com")
    (delivery,) = outbox.log
    log = visitor.get(f"/_control/page/log?shop={shop.domain}").text
    assert "<code>customers/create</code>" in log
    assert "waiting" in log
    other = next(one for one in state.shops.values() if one is not shop)
    assert "Nothing was sent" in visitor.get(f"/_control/page/log?shop={other.domain}").text
    said = press(visitor, shop, "resend", webhook=delivery.webhook_id)
    assert "sent+once+more" in said
    assert "Not+done" in press(visitor, shop, "resend", webhook="unknown")


def test_without_a_server_the_log_is_empty(visitor: FlaskClient, shop: Shop) -> None:
    assert "Nothing was sent" in visitor.get("/_control/page/log").text
    assert "Not+done" in press(visitor, shop, "resend", webhook="x")


def test_another_site_cannot_press_the_buttons(
    visitor: FlaskClient, shop: Shop, fired: list[str]
) -> None:
    headers = {"Origin": "https://evil.example"}
    answer = visitor.post("/_control/page/customer", data={"name": "X"}, headers=headers)
    assert (answer.status_code, fired) == (403, [])
    assert visitor.post("/_control/page/explode").status_code == 404
