"""Access scopes, compared as Shopify means them: to write implies to read."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shopify.api_access import ApiAccess, ApiAccessError

from platforms.errors import StoreAnsweredNonsense

READ_ALL_ORDERS = "read_all_orders"

# Orders older than this need the approved scope `read_all_orders` (Shopify, access scopes).
VISIBLE_WITHOUT_ALL_ORDERS = timedelta(days=60)


def missing_scopes(granted: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """The wanted scopes that the grant doesn't cover, in the order wanted.

    Raises StoreAnsweredNonsense when the store names scopes that are none.
    """
    try:
        held = ApiAccess(list(granted))
        return tuple(scope for scope in wanted if not held.covers(ApiAccess([scope])))
    except ApiAccessError as error:
        raise StoreAnsweredNonsense("the store granted something that is no scope") from error


def complete_from(scopes: Iterable[str], now: datetime) -> datetime | None:
    """How far back these scopes let us see orders; None for all of them."""
    return None if READ_ALL_ORDERS in scopes else now - VISIBLE_WITHOUT_ALL_ORDERS
