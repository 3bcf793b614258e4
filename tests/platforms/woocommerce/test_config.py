"""The settings that the adapter reads."""

import pytest

from platforms.woocommerce.config import WooCommerceConfig, read_config


def test_our_own_address_is_all_that_is_needed() -> None:
    config = read_config({"APP_URL": " https://app.example/ "})
    assert config == WooCommerceConfig("https://app.example", allow_http=False)
    assert config.user_agent == "Tillside (+https://app.example)"


@pytest.mark.parametrize(
    ("value", "allowed"),
    [("1", True), ("TRUE", True), ("yes", True), (" on ", True), ("0", False), ("", False)],
)
def test_the_test_switch_lets_plain_http_be_called(value: str, allowed: bool) -> None:
    settings = {"APP_URL": "http://127.0.0.1:8080", "ALLOW_PRIVATE_ADDRESSES": value}
    assert read_config(settings).allow_http is allowed


@pytest.mark.parametrize(
    "address", ["", "  ", "app.example", "ftp://a.b", "https://", "https://a;b"]
)
def test_what_is_no_address_of_ours_is_told_by_its_name(address: str) -> None:
    with pytest.raises(ValueError, match="APP_URL"):
        read_config({"APP_URL": address})
