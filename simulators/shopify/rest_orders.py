"""REST's `orders.json`, `orders/count.json` and the events of deleted orders.

Public apps of today read orders by GraphQL; connectors of others still read these. Pages go by
`Link` and `page_info` as in https://shopify.dev/docs/api/admin-rest/usage/pagination. Written
bodies are kept until the shop changes: whoever is measured against the stand-in isn't slowed by it.
"""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from simulators.shopify.graphql.context import WINDOW
from simulators.shopify.model.access import AccessToken
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.webhooks.order_body import order_body
from simulators.shopify.written_dates import local

MOST = 250
_USUAL = 50
Key = tuple[Any, int]

_SORTS: dict[str, Callable[[Order], Key]] = {
    "updated_at": lambda order: (order.updated_at, order.id),
    "created_at": lambda order: (order.created_at, order.id),
    "processed_at": lambda order: (order.processed_at, order.id),
    "id": lambda order: (order.id, order.id),
}
_MOMENTS = ("updated_at", "created_at", "processed_at")
_WITH_PAGE_INFO = frozenset({"page_info", "limit", "fields"})


class BadRequest(ValueError):
    """Asked for something that isn't served; the text is the answer's."""


@dataclass(slots=True)
class Written:
    """Bodies and sorted lists of a shop, as of its `version`."""

    version: int = -1
    bodies: dict[int, bytes] = field(default_factory=dict)
    lists: dict[str, tuple[list[Order], list[Key]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of a list: the filters, the order, and the key that it goes on after."""

    filters: tuple[tuple[str, str], ...]
    sort: str
    descending: bool
    limit: int
    after: Key | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A page's body, and the `page_info` of the next one."""

    body: bytes
    page_info: str | None


def orders_page(
    held: Written, shop: Shop, token: AccessToken, now: datetime, query: Mapping[str, str]
) -> Listed:
    """The page that the query asks for; raises `BadRequest`."""
    _forget_old(held, shop)
    asked = _asked(query)
    found, keys = _sorted(held, shop, asked.sort)
    passes = _filter(shop, token, now, asked)
    picked: list[Order] = []
    at = _start(keys, asked)
    step = -1 if asked.descending else 1
    while 0 <= at < len(found) and len(picked) <= asked.limit:
        if passes(found[at]):
            picked.append(found[at])
        at += step
    page = picked[: asked.limit]
    bodies = b",".join(_body(held, shop, order) for order in page)
    more = len(picked) > asked.limit
    return Listed(
        b'{"orders":[' + bodies + b"]}",
        _page_info(asked, _SORTS[asked.sort](page[-1])) if more else None,
    )


def orders_count(
    held: Written, shop: Shop, token: AccessToken, now: datetime, query: Mapping[str, str]
) -> int:
    """How many orders the query's filters let through; raises `BadRequest`."""
    _forget_old(held, shop)
    passes = _filter(shop, token, now, _asked(query))
    return sum(passes(order) for order in shop.orders.values())


def deleted_events(shop: Shop, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Events of orders that were deleted; other subjects and verbs have none here."""
    if query.get("filter", "Order") != "Order" or query.get("verb", "destroy") != "destroy":
        return []
    since = _moment(query["created_at_min"]) if "created_at_min" in query else None
    gone = sorted(shop.deleted_orders.values(), key=lambda order: order.id)
    return [
        {
            "id": order.id,
            "subject_id": order.id,
            "created_at": local(order.updated_at, shop.iana_timezone),
            "subject_type": "Order",
            "verb": "destroy",
            "arguments": [order.name],
            "body": None,
            "message": f"Order {order.name} was deleted.",
            "author": "Shopify",
            "description": f"Order {order.name} was deleted.",
            "path": None,
        }
        for order in gone
        if since is None or order.updated_at >= since
    ]


def _forget_old(held: Written, shop: Shop) -> None:
    if held.version != shop.version:
        held.version = shop.version
        held.bodies.clear()
        held.lists.clear()


def _sorted(held: Written, shop: Shop, sort: str) -> tuple[list[Order], list[Key]]:
    if sort not in held.lists:
        key = _SORTS[sort]
        found = sorted(shop.orders.values(), key=key)
        held.lists[sort] = (found, [key(order) for order in found])
    return held.lists[sort]


def _body(held: Written, shop: Shop, order: Order) -> bytes:
    body = held.bodies.get(order.id)
    if body is None:
        text = json.dumps(order_body(shop, order), ensure_ascii=False, separators=(",", ":"))
        body = held.bodies[order.id] = text.encode()
    return body


def _start(keys: list[Key], asked: Asked) -> int:
    if asked.after is None:
        return len(keys) - 1 if asked.descending else 0
    at = bisect_right(keys, asked.after)
    if not asked.descending:
        return at
    return at - 2 if at and keys[at - 1] == asked.after else at - 1


def _asked(query: Mapping[str, str]) -> Asked:
    limit = query.get("limit", str(_USUAL))
    if not limit.isdigit() or not 1 <= int(limit) <= MOST:
        raise BadRequest("limit must be between 1 and 250")
    if "page_info" in query:
        return _read_page_info(query, int(limit))
    sort, _, direction = query.get("order", "created_at desc").partition(" ")
    if "since_id" in query:
        sort, direction = "id", "asc"
    if sort not in _SORTS or direction.lower() not in ("", "asc", "desc"):
        raise BadRequest(f"order can't be {query['order']}")
    filters = tuple(
        (name, value)
        for name, value in sorted(query.items())
        if name not in ("limit", "order", "fields")
    )
    return Asked(filters, sort, direction.lower() == "desc", int(limit))


def _page_info(asked: Asked, last: Key) -> str:
    value, order_id = last
    told = value.isoformat() if isinstance(value, datetime) else value
    told = [dict(asked.filters), asked.sort, asked.descending, told, order_id]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def _read_page_info(query: Mapping[str, str], limit: int) -> Asked:
    if set(query) - _WITH_PAGE_INFO:
        raise BadRequest("page_info: only limit and fields may stand beside it")
    try:
        told = json.loads(base64.urlsafe_b64decode(query["page_info"]))
        filters, sort, descending, value, order_id = told
        value = datetime.fromisoformat(value) if sort in _MOMENTS else int(value)
        return Asked(tuple(filters.items()), sort, bool(descending), limit, (value, int(order_id)))
    except (ValueError, TypeError, AttributeError):
        raise BadRequest("page_info: Invalid value.") from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"{text} is no date") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(text: str) -> int:
    if not text.isdigit():
        raise BadRequest(f"{text} is no id")
    return int(text)


def _status(order: Order) -> str:
    if order.cancelled_at is not None:
        return "cancelled"
    return "closed" if order.closed_at is not None else "open"


def _filter(shop: Shop, token: AccessToken, now: datetime, asked: Asked) -> Callable[[Order], bool]:
    filters = dict(asked.filters)
    status = filters.get("status", "open")
    ids = frozenset(filters["ids"].split(",")) if "ids" in filters else None
    since_id = _number(filters.get("since_id", "0"))
    edges = {
        (name, bound): _moment(filters[f"{name}_{bound}"])
        for name in _MOMENTS
        for bound in ("min", "max")
        if filters.get(f"{name}_{bound}")
    }
    oldest = None if "read_all_orders" in token.scopes else now - WINDOW

    def passes(order: Order) -> bool:
        return (
            (status == "any" or _status(order) == status)
            and (ids is None or str(order.id) in ids)
            and order.id > since_id
            and (oldest is None or order.created_at >= oldest)
            and all(
                getattr(order, name) >= edge if bound == "min" else getattr(order, name) <= edge
                for (name, bound), edge in edges.items()
            )
        )

    return passes
