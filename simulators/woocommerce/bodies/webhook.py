"""A webhook's body; it never tells the secret or how often it failed."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce.bodies.links import item_links
from simulators.woocommerce.model.access import Webhook
from simulators.woocommerce.model.site import Site, gmt
from simulators.woocommerce.state import State

HOOKS: dict[str, list[str]] = {
    "coupon.created": ["woocommerce_process_shop_coupon_meta", "woocommerce_new_coupon"],
    "coupon.updated": ["woocommerce_process_shop_coupon_meta", "woocommerce_update_coupon"],
    "coupon.deleted": ["wp_trash_post"],
    "coupon.restored": ["untrashed_post"],
    "customer.created": ["user_register", "woocommerce_created_customer",
                         "woocommerce_new_customer"],
    "customer.updated": ["profile_update", "woocommerce_update_customer"],
    "customer.deleted": ["delete_user", "woocommerce_delete_customer"],
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    "product.created": ["woocommerce_process_product_meta", "woocommerce_new_product",
                        "woocommerce_new_product_variation"],
    "product.updated": ["woocommerce_process_product_meta", "woocommerce_update_product",
                        "woocommerce_update_product_variation"],
    "product.deleted": ["wp_trash_post"],
    "product.restored": ["untrashed_post"],
}  # fmt: skip
"""Topics and WordPress' hooks behind them."""


def valid_topic(topic: str) -> bool:
    """One of the sixteen, or `action.` and the name of a hook."""
    return topic in HOOKS or (topic.startswith("action.") and len(topic) > len("action."))


def webhook_body(state: State, site: Site, hook: Webhook) -> dict[str, Any]:
    return {
        "id": hook.id,
        "name": hook.name,
        "status": hook.status,
        "topic": hook.topic,
        "resource": hook.resource,
        "event": hook.event,
        "hooks": HOOKS.get(hook.topic, [hook.event]),
        "delivery_url": hook.delivery_url,
        "date_created": site.local(hook.created_at),
        "date_created_gmt": gmt(hook.created_at),
        "date_modified": site.local(hook.modified_at),
        "date_modified_gmt": gmt(hook.modified_at),
        "_links": item_links(state, site, "webhooks", hook.id),
    }
