"""Which orders a list holds, and in which order."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.rest.call import Call
from simulators.woocommerce.rest.listing import ids, wall

Test = Callable[[Order], bool]

_NOT_FILTERS = ("page", "per_page", "offset", "_fields", "dp", "context", "consumer_key",
                "consumer_secret")  # fmt: skip


def _reading(site: Site, gmt: bool) -> Callable[[datetime], datetime]:
    zone = UTC if gmt else site.tz
    return lambda moment: moment.astimezone(zone).replace(tzinfo=None)


def _dates(site: Site, params: dict[str, Any]) -> list[Test]:
    read = _reading(site, bool(params.get("dates_are_gmt")))
    tests: list[Test] = []
    if params.get("after"):
        first = wall(site, params["after"])
        tests.append(lambda one: read(one.created_at) > first)
    if params.get("before"):
        last = wall(site, params["before"])
        tests.append(lambda one: read(one.created_at) < last)
    if params.get("modified_after"):
        since = wall(site, params["modified_after"])
        tests.append(lambda one: read(one.modified_at) > since)
    if params.get("modified_before"):
        until = wall(site, params["modified_before"])
        tests.append(lambda one: read(one.modified_at) < until)
    return tests


def _statuses(params: dict[str, Any]) -> Test:
    given = params.get("status") or "any"
    wanted = {given} if isinstance(given, str) else set(given)
    if "any" in wanted:
        return lambda one: one.status not in ("trash", "auto-draft")
    return lambda one: one.status in wanted


def _matches(order: Order, text: str) -> bool:
    fields = (str(order.id), *order.billing.values(), *(line.name for line in order.lines))
    return any(text in field.lower() for field in fields)


def _tests(site: Site, params: dict[str, Any]) -> list[Test]:
    tests = [_statuses(params), *_dates(site, params)]
    include, exclude = set(ids(params.get("include"))), set(ids(params.get("exclude")))
    if include:
        tests.append(lambda one: one.id in include)
    if exclude:
        tests.append(lambda one: one.id not in exclude)
    if params.get("customer") is not None:
        customer = params["customer"]
        tests.append(lambda one: one.customer_id == customer)
    if params.get("product"):
        product = params["product"]
        tests.append(lambda one: any(line.product_id == product for line in one.lines))
    if params.get("search"):
        text = str(params["search"]).lower()
        tests.append(lambda one: _matches(one, text))
    if params.get("created_via"):
        via = set(params["created_via"])
        tests.append(lambda one: one.created_via in via)
    if params.get("parent"):
        tests.append(lambda _one: False)
    return tests


def _sorted(found: list[Order], params: dict[str, Any]) -> list[Order]:
    by = params.get("orderby", "date")
    back = params.get("order", "desc") == "desc"
    if by == "include":
        place = {one: index for index, one in enumerate(ids(params.get("include")))}
        return sorted(found, key=lambda one: place.get(one.id, 0))
    if by == "date":
        return sorted(found, key=lambda one: (one.created_at, one.id), reverse=back)
    if by == "modified":
        return sorted(found, key=lambda one: (one.modified_at, one.id), reverse=back)
    return sorted(found, key=lambda one: one.id, reverse=back)


def matching(call: Call) -> list[int]:
    """Ids of the orders asked for; the last answers are kept until an order changes."""
    params = {k: v for k, v in call.params.items() if k not in _NOT_FILTERS}
    params = {k: v for k, v in params.items() if not k.startswith("oauth_")}
    key = json.dumps(params, sort_keys=True, default=str)
    held = call.site.listings.get(key)
    if held is None:
        tests = _tests(call.site, params)
        found = [one for one in call.site.orders.values() if all(test(one) for test in tests)]
        held = [one.id for one in _sorted(found, params)]
        if len(call.site.listings) > 50:
            call.site.listings.clear()
        call.site.listings[key] = held
    return held
