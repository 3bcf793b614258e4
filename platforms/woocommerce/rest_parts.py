"""Parts of order and account bodies to records: addresses, lines, refunds, notes.

Each raises KeyError, TypeError, ValueError or AttributeError for a body that lacks its shape.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from platforms.records import AddressRecord, LineRecord, NoteRecord, RefundRecord
from platforms.woocommerce.values import (
    amount,
    amount_together,
    by_number,
    id_or_none,
    id_text,
    moment_or_none,
    objects,
    plain,
    text,
    whole_or_none,
    words,
)

Body = Mapping[str, Any]


def address_record(body: Body | None) -> AddressRecord | None:
    """A postal address, None where every field of it is empty."""
    if not isinstance(body, Mapping):
        return None
    get = body.get
    first, last = words(get("first_name")), words(get("last_name"))
    name = f"{first} {last}" if first and last else first or last
    company, line1, line2 = words(get("company")), words(get("address_1")), words(get("address_2"))
    city, region, postal_code = words(get("city")), words(get("state")), words(get("postcode"))
    country, phone = words(get("country")), text(get("phone"))
    if not (name or line1 or country or city or postal_code or phone or company or region or line2):
        return None
    return AddressRecord(name, company, line1, line2, city, region, postal_code, country, phone)


def line_records(
    bodies: Iterable[Body], currency: str, *, with_tax: bool
) -> tuple[LineRecord, ...]:
    """The lines of an order's body, in the order of their ids.

    `with_tax` says that the store's prices include tax: amounts are then given with it.
    """
    ordered = sorted(bodies, key=_line_number)
    return tuple([_line(body, place, currency, with_tax) for place, body in enumerate(ordered)])


def _line_number(body: Body) -> int:
    return int(body["id"])


def _line(body: Body, position: int, currency: str, with_tax: bool) -> LineRecord:
    get = body.get
    quantity = whole_or_none(get("quantity", 1)) or 0
    before, after = amount(get("subtotal"), currency), amount(get("total"), currency)
    if with_tax:
        before += amount(get("subtotal_tax"), currency)
        after += amount(get("total_tax"), currency)
    product_id = id_or_none(get("product_id"))
    variation_id = id_or_none(get("variation_id"))
    title, variant_title = _titles(body, variation_id)
    return LineRecord(
        external_id=id_text(body["id"]),
        position=position,
        title=title,
        variant_title=variant_title,
        sku=text(get("sku")),
        quantity=quantity,
        current_quantity=quantity,
        unit_price_minor=before if quantity == 1 else _each(before, quantity),
        total_minor=after,
        variant_external_id=variation_id or product_id,
        product_external_id=product_id,
    )


def _each(total: int, quantity: int) -> int:
    """One piece's share, rounded half up."""
    return (2 * total + quantity) // (2 * quantity) if quantity > 0 else total


def _titles(body: Body, variation_id: str | None) -> tuple[str, str | None]:
    """The product's name and its variation's, which WooCommerce writes into one."""
    name = plain(body.get("name")) or ""
    if variation_id is None:
        return name, None
    parent = plain(body.get("parent_name"))
    if parent and name.startswith(parent + " - "):
        return parent, name[len(parent) + 3 :]
    chosen = (
        plain(meta.get("display_value"))
        for meta in objects(body.get("meta_data"))
        if not str(meta.get("key")).startswith("_")
    )
    return name, ", ".join(word for word in chosen if word) or None


def refund_records(bodies: Iterable[Body], currency: str) -> tuple[RefundRecord, ...]:
    """The refunds that an order's body names, in the order of their ids, without their times."""
    records = [
        RefundRecord(
            external_id=id_text(body["id"]),
            created_at=None,
            amount_minor=None
            if body.get("total") is None
            else abs(amount(body["total"], currency)),
            note=text(body.get("reason")),
        )
        for body in bodies
    ]
    return tuple(sorted(records, key=lambda record: by_number(record.external_id)))


def refunded_minor(bodies: Iterable[Body], currency: str) -> int | None:
    """What all of these refunds give back; None where one doesn't say.

    Rounded once, as the order's total is: a store with more decimals than its currency gives back
    all of 12.50 yen in two halves.
    """
    totals = [body.get("total") for body in bodies]
    if any(total is None for total in totals):
        return None
    return amount_together(totals, currency)


def note_records(bodies: Iterable[Body]) -> tuple[NoteRecord, ...]:
    """An order's notes, in the order of their ids; empty ones are left out."""
    records = [
        NoteRecord(
            external_id=id_text(body["id"]),
            text=written,
            author=text(body.get("author")),
            created_at=moment_or_none(body.get("date_created_gmt")),
            for_customer=bool(body.get("customer_note")),
        )
        for body in bodies
        if (written := plain(body.get("note")))
    ]
    return tuple(sorted(records, key=lambda record: by_number(record.external_id)))
