"""An uninstall, then late jobs and webhooks: nothing is revived."""

from collections.abc import Mapping
from contextlib import suppress

import pytest
from flask.testing import FlaskClient

from integration.app import build_house
from integration.install.granting import keep_grant
from integration.jobs import JobDefinition
from integration.models import Credential, Customer, Installation, Order, Store
from integration.services import Services
from platforms.errors import PlatformError
from platforms.port import Grant, Secret
from tests.security.untouched import nothing_done, packets
from tests.ui_embed.world import DOMAIN, World, change_store, mint
from tests.webhooks.bodies import customer, order, order_id, refund, shop
from tests.webhooks.parts import SHOP, Sender, add_store, rows
from webhooks.drain import drain
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

JOBS: Mapping[str, JobDefinition] = build_house().jobs
LATE = (
    "sync.backfill", "sync.refresh", "install.subscribe", "install.mend_subscriptions",
    "install.check_scopes", "install.greet",
)  # fmt: skip


@pytest.fixture
def gone(services: Services, receiver: Receiver) -> Sender:
    """A shop that was read, had a token, and has uninstalled."""
    add_store(services)
    keep_grant(services, "shopify", Grant(SHOP, Secret("shpat_1"), ("read_orders",)))
    send = Sender(receiver)
    send("orders/create", order(1))
    drain(services)
    assert len(rows(services, Credential)) == 1
    send("app/uninstalled", shop(), triggered_at="2026-11-22T12:30:00Z")
    drain(services)
    services.jobs.waiting.clear()  # type: ignore[attr-defined]
    return send


def _is_over(services: Services) -> bool:
    [store] = rows(services, Store)
    ended = all(row.ended_at is not None for row in rows(services, Installation))
    return store.status == "disconnected" and ended and rows(services, Credential) == []


def _send_late(send: Sender) -> None:
    send("orders/updated", order(1, 50, total="1.00"))
    send("orders/create", order(2, 50))
    send("customers/create", customer(7, 50))
    send("refunds/create", refund(1, 55))
    send("app/uninstalled", shop())


def test_uninstall(services: Services, gone: Sender) -> None:
    assert _is_over(services)
    [before] = rows(services, Order)
    with packets() as sent:
        _send_late(gone)
        drain(services)
    assert sent == []
    [after] = rows(services, Order)
    assert (after.external_id, after.total_minor) == (order_id(1), before.total_minor)
    assert rows(services, Customer) == []
    assert _is_over(services)


def test_what_comes_once_everybody_knows_is_not_even_kept(services: Services, gone: Sender) -> None:
    inbox = open_inbox(services, on_new=lambda: None)
    send = Sender(Receiver(services, inbox, StoreDirectory(services)))
    with nothing_done(services):
        _send_late(send)
        drain(services)
    inbox.close()


@pytest.mark.parametrize("name", LATE)
def test_a_late_job(services: Services, gone: Sender, name: str) -> None:
    [store] = rows(services, Store)
    # Failing in words is as good as doing nothing.
    with packets() as sent, suppress(PlatformError):
        ids = {"workspace_id": store.workspace_id, "store_id": store.id}
        JOBS[name].function(services, **ids)
    assert sent == []
    assert _is_over(services)
    assert services.jobs.waiting == []  # type: ignore[attr-defined]


def test_a_session_token_of_such_a_shop(world: World, client: FlaskClient) -> None:
    change_store(world.services, world.store_id, status="disconnected")
    with nothing_done(world.services):
        answer = client.get(
            "/api/v1/context?order=1042", headers={"Authorization": f"Bearer {mint(DOMAIN)}"}
        )
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "not_installed")
