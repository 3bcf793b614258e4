"""The committed extension: its targets, its bundle, its lock file."""

import gzip
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "ui_embed" / "shopify"
PANEL = FOLDER / "extensions" / "tillside-panel"
LIMIT_BYTES = 64 * 1024


@pytest.fixture(scope="module")
def extension() -> dict[str, Any]:
    manifest = tomllib.loads((PANEL / "shopify.extension.toml").read_text())
    assert manifest["api_version"] >= "2026-01"
    (only,) = manifest["extensions"]
    return only


@pytest.fixture(scope="module")
def bundle() -> str:
    return (PANEL / "dist" / "tillside-panel.js").read_text()


def test_the_extension_stands_on_the_order_and_the_customer_page(
    extension: dict[str, Any],
) -> None:
    assert extension["type"] == "ui_extension"
    assert [each["target"] for each in extension["targeting"]] == [
        "admin.order-details.block.render",
        "admin.order-details.action.render",
        "admin.customer-details.block.render",
    ]
    for each in extension["targeting"]:
        assert (PANEL / each["module"]).is_file()


def test_the_bundle_registers_exactly_the_declared_targets(
    extension: dict[str, Any], bundle: str
) -> None:
    registered = re.findall(r'shopify\.extend\("([^"]+)"', bundle)
    assert registered == [each["target"] for each in extension["targeting"]]


def test_the_bundle_is_within_shopifys_limit(bundle: str) -> None:
    assert len(gzip.compress(bundle.encode(), 9)) < LIMIT_BYTES


def test_the_bundle_asks_its_own_app_only(bundle: str) -> None:
    addresses = set(re.findall(r"https?://[^\"'`\s]+", bundle))
    assert addresses <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/1998/Math/MathML",
    }


def test_the_name_is_translated(extension: dict[str, Any]) -> None:
    keys = [extension[field].removeprefix("t:") for field in ("name", "description")]
    for path in (PANEL / "locales").glob("*.json"):
        texts = json.loads(path.read_text())
        assert all(texts[key] for key in keys), path.name


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    assert lock["packages"]
    for package in lock["packages"].values():
        assert "resolved" not in package
