"""The admin's lists and pages."""

from flask.testing import FlaskClient

from simulators.shopify.admin import paging
from simulators.shopify.admin.words import buyer, money, status_tone, status_word
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from tests.simulators.shopify.admin.conftest import named


def test_money_is_written_by_the_currencys_own_digits() -> None:
    assert money(123456, "EUR") == "1,234.56\u00a0EUR"
    assert money(1234, "JPY") == "1,234\u00a0JPY"
    assert money(12345, "KWD") == "12.345\u00a0KWD"
    assert money(-5, "EUR") == "−0.05\u00a0EUR"


def test_statuses_have_words() -> None:
    assert (status_word(None), status_tone(None)) == ("Unfulfilled", "wait")
    assert (status_word("partially_refunded"), status_tone("voided")) == (
        "Partially refunded",
        "plain",
    )


def test_a_list_is_cut_into_pages() -> None:
    rows = list(range(60))
    first, last, beyond = paging.cut(rows, 1), paging.cut(rows, 3), paging.cut(rows, 9)
    assert (list(first.rows), first.previous, first.next) == (rows[:25], None, 2)
    assert (list(last.rows), last.previous, last.next) == (rows[50:], 2, None)
    assert (list(beyond.rows), beyond.next) == ([], None)
    assert paging.cut(rows, -4).number == 1


def test_orders_are_found_by_number_name_and_address(client: FlaskClient, shop: Shop) -> None:
    every = client.get(f"/{shop.domain}/admin/orders").text
    assert every.count("<tr>") == 1 + min(25, len(shop.orders))
    for wanted in ("1042", "παπαδοπούλου", "dimitra.papadopoulou@"):
        page = client.get(f"/{shop.domain}/admin/orders", query_string={"q": wanted})
        assert ">#1042</a>" in page.text
    assert "No orders." in client.get(f"/{shop.domain}/admin/orders?q=zzz").text


def test_an_orders_page_shows_the_stores_own_arithmetic(client: FlaskClient, shop: Shop) -> None:
    order = named(shop, "#1042")
    page = client.get(f"/{shop.domain}/admin/orders/{order.id}").text
    assert "<dt>Total</dt><dd>89.90\u00a0EUR</dd>" in page
    assert "Δήμητρα Παπαδοπούλου" in page
    assert f'data-extension-gid="gid://shopify/Order/{order.id}"' in page


def test_every_order_and_customer_can_be_shown(client: FlaskClient, shop: Shop) -> None:
    for order_id in shop.orders:
        assert client.get(f"/{shop.domain}/admin/orders/{order_id}").status_code == 200
    for customer_id in shop.customers:
        assert client.get(f"/{shop.domain}/admin/customers/{customer_id}").status_code == 200


def test_what_does_not_exist_is_not_found(client: FlaskClient, shop: Shop) -> None:
    for path in ("orders/1", "customers/1", "apps/other", "orders/1/refund"):
        method = client.post if path.endswith("refund") else client.get
        assert method(f"/{shop.domain}/admin/{path}").status_code == 404


def test_names_are_text_and_never_markup(client: FlaskClient, shop: Shop) -> None:
    customer = next(iter(shop.customers.values()))
    customer.first_name = "<script>alert(1)</script>"
    page = client.get(f"/{shop.domain}/admin/customers/{customer.id}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_sentence_in_the_address_is_text(client: FlaskClient, shop: Shop) -> None:
    page = client.get(f"/{shop.domain}/admin/?said=<img src=x>").text
    assert "<img" not in page


def test_a_customer_is_changed_and_a_taken_address_is_refused(
    client: FlaskClient, shop: Shop, fired: list[str]
) -> None:
    first, second = [one for one in shop.customers.values() if one.email][:2]
    path = f"/{shop.domain}/admin/customers/{first.id}"
    form = {"first_name": "Zofia", "last_name": "Wiśniewska", "email": "z@example.com"}
    client.post(path, data={**form, "tags": "vip, wholesale"})
    assert (first.display_name, first.tags) == ("Zofia Wiśniewska", ["vip", "wholesale"])
    assert "customers/update" in fired
    fired.clear()
    answer = client.post(path, data={**form, "email": second.email})
    assert "Not+done" in answer.location
    assert (first.email, fired) == ("z@example.com", [])


def test_the_buyer_of_a_guest_order_is_who_the_order_names(shop: Shop) -> None:
    guests = [order for order in shop.orders.values() if order.customer_id is None]
    assert guests
    assert all(buyer(shop, order) for order in guests)
    nobody: Order = guests[0]
    nobody.email = nobody.phone = nobody.shipping_address = nobody.billing_address = None
    assert buyer(shop, nobody) == "Guest"


def test_the_platforms_own_addresses_lead_here(client: FlaskClient, shop: Shop) -> None:
    name = shop.name_prefix
    answer = client.get(f"/store/{name}/orders/7?x=1")
    assert answer.location == f"/{shop.domain}/admin/orders/7?x=1"
    assert client.get(f"/store/{name}/").location == f"/{shop.domain}/admin"
