"""The order screens, the user screen, the Tillside page: what stands there, and for whom."""

import html
import re
from html.parser import HTMLParser

import pytest
import requests

from tests.real.wordpress.service import Service
from tests.real.wordpress.store import Store

pytestmark = pytest.mark.real

HPOS = "update_option( 'woocommerce_custom_orders_table_enabled', 'yes' );"
UGLY = "&x=\"'><script>alert(1)</script>"


class _Panels(HTMLParser):
    """The attributes of the panels of a page, and of their frames."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.panels: list[dict[str, str | None]] = []
        self.frames: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "div" and told.get("class") == "tillside-panel":
            self.panels.append(told)
        if tag == "iframe" and told.get("class") == "tillside-panel__frame":
            self.frames.append(told)


def _order_screen(store: Store, *, hpos: bool, status: str = "wc-processing") -> tuple[int, str]:
    if hpos:
        store.php(HPOS)
    order = int(store.php("return stand_in_make_order( $status );", status=status))
    path = f"admin.php?page=wc-orders&action=edit&id={order}" if hpos else ""
    return order, f"{store.url}/wp-admin/{path or f'post.php?post={order}&action=edit'}"


def _get(browser: requests.Session, address: str) -> str:
    answer = browser.get(address, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.text


def _one_panel(page: str) -> dict[str, str | None]:
    found = _Panels(page)
    assert len(found.panels) == len(found.frames) == 1
    frame = found.frames[0]
    assert frame["title"] == "Tillside: the customer and their orders"
    assert frame["referrerpolicy"] == "strict-origin"
    assert "src" not in frame
    assert page.count("/plugins/tillside/assets/panel.js?ver=0.1.0") == 1
    assert page.count("/plugins/tillside/assets/panel.css?ver=0.1.0") == 1
    return found.panels[0]


@pytest.mark.parametrize("hpos", [False, True], ids=["posts", "hpos"])
def test_the_order_screen_has_the_panel(store: Store, hpos: bool) -> None:
    secret = store.connect()["secret"]
    order, address = _order_screen(store, hpos=hpos)
    page = _get(store.browser_of("keeper"), address)
    assert _one_panel(page) == {
        "class": "tillside-panel",
        "data-tillside-origin": store.app_url,
        "data-tillside-src": f"{store.app_url}/panel?store=127.0.0.1%3A8080&order={order}",
        "data-tillside-admin": f"{store.url}/wp-admin/",
        "data-tillside-order": str(order),
        "data-tillside-customer": "",
    }
    assert len(re.findall(r'<div id="tillside" class="postbox', page)) == 1
    assert secret not in page
    assert "ins_1" not in page


@pytest.mark.parametrize("hpos", [False, True], ids=["posts", "hpos"])
def test_an_order_that_is_not_saved_yet_has_a_sentence(store: Store, hpos: bool) -> None:
    store.connect()
    _, address = _order_screen(store, hpos=hpos, status="auto-draft")
    page = _get(store.browser_of("keeper"), address)
    assert "Save the order first: then its customer is shown here." in page
    assert _Panels(page).panels == []


@pytest.mark.parametrize("hpos", [False, True], ids=["posts", "hpos"])
def test_a_store_that_is_not_connected_has_no_box(store: Store, hpos: bool) -> None:
    _, address = _order_screen(store, hpos=hpos)
    page = _get(store.browser_of("owner"), address)
    assert 'id="tillside"' not in page
    assert "assets/panel.js" not in page


def test_what_was_handed_over_is_escaped(store: Store) -> None:
    store.connect(panel_url=f"{store.app_url}/panel?store=a{UGLY}")
    _, address = _order_screen(store, hpos=False)
    page = _get(store.browser_of("keeper"), address)
    assert "<script>alert(1)" not in page
    assert "alert(1)" in (_one_panel(page)["data-tillside-src"] or "")


def test_a_customers_screen_has_the_panel(store: Store) -> None:
    secret = store.connect()["secret"]
    dimitra = store.people["dimitra"]
    page = _get(store.browser_of("keeper"), f"{store.url}/wp-admin/user-edit.php?user_id={dimitra}")
    panel = _one_panel(page)
    assert panel["data-tillside-customer"] == str(dimitra)
    assert panel["data-tillside-order"] == ""
    assert (panel["data-tillside-src"] or "").endswith(f"&customer={dimitra}")
    assert "<h2>Tillside</h2>" in page
    assert secret not in page


def test_a_colleagues_screen_has_none_until_they_buy(store: Store) -> None:
    store.connect()
    writer = store.people["writer"]
    address = f"{store.url}/wp-admin/user-edit.php?user_id={writer}"
    assert _Panels(_get(store.browser_of("owner"), address)).panels == []
    store.php("update_user_meta( $id, 'paying_customer', 1 );", id=writer)
    try:
        page = _get(store.browser_of("owner"), address)
    finally:
        store.php("delete_user_meta( $id, 'paying_customer' );", id=writer)
    assert _one_panel(page)["data-tillside-customer"] == str(writer)


@pytest.mark.parametrize("person", ["reader", "dimitra"])
def test_customers_see_none_on_their_own_profile(store: Store, person: str) -> None:
    store.connect()
    page = _get(store.browser_of(person), f"{store.url}/wp-admin/profile.php")
    assert 'id="your-profile"' in page
    assert "tillside" not in page.lower()


def test_the_page_of_a_store_that_is_not_connected_asks_to_connect(
    store: Store, service: Service
) -> None:
    page = _get(store.browser_of("owner"), f"{store.url}/wp-admin/admin.php?page=tillside")
    form = re.search(
        r'<form method="post" action="([^"]+/woocommerce/connect)">(.*?)</form>', page, re.S
    )
    assert form is not None
    assert html.unescape(form[1]) == f"{service.url}/woocommerce/connect"
    assert re.findall(r'<input[^>]* name="([^"]+)" value="([^"]+)"', form[2]) == [
        ("store_url", f"{store.url}/")
    ]
    assert form[2].count("<button") == 1
    assert "target=" not in form[0]
    assert "Nothing has been sent to Tillside." in page
    assert "<bdi><strong>localhost</strong></bdi>" in page
    # Pages that a browser shows make it call nobody.
    assert page.count(service.url) == 1
    assert _Panels(page).panels == []
    assert (service.asked, service.visits) == ([], [])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("update_option( 'permalink_structure', '' );", "Your permalinks are plain"),
        ("", "This site has no https address."),
    ],
)
def test_it_says_what_stands_in_the_way(store: Store, change: str, sentence: str) -> None:
    store.php(f"{change} return null;")
    try:
        page = _get(store.browser_of("owner"), f"{store.url}/wp-admin/admin.php?page=tillside")
    finally:
        store.php("update_option( 'permalink_structure', '/%postname%/' );")
    assert sentence in page


def test_the_page_of_a_connected_store_is_the_panel(store: Store) -> None:
    secret = store.connect()["secret"]
    page = _get(store.browser_of("owner"), f"{store.url}/wp-admin/admin.php?page=tillside")
    panel = _one_panel(page)
    assert panel["data-tillside-src"] == f"{store.app_url}/panel?store=127.0.0.1%3A8080"
    assert panel["data-tillside-order"] == panel["data-tillside-customer"] == ""
    assert re.findall(r'<button type="submit"[^>]*>([^<]+)</button>', page) == [
        "Connect again",
        "Disconnect this store",
        "Save",
    ]
    assert secret not in page


def test_who_may_not_edit_orders_does_not_reach_it(store: Store) -> None:
    store.connect()
    for person in ("writer", "reader", "dimitra"):
        answer = store.browser_of(person).get(
            f"{store.url}/wp-admin/admin.php?page=tillside", timeout=20
        )
        assert answer.status_code == 403


AGENT = """
$role = add_role( 'agent', 'Agent', array( 'read' => true, 'edit_shop_orders' => true,
    'edit_others_shop_orders' => true ) );
$user = get_userdata( $id );
$user->set_role( $given );
"""


def test_who_only_edits_orders_can_neither_connect_nor_disconnect(store: Store) -> None:
    writer = store.people["writer"]
    store.php(AGENT, id=writer, given="agent")
    try:
        page = _get(store.browser_of("writer"), f"{store.url}/wp-admin/admin.php?page=tillside")
        assert "Somebody who manages the store can connect it here." in page
        assert "<form method" not in page
        store.connect()
        page = _get(store.browser_of("writer"), f"{store.url}/wp-admin/admin.php?page=tillside")
        _one_panel(page)
        assert "Disconnect" not in page
    finally:
        store.php(AGENT, id=writer, given="editor")


def test_the_list_of_plugins_leads_to_it(store: Store) -> None:
    link = f'<a href="{store.url}/wp-admin/admin.php?page=tillside">%s</a>'
    browser = store.browser_of("owner")
    assert link % "Connect" in _get(browser, f"{store.url}/wp-admin/plugins.php")
    store.connect()
    assert link % "Open" in _get(browser, f"{store.url}/wp-admin/plugins.php")


def test_only_known_words_are_told_back(store: Store) -> None:
    page = _get(
        store.browser_of("owner"),
        f"{store.url}/wp-admin/admin.php?page=tillside&tillside_told=<script>x</script>",
    )
    assert "scriptx" not in page
    assert 'class="notice notice-error"' not in page


def test_the_pages_speak_the_viewers_language(store: Store) -> None:
    keeper = store.people["keeper"]
    store.php("update_user_meta( $id, 'locale', 'el' );", id=keeper)
    try:
        page = _get(store.browser_of("keeper"), f"{store.url}/wp-admin/admin.php?page=tillside")
    finally:
        store.php("delete_user_meta( $id, 'locale' );", id=keeper)
    assert ">Σύνδεση</button>" in page


def test_woocommerce_is_told_of_compatibility(store: Store) -> None:
    declared = store.php("return Automattic\\WooCommerce\\Utilities\\FeaturesUtil::$declared;")
    assert declared == {
        "custom_order_tables": ["tillside/tillside.php"],
        "cart_checkout_blocks": ["tillside/tillside.php"],
    }
