"""How the stand-in serves a built extension."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from simulators.shopify.admin import blueprint
from simulators.shopify.admin.extension import read
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State
from tests.simulators.shopify.admin.conftest import DIST, sign_in


def test_the_manifest_tells_targets_and_languages() -> None:
    extension = read(DIST)
    assert extension.bundle == "tillside-panel.js"
    assert extension.targets == (
        "admin.order-details.block.render",
        "admin.order-details.action.render",
        "admin.customer-details.block.render",
    )
    assert sorted(extension.locales) == ["cs", "el", "en", "he", "pl"]
    assert extension.texts("el-GR")[0] == "el"
    assert extension.texts("ja")[0] == extension.default_locale == "en"


def test_a_folder_without_a_bundle_is_said_at_once(tmp_path: Path) -> None:
    shutil.copytree(DIST.parent, tmp_path / "panel", ignore=shutil.ignore_patterns("*.js"))
    (tmp_path / "panel" / "dist").mkdir(exist_ok=True)
    with pytest.raises(FileNotFoundError, match=r"tillside-panel\.js"):
        read(tmp_path / "panel" / "dist")


def test_the_frame_has_no_origin_and_speaks_with_the_app_alone(visitor: FlaskClient) -> None:
    answer = visitor.get("/_extension/frame")
    rules = dict(
        rule.strip().partition(" ")[::2]
        for rule in answer.headers["Content-Security-Policy"].split(";")
    )
    assert rules["sandbox"] == "allow-scripts"
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "https://tillside.example"
    assert rules["script-src"] == "http://localhost"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_bundle_that_is_served_is_the_committed_one(visitor: FlaskClient) -> None:
    with visitor.get("/_extension/dist/tillside-panel.js") as answer:
        assert answer.data == (DIST / "tillside-panel.js").read_bytes()
    assert visitor.get("/_extension/dist/../shopify.extension.toml").status_code == 404


def test_without_an_extension_the_pages_have_no_card(state: State, shop: Shop) -> None:
    app = Flask("bare")
    app.register_blueprint(blueprint(state))
    client = sign_in(app.test_client(), shop)
    page = client.get(f"/{shop.domain}/admin/orders/{next(iter(shop.orders))}")
    assert page.status_code == 200
    assert "data-extension-target" not in page.text
    assert client.get("/_extension/frame").status_code == 404
    assert client.get("/_extension/dist/tillside-panel.js").status_code == 404
