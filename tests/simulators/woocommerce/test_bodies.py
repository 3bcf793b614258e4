"""Bodies, byte by byte as a real store wrote them."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from simulators.woocommerce import php
from simulators.woocommerce.bodies.customer import customer_body
from simulators.woocommerce.bodies.order import order_body, order_json
from simulators.woocommerce.bodies.product import product_body, variation_body
from simulators.woocommerce.bodies.webhook import webhook_body
from simulators.woocommerce.model.access import Webhook
from simulators.woocommerce.model.order import Note, Order, Refund
from simulators.woocommerce.model.people import Meta, User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.rest import refunds
from simulators.woocommerce.rest.call import Call
from simulators.woocommerce.rest.router import Handler
from simulators.woocommerce.state import State
from simulators.woocommerce.webhooks.payload import payload
from tests.simulators.woocommerce.harness import (
    delivered,
    lab_state,
    moment,
    order_from,
    product_from,
    rest_payload,
    user_from,
)

ORDERS = (
    "10-order.created-registered-refunded-before-delivery",
    "11-order.created-guest",
    "12-order.created-pending",
    "13-order.updated-processing",
    "14-order.updated-completed",
    "15-order.updated-partial-refund",
    "20-order.created-block-checkout",
)


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_is_the_real_ones_bytes(name: str) -> None:
    state, site = lab_state()
    body = json.loads(delivered(name))
    assert order_json(state, site, order_from(body)) == delivered(name)


@pytest.mark.parametrize("name", ["05-customer.created", "07-customer.updated"])
def test_a_customer_is_the_real_ones_bytes(name: str) -> None:
    state, site = lab_state()
    body = json.loads(delivered(name))
    assert php.encode(customer_body(state, site, user_from(body))) == delivered(name)


def test_a_product_is_the_real_ones_bytes() -> None:
    state, site = lab_state()
    real = delivered("02-product.created")
    made = php.encode(product_body(state, site, product_from(json.loads(real))))
    assert made == real


@pytest.mark.parametrize("index", range(3))
def test_rest_lists_hold_the_same_order(index: int) -> None:
    state, site = lab_state("https://shop.example")
    real = rest_payload("orders-page")["body"][index]
    made = order_body(state, site, order_from(real))
    assert made == real
    assert list(made) == list(real)


@pytest.mark.parametrize("index", range(2))
def test_rest_lists_hold_the_same_customer(index: int) -> None:
    state, site = lab_state("https://shop.example")
    real = rest_payload("customers-page")["body"][index]
    assert customer_body(state, site, user_from(real)) == real


def test_a_single_customer_is_the_real_one() -> None:
    state, site = lab_state("https://shop.example")
    real = rest_payload("customer-one")["body"]
    assert customer_body(state, site, user_from(real)) == real


def test_products_are_the_real_ones_but_for_being_virtual() -> None:
    state, site = lab_state("https://shop.example")
    real = rest_payload("products-page")["body"][0]
    made = product_body(state, site, product_from(real))
    assert list(made) == list(real)
    assert {name for name in real if made[name] != real[name]} == {
        "virtual", "shipping_required", "shipping_taxable",
    }  # fmt: skip


@pytest.mark.parametrize("index", range(2))
def test_webhooks_are_the_real_ones(index: int) -> None:
    state, site = lab_state("https://shop.example")
    real = rest_payload("webhooks-page")["body"][index]
    at, changed = moment(real["date_created_gmt"]), moment(real["date_modified_gmt"])
    assert at is not None
    hook = Webhook(
        real["id"], 1, real["name"], real["topic"], real["delivery_url"], "s", at, changed,
        real["status"],
    )  # fmt: skip
    assert webhook_body(state, site, hook) == real


def _lab_order(state: State, site: Site) -> Order:
    order = order_from(json.loads(delivered(ORDERS[0])))
    site.orders[order.id] = order
    return order


def _answer(state: State, site: Site, handler: Handler) -> Any:
    call = Call(
        state, site, site.users[1], "GET", "/wc/v3/orders/11/x", "",
        {"page": 1, "per_page": 10}, {"order_id": "11"},
    )  # fmt: skip
    return json.loads(handler(call).encoded())


def test_notes_come_as_the_real_ones_in_their_order() -> None:
    state, site = lab_state("https://shop.example")
    order, real = _lab_order(state, site), rest_payload("order-notes")["body"]
    for row in sorted(real, key=lambda each: int(each["id"])):
        at = moment(row["date_created_gmt"])
        assert at is not None
        order.notes.append(Note(row["id"], row["author"], at, row["note"], row["customer_note"]))
    assert _answer(state, site, refunds.notes) == real


def test_refunds_come_as_the_real_ones() -> None:
    state, site = lab_state("https://shop.example")
    order, real = _lab_order(state, site), rest_payload("order-refunds")["body"]
    at = moment(real[0]["date_created_gmt"])
    assert at is not None
    meta = [Meta(10, "_refund_type", "partial")]
    order.refunds = [Refund(13, at, Decimal("5.00"), "damaged", 1, meta=meta)]
    assert _answer(state, site, refunds.of_order) == real
    (row,) = _answer(state, site, refunds.all_refunds)
    assert list(row)[:3] == ["id", "parent_id", "date_created"]
    assert row["parent_id"] == 11


def test_what_other_topics_send_is_the_real_ones_bytes() -> None:
    state, site = lab_state()
    at = moment("2026-11-22T02:35:59")
    assert at is not None
    note = Webhook(13, 1, "", "action.woocommerce_order_note_added", "http://x", "s", at)
    gone = Webhook(3, 1, "", "order.deleted", "http://x", "s", at)
    left = Webhook(7, 1, "", "customer.deleted", "http://x", "s", at)
    assert payload(state, site, note, 2) == delivered("22-action.woocommerce_order_note_added")
    assert payload(state, site, gone, 42) == delivered("17-order.deleted")
    assert payload(state, site, left, 3) == delivered("08-customer.deleted")


def test_an_owner_without_rights_makes_an_errors_body() -> None:
    state, site = lab_state()
    order = order_from(json.loads(delivered(ORDERS[0])))
    site.orders[order.id] = order
    at = order.created_at
    site.users[2] = User(2, "was@example.com", "was", at, role="subscriber")
    hook = Webhook(1, 2, "", "order.updated", "http://x", "s", at)
    assert payload(state, site, hook, order.id) == (
        b'{"code":"woocommerce_rest_cannot_view","message":"Sorry, you cannot view this resource.",'
        b'"data":{"status":403}}'
    )
    del site.users[2]
    assert json.loads(payload(state, site, hook, order.id))["data"] == {"status": 401}


def test_an_object_that_is_gone_by_then_makes_an_errors_body() -> None:
    state, site = lab_state()
    at = moment("2026-11-22T02:35:59")
    assert at is not None
    hook = Webhook(1, 1, "", "order.updated", "http://x", "s", at)
    assert json.loads(payload(state, site, hook, 999)) == {
        "code": "woocommerce_rest_shop_order_invalid_id",
        "message": "Invalid ID.",
        "data": {"status": 404},
    }


def test_json_is_written_as_php_writes_it() -> None:
    assert php.encode({"a": "é/☃𝄞", "b": [], "c": None, "d": 12.5}) == (
        rb'{"a":"\u00e9\/\u2603\ud834\udd1e","b":[],"c":null,"d":12.5}'
    )
    assert php.number(12.0) == 12
    assert re.fullmatch(rb"\d+", php.encode(php.number(12.0)))


def test_queries_are_read_as_php_reads_them() -> None:
    read = php.parse_query("a=1&a=2&include[]=5&include[]=6&f[x]=y&b=%2Bz+q")
    assert read == {"a": "2", "include": {"0": "5", "1": "6"}, "f": {"x": "y"}, "b": "+z q"}


def test_a_variation_names_its_parent() -> None:
    state, site = lab_state()
    real = product_from(json.loads(delivered("02-product.created")))
    real.parent_id, real.option = 9, "Blue"
    made = variation_body(state, site, real)
    assert made["name"] == "Blue"
    assert made["parent_id"] == 9
    assert "slug" not in made
    assert made["_links"]["up"] == [{"href": "http://127.0.0.1:18080/wp-json/wc/v3/products/9"}]
