"""WooCommerce as a StorePlatform: the parts put together."""

from collections.abc import Mapping

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
from platforms.storefront import Storefront
from platforms.woocommerce.admin import WooCommerceAdminHost
from platforms.woocommerce.config import WooCommerceConfig, read_config
from platforms.woocommerce.handover import WooCommerceHandover
from platforms.woocommerce.install import WANTED_SCOPES, WooCommerceInstaller
from platforms.woocommerce.once import SingleCalls
from platforms.woocommerce.reader import WooCommerceReader
from platforms.woocommerce.storefront import WooCommerceStorefront
from platforms.woocommerce.subscriptions import TOPICS, Subscriptions
from platforms.woocommerce.transport import StoreTransport, Timing
from platforms.woocommerce.webhooks import WooCommerceWebhookGate

SLUG = "woocommerce"

# Many stores stand on small hosts: a page of a hundred orders takes them long.
_TIMEOUT_SECONDS = 45.0


class WooCommercePlatform:
    """One object a process, without state of any one store but how much its host bears."""

    slug = SLUG
    name = "WooCommerce"

    def __init__(
        self, http: OutboundHttp, config: WooCommerceConfig, timing: Timing | None = None
    ) -> None:
        self._http = http
        self._config = config
        self._timing = timing or Timing(timeout_seconds=_TIMEOUT_SECONDS)
        self._pacing = OwnPacing(self._timing.clock, self._timing.sleep)
        calls = SingleCalls(http, config)
        self.host: AdminHost = WooCommerceAdminHost(config)
        self.storefront: Storefront = WooCommerceStorefront(config)
        self.installer: Installer = WooCommerceInstaller(config, calls)
        self.handover: KeyHandover | None = WooCommerceHandover(http, config, calls)
        self.gate: WebhookGate = WooCommerceWebhookGate(Subscriptions(self._transport))
        self.traits = Traits(
            tokens_expire=False,
            retries_webhooks=False,
            delivery_id_unique=False,
            has_compliance_webhooks=False,
            wanted_scopes=WANTED_SCOPES,
            webhook_path=f"/webhooks/{SLUG}",
            webhook_topics=TOPICS,
            webhook_per_store=True,
            parts_apart=True,
        )

    def reader(self, access: StoreAccess) -> WooCommerceReader:
        """A reader of that store."""
        return WooCommerceReader(self._transport(access), access)

    def _transport(self, access: StoreAccess) -> StoreTransport:
        pacing = access.pacing or self._pacing
        return StoreTransport(self._http, self._config, access, pacing, self._timing)


def create(http: OutboundHttp, settings: Mapping[str, str]) -> StorePlatform:
    """The platform. Raises ValueError that names the setting which is missing or wrong."""
    return WooCommercePlatform(http, read_config(settings))
