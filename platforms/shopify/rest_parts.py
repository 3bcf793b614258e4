"""Parts of REST-shaped bodies to records: ids, addresses, lines, parcels, refunds.

Each raises KeyError, TypeError, ValueError or AttributeError for a body that lacks its shape.
"""

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from platforms.money import to_minor
from platforms.records import (
    AddressRecord,
    FulfillmentRecord,
    LineRecord,
    RefundRecord,
    TrackingRecord,
)
from platforms.shopify.values import (
    by_number,
    moment,
    shipment_status,
    text,
    tracking,
    variant_title,
)

Body = Mapping[str, Any]


def fulfillment_record(body: Body) -> FulfillmentRecord:
    """The parcel of a body."""
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


def required_text(value: Any) -> str:
    """The text, empty or not. Raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError("no text where there must be one")
    return value


def whole_number(value: Any) -> int:
    """The number. Raises TypeError for anything else, a truth value included."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("no whole number where there must be one")
    return value


def refund_records(bodies: Iterable[Body], currency: str) -> tuple[RefundRecord, ...]:
    """The refunds of an order's body, in the order of their ids."""
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


def address_record(body: Body | None) -> AddressRecord | None:
    """A postal address, None for none."""
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


def line_records(bodies: Iterable[Body], currency: str) -> tuple[LineRecord, ...]:
    """The lines of an order's body, in the order of their ids."""
    ordered = sorted(bodies, key=lambda body: by_number(id_text(body["id"])))
    return tuple(_line(body, position, currency) for position, body in enumerate(ordered))


def _line(body: Body, position: int, currency: str) -> LineRecord:
    unit_price = to_minor(body["price"], currency)
    quantity = whole_number(body["quantity"])
    discounts = (
        to_minor(each["amount"], currency) for each in body.get("discount_allocations") or ()
    )
    variant_id, product_id = body.get("variant_id"), body.get("product_id")
    return LineRecord(
        external_id=id_text(body["id"]),
        position=position,
        title=required_text(body["title"]),
        variant_title=variant_title(body.get("variant_title")),
        sku=text(body.get("sku")),
        quantity=quantity,
        current_quantity=whole_number(body["current_quantity"]),
        unit_price_minor=unit_price,
        total_minor=unit_price * quantity - sum(discounts),
        variant_external_id=id_text(variant_id) if variant_id else None,
        product_external_id=id_text(product_id) if product_id else None,
    )


def fulfillment_records(bodies: Iterable[Body]) -> tuple[FulfillmentRecord, ...]:
    """The parcels of an order's body, in the order of their ids."""
    records = [fulfillment_record(body) for body in bodies]
    return tuple(sorted(records, key=lambda record: by_number(record.external_id)))


def _tracking(body: Body) -> Iterable[TrackingRecord]:
    """Numbers and addresses stand in two lists, the carrier once for all."""
    pairs = zip_longest(body.get("tracking_numbers") or (), body.get("tracking_urls") or ())
    for number, url in pairs:
        parcel = tracking(body.get("tracking_company"), number, url)
        if parcel is not None:
            yield parcel
