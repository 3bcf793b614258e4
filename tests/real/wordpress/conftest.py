"""One WordPress for all tests here; each finds it disconnected and leaves it without a notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import plugin_site
from tests.real.wordpress.database import running_mariadb
from tests.real.wordpress.service import Service, running_service
from tests.real.wordpress.store import Store, running_store

AS_NEW = """
delete_option( 'tillside_installation' );
delete_option( 'tillside_storefront_chat' );
delete_option( 'tillside_chat_channel' );
delete_option( 'stand_in_orders' );
delete_option( 'stand_in_webhooks' );
update_option( 'woocommerce_custom_orders_table_enabled', 'no' );
$GLOBALS['wpdb']->query( "DELETE FROM {$GLOBALS['wpdb']->prefix}woocommerce_api_keys" );
require_once ABSPATH . 'wp-admin/includes/plugin.php';
activate_plugin( 'tillside/tillside.php' );
"""


@pytest.fixture(scope="session")
def running_tillside() -> Iterator[Service]:
    """The stand-in of the service."""
    with running_service() as service:
        yield service


@pytest.fixture(scope="session")
def running_wordpress(
    tmp_path_factory: pytest.TempPathFactory, running_tillside: Service
) -> Iterator[Store]:
    """The one WordPress."""
    lacking = plugin_site.lacking()
    if lacking or plugin_site.wordpress() is None:
        pytest.skip("the plugin on a real WordPress (python scripts/plugin_packages.py)")
    folder: Path = tmp_path_factory.mktemp("wordpress")
    with (
        running_mariadb() as database,
        running_store(folder, database, running_tillside.url) as store,
    ):
        yield store


@pytest.fixture
def service(running_tillside: Service) -> Service:
    """The stand-in of the service, unasked."""
    running_tillside.forget()
    return running_tillside


@pytest.fixture
def store(running_wordpress: Store) -> Iterator[Store]:
    """The store, not connected, with orders as posts. A notice of PHP's fails the test."""
    running_wordpress.notices.write_text("")
    running_wordpress.php(AS_NEW)
    yield running_wordpress
    assert running_wordpress.notices.read_text() == ""
