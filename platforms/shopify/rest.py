"""REST-shaped bodies, as webhooks carry them, to records.

A record from here equals, field by field, the one that `graph` makes of the same object at the
same moment; what a body leaves out is named in `withheld`.
"""

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any, TypeGuard

from platforms.money import to_minor
from platforms.records import (
    AddressRecord,
    CustomerRecord,
    FulfillmentRecord,
    LineRecord,
    NoteRecord,
    OrderRecord,
    RefundRecord,
    TrackingRecord,
)
from platforms.shopify.values import (
    by_number,
    financial_status,
    fulfillment_status,
    moment,
    moment_or_none,
    platform_status,
    shipment_status,
    tags,
    text,
    tracking,
    variant_title,
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
    refunds = _refunds(body.get("refunds") or (), currency)
    return OrderRecord(
        external_id=id_text(body["id"]),
        name=body["name"],
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
        shipping_address=_address(body.get("shipping_address")),
        billing_address=_address(body.get("billing_address")),
        lines=_lines(body.get("line_items") or (), currency),
        fulfillments=_fulfillments(body.get("fulfillments") or ()),
        refunds=refunds,
        notes=(NoteRecord("", note),) if note else (),
        customer=customer_record(customer) if _is_whole(customer) else None,
        withheld=_withheld(body, customer),
    )


def _is_whole(customer: Body | None) -> TypeGuard[Body]:
    return customer is not None and "updated_at" in customer


def _withheld(body: Body, customer: Body | None) -> frozenset[str]:
    names = {name for key, many in _ORDER_FIELDS.items() if key not in body for name in many}
    if customer and not _is_whole(customer):
        # Without approval for protected data little more than the account's id is told.
        names.add("customer")
    return frozenset(names)


def customer_record(body: Body) -> CustomerRecord:
    """The account of a body. Raises as `order_record`. Bodies never tell a locale."""
    withheld = {name for name in _CUSTOMER_FIELDS if name not in body}
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
        address=_address(body.get("default_address")),
        withheld=frozenset(withheld | {"locale"}),
    )


def fulfillment_record(body: Body) -> FulfillmentRecord:
    """The parcel of a body. Raises as `order_record`."""
    status = str(body["status"]).lower()
    return FulfillmentRecord(
        external_id=id_text(body["id"]),
        created_at=moment(body["created_at"]),
        updated_at=moment(body["updated_at"]),
        status=status,
        shipment_status=shipment_status(body.get("shipment_status"), status),
        tracking=tuple(_tracking(body)),
    )


def id_text(value: Any) -> str:
    """An id as text, digit for digit. Raises ValueError for what is no positive whole number.

    A float is refused: past 2^53 it is another number than the one that was sent.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return str(value)
    raise ValueError("an id that is no whole number")


def _refunds(bodies: Iterable[Body], currency: str) -> tuple[RefundRecord, ...]:
    records = [
        RefundRecord(
            external_id=id_text(body["id"]),
            created_at=moment(body["created_at"]),
            amount_minor=_refunded(body, currency),
            note=text(body.get("note")),
        )
        for body in bodies
    ]
    return tuple(sorted(records, key=lambda record: by_number(record.external_id)))


def _refunded(body: Body, currency: str) -> int | None:
    """The successful refund transactions, None where they are in another currency or not told."""
    total = 0
    if "transactions" not in body:
        return None
    for transaction in body["transactions"]:
        if transaction["kind"] == "refund" and transaction["status"] == "success":
            if transaction["currency"] != currency:
                return None
            total += to_minor(transaction["amount"], currency)
    return total


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


def _address(body: Body | None) -> AddressRecord | None:
    if not body:
        return None
    return AddressRecord(
        name=text(body.get("name")),
        company=text(body.get("company")),
        line1=text(body.get("address1")),
        line2=text(body.get("address2")),
        city=text(body.get("city")),
        region=text(body.get("province")),
        postal_code=text(body.get("zip")),
        country_code=text(body.get("country_code")),
        phone=text(body.get("phone")),
    )


def _lines(bodies: Iterable[Body], currency: str) -> tuple[LineRecord, ...]:
    ordered = sorted(bodies, key=lambda body: by_number(id_text(body["id"])))
    return tuple(_line(body, position, currency) for position, body in enumerate(ordered))


def _line(body: Body, position: int, currency: str) -> LineRecord:
    unit_price = to_minor(body["price"], currency)
    quantity = body["quantity"]
    discounts = (
        to_minor(each["amount"], currency) for each in body.get("discount_allocations") or ()
    )
    variant_id, product_id = body.get("variant_id"), body.get("product_id")
    return LineRecord(
        external_id=id_text(body["id"]),
        position=position,
        title=body["title"],
        variant_title=variant_title(body.get("variant_title")),
        sku=text(body.get("sku")),
        quantity=quantity,
        current_quantity=body["current_quantity"],
        unit_price_minor=unit_price,
        total_minor=unit_price * quantity - sum(discounts),
        variant_external_id=id_text(variant_id) if variant_id else None,
        product_external_id=id_text(product_id) if product_id else None,
    )


def _fulfillments(bodies: Iterable[Body]) -> tuple[FulfillmentRecord, ...]:
    records = [fulfillment_record(body) for body in bodies]
    return tuple(sorted(records, key=lambda record: by_number(record.external_id)))


def _tracking(body: Body) -> Iterable[TrackingRecord]:
    """Numbers and addresses stand in two lists, the carrier once for all."""
    pairs = zip_longest(body.get("tracking_numbers") or (), body.get("tracking_urls") or ())
    for number, url in pairs:
        parcel = tracking(body.get("tracking_company"), number, url)
        if parcel is not None:
            yield parcel


def _tags(value: Any) -> tuple[str, ...]:
    return tags(tag.strip() for tag in value.split(",")) if value else ()
