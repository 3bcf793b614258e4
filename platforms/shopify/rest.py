"""REST-shaped bodies, as webhooks carry them, to records.

A record from here equals, field by field, the one that `graph` makes of the same object at the
same moment; what a body leaves out is named in `withheld`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from platforms.money import to_minor
from platforms.records import CustomerRecord, NoteRecord, OrderRecord, RefundRecord
from platforms.shopify.rest_parts import (
    address_record,
    fulfillment_records,
    id_text,
    line_records,
    refund_records,
    required_text,
)
from platforms.shopify.values import (
    financial_status,
    fulfillment_status,
    moment,
    moment_or_none,
    platform_status,
    tags,
    text,
)

Body = Mapping[str, Any]

# Keys whose absence means that the body can't tell. An absent customer or address means none.
_ORDER_FIELDS = {
    "email": ("email",),
    "phone": ("phone",),
    "source_name": ("sales_channel",),
    "customer_locale": ("locale",),
    "note": ("note", "notes"),
    "tags": ("tags",),
    "line_items": ("lines",),
    "fulfillments": ("fulfillments",),
    "refunds": ("refunds",),
}
_CUSTOMER_FIELDS = ("email", "phone", "first_name", "last_name", "note", "tags", "created_at")


def order_record(body: Body) -> OrderRecord:
    """The order of a body. Raises KeyError, TypeError, ValueError or AttributeError."""
    currency = body["currency"]
    presentment_currency = body.get("presentment_currency") or currency
    customer, note = body.get("customer"), text(body.get("note"))
    refunds = refund_records(body.get("refunds") or (), currency)
    return OrderRecord(
        external_id=id_text(body["id"]),
        name=required_text(body["name"]),
        placed_at=moment(body.get("processed_at") or body["created_at"]),
        updated_at=moment(body["updated_at"]),
        currency=currency,
        total_minor=to_minor(body["total_price"], currency),
        current_total_minor=to_minor(body["current_total_price"], currency),
        refunded_minor=_sum(refunds) if "refunds" in body else None,
        financial_status=financial_status(body.get("financial_status")),
        fulfillment_status=fulfillment_status(body.get("fulfillment_status")),
        platform_status=platform_status(body.get("cancelled_at"), body.get("closed_at")),
        customer_external_id=id_text(customer["id"]) if customer else None,
        email=text(body.get("email")),
        phone=text(body.get("phone")),
        cancelled_at=moment_or_none(body.get("cancelled_at")),
        is_test=bool(body.get("test")),
        presentment_currency=presentment_currency,
        presentment_total_minor=_presentment(body, currency, presentment_currency),
        sales_channel=text(body.get("source_name")),
        locale=text(body.get("customer_locale")),
        note=note,
        tags=_tags(body.get("tags")),
        shipping_address=address_record(body.get("shipping_address")),
        billing_address=address_record(body.get("billing_address")),
        lines=line_records(body.get("line_items") or (), currency),
        fulfillments=fulfillment_records(body.get("fulfillments") or ()),
        refunds=refunds,
        notes=(NoteRecord("", note),) if note else (),
        customer=customer_record(customer) if _is_whole(customer) else None,
        withheld=order_withholds(body),
    )


def _is_whole(customer: Body | None) -> TypeGuard[Body]:
    # Shopify sends null as well where it doesn't tell the account's own times.
    return customer is not None and bool(customer.get("updated_at"))


def order_withholds(body: Body) -> frozenset[str]:
    """What an order's body doesn't tell."""
    customer = body.get("customer")
    names = {name for key, many in _ORDER_FIELDS.items() if key not in body for name in many}
    if customer and not _is_whole(customer):
        # Without approval for protected data little more than the account's id is told.
        names.add("customer")
    return frozenset(names)


def customer_record(body: Body) -> CustomerRecord:
    """The account of a body. Raises as `order_record`. Bodies never tell a locale."""
    return CustomerRecord(
        external_id=id_text(body["id"]),
        updated_at=moment(body["updated_at"]),
        created_at=moment_or_none(body.get("created_at")),
        email=text(body.get("email")),
        phone=text(body.get("phone")),
        first_name=text(body.get("first_name")),
        last_name=text(body.get("last_name")),
        tags=_tags(body.get("tags")),
        note=text(body.get("note")),
        address=address_record(body.get("default_address")),
        withheld=customer_withholds(body),
    )


def customer_withholds(body: Body) -> frozenset[str]:
    """What an account's body doesn't tell: never a locale."""
    return frozenset(name for name in _CUSTOMER_FIELDS if name not in body) | {"locale"}


def _sum(refunds: Iterable[RefundRecord]) -> int | None:
    total = 0
    for refund in refunds:
        if refund.amount_minor is None:
            return None
        total += refund.amount_minor
    return total


def _presentment(body: Body, currency: str, presentment_currency: str) -> int | None:
    bag = body.get("total_price_set")
    if bag:
        return to_minor(bag["presentment_money"]["amount"], presentment_currency)
    return to_minor(body["total_price"], currency) if presentment_currency == currency else None


def _tags(value: Any) -> tuple[str, ...]:
    return tags(tag.strip() for tag in value.split(",")) if value else ()
