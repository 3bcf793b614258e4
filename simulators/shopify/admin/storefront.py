"""The storefront: a product's page with the theme's app embed, and the app proxy behind it."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlencode

import requests
from flask import Blueprint, Response, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from simulators.serving import own_address
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State, UnknownShop

CUSTOMER = "stand_in_customer"
_TIMEOUT = (1.0, 10.0)


def _shop(state: State, name: str) -> Shop:
    try:
        return state.shop(name)
    except UnknownShop:
        abort(404)


def _customer(shop: Shop) -> str:
    """Who is signed in in this browser, '' for nobody."""
    told = request.cookies.get(f"{CUSTOMER}_{shop.name_prefix}", "")
    return told if told.isdigit() and int(told) in shop.customers else ""


def signed_proxy_query(state: State, shop: Shop, customer: str, given: dict[str, str]) -> str:
    """The query of a request that is passed on: sorted pairs, joined by nothing, in hex."""
    query = {
        **given, "shop": shop.domain, "logged_in_customer_id": customer,
        "path_prefix": "/apps/tillside", "timestamp": str(int(state.clock.now().timestamp())),
    }  # fmt: skip
    message = "".join(f"{name}={query[name]}" for name in sorted(query))
    digest = hmac.new(state.app.secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return urlencode({**query, "signature": digest})


def register(made: Blueprint, state: State) -> None:
    @made.get("/<name>/storefront")
    def storefront(name: str) -> ResponseReturnValue:
        """A product; `as` signs a customer in, or nobody where it is empty.

        Other addresses lead to the store's own, as a primary domain does.
        """
        g.shop = shop = _shop(state, name)
        if elsewhere := own_address(state.base_url):
            return redirect(elsewhere)
        wanted = request.args.get("as")
        who = _customer(shop) if wanted is None else wanted
        with state.lock:
            people = sorted(shop.customers.values(), key=lambda one: one.display_name)[:300]
            product = next(iter(shop.products.values()), None)
            page = render_template(
                "admin/storefront.html", shop=shop, product=product, people=people, who=who,
                chat=shop.chat, proof_url=f"/{shop.domain}/apps/tillside/chat" if who else "",
            )  # fmt: skip
        answer = Response(page)
        if wanted is not None:
            cookie = f"{CUSTOMER}_{shop.name_prefix}"
            answer.set_cookie(cookie, wanted, httponly=True, samesite="Lax")
        return answer

    @made.get("/<name>/apps/tillside/<path:path>")
    def app_proxy(name: str, path: str) -> ResponseReturnValue:
        """The app's answer to the storefront's request, which we sign and pass on."""
        shop = _shop(state, name)
        if not state.app.proxy_url:
            abort(404)
        query = signed_proxy_query(state, shop, _customer(shop), request.args.to_dict())
        with requests.Session() as session:
            session.trust_env = False
            told = session.get(
                f"{state.app.proxy_url}/{path}?{query}", timeout=_TIMEOUT, allow_redirects=False
            )
        kind = told.headers.get("Content-Type", "text/plain")
        return Response(told.content, told.status_code, content_type=kind)
