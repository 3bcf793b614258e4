"""What an install's routes are asked with, signed as Shopify signs whatever it passes on."""

import hashlib
import hmac
from urllib.parse import parse_qs, urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.ui_embed.world import API_SECRET, NOW

NEW_SHOP = "cretan.myshopify.com"


def begun(client: FlaskClient, shop: str = NEW_SHOP) -> str:
    """Begin an install in that browser; the state that leads back to it."""
    answer = client.get("/shopify/install", query_string={"shop": shop})
    assert answer.status_code == 302, answer.text
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def callback(
    client: FlaskClient, state: str, *more: tuple[str, str], **changed: str
) -> TestResponse:
    """Come back from the shop, by a query that is genuinely signed whatever stands in it."""
    fields = {
        "code": "code-1",
        "shop": NEW_SHOP,
        "state": state,
        "timestamp": str(int(NOW.timestamp())),
        **changed,
    }
    pairs = sorted([*fields.items(), *more])
    message = "&".join(f"{name}={value}" for name, value in pairs)
    digest = hmac.new(API_SECRET.encode(), message.encode(), hashlib.sha256).hexdigest()
    return client.get(f"/shopify/callback?{urlencode([*pairs, ('hmac', digest)])}")
