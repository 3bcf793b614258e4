"""Orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from simulators.shopify.arithmetic import (
    Totals,
    financial_status,
    fulfillment_status,
    original_total,
    total,
)
from simulators.shopify.currency import ZERO, Bag, plain
from simulators.shopify.graphql.context import Amounts, Context, Fields, Resolver, gid, money
from simulators.shopify.graphql.fields.lines import AttributeOf, LineOf, ShippingOf
from simulators.shopify.graphql.fields.money import DiscountOf, TaxOf
from simulators.shopify.graphql.fields.parcels import ParcelOf
from simulators.shopify.graphql.fields.payments import RefundOf, TransactionOf
from simulators.shopify.graphql.listing import Listing
from simulators.shopify.model.order import LineItem, Order, ShippingLine, TaxLine
from simulators.shopify.model.people import Customer
from simulators.shopify.webhooks.order_body import status_url
from simulators.shopify.written_dates import utc

_DISPLAY = {"fulfilled": "FULFILLED", "partial": "PARTIALLY_FULFILLED", None: "UNFULFILLED"}


def _utc(moment: datetime | None) -> str | None:
    return utc(moment) if moment else None


def _set(pick: Callable[[Totals], Bag]) -> Resolver:
    return lambda o, _, c: money(o, pick(c.totals(o)))


def _plain(pick: Callable[[Totals], Bag]) -> Resolver:
    return lambda o, _, c: plain(pick(c.totals(o)).shop, o.currency)


def _zero(order: Order) -> Amounts:
    return money(order, ZERO)


def _capturable(order: Order, c: Context) -> Bag:
    held = total(t.amount for t in order.transactions if t.kind == "authorization")
    gone = any(t.kind in ("void", "capture") for t in order.transactions)
    return ZERO if gone else held


def _taxes(order: Order) -> list[TaxOf]:
    rates: dict[tuple[str, object], TaxLine] = {}
    lines: list[LineItem | ShippingLine] = [*order.lines, *order.shipping_lines]
    for line in lines:
        for one in line.taxes:
            held = rates.get((one.title, one.rate))
            price = one.price if held is None else held.price + one.price
            rates[one.title, one.rate] = TaxLine(one.title, one.rate, price)
    return [TaxOf(order, line) for line in rates.values()]


def _customer(order: Order, c: Context) -> Customer | None:
    return c.shop.customers.get(order.customer_id or 0)


def _first_shipping(order: Order) -> ShippingOf | None:
    return ShippingOf(order, order.shipping_lines[0]) if order.shipping_lines else None


def _status(order: Order, c: Context) -> str:
    return financial_status(order, c.totals(order))


WORDS: Fields = {
    "id": lambda o, _, c: gid("Order", o.id),
    "legacyResourceId": lambda o, _, c: str(o.id),
    "name": lambda o, _, c: o.name,
    "number": lambda o, _, c: o.number,
    "confirmationNumber": lambda o, _, c: o.confirmation_number,
    "email": lambda o, _, c: o.email,
    "phone": lambda o, _, c: o.phone,
    "note": lambda o, _, c: o.note,
    "tags": lambda o, _, c: o.tags,
    "test": lambda o, _, c: o.test,
    "customAttributes": lambda o, _, c: [AttributeOf(pair) for pair in o.attributes],
    "customerLocale": lambda o, _, c: o.locale,
    "sourceName": lambda o, _, c: o.source_name,
    "currencyCode": lambda o, _, c: o.currency,
    "presentmentCurrencyCode": lambda o, _, c: o.presentment_currency,
    "createdAt": lambda o, _, c: utc(o.created_at),
    "processedAt": lambda o, _, c: utc(o.processed_at),
    "updatedAt": lambda o, _, c: utc(o.updated_at),
    "closedAt": lambda o, _, c: _utc(o.closed_at),
    "closed": lambda o, _, c: o.closed_at is not None,
    "cancelledAt": lambda o, _, c: _utc(o.cancelled_at),
    "cancelReason": lambda o, _, c: o.cancel_reason.upper() if o.cancel_reason else None,
    "cancellation": lambda o, _, c: {"staffNote": o.staff_note} if o.cancelled_at else None,
    "confirmed": lambda o, _, c: True,
    "edited": lambda o, _, c: bool(o.edits),
    "merchantEditable": lambda o, _, c: not o.cancelled_at,
    "displayFinancialStatus": lambda o, _, c: _status(o, c).upper(),
    "displayFulfillmentStatus": lambda o, _, c: _DISPLAY[fulfillment_status(o)],
    "returnStatus": lambda o, _, c: "NO_RETURN",
    "fullyPaid": lambda o, _, c: c.totals(o).outstanding.shop <= 0 and not o.cancelled_at,
    "unpaid": lambda o, _, c: not c.totals(o).received and c.totals(o).outstanding.shop > 0,
    "refundable": lambda o, _, c: c.totals(o).net_payment.shop > 0,
    "fulfillable": lambda o, _, c: any(n.fulfillable_quantity for n in o.lines),
    "requiresShipping": lambda o, _, c: any(n.requires_shipping for n in o.lines),
    "restockable": lambda o, _, c: any(n.current_quantity for n in o.lines),
    "capturable": lambda o, _, c: bool(_capturable(o, c)),
    "taxesIncluded": lambda o, _, c: o.taxes_included,
    "taxExempt": lambda o, _, c: False,
    "paymentGatewayNames": lambda o, _, c: [o.gateway],
    "discountCode": lambda o, _, c: next(iter(_codes(o)), None),
    "discountCodes": lambda o, _, c: _codes(o),
    "subtotalLineItemsQuantity": lambda o, _, c: sum(n.quantity for n in o.lines),
    "currentSubtotalLineItemsQuantity": lambda o, _, c: sum(n.current_quantity for n in o.lines),
    "totalWeight": lambda o, _, c: str(sum(n.grams * n.quantity for n in o.lines)),
    "currentTotalWeight": lambda o, _, c: str(sum(n.grams * n.current_quantity for n in o.lines)),
    "statusPageUrl": lambda o, _, c: status_url(c.shop, o),
    "billingAddressMatchesShippingAddress": lambda o, _, c: o.billing_address == o.shipping_address,
    "canNotifyCustomer": lambda o, _, c: bool(o.email),
}


def _codes(order: Order) -> list[str]:
    return [one.label for one in order.discounts if one.kind == "discount_code"]


SUMS: Fields = {
    "totalPriceSet": _set(lambda t: t.total),
    "totalPrice": _plain(lambda t: t.total),
    "subtotalPriceSet": _set(lambda t: t.subtotal),
    "subtotalPrice": _plain(lambda t: t.subtotal),
    "totalTaxSet": _set(lambda t: t.tax),
    "totalTax": _plain(lambda t: t.tax),
    "totalDiscountsSet": _set(lambda t: t.discounts),
    "totalDiscounts": _plain(lambda t: t.discounts),
    "totalShippingPriceSet": _set(lambda t: t.shipping),
    "totalShippingPrice": _plain(lambda t: t.shipping),
    "totalReceivedSet": _set(lambda t: t.received),
    "totalReceived": _plain(lambda t: t.received),
    "totalRefundedSet": _set(lambda t: t.refunded),
    "totalRefunded": _plain(lambda t: t.refunded),
    "totalRefundedShippingSet": _set(lambda t: t.refunded_shipping),
    "totalOutstandingSet": _set(lambda t: t.outstanding),
    "netPaymentSet": _set(lambda t: t.net_payment),
    "netPayment": _plain(lambda t: t.net_payment),
    "refundDiscrepancySet": _set(lambda t: t.discrepancy),
    "currentTotalPriceSet": _set(lambda t: t.current_total),
    "currentSubtotalPriceSet": _set(lambda t: t.current_subtotal),
    "currentTotalTaxSet": _set(lambda t: t.current_tax),
    "currentTotalDiscountsSet": _set(lambda t: t.current_discounts),
    "currentShippingPriceSet": _set(lambda t: t.current_shipping),
    "originalTotalPriceSet": lambda o, _, c: money(o, original_total(o)),
    "totalCapturableSet": lambda o, _, c: money(o, _capturable(o, c)),
    "cartDiscountAmountSet": lambda o, _, c: _zero(o),
    "currentCartDiscountAmountSet": lambda o, _, c: _zero(o),
    "totalTipReceivedSet": lambda o, _, c: _zero(o),
    "taxLines": lambda o, _, c: _taxes(o),
    "currentTaxLines": lambda o, _, c: _taxes(o),
}
PARTS: Fields = {
    "customer": lambda o, _, c: _customer(o, c),
    "billingAddress": lambda o, _, c: o.billing_address,
    "shippingAddress": lambda o, _, c: o.shipping_address,
    "displayAddress": lambda o, _, c: o.shipping_address or o.billing_address,
    "lineItems": lambda o, _, c: Listing([LineOf(o, n) for n in o.lines]),
    "shippingLine": lambda o, _, c: _first_shipping(o),
    "shippingLines": lambda o, _, c: Listing([ShippingOf(o, n) for n in o.shipping_lines]),
    "discountApplications": lambda o, _, c: Listing(
        [DiscountOf(o, pair) for pair in enumerate(o.discounts)]
    ),
    "transactions": lambda o, a, c: [TransactionOf(o, t) for t in o.transactions],
    "transactionsCount": lambda o, _, c: len(o.transactions),
    "refunds": lambda o, a, c: [RefundOf(o, r) for r in o.refunds],
    "fulfillments": lambda o, a, c: [ParcelOf(o, f) for f in o.fulfillments],
    "fulfillmentsCount": lambda o, _, c: len(o.fulfillments),
}
TABLES: dict[str, Fields] = {
    "Order": {**WORDS, **SUMS, **PARTS},
    "OrderCancellation": {"staffNote": lambda x, _, c: x["staffNote"]},
    "Count": {"count": lambda n, _, c: n, "precision": lambda n, _, c: "EXACT"},
}
