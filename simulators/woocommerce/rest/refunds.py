"""Refunds and notes of orders, and `/refunds` over all of them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from simulators.woocommerce.actions import orders as order_acts
from simulators.woocommerce.actions import refunds as acts
from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.actions.refund_rows import Returned
from simulators.woocommerce.bodies.refund import note_body, refund_body
from simulators.woocommerce.model.order import Order, Refund
from simulators.woocommerce.php import encode
from simulators.woocommerce.rest.call import Answer, Call, one
from simulators.woocommerce.rest.errors import RestError, invalid_id, no_trash
from simulators.woocommerce.rest.listing import joined, window
from simulators.woocommerce.rest.orders import find

_NO_ORDER = "Invalid order ID."


def _order(call: Call) -> Order:
    return find(call, "order_id", _NO_ORDER)


def _sorted(call: Call, rows: list[tuple[Order, Refund]]) -> list[tuple[Order, Refund]]:
    back = call.params.get("order", "desc") == "desc"
    return sorted(rows, key=lambda row: (row[1].created_at, row[1].id), reverse=back)


def _page(call: Call, rows: list[tuple[Order, Refund]], *, with_parent: bool) -> Answer:
    shown, headers = window(call, range(len(rows)), forgets=True)
    bodies = [
        refund_body(call.state, call.site, *rows[each], with_parent=with_parent) for each in shown
    ]
    return joined([encode(body) for body in bodies], headers)


def of_order(call: Call) -> Answer:
    order = _order(call)
    call.allow("list")
    return _page(call, _sorted(call, [(order, each) for each in order.refunds]), with_parent=False)


def all_refunds(call: Call) -> Answer:
    call.allow("list")
    rows = [(order, each) for order in call.site.orders.values() for each in order.refunds]
    return _page(call, _sorted(call, rows), with_parent=True)


def _found(call: Call, order: Order) -> Refund:
    wanted = int(call.path["id"])
    for each in order.refunds:
        if each.id == wanted:
            return each
    raise RestError("woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", 404)


def read(call: Call) -> Answer:
    order = _order(call)
    call.allow("view")
    return one(call, refund_body(call.state, call.site, order, _found(call, order)))


def _returned(call: Call, order: Order) -> Returned:
    by_id = {line.id: line for line in order.lines}
    made: Returned = []
    for each in call.params.get("line_items") or ():
        line = by_id.get(int(each.get("id") or 0))
        if line is not None:
            money = Decimal(str(each.get("refund_total") or 0))
            made.append((line, int(each.get("quantity") or 0), money))
    return made


def create(call: Call) -> Answer:
    order = _order(call)
    call.allow("create")
    lines = _returned(call, order)
    try:
        given = call.params.get("amount")
        amount = Decimal(str(given)) if given else sum((each[2] for each in lines), Decimal(0))
    except InvalidOperation:
        amount = Decimal(0)
    if amount <= 0:
        message = "Refund amount must be greater than zero."
        raise RestError("woocommerce_rest_invalid_order_refund", message, 400)
    try:
        made = acts.refund(
            call.state, call.site, order, amount, reason=str(call.params.get("reason") or ""),
            lines=lines, restock=bool(call.params.get("api_restock", True)),
        )  # fmt: skip
    except Refused as refusal:
        code = "woocommerce_rest_cannot_create_order_refund"
        raise RestError(code, str(refusal), 500, 500) from None
    body = refund_body(call.state, call.site, order, made)
    return one(call, body, 201, body["_links"]["self"][0]["href"])


def delete(call: Call) -> Answer:
    order = _order(call)
    call.allow("delete")
    made = _found(call, order)
    if not call.params.get("force"):
        raise no_trash("Order refunds")
    body = refund_body(call.state, call.site, order, made)
    acts.delete_refund(call.state, call.site, order, made)
    return one(call, body)


def notes(call: Call) -> Answer:
    """All at once, the newest first; one more of the same second stands after its elder."""
    order = _order(call)
    call.allow("list")
    kind = call.params.get("type", "any")
    shown = [
        each for each in order.notes
        if kind == "any" or each.for_customer == (kind == "customer")
    ]  # fmt: skip
    shown.sort(key=lambda each: each.id)
    shown.sort(key=lambda each: each.created_at, reverse=True)
    return Answer([note_body(call.state, call.site, order, each) for each in shown])


def create_note(call: Call) -> Answer:
    order = _order(call)
    call.allow("create")
    author = "WooCommerce"
    if call.params.get("added_by_user") and call.user is not None:
        author = call.user.display_name
    made = order_acts.add_note(
        call.state, call.site, order, call.params["note"],
        for_customer=bool(call.params.get("customer_note")), author=author,
    )  # fmt: skip
    body = note_body(call.state, call.site, order, made)
    return one(call, body, 201, body["_links"]["self"][0]["href"])


def read_note(call: Call) -> Answer:
    order = _order(call)
    call.allow("view")
    for each in order.notes:
        if each.id == int(call.path["id"]):
            return one(call, note_body(call.state, call.site, order, each))
    raise invalid_id("order_note", "Invalid resource ID.")


def delete_note(call: Call) -> Answer:
    answer = read_note(call)
    if not call.params.get("force"):
        raise no_trash("Webhooks")
    order = _order(call)
    order.notes = [each for each in order.notes if each.id != int(call.path["id"])]
    return answer
