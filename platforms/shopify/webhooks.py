"""How Shopify's deliveries come in: the port's WebhookGate.

Only the body is signed, and one secret serves all shops: shop and topic are hints until the body
itself has spoken (see `deliveries`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from platforms.changes import Change, IsSuperseded
from platforms.errors import SignatureRefused
from platforms.port import Envelope, Secret, StoreAccess, StoreFacts, WebhookEndpoint
from platforms.records import SubscriptionReport
from platforms.shopify.config import ShopifyConfig
from platforms.shopify.deliveries import changes_of
from platforms.shopify.privacy import COMPLIANCE_TOPICS
from platforms.shopify.shops import canonical_shop
from platforms.shopify.signatures import webhook_signature_holds
from platforms.shopify.subscriptions import Subscriptions
from platforms.shopify.values import moment

_TOLD = (
    "hmac-sha256",
    "topic",
    "shop-domain",
    "webhook-id",
    "event-id",
    "triggered-at",
    "api-version",
)
_OLD, _NEW = 0, 1
# For each header its name without prefixes, and its family.
_NAMES = {f"x-shopify-{name}".encode(): (name, _OLD) for name in _TOLD} | {
    f"shopify-{name}".encode(): (name, _NEW) for name in _TOLD
}
_LONGEST_HEADER = 512


class ShopifyWebhookGate:
    """The port's WebhookGate for Shopify."""

    def __init__(self, config: ShopifyConfig, subscriptions: Subscriptions) -> None:
        self._config = config
        self._subscriptions = subscriptions

    def verify(
        self,
        headers: Sequence[tuple[bytes, bytes]],
        raw_body: bytes,
        secrets: Sequence[Secret] = (),
    ) -> Envelope:
        """The envelope of a genuine delivery. Raises SignatureRefused, whatever the input.

        Names count with and without `X-` (the Events family has none); a header that stands twice
        in one family, or differently in both, is refused.
        """
        told = _told(headers)
        signature = told.get("hmac-sha256", b"")
        if not webhook_signature_holds(raw_body, signature, self._config.signing_keys):
            raise SignatureRefused("the webhook's signature doesn't hold")
        topic = _text(told, "topic").lower()
        return Envelope(
            topic=topic,
            store_hint=canonical_shop(_text(told, "shop-domain")) or "",
            delivery_id=_text(told, "webhook-id"),
            event_id=_text(told, "event-id") or None,
            triggered_at=_moment(_text(told, "triggered-at")),
            api_version=_text(told, "api-version") or None,
            is_compliance=topic in COMPLIANCE_TOPICS,
        )

    def identify(self, envelope: Envelope) -> str:
        """The shop that the delivery says it is for, '' when it names none."""
        return envelope.store_hint

    def parse(
        self,
        envelope: Envelope,
        raw_body: bytes,
        store: StoreFacts,
        is_superseded: IsSuperseded | None = None,
    ) -> list[Change]:
        """What a delivery means. Raises DeliveryUnreadable or DeliveryForeign."""
        return changes_of(envelope, raw_body, store, is_superseded)

    def subscribe(self, access: StoreAccess, endpoint: WebhookEndpoint) -> SubscriptionReport:
        """Make the subscriptions that we want and that aren't there."""
        return self._subscriptions.mend(access, endpoint.url)

    def check(self, access: StoreAccess, endpoint: WebhookEndpoint) -> SubscriptionReport:
        """Find and mend subscriptions that are gone or lead astray."""
        return self._subscriptions.mend(access, endpoint.url)

    def unsubscribe(self, access: StoreAccess, endpoint: WebhookEndpoint) -> None:
        """Remove ours: the ones that lead to that address."""
        self._subscriptions.remove(access, endpoint.url)


def _told(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, bytes]:
    """Shopify's headers by their names without either prefix."""
    families: tuple[dict[str, bytes], dict[str, bytes]] = ({}, {})
    for raw_name, value in headers:
        found = _NAMES.get(raw_name.lower())
        if found is None:
            continue
        name, family = found
        if name in families[family]:
            raise SignatureRefused(f"the header {name} stands twice")
        families[family][name] = value
    old, new = families
    if any(old[name] != new[name] for name in old.keys() & new.keys()):
        raise SignatureRefused("the two families of headers disagree")
    return new | old


def _text(told: Mapping[str, bytes], name: str) -> str:
    value = told.get(name, b"")
    if len(value) > _LONGEST_HEADER or not value.isascii():
        return ""
    return value.decode("ascii").strip()


def _moment(value: str) -> datetime | None:
    """The time, cut from nanoseconds to microseconds; None for none that can be read."""
    try:
        return moment(value)
    except ValueError:
        return None
