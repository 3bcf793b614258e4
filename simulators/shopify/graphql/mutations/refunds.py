"""refundCreate, which asks for `@idempotent`, and orderCancel."""

from __future__ import annotations

import json
import uuid
from typing import Any

from graphql import GraphQLError

from simulators.shopify.actions import Refused
from simulators.shopify.actions.refunds import RefundWanted, cancel_order, refund_order
from simulators.shopify.currency import to_minor
from simulators.shopify.graphql.context import Context, Fields, gid
from simulators.shopify.graphql.fields.payments import RefundOf
from simulators.shopify.graphql.mutations.payload import Payload, done, failed, require
from simulators.shopify.graphql.nodes import find, parse
from simulators.shopify.model.order import Order

REQUIRED_SINCE = "2026-04"


def _number(key: str) -> int:
    parsed = parse(key)
    return int(parsed[1]) if parsed and parsed[1].isdigit() else 0


def _wanted(order: Order, given: dict[str, Any]) -> RefundWanted:
    wanted = RefundWanted(note=given.get("note"))
    lines = given.get("refundLineItems") or []
    wanted.lines = [(_number(one["lineItemId"]), one["quantity"]) for one in lines]
    wanted.restock = not any(one.get("restockType") == "NO_RESTOCK" for one in lines)
    shipping = given.get("shipping") or {}
    wanted.full_shipping = bool(shipping.get("fullRefund"))
    if shipping.get("amount") is not None:
        wanted.shipping = to_minor(shipping["amount"], order.currency)
    currency = given.get("currency") or order.currency
    paid = given.get("transactions") or []
    total = sum(to_minor(one["amount"], currency) for one in paid)
    if currency == order.currency:
        wanted.amount = total
    else:
        wanted.presentment_amount = total
    wanted.allow_over_refunding = bool(given.get("allowOverRefunding"))
    return wanted


def _repeated(c: Context, given: dict[str, Any]) -> Payload | None:
    """The first answer to this idempotency key; raises when the key is missing or reused."""
    key = c.idempotency_key
    if key is None:
        if c.admin.version < REQUIRED_SINCE:
            return None
        raise GraphQLError(
            "The @idempotent directive is required for this mutation but was not provided.",
            extensions={"code": "BAD_REQUEST"},
        )
    held = c.shop.idempotency.get(key)
    if held is None:
        return None
    if held[0] != json.dumps(given, sort_keys=True, default=str):
        raise GraphQLError(
            "The same idempotency key was used with different parameters.",
            extensions={"code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"},
        )
    answer: Payload = held[1]
    return answer


def _refund(_: Any, a: dict[str, Any], c: Context) -> Payload:
    require(c, "refundCreate", "write_orders", "write_marketplace_orders")
    given = a["input"]
    repeated = _repeated(c, given)
    if repeated is not None:
        return repeated
    order: Order | None = find(c, given["orderId"], "Order")
    if order is None:
        return failed("Order does not exist", "orderId")
    try:
        made = refund_order(c.state, c.shop, order, _wanted(order, given))
    except Refused as refusal:
        return failed(str(refusal))
    answer = done(order=order, refund=RefundOf(order, made))
    if c.idempotency_key:
        text = json.dumps(given, sort_keys=True, default=str)
        c.shop.idempotency[c.idempotency_key] = (text, answer)
    return answer


def _cancel(_: Any, a: dict[str, Any], c: Context) -> Payload:
    key = "orderCancelUserErrors"
    order: Order | None = find(c, a["orderId"], "Order")
    if order is None:
        return failed("Order does not exist", "orderId", code="NOT_FOUND", key=key)
    method = a.get("refundMethod") or {}
    refund = bool(method.get("originalPaymentMethodsRefund") or a.get("refund"))
    try:
        cancel_order(
            c.state, c.shop, order, reason=a["reason"].lower(), refund=refund,
            restock=a["restock"], staff_note=a.get("staffNote"),
        )  # fmt: skip
    except Refused as refusal:
        return failed(str(refusal), "orderId", code="INVALID", key=key)
    job = str(uuid.uuid4())
    c.shop.jobs[job] = True
    return done(job={"id": gid("Job", job), "done": False}, orderCancelUserErrors=[])


MUTATIONS: Fields = {"refundCreate": _refund, "orderCancel": _cancel}
