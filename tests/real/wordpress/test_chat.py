"""The chat in a real WordPress' storefront: its tag, its proof, and the form that turns it on."""

import re

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.real.wordpress.service import Service
from tests.real.wordpress.store import Store

pytestmark = pytest.mark.real

CODE = "a-chat-of-this-store"
TURN_ON = "update_option( 'tillside_storefront_chat', $mode ); update_option( $name, $told );"
TAG = re.compile(r"<script[^>]*/widget\.js[^>]*>")


def _turn_on(store: Store, mode: str = "all", code: str = CODE) -> None:
    store.php(TURN_ON, mode=mode, name="tillside_chat_channel", told=code)


FOOTER = "ob_start(); tillside_storefront(); return ob_get_clean();"


def _footer(store: Store, person: str | None = None) -> str:
    """What we print in the storefront's footer; the test's WordPress has no theme around it."""
    page: str = store.php(FOOTER, user=store.people[person] if person else 0)
    return page


def _tag(page: str) -> dict[str, str]:
    (tag,) = TAG.findall(page)
    return dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))


def test_a_guest_gets_the_chat_without_a_proof(store: Store, service: Service) -> None:
    store.connect()
    _turn_on(store)
    page = _footer(store)
    tag = _tag(page)
    assert tag["src"] == f"{store.app_url}/widget.js"
    assert tag["data-channel"] == CODE
    assert tag["data-cart"] == f"{store.url}/wp-json/wc/store/v1/cart"
    assert "data-proof" not in tag
    # The store's own server asks for nothing.
    assert service.visits == []


def test_a_customer_gets_a_proof_that_only_the_chat_takes(store: Store) -> None:
    installation = store.connect()
    _turn_on(store)
    page = _footer(store, "dimitra")
    token = jwt.decode(
        _tag(page)["data-proof"], OctKey.import_key(installation["secret"]), algorithms=["HS256"]
    )
    assert token.header["kid"] == installation["installation_id"]
    claims = token.claims
    assert claims["sub"] == str(store.people["dimitra"])
    assert (claims["use"], claims["iss"], claims["aud"]) == ("chat", store.url, store.app_url)
    assert claims["exp"] - claims["iat"] == 1800
    assert "@" in claims["email"]
    assert installation["secret"] not in page


@pytest.mark.parametrize(
    ("mode", "code"),
    [("no", CODE), ("yes", CODE), ("all", ""), ("all", 'x"><script>'), ("on", CODE)],
)
def test_nothing_is_printed_unless_the_store_chose_so(store: Store, mode: str, code: str) -> None:
    store.connect()
    _turn_on(store, mode, code)
    assert "widget.js" not in _footer(store)


def test_a_store_that_isnt_connected_prints_nothing(store: Store) -> None:
    _turn_on(store)
    assert "widget.js" not in _footer(store)


def _form(store: Store, **changes: str) -> requests.Response:
    keeper = store.browser_of("keeper")
    page = keeper.get(f"{store.url}/wp-admin/admin.php?page=tillside", timeout=60).text
    form = page[page.index('value="tillside_chat"') :]
    found = re.search(r'name="_wpnonce" value="(\w+)"', form)
    assert found is not None
    posted = {"action": "tillside_chat", "_wpnonce": found[1], "channel": CODE, "mode": "all"}
    address = f"{store.url}/wp-admin/admin-post.php"
    return keeper.post(address, data={**posted, **changes}, timeout=60)


CHOSEN = "return array( get_option( 'tillside_storefront_chat' ), get_option( $name ) );"


def test_whoever_manages_the_store_turns_it_on_and_off(store: Store) -> None:
    store.connect()
    assert "The chat of your storefront is as you chose." in _form(store).text
    assert store.php(CHOSEN, name="tillside_chat_channel") == ["all", CODE]
    _form(store, mode="no")
    assert store.php(CHOSEN, name="tillside_chat_channel") == ["no", CODE]


def test_what_is_no_code_changes_nothing(store: Store) -> None:
    store.connect()
    answer = _form(store, channel='"><script>alert(1)</script>')
    assert "That isn’t the code of a chat" in answer.text
    assert store.php(CHOSEN, name="tillside_chat_channel") == [False, False]


def test_nobody_else_turns_it_on(store: Store) -> None:
    store.connect()
    data = {"action": "tillside_chat", "channel": CODE, "mode": "all", "_wpnonce": "0123456789"}
    address = f"{store.url}/wp-admin/admin-post.php"
    for person in ("keeper", "writer", "dimitra"):
        assert store.browser_of(person).post(address, data=data, timeout=60).status_code == 403
    assert store.php(CHOSEN, name="tillside_chat_channel") == [False, False]
