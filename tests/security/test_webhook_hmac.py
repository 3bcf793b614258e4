"""Webhook HMAC missing, empty, twice, hex, non-ASCII; body changed by a space: 401."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator

import pytest

from integration.install.endpoints import webhook_endpoint
from integration.install.granting import keep_grant
from integration.models import Store
from integration.services import Services
from platforms.port import Grant, Secret
from tests.factories.store_signed import delivery_headers
from tests.security.untouched import nothing_done
from tests.ui_embed.world import World
from tests.webhooks.parts import APP_SECRET, Headers, add_store, headers, post, stored
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

BODY = b'{"id": 450789469, "name": "#1001"}'
Forgery = Callable[[Headers, str], tuple[bytes, Headers]]


def _changed(signature: bytes) -> Callable[[Headers, str], tuple[bytes, Headers]]:
    return lambda given, secret: (BODY, [*given[:-1], (given[-1][0], signature)])


def _hex(given: Headers, secret: str) -> tuple[bytes, Headers]:
    digest = hmac.new(secret.encode(), BODY, hashlib.sha256).hexdigest()
    return BODY, [*given[:-1], (given[-1][0], digest.encode())]


def _by_an_empty_key(given: Headers, secret: str) -> tuple[bytes, Headers]:
    digest = base64.b64encode(hmac.new(b"", BODY, hashlib.sha256).digest())
    return BODY, [*given[:-1], (given[-1][0], digest)]


FORGERIES: dict[str, Forgery] = {
    "missing": lambda given, secret: (BODY, given[:-1]),
    "empty": _changed(b""),
    "twice": lambda given, secret: (BODY, [*given, given[-1]]),
    "twice, one wrong": lambda given, secret: (BODY, [*given, (given[-1][0], b"x")]),
    "hex": _hex,
    "non-ASCII": _changed("ελ".encode()),
    "not base64": _changed(b"=*="),
    "cut": lambda given, secret: (BODY, [*given[:-1], (given[-1][0], given[-1][1][:-4])]),
    "by an empty key": _by_an_empty_key,
    "of a body with a space more": lambda given, secret: (BODY + b" ", given),
    "of a body with a space within": lambda given, secret: (BODY.replace(b":", b" :", 1), given),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_webhook_hmac(services: Services, receiver: Receiver, forge: Forgery) -> None:
    add_store(services)
    body, given = forge(headers(BODY), APP_SECRET)
    with nothing_done(services):
        reply = post(receiver, body, given)
    assert (reply.status, reply.body) == (401, b"")
    assert post(receiver, BODY, headers(BODY)).status == 200
    assert len(stored(services)) == 1


@pytest.fixture
def own_address(world: World) -> Iterator[tuple[Receiver, str, str]]:
    """The door for deliveries, a WooCommerce store's own address there, and its secret."""
    services = world.services
    grant = Grant("kiosk.example", Secret("ck_1:cs_1"), ("read_write",))
    kept = keep_grant(services, "woocommerce", grant)
    with services.db.workspace(kept.ref.workspace_id) as session:
        store = session.get_one(Store, kept.ref.store_id)
    endpoint = webhook_endpoint(services, store)
    assert endpoint.secret is not None
    inbox = open_inbox(services, on_new=lambda: None)
    path = endpoint.url.removeprefix(services.settings.app_url)
    yield Receiver(services, inbox, StoreDirectory(services)), path, endpoint.secret.reveal()
    inbox.close()


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_webhook_hmac_at_a_stores_own_address(
    world: World, own_address: tuple[Receiver, str, str], forge: Forgery
) -> None:
    receiver, path, secret = own_address
    genuine = delivery_headers(BODY, secret)
    body, given = forge(genuine, secret)
    with nothing_done(world.services):
        reply = post(receiver, body, given, path=path)
    assert (reply.status, reply.body) == (401, b"")
    assert post(receiver, BODY, genuine, path=path).status == 200
    assert len(stored(world.services)) == 1
