"""Webhook subscriptions and uninstalling."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from simulators.shopify.actions import app as app_actions
from simulators.shopify.graphql.context import Context, Fields, gid
from simulators.shopify.graphql.fields.shop import AppOf, topic_enum
from simulators.shopify.graphql.mutations.payload import Payload, done, failed
from simulators.shopify.graphql.nodes import find
from simulators.shopify.model.access import Subscription
from simulators.shopify.webhooks.bodies import BUILDERS, COMPLIANCE

_TOPICS = {topic_enum(topic): topic for topic in BUILDERS if topic not in COMPLIANCE}
_SCOPES = {
    "orders": ("read_orders", "read_marketplace_orders"),
    "refunds": ("read_orders",),
    "fulfillments": ("read_fulfillments", "read_orders"),
    "fulfillment_events": ("read_fulfillments", "read_orders"),
    "customers": ("read_customers",),
    "products": ("read_products",),
    "inventory_levels": ("read_inventory",),
}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def rest_topic(name: str) -> str:
    """`ORDERS_CREATE` as `orders/create`."""
    first, _, rest = name.lower().rpartition("_")
    return _TOPICS.get(name, f"{first}/{rest}")


def _uri(wanted: dict[str, Any]) -> str:
    return str(wanted.get("uri") or wanted.get("callbackUrl") or "")


def _bad_uri(uri: str) -> str | None:
    parts = urlsplit(uri)
    if parts.scheme in ("pubsub", "arn"):
        return None
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return None if parts.hostname else "Address is invalid"
    return "Address protocol http:// is not supported" if parts.scheme else "Address is invalid"


def _taken(c: Context, topic: str, uri: str, but: int = 0) -> bool:
    return any(
        s.topic == topic and s.uri == uri and s.id != but and not s.app_specific
        for s in c.shop.subscriptions.values()
    )


def _create(_: Any, a: dict[str, Any], c: Context) -> Payload:
    wanted, topic = a["webhookSubscription"], rest_topic(a["topic"])
    uri = _uri(wanted)
    if not c.granted(_SCOPES.get(topic.partition("/")[0], ())):
        return failed(
            f"You do not have permission to create or update webhooks with {topic} topic. "
            "This topic might not be available in your app's scope.", "topic"
        )  # fmt: skip
    problem = _bad_uri(uri)
    if problem is None and _taken(c, topic, uri):
        problem = "Address for this topic has already been taken"
    if problem:
        return failed(problem, "webhookSubscription", "uri")
    at = c.state.clock.stamp()
    made = Subscription(
        c.shop.next_id("WebhookSubscription"), topic, uri, at, at, c.admin.version,
        wanted.get("format") or "JSON", wanted.get("includeFields") or [], wanted.get("filter"),
        wanted.get("name"),
    )  # fmt: skip
    c.shop.subscriptions[made.id] = made
    return done(webhookSubscription=made)


def _own(c: Context, key: str) -> Subscription | None:
    found: Subscription | None = find(c, key, "WebhookSubscription")
    return None if found is None or found.app_specific else found


def _update(_: Any, a: dict[str, Any], c: Context) -> Payload:
    found = _own(c, a["id"])
    if found is None:
        return failed("Webhook subscription does not exist", "id")
    wanted = a["webhookSubscription"]
    uri = _uri(wanted) or found.uri
    problem = _bad_uri(uri)
    if problem is None and _taken(c, found.topic, uri, found.id):
        problem = "Address for this topic has already been taken"
    if problem:
        return failed(problem, "webhookSubscription", "uri")
    found.uri, found.updated_at = uri, c.state.clock.stamp()
    found.api_version = c.admin.version
    if "includeFields" in wanted:
        found.include_fields = wanted["includeFields"] or []
    if "filter" in wanted:
        found.filter = wanted["filter"]
    return done(webhookSubscription=found)


def _delete(_: Any, a: dict[str, Any], c: Context) -> Payload:
    found = _own(c, a["id"])
    if found is None:
        return failed("Webhook subscription does not exist", "id")
    del c.shop.subscriptions[found.id]
    return done(deletedWebhookSubscriptionId=gid("WebhookSubscription", found.id))


def _uninstall(_: Any, a: dict[str, Any], c: Context) -> Payload:
    app_actions.uninstall(c.state, c.shop)
    return done(app=AppOf())


MUTATIONS: Fields = {
    "webhookSubscriptionCreate": _create,
    "webhookSubscriptionUpdate": _update,
    "webhookSubscriptionDelete": _delete,
    "appUninstall": _uninstall,
}
