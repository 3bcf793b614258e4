"""What is asked is kept before it is answered, once, whatever dies, repeats or comes late."""

from datetime import timedelta
from typing import Any

import pytest

from integration.models import Alarm, PrivacyRequest, Store
from integration.privacy.requests.intake import DUE_WITHIN
from integration.privacy.requests.parked import watch_parked
from integration.privacy.requests.plugin import erase_person
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from tests.conftest import StandingClock
from tests.integration.privacy.canary import CANARY
from tests.webhooks.bodies import order, redact_customer
from tests.webhooks.parts import Sender, add_store, as_body, headers, post, rows, stored, works
from webhooks import effects
from webhooks.drain import drain
from webhooks.group_commit import InboxUnavailable
from webhooks.inbox import open_inbox
from webhooks.ledger import replay
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

TOPICS = ("customers/redact", "customers/data_request", "shop/redact")


def ask(send: Sender, **more: Any) -> None:
    send("customers/redact", redact_customer(7, CANARY, (1,)), **more)


def test_whoever_dies_after_the_answer_has_kept_it(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    asked_at = clock()
    ask(send)
    assert len(stored(services)) == 1
    assert rows(services, PrivacyRequest) == []
    # Nobody worked anything off for days: the time counts from when it was answered.
    clock.advance(days=5)
    drain(services)
    [request] = rows(services, PrivacyRequest)
    assert (request.received_at, request.due_at) == (asked_at, asked_at + DUE_WITHIN)
    assert run_due(services) == 1


def test_whoever_dies_while_it_is_taken_down_takes_it_down_again_and_once(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask(send)
    genuine = effects.take_request

    def dies(*given: Any) -> Any:
        genuine(*given)
        raise RuntimeError("killed")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(effects, "take_request", dies)
        drain(services)
    assert rows(services, PrivacyRequest) == []
    assert works(services)[0].state == "waiting"
    clock.advance(hours=1)
    drain(services)
    assert [request.state for request in rows(services, PrivacyRequest)] == ["waiting"]


def test_what_cannot_be_worked_off_is_told_once_until_it_is(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send("orders/create", order(1))
    ask(send)

    def fails(*_: Any) -> Any:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(effects, "take_request", fails)
        for _ in range(8):
            drain(services)
            clock.advance(hours=1)
    assert [work.state for work in works(services)] == ["applied", "parked"]
    assert [watch_parked(services) for _ in range(2)] == [1, 0]
    [alarm] = rows(services, Alarm)
    assert (alarm.code, alarm.delivery_id, alarm.store_id) == ("privacy_parked", 2, store.id)
    assert CANARY not in alarm.message
    replay(services, 2)
    drain(services)
    assert watch_parked(services) == 0
    assert rows(services, Alarm)[0].cleared_at == clock()
    assert len(rows(services, PrivacyRequest)) == 1


def test_one_that_is_repeated_is_one(services: Services, store: Store, send: Sender) -> None:
    for _ in range(3):
        ask(send, delivery_id="the same")
        drain(services)
    assert len(rows(services, PrivacyRequest)) == 1


@pytest.mark.parametrize("topic", TOPICS)
def test_what_cannot_be_kept_is_not_answered_as_if_it_were(
    services: Services, store: Store, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = open_inbox(services)

    async def full(*_: Any, **__: Any) -> Any:
        raise InboxUnavailable("the disk is full")

    monkeypatch.setattr(inbox, "add", full)
    receiver = Receiver(services, inbox, StoreDirectory(services, ttl_seconds=-1))
    body = as_body(redact_customer(7, CANARY, (1,)))
    assert post(receiver, body, headers(body, topic)).status == 503
    assert stored(services) == []
    inbox.close()


@pytest.mark.parametrize("status", [None, "active", "reauthorize", "disconnected"])
def test_it_is_taken_down_however_the_store_stands(
    services: Services, send: Sender, status: str | None
) -> None:
    store = add_store(services, status=status) if status else None
    ask(send)
    drain(services)
    [request] = rows(services, PrivacyRequest)
    assert (request.state, request.store_id) == ("waiting", store.id if store else None)
    assert run_due(services) == 1
    assert rows(services, PrivacyRequest)[0].state == "done"


def test_what_the_stores_own_server_asks_is_written_down_before_it_is_begun(
    services: Services, store: Store, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any) -> Any:
        raise SystemExit

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("integration.privacy.requests.plugin.work_off", dies)
        with pytest.raises(SystemExit):
            erase_person(services, store.workspace_id, store.id, CANARY)
    [request] = rows(services, PrivacyRequest)
    assert (request.source, request.state) == ("plugin", "waiting")
    assert request.due_at == clock() + timedelta(days=30)
    assert run_due(services) == 1
