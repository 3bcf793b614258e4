"""The hand-over: by a key of somebody who manages the store, from the service that it is for."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
import requests
from woocommerce.oauth import OAuth

from tests.real.wordpress.store import Store

pytestmark = pytest.mark.real

HTTPS = {"X-Forwarded-Proto": "https"}
SECRET = "s" * 43


@pytest.fixture
def make_key(store: Store) -> Callable[..., dict[str, Any]]:
    """Makes a key: of whom, with what permissions."""

    def make(person: str = "owner", permissions: str = "read_write") -> dict[str, Any]:
        code = "return stand_in_make_key( $person, $permissions );"
        made: dict[str, Any] = store.php(code, person=store.people[person], permissions=permissions)
        return made

    return make


def _body(store: Store, **changes: str) -> dict[str, str]:
    return {
        "installation_id": "ins_01HZ",
        "secret": SECRET,
        "app_url": store.app_url,
        "panel_url": f"{store.app_url}/panel?store=127.0.0.1%3A8080",
        **changes,
    }


def _address(store: Store) -> str:
    return f"{store.url}/wp-json/wc-tillside/v1/installation"


def _basic(key: dict[str, Any]) -> dict[str, str]:
    pair = base64.b64encode(f"{key['key']}:{key['secret']}".encode()).decode()
    return {**HTTPS, "Authorization": f"Basic {pair}"}


def _post(store: Store, headers: dict[str, str], body: dict[str, str]) -> requests.Response:
    return requests.post(_address(store), json=body, headers=headers, timeout=60)


def _stored(store: Store) -> Any:
    return store.php("return get_option( 'tillside_installation' );")


Make = Callable[..., dict[str, Any]]


def test_a_hand_over_is_stored_and_answered(store: Store, make_key: Make) -> None:
    key = make_key()
    answer = _post(store, _basic(key), _body(store))
    assert answer.status_code == 200
    assert answer.json() == {
        "plugin_version": "0.1.0",
        "home_url": store.url,
        "admin_url": f"{store.url}/wp-admin/".replace("http:", "https:"),
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert _stored(store) == {**_body(store), "credential": f"key:{key['id']}"}


def test_what_is_stored_is_not_loaded_with_every_page(store: Store, make_key: Make) -> None:
    _post(store, _basic(make_key()), _body(store))
    code = (
        "return $GLOBALS['wpdb']->get_var( \"SELECT autoload FROM {$GLOBALS['wpdb']->options}"
        " WHERE option_name = 'tillside_installation'\" );"
    )
    assert store.php(code) in ("no", "off")


def test_a_second_hand_over_replaces_the_first(store: Store, make_key: Make) -> None:
    first, second = make_key(), make_key()
    _post(store, _basic(first), _body(store))
    answer = _post(store, _basic(second), _body(store, installation_id="ins_2", secret="t" * 43))
    assert answer.status_code == 200
    assert _stored(store)["installation_id"] == "ins_2"
    assert _stored(store)["secret"] == "t" * 43
    assert _stored(store)["credential"] == f"key:{second['id']}"


def test_the_keys_in_the_address_and_an_application_password_do_too(
    store: Store, make_key: Make
) -> None:
    key = make_key()
    pair = {"consumer_key": key["key"], "consumer_secret": key["secret"]}
    answer = requests.post(
        _address(store), params=pair, json=_body(store), headers=HTTPS, timeout=20
    )
    assert answer.status_code == 200
    code = (
        "return WP_Application_Passwords::create_new_application_password( 1,"
        " array( 'name' => 'Tillside' ) );"
    )
    password, row = store.php(code)
    headers = _basic({"key": "owner", "secret": password})
    answer = _post(store, headers, _body(store, installation_id="by-password"))
    assert answer.status_code == 200
    assert _stored(store)["credential"] == f"password:1:{row['uuid']}"
    assert requests.delete(_address(store), headers=headers, timeout=60).json() == {
        "forgotten": True,
        "key_revoked": True,
    }
    assert _stored(store) is False
    assert requests.delete(_address(store), headers=headers, timeout=60).status_code == 401


def test_over_http_the_one_legged_signature_does(store: Store, make_key: Make) -> None:
    key = make_key()
    signed = OAuth(
        url=_address(store),
        consumer_key=key["key"],
        consumer_secret=key["secret"],
        version="wc/v3",
        method="POST",
    ).get_oauth_url()
    assert requests.post(signed, json=_body(store), timeout=60).status_code == 200
    assert _stored(store)["credential"] == f"key:{key['id']}"


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_without_a_key_nothing_is_stored(store: Store, scheme: str) -> None:
    answer = _post(store, {"X-Forwarded-Proto": scheme}, _body(store))
    assert answer.status_code == 401
    assert answer.json()["code"] == "tillside_forbidden"
    assert _stored(store) is False


def test_a_wrong_secret_stores_nothing(store: Store, make_key: Make) -> None:
    answer = _post(store, _basic({**make_key(), "secret": "cs_" + "0" * 40}), _body(store))
    assert answer.status_code == 401
    assert _stored(store) is False


@pytest.mark.parametrize(
    ("person", "permissions", "status"),
    [
        ("dimitra", "read_write", 403),
        ("writer", "read_write", 403),
        ("owner", "read", 401),
        ("keeper", "read_write", 200),
    ],
)
def test_the_keys_owner_must_manage_the_store(
    store: Store, make_key: Make, person: str, permissions: str, status: int
) -> None:
    answer = _post(store, _basic(make_key(person, permissions)), _body(store))
    assert answer.status_code == status
    assert (_stored(store) is False) == (status != 200)


def test_a_signed_in_owner_without_a_key_is_refused(store: Store, make_key: Make) -> None:
    browser = store.browser_of("owner")
    headers = {"X-WP-Nonce": store.nonce_of(browser)}
    # A key that stands in the address without its secret makes no difference.
    for address in (_address(store), f"{_address(store)}?consumer_key=ck_{'0' * 40}"):
        answer = browser.post(address, json=_body(store), headers=headers, timeout=60)
        assert answer.status_code == 403
    assert _stored(store) is False


@pytest.mark.parametrize(
    "changes",
    [
        {
            "app_url": "https://elsewhere.example",
            "panel_url": "https://elsewhere.example/panel?s=1",
        },
        {"panel_url": "https://elsewhere.example/panel?store=x"},
        {"app_url": "http://localhost"},
    ],
)
def test_another_services_hand_over_is_refused(
    store: Store, make_key: Make, changes: dict[str, str]
) -> None:
    key = make_key()
    _post(store, _basic(key), _body(store))
    answer = _post(store, _basic(key), _body(store, installation_id="other", **changes))
    assert answer.status_code == 403
    assert answer.json()["code"] == "tillside_other_service"
    assert _stored(store)["installation_id"] == "ins_01HZ"


@pytest.mark.parametrize(
    "changes",
    [
        {"installation_id": ""},
        {"installation_id": "a" * 65},
        {"installation_id": "<b>"},
        {"secret": "short"},
        {"secret": "s" * 40 + "\n" + "s" * 40},
        {"app_url": "javascript:alert(1)"},
        {"panel_url": ""},
    ],
)
def test_what_is_malformed_is_refused(
    store: Store, make_key: Make, changes: dict[str, str]
) -> None:
    answer = _post(store, _basic(make_key()), _body(store, **changes))
    assert answer.status_code in (400, 403)
    assert _stored(store) is False


@pytest.mark.parametrize("name", ["installation_id", "secret", "app_url", "panel_url"])
def test_every_field_is_required(store: Store, make_key: Make, name: str) -> None:
    body = _body(store)
    del body[name]
    answer = _post(store, _basic(make_key()), body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "rest_missing_callback_param"
    assert _stored(store) is False


def test_taking_back_forgets_and_revokes_the_key(store: Store, make_key: Make) -> None:
    key, others = make_key(), make_key("keeper")
    _post(store, _basic(key), _body(store))
    answer = requests.delete(_address(store), headers=_basic(key), timeout=60)
    assert (answer.status_code, answer.json()) == (200, {"forgotten": True, "key_revoked": True})
    assert _stored(store) is False
    assert requests.delete(_address(store), headers=_basic(key), timeout=60).status_code == 401
    assert _post(store, _basic(others), _body(store)).status_code == 200


def test_an_older_key_takes_only_itself_back(store: Store, make_key: Make) -> None:
    old, new = make_key(), make_key()
    _post(store, _basic(old), _body(store))
    _post(store, _basic(new), _body(store, installation_id="ins_2"))
    answer = requests.delete(_address(store), headers=_basic(old), timeout=60)
    assert answer.json() == {"forgotten": False, "key_revoked": True}
    assert _stored(store)["installation_id"] == "ins_2"
    assert _post(store, _basic(new), _body(store)).status_code == 200


def test_nobody_else_takes_back(store: Store, make_key: Make) -> None:
    _post(store, _basic(make_key()), _body(store))
    browser = store.browser_of("owner")
    headers = {"X-WP-Nonce": store.nonce_of(browser)}
    assert browser.delete(_address(store), headers=headers, timeout=60).status_code == 403
    assert requests.delete(_address(store), headers=HTTPS, timeout=60).status_code == 401
    refused = requests.delete(_address(store), headers=_basic(make_key("writer")), timeout=60)
    assert refused.status_code == 403
    assert _stored(store)["installation_id"] == "ins_01HZ"


def test_the_secret_is_told_to_nobody(store: Store, make_key: Make) -> None:
    _post(store, _basic(make_key()), _body(store))
    browser = store.browser_of("owner")
    headers = {"X-WP-Nonce": store.nonce_of(browser)}
    for path in ("", "wc-tillside/v1", "tillside/v1", "wp/v2/settings"):
        answer = browser.get(f"{store.url}/wp-json/{path}", headers=headers, timeout=60)
        assert SECRET not in answer.text
        assert answer.status_code == 200
    options = browser.get(f"{store.url}/wp-admin/options.php", timeout=60)
    assert "tillside_installation" in options.text
    assert SECRET not in options.text
