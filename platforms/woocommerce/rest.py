"""Order and account bodies to records: the same from a list, a single read and a webhook.

What such a body never tells (notes) or leaves out is named in `withheld`. A body that is no order
or account at all raises DeliveryUnreadable, whatever it is.
"""

from collections.abc import Mapping
from typing import Any

from platforms.errors import DeliveryUnreadable
from platforms.records import CustomerRecord, OrderRecord
from platforms.woocommerce.rest_parts import (
    address_record,
    line_records,
    refund_records,
    refunded_minor,
)
from platforms.woocommerce.statuses import (
    DRAFTS,
    TRASH,
    financial_status,
    fulfillment_status,
    platform_status,
)
from platforms.woocommerce.tracking import fulfillment_records, language, read_meta
from platforms.woocommerce.values import (
    amount,
    currency_code,
    entries,
    id_or_none,
    id_text,
    moment,
    moment_if_any,
    shown,
    text,
    words,
)

Body = Mapping[str, Any]

# What we read of an order; a list asks for no more, which spares the store half its work.
ORDER_FIELDS = (
    "id,number,status,currency,total,prices_include_tax,customer_id,created_via,customer_note,"
    "date_created_gmt,date_modified_gmt,date_paid_gmt,billing,shipping,line_items,refunds,meta_data"
)
CUSTOMER_FIELDS = (
    "id,email,first_name,last_name,role,is_paying_customer,billing,"
    "date_created_gmt,date_modified_gmt"
)

_NOTES = frozenset({"notes"})
# Keys whose absence means that the body can't tell.
_TELLING = {
    "customer_id": ("customer", "customer_external_id"),
    "billing": ("email", "phone", "billing_address"),
    "shipping": ("shipping_address",),
    "customer_note": ("note",),
    "created_via": ("sales_channel",),
    "line_items": ("lines",),
    "refunds": ("refunds",),
    "meta_data": ("fulfillments", "locale"),
}
_ACCOUNT_TELLING = {
    "email": ("email",),
    "first_name": ("first_name",),
    "last_name": ("last_name",),
    "date_created_gmt": ("created_at",),
    "billing": ("phone", "address"),
}
_SHAPELESS = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
# A tuple: what a role is told as may be anything, unhashable too.
_MIRRORED_ROLES = ("customer", "subscriber")


def is_mirrored_customer(body: Body) -> bool:
    """Whether an account is a buyer's: WordPress has accounts of writers and staff as well."""
    return body.get("role") in _MIRRORED_ROLES or body.get("is_paying_customer") is True


def is_draft(body: Body) -> bool:
    """Whether an order's body is of a checkout or an admin's page that is no order yet."""
    status = body.get("status")
    return isinstance(status, str) and platform_status(status) in DRAFTS


def order_record(body: Body) -> OrderRecord:
    """The order of a body, its notes and the times of its refunds withheld.

    Raises DeliveryUnreadable for what is no order: no id, no date, no money, an error body.
    """
    try:
        return _order(body)
    except _SHAPELESS as error:
        raise DeliveryUnreadable(_why(body, "an order", error)) from error


def customer_record(body: Body) -> CustomerRecord:
    """The account of a body, mirrored or not. Raises DeliveryUnreadable for what is none."""
    try:
        return _customer(body)
    except _SHAPELESS as error:
        raise DeliveryUnreadable(_why(body, "an account", error)) from error


def _order(body: Body) -> OrderRecord:
    get = body.get
    external_id = id_text(body["id"])
    status = platform_status(body["status"])
    currency = currency_code(body["currency"])
    created, modified = get("date_created_gmt"), get("date_modified_gmt")
    updated_at = moment(modified or created)
    placed_at = moment_if_any(created) or updated_at
    total = amount(body["total"], currency)
    given_back = entries(get("refunds"))
    refunds = refund_records(given_back, currency)
    refunded = refunded_minor(given_back, currency) if "refunds" in body else None
    billing, note = get("billing") or {}, text(get("customer_note"))
    meta = read_meta(get("meta_data"))
    return OrderRecord(
        external_id=external_id,
        name=f"#{shown(get('number')) or external_id}",
        placed_at=placed_at,
        updated_at=updated_at,
        currency=currency,
        total_minor=total,
        current_total_minor=total - (refunded or 0),
        refunded_minor=refunded,
        financial_status=financial_status(
            status, has_paid_at=bool(get("date_paid_gmt")), total=total, refunded=refunded or 0
        ),
        fulfillment_status=fulfillment_status(status),
        platform_status=status,
        customer_external_id=id_or_none(get("customer_id")),
        email=text(billing.get("email")),
        phone=text(billing.get("phone")),
        deleted_at=updated_at if status == TRASH else None,
        is_draft=status in DRAFTS,
        sales_channel=text(get("created_via")),
        locale=language(meta) if meta else None,
        note=note,
        shipping_address=address_record(get("shipping")),
        billing_address=address_record(billing),
        lines=line_records(
            entries(get("line_items")), currency, with_tax=get("prices_include_tax") is True
        ),
        fulfillments=fulfillment_records(external_id, meta, placed_at) if meta else (),
        refunds=refunds,
        withheld=_NOTES if body.keys() >= _TELLING.keys() else _NOTES | _untold(body, _TELLING),
    )


def _customer(body: Body) -> CustomerRecord:
    get = body.get
    created, modified = get("date_created_gmt"), get("date_modified_gmt")
    billing = get("billing") or {}
    first, last = words(get("first_name")), words(get("last_name"))
    if first is None and last is None:
        # WooCommerce's own accounts often have a name in their address only.
        first, last = words(billing.get("first_name")), words(billing.get("last_name"))
    return CustomerRecord(
        external_id=id_text(body["id"]),
        updated_at=moment(modified or created),
        created_at=moment_if_any(created),
        email=text(get("email")),
        phone=text(billing.get("phone")),
        first_name=first,
        last_name=last,
        address=address_record(billing),
        withheld=_untold(body, _ACCOUNT_TELLING),
    )


def _untold(body: Body, telling: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(name for key, names in telling.items() if key not in body for name in names)


def _why(body: Any, what: str, error: Exception) -> str:
    """A sentence without anything personal of the body in it."""
    if not isinstance(body, Mapping):
        return f"what should be {what} is no object"
    code = body.get("code")
    if "id" not in body and isinstance(code, str):
        return f"the store sent an error in place of {what}: {code[:80]}"
    return f"{what} that can't be read: {type(error).__name__}"
