"""Deliveries of the stand-in, verified and parsed, and how they compare with reads."""

from dataclasses import dataclass, fields, replace
from typing import Any

from platforms.changes import Change
from platforms.port import StoreAccess, WebhookEndpoint
from platforms.records import CustomerRecord
from platforms.shopify.subscriptions import TOPICS
from tests.platforms.loopback import LoopbackStore
from tests.platforms.shopify.stand_in.world import World


@dataclass
class Delivered:
    """A delivery that came in, verified and parsed by the platform."""

    topic: str
    changes: list[Change]


def deliveries(world: World, inbox: LoopbackStore) -> list[Delivered]:
    """What has come since the last look."""
    world.stand_in.settle()
    taken, inbox.asked[:] = list(inbox.asked), []
    found = []
    for asked in taken:
        headers = [(name.encode(), value.encode()) for name, value in asked.headers.items()]
        envelope = world.platform.gate.verify(headers, asked.body)
        if world.platform.gate.identify(envelope) != world.domain:
            continue  # a straggler of the shop looked at before
        assert envelope.triggered_at is not None
        assert envelope.delivery_id
        changes = world.platform.gate.parse(envelope, asked.body, world.facts())
        found.append(Delivered(envelope.topic, changes))
    return found


def agree(rest: Any, graph: Any) -> None:
    """Equal field by field, but for what either names as withheld or can't tell."""
    assert type(rest) is type(graph)
    withheld = rest.withheld | graph.withheld
    for each in fields(rest):
        told, read = getattr(rest, each.name), getattr(graph, each.name)
        if each.name in withheld or each.name == "withheld":
            continue
        if isinstance(told, CustomerRecord) and isinstance(read, CustomerRecord):
            # The account may have changed after the order was told.
            if told.updated_at == read.updated_at:
                agree(told, read)
        elif each.name == "refunded_minor":
            assert told in (None, read)
        elif each.name == "refunds":
            known = [r if t.amount_minor is not None else replace(r, amount_minor=None)
                     for t, r in zip(told, read, strict=True)]  # fmt: skip
            assert list(told) == known
        else:
            assert told == read, each.name


def subscribe(world: World, inbox: LoopbackStore) -> StoreAccess:
    """Install us at the world's shop and let all topics lead to the inbox."""
    access = world.access()
    endpoint = WebhookEndpoint(inbox.origin + "/webhooks/shopify")
    report = world.platform.gate.subscribe(access, endpoint)
    assert report.failed == ()
    assert set(report.created) == set(TOPICS)
    again = world.platform.gate.subscribe(access, endpoint)
    assert set(again.standing) == set(TOPICS)
    return access
