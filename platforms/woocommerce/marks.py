"""Bodies to marks: which state of an order or an account the store holds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from platforms.errors import DeliveryUnreadable
from platforms.records import Mark
from platforms.woocommerce.rest import is_draft, is_mirrored_customer
from platforms.woocommerce.statuses import TRASH, platform_status
from platforms.woocommerce.values import id_text, moment

MARK_FIELDS = "id,status,date_created_gmt,date_modified_gmt"
ACCOUNT_MARK_FIELDS = "id,role,is_paying_customer,date_created_gmt,date_modified_gmt"

_SHAPELESS = (KeyError, TypeError, ValueError, AttributeError)


def order_mark(body: Mapping[str, Any]) -> Mark | None:
    """The mark of an order's body, None for no order yet. Raises DeliveryUnreadable."""
    try:
        if is_draft(body):
            return None
        status = platform_status(body["status"])
        mark = _mark(body)
        return replace(mark, facts=(("platform_status", status),), is_deleted=status == TRASH)
    except _SHAPELESS as error:
        raise DeliveryUnreadable(f"an order's mark: {type(error).__name__}") from error


def customer_mark(body: Mapping[str, Any]) -> Mark | None:
    """The mark of an account's body, None for no buyer's. Raises DeliveryUnreadable."""
    try:
        return _mark(body) if is_mirrored_customer(body) else None
    except _SHAPELESS as error:
        raise DeliveryUnreadable(f"an account's mark: {type(error).__name__}") from error


def _mark(body: Mapping[str, Any]) -> Mark:
    modified, created = body.get("date_modified_gmt"), body.get("date_created_gmt")
    return Mark(id_text(body["id"]), moment(modified or created))
