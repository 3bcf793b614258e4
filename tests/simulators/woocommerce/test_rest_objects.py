"""Single objects over REST: fields, products, notes, refunds, settings, deletion."""

from __future__ import annotations

import requests

from simulators.woocommerce.testing import Running
from tests.simulators.woocommerce.harness import Client, recorded_headers, rest_payload


def test_fields_are_chosen(reader: Client) -> None:
    rows = reader.get("orders", per_page=2, _fields="id,billing.email,line_items.sku")
    assert list(rows[0]) == ["id", "billing", "line_items"]
    assert list(rows[0]["billing"]) == ["email"]
    assert all(list(line) == ["sku"] for line in rows[0]["line_items"])
    single = reader.get(f"orders/{rows[0]['id']}", _fields="id")
    assert set(single) == {"id", "_links"}


def test_products_and_variations(reader: Client) -> None:
    parents = [one for one in reader.site.products.values() if one.variations]
    child = parents[0].variations[0]
    assert reader.get("products", include=child) == []
    assert reader.get(f"products/{child}")["parent_id"] == parents[0].id
    ids = [row["id"] for row in reader.get(f"products/{parents[0].id}/variations")]
    assert sorted(ids) == parents[0].variations
    some = [one.id for one in reader.site.products.values() if not one.parent_id][:2]
    found = reader.get("products", include=",".join(str(one) for one in some))
    assert {row["id"] for row in found} == set(some)


def test_notes_and_refunds_stand_beside_an_order(client: Client) -> None:
    order = client.send("POST", "orders", {"line_items": [{"product_id": 11, "quantity": 3}]}, 201)
    base = f"orders/{order['id']}"
    note = client.send("POST", f"{base}/notes", {"note": "Called the customer"}, 201)
    assert list(note) == list(rest_payload("order-note-create")["body"])
    assert client.get(f"{base}/notes") == [note]
    assert client.get(base)["date_modified"] == order["date_modified"]
    wanted = {"amount": "12.50", "reason": "one broken",
              "line_items": [{"id": order["line_items"][0]["id"], "quantity": 1,
                              "refund_total": 12.5}]}  # fmt: skip
    made = client.send("POST", f"{base}/refunds", wanted, 201)
    assert list(made) == list(rest_payload("order-refunds")["body"][0])
    assert (made["amount"], made["reason"]) == ("12.50", "one broken")
    assert made["line_items"][0]["quantity"] == -1
    assert made["line_items"][0]["total"] == "-12.50"
    assert client.get(f"{base}/refunds") == [made]
    assert client.get(base)["refunds"] == [
        {"id": made["id"], "reason": "one broken", "total": "-12.50"}
    ]
    every = client.get("refunds")
    assert [row["parent_id"] for row in every if row["id"] == made["id"]] == [order["id"]]


def test_the_site_tells_of_itself(reading: Running, reader: Client) -> None:
    real = rest_payload("site-index")
    base = reading.url("/shop")
    fields = "name,description,url,home,gmt_offset,timezone_string,namespaces,authentication"
    answer = requests.get(f"{base}/wp-json/?_fields={fields}", timeout=30)
    made = answer.json()
    assert list(made) == list(real["body"])
    assert (made["name"], made["home"], made["gmt_offset"]) == ("Lab Store", base, -5)
    assert made["timezone_string"] == "America/New_York"
    assert recorded_headers(answer, base) == real["headers"]
    home = requests.get(base + "/", timeout=30)
    assert home.headers["Link"] == f'<{base}/wp-json/>; rel="https://api.w.org/"'


def test_settings_and_status(reader: Client) -> None:
    lab = Client(reader.stand_in, "/shop")
    real = rest_payload("system-status")
    assert lab.get("system_status", _fields="settings") == real["body"]
    lab.close()
    status = reader.get("system_status")
    assert status["environment"]["store_id"] == reader.site.store_id
    assert reader.get("settings/general/woocommerce_currency")["value"] == "EUR"
    country = reader.get("settings/general/woocommerce_default_country", _fields="id,value")
    assert country.pop("_links")["self"][0]["href"].endswith("/general/woocommerce_default_country")
    assert country == {"id": "woocommerce_default_country", "value": "GR"}
    open_to_all = reader.ask("GET", "", auth=None).json()
    assert open_to_all["namespace"] == "wc/v3"
    assert open_to_all["routes"]["/wc/v3/orders"]["methods"] == ["GET", "POST"]


def test_amounts_follow_the_stores_decimals(reading: Running) -> None:
    yen = Client(reading, "/kyoto")
    assert {row["total"][-3] for row in yen.get("orders", per_page=20)} == {"."}
    dinar = Client(reading, "/gulf")
    assert {row["total"][-4] for row in dinar.get("orders", per_page=20)} == {"."}
    yen.close()
    dinar.close()


def test_an_order_goes_to_the_trash_and_for_good(client: Client) -> None:
    order = client.send("POST", "orders", {"line_items": [{"product_id": 11}]}, 201)
    path = f"orders/{order['id']}"
    assert client.send("DELETE", path)["status"] == "trash"
    assert client.send("DELETE", path, status=410)["code"] == "woocommerce_rest_already_trashed"
    assert client.send("DELETE", path + "?force=true")["id"] == order["id"]
    assert client.send("GET", path, status=404)["code"] == "woocommerce_rest_shop_order_invalid_id"


def test_a_full_refund_by_status_makes_a_row(client: Client) -> None:
    wanted = {"line_items": [{"product_id": 11, "quantity": 2}], "set_paid": True}
    order = client.send("POST", "orders", wanted, 201)
    assert (order["status"], order["total"]) == ("processing", "25.00")
    made = client.send("PUT", f"orders/{order['id']}", {"status": "refunded"})
    assert made["status"] == "refunded"
    assert [one["total"] for one in made["refunds"]] == ["-25.00"]
    assert made["refunds"][0]["reason"] == "Order fully refunded."


def test_customers_need_force_to_go(client: Client) -> None:
    made = client.send("POST", "customers", {"email": "go@example.com"}, 201)
    wanted = {"line_items": [{"product_id": 11}], "customer_id": made["id"]}
    order = client.send("POST", "orders", wanted, 201)
    path = f"customers/{made['id']}"
    assert client.send("DELETE", path, status=501)["code"] == (
        "woocommerce_rest_trash_not_supported"
    )
    client.send("DELETE", path + "?force=true")
    assert client.send("GET", path, status=404)["code"] == "wc_user_invalid_id"
    assert client.get(f"orders/{order['id']}")["customer_id"] == 0
