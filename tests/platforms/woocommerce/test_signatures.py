"""The webhook signature, against a real store's and everything that only looks like one."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.port import Secret
from platforms.woocommerce.signatures import webhook_signature_holds
from tests.platforms.woocommerce.example import (
    SECRET,
    SECRETS,
    deliveries,
    raw_payload,
    recorded_headers,
    signature,
)


@pytest.mark.parametrize("name", deliveries())
def test_a_real_stores_signature_holds(name: str) -> None:
    recorded = dict(recorded_headers(name))[b"X-WC-Webhook-Signature"]
    assert webhook_signature_holds(raw_payload(name), recorded, SECRETS)
    assert not webhook_signature_holds(raw_payload(name) + b" ", recorded, SECRETS)


def test_each_of_the_stores_secrets_may_sign() -> None:
    secrets = (Secret("another"), Secret(SECRET))
    assert webhook_signature_holds(b"{}", signature(b"{}"), secrets)
    assert webhook_signature_holds(b"{}", signature(b"{}", "another"), secrets)
    assert not webhook_signature_holds(b"{}", signature(b"{}", "a third"), secrets)


@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_an_empty_secret_signs_nothing(empty: str) -> None:
    assert not webhook_signature_holds(b"{}", signature(b"{}", empty), [Secret(empty)])
    assert not webhook_signature_holds(b"{}", signature(b"{}", empty), [])


@pytest.mark.parametrize(
    "given",
    [
        b"",
        hmac.new(SECRET.encode(), b"{}", hashlib.sha256).hexdigest().encode(),
        signature(b"{}") + b"\n",
        signature(b"{}").rstrip(b"="),
        signature(b"{}").lower(),
        "ÄÖ".encode(),
        b"\xff\xfe",
    ],
)
def test_what_only_looks_like_it_does_not_hold(given: bytes) -> None:
    assert not webhook_signature_holds(b"{}", given, SECRETS)


@given(body=st.binary(max_size=200), given_signature=st.binary(max_size=80))
def test_nothing_is_raised(body: bytes, given_signature: bytes) -> None:
    expected = given_signature == signature(body)
    assert webhook_signature_holds(body, given_signature, SECRETS) is expected
