"""The few REST resources that clients still read: scopes, the shop, its orders."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from simulators.shopify.graphql.bucket import Bucket
from simulators.shopify.graphql.schema import served
from simulators.shopify.hosts import shop_of_request
from simulators.shopify.model.access import AccessToken
from simulators.shopify.model.shop import Shop
from simulators.shopify.oauth.tokens import check
from simulators.shopify.rest_orders import (
    BadRequest,
    Written,
    deleted_events,
    orders_count,
    orders_page,
)
from simulators.shopify.state import State
from simulators.shopify.webhooks.shop_body import shop_body

UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"
_POINTS_A_CALL = 50
_SECONDS_TO_FILL = 20
View = Callable[[State, Shop, AccessToken], Any]


def _token(state: State, shop: Shop) -> AccessToken | None:
    found = check(state, shop, request.headers.get("X-Shopify-Access-Token", ""))
    return found[1] if found else None


def _scopes(state: State) -> ResponseReturnValue:
    token = _token(state, shop_of_request(state))
    if token is None:
        return jsonify(errors=UNAUTHORIZED), 401
    return jsonify(access_scopes=[{"handle": scope} for scope in sorted(token.scopes)])


def calls_of(state: State, shop: Shop) -> Bucket:
    """REST's own bucket: 40 calls and 2 a second on a plain plan, 400 and 20 on Plus.

    https://shopify.dev/docs/api/usage/limits
    """
    rate = shop.restore_rate / _POINTS_A_CALL
    buckets: dict[str, Bucket] = state.resources.setdefault("rest_buckets", {})
    return buckets.setdefault(shop.domain, Bucket(rate * _SECONDS_TO_FILL, rate))


def _throttled(bucket: Bucket) -> Response:
    told = f"Exceeded {bucket.rate:.0f} calls per second for api client. "
    told += "Reduce request rates to resume uninterrupted service."
    answer = jsonify(errors=told)
    answer.status_code = 429
    answer.headers["Retry-After"] = "2.0"
    return answer


def _answered(state: State, version: str, view: View, scope: str | None) -> ResponseReturnValue:
    shop = shop_of_request(state)
    chosen = served(version)
    if chosen is None:
        return jsonify(errors="Not Found"), 404
    token = _token(state, shop)
    if token is None:
        return jsonify(errors=UNAUTHORIZED), 401
    if scope is not None and not {scope, scope.replace("read_", "write_", 1)} & token.scopes:
        told = f"[API] This action requires merchant approval for {scope} scope."
        return jsonify(errors=told), 403
    bucket = calls_of(state, shop)
    if not bucket.take(1):
        return _throttled(bucket)
    try:
        with state.lock:
            body = view(state, shop, token)
    except BadRequest as error:
        return jsonify(errors=str(error)), 400
    answer = body if isinstance(body, Response) else Response(_written(body))
    answer.content_type = "application/json; charset=utf-8"
    answer.headers["X-Shopify-API-Version"] = chosen
    left = bucket.status()
    used = left["maximumAvailable"] - left["currentlyAvailable"]
    limit = f"{max(1, used):.0f}/{left['maximumAvailable']:.0f}"
    answer.headers["X-Shopify-Shop-Api-Call-Limit"] = limit
    return answer


def _written(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _held(state: State, shop: Shop) -> Written:
    held: dict[str, Written] = state.resources.setdefault("rest_written", {})
    return held.setdefault(shop.domain, Written())


def _orders(state: State, shop: Shop, token: AccessToken) -> Response:
    query = request.args.to_dict()
    page = orders_page(_held(state, shop), shop, token, state.clock.now(), query)
    answer = Response(page.body)
    if page.page_info is not None:
        following = {"limit": query.get("limit", "50"), "page_info": page.page_info}
        path = request.path.removeprefix(f"/{shop.domain}")
        url = f"https://{shop.domain}{path}?{urlencode(following)}"
        answer.headers["Link"] = f'<{url}>; rel="next"'
    return answer


def _count(state: State, shop: Shop, token: AccessToken) -> dict[str, int]:
    now, query = state.clock.now(), request.args.to_dict()
    return {"count": orders_count(_held(state, shop), shop, token, now, query)}


_RESOURCES: dict[str, tuple[View, str | None]] = {
    "shop": (lambda _state, shop, _token: {"shop": shop_body(shop)}, None),
    "orders": (_orders, "read_orders"),
    "orders/count": (_count, "read_orders"),
    "events": (
        lambda _state, shop, _token: {"events": deleted_events(shop, request.args.to_dict())},
        None,
    ),
}


def register(made: Blueprint, state: State) -> None:
    """`oauth/access_scopes.json` and the resources, at both kinds of address."""
    for start in ("", "/<shop>"):
        made.add_url_rule(
            f"{start}/admin/oauth/access_scopes.json", f"access_scopes{len(start)}",
            lambda shop="": _scopes(state),
        )  # fmt: skip
        for name, (view, scope) in _RESOURCES.items():
            made.add_url_rule(
                f"{start}/admin/api/<version>/{name}.json", f"rest {name}{len(start)}",
                lambda version, shop="", view=view, scope=scope:
                _answered(state, version, view, scope),
            )  # fmt: skip
