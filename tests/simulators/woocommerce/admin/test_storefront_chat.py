"""The chat that the plugin prints into the stand-in's storefront, and the proof in its tag."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey

from simulators.woocommerce.admin.plugin.installed import Installation, Plugin
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State
from tests.simulators.woocommerce.admin.conftest import APP_URL, SECRET, colleague

CODE = "a-chat-of-this-site"


def _connect(state: State, site: Site) -> None:
    plugin: Plugin = state.resources["plugin"]
    panel = f"{APP_URL}/panel?store=x"
    plugin.installations[site.prefix] = Installation("ins_1", SECRET, APP_URL, panel, "ck_1")


def _tag(client: FlaskClient, query: str = "") -> dict[str, str]:
    page = client.get(f"/storefront/{query}").text
    tags = re.findall(r"<script[^>]*widget\.js[^>]*>", page)
    return dict(re.findall(r'([a-z-]+)="([^"]*)"', tags[0])) if tags else {}


def _set(client: FlaskClient, code: str = CODE) -> None:
    assert client.post("/_control/chat", json={"code": code}).status_code == 200


def test_a_site_that_is_connected_prints_the_chat_that_it_was_told(
    visitor: FlaskClient, state: State, site: Site
) -> None:
    _set(visitor)
    assert _tag(visitor) == {}
    _connect(state, site)
    assert _tag(visitor) == {"src": f"{APP_URL}/widget.js", "data-channel": CODE}
    _set(visitor, "")
    assert _tag(visitor) == {}


def test_another_spelling_of_its_address_leads_to_its_own(
    visitor: FlaskClient, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "base_url", "http://localhost:9395")
    for path in ("/storefront/", "/shop/storefront/?as=7"):
        answer = visitor.get(path, base_url="http://127.0.0.1:9395")
        assert (answer.status_code, answer.location) == (302, f"http://localhost:9395{path}")
        assert visitor.get(path, base_url="http://localhost:9395").status_code == 200


def test_who_is_signed_in_is_proved(visitor: FlaskClient, state: State, site: Site) -> None:
    _connect(state, site)
    _set(visitor)
    user = colleague(site, "customer")
    proof = _tag(visitor, f"?as={user.id}")["data-proof"]
    claims = jwt.decode(proof, OctKey.import_key(SECRET), algorithms=["HS256"]).claims
    assert (claims["sub"], claims["use"], claims["email"]) == (str(user.id), "chat", user.email)
    assert claims["exp"] - claims["iat"] == 1800
    assert "data-proof" not in _tag(visitor, "?as=999999")
