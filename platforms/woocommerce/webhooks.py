"""How WooCommerce's deliveries come in: the port's WebhookGate.

Only the body is signed, with the store's own secret; whose it is tells the address that it came to.
Every header is a hint: X-WC-Webhook-Source follows the site's own settings and is not read at all.
"""

import re
from collections.abc import Mapping, Sequence

from platforms.changes import Change, IsSuperseded
from platforms.errors import SignatureRefused
from platforms.port import Envelope, Secret, StoreAccess, StoreFacts, WebhookEndpoint
from platforms.records import SubscriptionReport
from platforms.woocommerce.deliveries import changes_of
from platforms.woocommerce.signatures import webhook_signature_holds
from platforms.woocommerce.subscriptions import Subscriptions

_PREFIX = b"x-wc-webhook-"
_LONGEST_HEADER = 256
# WC_Webhook::deliver_ping: a form with the webhook's id, unsigned, when one is made or turned.
_PING = re.compile(rb"webhook_id=\d{1,20}")


class WooCommerceWebhookGate:
    """The port's WebhookGate for WooCommerce."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions

    def verify(
        self,
        headers: Sequence[tuple[bytes, bytes]],
        raw_body: bytes,
        secrets: Sequence[Secret] = (),
    ) -> Envelope:
        """The envelope of a genuine delivery. Raises SignatureRefused, whatever the input.

        A ping is the one delivery without a signature; it means nothing, so it needs none. A header
        of WooCommerce's that stands twice is refused.
        """
        told = _told(headers)
        if "signature" not in told and _PING.fullmatch(raw_body):
            return Envelope(topic="", store_hint="", delivery_id="", is_ping=True)
        if not webhook_signature_holds(raw_body, told.get("signature", b""), secrets):
            raise SignatureRefused("the webhook's signature doesn't hold")
        webhook, delivery = _text(told, "id"), _text(told, "delivery-id")
        return Envelope(
            topic=_text(told, "topic").lower(),
            store_hint="",
            delivery_id=f"{webhook}:{delivery}" if webhook or delivery else "",
        )

    def identify(self, envelope: Envelope) -> str:
        """'': a store is told by the address that its deliveries come to."""
        return ""

    def parse(
        self,
        envelope: Envelope,
        raw_body: bytes,
        store: StoreFacts,
        is_superseded: IsSuperseded | None = None,
    ) -> list[Change]:
        """What a delivery means. Raises DeliveryUnreadable or DeliveryForeign."""
        return changes_of(envelope, raw_body, store)

    def subscribe(self, access: StoreAccess, endpoint: WebhookEndpoint) -> SubscriptionReport:
        """Make the subscriptions that we want and that aren't there."""
        return self._subscriptions.mend(access, endpoint)

    def check(self, access: StoreAccess, endpoint: WebhookEndpoint) -> SubscriptionReport:
        """Find and mend subscriptions that are gone, disabled, doubled or astray."""
        return self._subscriptions.mend(access, endpoint)

    def unsubscribe(self, access: StoreAccess, endpoint: WebhookEndpoint) -> None:
        """Remove ours: the ones that lead to that address."""
        self._subscriptions.remove(access, endpoint)


def _told(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, bytes]:
    """WooCommerce's headers by their names without the prefix."""
    told: dict[str, bytes] = {}
    for raw_name, value in headers:
        lowered = raw_name.lower()
        if not lowered.startswith(_PREFIX):
            continue
        name = lowered.removeprefix(_PREFIX).decode("latin-1")
        if name in told:
            raise SignatureRefused(f"the header {name} stands twice"[:80])
        told[name] = value
    return told


def _text(told: Mapping[str, bytes], name: str) -> str:
    value = told.get(name, b"")
    if len(value) > _LONGEST_HEADER or not value.isascii():
        return ""
    return value.decode("ascii").strip()
