"""Settings of the Shopify app: defaults, addresses, and what is refused by name."""

import pytest

from platforms.port import Secret
from platforms.shopify.config import DEFAULT_SCOPES, read_config
from tests.platforms.shopify.example import PREVIOUS_SECRET, SECRET, SETTINGS, SHOP


def test_defaults() -> None:
    config = read_config(
        {name: SETTINGS[name] for name in ("APP_URL", "SHOPIFY_API_KEY", "SHOPIFY_API_SECRET")}
    )
    assert config.graphql_url(SHOP) == f"https://{SHOP}/admin/api/2026-10/graphql.json"
    assert config.scopes == DEFAULT_SCOPES
    assert config.admin_origin == "https://admin.shopify.com"
    assert config.webhooks == "api"
    assert config.signing_keys == (SECRET.encode(),)


def test_both_secrets_sign_and_neither_is_shown() -> None:
    config = read_config(SETTINGS)
    assert config.signing_keys == (SECRET.encode(), PREVIOUS_SECRET.encode())
    assert config.api_secret == Secret(SECRET)
    assert SECRET not in repr(config)
    assert PREVIOUS_SECRET not in repr(config)


def test_a_stand_in_may_have_the_shop_in_its_path() -> None:
    config = read_config({**SETTINGS, "SHOPIFY_URL_TEMPLATE": "http://127.0.0.1:9/shops/{shop}/"})
    assert config.shop_url(SHOP, "/admin/x") == f"http://127.0.0.1:9/shops/{SHOP}/admin/x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHOPIFY_URL_TEMPLATE", "https://shop.example"),
        ("SHOPIFY_URL_TEMPLATE", "ftp://{shop}"),
        ("SHOPIFY_API_VERSION", "latest"),
        ("SHOPIFY_WEBHOOKS", "both"),
        ("SHOPIFY_SCOPES", "read orders"),
        ("SHOPIFY_SCOPES", ","),
        ("SHOPIFY_ADMIN_ORIGIN", "https://admin.example; script-src *"),
        ("SHOPIFY_APP_BRIDGE_URL", "javascript:alert(1)"),
        ("APP_URL", "app.example"),
        ("SHOPIFY_API_SECRET", " "),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        read_config({**SETTINGS, name: value})
