"""`orders`: list, one, create, update, trash, delete."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from simulators.woocommerce.actions import orders as acts
from simulators.woocommerce.actions.basket import Basket, Refused, Wanted
from simulators.woocommerce.bodies.order import order_body, order_json
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.rest.call import Answer, Call, one
from simulators.woocommerce.rest.errors import RestError, invalid_id
from simulators.woocommerce.rest.listing import joined, window
from simulators.woocommerce.rest.order_filter import matching

_PLAIN = (
    "customer_id", "customer_note", "payment_method", "payment_method_title", "transaction_id",
    "currency", "created_via",
)  # fmt: skip


def find(call: Call, name: str = "id", message: str = "Invalid ID.") -> Order:
    """The order of the route; raises `RestError` 404."""
    found = call.site.orders.get(int(call.path[name]))
    if found is None:
        raise invalid_id("shop_order", message)
    return found


def _dp(call: Call) -> int | None:
    return int(call.params["dp"]) if call.params.get("dp") is not None else None


def listing(call: Call) -> Answer:
    call.allow("list")
    shown, headers = window(call, matching(call), forgets=True)
    orders, fields, dp = call.site.orders, call.fields, _dp(call)
    return joined(
        [order_json(call.state, call.site, orders[each], fields, dp) for each in shown], headers
    )


def read(call: Call) -> Answer:
    order = find(call)
    call.allow("view")
    if not call.fields:
        return Answer(order_json(call.state, call.site, order, (), _dp(call)))
    return one(call, order_body(call.state, call.site, order, _dp(call)))


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


def _basket(call: Call) -> Basket:
    given = call.params
    shipping = (given.get("shipping_lines") or [{}])[0]
    lines = [
        Wanted(
            int(each.get("variation_id") or each.get("product_id") or 0),
            int(each.get("quantity") or 1), _decimal(each.get("total")),
        )
        for each in given.get("line_items") or ()
    ]  # fmt: skip
    return Basket(
        lines, int(given.get("customer_id") or 0), given.get("billing") or {},
        given.get("shipping") or {}, given.get("payment_method") or "",
        given.get("payment_method_title") or "", shipping.get("method_title") or "",
        _decimal(shipping.get("total")),
        [(each.get("name", ""), _decimal(each.get("total")) or Decimal(0))
         for each in given.get("fee_lines") or ()],
        given.get("currency") or "", given.get("status") or "pending",
        given.get("created_via") or "rest-api", given.get("customer_note") or "",
        [(each.get("key", ""), each.get("value")) for each in given.get("meta_data") or ()],
        given.get("transaction_id") or "",
    )  # fmt: skip


def create(call: Call) -> Answer:
    call.allow("create")
    customer = int(call.params.get("customer_id") or 0)
    if customer and customer not in call.site.users:
        raise RestError("woocommerce_rest_invalid_customer_id", "Customer ID is invalid.", 400)
    try:
        made = acts.place(
            call.state, call.site, _basket(call), paid=bool(call.params.get("set_paid"))
        )
    except Refused as refusal:
        raise RestError("woocommerce_rest_invalid_product_id", str(refusal), 400) from None
    body = order_body(call.state, call.site, made)
    return one(call, body, 201, body["_links"]["self"][0]["href"])


def update(call: Call) -> Answer:
    order = find(call)
    call.allow("edit")
    given = call.params
    fields: dict[str, Any] = {name: given[name] for name in _PLAIN if name in given}
    fields |= {name: given[name] for name in ("billing", "shipping") if given.get(name)}
    state, site = call.state, call.site
    if given.get("status") and given["status"] != order.status:
        for name, value in fields.items():
            held = getattr(order, name)
            if isinstance(held, dict):
                held.update({k: str(v) for k, v in value.items() if k in held})
            else:
                setattr(order, name, value)
        acts.set_status(state, site, order, given["status"])
    elif fields or not given.get("set_paid"):
        acts.edit(state, site, order, **fields)
    if given.get("set_paid") and order.paid_at is None:
        acts.pay(state, site, order, str(given.get("transaction_id") or ""))
    return one(call, order_body(state, site, order))


def delete(call: Call) -> Answer:
    order = find(call)
    call.allow("delete")
    state, site = call.state, call.site
    if call.params.get("force"):
        body = order_body(state, site, order)
        acts.delete_for_good(state, site, order)
        return one(call, body)
    try:
        acts.trash(state, site, order)
    except Refused:
        message = "The shop_order has already been deleted."
        raise RestError("woocommerce_rest_already_trashed", message, 410) from None
    return one(call, order_body(state, site, order))


def statuses(call: Call) -> Answer:
    """Open to everybody, plugins' own among them."""
    return Answer([{"slug": slug, "name": name} for slug, name in call.site.statuses.items()])
