"""Deliveries are genuine or refused; what a genuine one says of itself."""

from datetime import UTC, datetime

import pytest

from platforms.errors import SignatureRefused
from platforms.port import Envelope
from tests.platforms.loopback import guarded
from tests.platforms.shopify.example import (
    PREVIOUS_SECRET,
    SHOP,
    platform,
    signature,
    signed,
)

GATE = platform(guarded()).gate
BODY = b'{"id": 1}'


def test_a_genuine_delivery() -> None:
    assert GATE.verify(signed(BODY), BODY) == Envelope(
        topic="orders/updated",
        store_hint=SHOP,
        delivery_id="b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        event_id="98880550-7158-44d4-b7cd-2c97c8a091b5",
        triggered_at=datetime(2026, 11, 22, 4, 50, 18, 123456, tzinfo=UTC),
        api_version="2026-10",
    )


def test_the_previous_secret_still_signs() -> None:
    headers = signed(BODY, X_Shopify_Hmac_Sha256=signature(BODY, PREVIOUS_SECRET))
    assert GATE.verify(headers, BODY).topic == "orders/updated"


def test_names_count_in_any_case_and_without_x() -> None:
    events = [
        (name.replace(b"X-", b"").upper() if name.startswith(b"X-") else name, value)
        for name, value in signed(BODY)
    ]
    assert GATE.verify(events, BODY) == GATE.verify(signed(BODY), BODY)


def test_both_families_may_agree() -> None:
    both = [*signed(BODY), *((n.removeprefix(b"X-"), v) for n, v in signed(BODY))]
    assert GATE.verify(both, BODY) == GATE.verify(signed(BODY), BODY)


@pytest.mark.parametrize(
    "extra",
    [
        (b"Shopify-Topic", b"shop/redact"),
        (b"Shopify-Shop-Domain", b"other.myshopify.com"),
        (b"Shopify-Hmac-Sha256", b""),
        (b"Shopify-Webhook-Id", b"another"),
    ],
)
def test_families_that_disagree_are_refused(extra: tuple[bytes, bytes]) -> None:
    with pytest.raises(SignatureRefused):
        GATE.verify([*signed(BODY), extra], BODY)


@pytest.mark.parametrize(
    "given",
    [
        None,
        b"",
        b" ",
        signature(b'{"id": 2}'),
        signature(BODY, "another secret of some length"),
        signature(BODY) + b"=",
        signature(BODY).rstrip(b"="),
        signature(BODY)[:-2],
        b"\xc3\xa4\xc3\xb6",
        b"\xff" * 44,
        b"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_a_signature_that_does_not_hold_is_refused(given: bytes | None) -> None:
    with pytest.raises(SignatureRefused):
        GATE.verify(signed(BODY, X_Shopify_Hmac_Sha256=given), BODY)


@pytest.mark.parametrize("name", [b"X-Shopify-Hmac-Sha256", b"x-shopify-hmac-sha256"])
def test_a_signature_that_stands_twice_is_refused(name: bytes) -> None:
    with pytest.raises(SignatureRefused):
        GATE.verify([*signed(BODY), (name, signature(BODY))], BODY)


def test_a_topic_that_stands_twice_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        GATE.verify([*signed(BODY), (b"X-Shopify-Topic", b"orders/updated")], BODY)


@pytest.mark.parametrize(
    "domain",
    [
        None,
        b"",
        b"evil.example",
        b"a.myshopify.com.evil.example",
        b"\xff.myshopify.com",
        b"x" * 9000,
    ],
)
def test_a_shop_that_is_none_gives_no_hint(domain: bytes | None) -> None:
    envelope = GATE.verify(signed(BODY, X_Shopify_Shop_Domain=domain), BODY)
    assert GATE.identify(envelope) == ""


def test_a_shops_name_is_made_canonical() -> None:
    envelope = GATE.verify(signed(BODY, X_Shopify_Shop_Domain=b"JSmith.myshopify.com"), BODY)
    assert GATE.identify(envelope) == SHOP


@pytest.mark.parametrize(
    "text", [None, b"", b"yesterday", b"2026-11-22", b"2026-11-22T04:50:18", b"\xff"]
)
def test_a_time_that_is_none_is_left_out(text: bytes | None) -> None:
    assert GATE.verify(signed(BODY, X_Shopify_Triggered_At=text), BODY).triggered_at is None


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact", "shop/redact"])
def test_compliance_topics_are_marked(topic: str) -> None:
    assert GATE.verify(signed(BODY, topic), BODY).is_compliance
    assert not GATE.verify(signed(BODY, "customers/update"), BODY).is_compliance


def test_an_empty_body_can_be_genuine() -> None:
    assert GATE.verify(signed(b""), b"").topic == "orders/updated"
