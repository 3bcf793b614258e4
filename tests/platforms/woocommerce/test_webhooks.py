"""Deliveries are genuine or refused; what a genuine one says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import SignatureRefused
from platforms.port import Envelope, Secret
from platforms.woocommerce.subscriptions import Subscriptions
from platforms.woocommerce.webhooks import WooCommerceWebhookGate
from tests.platforms.woocommerce.example import (
    SECRETS,
    deliveries,
    raw_payload,
    recorded_headers,
    signature,
    signed,
)


def _never(access: object) -> None:
    raise AssertionError("verifying calls no store")


GATE = WooCommerceWebhookGate(Subscriptions(_never))  # type: ignore[arg-type]
BODY = b'{"id":42}'


def test_a_genuine_delivery() -> None:
    assert GATE.verify(signed(BODY, "order.deleted"), BODY, SECRETS) == Envelope(
        topic="order.deleted",
        store_hint="",
        delivery_id="2:0997f6524d9effc630adb1601b9c20cf",
    )


@pytest.mark.parametrize("name", deliveries())
def test_what_a_real_store_sent(name: str) -> None:
    envelope = GATE.verify(recorded_headers(name), raw_payload(name), SECRETS)
    assert envelope.topic == name.split("-")[1]
    assert not envelope.is_ping
    assert GATE.identify(envelope) == ""


def test_a_delivery_id_that_comes_again_is_told_apart_by_its_body_only() -> None:
    """The store counts by second: two orders of one second carry one id."""
    first, second = (
        GATE.verify(recorded_headers(name), raw_payload(name), SECRETS)
        for name in (
            "10-order.created-registered-refunded-before-delivery",
            "11-order.created-guest",
        )
    )
    assert first == second


def test_a_real_ping() -> None:
    name = "01-ping-order.created"
    ping = Envelope("", "", "", is_ping=True)
    assert GATE.verify(recorded_headers(name), raw_payload(name), SECRETS) == ping
    assert GATE.verify(recorded_headers(name), raw_payload(name), ()) == ping


@pytest.mark.parametrize(
    "body",
    [
        b"webhook_id=",
        b"webhook_id=x",
        b"webhook_id=1&topic=order.deleted",
        b"webhook_id=1\n",
        b" webhook_id=1",
        b"webhook_id=" + b"1" * 21,
        b'{"webhook_id":1}',
        b"",
    ],
)
def test_nothing_else_passes_for_a_ping(body: bytes) -> None:
    with pytest.raises(SignatureRefused):
        GATE.verify([(b"Content-Type", b"application/x-www-form-urlencoded")], body, SECRETS)


@pytest.mark.parametrize("told", [b"", b"wrong", signature(b"webhook_id=2")])
def test_a_ping_with_a_wrong_signature_is_refused(told: bytes) -> None:
    with pytest.raises(SignatureRefused):
        GATE.verify([(b"X-WC-Webhook-Signature", told)], b"webhook_id=1", SECRETS)


@pytest.mark.parametrize(
    "told",
    [
        None,
        b"",
        b" ",
        signature(b'{"id":43}'),
        signature(BODY, "another secret"),
        signature(BODY, ""),
        signature(BODY) + b"=",
        signature(BODY) + b" ",
        signature(BODY).rstrip(b"="),
        signature(BODY)[:-2],
        b"\xc3\xa4\xc3\xb6",
        b"\xff" * 44,
        b"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_a_signature_that_does_not_hold_is_refused(told: bytes | None) -> None:
    with pytest.raises(SignatureRefused):
        GATE.verify(signed(BODY, X_WC_Webhook_Signature=told), BODY, SECRETS)


@pytest.mark.parametrize("secrets", [(), (Secret(""),), (Secret("another"), Secret(" "))])
def test_without_the_stores_secret_nothing_holds(secrets: tuple[Secret, ...]) -> None:
    for secret in ("", " ", "lab-webhook-secret"):
        headers = signed(BODY, X_WC_Webhook_Signature=signature(BODY, secret))
        with pytest.raises(SignatureRefused):
            GATE.verify(headers, BODY, secrets)


@pytest.mark.parametrize(
    "name", [b"X-WC-Webhook-Signature", b"x-wc-webhook-signature", b"X-WC-Webhook-Topic"]
)
def test_a_header_that_stands_twice_is_refused(name: bytes) -> None:
    value = dict(signed(BODY)).get(name, signature(BODY))
    with pytest.raises(SignatureRefused):
        GATE.verify([*signed(BODY), (name, value)], BODY, SECRETS)


@pytest.mark.parametrize("told", [None, b"", b"\xff", b"x" * 300])
def test_a_header_that_says_nothing_is_left_out(told: bytes | None) -> None:
    changed = {"X_WC_Webhook_Topic": told, "X_WC_Webhook_Delivery_ID": told}
    envelope = GATE.verify(signed(BODY, **changed), BODY, SECRETS)
    assert (envelope.topic, envelope.delivery_id) == ("", "2:")
    changed["X_WC_Webhook_ID"] = told
    assert GATE.verify(signed(BODY, **changed), BODY, SECRETS).delivery_id == ""


def test_the_source_header_says_nothing() -> None:
    headers = signed(BODY, X_WC_Webhook_Source=b"https://victim.example/")
    envelope = GATE.verify(headers, BODY, SECRETS)
    assert (envelope.store_hint, GATE.identify(envelope)) == ("", "")


_names = st.sampled_from(
    [b"X-WC-Webhook-Signature", b"X-WC-Webhook-Topic", b"x-wc-webhook-\xff", b"Host"]
)


@given(
    headers=st.lists(st.tuples(_names, st.binary(max_size=60)), max_size=5),
    body=st.binary(max_size=100),
)
def test_nothing_but_signature_refused_is_raised(
    headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    with pytest.raises(SignatureRefused):
        GATE.verify(headers, body, SECRETS)
