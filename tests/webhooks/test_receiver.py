"""Each row of the contract's webhook answers, over RSGI with real signatures."""

import asyncio

import pytest
from sqlalchemy import text, update

from integration.delivery_bodies import open_body
from integration.models import Store
from integration.services import Services
from tests.webhooks.parts import (
    SHOP,
    add_store,
    as_body,
    call,
    headers,
    post,
    signature,
    stored,
    works,
)
from webhooks.inbox import open_inbox
from webhooks.receiver import BODY_BYTES_AT_MOST, Receiver
from webhooks.store_directory import StoreDirectory

BODY = b'{"id": 450789469, "name": "#1001"}'
STRANGER = "nobody-we-know.myshopify.com"


def test_a_genuine_delivery_is_200_and_stored_sealed(
    services: Services, store: Store, receiver: Receiver
) -> None:
    reply = post(receiver, BODY, headers(BODY))
    assert (reply.status, reply.body) == (200, b"")
    [delivery] = stored(services)
    assert delivery.topic == "orders/create"
    assert delivery.store_id == store.id
    assert delivery.workspace_id == store.workspace_id
    assert delivery.delivery_external_id == "b1"
    assert delivery.event_external_id == "e-b1"
    assert delivery.api_version == "2026-10"
    assert delivery.triggered_at is not None
    assert delivery.triggered_at.isoformat() == "2026-11-22T11:59:58.123456+00:00"
    assert delivery.received_at == services.now()
    assert not delivery.is_compliance
    assert b"1001" not in delivery.sealed_body
    assert open_body(services, delivery, None, store) == BODY


def test_a_repeated_delivery_is_200_and_stored_once(
    services: Services, store: Store, receiver: Receiver
) -> None:
    assert [post(receiver, BODY, headers(BODY)).status for _ in range(3)] == [200, 200, 200]
    assert len(stored(services)) == 1


def test_one_delivery_id_with_two_bodies_is_two_deliveries(
    services: Services, store: Store, receiver: Receiver
) -> None:
    other = BODY + b" "
    post(receiver, BODY, headers(BODY))
    post(receiver, other, headers(other))
    assert len(stored(services)) == 2


def test_the_same_delivery_of_two_stores_is_two_deliveries(
    services: Services, store: Store, receiver: Receiver
) -> None:
    second = add_store(services, "second.myshopify.com", number="2")
    post(receiver, BODY, headers(BODY))
    post(receiver, BODY, headers(BODY, shop="second.myshopify.com"))
    assert [delivery.store_id for delivery in stored(services)] == [store.id, second.id]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(headers(BODY, sign=signature(BODY, "another secret")), id="wrong"),
        pytest.param(headers(BODY + b" "), id="of another body"),
        pytest.param(headers(BODY)[:-1], id="missing"),
        pytest.param(headers(BODY, sign=b""), id="empty"),
        pytest.param([*headers(BODY), (b"x-shopify-hmac-sha256", signature(BODY))], id="doubled"),
        pytest.param(headers(BODY, sign="ελ".encode()), id="non-ASCII"),
        pytest.param(
            headers(BODY, sign=__import__("hmac").new(b"x", BODY, "sha256").hexdigest().encode()),
            id="hex",
        ),
        pytest.param(
            [*headers(BODY), (b"shopify-topic", b"customers/redact")], id="families disagree"
        ),
    ],
)
def test_a_delivery_that_is_not_genuine_is_401_with_an_empty_body(
    services: Services, store: Store, receiver: Receiver, given: list[tuple[bytes, bytes]]
) -> None:
    reply = post(receiver, BODY, given)
    assert (reply.status, reply.body) == (401, b"")
    assert stored(services) == []
    assert services.jobs.waiting == []  # type: ignore[attr-defined]


def test_a_verifier_that_fails_has_not_verified(
    services: Services, store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(services.platforms["shopify"].gate, "verify", explode)
    assert post(receiver, BODY, headers(BODY)).status == 401
    assert stored(services) == []


def test_an_unknown_shop_is_200_and_only_counted(services: Services, receiver: Receiver) -> None:
    assert post(receiver, BODY, headers(BODY, shop=STRANGER)).status == 200
    assert post(receiver, BODY, headers(BODY, shop="not a shop")).status == 200
    assert stored(services) == []


def test_an_uninstalled_shop_is_200_and_only_counted(
    services: Services, receiver: Receiver
) -> None:
    add_store(services, status="disconnected")
    assert post(receiver, BODY, headers(BODY)).status == 200
    assert post(receiver, BODY, headers(BODY, "app/uninstalled")).status == 200
    assert stored(services) == []


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact", "shop/redact"])
def test_a_compliance_delivery_of_an_unknown_shop_is_stored(
    services: Services, receiver: Receiver, topic: str
) -> None:
    body = as_body({"shop_id": 7, "shop_domain": STRANGER})
    assert post(receiver, body, headers(body, topic, shop=STRANGER)).status == 200
    [delivery] = stored(services)
    assert (delivery.store_id, delivery.workspace_id) == (None, None)
    assert delivery.is_compliance
    assert delivery.store_hint == STRANGER
    assert open_body(services, delivery, None, None) == body


def test_a_compliance_delivery_of_an_uninstalled_shop_is_stored(
    services: Services, receiver: Receiver
) -> None:
    store = add_store(services, status="disconnected")
    body = as_body({"shop_id": 548380009, "shop_domain": SHOP})
    assert post(receiver, body, headers(body, "shop/redact")).status == 200
    [delivery] = stored(services)
    assert delivery.store_id == store.id
    assert open_body(services, delivery, None, store) == body


def test_a_store_that_was_installed_a_moment_ago_is_known(
    services: Services, receiver: Receiver
) -> None:
    post(receiver, BODY, headers(BODY))
    add_store(services)
    post(receiver, BODY, headers(BODY))
    assert len(stored(services)) == 1


def test_the_directory_forgets_after_its_time_and_when_told(
    services: Services, store: Store
) -> None:
    moment = [0.0]
    directory = StoreDirectory(services, ttl_seconds=5, clock=lambda: moment[0])
    assert directory.remembered("shopify", SHOP) is None
    assert directory.look_up("shopify", SHOP) is not None
    assert directory.remembered("shopify", SHOP) is not None
    moment[0] = 5.1
    assert directory.remembered("shopify", SHOP) is None
    directory.look_up("shopify", SHOP)
    directory.forget("shopify", SHOP)
    assert directory.remembered("shopify", SHOP) is None
    with services.db.across_workspaces(write=True) as session:
        session.execute(update(Store).values(status="disconnected"))
    known = directory.look_up("shopify", SHOP)
    assert known is not None
    assert not known.is_connected
    assert directory.remembered("shopify", SHOP) is None


@pytest.mark.parametrize("declares", [True, False])
def test_a_body_past_the_cap_is_413(
    services: Services, store: Store, receiver: Receiver, declares: bool
) -> None:
    body = b"x" * (BODY_BYTES_AT_MOST + 1)
    chunks = None if declares else [body[:1_000_000]] * 6
    reply = post(receiver, body, headers(body), chunks=chunks)
    assert (reply.status, reply.body) == (413, b"")
    assert stored(services) == []


def test_a_body_at_the_cap_is_stored(services: Services, store: Store, receiver: Receiver) -> None:
    body = b"x" * BODY_BYTES_AT_MOST
    assert post(receiver, body, headers(body)).status == 200
    assert post(receiver, body, headers(body, sign=b"no")).status == 401
    assert len(stored(services)) == 1


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b"null", b'{"errors": "x"}', b"\xff\x00"]
)
def test_a_genuine_body_that_says_nothing_is_200_and_stored(
    services: Services, store: Store, receiver: Receiver, body: bytes
) -> None:
    assert post(receiver, body, headers(body)).status == 200
    assert len(stored(services)) == 1


def test_a_ping_is_200_without_any_effect(
    services: Services, store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = services.platforms["shopify"].gate
    genuine = gate.verify

    def ping(given: list[tuple[bytes, bytes]], body: bytes, _secrets: object) -> object:
        envelope = genuine(given, body)
        return type(envelope)(envelope.topic, envelope.store_hint, "p1", is_ping=True)

    monkeypatch.setattr(gate, "verify", ping)
    assert post(receiver, b"webhook_id=3", headers(b"webhook_id=3")).status == 200
    assert stored(services) == []


@pytest.mark.parametrize("path", ["/webhooks/nothing", "/webhooks/", "/webhooks/shopify/x"])
def test_an_address_that_is_none_is_404(receiver: Receiver, path: str) -> None:
    assert post(receiver, BODY, headers(BODY), path=path).status == 404


def test_only_post_is_taken(receiver: Receiver) -> None:
    reply = post(receiver, b"", [], method="GET")
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


def test_storage_that_cannot_commit_is_503_and_nothing_is_acknowledged(
    services: Services, store: Store, receiver: Receiver
) -> None:
    with services.inbox.engine.begin() as connection:
        connection.execute(text("ALTER TABLE deliveries RENAME TO gone"))
    reply = post(receiver, BODY, headers(BODY))
    assert (reply.status, reply.body) == (503, b"")
    with services.inbox.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO deliveries"))
    assert post(receiver, BODY, headers(BODY)).status == 200
    assert len(stored(services)) == 1


def test_a_database_that_cannot_tell_the_store_is_503(
    services: Services, store: Store, receiver: Receiver
) -> None:
    with services.db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE stores RENAME TO gone"))
    assert post(receiver, BODY, headers(BODY)).status == 503
    assert stored(services) == []


def test_headers_that_no_database_keeps_are_cleaned(
    services: Services, store: Store, receiver: Receiver
) -> None:
    odd = headers(BODY, delivery_id="a\x00b" + "c" * 300)
    assert post(receiver, BODY, odd).status == 200
    [delivery] = stored(services)
    assert delivery.delivery_external_id == "ab" + "c" * 253


def test_the_drain_is_woken_once_for_many_and_never_for_repeats(
    services: Services, store: Store
) -> None:
    told: list[None] = []
    inbox = open_inbox(services, on_new=lambda: told.append(None))
    receiver = Receiver(services, inbox, StoreDirectory(services))
    try:
        post(receiver, BODY, headers(BODY))
        assert len(told) == 1
        post(receiver, BODY, headers(BODY))
        assert len(told) == 1
    finally:
        inbox.close()


def test_many_at_once_share_commits(services: Services, store: Store, receiver: Receiver) -> None:
    async def many() -> list[int]:
        calls = [call(receiver, BODY, headers(BODY, delivery_id=f"d{n}")) for n in range(100)]
        return [reply.status for reply in await asyncio.gather(*calls)]

    assert asyncio.run(many()) == [200] * 100
    assert len(stored(services)) == 100
    assert works(services) == []
