"""Each kind of signature by its own verifier, under either secret."""

import hashlib
import hmac

import pytest

from platforms.errors import SignatureRefused
from platforms.shopify.signatures import (
    check_proxy_signature,
    is_recent,
    query_signature_holds,
    webhook_signature_holds,
)
from tests.platforms.shopify.example import NOW, PREVIOUS_SECRET, SECRET, signature

KEYS = (SECRET.encode(), PREVIOUS_SECRET.encode())


def _hex(message: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize("secret", [SECRET, PREVIOUS_SECRET])
def test_a_webhook_holds_under_both_secrets(secret: str) -> None:
    assert webhook_signature_holds(b"{}", signature(b"{}", secret), KEYS)
    assert not webhook_signature_holds(b"{} ", signature(b"{}", secret), KEYS)


@pytest.mark.parametrize(
    "given",
    [b"", _hex("{}").encode(), "ÄÖ".encode(), b"\xff\xfe", signature(b"{}", "another secret")],
)
def test_a_webhook_with_another_signature_does_not_hold(given: bytes) -> None:
    assert not webhook_signature_holds(b"{}", given, KEYS)


def test_a_known_query_holds() -> None:
    """Shopify's own worked example of its OAuth documentation."""
    query = [
        ("code", "0907a61c0c8d55e99db179b68161bc00"),
        ("hmac", "700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf"),
        ("shop", "some-shop.myshopify.com"),
        ("state", "0.6784241404160823"),
        ("timestamp", "1337178173"),
    ]
    assert query_signature_holds(query, [b"hush"])
    assert not query_signature_holds(query, KEYS)


@pytest.mark.parametrize("secret", [SECRET, PREVIOUS_SECRET])
def test_a_query_is_sorted_whatever_its_order(secret: str) -> None:
    digest = _hex("a=1&b=x y", secret)
    assert query_signature_holds([("b", "x y"), ("hmac", digest), ("a", "1")], KEYS)


def test_a_pair_can_not_be_shifted_into_its_neighbour() -> None:
    digest = _hex("a=1&b=2")
    assert not query_signature_holds([("a", "1&b=2"), ("hmac", digest)], KEYS)


@pytest.mark.parametrize("given", ["", "ü", "\ud800", _hex("a=2")])
def test_a_query_with_another_hmac_does_not_hold(given: str) -> None:
    assert not query_signature_holds([("a", "1"), ("hmac", given)], KEYS)


def test_a_query_needs_one_hmac() -> None:
    digest = _hex("a=1")
    assert not query_signature_holds([("a", "1")], KEYS)
    assert not query_signature_holds([("a", "1"), ("hmac", digest), ("hmac", digest)], KEYS)


def test_the_app_proxy_joins_without_separator_and_arrays_by_commas() -> None:
    stamp = str(int(NOW.timestamp()))
    digest = _hex(
        f"extra=1,2logged_in_customer_id=path_prefix=/apps/tillsideshop=a.myshopify.comtimestamp={stamp}"
    )
    query = [
        ("extra", "1"),
        ("extra", "2"),
        ("shop", "a.myshopify.com"),
        ("logged_in_customer_id", ""),
        ("path_prefix", "/apps/tillside"),
        ("timestamp", stamp),
        ("signature", digest),
    ]
    check_proxy_signature(query, KEYS, NOW)
    with pytest.raises(SignatureRefused):
        check_proxy_signature([*query[:-2], ("timestamp", "1"), query[-1]], KEYS, NOW)
    with pytest.raises(SignatureRefused):
        check_proxy_signature(query[:-1], KEYS, NOW)


def test_the_app_proxys_signature_is_no_oauth_hmac() -> None:
    stamp = str(int(NOW.timestamp()))
    joined = _hex(f"shop=a.myshopify.com&timestamp={stamp}")
    query = [("shop", "a.myshopify.com"), ("timestamp", stamp), ("signature", joined)]
    with pytest.raises(SignatureRefused):
        check_proxy_signature(query, KEYS, NOW)


def test_an_old_app_proxy_request_is_refused() -> None:
    stamp = str(int(NOW.timestamp()) - 91)
    query = [("timestamp", stamp), ("signature", _hex(f"timestamp={stamp}"))]
    with pytest.raises(SignatureRefused, match="too old"):
        check_proxy_signature(query, KEYS, NOW)


@pytest.mark.parametrize(
    ("seconds", "recent"), [(0, True), (90, True), (-90, True), (91, False), (-91, False)]
)
def test_the_window_is_ninety_seconds_on_either_side(seconds: int, recent: bool) -> None:
    assert is_recent(str(int(NOW.timestamp()) + seconds), NOW) is recent


@pytest.mark.parametrize("stamp", ["", "-1", "1e9", "٣", "9" * 400, "nan"])
def test_what_is_no_timestamp_is_not_recent(stamp: str) -> None:
    assert not is_recent(stamp, NOW)
