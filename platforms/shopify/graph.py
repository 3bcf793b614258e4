"""Nodes of the Admin GraphQL API to records. The backfill's hot path: lean on purpose."""

from collections.abc import Iterable, Sequence
from typing import Any

from platforms.errors import StoreAnsweredNonsense
from platforms.money import to_minor
from platforms.records import (
    NOTHING_WITHHELD,
    AddressRecord,
    CustomerRecord,
    FulfillmentRecord,
    LineRecord,
    NoteRecord,
    OrderRecord,
    RefundRecord,
)
from platforms.shopify.values import (
    by_number,
    financial_status,
    fulfillment_status,
    moment,
    moment_or_none,
    number_of,
    platform_status,
    shipment_status,
    tags,
    tracking,
    variant_title,
)

Node = dict[str, Any]


class MalformedNode(StoreAnsweredNonsense):
    """A node that lacks what the schema promises."""


def order_record(
    node: Node,
    lines: Iterable[Node],
    withheld: frozenset[str] = NOTHING_WITHHELD,
    customer_withheld: frozenset[str] = NOTHING_WITHHELD,
) -> OrderRecord:
    """The order of a node with all of its line nodes. Raises MalformedNode."""
    try:
        return _order(node, lines, withheld, customer_withheld)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedNode(f"an order that can't be read: {error!r}") from error


def customer_record(node: Node, withheld: frozenset[str] = NOTHING_WITHHELD) -> CustomerRecord:
    """The account of a node. Raises MalformedNode."""
    try:
        return _customer(node, withheld)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedNode(f"a customer that can't be read: {error!r}") from error


def _order(
    node: Node, lines: Iterable[Node], withheld: frozenset[str], customer_withheld: frozenset[str]
) -> OrderRecord:
    currency = node["currencyCode"]
    presentment_currency = node["presentmentCurrencyCode"]
    total = node["totalPriceSet"]
    customer = node["customer"]
    cancelled_at, note = node["cancelledAt"], node["note"] or None
    refunds, fulfillments, tag_list = node["refunds"], node["fulfillments"], node["tags"]
    return OrderRecord(
        external_id=number_of(node["id"]),
        name=node["name"],
        placed_at=moment(node["processedAt"]),
        updated_at=moment(node["updatedAt"]),
        currency=currency,
        total_minor=to_minor(total["shopMoney"]["amount"], currency),
        current_total_minor=_shop_minor(node["currentTotalPriceSet"], currency),
        refunded_minor=_shop_minor(node["totalRefundedSet"], currency),
        financial_status=financial_status(node["displayFinancialStatus"]),
        fulfillment_status=fulfillment_status(node["displayFulfillmentStatus"]),
        platform_status=platform_status(cancelled_at, node["closedAt"]),
        customer_external_id=number_of(customer["id"]) if customer else None,
        email=node["email"] or None,
        phone=node["phone"] or None,
        cancelled_at=moment_or_none(cancelled_at),
        is_test=node["test"],
        presentment_currency=presentment_currency,
        presentment_total_minor=to_minor(total["presentmentMoney"]["amount"], presentment_currency),
        sales_channel=node["sourceName"] or None,
        locale=node["customerLocale"] or None,
        note=note,
        tags=tags(tag_list) if tag_list else (),
        shipping_address=_address(node["shippingAddress"]),
        billing_address=_address(node["billingAddress"]),
        lines=_lines(lines, currency),
        fulfillments=_fulfillments(fulfillments) if fulfillments else (),
        refunds=_refunds(refunds, currency) if refunds else (),
        notes=(NoteRecord("", note),) if note else (),
        customer=_customer(customer, customer_withheld) if customer else None,
        withheld=withheld,
    )


def _shop_minor(bag: Node, currency: str) -> int:
    return to_minor(bag["shopMoney"]["amount"], currency)


def _customer(node: Node, withheld: frozenset[str]) -> CustomerRecord:
    email, phone, tag_list = node["defaultEmailAddress"], node["defaultPhoneNumber"], node["tags"]
    return CustomerRecord(
        external_id=number_of(node["id"]),
        updated_at=moment(node["updatedAt"]),
        created_at=moment_or_none(node["createdAt"]),
        email=email["emailAddress"] or None if email else None,
        phone=phone["phoneNumber"] or None if phone else None,
        first_name=node["firstName"] or None,
        last_name=node["lastName"] or None,
        locale=node["locale"] or None,
        tags=tags(tag_list) if tag_list else (),
        note=node["note"] or None,
        address=_address(node["defaultAddress"]),
        withheld=withheld,
    )


def _address(node: Node | None) -> AddressRecord | None:
    if not node:
        return None
    return AddressRecord(
        node["name"] or None,
        node["company"] or None,
        node["address1"] or None,
        node["address2"] or None,
        node["city"] or None,
        node["province"] or None,
        node["zip"] or None,
        node["countryCodeV2"] or None,
        node["phone"] or None,
    )


def _lines(nodes: Iterable[Node], currency: str) -> tuple[LineRecord, ...]:
    ordered: Sequence[Node] = list(nodes)
    if len(ordered) > 1:
        ordered = sorted(ordered, key=lambda node: by_number(number_of(node["id"])))
    return tuple(_line(node, position, currency) for position, node in enumerate(ordered))


def _line(node: Node, position: int, currency: str) -> LineRecord:
    quantity = node["quantity"]
    unit_price = _shop_minor(node["originalUnitPriceSet"], currency)
    total = unit_price * quantity
    for allocation in node["discountAllocations"]:
        total -= _shop_minor(allocation["allocatedAmountSet"], currency)
    variant, product = node["variant"], node["product"]
    return LineRecord(
        external_id=number_of(node["id"]),
        position=position,
        title=node["title"],
        variant_title=variant_title(node["variantTitle"]),
        sku=node["sku"] or None,
        quantity=quantity,
        current_quantity=node["currentQuantity"],
        unit_price_minor=unit_price,
        total_minor=total,
        variant_external_id=number_of(variant["id"]) if variant else None,
        product_external_id=number_of(product["id"]) if product else None,
    )


def _fulfillments(nodes: Iterable[Node]) -> tuple[FulfillmentRecord, ...]:
    records = [_fulfillment(node) for node in nodes]
    return tuple(sorted(records, key=lambda record: by_number(record.external_id)))


def _fulfillment(node: Node) -> FulfillmentRecord:
    status = node["status"].lower()
    parcels = (
        tracking(info["company"], info["number"], info["url"]) for info in node["trackingInfo"]
    )
    return FulfillmentRecord(
        external_id=number_of(node["id"]),
        created_at=moment(node["createdAt"]),
        updated_at=moment(node["updatedAt"]),
        status=status,
        shipment_status=shipment_status(node["displayStatus"], status),
        tracking=tuple(parcel for parcel in parcels if parcel),
    )


def _refunds(nodes: Iterable[Node], currency: str) -> tuple[RefundRecord, ...]:
    records = [
        RefundRecord(
            external_id=number_of(node["id"]),
            created_at=moment(node["createdAt"] or node["updatedAt"]),
            amount_minor=_shop_minor(node["totalRefundedSet"], currency),
            note=node["note"] or None,
        )
        for node in nodes
    ]
    return tuple(sorted(records, key=lambda record: by_number(record.external_id)))
