"""Shopify as a StorePlatform: the parts put together."""

from collections.abc import Callable, Mapping
from datetime import datetime

from platforms.own_pacing import OwnPacing
from platforms.port import (
    AdminHost,
    Installer,
    KeyHandover,
    OutboundHttp,
    StoreAccess,
    StorePlatform,
    Traits,
    WebhookGate,
)
from platforms.shopify.admin import ShopifyAdminHost
from platforms.shopify.config import ShopifyConfig, is_set_up, read_config
from platforms.shopify.install import ShopifyInstaller
from platforms.shopify.reader import ShopifyReader
from platforms.shopify.storefront import ShopifyStorefront
from platforms.shopify.subscriptions import TOPICS, Subscriptions
from platforms.shopify.tokens import TokenEndpoint, utc_now
from platforms.shopify.transport import GraphTransport, Timing
from platforms.shopify.webhooks import ShopifyWebhookGate
from platforms.storefront import Storefront

SLUG = "shopify"


class ShopifyPlatform:
    """One object a process, without state of any one shop but what its bucket was seen to hold."""

    slug = SLUG
    name = "Shopify"
    handover: KeyHandover | None = None

    def __init__(
        self,
        http: OutboundHttp,
        config: ShopifyConfig,
        timing: Timing | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._http = http
        self._config = config
        self._timing = timing or Timing()
        self._now = now
        self._pacing = OwnPacing(self._timing.clock, self._timing.sleep)
        host = ShopifyAdminHost(config)
        self.host: AdminHost = host
        self.storefront: Storefront = ShopifyStorefront(config)
        self.installer: Installer = ShopifyInstaller(
            config, TokenEndpoint(http, config, now), host, self._transport, now
        )
        self.gate: WebhookGate = ShopifyWebhookGate(config, Subscriptions(config, self._transport))
        self.traits = Traits(
            tokens_expire=True,
            retries_webhooks=True,
            delivery_id_unique=True,
            has_compliance_webhooks=True,
            wanted_scopes=config.scopes,
            webhook_path=f"/webhooks/{SLUG}",
            webhook_topics=TOPICS,
            object_ids_global=True,
        )

    def reader(self, access: StoreAccess) -> ShopifyReader:
        """A reader of that shop."""
        return ShopifyReader(self._http, self._transport(access), access, self._now)

    def _transport(self, access: StoreAccess) -> GraphTransport:
        pacer = (access.pacing or self._pacing).bucket(access.domain)
        return GraphTransport(self._http, self._config, access, pacer, self._timing)


def create(http: OutboundHttp, settings: Mapping[str, str]) -> StorePlatform | None:
    """The platform, None without any key of an app at Shopify.

    Raises ValueError that names the setting which is missing or wrong.
    """
    if not is_set_up(settings):
        return None
    return ShopifyPlatform(http, read_config(settings))
