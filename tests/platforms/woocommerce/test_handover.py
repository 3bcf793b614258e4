"""What a store is asked for, what it may send us, and what a person may type."""

import json
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import AddressRefused, AuthorizationLost, InstallRefused
from platforms.port import Answer, Secret, Site
from platforms.woocommerce.config import read_config
from platforms.woocommerce.credentials import Credentials
from platforms.woocommerce.handover import LARGEST_HANDOVER_BYTES, WooCommerceHandover
from platforms.woocommerce.once import SingleCalls
from platforms.woocommerce.refusals import PLAIN_PERMALINKS, SiteRefused
from platforms.woocommerce.trial import KeysOnTrial
from tests.platforms.woocommerce.example import SETTINGS, payload, raw_payload
from tests.platforms.woocommerce.fake_site import Answering

ROOT = "https://shop.example/wp-json/"
SITE = Site("shop.example", "https://shop.example", ROOT, "Shop")
NONCE = "Zm9vYmFyYmF6cXV4MTIz-_"
CALLBACK = f"https://app.example/woocommerce/callback/{NONCE}"
RETURN = "https://app.example/woocommerce/return/d2F5LWJhY2s"
KEYS = {
    "key_id": 7,
    "user_id": NONCE,
    "consumer_key": f"ck_{'1' * 40}",
    "consumer_secret": f"cs_{'2' * 40}",
    "key_permissions": "read_write",
}


def _handover(answers: Any = None, called: list[str] | None = None) -> WooCommerceHandover:
    http = Answering(called if called is not None else [], answers or {})
    config = read_config(SETTINGS)
    return WooCommerceHandover(http, config, SingleCalls(http, config))


HANDOVER = _handover()


def test_all_five_parameters_survive_being_decoded_twice() -> None:
    url = HANDOVER.begin(SITE, nonce=NONCE, callback_url=CALLBACK, return_url=RETURN)
    parts = urlsplit(url)
    assert url.startswith("https://shop.example/wc-auth/v1/authorize?")
    told = dict(parse_qsl(parts.query, strict_parsing=True))
    wanted = {
        "app_name": "Tillside",
        "scope": "read_write",
        "user_id": NONCE,
        "return_url": RETURN,
        "callback_url": CALLBACK,
    }
    assert told == wanted
    assert {name: unquote_plus(value) for name, value in told.items()} == wanted


@pytest.mark.parametrize(
    ("url", "root", "begins"),
    [
        ("https://shop.example/store", "https://shop.example/store/wp-json/", "/store/wc-auth/"),
        (
            "https://shop.example",
            "https://shop.example/index.php/wp-json/",
            "/index.php/wc-auth/",
        ),
    ],
)
def test_where_the_page_of_consent_stands(url: str, root: str, begins: str) -> None:
    site = Site("shop.example", url, root, "Shop")
    address = HANDOVER.begin(site, nonce=NONCE, callback_url=CALLBACK, return_url=RETURN)
    assert urlsplit(address).path.startswith(begins)
    assert parse_qs(urlsplit(address).query)["user_id"] == [NONCE]


def test_a_site_that_can_not_hand_over_says_why() -> None:
    site = Site("shop.example", "https://shop.example", ROOT, "Shop", False, PLAIN_PERMALINKS)
    with pytest.raises(InstallRefused) as caught:
        HANDOVER.begin(site, nonce=NONCE, callback_url=CALLBACK, return_url=RETURN)
    assert str(caught.value) == PLAIN_PERMALINKS


def test_a_hand_over() -> None:
    handed = HANDOVER.receive(json.dumps(KEYS).encode())
    assert handed.nonce == NONCE
    keys = KeysOnTrial.unpacked(handed.keys)
    assert keys == KeysOnTrial(KEYS["consumer_key"], KEYS["consumer_secret"])  # type: ignore[arg-type]
    assert "1111" not in repr(handed) + repr(keys)


def test_a_real_stores_hand_over() -> None:
    """Recorded with a nonce that no nonce of ours looks like; the rest is as it comes."""
    raw = raw_payload("23-wc-auth-callback")
    with pytest.raises(InstallRefused, match="user_id"):
        HANDOVER.receive(raw)
    handed = HANDOVER.receive(raw.replace(b"tenant-42.nonce-abc", NONCE.encode()))
    told = payload("23-wc-auth-callback")
    assert KeysOnTrial.unpacked(handed.keys).key == told["consumer_key"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"key_permissions": "read"}, "may only read"),
        ({"key_permissions": "write"}, "may only write"),
        ({"key_permissions": "admin"}, "doesn't say"),
        ({"key_permissions": None}, "doesn't say"),
        ({"key_permissions": ["read_write"]}, "doesn't say"),
        ({"consumer_key": None}, "consumer_key"),
        ({"consumer_key": ""}, "consumer_key"),
        ({"consumer_key": f"cs_{'1' * 40}"}, "consumer_key"),
        ({"consumer_key": f"ck_{'1' * 40}\n"}, "consumer_key"),
        ({"consumer_key": f"ck_{'é' * 40}"}, "consumer_key"),
        ({"consumer_key": ["ck_"]}, "consumer_key"),
        ({"consumer_secret": f"ck_{'2' * 40}"}, "consumer_secret"),
        ({"consumer_secret": f"cs_{'2' * 400}"}, "consumer_secret"),
        ({"user_id": None}, "user_id"),
        ({"user_id": 7}, "user_id"),
        ({"user_id": "short"}, "user_id"),
        ({"user_id": "../" * 8}, "user_id"),
        ({"padding": "x" * LARGEST_HANDOVER_BYTES}, "larger"),
    ],
)
def test_a_hand_over_that_is_none(changed: dict[str, Any], says: str) -> None:
    body = {key: value for key, value in {**KEYS, **changed}.items() if value is not None}
    with pytest.raises(InstallRefused, match=says):
        HANDOVER.receive(json.dumps(body).encode())


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"1", b"null", b"\xff", b"a=b&user_id=x"])
def test_what_is_no_json_object(raw: bytes) -> None:
    with pytest.raises(InstallRefused):
        HANDOVER.receive(raw)


@given(
    changed=st.dictionaries(
        st.sampled_from(sorted(KEYS)),
        st.none() | st.integers() | st.text(max_size=50) | st.lists(st.text(max_size=5)),
        min_size=1,
    )
)
def test_a_damaged_hand_over_is_taken_whole_or_refused(changed: dict[str, Any]) -> None:
    try:
        handed = HANDOVER.receive(json.dumps({**KEYS, **changed}).encode())
    except InstallRefused:
        return
    assert KeysOnTrial.unpacked(handed.keys).key.startswith("ck_")


@pytest.mark.parametrize(
    "password", ["abcd EFGH 1234 ijkl MNOP 6789", "abcdEFGH1234ijklMNOP6789", " abcd\u00a0" * 6]
)
def test_an_application_password_with_or_without_blanks(password: str) -> None:
    keys = KeysOnTrial.unpacked(HANDOVER.offer(" maria@example.com ", password))
    assert (keys.key, keys.is_password) == ("maria@example.com", True)
    assert len(keys.secret) == 24


@pytest.mark.parametrize(
    ("name", "password", "says"),
    [
        ("", "abcd EFGH 1234 ijkl MNOP 6789", "the name"),
        ("a:b", "abcd EFGH 1234 ijkl MNOP 6789", "the name"),
        ("a\nb", "abcd EFGH 1234 ijkl MNOP 6789", "the name"),
        ("x" * 101, "abcd EFGH 1234 ijkl MNOP 6789", "the name"),
        ("maria", "", "application password"),
        ("maria", "her own password", "application password"),
        ("maria", "abcd EFGH 1234 ijkl MNOP 678", "application password"),
        ("maria", "abcd EFGH 1234 ijkl MNOP 678!", "application password"),
        ("maria", "abcd EFGH 1234 ijkl MNOP 678é", "application password"),
    ],
)
def test_what_can_not_be_one_is_not_sent(name: str, password: str, says: str) -> None:
    with pytest.raises(InstallRefused, match=says):
        HANDOVER.offer(name, password)


@pytest.mark.parametrize("kept", ["", "{}", "[]", "x", '{"key": 1}', "null"])
def test_what_was_never_on_trial_is_lost(kept: str) -> None:
    with pytest.raises(AuthorizationLost):
        HANDOVER.prove(SITE, Secret(kept))


def _wc(endpoint: str) -> str:
    return f"{ROOT}wc/v3/{endpoint}"


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(status, {}, json.dumps(value).encode())


def _refusing(status: int, code: str = "woocommerce_rest_cannot_view") -> Answer:
    return _json({"code": code, "message": "Sorry.", "data": {"status": status}}, status)


GOOD = {_wc(name): _json([]) for name in ("webhooks", "orders", "customers")}
ON_TRIAL = KeysOnTrial(f"ck_{'1' * 40}", f"cs_{'2' * 40}").packed()


def test_keys_are_proven_by_what_we_shall_read_and_write() -> None:
    called: list[str] = []
    grant = _handover(GOOD, called).prove(SITE, ON_TRIAL)
    assert [url.partition("?")[0] for url in called] == list(GOOD)
    assert (grant.domain, grant.scopes) == ("shop.example", ("read_write",))
    assert Credentials.unpacked(grant.access_token).rest_root == ROOT


@pytest.mark.parametrize("what", ["orders", "customers"])
def test_keys_that_open_too_little(what: str) -> None:
    answers = {**GOOD, _wc(what): _refusing(403)}
    with pytest.raises(InstallRefused, match=f"may not see {what}"):
        _handover(answers).prove(SITE, ON_TRIAL)


def test_somebody_who_may_not_make_webhooks() -> None:
    called: list[str] = []
    answers = {**GOOD, _wc("webhooks"): _refusing(403)}
    with pytest.raises(InstallRefused, match="may not manage WooCommerce"):
        _handover(answers, called).prove(SITE, ON_TRIAL)
    assert len(called) == 1


def test_a_store_that_moved_to_http_gets_no_keys() -> None:
    called: list[str] = []
    site = Site("shop.example", "http://shop.example", "http://shop.example/wp-json/", "Shop")
    for keys in (ON_TRIAL, KeysOnTrial("maria", "a" * 24, is_password=True).packed()):
        with pytest.raises(SiteRefused) as caught:
            _handover(GOOD, called).prove(site, keys)
        assert caught.value.code == "http_only"
    assert called == []


def test_an_address_that_became_forbidden_is_a_refusal() -> None:
    with pytest.raises(InstallRefused, match="not called"):
        _handover(AddressRefused("port 22 is not called")).prove(SITE, ON_TRIAL)
