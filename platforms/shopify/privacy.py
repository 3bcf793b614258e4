"""The compliance topics. An erasure can't be taken back, so the body has to prove itself.

The topic's header isn't signed: any genuine body could be sent again as an erasure. So the shape
must be exactly Shopify's documented one, and the body's shop the delivery's.
"""

from collections.abc import Mapping
from typing import Any

from platforms.changes import PrivacyRequested
from platforms.errors import DeliveryForeign, DeliveryUnreadable
from platforms.port import StoreFacts
from platforms.shopify.rest_parts import id_text
from platforms.shopify.shops import canonical_shop

Body = Mapping[str, Any]

_SHOP = frozenset({"shop_id", "shop_domain"})
_SHAPES = {
    "customers/data_request": _SHOP | {"customer", "orders_requested", "data_request"},
    "customers/redact": _SHOP | {"customer", "orders_to_redact"},
    "shop/redact": _SHOP,
}
_CUSTOMER_SHAPE = frozenset({"id", "email", "phone"})

COMPLIANCE_TOPICS = frozenset(_SHAPES)


def privacy_request(topic: str, body: Body, store: StoreFacts) -> PrivacyRequested:
    """The request of a compliance body.

    Raises DeliveryUnreadable for any other shape, DeliveryForeign for another shop.
    """
    if body.keys() != _SHAPES[topic]:
        raise DeliveryUnreadable("not the shape of a compliance request")
    _check_shop(body, store)
    if topic == "shop/redact":
        return PrivacyRequested("shop_redact")
    try:
        return _customer_request(topic, body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DeliveryUnreadable("not the shape of a compliance request") from error


def _check_shop(body: Body, store: StoreFacts) -> None:
    domain, number = body["shop_domain"], body["shop_id"]
    if not isinstance(domain, str) or canonical_shop(domain) is None:
        raise DeliveryUnreadable("a compliance request that names no shop")
    try:
        external_id = id_text(number)
    except ValueError as error:
        raise DeliveryUnreadable("a compliance request without its shop's id") from error
    if canonical_shop(domain) != store.domain or store.external_id not in (None, external_id):
        raise DeliveryForeign("a compliance request for another shop than its headers say")


def _customer_request(topic: str, body: Body) -> PrivacyRequested:
    customer = body["customer"]
    if not _CUSTOMER_SHAPE >= customer.keys() >= {"id"}:
        raise ValueError("not the shape of a customer")
    is_request = topic == "customers/data_request"
    orders = body["orders_requested" if is_request else "orders_to_redact"]
    if not isinstance(orders, list):
        raise TypeError("orders that are no list")
    if is_request and body["data_request"].keys() != {"id"}:
        raise ValueError("not the shape of a data request")
    return PrivacyRequested(
        kind="data_request" if is_request else "customer_redact",
        customer_external_id=id_text(customer["id"]),
        email=_text(customer.get("email")),
        phone=_text(customer.get("phone")),
        order_external_ids=tuple(id_text(order) for order in orders),
        request_external_id=id_text(body["data_request"]["id"]) if is_request else None,
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise TypeError("no text")
