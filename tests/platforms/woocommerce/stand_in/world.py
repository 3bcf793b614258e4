"""A stand-in with a platform that connects to it, over loopback or as if it stood on https."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import requests

from platforms.port import (
    Answer,
    Grant,
    HandedKeys,
    OutboundHttp,
    Secret,
    Site,
    StoreAccess,
    StoreFacts,
    WebhookEndpoint,
)
from platforms.woocommerce.config import read_config
from platforms.woocommerce.handover import WooCommerceHandover
from platforms.woocommerce.platform import WooCommercePlatform
from platforms.woocommerce.transport import Timing
from simulators.woocommerce.admin.plugin.installed import Plugin
from simulators.woocommerce.testing import Running
from tests.platforms.loopback import LoopbackStore, guarded
from tests.platforms.woocommerce.example import SETTINGS

SITE = "/shop"
SECURE = "https://shop.example"
NONCE = "nonce-of-a-test-0123456789"
# Hurried, so that a fault costs a test milliseconds.
TIMING = Timing(first_wait_seconds=0.01, longest_wait_seconds=0.1, timeout_seconds=30.0)


class World:
    """The stand-in's site `/shop` and our platform."""

    def __init__(self, stand_in: Running) -> None:
        self.stand_in = stand_in
        self.url = stand_in.url(SITE)
        settings = {**SETTINGS, "ALLOW_PRIVATE_ADDRESSES": "1"}
        self.platform = WooCommercePlatform(guarded(), read_config(settings), TIMING)

    @property
    def handover(self) -> WooCommerceHandover:
        assert isinstance(self.platform.handover, WooCommerceHandover)
        return self.platform.handover

    def control(self, path: str, **body: Any) -> Any:
        """The control API, for our site."""
        return self.stand_in.control(path, site=SITE, **body)

    def on_https(self) -> None:
        """Let the site stand on https://shop.example; the operator allows nothing else."""
        self.control("site", home=SECURE)
        self.url = SECURE
        http = SecureSite(self.stand_in.base_url + SITE)
        self.platform = WooCommercePlatform(http, read_config(SETTINGS), TIMING)

    def plugin(self, app_url: str) -> Plugin:
        """Our plugin in the sites, built for that service."""
        made = Plugin(Path("nowhere"), app_url)
        self.stand_in.state.resources["plugin"] = made
        return made

    def handed(self, inbox: LoopbackStore, site: Site) -> HandedKeys:
        """The keys that the store posts when its manager approves."""
        address = self.handover.begin(
            site,
            nonce=NONCE,
            callback_url=f"{inbox.origin}/woocommerce/callback/{NONCE}",
            return_url=f"{inbox.origin}/woocommerce/return/token",
        )
        opened = address.replace(SECURE, self.stand_in.base_url + SITE)
        answer = requests.get(opened, timeout=30, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        returned = f"{inbox.origin}/woocommerce/return/token?success=1&user_id={NONCE}"
        assert answer.headers["Location"] == returned
        (asked,) = inbox.asked
        assert (asked.method, asked.path) == ("POST", f"/woocommerce/callback/{NONCE}")
        inbox.asked.clear()
        return self.handover.receive(asked.body)

    def connect(self, inbox: LoopbackStore) -> Grant:
        """A store that was visited, asked, and proven."""
        site = self.handover.visit(self.url)
        return self.handover.prove(site, self.handed(inbox, site).keys)

    def access(self, grant: Grant) -> StoreAccess:
        """Access with that grant."""
        return StoreAccess(grant.domain, lambda: grant.access_token, _same)

    def facts(self, grant: Grant) -> StoreFacts:
        """What the receiver would know of the store."""
        return StoreFacts(grant.domain, None, None)

    def hooks(self) -> list[dict[str, Any]]:
        """The store's webhooks, with what REST keeps to itself."""
        found: list[dict[str, Any]] = self.control("webhooks")
        return found

    def endpoint(self, inbox: LoopbackStore, token: str = "token-1") -> WebhookEndpoint:
        """Where the store's webhooks are to come."""
        secret = Secret(f"secret of {token}")
        return WebhookEndpoint(f"{inbox.origin}/webhooks/woocommerce/{token}", secret)


class SecureSite:
    """The guarded client, with https://shop.example led to a site of the stand-in."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.asked: list[str] = []

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_seconds: float = 20.0,
        max_bytes: int = 32 * 1024 * 1024,
    ) -> Answer:
        assert url.startswith(SECURE + "/")
        self.asked.append(f"{method} {url}")
        return guarded().send(
            method,
            url.replace(SECURE, self.base_url, 1),
            headers=headers,
            body=body,
            timeout_seconds=timeout_seconds,
            max_bytes=max_bytes,
        )

    def stream(self, url: str, **given: Any) -> Iterator[bytes]:
        raise AssertionError("nothing is streamed")

    def equip(self, session: requests.Session) -> None:
        raise AssertionError("no library calls by itself")


def secure(world: World) -> SecureSite:
    """The client of a world on https."""
    http: OutboundHttp = world.platform._http
    assert isinstance(http, SecureSite)
    return http


def _same(refused: Secret) -> Secret:
    return refused
