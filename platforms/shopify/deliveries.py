"""What a genuine delivery means, topic by topic."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from platforms.changes import (
    AppUninstalled,
    Change,
    CustomerChanged,
    CustomerDeleted,
    CustomersMerged,
    CustomerTouched,
    FulfillmentChanged,
    IsSuperseded,
    OrderChanged,
    OrderDeleted,
    OrderTouched,
    ReadFinished,
    ScopesChanged,
    ShipmentMoved,
    Superseded,
)
from platforms.errors import DeliveryForeign, DeliveryUnreadable
from platforms.port import Envelope, StoreFacts
from platforms.shopify.bodies import read_body
from platforms.shopify.privacy import COMPLIANCE_TOPICS, privacy_request
from platforms.shopify.rest import (
    customer_record,
    customer_withholds,
    order_record,
    order_withholds,
)
from platforms.shopify.rest_parts import fulfillment_record, id_text
from platforms.shopify.shops import canonical_shop
from platforms.shopify.values import moment, moment_or_none, number_of

Body = Mapping[str, Any]
Parser = Callable[[Body, Envelope], list[Change]]

_SHOP_NUMBER = re.compile(r"/(\d+)/", re.ASCII)


def changes_of(
    envelope: Envelope,
    raw_body: bytes,
    store: StoreFacts,
    is_superseded: IsSuperseded | None = None,
) -> list[Change]:
    """The changes of a delivery, none for a topic that we have no use for.

    Raises DeliveryUnreadable with a plain reason, DeliveryForeign when the body names another shop.
    A state that `is_superseded` isn't made a record.
    """
    body = read_body(raw_body)
    if envelope.topic in COMPLIANCE_TOPICS:
        return [privacy_request(envelope.topic, body, store)]
    _check_shop(envelope.topic, body, store)
    parser = _PARSERS.get(envelope.topic)
    if parser is None:
        return []
    try:
        if is_superseded is not None and (past := _superseded(parser, body, is_superseded)):
            return [past]
        return parser(body, envelope)
    except KeyError as error:
        raise DeliveryUnreadable(f"the body has no {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DeliveryUnreadable(f"the body can't be read: {error}"[:200]) from error


def _superseded(parser: Parser, body: Body, is_superseded: IsSuperseded) -> Superseded | None:
    kind = _STATES.get(parser)
    if kind is None:
        return None
    external_id, at = body.get("id"), body.get("updated_at")
    if external_id is None or at is None:
        return None
    key = id_text(external_id)
    withheld = order_withholds(body) if kind == "order" else customer_withholds(body)
    return Superseded(kind, key) if is_superseded(kind, key, moment(at), withheld) else None


def _check_shop(topic: str, body: Body, store: StoreFacts) -> None:
    """Refuse a body that names another shop, and an app/* body that doesn't name its own.

    An order names its shop only in order_status_url, whose path begins with the shop's number
    (its host is usually the shop's own domain); a carrier's news has shop_id.
    """
    named = _named_shops(topic, body)
    known = {each for each in (store.domain, store.external_id) if each}
    if named - known and (store.external_id or any("." in each for each in named - known)):
        raise DeliveryForeign("the body names another shop than the headers")
    if topic.startswith("app/") and not (named & known or _stands_on(body, store.domain)):
        raise DeliveryForeign("the body doesn't name the shop that it is about")


def _named_shops(topic: str, body: Body) -> set[str]:
    """Canonical names and numbers of shops in the body."""
    named = {str(body[key]) for key in ("shop_id",) if isinstance(body.get(key), int | str)}
    if topic.startswith("app/") and not named and isinstance(body.get("id"), int | str):
        named.add(number_of(str(body["id"])))
    for key in ("myshopify_domain", "shop_domain"):
        if isinstance(body.get(key), str):
            named.add(canonical_shop(body[key]) or body[key])
    url = body.get("order_status_url")
    if isinstance(url, str) and (match := _SHOP_NUMBER.match(_path(url))):
        named.add(match.group(1))
    return named


def _stands_on(body: Body, domain: str) -> bool:
    """Whether the shop's main address, often one of its own, is its canonical name."""
    told = body.get("domain")
    return isinstance(told, str) and canonical_shop(told) == domain


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _order(body: Body, _: Envelope) -> list[Change]:
    """The order as it stood; one whose body lacks what a record needs is read again."""
    external_id = id_text(body["id"])
    try:
        return [OrderChanged(order_record(body))]
    except KeyError:
        return [OrderTouched(external_id, moment_or_none(body.get("updated_at")))]


def _order_deleted(body: Body, envelope: Envelope) -> list[Change]:
    return [OrderDeleted(id_text(body["id"]), envelope.triggered_at)]


def _order_edited(body: Body, _: Envelope) -> list[Change]:
    edit = body["order_edit"]
    return [OrderTouched(id_text(edit["order_id"]), moment_or_none(edit.get("created_at")))]


def _refund(body: Body, _: Envelope) -> list[Change]:
    """A refund's body has neither its total nor the order's new status: read the order again."""
    id_text(body["id"])
    return [OrderTouched(id_text(body["order_id"]), moment_or_none(body.get("created_at")))]


def _customer(body: Body, _: Envelope) -> list[Change]:
    return [CustomerChanged(customer_record(body))]


def _customer_deleted(body: Body, envelope: Envelope) -> list[Change]:
    return [CustomerDeleted(id_text(body["id"]), envelope.triggered_at)]


def _customers_merged(body: Body, envelope: Envelope) -> list[Change]:
    kept = id_text(number_of(body["admin_graphql_api_customer_kept_id"]))
    gone = id_text(number_of(body["admin_graphql_api_customer_deleted_id"]))
    # A merge is a job of the shop's; one that failed is told as well.
    if str(body.get("status", "completed")).lower() != "completed":
        return []
    return [CustomersMerged(kept, gone, envelope.triggered_at)]


def _customer_tags(body: Body, envelope: Envelope) -> list[Change]:
    """The body has only the tags that came or went."""
    at = _occurred(body.get("occurredAt"), envelope)
    return [CustomerTouched(id_text(number_of(body["customerId"])), at)]


def _occurred(value: Any, envelope: Envelope) -> datetime | None:
    return moment(value) if isinstance(value, str) and value else envelope.triggered_at


def _fulfillment(body: Body, _: Envelope) -> list[Change]:
    return [FulfillmentChanged(id_text(body["order_id"]), fulfillment_record(body))]


def _shipment(body: Body, _: Envelope) -> list[Change]:
    return [
        ShipmentMoved(
            order_external_id=id_text(body["order_id"]),
            fulfillment_external_id=id_text(body["fulfillment_id"]),
            shipment_status=str(body["status"]).lower(),
            at=moment(body.get("happened_at") or body["created_at"]),
        )
    ]


def _read_finished(body: Body, _: Envelope) -> list[Change]:
    number = id_text(number_of(body["admin_graphql_api_id"]))
    return [ReadFinished(number, str(body["status"]).lower())]


def _uninstalled(body: Body, envelope: Envelope) -> list[Change]:
    id_text(body["id"])
    return [AppUninstalled(envelope.triggered_at)]


def _scopes(body: Body, _: Envelope) -> list[Change]:
    current = body["current"]
    if not isinstance(current, list) or not all(isinstance(scope, str) for scope in current):
        raise TypeError("current is no list of scopes")
    return [ScopesChanged(tuple(current))]


_PARSERS: dict[str, Parser] = {
    "app/scopes_update": _scopes,
    "app/uninstalled": _uninstalled,
    "bulk_operations/finish": _read_finished,
    "customer.tags_added": _customer_tags,
    "customer.tags_removed": _customer_tags,
    "customers/create": _customer,
    "customers/delete": _customer_deleted,
    "customers/merge": _customers_merged,
    "customers/update": _customer,
    "fulfillment_events/create": _shipment,
    "fulfillments/create": _fulfillment,
    "fulfillments/update": _fulfillment,
    "orders/cancelled": _order,
    "orders/create": _order,
    "orders/delete": _order_deleted,
    "orders/edited": _order_edited,
    "orders/fulfilled": _order,
    "orders/paid": _order,
    "orders/partially_fulfilled": _order,
    "orders/updated": _order,
    "refunds/create": _refund,
}

# What tells an object's whole state.
_STATES: dict[Parser, Literal["order", "customer"]] = {_order: "order", _customer: "customer"}
