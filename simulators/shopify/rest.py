"""The few REST resources that clients of the GraphQL API still read."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from simulators.shopify.graphql.schema import served
from simulators.shopify.hosts import shop_of_request
from simulators.shopify.model.access import AccessToken
from simulators.shopify.model.shop import Shop
from simulators.shopify.oauth.tokens import check
from simulators.shopify.state import State
from simulators.shopify.webhooks.shop_body import shop_body

UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"


def _token(state: State, shop: Shop) -> AccessToken | None:
    found = check(state, shop, request.headers.get("X-Shopify-Access-Token", ""))
    return found[1] if found else None


def _scopes(state: State) -> ResponseReturnValue:
    token = _token(state, shop_of_request(state))
    if token is None:
        return jsonify(errors=UNAUTHORIZED), 401
    return jsonify(access_scopes=[{"handle": scope} for scope in sorted(token.scopes)])


def _shop(state: State, version: str) -> ResponseReturnValue:
    shop = shop_of_request(state)
    chosen = served(version)
    if chosen is None:
        return jsonify(errors="Not Found"), 404
    if _token(state, shop) is None:
        return jsonify(errors=UNAUTHORIZED), 401
    answer = jsonify(shop=shop_body(shop))
    answer.headers["X-Shopify-API-Version"] = chosen
    return answer


def register(made: Blueprint, state: State) -> None:
    """`oauth/access_scopes.json` and `shop.json`, at both kinds of address."""
    for start in ("", "/<shop>"):
        made.add_url_rule(
            f"{start}/admin/oauth/access_scopes.json", f"access_scopes{len(start)}",
            lambda shop="": _scopes(state),
        )  # fmt: skip
        made.add_url_rule(
            f"{start}/admin/api/<version>/shop.json", f"rest_shop{len(start)}",
            lambda version, shop="": _shop(state, version),
        )  # fmt: skip
