"""Where staff find things in a store's admin, and who may frame us."""

import pytest

from platforms.port import HostDocument
from platforms.woocommerce.admin import WooCommerceAdminHost
from platforms.woocommerce.config import read_config
from tests.platforms.woocommerce.example import LAB_SITE, SETTINGS

HOST = WooCommerceAdminHost(read_config(SETTINGS))


@pytest.mark.parametrize(
    ("domain", "origin", "home"),
    [
        ("shop.example", "https://shop.example", "https://shop.example"),
        ("shop.example/store", "https://shop.example", "https://shop.example/store"),
        ("shop.example:8443", "https://shop.example:8443", "https://shop.example:8443"),
        (LAB_SITE, LAB_SITE, LAB_SITE),
    ],
)
def test_a_stores_own_origin_frames_us_and_no_other(domain: str, origin: str, home: str) -> None:
    assert HOST.frame_ancestors(domain) == (origin,)
    assert HOST.document(domain) == HostDocument(ticket_origins=(origin,))
    assert HOST.order_url(domain, "42") == f"{home}/wp-admin/post.php?post=42&action=edit"
    assert HOST.customer_url(domain, "7") == f"{home}/wp-admin/user-edit.php?user_id=7"
    assert HOST.app_url(domain) == f"{home}/wp-admin/admin.php?page=tillside"


@pytest.mark.parametrize(
    "domain", ["", "*", "shop.example; *", "shop.example *", "SHOP.example", "https://x.example"]
)
def test_what_is_no_canonical_name_frames_nothing(domain: str) -> None:
    assert HOST.frame_ancestors(domain) == ()
    assert HOST.document(domain).ticket_origins == ()
    assert HOST.order_url(domain, "42") == HOST.app_url(domain) == ""


@pytest.mark.parametrize("external_id", ["", "x", "1/../2", "1&action=trash", "٣", "1 ", "9" * 21])
def test_only_a_number_is_an_order(external_id: str) -> None:
    assert HOST.order_url("shop.example", external_id) == ""
    assert HOST.customer_url("shop.example", external_id) == ""
    assert HOST.order_url("shop.example", external_id, "https://shop.example/wp/wp-admin/") == ""


def test_an_admin_in_a_folder_of_its_own_is_led_to() -> None:
    found = HOST.order_url("shop.example", "42", "https://shop.example/wp/wp-admin/")
    assert found == "https://shop.example/wp/wp-admin/post.php?post=42&action=edit"
    found = HOST.customer_url("shop.example", "7", "https://shop.example/wp/wp-admin/")
    assert found == "https://shop.example/wp/wp-admin/user-edit.php?user_id=7"
