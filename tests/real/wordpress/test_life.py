"""Activating, disconnecting, deactivating, deleting; and the storefront, which stays as it was."""

import re

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.real.wordpress.service import Service
from tests.real.wordpress.store import Store

pytestmark = pytest.mark.real

DONE = (200, {"status": "disconnected"})
KEYS = "global $wpdb; return $wpdb->get_col( 'SELECT key_id FROM wp_woocommerce_api_keys' );"
OPTIONS = (
    "global $wpdb; return $wpdb->get_col("
    " \"SELECT option_name FROM wp_options WHERE option_name LIKE '%tillside%'\" );"
)
PLUGINS = "require_once ABSPATH . 'wp-admin/includes/plugin.php';"
UNINSTALL = (
    f"{PLUGINS} deactivate_plugins( 'tillside/tillside.php' );"
    " return uninstall_plugin( 'tillside/tillside.php' );"
)


def _connect_with_key(store: Store) -> dict[str, str]:
    key = store.php("return stand_in_make_key( 1 );")
    store.php("stand_in_make_key( 2 );")
    store.php(
        "update_option( 'stand_in_webhooks', $rows );",
        rows={str(number): address for number, address in enumerate(_webhooks(store), 1)},
    )
    return store.connect(credential=f"key:{key['id']}")


def _webhooks(store: Store) -> list[str]:
    """Twenty-one of ours, and one of somebody else's."""
    ours = [f"{store.app_url}/webhooks/woocommerce/{number:032x}" for number in range(21)]
    return [*ours, "https://elsewhere.example/webhooks/woocommerce/1"]


def _is_shut_out(store: Store, installation: dict[str, str]) -> bool:
    """Whether our key and our webhooks are gone; those of others must be there."""
    left = store.php("return array_values( get_option( 'stand_in_webhooks' ) );")
    keys = store.php(KEYS)
    assert _webhooks(store)[-1] in left
    assert len(keys) == 1 + (len(left) > 1)
    return len(left) == 1 and keys != [installation["credential"].partition(":")[2]]


def _press_disconnect(store: Store, **changes: str) -> requests.Response:
    browser = store.browser_of("owner")
    page = browser.get(f"{store.url}/wp-admin/admin.php?page=tillside", timeout=60).text
    nonce = re.search(r'name="_wpnonce" value="([0-9a-f]+)"', page)
    assert nonce is not None
    data = {"action": "tillside_disconnect", "_wpnonce": nonce[1], **changes}
    return browser.post(f"{store.url}/wp-admin/admin-post.php", data=data, timeout=60)


def test_activating_asks_nobody_and_stores_nothing(store: Store, service: Service) -> None:
    store.php(f"{PLUGINS} deactivate_plugins( 'tillside/tillside.php' );")
    told = store.php(f"{PLUGINS} return activate_plugin( 'tillside/tillside.php' );")
    assert told is None
    assert store.php(OPTIONS) == []
    assert (service.asked, service.visits) == ([], [])


ACTIVE = "update_option( 'active_plugins', $plugins );"
HOOKED = (
    "return array( has_action( 'wp_footer', 'tillside_storefront' ),"
    " has_action( 'add_meta_boxes', 'tillside_add_order_box' ) );"
)


def test_without_woocommerce_it_rests(store: Store) -> None:
    assert store.php(HOOKED) == [10, 10]
    store.php(ACTIVE, plugins=["tillside/tillside.php"])
    try:
        hooked = store.php(HOOKED)
        namespaces = requests.get(f"{store.url}/wp-json/", timeout=60).json()["namespaces"]
    finally:
        store.php(ACTIVE, plugins=["tillside/tillside.php", "woocommerce/woocommerce.php"])
    assert hooked == [False, False]
    assert [each for each in namespaces if "tillside" in each] == []


def test_disconnecting_ends_it_there_then_here(store: Store, service: Service) -> None:
    installation = _connect_with_key(store)
    service.answers["disconnect"] = DONE
    answer = _press_disconnect(store)
    assert "This store is disconnected. Tillside no longer reads it." in answer.text
    ((path, asked),) = service.asked
    assert path == "/api/v1/plugin/disconnect"
    key = OctKey.import_key(installation["secret"])
    claims = jwt.decode(asked["ticket"], key, algorithms=["HS256"]).claims
    assert (claims["use"], claims["sub"], claims["iss"]) == ("disconnect", "wordpress", store.url)
    assert store.php(OPTIONS) == []
    assert _is_shut_out(store, installation)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "Tillside could not be reached, so this store is still connected."),
        ((500, {}), "Tillside did not confirm, so this store is still connected."),
        ((200, {"status": "busy"}), "Tillside did not confirm, so this store is still connected."),
    ],
)
def test_what_the_service_has_not_confirmed_changes_nothing(
    store: Store, service: Service, answer: tuple[int, object] | None, words: str
) -> None:
    installation = _connect_with_key(store)
    service.answers["disconnect"] = answer
    assert words in _press_disconnect(store).text
    assert store.php("return get_option( 'tillside_installation' );") == installation
    assert not _is_shut_out(store, installation)


def test_a_forged_press_disconnects_nothing(store: Store, service: Service) -> None:
    _connect_with_key(store)
    assert _press_disconnect(store, _wpnonce="0123456789").status_code == 403
    data = {"action": "tillside_disconnect"}
    address = f"{store.url}/wp-admin/admin-post.php"
    for person in ("writer", "dimitra"):
        assert store.browser_of(person).post(address, data=data, timeout=60).status_code == 403
    assert service.asked == []
    assert store.php(OPTIONS) == ["tillside_installation"]


def test_deactivating_leaves_everything(store: Store, service: Service) -> None:
    installation = _connect_with_key(store)
    store.php(f"{PLUGINS} deactivate_plugins( 'tillside/tillside.php' );")
    assert store.php("return get_option( 'tillside_installation' );") == installation
    assert not _is_shut_out(store, installation)
    assert service.asked == []


@pytest.mark.parametrize("answer", [DONE, (500, {}), None], ids=["done", "error", "nothing"])
def test_deleting_disconnects_and_leaves_nothing(
    store: Store, service: Service, answer: tuple[int, object] | None
) -> None:
    installation = _connect_with_key(store)
    store.php("update_option( 'tillside_storefront_chat', 'yes' );")
    service.answers["disconnect"] = answer
    assert store.php(UNINSTALL) is True
    assert [path for path, _ in service.asked] == ["/api/v1/plugin/disconnect"]
    key = OctKey.import_key(installation["secret"])
    claims = jwt.decode(service.asked[0][1]["ticket"], key, algorithms=["HS256"]).claims
    assert claims["use"] == "disconnect"
    assert store.php(OPTIONS) == []
    assert _is_shut_out(store, installation)


def test_deleting_one_that_was_never_connected_asks_nobody(store: Store, service: Service) -> None:
    store.php(UNINSTALL)
    assert service.asked == []
    assert store.php(OPTIONS) == []


CONSENT = "function wp_has_consent( $category ) { return 'functional' === $category; }"
FOOTER = """
$fired = 0;
add_action( 'tillside_storefront', function () use ( &$fired ) { ++$fired; } );
ob_start();
tillside_storefront();
return array( $fired, ob_get_clean() );
"""


@pytest.mark.parametrize(
    ("connected", "turned_on", "consents", "fired"),
    [(True, True, True, 1), (True, True, False, 0), (True, False, True, 0), (False, True, True, 0)],
)
def test_the_storefront_hook_is_off_until_it_is_on_and_consented(
    store: Store, connected: bool, turned_on: bool, consents: bool, fired: int
) -> None:
    if connected:
        store.connect()
    if turned_on:
        store.php("update_option( 'tillside_storefront_chat', 'yes' );")
    assert store.php((CONSENT if consents else "") + FOOTER) == [fired, ""]


def test_a_site_that_asks_in_its_own_way_can_say_so(store: Store) -> None:
    store.connect()
    store.php("update_option( 'tillside_storefront_chat', 'yes' );")
    asks = "add_filter( 'tillside_visitor_consents', '__return_true' );"
    assert store.php(asks + FOOTER) == [1, ""]


def test_the_storefront_itself_has_nothing_of_ours(store: Store, service: Service) -> None:
    store.connect()
    store.php("update_option( 'tillside_storefront_chat', 'yes' );")
    page = requests.get(f"{store.url}/", timeout=60)
    assert page.status_code == 200
    assert "tillside" not in page.text.lower()
    assert service.visits == []
