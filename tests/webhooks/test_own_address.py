"""Deliveries that come to a store's own address: the contract's answers, its token, its secret."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text, update

from integration.delivery_bodies import open_body
from integration.install.endpoints import webhook_endpoint
from integration.install.granting import keep_grant
from integration.install.uninstall import disconnect_by_store
from integration.models import Store
from integration.services import Services
from platforms.port import Grant, Secret
from tests.conftest import StandingClock
from tests.factories.fake_handover import SLUG, FakeSite, services_of_sites
from tests.factories.store_signed import delivery_headers
from tests.webhooks.parts import Headers, Reply, post, rows, stored
from webhooks.inbox import open_inbox
from webhooks.receiver import BODY_BYTES_AT_MOST, Receiver
from webhooks.store_directory import StoreDirectory

BODY = b'{"id": 723, "status": "processing"}'
PING = b"webhook_id=1"


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    sites = (FakeSite("kiosk.example"), FakeSite("second.example"))
    with services_of_sites(tmp_path, clock, *sites) as made:
        yield made


@pytest.fixture
def receiver(services: Services) -> Iterator[Receiver]:
    inbox = open_inbox(services, on_new=lambda: None)
    yield Receiver(services, inbox, StoreDirectory(services))
    inbox.close()


class Address:
    """A connected store's own address, as the store knows it."""

    def __init__(self, services: Services, domain: str = "kiosk.example") -> None:
        kept = keep_grant(services, SLUG, Grant(domain, Secret("ck_1"), ("read_write",)))
        [self.store] = [row for row in rows(services, Store) if row.id == kept.ref.store_id]
        endpoint = webhook_endpoint(services, self.store)
        assert endpoint.secret is not None
        self.secret = endpoint.secret.reveal()
        self.path = endpoint.url.removeprefix("https://tillside.test")

    def send(
        self, receiver: Receiver, body: bytes = BODY, given: Headers | None = None, **more: str
    ) -> Reply:
        """One delivery, genuine unless other headers are given."""
        headers = delivery_headers(body, self.secret, **more) if given is None else given
        return post(receiver, body, headers, path=self.path)


@pytest.fixture
def address(services: Services) -> Address:
    return Address(services)


def test_a_genuine_delivery_is_200_and_stored_for_its_store(
    services: Services, receiver: Receiver, address: Address
) -> None:
    reply = address.send(receiver)
    assert (reply.status, reply.body) == (200, b"")
    [delivery] = stored(services)
    assert (delivery.store_id, delivery.workspace_id) == (
        address.store.id,
        address.store.workspace_id,
    )
    assert (delivery.topic, delivery.delivery_external_id) == ("order.updated", "3:d1")
    assert delivery.store_hint == "kiosk.example"
    assert b"723" not in delivery.sealed_body
    assert open_body(services, delivery, None, address.store) == BODY


def test_a_repeat_is_stored_once_and_another_body_or_webhook_is_another_delivery(
    services: Services, receiver: Receiver, address: Address
) -> None:
    for _ in range(2):
        assert address.send(receiver).status == 200
    assert len(stored(services)) == 1
    # WooCommerce's delivery id is of the webhook and the second: it repeats.
    assert address.send(receiver, BODY + b" ").status == 200
    assert address.send(receiver, webhook_id="4").status == 200
    assert len(stored(services)) == 3


def test_the_same_delivery_at_two_stores_is_two(
    services: Services, receiver: Receiver, address: Address
) -> None:
    second = Address(services, "second.example")
    assert second.path != address.path
    assert second.secret != address.secret
    for each in (address, second):
        assert each.send(receiver).status == 200
    assert [delivery.store_id for delivery in stored(services)] == [
        address.store.id,
        second.store.id,
    ]


def test_one_stores_secret_opens_no_others_address(
    services: Services, receiver: Receiver, address: Address
) -> None:
    second = Address(services, "second.example")
    reply = address.send(receiver, given=delivery_headers(BODY, second.secret))
    assert (reply.status, reply.body) == (401, b"")
    assert stored(services) == []


@pytest.mark.parametrize("case", ["wrong", "other body", "missing", "doubled", "non-ASCII"])
def test_a_delivery_that_is_not_genuine_is_401_with_an_empty_body(
    services: Services, receiver: Receiver, address: Address, case: str
) -> None:
    genuine = delivery_headers(BODY, address.secret)
    given = {
        "wrong": delivery_headers(BODY, "lab-webhook-secret"),
        "other body": delivery_headers(BODY + b" ", address.secret),
        "missing": genuine[:-1],
        "doubled": [*genuine, genuine[-1]],
        "non-ASCII": [*genuine[:-1], (b"x-wc-webhook-signature", "ελ".encode())],
    }[case]
    reply = address.send(receiver, given=given)
    assert (reply.status, reply.body) == (401, b"")
    assert stored(services) == []


def test_a_ping_is_exactly_200_and_has_no_effect(
    services: Services, receiver: Receiver, address: Address
) -> None:
    form = [(b"content-type", b"application/x-www-form-urlencoded")]
    reply = address.send(receiver, PING, form)
    assert (reply.status, reply.body) == (200, b"")
    assert stored(services) == []


@pytest.mark.parametrize("body", [BODY, PING])
def test_an_unknown_token_is_410_and_nothing_is_stored(
    services: Services, receiver: Receiver, address: Address, body: bytes
) -> None:
    unknown = address.path[:-1] + ("A" if address.path[-1] != "A" else "B")
    for path in (unknown, f"/webhooks/{SLUG}/x", f"/webhooks/{SLUG}/" + "é" * 300):
        reply = post(receiver, body, delivery_headers(body, address.secret), path=path)
        assert (reply.status, reply.body) == (410, b"")
    assert stored(services) == []


def test_a_disconnected_stores_address_is_410_for_good(
    services: Services, receiver: Receiver, address: Address
) -> None:
    disconnect_by_store(services, address.store.workspace_id, address.store.id)
    assert address.send(receiver).status == 410
    assert address.send(receiver, PING, []).status == 410
    again = Address(services)
    assert address.send(receiver).status == 410
    assert again.send(receiver).status == 200
    assert len(stored(services)) == 1


def test_a_store_to_be_authorized_again_is_still_heard(
    services: Services, receiver: Receiver, address: Address
) -> None:
    with services.db.across_workspaces(write=True) as session:
        session.execute(update(Store).values(status="reauthorize"))
    assert address.send(receiver).status == 200
    assert len(stored(services)) == 1


def test_where_each_store_has_its_address_there_is_no_common_one(
    services: Services, receiver: Receiver, address: Address
) -> None:
    for path in (f"/webhooks/{SLUG}", f"/webhooks/{SLUG}/", f"{address.path}/x"):
        given = delivery_headers(BODY, address.secret)
        assert post(receiver, BODY, given, path=path).status == 404
    reply = post(receiver, b"", [], path=address.path, method="GET")
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
    assert stored(services) == []


def test_a_body_past_the_cap_is_413(
    services: Services, receiver: Receiver, address: Address
) -> None:
    body = b"x" * (BODY_BYTES_AT_MOST + 1)
    assert address.send(receiver, body).status == 413
    large = b"x" * 300_000
    assert address.send(receiver, large).status == 200
    assert address.send(receiver, large, delivery_headers(large, "another")).status == 401
    assert len(stored(services)) == 1


def test_a_database_that_cannot_tell_the_store_is_503(
    services: Services, receiver: Receiver, address: Address
) -> None:
    with services.db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE webhook_keys RENAME TO gone"))
    assert address.send(receiver).status == 503
    assert stored(services) == []


def test_addresses_are_remembered_for_a_while_also_those_that_lead_nowhere(
    services: Services, address: Address
) -> None:
    moment = [0.0]
    directory = StoreDirectory(services, ttl_seconds=5, at_most=3, clock=lambda: moment[0])
    token = address.path.rpartition("/")[2]
    reads: list[str] = []
    event.listen(services.db.engine, "begin", lambda _connection: reads.append("read"))
    assert directory.remembered_at(SLUG, token) is None
    known = directory.look_up_at(SLUG, token)
    assert known is not None
    assert known.secrets == (Secret(address.secret),)
    assert directory.remembered_at(SLUG, token) is known
    assert directory.remembered_at("shopify", token) is None
    # Those who guess drive each other out, and no store.
    for number in range(10):
        assert directory.look_up_at(SLUG, f"guess-{number}") is None
    assert directory.is_stranger(SLUG, "guess-9")
    assert not directory.is_stranger(SLUG, "guess-0")
    assert directory.remembered_at(SLUG, token) is known
    assert len(reads) == 11
    moment[0] = 5.1
    assert directory.remembered_at(SLUG, token) is None
    assert not directory.is_stranger(SLUG, "guess-9")


def test_a_repeated_guess_costs_no_read(services: Services, receiver: Receiver) -> None:
    reads: list[str] = []
    event.listen(services.db.engine, "begin", lambda _connection: reads.append("read"))
    for _ in range(5):
        assert post(receiver, PING, [], path=f"/webhooks/{SLUG}/guess").status == 410
    assert len(reads) == 1
