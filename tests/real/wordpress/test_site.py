"""The site is a real WordPress, and the plugin works on it as it is packed."""

import pytest

from tests.real.wordpress.store import Store

pytestmark = pytest.mark.real


def test_it_is_a_real_wordpress_with_the_plugin_activated(store: Store) -> None:
    told = store.php(
        "return array( get_bloginfo( 'version' ), $GLOBALS['wpdb']->db_server_info(),"
        " get_option( 'active_plugins' ) );"
    )
    assert int(told[0].split(".")[0]) >= 6
    assert "MariaDB" in told[1]
    assert told[2] == ["tillside/tillside.php", "woocommerce/woocommerce.php"]
