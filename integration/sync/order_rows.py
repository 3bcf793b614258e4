"""An order as the mirror keeps it: from a record to an offer, from what was told to rows."""

from datetime import datetime, timedelta
from typing import Any

from integration.crm.figures import counts, is_paid
from integration.identity.normalize import normalize_email, normalize_phone
from integration.models import Order, OrderLine
from integration.statements.bulk import column_names, table_of
from integration.sync.parcels import same_parcels
from integration.sync.refunds import in_order, same_refunds, tells_times, times_of
from integration.sync.register import Offer, Register, Shape
from integration.sync.sourced import Sourced
from platforms.records import AddressRecord, NoteRecord, OrderRecord

TABLE = table_of(Order)
LINES = table_of(OrderLine)
STORED = Shape.of(
    "customer_external_id",
    "name",
    "email",
    "phone",
    "placed_at",
    "cancelled_at",
    "deleted_at",
    "currency",
    "total_minor",
    "current_total_minor",
    "refunded_minor",
    "presentment_currency",
    "presentment_total_minor",
    "financial_status",
    "fulfillment_status",
    "platform_status",
    "is_test",
    "sales_channel",
    "locale",
    "tags",
    "notes",
    "shipping_address",
    "billing_address",
)
TOLD = Shape.of(
    *STORED.names,
    "lines",
    "refunds",
    "refund_times",
    "fulfillments",
    judges={"fulfillments": same_parcels, "refunds": same_refunds},
)
# So long an order isn't read by itself again, whoever looks at it.
RESTS = timedelta(minutes=1)
COLUMNS = (
    "workspace_id",
    "store_id",
    "external_id",
    "profile_id",
    *STORED.names,
    "email_normalized",
    "phone_normalized",
    "buyer_name",
    "counts",
    "is_paid",
    "source_updated_at",
    "source_triggered_at",
    "source_read_at",
    "withheld",
    "rests_until",
)
LINE_COLUMNS = column_names(LINES)
assert set(COLUMNS) == set(column_names(TABLE, without=["id"]))

_PLACE = TOLD.places
_CUSTOMER, _EMAIL, _PHONE = _PLACE["customer_external_id"], _PLACE["email"], _PLACE["phone"]
_CANCELLED, _DELETED, _TEST = _PLACE["cancelled_at"], _PLACE["deleted_at"], _PLACE["is_test"]
_FINANCIAL, _STATUS = _PLACE["financial_status"], _PLACE["platform_status"]
_SHIPPING, _BILLING = _PLACE["shipping_address"], _PLACE["billing_address"]
_LINES = _PLACE["lines"]
_LOCALE = _PLACE["locale"]
_STORED_COUNT = len(STORED.names)


def order_offer(record: OrderRecord, sourced: Sourced) -> Offer:
    """What a record tells. Refunds whose money it can't tell are withheld: never guessed.

    So are the refunds' times (`refund_times`) where it doesn't tell all of them.
    """
    withheld = record.withheld
    if "note" in withheld:
        withheld = withheld | {"notes"}
    if record.refunded_minor is None:
        withheld = withheld | {"refunded_minor"}
    if any(refund.amount_minor is None for refund in record.refunds):
        withheld = withheld | {"refunded_minor", "refunds"}
    if "refunds" in withheld or not tells_times(record.refunds):
        withheld = withheld | {"refund_times"}
    return Offer(
        [
            record.customer_external_id,
            record.name,
            record.email,
            record.phone,
            record.placed_at,
            record.cancelled_at,
            record.deleted_at,
            record.currency,
            record.total_minor,
            record.current_total_minor,
            record.refunded_minor or 0,
            record.presentment_currency,
            record.presentment_total_minor,
            record.financial_status,
            record.fulfillment_status,
            record.platform_status,
            record.is_test,
            record.sales_channel,
            record.locale,
            record.tags,
            _notes(record),
            record.shipping_address,
            record.billing_address,
            record.lines,
            () if "refunds" in withheld else in_order(record.refunds),
            {} if "refund_times" in withheld else times_of(record.refunds),
            record.fulfillments,
        ],
        record.updated_at,
        triggered_at=sourced.triggered_at,
        fresh=sourced.fresh,
        instead_of=sourced.instead_of,
        withheld=withheld,
        read_at=sourced.read_at,
    )


def money_is_untold(register: Register) -> bool:
    """Whether the newest state couldn't tell what was given back."""
    return "refunded_minor" in register.withheld or "refunds" in register.withheld


def contacts(
    told: list[Any], country_code: str | None
) -> tuple[str | None, str | None, str | None]:
    """The order's account, and its address and phone in their comparable forms."""
    return (
        told[_CUSTOMER],
        normalize_email(told[_EMAIL]),
        normalize_phone(told[_PHONE], country_code),
    )


def locale_of(told: list[Any] | None) -> str | None:
    """The buyer's language, None where the state tells none."""
    return None if told is None else told[_LOCALE]


def order_row(
    prefix: tuple[int, int, str, int],
    register: Register,
    email_normalized: str | None,
    phone_normalized: str | None,
    tombstone: datetime | None,
    rests_until: datetime | None,
) -> tuple[Any, ...]:
    """The order's row, in the order of COLUMNS; `prefix` is its first four values."""
    told = register.told
    assert told is not None
    assert register.at is not None
    stored = told[:_STORED_COUNT]
    if tombstone is not None and tombstone >= register.at:
        stored[_DELETED] = tombstone
    return (
        *prefix,
        *stored,
        email_normalized,
        phone_normalized,
        _name(told[_SHIPPING]) or _name(told[_BILLING]),
        counts(
            is_test=told[_TEST],
            cancelled_at=told[_CANCELLED],
            deleted_at=stored[_DELETED],
            platform_status=told[_STATUS],
        ),
        is_paid(told[_FINANCIAL]),
        register.at,
        register.triggered_at,
        register.read_at,
        register.withheld,
        rests_until,
    )


def line_rows(
    workspace_id: int, store_id: int, external_id: str, told: list[Any]
) -> list[tuple[Any, ...]]:
    """The order's lines, in the order of LINE_COLUMNS."""
    return [
        (
            store_id,
            external_id,
            line.external_id,
            line.position,
            line.title,
            line.variant_title,
            line.sku,
            line.quantity,
            line.current_quantity,
            line.unit_price_minor,
            line.total_minor,
            line.variant_external_id,
            line.product_external_id,
            workspace_id,
        )
        for line in told[_LINES]
    ]


def _notes(record: OrderRecord) -> tuple[NoteRecord, ...]:
    if not record.note or any(not note.external_id for note in record.notes):
        return record.notes
    return (NoteRecord("", record.note), *record.notes)


def _name(address: AddressRecord | dict[str, Any] | None) -> str | None:
    if address is None:
        return None
    return address["name"] if isinstance(address, dict) else address.name
