"""What is sent and asked while keys are changed: as stores sign it, as panels ask for it."""

import base64
import hashlib
import hmac
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import OctKey

from bench.drain_world import SETTINGS
from bench.fresh_sender import Sent, changed, order_bodies, order_changes
from bench.rotation_load import Ask, Line, right_order
from bench.rotation_world import SHOPS, SITE, Place
from bench.shop_deliveries import STARTS_AT, shop_domain

_ORDERS = 200
_PANEL_ORDERS = 20
# Those are never changed: what is read of them is known.
_FIRST_PANEL_ORDER = 7_000_000
_FIRST_CHANGE = 1_000_000
_SITE_EVERY = 5
_SITE_PANEL_ORDER = 42
_BEARER_LASTS_READS = 20
_SITE_BODY = (
    Path(__file__).parents[1] / "tests/payloads/woocommerce/14-order.updated-completed.body"
)


@dataclass(slots=True)
class Signing:
    """What Shopify signs with at this moment, in turn."""

    secrets: tuple[str, ...]


class Webhooks:
    """Deliveries by their number: one in five is the site's, the others the shops' in turn."""

    def __init__(self, place: Place, signing: Signing) -> None:
        self._place = place
        self._signing = signing
        self._bodies = order_bodies(_ORDERS, SHOPS)
        self._lock = threading.Lock()
        self._site = _site_order()

    def __call__(self, number: int) -> tuple[str, Ask]:
        """Its name, and itself."""
        if number % _SITE_EVERY == 0:
            return self.of_site(number, order=10_000 + number // _SITE_EVERY % _ORDERS)
        return self.of_shop(self._changed(number), number)

    def of_shop(self, sent: Sent, number: int, secret: str | None = None) -> tuple[str, Ask]:
        """A shop's, signed with the secret whose turn it is."""
        secrets = self._signing.secrets
        signature = _signature(sent.body, secret or secrets[number % len(secrets)])
        headers = {**sent.headers, "x-shopify-hmac-sha256": signature}
        return headers["x-shopify-webhook-id"], Ask("POST", "/webhooks/shopify", headers, sent.body)

    def signed_with(self, secret: str) -> tuple[str, Ask]:
        """One that is signed with that secret."""
        return self.of_shop(self._changed(0), 0, secret)

    def _changed(self, number: int) -> Sent:
        order = number % _ORDERS
        with self._lock:
            return changed(self._bodies[order], _FIRST_CHANGE + number, order % SHOPS)

    def of_site(self, number: int, *, order: int) -> tuple[str, Ask]:
        """The site's, signed with its own."""
        moment = (STARTS_AT + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S")
        fields: dict[str, Any] = {
            "id": order,
            "number": str(order),
            "date_modified_gmt": moment,
            "date_modified": moment,
        }
        if order != _SITE_PANEL_ORDER:
            # Another person's: she whom the panel reads has one order.
            billing = {**self._site["billing"], "email": f"buyer{order}@example.com"}
            fields |= {"customer_id": order, "billing": billing}
        body = orjson.dumps({**self._site, **fields})
        headers = {
            "content-type": "application/json",
            "x-wc-webhook-topic": "order.updated",
            "x-wc-webhook-id": "3",
            "x-wc-webhook-delivery-id": f"site-{number}",
            "x-wc-webhook-signature": _signature(body, self._place.site_secret),
        }
        return f"3:site-{number}", Ask("POST", self._place.site_path, headers, body)


class Reads:
    """What panels ask, by number: persons by session tokens, by the plugin's bearers and by API
    keys, and conversations.
    """

    def __init__(self, place: Place, signing: Signing, port: int) -> None:
        self._place = place
        self._signing = signing
        self._sent = order_changes(
            _PANEL_ORDERS, SHOPS, _PANEL_ORDERS, start=1, first=_FIRST_PANEL_ORDER
        )
        self._port = port
        self._uses = itertools.count(1)
        self._bearer = ("", 0)

    def first(self, webhooks: Webhooks) -> list[tuple[str, Ask]]:
        """The deliveries that make what is read."""
        told = [webhooks.of_shop(sent, number) for number, sent in enumerate(self._sent)]
        return [*told, webhooks.of_site(0, order=_SITE_PANEL_ORDER)]

    def __call__(self, number: int) -> tuple[str, Ask]:
        """That ask; it has no name."""
        ways: tuple[Callable[[int], Ask], ...] = (
            self.by_token,
            self.by_key,
            self.by_token,
            self.of_talk,
            self.by_bearer,
        )
        return "", ways[number % len(ways)](number // len(ways))

    def by_token(self, number: int) -> Ask:
        """A person, by Shopify's session token under the secret whose turn it is."""
        sent = self._sent[number % len(self._sent)]
        secrets = self._signing.secrets
        return _context(sent, self._token(sent.shop, secrets[number % len(secrets)]))

    def by_key(self, number: int) -> Ask:
        """The same by an API key."""
        sent = self._sent[number % len(self._sent)]
        return _context(sent, self._place.keys[sent.shop])

    def of_talk(self, number: int) -> Ask:
        """A conversation, which is opened with its channel's key."""
        said = self._place.said[number % SHOPS]
        headers = _bearer(self._place.keys[number % SHOPS])
        path = f"/api/v1/conversations/{said.conversation_id}"
        return Ask("GET", path, headers, holds=lambda body: said.text.encode() in body)

    def by_bearer(self, number: int) -> Ask:
        """A person of the site, by a bearer that the plugin's ticket gave."""
        text, left = self._bearer
        if left <= 0:
            text = self._exchanged()
            left = _BEARER_LASTS_READS
        self._bearer = (text, left - 1)
        email = _site_order()["billing"]["email"].lower()
        return Ask(
            "GET",
            f"/api/v1/context?order={_SITE_PANEL_ORDER}",
            _bearer(text),
            holds=lambda body: right_order(body, str(_SITE_PANEL_ORDER), 3950, email),
        )

    def _exchanged(self) -> str:
        now, companion = int(time.time()), self._place.companion
        claims = {
            "iss": f"https://{SITE}",
            "aud": companion.app_url,
            "sub": "5",
            "jti": f"{next(self._uses):032x}",
            "iat": now,
            "exp": now + 60,
            "use": "panel",
            "locale": "el",
        }
        header = {"alg": "HS256", "typ": "JWT", "kid": companion.installation_id}
        ticket = jwt.encode(header, claims, OctKey.import_key(companion.secret.reveal()))
        headers = {"content-type": "application/json"}
        ask = Ask("POST", "/api/v1/session", headers, orjson.dumps({"ticket": ticket}))
        with Line(self._port) as line:
            status, body = line.ask(ask)
        # A refused one shows at the read that goes by it.
        return str(orjson.loads(body)["bearer"]) if status == 200 else f"refused-{status}"

    def _token(self, shop: int, secret: str) -> str:
        now, domain = int(time.time()), shop_domain(shop)
        claims = {
            "iss": f"https://{domain}/admin",
            "dest": f"https://{domain}",
            "aud": SETTINGS["SHOPIFY_API_KEY"],
            "sub": "42",
            "exp": now + 60,
            "nbf": now - 5,
            "iat": now - 5,
            "jti": f"token-{next(self._uses)}",
            "sid": "of-the-benchmark",
        }
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret))


def _site_order() -> dict[str, Any]:
    """A documented order of the site's: the store that it was taken down at has another name."""
    text = _SITE_BODY.read_text(encoding="utf-8")
    for slash in ("/", "\\/"):
        text = text.replace(f"http:{slash * 2}127.0.0.1:18080", f"https:{slash * 2}{SITE}")
    body: dict[str, Any] = orjson.loads(text)
    return body


def _context(sent: Sent, credential: str) -> Ask:
    email = orjson.loads(sent.body)["email"].lower()
    return Ask(
        "GET",
        f"/api/v1/context?order={sent.external_id}",
        _bearer(credential),
        holds=lambda body: right_order(body, sent.external_id, sent.total, email),
    )


def _bearer(credential: str) -> dict[str, str]:
    return {"authorization": f"Bearer {credential}", "accept": "application/json"}


def _signature(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
