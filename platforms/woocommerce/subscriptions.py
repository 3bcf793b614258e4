"""Our webhooks at a store: one a topic, leading to our address, active, under our secret.

WooCommerce disables a webhook at the seventh failure in a row and tells nobody, so they are looked
at again and again. The secret can't be read back: it is written with every repair. A mended
webhook keeps its count of failures until a delivery arrives (WC_Webhook::failed_delivery).
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from platforms.errors import RequestRefused, StoreAnsweredNonsense
from platforms.mending import Mending
from platforms.port import StoreAccess, WebhookEndpoint
from platforms.records import SubscriptionReport
from platforms.woocommerce.answers import NotFound
from platforms.woocommerce.transport import StoreTransport

NAME = "Tillside"
TOPICS = (
    "customer.created",
    "customer.deleted",
    "customer.updated",
    "order.created",
    "order.deleted",
    "order.restored",
    "order.updated",
)

_WEBHOOKS = "wc/v3/webhooks"
_PER_PAGE = 100
_PAGES_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class _Standing:
    number: int
    topic: str
    url: str
    is_active: bool


class Subscriptions:
    """Makes, mends and removes webhooks at any store."""

    def __init__(self, transport_for: Callable[[StoreAccess], StoreTransport]) -> None:
        self._transport_for = transport_for

    def mend(self, access: StoreAccess, endpoint: WebhookEndpoint) -> SubscriptionReport:
        """Let every wanted topic lead to the address, once and active.

        A missing one is made, a disabled or paused one switched on with our secret, doubles and
        those that lead to an older address of ours are deleted; a refusal is told per topic.
        """
        if endpoint.secret is None:
            raise ValueError("a store's webhooks need a secret of their own")
        transport = self._transport_for(access)
        ours = [each for each in _walk(transport) if _is_ours(each, endpoint)]
        mending = Mending()
        for each in ours:
            if each.url != endpoint.url or each.topic not in TOPICS:
                # One that can't be deleted now is tried at the next look; it leads to nobody.
                with suppress(RequestRefused):
                    _delete(transport, each)
        for topic in TOPICS:
            there = [each for each in ours if (each.url, each.topic) == (endpoint.url, topic)]
            try:
                _mend_topic(transport, topic, there, endpoint, mending)
            except RequestRefused as error:
                mending.failed.append((topic, str(error)))
        return mending.report()

    def remove(self, access: StoreAccess, endpoint: WebhookEndpoint) -> None:
        """Delete ours, older addresses' too; one that is gone already is fine."""
        transport = self._transport_for(access)
        for each in list(_walk(transport)):
            if _is_ours(each, endpoint):
                _delete(transport, each)


def _is_ours(standing: _Standing, endpoint: WebhookEndpoint) -> bool:
    """Whether it leads to our app: the same address but for the token at its end."""
    return standing.url.startswith(endpoint.url.rpartition("/")[0] + "/")


def _mend_topic(
    transport: StoreTransport,
    topic: str,
    there: list[_Standing],
    endpoint: WebhookEndpoint,
    mending: Mending,
) -> None:
    if not there:
        transport.post(_WEBHOOKS, _wanted(topic, endpoint))
        mending.created.append(topic)
        return
    kept, *doubles = sorted(there, key=lambda each: (not each.is_active, each.number))
    for each in doubles:
        _delete(transport, each)
    if not kept.is_active:
        transport.put(f"{_WEBHOOKS}/{kept.number}", _wanted(topic, endpoint))
    (mending.mended if doubles or not kept.is_active else mending.standing).append(topic)


def _wanted(topic: str, endpoint: WebhookEndpoint) -> dict[str, str]:
    secret = endpoint.secret.reveal() if endpoint.secret is not None else ""
    return {
        "name": NAME,
        "topic": topic,
        "delivery_url": endpoint.url,
        "secret": secret,
        "status": "active",
    }


def _delete(transport: StoreTransport, standing: _Standing) -> None:
    try:
        transport.delete(f"{_WEBHOOKS}/{standing.number}", {"force": "true"})
    except NotFound:
        return


def _walk(transport: StoreTransport) -> Iterator[_Standing]:
    for page in range(1, _PAGES_AT_MOST + 1):
        asked = {"per_page": _PER_PAGE, "page": page, "orderby": "id", "order": "asc"}
        found = transport.get(_WEBHOOKS, asked).value
        if not isinstance(found, list):
            raise StoreAnsweredNonsense("the store's list of webhooks is none")
        yield from (_standing(each) for each in found)
        if len(found) < _PER_PAGE:
            return


def _standing(told: Any) -> _Standing:
    try:
        return _Standing(
            number=int(told["id"]),
            topic=str(told["topic"]),
            url=str(told["delivery_url"]),
            is_active=told["status"] == "active",
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreAnsweredNonsense("a webhook that can't be read") from error
