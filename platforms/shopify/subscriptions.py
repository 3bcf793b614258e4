"""Our webhook subscriptions at a shop: one a topic, leading to our address.

Under SHOPIFY_WEBHOOKS=toml the app's own file declares them and there is nothing to do. The
compliance topics can be declared only there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from platforms.errors import RequestRefused, StoreAnsweredNonsense
from platforms.mending import Mending
from platforms.port import StoreAccess
from platforms.records import SubscriptionReport
from platforms.shopify.config import ShopifyConfig
from platforms.shopify.paging import connection
from platforms.shopify.transport import GraphTransport

TOPICS = (
    "app/scopes_update",
    "app/uninstalled",
    "bulk_operations/finish",
    "customers/create",
    "customers/delete",
    "customers/merge",
    "customers/update",
    "fulfillment_events/create",
    "fulfillments/create",
    "fulfillments/update",
    "orders/cancelled",
    "orders/create",
    "orders/delete",
    "orders/edited",
    "orders/fulfilled",
    "orders/paid",
    "orders/partially_fulfilled",
    "orders/updated",
    "refunds/create",
)

_TAKEN = "already been taken"


@dataclass(frozen=True, slots=True)
class _Standing:
    gid: str
    topic: str
    uri: str


class Subscriptions:
    """Makes, mends and removes subscriptions at any shop."""

    def __init__(
        self, config: ShopifyConfig, transport_for: Callable[[StoreAccess], GraphTransport]
    ) -> None:
        self._config = config
        self._transport_for = transport_for

    def mend(self, access: StoreAccess, address: str) -> SubscriptionReport:
        """Let every wanted topic lead to the address, once.

        One that leads elsewhere is turned, a missing one made; a refusal is told per topic.
        """
        if self._config.webhooks == "toml":
            return SubscriptionReport(standing=TOPICS)
        transport = self._transport_for(access)
        there: dict[str, list[_Standing]] = {}
        for each in _walk(transport):
            there.setdefault(each.topic, []).append(each)
        mending = Mending()
        for topic in TOPICS:
            _mend_topic(transport, topic, there.get(enum_of(topic), []), address, mending)
        return mending.report()

    def remove(self, access: StoreAccess, address: str) -> None:
        """Delete the ones that lead to the address; one that is gone already is fine."""
        if self._config.webhooks == "toml":
            return
        transport = self._transport_for(access)
        for each in list(_walk(transport)):
            if each.uri == address:
                _delete(transport, each)


def enum_of(topic: str) -> str:
    """The topic as GraphQL's WebhookSubscriptionTopic spells it."""
    return topic.replace("/", "_").replace(".", "_").upper()


def _mend_topic(
    transport: GraphTransport, topic: str, there: list[_Standing], address: str, mending: Mending
) -> None:
    right = [each for each in there if each.uri == address]
    astray = [each for each in there if each.uri != address]
    try:
        if right:
            for each in astray:
                _delete(transport, each)
            (mending.mended if astray else mending.standing).append(topic)
        elif astray:
            _turn(transport, astray, address)
            mending.mended.append(topic)
        else:
            made = _create(transport, topic, address)
            (mending.created if made else mending.standing).append(topic)
    except RequestRefused as error:
        mending.failed.append((topic, str(error)))


def _create(transport: GraphTransport, topic: str, address: str) -> bool:
    """True when it was made, False when it was there after all (made by a call beside ours)."""
    variables = {"topic": enum_of(topic), "uri": address}
    try:
        transport.mutate("webhook_create", "webhookSubscriptionCreate", variables)
    except RequestRefused as error:
        if _TAKEN in str(error):
            return False
        raise
    return True


def _turn(transport: GraphTransport, astray: list[_Standing], address: str) -> None:
    first, *others = astray
    variables = {"id": first.gid, "uri": address}
    transport.mutate("webhook_update", "webhookSubscriptionUpdate", variables)
    for each in others:
        _delete(transport, each)


def _delete(transport: GraphTransport, subscription: _Standing) -> None:
    try:
        variables = {"id": subscription.gid}
        transport.mutate("webhook_delete", "webhookSubscriptionDelete", variables)
    except RequestRefused as error:
        if "not exist" not in str(error) and "not found" not in str(error).lower():
            raise


def _walk(transport: GraphTransport) -> Iterator[_Standing]:
    after: str | None = None
    while True:
        answer = transport.execute("webhook_list", {"first": 100, "after": after})
        page = connection(answer, "webhookSubscriptions")
        for node in page.nodes:
            try:
                yield _Standing(node["id"], node["topic"], node["uri"])
            except KeyError as error:
                raise StoreAnsweredNonsense("a subscription that can't be read") from error
        after = page.next_cursor
        if after is None:
            return
