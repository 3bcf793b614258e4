"""What stores sign: webhooks, queries, session tokens, tickets."""

import hashlib
import hmac
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from platforms.errors import SessionRefused, SignatureRefused
from platforms.shopify.signatures import (
    check_proxy_signature,
    query_signature_holds,
)
from platforms.woocommerce.tickets import genuine_claims
from tests.platforms.loopback import guarded
from tests.platforms.shopify import example as shopify
from tests.platforms.woocommerce import example as woocommerce

Case = tuple[Any, ...]
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


SECONDS = str(int(NOW.timestamp()))


def digits(message: bytes) -> str:
    return hashlib.sha256(message).hexdigest()


def webhook(message: bytes) -> Case:
    return message, shopify.signature(message)


def woo_webhook(message: bytes) -> Case:
    return message, woocommerce.signature(message)


def hex_signature(text: str) -> str:
    return hmac.new(shopify.SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


def oauth(message: bytes) -> Case:
    code = digits(message)
    return code, hex_signature(f"code={code}&shop={shopify.SHOP}")


def oauth_holds(case: Case) -> bool:
    code, signature = case
    pairs = [("shop", shopify.SHOP), ("code", code), ("hmac", signature)]
    return query_signature_holds(pairs, [shopify.SECRET.encode()])


def proxy(message: bytes) -> Case:
    customer = digits(message)
    return customer, hex_signature(f"logged_in_customer_id={customer}timestamp={SECONDS}")


def proxy_holds(case: Case) -> bool:
    customer, signature = case
    pairs = [
        ("logged_in_customer_id", customer),
        ("timestamp", SECONDS),
        ("signature", signature),
    ]
    with suppress(SignatureRefused):
        check_proxy_signature(pairs, [shopify.SECRET.encode()], NOW)
        return True
    return False


def session(message: bytes) -> Case:
    return (shopify.session_token(jti=digits(message)),)


def session_holds(case: Case) -> bool:
    with suppress(SessionRefused):
        shopify.platform(guarded()).host.verify(case[0], now=shopify.NOW)
        return True
    return False


def ticket(message: bytes) -> Case:
    return (woocommerce.ticket(jti=digits(message)),)


def ticket_holds(case: Case) -> bool:
    with suppress(SessionRefused):
        genuine_claims(case[0], woocommerce.COMPANION_SECRET, woocommerce.NOW)
        return True
    return False
