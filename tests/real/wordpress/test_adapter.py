"""Our adapter on a real WordPress: what it finds there, and the plugin's two languages with it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from integration.http import GuardedHttp
from platforms.errors import AuthorizationLost
from platforms.port import Companion, Secret, StoreAccess
from platforms.woocommerce.config import read_config
from platforms.woocommerce.credentials import Credentials
from platforms.woocommerce.handover import WooCommerceHandover
from platforms.woocommerce.platform import WooCommercePlatform
from platforms.woocommerce.refusals import PLAIN_PERMALINKS, SiteRefused
from tests.real.wordpress.store import Store

pytestmark = pytest.mark.real

# WooCommerce's own routes aren't in the stand-in; its namespace is all that a visit asks for.
NAMESPACE = """<?php
add_action( 'rest_api_init', function () {
    register_rest_route( 'wc/v3', '/orders', array(
        'methods'             => 'GET',
        'callback'            => '__return_empty_array',
        'permission_callback' => '__return_false',
    ) );
} );
"""


@pytest.fixture
def woocommerce(store: Store) -> Iterator[Store]:
    """The store with WooCommerce's namespace, its permalinks as they were afterwards."""
    added = store.folder / "wp-content" / "mu-plugins" / "wc-v3.php"
    added.write_text(NAMESPACE)
    before = store.php("return get_option( 'permalink_structure' );")
    yield store
    added.unlink()
    _permalinks(store, before)


def _permalinks(store: Store, structure: str) -> None:
    code = "$GLOBALS['wp_rewrite']->set_permalink_structure( $structure ); flush_rewrite_rules();"
    store.php(code, structure=structure)


def _platform(store: Store) -> WooCommercePlatform:
    settings = {"APP_URL": store.app_url, "ALLOW_PRIVATE_ADDRESSES": "1"}
    return WooCommercePlatform(GuardedHttp(allow_private_addresses=True), read_config(settings))


def _handover(store: Store) -> WooCommerceHandover:
    handover = _platform(store).handover
    assert isinstance(handover, WooCommerceHandover)
    return handover


def test_wordpress_without_woocommerce(store: Store) -> None:
    with pytest.raises(SiteRefused) as caught:
        _handover(store).visit(store.url)
    assert caught.value.code == "no_woocommerce"


@pytest.mark.parametrize("typed", ["", "/", "/wp-admin/index.php", "/?p=1", "/wp-login.php"])
def test_a_store_is_found_from_any_of_its_pages(woocommerce: Store, typed: str) -> None:
    site = _handover(woocommerce).visit(woocommerce.url + typed)
    assert (site.domain, site.url) == (woocommerce.url, woocommerce.url)
    assert site.rest_root == f"{woocommerce.url}/wp-json/"
    assert site.can_hand_over
    assert site.name


@pytest.mark.parametrize(
    ("structure", "root", "obstacle"),
    [
        ("", "/index.php?rest_route=/", PLAIN_PERMALINKS),
        ("/index.php/%postname%/", "/index.php/wp-json/", ""),
    ],
)
def test_other_permalinks(woocommerce: Store, structure: str, root: str, obstacle: str) -> None:
    _permalinks(woocommerce, structure)
    site = _handover(woocommerce).visit(woocommerce.url)
    assert site.rest_root == woocommerce.url + root
    assert (site.obstacle, site.can_hand_over) == (obstacle, not obstacle)


def _access(store: Store) -> StoreAccess:
    made: dict[str, Any] = store.php(
        "return stand_in_make_key( $person, 'read_write' );", person=store.people["owner"]
    )
    keys = Credentials(made["key"], made["secret"], f"{store.url}/wp-json/", "oauth1").packed()
    return StoreAccess(store.url, lambda: keys, lambda refused: refused)


def _companion(store: Store) -> Companion:
    panel = f"{store.app_url}/panel?store=127.0.0.1"
    return Companion("inst_0123456789", Secret("s" * 43), store.app_url, panel)


def test_the_plugin_is_greeted_signs_tickets_and_gives_the_key_back(store: Store) -> None:
    platform, access, companion = _platform(store), _access(store), _companion(store)
    assert platform.handover is not None
    assert platform.handover.greet(access, companion) is True
    token = store.php(
        "return tillside_sign_ticket( tillside_installation(), "
        "array( 'sub' => '7', 'use' => 'panel', 'locale' => 'de_DE' ) );"
    )
    assert platform.host.installation_of(token) == "inst_0123456789"
    now = datetime.now(UTC)
    session = platform.host.verify(token, now=now, secret=companion.secret)
    assert (session.domain, session.staff_external_id, session.locale) == (store.url, "7", "de-DE")
    platform.installer.revoke(access)
    assert store.php("return get_option( 'tillside_installation' );") is False
    platform.installer.revoke(access)
    with pytest.raises(AuthorizationLost):
        platform.handover.greet(access, companion)


def test_a_plugin_of_another_service_and_none_at_all(store: Store) -> None:
    platform, access, companion = _platform(store), _access(store), _companion(store)
    assert platform.handover is not None
    other = Companion(
        "inst_1", companion.secret, "https://other.example", "https://other.example/panel?"
    )
    assert platform.handover.greet(access, other) is False
    store.php(
        "require_once ABSPATH . 'wp-admin/includes/plugin.php';"
        "deactivate_plugins( 'tillside/tillside.php' );"
    )
    assert platform.handover.greet(access, companion) is False
