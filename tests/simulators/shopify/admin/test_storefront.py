"""The stand-in's storefront: the theme's app embed, and the app proxy that signs for it."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient

from simulators.shopify.admin.storefront import signed_proxy_query
from simulators.shopify.control.world import set_chat
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

CHAT = {"address": "https://tillside.example", "channel": "a-chat"}


def test_the_embed_stands_there_once_it_is_switched_on(
    visitor: FlaskClient, state: State, shop: Shop
) -> None:
    page = f"/{shop.domain}/storefront"
    assert "widget.js" not in visitor.get(page).text
    set_chat(state, shop, dict(CHAT))
    guest = visitor.get(page).text
    assert '<script src="https://tillside.example/widget.js" data-channel="a-chat" async>' in guest
    customer = next(iter(shop.customers))
    signed_in = visitor.get(page, query_string={"as": customer}).text
    assert f'data-proof-url="/{shop.domain}/apps/tillside/chat"' in signed_in
    # The browser stays signed in until somebody signs it out.
    assert "data-proof-url" in visitor.get(page).text
    assert "data-proof-url" not in visitor.get(page, query_string={"as": ""}).text
    set_chat(state, shop, {})
    assert "widget.js" not in visitor.get(page).text


def test_another_spelling_of_its_address_leads_to_its_own(
    visitor: FlaskClient, state: State, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "base_url", "http://127.0.0.1:9390")
    there = f"/{shop.domain}/storefront?as=7"
    answer = visitor.get(there, base_url="http://localhost:9390")
    assert (answer.status_code, answer.location) == (302, f"http://127.0.0.1:9390{there}")
    assert visitor.get(there, base_url="http://127.0.0.1:9390").status_code == 200


def test_what_is_passed_on_is_signed_as_shopify_signs(state: State, shop: Shop) -> None:
    query = dict(parse_qsl(signed_proxy_query(state, shop, "", {}), keep_blank_values=True))
    signature = query.pop("signature")
    assert (query["shop"], query["logged_in_customer_id"]) == (shop.domain, "")
    message = "".join(f"{name}={query[name]}" for name in sorted(query))
    key = state.app.secret.encode()
    assert signature == hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def test_without_a_proxy_there_is_nothing_there(visitor: FlaskClient, shop: Shop) -> None:
    assert visitor.get(f"/{shop.domain}/apps/tillside/chat").status_code == 404
    assert visitor.get("/nowhere.myshopify.com/storefront").status_code == 404
