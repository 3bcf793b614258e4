"""Transactions and refunds."""

from __future__ import annotations

from simulators.shopify.arithmetic import total
from simulators.shopify.currency import ZERO, Bag, plain
from simulators.shopify.graphql.context import Coin, Context, Fields, Owned, gid, money
from simulators.shopify.graphql.fields.lines import LineOf, ShippingOf
from simulators.shopify.graphql.listing import Listing
from simulators.shopify.model.catalog import Location
from simulators.shopify.written_dates import utc


class TransactionOf(Owned):
    __slots__ = ()


class RefundOf(Owned):
    __slots__ = ()


class RefundLineOf(Owned):
    __slots__ = ()


class RefundShippingOf(Owned):
    __slots__ = ()


class AdjustmentOf(Owned):
    __slots__ = ()


def _refunded(refund: RefundOf) -> Bag:
    return total(t.amount for t in refund.it.transactions if t.status == "success")


def _parent(payment: TransactionOf) -> TransactionOf | None:
    for other in payment.order.transactions:
        if other.id == payment.it.parent_id:
            return TransactionOf(payment.order, other)
    return None


def _place(c: Context, key: int | None) -> Location | None:
    return next((place for place in c.shop.locations if place.id == key), None)


def _carriage(piece: RefundShippingOf) -> ShippingOf:
    for line in piece.order.shipping_lines:
        if line.id == piece.it.shipping_line_id:
            return ShippingOf(piece.order, line)
    raise KeyError(piece.it.shipping_line_id)


TRANSACTION: Fields = {
    "id": lambda x, _, c: gid("OrderTransaction", x.it.id),
    "kind": lambda x, _, c: x.it.kind.upper(),
    "status": lambda x, _, c: x.it.status.upper(),
    "gateway": lambda x, _, c: x.it.gateway,
    "formattedGateway": lambda x, _, c: x.it.gateway.replace("_", " ").capitalize(),
    "amountSet": lambda x, _, c: money(x.order, x.it.amount),
    "amount": lambda x, _, c: plain(x.it.amount.shop, x.order.currency),
    "amountV2": lambda x, _, c: Coin(x.it.amount.shop, x.order.currency),
    "totalUnsettledSet": lambda x, _, c: money(
        x.order, x.it.amount if x.it.kind == "authorization" else ZERO
    ),
    "createdAt": lambda x, _, c: utc(x.it.created_at),
    "processedAt": lambda x, _, c: utc(x.it.created_at),
    "test": lambda x, _, c: x.it.test,
    "paymentId": lambda x, _, c: x.it.payment_id,
    "manualPaymentGateway": lambda x, _, c: "COD" in x.it.gateway or x.it.gateway == "cash",
    "parentTransaction": lambda x, _, c: _parent(x),
    "order": lambda x, _, c: x.order,
    "fees": lambda x, _, c: [],
}
REFUND: Fields = {
    "id": lambda x, _, c: gid("Refund", x.it.id),
    "legacyResourceId": lambda x, _, c: str(x.it.id),
    "createdAt": lambda x, _, c: utc(x.it.created_at),
    "processedAt": lambda x, _, c: utc(x.it.created_at),
    "updatedAt": lambda x, _, c: utc(x.it.created_at),
    "note": lambda x, _, c: x.it.note,
    "order": lambda x, _, c: x.order,
    "staffMember": lambda x, _, c: c.shop.staff.get(x.it.user_id or 0),
    "totalRefundedSet": lambda x, _, c: money(x.order, _refunded(x)),
    "totalRefunded": lambda x, _, c: Coin(_refunded(x).shop, x.order.currency),
    "transactions": lambda x, _, c: Listing([TransactionOf(x.order, t) for t in x.it.transactions]),
    "refundLineItems": lambda x, _, c: Listing([RefundLineOf(x.order, n) for n in x.it.lines]),
    "refundShippingLines": lambda x, _, c: Listing(
        [RefundShippingOf(x.order, n) for n in x.it.shipping]
    ),
    "orderAdjustments": lambda x, _, c: Listing(
        [AdjustmentOf(x.order, n) for n in x.it.adjustments]
    ),
    "duties": lambda x, _, c: [],
}
REFUND_LINE: Fields = {
    "id": lambda x, _, c: gid("RefundLineItem", x.it.id),
    "lineItem": lambda x, _, c: LineOf(x.order, x.order.line(x.it.line_item_id)),
    "quantity": lambda x, _, c: x.it.quantity,
    "restockType": lambda x, _, c: x.it.restock_type.upper(),
    "restocked": lambda x, _, c: x.it.restock_type != "no_restock",
    "subtotalSet": lambda x, _, c: money(x.order, x.it.subtotal),
    "totalTaxSet": lambda x, _, c: money(x.order, x.it.total_tax),
    "priceSet": lambda x, _, c: money(x.order, x.it.subtotal.part(1, x.it.quantity)),
    "location": lambda x, _, c: _place(c, x.it.location_id),
}
REFUND_SHIPPING: Fields = {
    "id": lambda x, _, c: gid("RefundShippingLine", x.it.id),
    "shippingLine": lambda x, _, c: _carriage(x),
    "subtotalAmountSet": lambda x, _, c: money(x.order, x.it.subtotal),
    "taxAmountSet": lambda x, _, c: money(x.order, x.it.tax),
}
ADJUSTMENT: Fields = {
    "id": lambda x, _, c: gid("OrderAdjustment", x.it.id),
    "amountSet": lambda x, _, c: money(x.order, x.it.amount),
    "taxAmountSet": lambda x, _, c: money(x.order, ZERO),
    "reason": lambda x, _, c: "REFUND_DISCREPANCY",
}
TABLES: dict[str, Fields] = {
    "OrderTransaction": TRANSACTION,
    "Refund": REFUND,
    "RefundLineItem": REFUND_LINE,
    "RefundShippingLine": REFUND_SHIPPING,
    "OrderAdjustment": ADJUSTMENT,
}
