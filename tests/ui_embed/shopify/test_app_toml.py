"""The app's file names exactly the scopes, topics and addresses that the product relies on."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "ui_embed" / "shopify"

READ_SCOPES = {
    "read_all_orders",
    "read_customers",
    "read_fulfillments",
    "read_inventory",
    "read_orders",
    "read_products",
    "read_returns",
}
WRITE_SCOPES = {
    "write_customers",
    "write_discounts",
    "write_draft_orders",
    "write_orders",
    "write_returns",
    "write_store_credit_account_transactions",
}
TOPICS = {
    "orders/create",
    "orders/updated",
    "orders/paid",
    "orders/cancelled",
    "orders/fulfilled",
    "orders/partially_fulfilled",
    "orders/edited",
    "orders/delete",
    "customers/create",
    "customers/update",
    "customers/delete",
    "customers/merge",
    "refunds/create",
    "fulfillments/create",
    "fulfillments/update",
    "fulfillment_events/create",
    "bulk_operations/finish",
    "app/uninstalled",
    "app/scopes_update",
}
COMPLIANCE_TOPICS = {"customers/data_request", "customers/redact", "shop/redact"}


@pytest.fixture(scope="module")
def app() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "shopify.app.toml").read_text())


def test_the_app_is_embedded_at_its_home(app: dict[str, Any]) -> None:
    assert app["name"] == "Tillside"
    assert app["handle"] == "tillside"
    assert app["embedded"] is True
    assert app["application_url"] == "https://tillside.example/shopify/app"
    assert app["auth"]["redirect_urls"] == ["https://tillside.example/shopify/callback"]


def test_scopes_to_read_are_asked_for_at_install_and_scopes_to_write_later(
    app: dict[str, Any],
) -> None:
    scopes = app["access_scopes"]["scopes"].split(",")
    assert sorted(scopes) == sorted(READ_SCOPES)
    assert sorted(app["access_scopes"]["optional_scopes"]) == sorted(WRITE_SCOPES)


def test_every_topic_is_declared_once_and_goes_to_the_machines_door(app: dict[str, Any]) -> None:
    assert app["webhooks"]["api_version"] == "2026-10"
    subscriptions = app["webhooks"]["subscriptions"]
    topics = [topic for each in subscriptions for topic in each.get("topics", [])]
    compliance = [topic for each in subscriptions for topic in each.get("compliance_topics", [])]
    assert sorted(topics) == sorted(TOPICS)
    assert sorted(compliance) == sorted(COMPLIANCE_TOPICS)
    # Absolute: a relative one would be put behind application_url, which has a path.
    assert {each["uri"] for each in subscriptions} == {"https://tillside.example/webhooks/shopify"}


def test_the_app_proxy(app: dict[str, Any]) -> None:
    assert app["app_proxy"] == {
        "url": "https://tillside.example/shopify/proxy",
        "subpath": "tillside",
        "prefix": "apps",
    }


def test_shopify_app_dev_starts_us() -> None:
    web = tomllib.loads((FOLDER / "shopify.web.toml").read_text())
    assert web["auth_callback_path"] == ["/shopify/callback"]
    assert web["webhooks_path"] == "/webhooks/shopify"
    command = web["commands"]["dev"].split()
    assert command[0] == "sh"
    script = (FOLDER / command[1]).read_text()
    assert script.rstrip().endswith("HOST=127.0.0.1 exec tillside up")
