"""A web process that serves people only."""

import asyncio

import pytest

from integration.app import build_house, create_front
from integration.models import Store
from integration.services import Services
from integration.serving.front import Front
from tests.rsgi import Headers, Proto, Reply, Scope
from tests.webhooks.bodies import order
from tests.webhooks.parts import as_body, headers, stored


def _ask(front: Front, path: str, method: str = "GET", body: bytes = b"", **more: str) -> Reply:
    proto = Proto(body)
    told = Headers([("content-length", str(len(body))), *more.items()])
    asyncio.run(front.__rsgi__(Scope(method=method, path=path, headers=told), proto))
    return proto.reply


@pytest.mark.parametrize("path", ["/webhooks/shopify", "/webhooks/woocommerce/token", "/webhooks"])
def test_a_delivery_that_is_led_astray_is_sent_to_come_again(
    services: Services, store: Store, path: str
) -> None:
    front = create_front(services, build_house(), for_people_only=True)
    body = as_body(order(1))
    signed = {name.decode(): value.decode() for name, value in headers(body)}
    reply = _ask(front, path, "POST", body, **signed)
    assert (reply.status, reply.headers) == (503, {"retry-after": "60"})
    assert stored(services) == []


def test_people_are_served(services: Services) -> None:
    front = create_front(services, build_house(), for_people_only=True)
    assert _ask(front, "/healthz").status == 200
    assert _ask(front, "/nowhere").status == 404
