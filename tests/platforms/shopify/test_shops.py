"""What a Shopify shop may be called."""

import pytest

from platforms.shopify.shops import canonical_shop


@pytest.mark.parametrize(
    "name", ["jsmith.myshopify.com", "J-Smith1.myshopify.com", "1.myshopify.com"]
)
def test_a_shop(name: str) -> None:
    assert canonical_shop(name) == name.lower()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "myshopify.com",
        ".myshopify.com",
        "-a.myshopify.com",
        "a.myshopify.com\n",
        "\na.myshopify.com",
        "a.myshopify.com.evil.example",
        "evil.example/a.myshopify.com",
        "evil.example#.myshopify.com",
        "a@evil.example?.myshopify.com",
        "user:pass@a.myshopify.com",
        "a.myshopify.com:8443",
        "https://a.myshopify.com",
        "a.b.myshopify.com",
        "a.myshopify.com.",
        "a.myshopify.io",
        "а.myshopify.com",
        "a١.myshopify.com",
        "a" * 300 + ".myshopify.com",
    ],
)
def test_no_shop(name: str) -> None:
    assert canonical_shop(name) is None
