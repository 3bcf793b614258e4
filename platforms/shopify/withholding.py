"""Which fields of a record an answer could not tell, from the paths of its errors.

Shopify sends protected data that we aren't approved for as null, with an error that names the path.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from platforms.records import NOTHING_WITHHELD
from platforms.shopify.answers import Path

_CUSTOMER_FIELDS = {
    "createdAt": "created_at",
    "defaultAddress": "address",
    "defaultEmailAddress": "email",
    "defaultPhoneNumber": "phone",
    "firstName": "first_name",
    "lastName": "last_name",
    "locale": "locale",
    "note": "note",
    "tags": "tags",
}

_ORDER_FIELDS = {
    "billingAddress": ("billing_address",),
    "customer": ("customer", "customer_external_id"),
    "customerLocale": ("locale",),
    "email": ("email",),
    "fulfillments": ("fulfillments",),
    "lineItems": ("lines",),
    "note": ("note", "notes"),
    "phone": ("phone",),
    "refunds": ("refunds",),
    "shippingAddress": ("shipping_address",),
    "sourceName": ("sales_channel",),
    "tags": ("tags",),
}


@dataclass(frozen=True, slots=True)
class Withheld:
    """Names of record fields: the order's own, and those of the account inside it."""

    order: frozenset[str] = NOTHING_WITHHELD
    customer: frozenset[str] = NOTHING_WITHHELD


def order_withheld(paths: Iterable[Path]) -> Withheld:
    """What those paths, which begin at an order, take from its record."""
    order: set[str] = set()
    customer: set[str] = set()
    for path in paths:
        if len(path) > 1 and path[0] == "customer":
            customer |= customer_withheld([path[1:]])
        elif path:
            order.update(_ORDER_FIELDS.get(str(path[0]), ()))
    return Withheld(frozenset(order), frozenset(customer))


def customer_withheld(paths: Iterable[Path]) -> frozenset[str]:
    """What those paths, which begin at a customer, take from its record."""
    names = (_CUSTOMER_FIELDS.get(str(path[0])) for path in paths if path)
    return frozenset(name for name in names if name)


def below(paths: Iterable[Path], *prefix: str | int) -> list[Path]:
    """The rest of each path that begins with that prefix."""
    size = len(prefix)
    return [path[size:] for path in paths if path[:size] == prefix]
