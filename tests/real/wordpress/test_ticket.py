"""Tickets: for whom, of what they tell, how long they last, and that their signature is right."""

from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import OctKey

from tests.real.wordpress.store import Store

pytestmark = pytest.mark.real


def _ask(
    store: Store, browser: requests.Session, nonce: str | None = None, **body: object
) -> requests.Response:
    headers = {"X-WP-Nonce": store.nonce_of(browser) if nonce is None else nonce}
    return browser.post(
        f"{store.url}/wp-json/tillside/v1/ticket", json=body, headers=headers, timeout=20
    )


def _order(store: Store, status: str = "wc-processing") -> int:
    return int(store.php("return stand_in_make_order( $status );", status=status))


def _read(answer: requests.Response, secret: str) -> jwt.Token:
    assert answer.status_code == 200, answer.text
    return jwt.decode(answer.json()["ticket"], OctKey.import_key(secret), algorithms=["HS256"])


@pytest.fixture
def secret(store: Store) -> str:
    """The connected store's secret."""
    return store.connect()["secret"]


def test_a_shop_manager_gets_a_ticket_for_an_order(store: Store, secret: str) -> None:
    order = _order(store)
    answer = _ask(store, store.browser_of("keeper"), order=order)
    token = _read(answer, secret)
    assert token.header == {"alg": "HS256", "typ": "JWT", "kid": "ins_1"}
    claims = dict(token.claims)
    issued = claims.pop("iat")
    assert claims.pop("exp") == issued + 60
    assert len(bytes.fromhex(claims.pop("jti"))) == 16
    assert claims == {
        "iss": store.url,
        "aud": store.app_url,
        "sub": str(store.people["keeper"]),
        "use": "panel",
        "locale": "en_US",
        "manager": True,
        "order": str(order),
    }
    assert answer.json()["expires_in_seconds"] == 60
    assert answer.headers["Cache-Control"] == "no-store"


def test_another_secret_does_not_verify_it(store: Store, secret: str) -> None:
    answer = _ask(store, store.browser_of("keeper"), order=_order(store))
    with pytest.raises(BadSignatureError):
        _read(answer, secret + "x")


def test_each_ticket_is_another(store: Store, secret: str) -> None:
    keeper = store.browser_of("keeper")
    nonce = store.nonce_of(keeper)
    seen = {_read(_ask(store, keeper, nonce), secret).claims["jti"] for _ in range(5)}
    assert len(seen) == 5


def test_one_for_the_list_names_neither(store: Store, secret: str) -> None:
    claims = _read(_ask(store, store.browser_of("owner")), secret).claims
    assert "order" not in claims
    assert "customer" not in claims


def test_one_for_a_customer_names_them_and_the_viewers_language(store: Store, secret: str) -> None:
    keeper = store.people["keeper"]
    store.php("update_user_meta( $keeper, 'locale', 'el' );", keeper=keeper)
    try:
        answer = _ask(store, store.browser_of("keeper"), customer=store.people["dimitra"])
    finally:
        store.php("delete_user_meta( $keeper, 'locale' );", keeper=keeper)
    claims = _read(answer, secret).claims
    assert claims["customer"] == str(store.people["dimitra"])
    assert claims["locale"] == "el"
    assert "order" not in claims


def test_an_order_under_hpos_is_found_too(store: Store, secret: str) -> None:
    store.php("update_option( 'woocommerce_custom_orders_table_enabled', 'yes' );")
    order = _order(store)
    claims = _read(_ask(store, store.browser_of("keeper"), order=order), secret).claims
    assert claims["order"] == str(order)


@pytest.mark.parametrize("nonce", ["", "0123456789", "none"])
def test_without_this_browsers_nonce_there_is_none(store: Store, secret: str, nonce: str) -> None:
    keeper = store.browser_of("keeper")
    headers = {} if nonce == "none" else {"X-WP-Nonce": nonce}
    address = f"{store.url}/wp-json/tillside/v1/ticket"
    answer = keeper.post(address, json={}, headers=headers, timeout=60)
    assert answer.status_code in (401, 403)
    assert "ticket" not in answer.json()


def test_another_persons_nonce_is_none(store: Store, secret: str) -> None:
    keeper, owner = store.browser_of("keeper"), store.browser_of("owner")
    assert _ask(store, keeper, store.nonce_of(owner)).status_code == 403


def test_a_stranger_gets_none(store: Store, secret: str) -> None:
    answer = requests.post(f"{store.url}/wp-json/tillside/v1/ticket", json={}, timeout=60)
    assert answer.status_code == 401
    assert answer.json()["code"] == "tillside_forbidden"


def test_an_application_password_alone_gets_none(store: Store, secret: str) -> None:
    code = (
        "return WP_Application_Passwords::create_new_application_password( 1,"
        " array( 'name' => 'A tool' ) )[0];"
    )
    answer = requests.post(
        f"{store.url}/wp-json/tillside/v1/ticket",
        json={},
        auth=("owner", store.php(code)),
        headers={"X-Forwarded-Proto": "https"},
        timeout=20,
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("person", ["dimitra", "reader", "writer"])
@pytest.mark.parametrize("about", ["order", "customer", "themselves", "nothing"])
def test_who_may_not_edit_orders_gets_none(
    store: Store, secret: str, person: str, about: str
) -> None:
    body: dict[str, Any] = {
        "order": {"order": _order(store)},
        "customer": {"customer": store.people["dimitra"]},
        "themselves": {"customer": store.people[person]},
        "nothing": {},
    }[about]
    answer = _ask(store, store.browser_of(person), **body)
    assert answer.status_code == 403
    assert answer.json()["code"] == "tillside_forbidden"


@pytest.mark.parametrize(("person", "status"), [("keeper", 403), ("owner", 200)])
def test_a_user_whom_one_may_not_edit_is_not_shown(
    store: Store, secret: str, person: str, status: int
) -> None:
    editor = store.people["writer"]
    answer = _ask(store, store.browser_of(person), customer=editor)
    assert answer.status_code == status
    both = _ask(store, store.browser_of(person), customer=editor, order=_order(store))
    assert both.status_code == status


@pytest.mark.parametrize("order", ["0", "-1", "1.5", "1 OR 1=1", "x", [1], {"a": 1}])
def test_an_id_that_is_none_is_refused(store: Store, secret: str, order: object) -> None:
    answer = _ask(store, store.browser_of("keeper"), order=order)
    assert answer.status_code == 400
    assert answer.json()["code"] == "rest_invalid_param"


def test_an_unknown_order_a_refund_and_a_post_are_the_same_404(store: Store, secret: str) -> None:
    keeper = store.browser_of("keeper")
    post = store.php("return wp_insert_post( array( 'post_title' => 'News' ) );")
    for order in (999_999, _order(store, "refund"), post):
        answer = _ask(store, keeper, order=order)
        assert (answer.status_code, answer.json()["code"]) == (404, "tillside_no_such_order")


def test_a_store_that_is_not_connected_gives_none(store: Store) -> None:
    answer = _ask(store, store.browser_of("owner"))
    assert (answer.status_code, answer.json()["code"]) == (409, "tillside_not_connected")


def test_nor_does_one_that_was_connected_to_another_service(store: Store) -> None:
    store.connect(app_url="https://elsewhere.example")
    answer = _ask(store, store.browser_of("owner"))
    assert (answer.status_code, answer.json()["code"]) == (409, "tillside_not_connected")


def test_it_is_asked_for_by_post_only(store: Store, secret: str) -> None:
    owner = store.browser_of("owner")
    headers = {"X-WP-Nonce": store.nonce_of(owner)}
    address = f"{store.url}/wp-json/tillside/v1/ticket"
    assert owner.get(address, headers=headers, timeout=60).status_code == 404
